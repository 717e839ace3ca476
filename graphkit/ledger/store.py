"""The ledger: one SQLite file with reports, passages, statements, decisions and failures. It is the source of record.

The file has a write-ahead log and one writer; the reports of a batch are written in one transaction. `PRAGMA
user_version` is the number of the last migration. The class consists of layers, one module each: connection, reports,
decisions, statements, integrity.
"""

from __future__ import annotations

import hashlib

from graphkit.ledger.integrity import CheckedTables
from graphkit.ledger.opening import FILE as FILE


class Ledger(CheckedTables):
    """Reads and writes one ledger. Use it as a context manager, or call `close`."""

    def snapshot(self) -> Ledger:
        """Return a read-only ledger that does not see later changes, for all threads. The caller closes it."""
        self._connection()  # Raises LedgerError if the graph is closed.
        other = Ledger(self.path.parent)
        other._is_shared = True
        other._compared = set()
        with other._translated_errors("read"):
            other._db.execute("BEGIN")
        # SQLite fixes the state at the first read of the transaction.
        other.content_key()
        return other

    def counts(self) -> dict[str, int]:
        """Return the number of rows by name.

        `reports`, and the reports `without_date`, `without_place` and `without_publisher`; inputs that `failed`, were
        `not_read`, contain `no_report` or were `ignored`; `statements`, and statements that the schema `refused`.
        """
        sources = {
            "reports": "report",
            "without_date": "report WHERE date = ''",
            "without_place": "report WHERE place = ''",
            "without_publisher": "report WHERE publisher = ''",
            "failed": "failure",
            "not_read": "not_read WHERE kind NOT IN ('no report', 'ignored')",
            "no_report": "not_read WHERE kind = 'no report'",
            "ignored": "not_read WHERE kind = 'ignored'",
            "statements": "statement",
            "refused": "refused",
        }
        return {
            name: next(self._rows(f"SELECT count(*) FROM {rows}", lambda r: int(r[0])))
            for name, rows in sources.items()
        }

    def reading_key(self) -> str:
        """Return a key of the extracted content without decisions."""
        return self._key(0)

    def content_key(self) -> str:
        """Return a key of the content from which views are built: equal keys mean equal views."""
        return self._key(self._decided.fingerprint())

    def _key(self, decisions: int) -> str:
        digest = hashlib.sha256()
        for row in self._rows("SELECT report, entry, statements, parts FROM digest ORDER BY report", "\x1f".join):
            digest.update(row.encode("utf-8", "surrogatepass"))
        # Reviewer, time and reason of a decision do not change views.
        digest.update(f"\x1f{decisions:x}".encode() if decisions else b"")
        return digest.hexdigest()[:32]
