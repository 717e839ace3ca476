"""The ledger: the SQLite file with reports, passages, statements, decisions and failures."""

from __future__ import annotations

from graphkit.ledger.entry import Entry, entry_of
from graphkit.ledger.reports import ReportRow
from graphkit.ledger.store import Ledger

__all__ = ["Entry", "Ledger", "ReportRow", "entry_of"]
