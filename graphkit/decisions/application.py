"""Application of decisions to extracted statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from graphkit.decisions import checks
from graphkit.decisions.checks import InvalidError
from graphkit.decisions.model import Decision, Verdict, check_against, original, said
from graphkit.model import Mention, Report, Statement


def is_meant(statement: Statement, decision: Decision, report: Report) -> bool:
    """Return whether the decision applies to this statement.

    The content must be equal and the spans must overlap; in another version of the text the quotes must be equal.
    """
    return _meaning(statement) == _meaning_of(decision) and _has_position(statement, decision, report, report.sha256)


def _meaning(s: Statement) -> tuple[str, ...]:
    return s.relation, s.kind, s.status.value, s.subject.type, s.subject.name, s.object.type, s.object.name


def _meaning_of(decision: Decision) -> tuple[str, ...]:
    about = decision.about
    subject, obj = about["subject"], about["object"]
    return about["relation"], about["kind"], about["status"], subject["type"], subject["name"], obj["type"], obj["name"]


def _has_position(statement: Statement, decision: Decision, report: Report, sha256: str) -> bool:
    about = decision.about
    if about["sha256"] == sha256:
        return statement.start < int(about["end"]) and int(about["start"]) < statement.end
    return report.text[statement.start : statement.end] == str(about["quote"])


class DecidedReport:
    """A report with an index of the decisions on its statements."""

    def __init__(self, report: Report, decisions: Iterable[Decision]) -> None:
        """Decisions that contradict the text are ignored (`graphkit validate` lists them)."""
        self.report = report
        self.decisions: list[Decision] = []
        self._of_meaning: dict[tuple[str, ...], list[Decision]] = {}
        self._sha256 = report.sha256
        for decision in decisions:
            try:
                check_against(decision, report)
            except InvalidError:
                continue
            self.decisions.append(decision)
            self._of_meaning.setdefault(_meaning_of(decision), []).append(decision)

    def decision_on(self, statement: Statement) -> Decision | None:
        """Return the decision on an extracted statement, or None."""
        for decision in self._of_meaning.get(_meaning(statement), ()):
            if _has_position(statement, decision, self.report, self._sha256):
                return decision
        return None

    def apply(self, statements: Iterable[Statement]) -> list[Statement]:
        """Return the statements with the decisions applied, ordered by position and id.

        Rejected statements are removed, accepted ones get confidence 1, corrected ones are replaced. Accepted and
        corrected statements that the extractor does not find are added as long as their quote is in the text.
        """
        kept: dict[str, Statement] = {}
        applied: set[str] = set()
        for statement in statements:
            decision = self.decision_on(statement)
            if decision is None:
                kept[statement.id] = statement
            elif decision.verdict is Verdict.accept:
                applied.add(decision.key)
                kept[statement.id] = replace(statement, confidence=1.0)
        for decision in self.decisions:
            if decision.verdict is Verdict.mend or (decision.verdict is Verdict.accept and decision.key not in applied):
                added = moved(decision, self.report)
                if added is not None:
                    kept.setdefault(added.id, added)
        return sorted(kept.values(), key=lambda s: (s.start, s.id))


def apply(report: Report, statements: Iterable[Statement], decisions: Sequence[Decision]) -> list[Statement]:
    """Return the statements of a report with the decisions applied (`DecidedReport.apply`)."""
    return DecidedReport(report, decisions).apply(statements)


def moved(decision: Decision, report: Report) -> Statement | None:
    """Return the statement of a decision at its position in the current text.

    The result is None if the quote is not in the text, or not unique, or if the statement contradicts the text.
    """
    statement, before = said(decision), original(decision)
    if decision.about["sha256"] != report.sha256:
        quote = str(decision.about["quote"])
        at = report.text.find(quote)
        if at < 0 or report.text.find(quote, at + 1) >= 0:
            return None
        offset = at - int(decision.about["start"])
        statement, before = _shifted(statement, offset), _shifted(before, offset)
    try:
        checks.check_in_text(statement, report, before if decision.verdict is Verdict.mend else None)
    except InvalidError:
        return None
    return statement


def _shifted(s: Statement, offset: int) -> Statement:
    subject, object_ = _shifted_mention(s.subject, offset), _shifted_mention(s.object, offset)
    return replace(s, start=s.start + offset, end=s.end + offset, subject=subject, object=object_)


def _shifted_mention(m: Mention, offset: int) -> Mention:
    antecedent = (m.antecedent[0] + offset, m.antecedent[1] + offset) if m.antecedent else None
    return replace(m, start=m.start + offset, end=m.end + offset, antecedent=antecedent)
