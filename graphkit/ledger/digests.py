"""Digests of the ledger's rows: a row that was changed, added or removed outside graphkit no longer agrees with them.

The table `digest` has one row a report; `state` has the sums over all reports, decisions and failures. They are kept with
every change, in the same transaction. docs/decisions/015-digests.md says what each of them is for.
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
_ENTRY = ("id", "fingerprint", "sha256", "title", "date", "publisher", "place", "level", "url", "extractor", "extractor_version")
#: Columns of a report of which its digest is made; the text is covered by its SHA-256.
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
    """The digest of rows in their order. It depends on the type of each value: 1, 1.0 and "1" differ."""
    return hashlib.sha256(_encode(list(rows)).encode("ascii")).hexdigest()[:LENGTH]


def _bytes(value: object) -> dict[str, str]:
    if isinstance(value, bytes):
        return {"sha256": hashlib.sha256(value).hexdigest()}
    raise TypeError(f"a value of type {type(value).__name__}")


#: (Made once: json.dumps would make an encoder for each call.)
_encode = json.JSONEncoder(default=_bytes, check_circular=False).encode


def is_text_of(text: object, sha256: object) -> bool:
    """Is this the text that the SHA-256 was computed from?"""
    return isinstance(text, str) and hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() == sha256


#: The digest of no rows at all.
EMPTY = digest_of(())
#: Row of the table `digest`: report, identity, entry, statements, parts.
Digest = tuple[str, str, str, str, str]


def identity_of(report_id: str, fingerprint: str) -> str:
    """The digest of a report's id with its fingerprint: tells damage to the id from damage to other columns."""
    return digest_of([(report_id, fingerprint)])


def _number(rows: Iterable[Sequence[Any]]) -> int:
    return sum(int(digest_of([row]), 16) for row in rows)


def _sum(number: int) -> str:
    return f"{number % (1 << 4 * LENGTH):0{LENGTH}x}"


class Digests:
    """Computes the digests of what a connection's tables hold, and keeps them."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._change = 0
        self._removed = 0
        self._last = 0

    def computed(self, report_id: str) -> Digest | None:
        """The digests of the rows that a report has now; None if it is not in. Raises sqlite3.Error, ValueError or TypeError for damage."""
        row = self._db.execute(f"SELECT {ENTRY} FROM report WHERE id = ?", (report_id,)).fetchone()
        if row is None:
            return None
        parts = [digest_of(self._db.execute(sql, (report_id,))) for sql in _PARTS]
        return report_id, identity_of(row[0], row[1]), digest_of([row]), digest_of(self._db.execute(STATEMENTS, (report_id,))), digest_of([parts])

    def stored(self, report_id: str) -> Digest | None:
        """The digests that a report was written with."""
        found: Digest | None = self._db.execute("SELECT report, identity, entry, statements, parts FROM digest WHERE report = ?", (report_id,)).fetchone()
        return found

    # -- kept with every change ------------------------------------------------------------------------------

    def begin(self) -> None:
        """A transaction has begun."""
        self._change = self._removed = 0
        self._last = self._last_decision()

    def remove(self, report_id: str) -> None:
        """A report is taken out."""
        old = self.stored(report_id)
        if old is not None:
            self._change -= _number([old])
            self._db.execute("DELETE FROM digest WHERE report = ?", (report_id,))

    def put(self, report_id: str) -> None:
        """A report was written whose digests were removed before."""
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
        """The transaction is about to be committed: the sums, and digests of new decisions."""
        reports, decisions = self._db.execute("SELECT reports, decisions FROM state").fetchone()
        if self._change:
            reports = _sum(int(reports, 16) + self._change)
        if self._removed or self._last_decision() > self._last:
            decisions = _sum(int(decisions, 16) - self._removed + self._put_decisions(self._last))
        self._db.execute("UPDATE state SET reports = ?, decisions = ?", (reports, decisions))
        self._put_seal()

    def put_failures(self) -> None:
        """The list of failures was changed."""
        self._db.execute("UPDATE state SET failures = ?", (self._failures(),))

    def renew(self) -> None:
        """All digests anew, from whatever the tables hold."""
        self._db.execute("DELETE FROM digest")
        for (report_id,) in self._db.execute("SELECT id FROM report ORDER BY id").fetchall():
            self.put(report_id)
        self.renew_sums()

    def renew_sums(self) -> None:
        """The sums anew, and digests of all decisions."""
        self._change = self._removed = 0
        decisions = self._put_decisions(-(1 << 62))
        self._db.execute("UPDATE state SET reports = ?, decisions = ?", (self._reports(), _sum(decisions)))
        self.put_failures()
        self._put_seal()

    def _last_decision(self) -> int:
        return int(self._db.execute("SELECT coalesce(max(number), 0) FROM decision").fetchone()[0])

    def _put_decisions(self, after: int) -> int:
        rows = self._db.execute(f"SELECT {DECISION} FROM decision WHERE number > ? ORDER BY number", (after,)).fetchall()
        self._db.executemany("UPDATE decision SET digest = ? WHERE number = ?", [(digest_of([row]), row[0]) for row in rows])
        return _number(rows)

    def _put_seal(self) -> None:
        self._db.execute("UPDATE state SET seal = ?", (self._seal(),))

    # -- compared --------------------------------------------------------------------------------------------

    def _reports(self) -> str:
        return _sum(_number(self._db.execute("SELECT report, identity, entry, statements, parts FROM digest ORDER BY report")))

    def _failures(self) -> str:
        failures = self._db.execute("SELECT source, 'failed', reason FROM failure ORDER BY source")
        return digest_of(chain(failures, self._db.execute("SELECT source, kind, reason FROM not_read ORDER BY source")))

    def _seal(self) -> str:
        return digest_of(self._db.execute("SELECT one, revision, identity, reports, decisions, failures FROM state"))

    def problems(self) -> Iterator[str]:
        """What is wrong with the ledger as a whole: reports, decisions or failures that were added, removed or changed."""
        state = self._db.execute("SELECT reports, decisions, failures, seal FROM state").fetchall()
        if len(state) != 1:
            yield "the row of the table `state` is missing"
            return
        reports, decisions, failures, seal = state[0]
        if seal != self._seal():
            yield "the table `state` was changed outside graphkit"
        for (report_id,) in self._db.execute("SELECT id FROM report WHERE id NOT IN (SELECT report FROM digest) ORDER BY id"):
            yield f"report {report_id!r} has no digest: it was added or renamed outside graphkit"
        for (report_id,) in self._db.execute("SELECT report FROM digest WHERE report NOT IN (SELECT id FROM report) ORDER BY report"):
            yield f"report {report_id!r} is missing: it was removed or renamed outside graphkit"
        if reports != self._reports():
            yield "the digests of reports do not agree with their sum: a report was added or removed outside graphkit, or a digest was changed"
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
        """What is wrong with one report that is in and has digests."""
        stored, computed = self.stored(report_id), self.computed(report_id)
        if stored is None or computed is None or stored == computed:
            return
        names = ("key", "id or fingerprint", "row", "statements", "passages, words or utterances")
        changed = [name for name, old, new in zip(names, stored, computed, strict=True) if old != new]
        yield f"report {report_id!r}: changed outside graphkit: {'; '.join(changed)}"
