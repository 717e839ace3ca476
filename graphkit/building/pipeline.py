"""Files in, ledger out. Stopped at any moment and called again it ends in the same state."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from graphkit.building.batch import Item, Known, Read, process_part, readings
from graphkit.building.outcome import FIELDS, Outcome
from graphkit.errors import UsageError
from graphkit.extractors import Extractor
from graphkit.ledger import Entry, Ledger
from graphkit.model import Failure, Ignored, NoReport, NotRead, Reading
from graphkit.reading import Part, cut, list_inputs, read_paths
from graphkit.reading.naming import source_name
from graphkit.resolution.spread import Spread

Progress = Callable[[Outcome], None]

#: Seconds that a report which was read waits at most for others to be written with it, where reading is slow.
MAX_WAIT = 1.0


class Engine(StrEnum):
    """Where reports are read: processes of this machine, or the nodes of a Ray cluster."""

    local = "local"
    ray = "ray"


def build(
    ledger: Ledger, paths: Iterable[str | Path], extractor: Extractor, progress: Progress | None = None, *,
    workers: int = 1, engine: Engine | str = Engine.local, shards: str = "", afterwards: Callable[[Spread], object] | None = None,
) -> Outcome:
    """Read reports from `paths` into the ledger, those of a part in one transaction.

    A report that is in (same bytes, same extractor version) is skipped, a changed one replaced; an input that
    fails is listed with its reason and costs nothing else. workers: processes that read, 1 for this one alone.
    engine, shards: see graphkit.building.ray_cluster. The ledger holds the same whatever reads, and in whatever order.
    afterwards: called when all is in the ledger, with what spreads work over the nodes of a cluster; not on one machine.
    Raises UsageError for a path that is not there, LedgerError when the ledger cannot be written.
    """
    if workers < 1:
        raise UsageError(f"--workers {workers}: at least one is needed")
    listing = list_inputs(paths)
    outcome = Outcome()
    for skipped in listing.skipped:
        outcome.list(skipped)
    started = time.monotonic()
    finished: list[str] = []
    with _gc_frozen(), _engine(ledger, extractor, workers, Engine(engine), shards) as (results, spread):
        try:
            with _Writer(ledger, outcome) as writer:
                for part, items in results(cut(listing.paths)):
                    for item in items:
                        writer.take(item)
                    writer.write()
                    finished += [source_name(piece.path) for piece in part if piece.last]
                    _report(outcome, started, progress)
        except KeyboardInterrupt:
            ledger.replace_failures(finished, outcome.failures, _without_report(outcome))
            raise
        ledger.replace_failures(finished, outcome.failures, _without_report(outcome), [source_name(folder) for folder in listing.folders])
        if afterwards is not None and spread is not None:
            afterwards(spread)
    _report(outcome, started, progress)
    return outcome


def _report(outcome: Outcome, started: float, progress: Progress | None) -> None:
    outcome.seconds = time.monotonic() - started
    if progress is not None:
        progress(outcome)


def _without_report(outcome: Outcome) -> list[NoReport | NotRead | Ignored]:
    return [*outcome.not_read, *outcome.empty, *outcome.ignored]


def read_in_chunks(paths: Iterable[str | Path], extractor: Extractor, outcome: Outcome) -> Iterator[Reading]:
    """Readings of all reports of `paths` without a ledger; what fails is counted in `outcome`."""
    started = time.monotonic()
    for item in readings(read_paths(paths), extractor):
        if isinstance(item, (Failure, NoReport, Ignored)):
            outcome.list(item)
        elif isinstance(item, Reading):
            outcome.count(item.report.id, len(item.statements), item.refused, {name: bool(getattr(item.report, name)) for name in FIELDS})
            outcome.count_unread_date(item.report.source, item.report.unread_date)
            outcome.seconds = time.monotonic() - started
            yield item


@contextmanager
def _gc_frozen() -> Iterator[None]:
    """Lexicons and models are some 200,000 objects that stay: the garbage collector need not look at them again and again."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


Results = Callable[[Iterator[Part]], Iterable[tuple[Part, Iterable[Item]]]]


@contextmanager
def _engine(ledger: Ledger, extractor: Extractor, workers: int, engine: Engine, shards: str) -> Iterator[tuple[Results, Spread | None]]:
    """What gives parts with what became of their reports, in order; and on a cluster what spreads other work."""
    if engine is Engine.ray:
        from graphkit.building.ray_cluster import Cluster

        with Cluster(ledger, extractor, shards) as cluster:
            yield cluster.results, cluster.spread
    elif workers > 1:
        from graphkit.building.processes import Workers

        with Workers(workers, ledger, extractor) as pool:
            yield pool.results, None
    else:
        yield lambda parts: ((part, process_part(part, extractor, lambda i, f: ledger.has(i, f, extractor.name, extractor.version))) for part in parts), None


class _Writer:
    """The one writer. A report that comes twice in a run is written once; an id that comes with other words is a failure.

    As a context manager it writes, whatever ends the build, what was read until then.
    """

    def __init__(self, ledger: Ledger, outcome: Outcome) -> None:
        self._ledger = ledger
        self._outcome = outcome
        #: Reports that are not yet written, and when the last ones were.
        self._waiting: list[Entry] = []
        self._written = time.monotonic()
        #: id → fingerprint (16 of its 32 bytes, for many millions) and source.
        self._seen: dict[str, tuple[bytes, str]] = {}

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self.write()

    def take(self, item: Item) -> None:
        if isinstance(item, (Failure, NoReport, Ignored)):
            self._outcome.list(item)
        elif self._is_new(item):
            if isinstance(item, Read):
                self._outcome.count_unread_date(item.source, item.unread_date)
                self._waiting.append(item.entry)
                if time.monotonic() - self._written > MAX_WAIT:
                    self.write()
            else:
                self._outcome.skipped += 1

    def write(self) -> None:
        """What waits goes into the ledger, in one transaction: one for each report would take twice as long."""
        entries, self._waiting = self._waiting, []
        if entries:
            self._ledger.put(*entries)
        for entry in entries:
            self._outcome.count(entry.id, len(entry.statements), entry.refused, entry.known)
        self._written = time.monotonic()

    def _is_new(self, item: Read | Known) -> bool:
        short = bytes.fromhex(item.fingerprint[:32])
        if item.id not in self._seen:
            self._seen[item.id] = (short, item.source)
            return True
        before, source = self._seen[item.id]
        if before == short:
            self._outcome.skipped += 1
        else:
            reason = (
                f"the id {item.id!r} was already given to {source}, which says something else. An id is the file's name without its ending, "
                "or the field `id` of a record: rename one of the files, or give its record another id"
            )
            self._outcome.failures.append(Failure(item.source, reason))
        return False
