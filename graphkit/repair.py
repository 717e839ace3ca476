"""Makes a graph folder whole again: the ledger's file, every statement against its text, the views."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from graphkit.building.batch import readings
from graphkit.errors import DamagedError, LedgerError, SchemaError, UsageError
from graphkit.extractors import load_extractor
from graphkit.ledger import Ledger, entry_of
from graphkit.ledger.digests import Digest, identity_of
from graphkit.ledger.opening import is_writable, read_only_hint, refuse_links
from graphkit.ledger.recovery import salvage
from graphkit.ledger.store import FILE
from graphkit.ledger.word_encoding import unpack_words
from graphkit.model import Reading, Report
from graphkit.schema import load_schema
from graphkit.stores.views import Views

#: The new ledger, whole, while it waits for its place.
_NEW = f"{FILE}.new"

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Repaired:
    """What was done. damaged: where the broken file lies now. checked: statements that were held against their text.

    reread: reports whose text is whole and that were read again. lost: reports that must be built again from their files.
    notes: what else was lost or could not be compared, a sentence each.
    """

    checked: int = 0
    reread: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    damaged: Path | None = None
    notes: list[str] = field(default_factory=list)


def repair(folder: str | Path, progress: Progress | None = None) -> Repaired:
    """Checks and mends the graph in `folder`.

    A damaged file is put aside, and what can be read of it goes into a new one: each report whose text agrees with its
    fingerprint, read again. In a file that is whole, reports with a statement that its text or the schema refuses are read
    again. All views are made anew. progress: reports read again, reports to be read again.
    Raises LedgerError when the folder holds no ledger, another graphkit is writing to it, or it cannot be written.
    """
    folder = Path(folder)
    done = Repaired()
    refuse_links(folder / _NEW)
    refuse_links(folder / FILE)
    if (folder / FILE).exists() and not is_writable(folder / FILE):
        raise LedgerError(f"{folder} is read-only: {read_only_hint(folder / FILE)}")
    if (folder / _NEW).exists():
        done.damaged = _replace(folder)  # A repair that was cut off in its last step.
    if not (folder / FILE).exists():
        raise LedgerError(f"{folder} is no graph: there is no {FILE} in it")
    try:
        with Ledger(folder) as ledger:
            ledger.exclude_others()
            ledger.check(thorough=True)
        _mend(folder, done, progress)
    except DamagedError:
        # Found by SQLite's check, or on the way, where that does not look.
        done = _renew(folder, progress)
        _mend(folder, done, progress)
    return done


def _mend(folder: Path, done: Repaired, progress: Progress | None) -> None:
    """Rows that do not fit, and the views."""
    with Ledger(folder) as ledger:
        problems = list(ledger.problems())
        damaged = ledger.drop_damaged_decisions()
        doubtful = _doubtful(ledger, done)
        done.notes += [f"decision {number} was damaged and is removed: decide again" for number in damaged]
        done.notes += _notes(problems, bool(damaged), bool(done.lost))
        ledger.drop_orphans()
        ledger.accept()
        _read_into(ledger, doubtful, done, progress)
        _clear(folder)
        views = Views(folder, ledger)
        had_phrases = views.clear()
        views.counts()
        views.cypher()
        views.sparql()
        if had_phrases:
            views.phrases()
        views.close()


def _notes(problems: list[str], damaged_decisions: bool, lost: bool) -> list[str]:
    """Problems of the ledger as a whole that no report or decision accounts for."""
    notes = []
    if any("their sum: a report" in p for p in problems) and not lost and not any(p.startswith("report ") for p in problems):
        notes.append("a report was added or removed outside graphkit and it is not known which: build the graph again from all its reports")
    if any(p.startswith("the decisions") for p in problems) and not damaged_decisions:
        notes.append("a decision was added or removed outside graphkit and it is not known which: compare `graphkit review --decided` with your own list")
    return notes


def _renew(folder: Path, progress: Progress | None) -> Repaired:
    """A new ledger from what the damaged one still gives. The new one takes its place when it is whole."""
    workshop = Path(tempfile.mkdtemp(prefix=".repair-", dir=folder))
    found = salvage(folder / FILE)
    done = Repaired(lost=found.lost, notes=found.notes)
    with Ledger(workshop, create=True) as ledger:
        if found.identity:
            ledger.adopt(found.identity)
        _read_into(ledger, found.reports, done, progress)
        ledger.replace_failures([], found.failures)
        ledger.add_decisions(found.decisions)
    (workshop / FILE).rename(folder / _NEW)
    done.damaged = _replace(folder)
    shutil.rmtree(workshop, ignore_errors=True)
    return done


def _replace(folder: Path) -> Path | None:
    """Puts the damaged file aside and the new one in its place; where the damaged one lies, if it was still there.

    What SQLite keeps beside a file goes first: it must never lie beside the new one.
    """
    aside = _free_name(folder)
    there = (folder / FILE).exists()
    for ending in ("-wal", "-shm", ""):
        old = folder / f"{FILE}{ending}"
        if old.exists():
            old.rename(aside.with_name(aside.name + ending))
    (folder / _NEW).rename(folder / FILE)
    return aside if there else None


def _free_name(folder: Path) -> Path:
    number = 1
    while (path := folder / f"{FILE}.damaged-{number}").exists():
        number += 1
    return path


def _doubtful(ledger: Ledger, done: Repaired) -> list[tuple[Report, str]]:
    """Reports whose words, passages or statements are not what they were, with their extractors. Those whose text is not are lost."""
    found = []
    missing = ledger.identities()
    for report_id in ledger.ids():
        try:
            stored, computed = ledger.digests(report_id)
            row = ledger.unchecked_report(report_id)
        except DamagedError:
            stored = computed = row = None
        if row is None or row[0].fingerprint != row[1]:
            true_id = ""
        else:
            true_id = _true_id(report_id, row[1], stored, computed, missing)
        if row is None or true_id != report_id:
            ledger.remove(report_id)
        if row is None or not true_id:
            done.lost.append(report_id)
        elif true_id != report_id or stored != computed or not _is_sound(ledger, row[0], done):
            missing.pop(true_id, None)
            found.append((replace(row[0], id=true_id), row[2]))
    done.lost += sorted(missing)
    return found


def _true_id(report_id: str, fingerprint: str, stored: Digest | None, computed: Digest | None, missing: dict[str, str]) -> str:
    """The id that the report of this fingerprint was written with; "" if its digests do not tell."""
    if stored is not None and computed is not None:
        # (The other digests tell whether the report or the digest of its id was changed.)
        return report_id if stored[1] == computed[1] or stored[2] == computed[2] else ""
    own = identity_of(report_id, fingerprint)
    for other, identity in missing.items():
        if identity == own:
            del missing[other]
            return report_id
        if identity == identity_of(other, fingerprint):
            return other
    return ""


def _is_sound(ledger: Ledger, report: Report, done: Repaired) -> bool:
    """Does all that is kept of a report fit its text?"""
    schema = load_schema()
    try:
        for statement in ledger.read_statements(report.id):
            done.checked += 1
            schema.check(statement, report)
        blob = ledger.words_of(report.id)
        words = unpack_words(blob) if blob else ()
        passages = ledger.passages(report.id)
    except (SchemaError, DamagedError):
        return False
    spans = [(w.start, w.end) for w in words] + [(p.start, p.end) for p in passages]
    return bool(passages) and all(0 <= start <= end <= len(report.text) for start, end in spans)


def _read_into(ledger: Ledger, found: list[tuple[Report, str]], done: Repaired, progress: Progress | None) -> None:
    """Reads reports with the extractors of these names."""
    by_extractor: dict[str, list[Report]] = {}
    for report, name in found:
        by_extractor.setdefault(name, []).append(report)
    for name, reports in sorted(by_extractor.items()):
        try:
            extractor = load_extractor(name)
        except UsageError as error:
            for report in reports:
                ledger.remove(report.id)
                done.lost.append(report.id)
            done.notes.append(f"{len(reports)} reports cannot be read again ({error})")
            continue
        for item in readings(reports, extractor):
            if not isinstance(item, Reading):
                done.lost.append(item.source)
                continue
            ledger.put(entry_of(item, extractor.name, extractor.version))
            done.reread.append(item.report.id)
            if progress is not None:
                progress(len(done.reread), len(found))


def _clear(folder: Path) -> None:
    """Removes what a build on a cluster left."""
    for left in folder.glob("graphkit-shards-*"):
        shutil.rmtree(left, ignore_errors=True)
