"""The ledger: one SQLite file with reports, passages, statements, decisions and failures. It is the source of record.

The file has a write-ahead log and one writer; reports of one batch are written in one transaction. `PRAGMA user_version` is the
number of the last migration. The class is built up in layers, one module each: connection, reports, decisions, statements,
integrity.
"""

from __future__ import annotations

import hashlib

from graphkit.ledger.integrity import CheckedTables
from graphkit.ledger.opening import FILE as FILE


class Ledger(CheckedTables):
    """Reads and writes one ledger. Use it as a context manager, or call `close`."""

    def snapshot(self) -> Ledger:
        """The ledger as it is now, for reading; what is written later does not show in it. To be closed."""
        other = Ledger(self.path.parent)
        other._compared = set()
        with other._translated_errors("read"):
            other._db.execute("BEGIN")
        # SQLite takes the state at the first reading.
        other.content_key()
        return other

    def counts(self) -> dict[str, int]:
        """`reports`, those `without_date`, `without_place`, `without_publisher`; inputs that `failed`, were `not_read`, held
        `no_report` or were `ignored`; `statements`, and statements that the schema `refused`."""
        wanted = {
            "reports": "report", "without_date": "report WHERE date = ''", "without_place": "report WHERE place = ''",
            "without_publisher": "report WHERE publisher = ''", "failed": "failure",
            "not_read": "not_read WHERE kind NOT IN ('no report', 'ignored')", "no_report": "not_read WHERE kind = 'no report'",
            "ignored": "not_read WHERE kind = 'ignored'", "statements": "statement", "refused": "refused",
        }
        return {name: next(self._rows(f"SELECT count(*) FROM {rows}", lambda r: int(r[0]))) for name, rows in wanted.items()}

    def reading_key(self) -> str:
        """A key of what was read, whatever was decided on it."""
        return self._key(0)

    def content_key(self) -> str:
        """A key of all that views are made from: equal keys, equal views."""
        return self._key(self._decided.fingerprint())

    def _key(self, decisions: int) -> str:
        digest = hashlib.sha256()
        for row in self._rows("SELECT report, entry, statements, parts FROM digest ORDER BY report", "\x1f".join):
            digest.update(row.encode("utf-8", "surrogatepass"))
        # (Who decided, when and why changes no view.)
        digest.update(f"\x1f{decisions:x}".encode() if decisions else b"")
        return digest.hexdigest()[:32]
