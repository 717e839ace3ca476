"""Checks of the ledger against its digests, and what a repair changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from graphkit.errors import DamagedError
from graphkit.ledger.connection import convert_rows
from graphkit.ledger.digests import Digest
from graphkit.ledger.statements import StatementTables
from graphkit.ledger.write_ahead_log import lost_commits
from graphkit.model import Report


class CheckedTables(StatementTables):
    """Compares rows with their digests, and removes what is damaged."""

    def problems(self) -> Iterator[str]:
        """What does not agree with its digest in the ledger as a whole: reports added or removed, decisions, failures."""
        yield from self._said(self._digests.problems())

    def report_problems(self, report_id: str) -> Iterator[str]:
        """What does not agree with its digests in the rows of one report."""
        yield from self._said(self._digests.report_problems(report_id))

    def _said(self, problems: Iterator[str]) -> Iterator[str]:
        try:
            yield from convert_rows(self.path, str, problems)
        except sqlite3.Error as error:
            with self._translated_errors("read"):
                raise error

    def require_whole(self, *, reports: bool = False) -> None:
        """Raises DamagedError for reports added or removed, or a decision changed, outside graphkit. reports: or any row of a report."""
        for problem in self.problems():
            raise DamagedError(f"{self.path}: {problem}")
        for report_id in self.ids() if reports else ():
            for problem in self.report_problems(report_id):
                raise DamagedError(f"{self.path}: {problem}")

    def digests(self, report_id: str) -> tuple[Digest | None, Digest | None]:
        """The digests that a report was written with, and those of its rows as they are. Raises DamagedError for rows that cannot be read."""
        found: list[tuple[Digest | None, Digest | None]] = []
        with self._translated_errors("read"):
            found += convert_rows(self.path, lambda key: (self._digests.stored(key), self._digests.computed(key)), [report_id])
        return found[0]

    def identities(self) -> dict[str, str]:
        """Id → digest of id and fingerprint of the reports that have a digest and are not in."""
        sql = "SELECT report, identity FROM digest WHERE report NOT IN (SELECT id FROM report)"
        return dict(self._rows(sql, lambda r: (str(r[0]), str(r[1]))))

    def unchecked_report(self, report_id: str) -> tuple[Report, str, str] | None:
        """A report, its stored fingerprint and its extractor, whatever its digests say."""
        sql = "SELECT id, text, title, date, publisher, place, url, fingerprint, extractor FROM report WHERE id = ?"
        return next(self._rows(sql, lambda r: (Report(*map(str, r[:7])), str(r[7]), str(r[8])), report_id), None)

    def accept(self) -> None:
        """Compute all sums anew, after a repair has said what is lost."""
        with self._transaction("write digests"):
            self._db.execute("DELETE FROM digest WHERE report NOT IN (SELECT id FROM report)")
            self._digests.renew_sums()

    def check(self, *, thorough: bool = False) -> None:
        """SQLite's own check of the file; thorough: of its indices too. Raises LedgerError when it is damaged."""
        with self._translated_errors("check"):
            lost = lost_commits(self._opened.file)
            if lost:
                raise DamagedError(f"{self.path}: the file is damaged: {lost}")
            words = [row[0] for row in self._db.execute("PRAGMA integrity_check" if thorough else "PRAGMA quick_check")]
        if words != ["ok"]:
            raise DamagedError(f"{self.path}: the file is damaged: {words[0]}")

    def exclude_others(self) -> None:
        """Raises LedgerError when another process is writing at this moment."""
        with self._translated_errors("write"):
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("ROLLBACK")

    def drop_orphans(self) -> int:
        """Takes out rows of reports that are not in, as only damage leaves them; gives their number."""
        with self._transaction("take out rows without a report"):
            return sum(
                self._db.execute(f"DELETE FROM {table} WHERE report NOT IN (SELECT id FROM report)").rowcount
                for table in ("passage", "words", "utterance", "statement", "refused")
            )

    def adopt(self, identity: str) -> None:
        """Take the identity of the ledger that this one replaces."""
        with self._transaction("take an identity"):
            self._db.execute("UPDATE state SET identity = ?", (identity,))
