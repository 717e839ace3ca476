"""Access to the decisions in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

from graphkit.decisions.model import Decision, Verdict, with_reports
from graphkit.ledger.decision_index import DecisionIndex, InvalidDecision
from graphkit.ledger.digests import DECISION, digest_of
from graphkit.ledger.overview import OverviewTables


class DecisionTables(OverviewTables):
    """Reads and writes decisions."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        super().__init__(folder, create=create)
        self._decided = DecisionIndex(self._rows, lambda: self.revision)

    def _follow(self, moves: Mapping[str, str]) -> None:
        """Move the decisions on reports that have another id now; those on the former ids are withdrawn."""
        if not moves:
            return
        on_names = [d for d in self._decided.of_report("") if d.is_of_names]
        found = [d for old in sorted(moves) for d in self._decided.of_report(old)]
        found += [d for d in on_names if any(n.report in moves for n in d.names())]
        added: list[Decision] = []
        for decision in found:
            moved = with_reports(decision, moves)
            added.append(replace(decision, verdict=Verdict.open, sequence=self._decided.next_sequence(decision.key)))
            added.append(replace(moved, sequence=self._decided.next_sequence(moved.key)))
        self._decided.add(added, nullcontext, self._db.execute, self._digests.remove_decision)

    def add_decisions(self, decisions: Iterable[Decision], *, made_here: bool = False) -> int:
        """Add decisions in one transaction, skipping existing ones, and return the number of new ones.

        Decisions are ordered by sequence number; those without one follow the existing decisions of their key in the
        given order. made_here: the decisions were just made, so none of them exists.
        """
        writing = partial(self._transaction, "write decisions")
        return self._decided.add(
            decisions, writing, self._db.execute, self._digests.remove_decision, made_here=made_here
        )

    def all_decisions(self) -> Iterator[Decision]:
        """Yield every valid decision, in the order in which the decisions were added to this ledger."""
        return self._decided.history()

    def decisions(self) -> list[Decision]:
        """Return the decisions in force: the last one of each key, without withdrawn ones, ordered by key."""
        return self._decided.all()

    def each_decision(self) -> Iterator[Decision]:
        """Yield the decisions in force, ordered by key, reading a limited number at a time."""
        return self._decided.each()

    def decisions_on(self, report_id: str) -> list[Decision]:
        """Return the decisions in force on statements of a report, ordered by key."""
        return self._decided.of_report(report_id) if report_id else []

    def decisions_on_names(self) -> list[Decision]:
        """Return the decisions in force on names, ordered by key."""
        return [d for d in self._decided.of_report("") if d.is_of_names]

    def decided_reports(self) -> list[str]:
        """Return the sorted ids of reports with decisions on statements, including reports not in the graph."""
        return self._decided.reports()

    def decision(self, key: str) -> Decision | None:
        """Return the decision in force for this key, or None."""
        return self._decided.of_key(key)

    def decision_keys(self, start: str) -> list[str]:
        """Return the keys of decisions in force that start with `start`, sorted."""
        return self._decided.keys(start)

    def contested_decisions(self, keys: Iterable[str] | None = None) -> Iterator[tuple[Decision, Decision]]:
        """Yield decisions in force with a contradicting decision that was made independently. keys: only these keys."""
        return self._decided.contested(keys)

    def invalid_decisions(self) -> Iterator[InvalidDecision]:
        """Yield the decisions that are ignored because their rows are damaged or invalid."""
        return self._decided.invalid()

    def drop_damaged_decisions(self) -> list[int]:
        """Delete decisions that do not agree with their digest and return their numbers."""
        sql = f"SELECT {DECISION}, digest FROM decision ORDER BY number"
        found = [
            n for n in self._rows(sql, lambda r: int(r[0]) if digest_of([r[:-1]]) != r[-1] else None) if n is not None
        ]
        if found:
            with self._transaction("delete damaged decisions"):
                self._db.executemany("DELETE FROM decision WHERE number = ?", [(n,) for n in found])
        return found
