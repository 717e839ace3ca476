"""Makes a graph folder whole again: the ledger's file, every statement against its text, the views."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from graphkit.errors import LedgerError, SchemaError, UsageError
from graphkit.extractors import checked, load_extractor
from graphkit.ledger import Ledger, entry_of
from graphkit.ledger.salvage import salvage
from graphkit.ledger.store import FILE
from graphkit.ledger.words import unpack_words
from graphkit.model import Report
from graphkit.schema import load_schema
from graphkit.views import Views

#: Reports that are read again together.
_CHUNK = 32
#: The new ledger, whole, while it waits for its place.
_NEW = f"{FILE}.new"

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Repaired:
    """What was done. damaged: where the broken file lies now. checked: statements that were held against their text.

    reread: reports whose text is whole and that were read again. lost: reports that must be built again from their files.
    views: folders of views that were taken away; they are made again when they are asked for.
    """

    checked: int = 0
    reread: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    views: int = 0
    damaged: Path | None = None


def repair(folder: str | Path, progress: Progress | None = None) -> Repaired:
    """Checks and mends the graph in `folder`.

    A damaged file is put aside, and what can be read of it goes into a new one: each report whose text agrees with its
    fingerprint, read again. In a file that is whole, reports with a statement that its text or the schema refuses are read
    again. All views are taken away and made anew. progress: reports done, reports in all.
    Raises LedgerError when the folder holds no ledger or another graphkit is writing to it.
    """
    folder = Path(folder)
    done = Repaired()
    if not (folder / FILE).exists() and (folder / _NEW).exists():
        (folder / _NEW).rename(folder / FILE)  # A repair that was cut off in its last step.
    if not (folder / FILE).exists():
        raise LedgerError(f"{folder} is no graph: there is no {FILE} in it")
    if not _is_whole(folder):
        _renew(folder, done, progress)
    try:
        _mend(folder, done, progress)
    except LedgerError as error:
        if done.damaged or _is_of_others(error):
            raise
        # Damage that SQLite's own check does not see, and that comes to light on the way.
        done = Repaired()
        _renew(folder, done, progress)
        _mend(folder, done, progress)
    return done


def _mend(folder: Path, done: Repaired, progress: Progress | None) -> None:
    """Rows that do not fit, and the views."""
    with Ledger(folder) as ledger:
        ledger.drop_orphans()
        _reread(ledger, _doubtful(ledger, done), done, progress)
        views = Views(folder, ledger)
        had_phrases = views.has_phrases()
        done.views = _clear(folder)
        views.counts()
        views.cypher()
        views.sparql()
        if had_phrases:
            views.phrases()


def _is_of_others(error: LedgerError) -> bool:
    """Nothing that is damaged: a writer at work, another program's file, a newer format."""
    return any(words in str(error) for words in ("another graphkit", "newer graphkit", "another program"))


def _is_whole(folder: Path) -> bool:
    try:
        with Ledger(folder) as ledger:
            ledger.check(thorough=True)
            ledger.exclude_others()
    except LedgerError as error:
        if _is_of_others(error):
            raise
        return False
    return True


def _renew(folder: Path, done: Repaired, progress: Progress | None) -> None:
    """A new ledger from what the damaged one still gives. The new one takes its place when it is whole."""
    workshop = folder / ".repair"
    shutil.rmtree(workshop, ignore_errors=True)
    found = salvage(folder / FILE)
    with Ledger(workshop, create=True) as ledger:
        if found.identity:
            ledger.adopt(found.identity)
        by_extractor: dict[str, list[Report]] = {}
        for report, extractor in found.reports:
            by_extractor.setdefault(extractor, []).append(report)
        _read_into(ledger, by_extractor, done, progress)
        ledger.replace_failures([], found.failures)
    done.lost += found.lost
    (workshop / FILE).rename(folder / _NEW)
    done.damaged = _free_name(folder)
    for ending in ("", "-wal", "-shm"):
        old = folder / f"{FILE}{ending}"
        if old.exists():
            old.rename(done.damaged.with_name(done.damaged.name + ending))
    (folder / _NEW).rename(folder / FILE)
    shutil.rmtree(workshop, ignore_errors=True)


def _free_name(folder: Path) -> Path:
    number = 1
    while (path := folder / f"{FILE}.damaged-{number}").exists():
        number += 1
    return path


def _doubtful(ledger: Ledger, done: Repaired) -> Iterator[str]:
    """Ids of reports whose text, words, passages or statements are not what they were."""
    for report_id in ledger.ids():
        try:
            row = ledger.report(report_id)
            sound = row is not None and ledger.has_text(row.report) and _is_sound(ledger, row.report, done)
        except (LedgerError, SchemaError):
            sound = False
        if not sound:
            yield report_id


def _is_sound(ledger: Ledger, report: Report, done: Repaired) -> bool:
    """Holds what is kept of a report against its text. Raises SchemaError or LedgerError for what does not fit."""
    schema = load_schema()
    for statement in ledger.statements(report.id):
        done.checked += 1
        schema.check(statement, report)
    blob = ledger.words_of(report.id)
    words = unpack_words(blob) if blob else ()
    passages = ledger.passages(report.id)
    spans = [(w.start, w.end) for w in words] + [(p.start, p.end) for p in passages]
    return bool(passages) and all(0 <= start <= end <= len(report.text) for start, end in spans)


def _reread(ledger: Ledger, ids: Iterable[str], done: Repaired, progress: Progress | None) -> None:
    by_extractor: dict[str, list[Report]] = {}
    for report_id in list(ids):
        try:
            row = ledger.report(report_id)
            whole = row is not None and ledger.has_text(row.report)
        except LedgerError:
            row, whole = None, False
        if row is not None and whole:
            by_extractor.setdefault(ledger.extractor_of(report_id), []).append(row.report)
        else:
            ledger.remove(report_id)
            done.lost.append(report_id)
    _read_into(ledger, by_extractor, done, progress)


def _read_into(ledger: Ledger, by_extractor: dict[str, list[Report]], done: Repaired, progress: Progress | None) -> None:
    total = sum(map(len, by_extractor.values()))
    for name, reports in sorted(by_extractor.items()):
        try:
            extractor = load_extractor(name)
        except UsageError as error:
            raise LedgerError(f"{ledger.path}: {len(reports)} reports must be read again: {error}") from None
        rest = iter(reports)
        while some := list(islice(rest, _CHUNK)):
            for reading in checked(extractor.read(some)):
                ledger.put(entry_of(reading, extractor.name, extractor.version))
                done.reread.append(reading.report.id)
            if progress is not None:
                progress(len(done.reread), total)


def _clear(folder: Path) -> int:
    views = list((folder / "views").glob("*")) if (folder / "views").is_dir() else []
    for path in views:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    for left in folder.glob("graphkit-shards-*"):
        shutil.rmtree(left, ignore_errors=True)
    return len(views)
