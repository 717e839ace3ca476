"""The SQLite file that holds reports, passages, statements and failures."""

from __future__ import annotations

from graphkit.ledger.entry import Entry, entry_of
from graphkit.ledger.store import Ledger, ReportRow

__all__ = ["Entry", "Ledger", "ReportRow", "entry_of"]
