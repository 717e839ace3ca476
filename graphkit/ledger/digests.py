"""Digests of the ledger's rows, which detect rows that were changed, added or removed outside graphkit.

The table `digest` has one row for each report; `state` has sums over all reports, decisions and failures. They are
updated with every change, in the same transaction. docs/decisions/015-digests.md explains the purpose of each digest.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

#: Hexadecimal digits of a digest: half of SHA-256.
LENGTH = 32
_ENTRY = (
    "id",
    "fingerprint",
    "sha256",
    "title",
    "date",
    "publisher",
    "place",
    "level",
    "url",
    "extractor",
    "extractor_version",
)
#: Columns of a report that its digest covers; the text is covered by its SHA-256.
ENTRY = ", ".join(_ENTRY)
STATEMENTS = "SELECT * FROM statement WHERE report = ? ORDER BY report, start, id"
_PARTS = (
    "SELECT kind, start, end, item FROM passage WHERE report = ? ORDER BY start, end, kind, item",
    "SELECT cuts FROM words WHERE report = ? ORDER BY rowid",
    "SELECT start, end, type, speaker FROM utterance WHERE report = ? ORDER BY start, end, type, speaker",
    "SELECT reason FROM refused WHERE report = ? ORDER BY rowid",
)
DECISION = "number, key, verdict, about, who, made, note"


def digest_of(rows: Iterable[Sequence[Any]]) -> str:
    """Return the digest of rows in their order. It depends on the type of each value: 1, 1.0 and "1" differ."""
    return hashlib.sha256(_encode(list(rows)).encode("ascii")).hexdigest()[:LENGTH]


def _bytes(value: object) -> dict[str, str]:
    if isinstance(value, bytes):
        return {"sha256": hashlib.sha256(value).hexdigest()}
    raise TypeError(f"cannot compute the digest of a value of type {type(value).__name__}")


# Created once, because json.dumps would create an encoder for each call.
_encode = json.JSONEncoder(default=_bytes, check_circular=False).encode


def is_text_of(text: object, sha256: object) -> bool:
    """Return whether the SHA-256 was computed from this text."""
    return isinstance(text, str) and hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() == sha256


#: The digest of an empty list of rows.
EMPTY = digest_of(())
#: Row of the table `digest`: report, identity, entry, statements, parts.
Digest = tuple[str, str, str, str, str]


def identity_of(report_id: str, fingerprint: str) -> str:
    """Return the digest of a report's id and fingerprint; it distinguishes damage to the id from other damage."""
    return digest_of([(report_id, fingerprint)])


def _number(rows: Iterable[Sequence[Any]]) -> int:
    return sum(int(digest_of([row]), 16) for row in rows)


def _sum(number: int) -> str:
    return f"{number % (1 << 4 * LENGTH):0{LENGTH}x}"


class Digests:
    """Computes, stores and compares the digests of the tables of a connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._change = 0
        self._removed = 0
        self._last = 0

    def computed(self, report_id: str) -> Digest | None:
        """Return the digests of the current rows of a report; None if it does not exist.

        Raises sqlite3.Error, ValueError or TypeError for damaged rows.
        """
        row = self._db.execute(f"SELECT {ENTRY} FROM report WHERE id = ?", (report_id,)).fetchone()
        if row is None:
            return None
        parts = [digest_of(self._db.execute(sql, (report_id,))) for sql in _PARTS]
        statements = digest_of(self._db.execute(STATEMENTS, (report_id,)))
        return report_id, identity_of(row[0], row[1]), digest_of([row]), statements, digest_of([parts])

    def stored(self, report_id: str) -> Digest | None:
        """Return the digests that were stored when the report was written, or None."""
        sql = "SELECT report, identity, entry, statements, parts FROM digest WHERE report = ?"
        found: Digest | None = self._db.execute(sql, (report_id,)).fetchone()
        return found

    # -- updated with every change ---------------------------------------------------------------------------

    def begin(self) -> None:
        """Prepare for the changes of a transaction."""
        self._change = self._removed = 0
        self._last = self._last_decision()

    def remove(self, report_id: str) -> None:
        """Remove the digests of a report before its rows are deleted."""
        old = self.stored(report_id)
        if old is not None:
            self._change -= _number([old])
            self._db.execute("DELETE FROM digest WHERE report = ?", (report_id,))

    def put(self, report_id: str) -> None:
        """Add the digests of a report after its rows were written."""
        new = self.computed(report_id)
        if new is not None:
            self._change += _number([new])
            self._db.execute("INSERT INTO digest VALUES (?,?,?,?,?)", new)

    def remove_decision(self, number: int) -> None:
        """Delete a decision that was written before this transaction; another row replaces it."""
        rows = self._db.execute(f"SELECT {DECISION} FROM decision WHERE number = ?", (number,)).fetchall()
        self._removed += _number(rows)
        self._db.execute("DELETE FROM decision WHERE number = ?", (number,))

    def finish(self) -> None:
        """Update the sums and the digests of new decisions before the transaction is committed."""
        reports, decisions = self._db.execute("SELECT reports, decisions FROM state").fetchone()
        if self._change:
            reports = _sum(int(reports, 16) + self._change)
        if self._removed or self._last_decision() > self._last:
            decisions = _sum(int(decisions, 16) - self._removed + self._put_decisions(self._last))
        self._db.execute("UPDATE state SET reports = ?, decisions = ?", (reports, decisions))
        self._put_seal()

    def put_failures(self) -> None:
        """Update the digest of the list of failures."""
        self._db.execute("UPDATE state SET failures = ?", (self._failures(),))

    def renew(self) -> None:
        """Recompute all digests from the current content of the tables."""
        self._db.execute("DELETE FROM digest")
        for (report_id,) in self._db.execute("SELECT id FROM report ORDER BY id").fetchall():
            self.put(report_id)
        self.renew_sums()

    def renew_sums(self) -> None:
        """Recompute the sums and the digests of all decisions."""
        self._change = self._removed = 0
        decisions = self._put_decisions(-(1 << 62))
        self._db.execute("UPDATE state SET reports = ?, decisions = ?", (self._reports(), _sum(decisions)))
        self.put_failures()
        self._put_seal()

    def _last_decision(self) -> int:
        return int(self._db.execute("SELECT coalesce(max(number), 0) FROM decision").fetchone()[0])

    def _put_decisions(self, after: int) -> int:
        rows = self._db.execute(
            f"SELECT {DECISION} FROM decision WHERE number > ? ORDER BY number", (after,)
        ).fetchall()
        self._db.executemany(
            "UPDATE decision SET digest = ? WHERE number = ?", [(digest_of([row]), row[0]) for row in rows]
        )
        return _number(rows)

    def _put_seal(self) -> None:
        self._db.execute("UPDATE state SET seal = ?", (self._seal(),))

    # -- comparison ------------------------------------------------------------------------------------------

    def _reports(self) -> str:
        rows = self._db.execute("SELECT report, identity, entry, statements, parts FROM digest ORDER BY report")
        return _sum(_number(rows))

    def _failures(self) -> str:
        failures = self._db.execute("SELECT source, 'failed', reason FROM failure ORDER BY source")
        return digest_of(chain(failures, self._db.execute("SELECT source, kind, reason FROM not_read ORDER BY source")))

    def _seal(self) -> str:
        return digest_of(self._db.execute("SELECT one, revision, identity, reports, decisions, failures FROM state"))

    def problems(self) -> Iterator[str]:
        """Yield messages about reports, decisions or failures that were added, removed or changed outside graphkit."""
        state = self._db.execute("SELECT reports, decisions, failures, seal FROM state").fetchall()
        if len(state) != 1:
            yield "the row of the table `state` is missing"
            return
        reports, decisions, failures, seal = state[0]
        if seal != self._seal():
            yield "the table `state` was changed outside graphkit"
        for (report_id,) in self._db.execute(
            "SELECT id FROM report WHERE id NOT IN (SELECT report FROM digest) ORDER BY id"
        ):
            yield f"report {report_id!r} has no digest: it was added or renamed outside graphkit"
        for (report_id,) in self._db.execute(
            "SELECT report FROM digest WHERE report NOT IN (SELECT id FROM report) ORDER BY report"
        ):
            yield f"report {report_id!r} is missing: it was removed or renamed outside graphkit"
        if reports != self._reports():
            yield (
                "the digests of reports do not agree with their sum: "
                "a report was added or removed outside graphkit, or a digest was changed"
            )
        total = 0
        for *row, digest in self._db.execute(f"SELECT {DECISION}, digest FROM decision ORDER BY number"):
            total += _number([row])
            if digest_of([row]) != digest:
                yield f"decision {row[0]} was changed outside graphkit"
        if decisions != _sum(total):
            yield "the decisions do not agree with their sum: one was added, removed or changed outside graphkit"
        if failures != self._failures():
            yield "the list of failures was changed outside graphkit"

    def report_problems(self, report_id: str) -> Iterator[str]:
        """Yield a message if the rows of a report do not agree with its digests."""
        stored, computed = self.stored(report_id), self.computed(report_id)
        if stored is None or computed is None or stored == computed:
            return
        names = ("key", "id or fingerprint", "row", "statements", "passages, words or utterances")
        changed = [name for name, old, new in zip(names, stored, computed, strict=True) if old != new]
        yield f"report {report_id!r}: changed outside graphkit: {'; '.join(changed)}"
