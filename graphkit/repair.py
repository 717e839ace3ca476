"""Repair of a graph folder: the ledger file, statements that do not agree with their text, and the views."""

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
from graphkit.wording import advice

#: Name of the complete new ledger before it replaces the damaged one.
_NEW = f"{FILE}.new"

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Repaired:
    """The result of a repair.

    damaged: new path of the damaged file. checked: number of statements that were compared with their text.
    reread: ids of intact reports that were read again. lost: ids of reports that must be built from their files again.
    notes: messages about other losses and about content that could not be compared.
    """

    checked: int = 0
    reread: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    damaged: Path | None = None
    notes: list[str] = field(default_factory=list)


def repair(folder: str | Path, progress: Progress | None = None) -> Repaired:
    """Check and repair the graph in `folder`.

    A damaged file is renamed and replaced by a new one: each report whose text agrees with its fingerprint is read
    again. In an intact file, reports with a statement that contradicts the text or the schema are read again. All views
    are rebuilt. progress: called with the number of reports that were read again and the number of reports to read.
    Raises LedgerError if the folder contains no ledger or cannot be written, or if another process is writing to it.
    """
    folder = Path(folder)
    done = Repaired()
    refuse_links(folder / _NEW)
    refuse_links(folder / FILE)
    if (folder / FILE).exists() and not is_writable(folder / FILE):
        raise LedgerError(f"{folder} is read-only: {read_only_hint(folder / FILE)}")
    if (folder / _NEW).exists():
        done.damaged = _replace(folder)  # An earlier repair was interrupted in its last step.
    if not (folder / FILE).exists():
        raise LedgerError(f"{folder} is not a graph: it contains no {FILE}")
    try:
        with Ledger(folder) as ledger:
            ledger.exclude_others()
            ledger.check(thorough=True)
        _repair_rows(folder, done, progress)
    except DamagedError:
        # Found by SQLite's check, or by reading rows that SQLite does not check.
        done = _rebuild_file(folder, progress)
        _repair_rows(folder, done, progress)
    return done


def _repair_rows(folder: Path, done: Repaired, progress: Progress | None) -> None:
    """Remove damaged rows, read the affected reports again and rebuild the views."""
    with Ledger(folder) as ledger:
        problems = list(ledger.problems())
        damaged = ledger.drop_damaged_decisions()
        doubtful = _doubtful(ledger, done)
        done.notes += [f"decision {number} is damaged and was removed: decide again" for number in damaged]
        done.notes += _notes(problems, bool(damaged), bool(done.lost))
        ledger.drop_orphans()
        ledger.accept()
        _read_into(ledger, doubtful, done, progress)
        _remove_shards(folder)
        views = Views(folder, ledger)
        had_phrases = views.clear()
        views.counts()
        views.cypher()
        views.sparql()
        if had_phrases:
            views.phrases()
        views.close()


def _notes(problems: list[str], damaged_decisions: bool, lost: bool) -> list[str]:
    """Return messages about problems that cannot be attributed to a report or decision."""
    notes = []
    is_attributed = lost or any(p.startswith("report ") for p in problems)
    if any("their sum: a report" in p for p in problems) and not is_attributed:
        notes.append(
            "a report was added or removed outside graphkit, and it is not known which: "
            + advice("build all reports again", "run `graphkit build` on all reports again")
        )
    if any(p.startswith("the decisions") for p in problems) and not damaged_decisions:
        notes.append(
            "a decision was added or removed outside graphkit, and it is not known which: "
            + advice(
                "compare graph.review().decisions() with your own records",
                "compare `graphkit review --decided` with your own records",
            )
        )
    if any(p.startswith("the list of failures") for p in problems):
        notes.append(
            "the list of inputs that were not read was changed outside graphkit: "
            "build the same folders again to update the list"
        )
    return notes


def _rebuild_file(folder: Path, progress: Progress | None) -> Repaired:
    """Write a new ledger with the recovered content; it replaces the damaged one when it is complete."""
    temporary = Path(tempfile.mkdtemp(prefix=".repair-", dir=folder))
    found = salvage(folder / FILE)
    done = Repaired(lost=found.lost, notes=found.notes)
    with Ledger(temporary, create=True) as ledger:
        if found.identity:
            ledger.adopt(found.identity)
        _read_into(ledger, found.reports, done, progress)
        ledger.replace_failures([], found.failures, found.not_read)
        ledger.add_decisions(found.decisions)
    (temporary / FILE).rename(folder / _NEW)
    done.damaged = _replace(folder)
    shutil.rmtree(temporary, ignore_errors=True)
    return done


def _replace(folder: Path) -> Path | None:
    """Rename the damaged file, move the new one to its place, and return the new path of the damaged file if any.

    SQLite's companion files are renamed first, so that they never belong to the new file.
    """
    damaged = _free_name(folder)
    existed = (folder / FILE).exists()
    for suffix in ("-wal", "-shm", ""):
        old = folder / f"{FILE}{suffix}"
        if old.exists():
            old.rename(damaged.with_name(damaged.name + suffix))
    (folder / _NEW).rename(folder / FILE)
    return damaged if existed else None


def _free_name(folder: Path) -> Path:
    number = 1
    while (path := folder / f"{FILE}.damaged-{number}").exists():
        number += 1
    return path


def _doubtful(ledger: Ledger, done: Repaired) -> list[tuple[Report, str]]:
    """Return reports whose words, passages or statements are damaged, with their extractors.

    Reports whose text is damaged are added to `done.lost`.
    """
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


def _true_id(
    report_id: str, fingerprint: str, stored: Digest | None, computed: Digest | None, missing: dict[str, str]
) -> str:
    """Return the original id of the report with this fingerprint; "" if the digests do not determine it."""
    if stored is not None and computed is not None:
        # The other digests show whether the report or the digest of its id was changed.
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
    """Return whether the stored statements, words and passages of a report agree with its text."""
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
    """Read reports again with the named extractors and write them to the ledger."""
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


def _remove_shards(folder: Path) -> None:
    """Remove intermediate results of an interrupted cluster build."""
    for left in folder.glob("graphkit-shards-*"):
        shutil.rmtree(left, ignore_errors=True)
