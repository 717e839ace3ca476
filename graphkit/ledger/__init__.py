"""The SQLite file that holds reports, passages, statements and failures."""

from __future__ import annotations

from graphkit.ledger.entry import Entry, entry_of
from graphkit.ledger.reports import ReportRow
from graphkit.ledger.store import Ledger

__all__ = ["Entry", "Ledger", "ReportRow", "entry_of"]
