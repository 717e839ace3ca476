"""Writing of results to the ledger, in the order of the inputs."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Self

from graphkit.building.batch import Item, Known, Read
from graphkit.building.outcome import Outcome
from graphkit.ledger import Entry, Ledger
from graphkit.ledger.origins import SHORT, Place
from graphkit.model import Failure, Ignored, NoReport
from graphkit.reading import Part
from graphkit.reading.naming import source_name

#: Maximum number of seconds between reading a report and writing it, when reading is slow.
MAX_WAIT = 1.0


class Writer:
    """Writes results to the ledger; it is the only component that writes.

    A report that occurs twice is written once; different reports with the same id get a suffix
    (graphkit.ledger.origins). At the end of the context, also after an error, the results so far are written.
    """

    def __init__(self, ledger: Ledger, outcome: Outcome, again: Callable[[Part], Iterable[Item]]) -> None:
        """again: reads a part again, without the reports that are in the ledger."""
        self._ledger = ledger
        self._outcome = outcome
        self._again = again
        #: Reports that are not yet written, with their origins, and the time of the last write.
        self._waiting: list[tuple[Entry, str]] = []
        self._known: list[Place] = []
        self._written = time.monotonic()
        #: Reports of this build: hashes of id and content, to save memory.
        self._seen: set[bytes] = set()
        #: Origin of a file that is not yet read completely → its reports.
        self._files: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._part: Part = ()
        #: Name of a file of the part in messages → its origin.
        self._origins: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._write({})

    def write_part(self, part: Part, items: Iterable[Item]) -> None:
        """Write the results for a part."""
        self._part = part
        self._origins = {source_name(piece.path): self._ledger.origin_of(piece.path) for piece in part}
        self._origins |= {"standard input": "-"} if "-" in self._origins.values() else {}
        for item in items:
            self._take(item)
        ended = [self._ledger.origin_of(piece.path) for piece in part if piece.last]
        self._write({file: self._files.pop(file) for file in ended if file in self._files})

    def _take(self, item: Item) -> None:
        """Count a result and collect it for writing."""
        if isinstance(item, (Failure, NoReport, Ignored)):
            self._outcome.list(item)
            return
        self._outcome.field_use.add(item.source, item.origin, is_report=True)
        file = self._file_of(item.source)
        self._files[file][item.id].add(item.fingerprint[:SHORT])
        key = blake2b(f"{item.id}\x1f{item.fingerprint}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
        is_repeated = key in self._seen
        self._seen.add(key)
        if is_repeated:
            self._outcome.repeated += 1
        elif isinstance(item, Known):
            self._outcome.skipped += 1
        if is_repeated or isinstance(item, Known):
            self._known.append(Place(item.id, item.fingerprint, file))
        else:
            self._outcome.count_unread_date(item.source, item.unread_date)
            self._outcome.count_note(item.source, item.note)
            self._waiting.append((item.entry, file))
            if time.monotonic() - self._written > MAX_WAIT:
                self._write({})

    def _file_of(self, source: str) -> str:
        """Return the origin of a file of the part from the source of a report in it: `file`, `file!member`, `file:3`."""
        for end in sorted({len(source), *(n for n, c in enumerate(source) if c in "!:")}, reverse=True):
            if (found := self._origins.get(source[:end])) is not None:
                return found
        return self._ledger.origin_of(self._part[0].path)

    def _write(self, finished: dict[str, defaultdict[str, set[str]]]) -> None:
        """Write the collected reports in one transaction; single transactions would take twice as long."""
        read, self._waiting = self._waiting, []
        known, self._known = self._known, []
        if read or known or finished:
            missing = self._ledger.update(read, known, finished)
            self._count(read)
            if missing:
                self._read_again(missing)
        self._written = time.monotonic()

    def _count(self, read: list[tuple[Entry, str]]) -> None:
        for entry, _ in read:
            self._outcome.count(entry.id, len(entry.statements), entry.refused, entry.known)

    def _read_again(self, missing: list[Place]) -> None:
        """Read reports that were in the graph when their file was read, and were replaced in the meantime."""
        wanted = {(place.base, place.fingerprint) for place in missing}
        read = [
            (item.entry, self._file_of(item.source))
            for item in self._again(self._part)
            if isinstance(item, Read) and (item.id, item.fingerprint) in wanted
        ]
        self._ledger.update(read, (), {})
        self._outcome.skipped -= len({(entry.id, entry.fingerprint) for entry, _ in read})
        self._count(read)
