"""Checks of the ledger against its digests, and the changes that a repair makes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from graphkit.errors import DamagedError
from graphkit.ledger.connection import convert_rows
from graphkit.ledger.digests import Digest
from graphkit.ledger.statements import StatementTables
from graphkit.ledger.write_ahead_log import lost_commits
from graphkit.model import Report


class CheckedTables(StatementTables):
    """Compares rows with their digests and removes damaged rows."""

    def problems(self) -> Iterator[str]:
        """Yield messages about reports that were added or removed, decisions and failures that were changed outside
        graphkit."""
        yield from self._messages(self._digests.problems())

    def report_problems(self, report_id: str) -> Iterator[str]:
        """Yield messages about rows of one report that do not agree with their digests."""
        yield from self._messages(self._digests.report_problems(report_id))

    def _messages(self, problems: Iterator[str]) -> Iterator[str]:
        """Yield the messages. Raises LedgerError if the database cannot be read."""
        try:
            yield from convert_rows(self.path, str, problems)
        except sqlite3.Error as error:
            with self._translated_errors("read"):
                raise error

    def require_whole(self, *, reports: bool = False) -> None:
        """Raise DamagedError if reports or decisions were changed outside graphkit.

        reports: also compare the rows of every report with their digests.
        """
        for problem in self.problems():
            raise DamagedError(f"{self.path}: {problem}")
        for report_id in self.ids() if reports else ():
            for problem in self.report_problems(report_id):
                raise DamagedError(f"{self.path}: {problem}")

    def digests(self, report_id: str) -> tuple[Digest | None, Digest | None]:
        """Return the stored digests of a report and the digests of its current rows.

        Raises DamagedError if rows cannot be read.
        """
        found: list[tuple[Digest | None, Digest | None]] = []
        with self._translated_errors("read"):
            found += convert_rows(
                self.path, lambda key: (self._digests.stored(key), self._digests.computed(key)), [report_id]
            )
        return found[0]

    def identities(self) -> dict[str, str]:
        """Return id → digest of id and fingerprint, for reports that have a digest but are missing."""
        sql = "SELECT report, identity FROM digest WHERE report NOT IN (SELECT id FROM report)"
        return dict(self._rows(sql, lambda r: (str(r[0]), str(r[1]))))

    def unchecked_report(self, report_id: str) -> tuple[Report, str, str] | None:
        """Return a report, its stored fingerprint and its extractor without comparing digests; None if missing."""
        sql = "SELECT id, text, title, date, publisher, place, url, fingerprint, extractor FROM report WHERE id = ?"

        def found(row: tuple[Any, ...]) -> tuple[Report, str, str]:
            report_id, text, title, date, publisher, place, url, fingerprint, extractor = map(str, row)
            return Report(report_id, text, title, date, publisher, place, url), fingerprint, extractor

        return next(self._rows(sql, found, report_id), None)

    def accept(self) -> None:
        """Recompute all sums. Call it after a repair has reported the losses."""
        with self._transaction("write digests"):
            self._db.execute("DELETE FROM digest WHERE report NOT IN (SELECT id FROM report)")
            self._digests.renew_sums()

    def check(self, *, thorough: bool = False) -> None:
        """Run SQLite's check of the file; thorough: also of its indexes. Raises DamagedError if the file is damaged."""
        with self._translated_errors("check"):
            lost = lost_commits(self._opened.file)
            if lost:
                raise DamagedError(f"{self.path}: the file is damaged: {lost}")
            messages = [
                row[0] for row in self._db.execute(f"PRAGMA {'integrity_check' if thorough else 'quick_check'}")
            ]
        if messages != ["ok"]:
            raise DamagedError(f"{self.path}: the file is damaged: {messages[0]}")

    def exclude_others(self) -> None:
        """Raise LedgerError if another process is writing to the ledger."""
        with self._translated_errors("write"):
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("ROLLBACK")

    def drop_orphans(self) -> int:
        """Delete rows that belong to no report, which only damage can cause, and return their number."""
        with self._transaction("delete rows without a report"):
            return sum(
                self._db.execute(f"DELETE FROM {table} WHERE report NOT IN (SELECT id FROM report)").rowcount
                for table in ("passage", "words", "utterance", "statement", "refused", "origin", "sketch", "inferred")
            )

    def adopt(self, identity: str) -> None:
        """Set the identity to that of the ledger that this one replaces."""
        with self._transaction("set the identity"):
            self._db.execute("UPDATE state SET identity = ?", (identity,))
