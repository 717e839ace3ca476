"""Reviewing a graph: what is open, most doubtful first, and what is decided."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from graphkit.decisions.application import DecidedReport, is_meant, moved
from graphkit.decisions.checks import InvalidError, check_text, shown
from graphkit.decisions.model import (
    INVALID,
    Decision,
    Name,
    Verdict,
    check,
    check_against,
    decide,
    decide_names,
    original,
    said,
)
from graphkit.errors import FieldError, LedgerError, UsageError
from graphkit.ledger import Ledger
from graphkit.ledger.decision_index import InvalidDecision
from graphkit.model import Report, Statement

#: Characters of an id that are enough, when no other id begins with them.
SHORTEST = 6
#: Ids that a message lists.
_LISTED = 10


def reviewer() -> str:
    """Who is at work: GRAPHKIT_REVIEWER, else the login name."""
    if os.environ.get("GRAPHKIT_REVIEWER"):
        return os.environ["GRAPHKIT_REVIEWER"]
    try:
        return check_text("login name", getpass.getuser(), 100, empty=False)
    except (OSError, KeyError, ImportError, InvalidError):
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
        """What waits: first what was accepted or corrected and is not in its report's text any more, then statements by their
        confidence, the most doubtful first. relation, report: only of these."""
        for decision in self.lost(report):
            row = self._ledger.report(decision.report)
            if row is not None and (not relation or decision.about["relation"] == relation) and report in ("", decision.report):
                yield Open(row.report, said(decision), decision)
        waiting = [
            (s.confidence, s.report, s.start, s.id) for s in self._ledger.read_statements(report or None)
            if not relation or s.relation == relation
        ]
        for _, report_id, _, statement_id in sorted(waiting):
            row = self._ledger.report(report_id)
            statement = next((s for s in self._ledger.read_statements(report_id) if s.id == statement_id), None)
            if row is None or statement is None:
                continue
            if DecidedReport(row.report, self._ledger.decisions_on(report_id)).decision_on(statement) is None:
                yield Open(row.report, statement)

    def lost(self, report: str = "") -> Iterator[Decision]:
        """Decisions to accept or correct whose words are not in their report's text any more; reports that are out are left out.

        report: only of this one.
        """
        for report_id in [report] if report else self._ledger.decided_reports():
            row = self._ledger.report(report_id)
            if row is None:
                continue
            sha256 = row.report.sha256
            for decision in self._ledger.decisions_on(report_id):
                if decision.verdict in (Verdict.accept, Verdict.mend) and decision.about["sha256"] != sha256 and moved(decision, row.report) is None:
                    yield decision

    def find(self, statement_id: str, report_id: str = "") -> tuple[Statement, Report]:
        """A statement by its id, or by the beginning of it when no other begins so (at least 6 characters).

        As the graph says it now, or as it was read. Raises UsageError.
        """
        wanted = statement_id.strip().lower()
        if not wanted.isascii() or not report_id.isprintable():
            wanted = ""
        found = {i: r for i, r in self._ledger.statement_ids(wanted) if report_id in ("", r)} if len(wanted) >= SHORTEST else {}
        exact = found.get(wanted)
        if exact is None and len(wanted) >= SHORTEST:
            decided = [report_id] if report_id else self._ledger.decided_reports()
            found.update({s.id: s.report for r in decided for s in self._ledger.statements(r) if s.id.startswith(wanted)})
        if wanted not in found and len(found) > 1:
            raise UsageError(_ambiguous("statements", statement_id, [f"{i} ({r})" for i, r in sorted(found.items())]))
        whole = wanted if wanted in found else next(iter(found), "")
        row = self._ledger.report(found[whole]) if whole else None
        for statements in (self._ledger.read_statements, self._ledger.statements) if row else ():
            for statement in statements(found[whole]):
                if statement.id == whole:
                    return statement, row.report  # type: ignore[union-attr]
        raise UsageError(
            f"there is no statement {shown(statement_id)} in this graph{_too_short(wanted)}; `graphkit review --list` shows the ids of statements that wait, "
            "and `graphkit show REPORT` those of a report"
        )

    def key(self, start: str) -> str:
        """The key of a decision that holds, by the beginning of it when no other begins so. Raises UsageError."""
        wanted = start.strip().lower()
        if self._ledger.decision(wanted) is not None:
            return wanted
        found = self._ledger.decision_keys(wanted) if len(wanted) >= SHORTEST else []
        if len(found) > 1:
            raise UsageError(_ambiguous("decisions", start, found))
        if not found:
            raise UsageError(f"there is no decision {shown(start)} that holds{_too_short(wanted)}; `graphkit review --decided` lists the decisions with their keys")
        return found[0]

    def decide(self, statement: Statement, report: Report, verdict: Verdict | str, *, note: str = "", instead: dict[str, Any] | None = None) -> Decision:
        """Accept, reject or correct a statement, or take a decision on it back (open). Raises UsageError, with the field."""
        decision, gone = self._decision(statement, report, _verdict(verdict), note, instead)
        self._ledger.add_decisions([*gone, decision], made_here=True)
        return decision

    def corrected(self, statement: Statement, report: Report, instead: dict[str, Any]) -> Statement:
        """What a statement would say after a correction; nothing is written. Raises UsageError as `decide` does."""
        return said(self._decision(statement, report, Verdict.mend, "", instead)[0])

    def _decision(self, statement: Statement, report: Report, verdict: Verdict, note: str, instead: dict[str, Any] | None) -> tuple[Decision, list[Decision]]:
        """A decision, and what takes the earlier one back that gives way to it."""
        if instead is not None and not isinstance(instead, dict):
            raise FieldError("instead", f"{shown(instead)} is not an object of fields and values")
        decided = self._ledger.decisions_on(report.id)
        corrected = next((d for d in decided if (there := moved(d, report)) is not None and there.id == statement.id), None)
        if corrected is not None:
            # What a person has said is decided on as what it was before.
            statement = original(corrected)
            instead = {**corrected.about.get("instead", {}), **instead} if instead and verdict is Verdict.mend else instead
        before = corrected or next((d for d in decided if is_meant(statement, d, report)), None)
        decision = decide(statement, report, verdict, who=self.who, made=_now(), note=note, instead=instead)
        # The same statement in other words: the earlier decision gives way, in the same transaction.
        gone = [Decision(before.key, Verdict.open, before.about, self.who, decision.made, note)] if before is not None and before.key != decision.key else []
        return decision, gone

    def decide_names(self, first: Name, second: Name, verdict: Verdict | str, *, note: str = "") -> Decision:
        """Say of two names that they are the same entity or two. Raises UsageError, also for a name that its report does not have."""
        decision = decide_names(first, second, _verdict(verdict), who=self.who, made=_now(), note=note)
        for name in (first, second):
            there = {(m.type, m.name) for s in self._ledger.statements(name.report) for m in (s.subject, s.object)}
            if (name.type, name.name) not in there:
                raise FieldError("names", f"report {name.report!r} has no {name.type} {name.name!r}")
        self._ledger.add_decisions([decision], made_here=True)
        return decision

    def take_back(self, key: str, note: str = "") -> Decision:
        """Take the decision of this key back. Raises UsageError when none holds, LedgerError when another one holds afterwards."""
        key = self.key(key)
        before = self._ledger.decision(key)
        assert before is not None
        decision = Decision(key, Verdict.open, before.about, self.who, _now(), note)
        try:
            check(decision)
        except InvalidError as error:
            raise FieldError(error.field, error.reason, INVALID) from None
        self._ledger.add_decisions([decision], made_here=True)
        after = self._ledger.decision(key)
        if after is not None:
            raise LedgerError(f"the decision {key} was taken back, but another one holds now: {after.verdict} by {after.who}; `graphkit review --decided` shows it")
        return decision

    def decisions(self, top: int | None = None) -> list[Decision]:
        """The decisions that hold, in order of key. top: only so many of them; no other is read."""
        return list(islice(self._ledger.each_decision(), top)) if top is not None else self._ledger.decisions()

    def history(self) -> Iterator[Decision]:
        """All decisions ever made, in the order in which this graph took them in."""
        return self._ledger.all_decisions()

    def add(self, decisions: Iterable[Decision]) -> int:
        """Take over decisions of a file; gives the number of those that were new.

        Decisions on reports of the graph are checked against their texts. Raises UsageError with the line and the field; then nothing
        is written.
        """
        wanted = list(decisions)
        report: Report | None = None
        for number, decision in sorted(enumerate(wanted, 1), key=lambda x: (x[1].report, x[0])):
            try:
                check(decision)
                if not decision.is_of_names:
                    if report is None or report.id != decision.report:
                        row = self._ledger.report(decision.report)
                        report = row.report if row else None
                    if report is not None:
                        check_against(decision, report)
            except InvalidError as error:
                raise UsageError(f"{decision.source or f'decision {number}'}: not a valid decision: {error}") from None
        return self._ledger.add_decisions(wanted)

    def contested(self, keys: Iterable[str] | None = None) -> Iterator[tuple[Decision, Decision]]:
        """Decisions that hold, each with another one that was made without knowledge of it and says otherwise; in order of key.

        keys: only of these.
        """
        return self._ledger.contested_decisions(keys)


def invalid_decisions(ledger: Ledger) -> Iterator[InvalidDecision]:
    """Decisions of a ledger that are passed over: damaged, written by an older version, or not allowed by the text of their report."""
    yield from ledger.invalid_decisions()
    for report_id in ledger.decided_reports():
        row = ledger.report(report_id)
        for decision in ledger.decisions_on(report_id) if row is not None else ():
            try:
                check_against(decision, row.report)  # type: ignore[union-attr]
            except InvalidError as error:
                yield InvalidDecision(0, decision.key, f"{decision.report}: {error}")


def _too_short(wanted: str) -> str:
    return f" ({SHORTEST} characters of an id are needed)" if len(wanted) < SHORTEST else ""


def _ambiguous(what: str, start: str, found: list[str]) -> str:
    more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
    return f"{len(found)} {what} begin with {shown(start)}; give more characters: {', '.join(found[:_LISTED])}{more}"


def _verdict(words: Verdict | str) -> Verdict:
    try:
        return Verdict(words if words != "correct" else Verdict.mend)
    except ValueError:
        raise FieldError("verdict", f"{shown(words)} is not a verdict; one of {', '.join(Verdict)}") from None
