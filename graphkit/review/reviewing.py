"""Reviewing a graph: what is open, most doubtful first, and what is decided."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from graphkit.errors import UsageError
from graphkit.ledger import Ledger
from graphkit.model import Report, Statement
from graphkit.review.decisions import Decision, Name, Verdict, decide, decide_names, is_meant, moved, original, said


def reviewer() -> str:
    """Who is at work: GRAPHKIT_REVIEWER, else the login name."""
    try:
        return os.environ.get("GRAPHKIT_REVIEWER") or getpass.getuser()
    except (OSError, KeyError):
        return "somebody"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Open:
    """A statement that waits for a decision. again: an earlier decision on it that does not fit the text any more."""

    report: Report
    statement: Statement
    again: Decision | None = None

    @property
    def quote(self) -> str:
        """The words of the statement, as its report has or had them."""
        return str(self.again.about["quote"]) if self.again else self.report.text[self.statement.start : self.statement.end]


class Review:
    """Decisions on a graph's statements and names. Get it by `graph.review()`."""

    def __init__(self, ledger: Ledger, who: str = "") -> None:
        """who: stands beside each decision, `reviewer()` if not given."""
        self._ledger = ledger
        self.who = who or reviewer()

    def open(self, *, relation: str = "", report: str = "") -> Iterator[Open]:
        """What waits: first what was accepted or mended and is not in its report's text any more, then statements by their
        confidence, the most doubtful first. relation, report: only of these."""
        for decision in self.lost():
            row = self._ledger.report(decision.report)
            if row is not None and (not relation or decision.about["relation"] == relation) and report in ("", decision.report):
                yield Open(row.report, said(decision), decision)
        decided = self._by_report()
        waiting = [
            (s.confidence, s.report, s.start, s.id) for s in self._ledger.read_statements(report or None)
            if not relation or s.relation == relation
        ]
        for _, report_id, _, statement_id in sorted(waiting):
            row = self._ledger.report(report_id)
            statement = next((s for s in self._ledger.read_statements(report_id) if s.id == statement_id), None)
            if row is None or statement is None:
                continue
            if not any(is_meant(statement, d, row.report) for d in decided.get(report_id, ())):
                yield Open(row.report, statement)

    def lost(self) -> Iterator[Decision]:
        """Decisions to accept or mend whose words are not in their report's text any more; reports that are out are left out."""
        for decision in self._ledger.decisions():
            if decision.verdict in (Verdict.accept, Verdict.mend) and not decision.is_of_names:
                row = self._ledger.report(decision.report)
                if row is not None and moved(decision, row.report) is None:
                    yield decision

    def _by_report(self) -> dict[str, list[Decision]]:
        found: dict[str, list[Decision]] = {}
        for decision in self._ledger.decisions():
            if not decision.is_of_names:
                found.setdefault(decision.report, []).append(decision)
        return found

    def find(self, statement_id: str, report_id: str = "") -> tuple[Statement, Report]:
        """A statement by its id, as the graph says it now or as it was read. Raises UsageError."""
        for statements in (self._ledger.read_statements(report_id or None), self._ledger.statements(report_id or None)):
            for statement in statements:
                if statement.id == statement_id:
                    row = self._ledger.report(statement.report)
                    assert row is not None
                    return statement, row.report
        raise UsageError(f"no statement {statement_id!r} in this graph")

    def decide(self, statement: Statement, report: Report, verdict: Verdict | str, *, note: str = "", instead: dict[str, Any] | None = None) -> Decision:
        """Accept, reject or mend a statement, or take a decision on it back (open). Raises UsageError."""
        verdict = _verdict(verdict)
        decided = self._by_report().get(report.id, ())
        mended = next((d for d in decided if (there := moved(d, report)) is not None and there.id == statement.id), None)
        if mended is not None:
            # What a person has said is decided on as what it was before.
            statement = original(mended)
            instead = {**mended.about.get("instead", {}), **(instead or {})} if verdict is Verdict.mend else None
        before = mended or next((d for d in decided if is_meant(statement, d, report)), None)
        decision = decide(statement, report, verdict, who=self.who, made=_now(), note=note, instead=instead)
        # The same statement in other words: the earlier decision gives way, in the same transaction.
        gone = [Decision(before.key, Verdict.open, before.about, self.who, decision.made, note)] if before is not None and before.key != decision.key else []
        self._ledger.add_decisions([*gone, decision])
        return decision

    def decide_names(self, first: Name, second: Name, verdict: Verdict | str, *, note: str = "") -> Decision:
        """Say of two names that they are the same thing or two. Raises UsageError, also for a name that its report does not have."""
        for name in (first, second):
            there = {(m.type, m.name) for s in self._ledger.statements(name.report) for m in (s.subject, s.object)}
            if (name.type, name.name) not in there:
                raise UsageError(f"report {name.report!r} has no {name.type} {name.name!r}")
        decision = decide_names(first, second, _verdict(verdict), who=self.who, made=_now(), note=note)
        self._ledger.add_decisions([decision])
        return decision

    def take_back(self, key: str, note: str = "") -> Decision:
        """Take the decision of this key back. Raises UsageError when none holds."""
        before = next((d for d in self._ledger.decisions() if d.key == key), None)
        if before is None:
            raise UsageError(f"there is no decision {key!r} that holds")
        decision = Decision(key, Verdict.open, before.about, self.who, _now(), note)
        self._ledger.add_decisions([decision])
        return decision

    def decisions(self) -> list[Decision]:
        """The decisions that hold, in order of key."""
        return self._ledger.decisions()

    def history(self) -> Iterator[Decision]:
        """All decisions ever made, in order of time."""
        return self._ledger.all_decisions()

    def add(self, decisions: Iterable[Decision]) -> int:
        """Take over decisions of a file; gives the number of those that were new."""
        return self._ledger.add_decisions(decisions)


def _verdict(words: Verdict | str) -> Verdict:
    try:
        return Verdict(words)
    except ValueError:
        raise UsageError(f"{words!r} is no verdict; one of {', '.join(Verdict)}") from None
