"""Decisions in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from graphkit.decisions.model import Decision
from graphkit.ledger.decision_index import DecisionIndex, InvalidDecision
from graphkit.ledger.digests import DECISION, digest_of
from graphkit.ledger.reports import ReportTables


class DecisionTables(ReportTables):
    """Reads and writes decisions."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        super().__init__(folder, create=create)
        self._decided = DecisionIndex(self._rows, lambda: self.revision)

    def add_decisions(self, decisions: Iterable[Decision], *, made_here: bool = False) -> int:
        """Put decisions behind the others, those that are in already left out; gives the number of new ones. All or nothing.

        Their order is that of their sequence numbers; those without one follow what is known of their key, in the order given.
        made_here: they have just been made, and none of them is in.
        """
        writing = partial(self._transaction, "write decisions")
        return self._decided.add(decisions, writing, self._db.execute, self._digests.remove_decision, made_here=made_here)

    def all_decisions(self) -> Iterator[Decision]:
        """Every valid decision that was ever made, in the order in which this ledger took them in."""
        return self._decided.history()

    def decisions(self) -> list[Decision]:
        """The decisions that hold: the last of each key, those taken back left out; in order of key."""
        return self._decided.all()

    def each_decision(self) -> Iterator[Decision]:
        """The same, read bit by bit as they are asked for."""
        return self._decided.each()

    def decisions_on(self, report_id: str) -> list[Decision]:
        """The decisions on statements of a report that hold, in order of key."""
        return self._decided.of_report(report_id) if report_id else []

    def decisions_on_names(self) -> list[Decision]:
        """The decisions on names that hold, in order of key."""
        return [d for d in self._decided.of_report("") if d.is_of_names]

    def decided_reports(self) -> list[str]:
        """Ids of reports with decisions on their statements, whether they are in or not, in order."""
        return self._decided.reports()

    def decision(self, key: str) -> Decision | None:
        """The decision of this key, if one holds."""
        return self._decided.of_key(key)

    def decision_keys(self, start: str) -> list[str]:
        """Keys that begin so, of decisions that hold."""
        return self._decided.keys(start)

    def contested_decisions(self, keys: Iterable[str] | None = None) -> Iterator[tuple[Decision, Decision]]:
        """Decisions that hold, each with another one that was made without knowledge of it and says otherwise. keys: only of these."""
        return self._decided.contested(keys)

    def invalid_decisions(self) -> Iterator[InvalidDecision]:
        """Decisions that are passed over, because their rows are damaged or not valid."""
        return self._decided.invalid()

    def drop_damaged_decisions(self) -> list[int]:
        """Takes out decisions that do not agree with their digest; gives their numbers."""
        sql = f"SELECT {DECISION}, digest FROM decision ORDER BY number"
        found = [n for n in self._rows(sql, lambda r: int(r[0]) if digest_of([r[:-1]]) != r[-1] else None) if n is not None]
        if found:
            with self._transaction("take out damaged decisions"):
                self._db.executemany("DELETE FROM decision WHERE number = ?", [(n,) for n in found])
        return found
