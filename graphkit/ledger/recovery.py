"""Recovery of reports and decisions from a damaged ledger file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from graphkit.decisions.model import Decision, from_record
from graphkit.errors import UsageError
from graphkit.ledger.digests import DECISION, digest_of, identity_of
from graphkit.model import Failure, Ignored, NoReport, NotRead, Report

#: Number of rows that are read by one query; after an error, rows are read one by one.
_STEP = 200
#: Errors when damaged rows are read; SQLite's message may contain text that cannot be decoded.
_DAMAGE = (sqlite3.Error, UnicodeDecodeError)


@dataclass(slots=True)
class Salvaged:
    """The recovered content of a damaged ledger.

    reports: intact reports (verified by fingerprint) with the name of their extractor, ordered by id.
    lost: ids of reports that are not intact. failures, not_read: listed inputs. decisions: readable decisions.
    identity: identity of the ledger, "" if it is lost. notes: messages about lost decisions.
    """

    reports: list[tuple[Report, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    not_read: list[NotRead | NoReport | Ignored] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    identity: str = ""
    notes: list[str] = field(default_factory=list)


def salvage(path: Path) -> Salvaged:
    """Return the content that can still be read. The result is empty for a file that is not an SQLite database."""
    found = Salvaged()
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    # Damaged characters must not stop the recovery; the fingerprint detects them.
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
        reason = "SELECT reason FROM failure WHERE source = ?"
        found.failures = [Failure(source, _value(db, reason, source)) for source in _sources(db, "failure")]
        found.not_read = list(_not_read(db))
        found.lost = sorted({*found.lost, *digests} - {report.id for report, _ in found.reports})
        found.decisions = list(_decisions(db, found.notes))
        found.identity = _value(db, "SELECT identity FROM state WHERE one = ?", 1)
    finally:
        db.close()
    return found


def _keys(db: sqlite3.Connection, table: str, column: str, order: str, sign: str) -> Iterator[str]:
    """Yield the values of a column in the given order until a damaged row is found."""
    last: str | None = None
    step = _STEP
    seen: set[str] = set()
    while True:
        where, arguments = (f"WHERE {column} {sign} ?", (last,)) if last is not None else ("", ())
        sql = f"SELECT DISTINCT {column} FROM {table} {where} ORDER BY {column} {order} LIMIT {step}"
        try:
            rows = [str(r[0]) for r in db.execute(sql, arguments)]
        except _DAMAGE:
            if step == 1:
                return
            step = 1
            continue
        # In a damaged B-tree the order may be wrong, so that the same rows are returned repeatedly.
        if seen.issuperset(rows):
            return
        seen.update(rows)
        yield from rows
        last = rows[-1]


def _report(db: sqlite3.Connection, report_id: str) -> tuple[Report, str] | None:
    """Return a report and its extractor if they can be read and agree with the fingerprint."""
    sql = "SELECT id, text, title, date, publisher, place, url, fingerprint, extractor FROM report WHERE id = ?"
    try:
        row = db.execute(sql, (report_id,)).fetchone()
    except _DAMAGE:
        return None
    if row is None or not all(isinstance(v, str) for v in row):
        return None
    report = Report(*row[:7])
    return (report, row[8]) if report.fingerprint == row[7] else None


def _has_tables(db: sqlite3.Connection) -> bool:
    """Return whether the ledger's table names refer to tables. A view of the same name could return arbitrary data."""
    sql = (
        "SELECT name, type || substr(sql, 1, 12) FROM sqlite_master WHERE name IN "
        "('report', 'statement', 'passage', 'words', 'failure', 'not_read', 'state', 'decision', 'digest')"
    )
    try:
        kinds = dict(db.execute(sql))
    except _DAMAGE:
        return True
    return all(kind == "tableCREATE TABLE" for kind in kinds.values())


def _sources(db: sqlite3.Connection, table: str) -> list[str]:
    """Return the readable sources in a list of inputs, sorted."""
    return sorted({*_keys(db, table, "source", "ASC", ">"), *_keys(db, table, "source", "DESC", "<")})


def _not_read(db: sqlite3.Connection) -> Iterator[NotRead | NoReport | Ignored]:
    """Yield the inputs that were not read or contain no report; none for a ledger format without this list."""
    for source in _sources(db, "not_read"):
        kind = _value(db, "SELECT kind FROM not_read WHERE source = ?", source)
        reason = _value(db, "SELECT reason FROM not_read WHERE source = ?", source)
        if kind == "no report":
            yield NoReport(source, reason)
        elif kind == "ignored":
            yield Ignored(source, reason)
        elif kind:
            yield NotRead(source, reason, kind)


def _digests(db: sqlite3.Connection) -> dict[str, str]:
    """Return id → digest of id and fingerprint, as far as readable; empty for a ledger format without digests."""
    ids = {*_keys(db, "digest", "report", "ASC", ">"), *_keys(db, "digest", "report", "DESC", "<")}
    return {i: _value(db, "SELECT identity FROM digest WHERE report = ?", i) for i in ids}


def _by_digest(read: tuple[Report, str], digests: dict[str, str]) -> tuple[Report, str] | None:
    """Return the report with its original id; None if no digest belongs to it."""
    report, extractor = read
    if digests.get(report.id) == identity_of(report.id, report.fingerprint):
        return read
    for report_id, identity in digests.items():
        if identity == identity_of(report_id, report.fingerprint):
            return replace(report, id=report_id), extractor
    return None


def _decisions(db: sqlite3.Connection, notes: list[str]) -> Iterator[Decision]:
    """Yield the intact decisions and append a message to `notes` for each other one."""
    numbers = {*_keys(db, "decision", "number", "ASC", ">"), *_keys(db, "decision", "number", "DESC", "<")}
    for number in sorted(numbers, key=int):
        try:
            where = "FROM decision WHERE number = ?"
            row = db.execute(f"SELECT about, verdict, who, made, note {where}", (int(number),)).fetchone()
            digest = _value(db, f"SELECT digest {where}", int(number))
            if digest and digest != digest_of(db.execute(f"SELECT {DECISION} {where}", (int(number),))):
                raise ValueError("changed outside graphkit")
            fields = dict(zip(("verdict", "who", "made", "note"), row[1:], strict=True))
            yield from_record({**json.loads(row[0]), **fields}, "ledger")
        except (*_DAMAGE, TypeError, ValueError, UsageError):
            notes.append(f"decision {number} is damaged and was removed: decide again")


def _value(db: sqlite3.Connection, sql: str, key: object) -> str:
    try:
        row = db.execute(sql, (key,)).fetchone()
    except _DAMAGE:
        return ""
    return str(row[0]) if row else ""
