"""Decisions on statements and on names, and how they are applied to what an extractor says.

A decision names its statement by what it says (report, relation, names, status) and by its words, not by a number of the
extractor's: a later version that says the same in other words, or no more, does not undo it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from graphkit.decisions import checks
from graphkit.decisions.checks import InvalidError
from graphkit.errors import FieldError, UsageError
from graphkit.model import Mention, Report, Statement, Status

#: Rule of statements that a person has corrected, or accepted where the extractor does not say them any more.
RULE = "review"
#: Beginning of the message on a decision that is refused.
INVALID = "the decision is not valid: "
_META = frozenset(("verdict", "who", "made", "note", "sequence", "digest"))


class Verdict(StrEnum):
    """accept, reject, mend (correct): of a statement. same, different: of two names. open: an earlier decision is taken back."""

    accept = "accept"
    reject = "reject"
    mend = "mend"
    same = "same"
    different = "different"
    open = "open"


OF_STATEMENTS, OF_NAMES = (Verdict.accept, Verdict.reject, Verdict.mend), (Verdict.same, Verdict.different)
#: Verdicts that put a statement into the graph.
_ASSERTED = (Verdict.accept, Verdict.mend)
_OPEN, _MEND = Verdict.open, Verdict.mend
_VERDICTS = {v.value: v for v in Verdict}
_CARE = {Verdict.open: 0, Verdict.accept: 1, Verdict.same: 1, Verdict.mend: 2, Verdict.different: 2, Verdict.reject: 3}


@dataclass(frozen=True, slots=True)
class Name:
    """A name as one report has it."""

    type: str
    name: str
    report: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What who decided, and when.

    key: of what it is about; the decision of a key with the highest `sequence` holds. about: the statement as it was
    (`statement_about`), with `instead` for what was corrected; or the two names. made: time as ISO 8601 in UTC, for people: nothing
    is ordered by it. note: in their words. sequence: one more than that of the decisions of this key that were known when it was
    made; 0 until a ledger takes it in. source: the file and line that it came from, for messages only.
    """

    key: str
    verdict: Verdict
    about: dict[str, Any]
    who: str
    made: str
    note: str = ""
    sequence: int = field(default=0, compare=False)
    source: str = field(default="", compare=False)

    @property
    def is_of_names(self) -> bool:
        return "names" in self.about

    @property
    def report(self) -> str:
        """Id of the report of the statement, "" for a decision on names."""
        return str(self.about.get("report", ""))

    def names(self) -> tuple[Name, Name]:
        first, second = (Name(**n) for n in self.about["names"])
        return first, second


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def statement_about(statement: Statement, report: Report) -> dict[str, Any]:
    """A statement as a decision keeps it: all that is needed to know it again, or to say it."""
    return {
        "report": report.id, "sha256": report.sha256, "quote": report.text[statement.start : statement.end], "start": statement.start,
        "end": statement.end, "relation": statement.relation, "kind": statement.kind, "status": statement.status.value,
        "date": statement.date, "speaker": statement.speaker, "subject": _mention(statement.subject), "object": _mention(statement.object),
    }


def _mention(m: Mention) -> dict[str, Any]:
    found: dict[str, Any] = {"type": m.type, "name": m.name, "start": m.start, "end": m.end}
    if m.aliases:
        found["aliases"] = list(m.aliases)
    if m.antecedent is not None:
        found["antecedent"] = list(m.antecedent)
    return found


def decide(statement: Statement, report: Report, verdict: Verdict, *, who: str, made: str, note: str = "", instead: dict[str, Any] | None = None) -> Decision:
    """A decision on a statement. instead: corrected fields. Raises UsageError, with the field, when it is not valid."""
    if verdict not in (*OF_STATEMENTS, Verdict.open):
        raise FieldError("verdict", f"{verdict} is not a verdict on a statement; one of {', '.join((*OF_STATEMENTS, Verdict.open))}")
    about = statement_about(statement, report)
    if verdict is Verdict.mend:
        about["instead"] = instead
    elif instead:
        raise FieldError("instead", f"only a correction has it, and the verdict is {verdict}")
    decision = Decision(_key(about), verdict, about, who, made, note)
    try:
        check(decision)
        check_against(decision, report)
    except InvalidError as error:
        raise FieldError(error.field, error.reason, INVALID) from None
    return decision


def decide_names(first: Name, second: Name, verdict: Verdict, *, who: str, made: str, note: str = "") -> Decision:
    """A decision on two names. Raises UsageError for two names of different types, or the same place twice."""
    if verdict not in (*OF_NAMES, Verdict.open):
        raise FieldError("verdict", f"{verdict} is not a verdict on names; one of {', '.join((*OF_NAMES, Verdict.open))}")
    try:
        for number, name in enumerate((first, second), 1):
            checks.check_entity_name(f"names[{number}].", _name_about(name))
        pair = sorted((first, second), key=lambda n: (n.name, n.report))
        about = {"names": [_name_about(n) for n in pair]}
        decision = Decision(_key(about), verdict, about, who, made, note)
        check(decision)
    except InvalidError as error:
        raise FieldError(error.field, error.reason, INVALID) from None
    return decision


def _name_about(name: Name) -> dict[str, Any]:
    return {"type": name.type, "name": name.name, "report": name.report}


def check(decision: Decision) -> None:
    """Raise InvalidError, with the field, for a decision that no report could allow."""
    _check(decision.verdict, decision.about, decision.who, decision.made, decision.note)


def _check(verdict: Verdict, about: dict[str, Any], who: object, made: object, note: object) -> None:
    names = "names" in about
    if verdict is not _OPEN and names != (verdict in OF_NAMES):
        raise InvalidError("verdict", f"{verdict} does not fit {'two names' if names else 'a statement'}")
    checks.check_notes(who, made, note)
    corrected = verdict is _MEND or (verdict is _OPEN and "instead" in about)
    checks.check_about(about, asserted=verdict in _ASSERTED, corrected=corrected)
    if names:
        first, second = (Name(**n) for n in about["names"])
        if first.type != second.type or first == second:
            raise InvalidError("names", f"two names of one type are compared, each in a report of its own: {first.name} ({first.type}), {second.name} ({second.type})")


def check_against(decision: Decision, report: Report) -> None:
    """Raise InvalidError for a decision on a statement that the text of its report does not allow.

    A decision on another text of the report is not checked: `moved` looks for its words.
    """
    if decision.is_of_names or decision.about["sha256"] != report.sha256:
        return
    before = original(decision)
    checks.check_quote(before, decision.about["quote"], report)
    if decision.verdict is Verdict.accept:
        checks.check_in_text(before, report)
    elif decision.verdict is Verdict.mend:
        checks.check_in_text(said(decision), report, before, "instead.")


def order(decision: Decision) -> tuple[Any, ...]:
    """Sorts decisions of one key: the last one holds.

    Of decisions that were made without knowledge of each other (of one sequence number) the more careful one comes last: a
    rejection after a correction after an acceptance, `different` after `same`. Then the names of the reviewers and the content
    decide, so that every copy of the graph comes to the same result.
    """
    return decision.sequence, _CARE[decision.verdict], decision.who, checks.canonical(decision.about), decision.note, decision.made


def in_sequence(decisions: Iterable[Decision]) -> list[Decision]:
    """Decisions with a sequence number each: those without one follow the earlier ones of their key, in order of the list."""
    last: dict[str, int] = {}
    found = []
    for decision in decisions:
        if not decision.sequence:
            decision = replace(decision, sequence=last.get(decision.key, 0) + 1)
        last[decision.key] = max(last.get(decision.key, 0), decision.sequence)
        found.append(decision)
    return found


def holding(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions of a history that hold, in order of key."""
    latest = {d.key: d for d in sorted(in_sequence(decisions), key=order)}
    return [latest[k] for k in sorted(latest) if latest[k].verdict is not Verdict.open]


def _key(about: dict[str, Any]) -> str:
    if "names" in about:
        return _hash("names", *(x for n in about["names"] for x in (n["type"], n["name"], n["report"])))
    subject, obj = about["subject"], about["object"]
    return _hash(
        "statement", about["report"], about["relation"], about["kind"], about["status"], subject["type"], subject["name"], obj["type"], obj["name"], about["quote"],
    )


def said(decision: Decision) -> Statement:
    """The statement that a decision stands for, corrected where it was."""
    about = {**decision.about, **decision.about.get("instead", {})}
    return Statement(
        report=about["report"], subject=_as_mention(about["subject"]), relation=str(about["relation"]), object=_as_mention(about["object"]),
        start=int(about["start"]), end=int(about["end"]), rule=RULE, kind=str(about["kind"]), status=Status(about["status"]),
        speaker=str(about["speaker"]), date=str(about["date"]), confidence=1.0,
    )


def original(decision: Decision) -> Statement:
    """The statement that was decided on, as it was."""
    return said(replace(decision, about={k: v for k, v in decision.about.items() if k != "instead"}))


def _as_mention(m: dict[str, Any]) -> Mention:
    back = m.get("antecedent")
    return Mention(str(m["type"]), str(m["name"]), int(m["start"]), int(m["end"]), tuple(m.get("aliases", ())), (int(back[0]), int(back[1])) if back else None)


def is_meant(statement: Statement, decision: Decision, report: Report) -> bool:
    """Is this the statement that was decided on? The same words in the same place; in another text the same quote."""
    return _meaning(statement) == _meaning_of(decision) and _is_place(statement, decision, report, report.sha256)


def _meaning(s: Statement) -> tuple[str, ...]:
    return s.relation, s.kind, s.status.value, s.subject.type, s.subject.name, s.object.type, s.object.name


def _meaning_of(decision: Decision) -> tuple[str, ...]:
    about = decision.about
    subject, obj = about["subject"], about["object"]
    return about["relation"], about["kind"], about["status"], subject["type"], subject["name"], obj["type"], obj["name"]


def _is_place(statement: Statement, decision: Decision, report: Report, sha256: str) -> bool:
    about = decision.about
    if about["sha256"] == sha256:
        return statement.start < int(about["end"]) and int(about["start"]) < statement.end
    return report.text[statement.start : statement.end] == str(about["quote"])


class DecidedReport:
    """A report with the decisions on its statements: each statement finds its decision without a search through all."""

    def __init__(self, report: Report, decisions: Iterable[Decision]) -> None:
        """Decisions that the text does not allow are left out (`graphkit validate` lists them)."""
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
        """The decision on a statement as it was read."""
        return next((d for d in self._of_meaning.get(_meaning(statement), ()) if _is_place(statement, d, self.report, self._sha256)), None)

    def apply(self, statements: Iterable[Statement]) -> list[Statement]:
        """What the report says after the decisions on it, in order of place and id.

        Rejected statements are out, accepted ones are sure, corrected ones are said as they were corrected; accepted and corrected
        ones that the extractor does not say are said all the same, as long as their words stand in the text.
        """
        kept: dict[str, Statement] = {}
        met: set[str] = set()
        for statement in statements:
            decision = self.decision_on(statement)
            if decision is None:
                kept[statement.id] = statement
            elif decision.verdict is Verdict.accept:
                met.add(decision.key)
                kept[statement.id] = replace(statement, confidence=1.0)
        for decision in self.decisions:
            if decision.verdict is Verdict.mend or (decision.verdict is Verdict.accept and decision.key not in met):
                again = moved(decision, self.report)
                if again is not None:
                    kept.setdefault(again.id, again)
        return sorted(kept.values(), key=lambda s: (s.start, s.id))


def apply(report: Report, statements: Iterable[Statement], decisions: Sequence[Decision]) -> list[Statement]:
    """What a report says after the decisions on it (`DecidedReport.apply`)."""
    return DecidedReport(report, decisions).apply(statements)


def moved(decision: Decision, report: Report) -> Statement | None:
    """The statement that a decision stands for, where its words stand now; None when they do not, or the text forbids it."""
    statement, before = said(decision), original(decision)
    if decision.about["sha256"] != report.sha256:
        quote = str(decision.about["quote"])
        at = report.text.find(quote)
        if at < 0 or report.text.find(quote, at + 1) >= 0:
            return None
        step = at - int(decision.about["start"])
        statement, before = _moved_by(statement, step), _moved_by(before, step)
    try:
        checks.check_in_text(statement, report, before if decision.verdict is Verdict.mend else None)
    except InvalidError:
        return None
    return statement


def _moved_by(s: Statement, step: int) -> Statement:
    return replace(s, start=s.start + step, end=s.end + step, subject=_shifted(s.subject, step), object=_shifted(s.object, step))


def _shifted(m: Mention, step: int) -> Mention:
    back = m.antecedent
    return replace(m, start=m.start + step, end=m.end + step, antecedent=(back[0] + step, back[1] + step) if back else None)


# -- files -----------------------------------------------------------------------------------------------------


def to_record(decision: Decision) -> dict[str, Any]:
    """A decision as a JSON object. With a sequence number comes a digest, which shows whether the record was edited."""
    record = {"verdict": decision.verdict.value, **decision.about, "who": decision.who, "made": decision.made, **({"note": decision.note} if decision.note else {})}
    if decision.sequence:
        record["sequence"] = decision.sequence
        record["digest"] = _digest(record)
    return record


def _digest(record: dict[str, Any]) -> str:
    words = checks.canonical({k: v for k, v in record.items() if k != "digest" and (k, v) != ("note", "")})
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def from_record(record: dict[str, Any], place: str) -> Decision:
    """A decision of a JSON object. place: of it, for the message. Raises UsageError with the field.

    A record that was edited after it was written loses its sequence number: it is a new decision, after those that are known.
    """
    try:
        return _from_record(record, place)
    except InvalidError as error:
        raise UsageError(f"{place}: not a valid decision: {error}") from None


def _from_record(record: dict[str, Any], place: str) -> Decision:
    for name in ("verdict", "who", "made"):
        if name not in record:
            raise InvalidError(name, "is missing")
    decision = of_row(record, record["verdict"], record["who"], record["made"], record.get("note", ""))
    sequence = checks.check_sequence(record["sequence"]) if "sequence" in record else 0
    if sequence and record.get("digest") != _digest(record):
        sequence = 0
    return replace(decision, sequence=sequence, source=place)


def of_row(about: dict[str, Any], verdict: object, who: Any, made: Any, note: Any, sequence: int = 0) -> Decision:
    """A decision of the values of a row; what `about` says of its order is passed over. Raises InvalidError."""
    one = _VERDICTS[checks.check_choice("verdict", verdict, _VERDICTS, "verdict")]
    about = {k: v for k, v in about.items() if k not in _META}
    _check(one, about, who, made, note)
    if "names" in about:
        about = {"names": sorted(about["names"], key=lambda n: (n["name"], n["report"]))}
    # The key is made of fields that have been checked.
    return Decision(_key(about), one, about, who, made, note, sequence)


def to_line(decision: Decision) -> str:
    """One line of a file of decisions, keys in order."""
    return checks.canonical(to_record(decision))
