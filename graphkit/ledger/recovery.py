"""What can still be read of a damaged ledger file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from graphkit.decisions.model import Decision, from_record
from graphkit.errors import UsageError
from graphkit.ledger.digests import DECISION, digest_of, identity_of
from graphkit.model import Failure, Report

#: Rows that are asked for at once; around damage they are asked for one by one.
_STEP = 200
#: What reading damage may raise: SQLite's message may quote the damage itself.
_DAMAGE = (sqlite3.Error, UnicodeDecodeError)


@dataclass(slots=True)
class Salvaged:
    """reports: with the extractor that read each, in order of id, their text whole by its fingerprint.

    lost: ids of reports that cannot be read whole any more. failures: as listed. decisions: those that can be
    read. identity: of the ledger, "" if it is lost.
    """

    reports: list[tuple[Report, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    identity: str = ""
    notes: list[str] = field(default_factory=list)


def salvage(path: Path) -> Salvaged:
    """Reads reports around the damage. A file that is no SQLite file at all gives nothing."""
    found = Salvaged()
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    # Characters that are damaged must not stop the rest: the fingerprint finds them.
    db.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        db.execute("PRAGMA trusted_schema = OFF")
        if not _has_tables(db):
            return found
        ids: set[str] = set()
        digests = _digests(db)
        for table, column in (("report", "id"), ("statement", "report"), ("passage", "report"), ("words", "report")):
            for order, sign in (("ASC", ">"), ("DESC", "<")):
                ids.update(_keys(db, table, column, order, sign))
        for report_id in sorted(ids):
            read = _report(db, report_id)
            if read is not None and digests:
                read = _by_digest(read, digests)
            if read is None:
                found.lost.append(report_id)
            else:
                found.reports.append(read)
        found.failures = [Failure(s, _value(db, "SELECT reason FROM failure WHERE source = ?", s)) for s in sorted({*_keys(db, "failure", "source", "ASC", ">"), *_keys(db, "failure", "source", "DESC", "<")})]
        found.lost = sorted({*found.lost, *digests} - {report.id for report, _ in found.reports})
        found.decisions = list(_decisions(db, found.notes))
        found.identity = _value(db, "SELECT identity FROM state WHERE one = ?", 1)
    finally:
        db.close()
    return found


def _keys(db: sqlite3.Connection, table: str, column: str, order: str, sign: str) -> Iterator[str]:
    """Values of a column from one end until the damage."""
    last: str | None = None
    step = _STEP
    seen: set[str] = set()
    while True:
        where, arguments = (f"WHERE {column} {sign} ?", (last,)) if last is not None else ("", ())
        try:
            rows = [str(r[0]) for r in db.execute(f"SELECT DISTINCT {column} FROM {table} {where} ORDER BY {column} {order} LIMIT {step}", arguments)]
        except _DAMAGE:
            if step == 1:
                return
            step = 1
            continue
        # In a damaged tree the order may be broken, and go round in a circle.
        if seen.issuperset(rows):
            return
        seen.update(rows)
        yield from rows
        last = rows[-1]


def _report(db: sqlite3.Connection, report_id: str) -> tuple[Report, str] | None:
    try:
        row = db.execute("SELECT id, text, title, date, publisher, place, url, fingerprint, extractor FROM report WHERE id = ?", (report_id,)).fetchone()
    except _DAMAGE:
        return None
    if row is None or not all(isinstance(v, str) for v in row):
        return None
    report = Report(*row[:7])
    return (report, row[8]) if report.fingerprint == row[7] else None


def _has_tables(db: sqlite3.Connection) -> bool:
    """Are the names of the ledger's tables those of tables? A view in their place could say, or do, anything."""
    try:
        kinds = dict(db.execute("SELECT name, type || substr(sql, 1, 12) FROM sqlite_master WHERE name IN ('report', 'statement', 'passage', 'words', 'failure', 'state', 'decision', 'digest')"))
    except _DAMAGE:
        return True
    return all(kind == "tableCREATE TABLE" for kind in kinds.values())


def _digests(db: sqlite3.Connection) -> dict[str, str]:
    """Id → digest of id and fingerprint, as far as they can be read; none in a ledger of an old format."""
    ids = {*_keys(db, "digest", "report", "ASC", ">"), *_keys(db, "digest", "report", "DESC", "<")}
    return {i: _value(db, "SELECT identity FROM digest WHERE report = ?", i) for i in ids}


def _by_digest(read: tuple[Report, str], digests: dict[str, str]) -> tuple[Report, str] | None:
    """A report under the id that it was written with; None if no digest is of it."""
    report, extractor = read
    if digests.get(report.id) == identity_of(report.id, report.fingerprint):
        return read
    for report_id, identity in digests.items():
        if identity == identity_of(report_id, report.fingerprint):
            return replace(report, id=report_id), extractor
    return None


def _decisions(db: sqlite3.Connection, notes: list[str]) -> Iterator[Decision]:
    numbers = {*_keys(db, "decision", "number", "ASC", ">"), *_keys(db, "decision", "number", "DESC", "<")}
    for number in sorted(numbers, key=int):
        try:
            row = db.execute("SELECT about, verdict, who, made, note FROM decision WHERE number = ?", (int(number),)).fetchone()
            digest = _value(db, "SELECT digest FROM decision WHERE number = ?", int(number))
            if digest and digest != digest_of(db.execute(f"SELECT {DECISION} FROM decision WHERE number = ?", (int(number),))):
                raise ValueError("changed outside graphkit")
            yield from_record({**json.loads(row[0]), "verdict": row[1], "who": row[2], "made": row[3], "note": row[4]}, "ledger")
        except (*_DAMAGE, TypeError, ValueError, UsageError):
            notes.append(f"decision {number} was damaged and is removed: decide again")


def _value(db: sqlite3.Connection, sql: str, key: object) -> str:
    try:
        row = db.execute(sql, (key,)).fetchone()
    except _DAMAGE:
        return ""
    return str(row[0]) if row else ""
