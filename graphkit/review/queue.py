"""The review queue of a graph: undecided statements, least confident first, and the decisions on them."""

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
from graphkit.wording import advice

#: Minimum number of characters of an abbreviated id.
SHORTEST = 6
#: Maximum number of ids that a message lists.
_LISTED = 10


def reviewer() -> str:
    """Return the name of the reviewer: GRAPHKIT_REVIEWER, otherwise the login name."""
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
    """An undecided statement. again: an earlier decision on it whose quote is no longer in the text."""

    report: Report
    statement: Statement
    again: Decision | None = None

    @property
    def quote(self) -> str:
        """The quote of the statement in the text, or the quote of the earlier decision."""
        if self.again:
            return str(self.again.about["quote"])
        return self.report.text[self.statement.start : self.statement.end]


class Review:
    """The review of a graph. `graph.review()` returns it."""

    def __init__(self, ledger: Ledger, who: str = "") -> None:
        """who: name that is stored with each decision; by default `reviewer()`."""
        self._ledger = ledger
        self.who = who or reviewer()

    def open(self, *, relation: str = "", report: str = "") -> Iterator[Open]:
        """Yield undecided statements, least confident first.

        Accepted or corrected statements whose quote is no longer in the text come first. relation, report: only
        statements of this relation or report.
        """
        for decision in self.lost(report):
            row = self._ledger.report(decision.report)
            if row is None or report not in ("", decision.report):
                continue
            if not relation or decision.about["relation"] == relation:
                yield Open(row.report, said(decision), decision)
        undecided = [
            (s.confidence, s.report, s.start, s.id)
            for s in self._ledger.read_statements(report or None)
            if not relation or s.relation == relation
        ]
        for _, report_id, _, statement_id in sorted(undecided):
            row = self._ledger.report(report_id)
            statement = next((s for s in self._ledger.read_statements(report_id) if s.id == statement_id), None)
            if row is None or statement is None:
                continue
            if DecidedReport(row.report, self._ledger.decisions_on(report_id)).decision_on(statement) is None:
                yield Open(row.report, statement)

    def lost(self, report: str = "") -> Iterator[Decision]:
        """Yield accepted and corrected statements whose quote is no longer in the text of their report.

        Reports that are not in the graph are skipped. report: only decisions on this report.
        """
        for report_id in [report] if report else self._ledger.decided_reports():
            row = self._ledger.report(report_id)
            if row is None:
                continue
            sha256 = row.report.sha256
            for decision in self._ledger.decisions_on(report_id):
                if decision.verdict not in (Verdict.accept, Verdict.mend) or decision.about["sha256"] == sha256:
                    continue
                if moved(decision, row.report) is None:
                    yield decision

    def find(self, statement_id: str, report_id: str = "") -> tuple[Statement, Report]:
        """Return a statement and its report by the statement's id or an unambiguous prefix of at least 6 characters.

        Extracted statements and statements with applied decisions are found. Raises UsageError.
        """
        wanted = statement_id.strip().lower()
        if not wanted.isascii() or not report_id.isprintable():
            wanted = ""
        found: dict[str, str] = {}
        if len(wanted) >= SHORTEST:
            found = {i: r for i, r in self._ledger.statement_ids(wanted) if report_id in ("", r)}
        exact = found.get(wanted)
        if exact is None and len(wanted) >= SHORTEST:
            decided = [report_id] if report_id else self._ledger.decided_reports()
            found.update(
                {s.id: s.report for r in decided for s in self._ledger.statements(r) if s.id.startswith(wanted)}
            )
        if wanted not in found and len(found) > 1:
            raise UsageError(_ambiguous("statements", statement_id, [f"{i} ({r})" for i, r in sorted(found.items())]))
        whole = wanted if wanted in found else next(iter(found), "")
        row = self._ledger.report(found[whole]) if whole else None
        for statements in (self._ledger.read_statements, self._ledger.statements) if row else ():
            for statement in statements(found[whole]):
                if statement.id == whole:
                    return statement, row.report  # type: ignore[union-attr]
        raise UsageError(
            f"no statement {shown(statement_id)} in this graph{_too_short(wanted)}; "
            + advice(
                "review.open() yields the undecided statements",
                "`graphkit review --list` lists the ids of undecided statements",
            )
        )

    def key(self, start: str) -> str:
        """Return the key of a decision in force by an unambiguous prefix of at least 6 characters.

        Raises UsageError.
        """
        wanted = start.strip().lower()
        if self._ledger.decision(wanted) is not None:
            return wanted
        found = self._ledger.decision_keys(wanted) if len(wanted) >= SHORTEST else []
        if len(found) > 1:
            raise UsageError(_ambiguous("decisions", start, found))
        if not found:
            raise UsageError(
                f"no decision {shown(start)} is in force{_too_short(wanted)}; "
                + advice(
                    "review.decisions() returns the decisions with their keys",
                    "`graphkit review --decided` lists the decisions with their keys",
                )
            )
        return found[0]

    def decide(
        self,
        statement: Statement,
        report: Report,
        verdict: Verdict | str,
        *,
        note: str = "",
        instead: dict[str, Any] | None = None,
    ) -> Decision:
        """Accept, reject or correct a statement, or withdraw a decision on it (open).

        instead: corrected fields. Raises FieldError for an invalid field.
        """
        decision, withdrawn = self._decision(statement, report, _verdict(verdict), note, instead)
        self._ledger.add_decisions([*withdrawn, decision], made_here=True)
        return decision

    def corrected(self, statement: Statement, report: Report, instead: dict[str, Any]) -> Statement:
        """Return a statement after a correction without saving the correction. Raises FieldError like `decide`."""
        return said(self._decision(statement, report, Verdict.mend, "", instead)[0])

    def _decision(
        self, statement: Statement, report: Report, verdict: Verdict, note: str, instead: dict[str, Any] | None
    ) -> tuple[Decision, list[Decision]]:
        """Return a decision, and the withdrawal of an earlier decision that it replaces."""
        if instead is not None and not isinstance(instead, dict):
            raise FieldError("instead", f"{shown(instead)} is not an object of fields and values")
        decided = self._ledger.decisions_on(report.id)
        corrected = next((d for d in decided if (at := moved(d, report)) is not None and at.id == statement.id), None)
        if corrected is not None:
            # A decision on a corrected statement refers to the statement before the correction.
            statement = original(corrected)
            if instead and verdict is Verdict.mend:
                instead = {**corrected.about.get("instead", {}), **instead}
        before = corrected or next((d for d in decided if is_meant(statement, d, report)), None)
        decision = decide(statement, report, verdict, who=self.who, made=_now(), note=note, instead=instead)
        # The same statement with another key: the earlier decision is withdrawn in the same transaction.
        withdrawn = []
        if before is not None and before.key != decision.key:
            withdrawn = [Decision(before.key, Verdict.open, before.about, self.who, decision.made, note)]
        return decision, withdrawn

    def decide_names(self, first: Name, second: Name, verdict: Verdict | str, *, note: str = "") -> Decision:
        """Record whether two names mean the same entity.

        Raises FieldError, also if a report does not contain its name.
        """
        decision = decide_names(first, second, _verdict(verdict), who=self.who, made=_now(), note=note)
        for name in (first, second):
            statements = self._ledger.statements(name.report)
            names = {(m.type, m.name) for s in statements for m in (s.subject, s.object)}
            if (name.type, name.name) not in names:
                raise FieldError("names", f"report {name.report!r} has no {name.type} {name.name!r}")
        self._ledger.add_decisions([decision], made_here=True)
        return decision

    def take_back(self, key: str, note: str = "") -> Decision:
        """Withdraw the decision of this key.

        Raises UsageError if none is in force, and LedgerError if another decision is in force afterwards.
        """
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
            raise LedgerError(
                f"the decision {key} was withdrawn, but another one is now in force: {after.verdict} by {after.who}; "
                + advice("review.decisions() returns it", "`graphkit review --decided` lists it")
            )
        return decision

    def decisions(self, top: int | None = None) -> list[Decision]:
        """Return the decisions in force, ordered by key. top: maximum number of decisions."""
        return list(islice(self._ledger.each_decision(), top)) if top is not None else self._ledger.decisions()

    def history(self) -> Iterator[Decision]:
        """Yield all decisions, in the order in which they were added to this graph."""
        return self._ledger.all_decisions()

    def add(self, decisions: Iterable[Decision]) -> int:
        """Add decisions of a file and return the number of new ones.

        Decisions on reports of the graph are checked against the texts. Raises UsageError with the line and the field;
        in this case nothing is written.
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
        """Yield decisions in force with a contradicting decision that was made independently, ordered by key.

        keys: only these keys.
        """
        return self._ledger.contested_decisions(keys)


def invalid_decisions(ledger: Ledger) -> Iterator[InvalidDecision]:
    """Yield decisions that are ignored because they are damaged, have invalid values or contradict the text."""
    yield from ledger.invalid_decisions()
    for report_id in ledger.decided_reports():
        row = ledger.report(report_id)
        for decision in ledger.decisions_on(report_id) if row is not None else ():
            try:
                check_against(decision, row.report)  # type: ignore[union-attr]
            except InvalidError as error:
                yield InvalidDecision(0, decision.key, f"{decision.report}: {error}")


def _too_short(wanted: str) -> str:
    return f" (at least {SHORTEST} characters of the id are required)" if len(wanted) < SHORTEST else ""


def _ambiguous(what: str, start: str, found: list[str]) -> str:
    more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
    return f"{len(found)} {what} start with {shown(start)}; give more characters: {', '.join(found[:_LISTED])}{more}"


def _verdict(name: Verdict | str) -> Verdict:
    try:
        return Verdict(name if name != "correct" else Verdict.mend)
    except ValueError:
        raise FieldError("verdict", f"{shown(name)} is not a verdict; one of {', '.join(Verdict)}") from None
