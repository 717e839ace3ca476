"""Decisions on statements and on names, and how they are applied to what an extractor says.

A decision names its statement by what it says (report, relation, names, status) and by its words, not by a number of the
extractor's: a later version that says the same in other words, or no more, does not undo it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from graphkit.errors import SchemaError, UsageError
from graphkit.model import Mention, Report, Statement, Status
from graphkit.schema import load_schema

#: Rule of statements that a person has mended, or accepted where the extractor does not say them any more.
RULE = "review"
#: Fields of a statement that can be mended.
MENDABLE = ("relation", "kind", "status", "date", "speaker", "start", "end", "subject", "object")


class Verdict(StrEnum):
    """accept, reject, mend: of a statement. same, different: of two names. open: an earlier decision is taken back."""

    accept = "accept"
    reject = "reject"
    mend = "mend"
    same = "same"
    different = "different"
    open = "open"


OF_STATEMENTS, OF_NAMES = (Verdict.accept, Verdict.reject, Verdict.mend), (Verdict.same, Verdict.different)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as one report has it."""

    type: str
    name: str
    report: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What who decided, and when.

    key: of what it is about; the latest decision of a key holds. about: the statement as it was (`statement_about`), with
    `instead` for what was mended; or the two names. made: time as ISO 8601 in UTC. note: in their words.
    """

    key: str
    verdict: Verdict
    about: dict[str, Any]
    who: str
    made: str
    note: str = ""

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
    """A decision on a statement. instead: mended fields. Raises UsageError when the mended statement is none that the text allows."""
    about = statement_about(statement, report)
    if verdict is Verdict.mend:
        unknown = sorted(set(instead or ()) - set(MENDABLE))
        if not instead or unknown:
            raise UsageError(f"nothing to mend: fields are {', '.join(MENDABLE)}" if not unknown else f"{unknown[0]} cannot be mended; one of {', '.join(MENDABLE)}")
        about["instead"] = instead
    elif verdict not in (*OF_STATEMENTS, Verdict.open):
        raise UsageError(f"{verdict} is no verdict on a statement")
    decision = Decision(_key(about), verdict, about, who, made, note)
    if verdict is Verdict.mend:
        try:
            load_schema().check(said(decision), report)
        except (SchemaError, KeyError, TypeError, ValueError) as error:
            raise UsageError(f"the mended statement cannot stand: {error}") from None
    return decision


def decide_names(first: Name, second: Name, verdict: Verdict, *, who: str, made: str, note: str = "") -> Decision:
    """A decision on two names. Raises UsageError for two names of different types, or the same place twice."""
    if verdict not in (*OF_NAMES, Verdict.open):
        raise UsageError(f"{verdict} is no verdict on names")
    if first.type != second.type or first == second:
        raise UsageError(f"two names of one type are compared, each in a report of its own: {first.name} ({first.type}), {second.name} ({second.type})")
    pair = sorted((first, second), key=lambda n: (n.name, n.report))
    about = {"names": [{"type": n.type, "name": n.name, "report": n.report} for n in pair]}
    return Decision(_key(about), verdict, about, who, made, note)


def _key(about: dict[str, Any]) -> str:
    if "names" in about:
        return _hash("names", *(x for n in about["names"] for x in (n["type"], n["name"], n["report"])))
    subject, obj = about["subject"], about["object"]
    return _hash(
        "statement", about["report"], about["relation"], about["kind"], about["status"], subject["type"], subject["name"], obj["type"], obj["name"], about["quote"],
    )


def said(decision: Decision) -> Statement:
    """The statement that a decision stands for, mended where it was."""
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
    about = decision.about
    same = (
        (statement.relation, statement.kind, statement.status.value) == (about["relation"], about["kind"], about["status"])
        and (statement.subject.type, statement.subject.name) == (about["subject"]["type"], about["subject"]["name"])
        and (statement.object.type, statement.object.name) == (about["object"]["type"], about["object"]["name"])
    )
    if not same:
        return False
    if about["sha256"] == report.sha256:
        return statement.start < int(about["end"]) and int(about["start"]) < statement.end
    return report.text[statement.start : statement.end] == str(about["quote"])


def apply(report: Report, statements: Iterable[Statement], decisions: Sequence[Decision]) -> list[Statement]:
    """What a report says after the decisions on it, in order of place and id.

    Rejected statements are out, accepted ones are sure, mended ones are said as they were mended; accepted and mended ones that the
    extractor does not say are said all the same, as long as their words stand in the text.
    """
    kept: dict[str, Statement] = {}
    met: set[str] = set()
    for statement in statements:
        decision = next((d for d in decisions if is_meant(statement, d, report)), None)
        if decision is None:
            kept[statement.id] = statement
            continue
        if decision.verdict is Verdict.accept:
            met.add(decision.key)
            kept[statement.id] = replace(statement, confidence=1.0)
    for decision in decisions:
        if decision.verdict is Verdict.mend or (decision.verdict is Verdict.accept and decision.key not in met):
            again = moved(decision, report)
            if again is not None:
                kept.setdefault(again.id, again)
    return sorted(kept.values(), key=lambda s: (s.start, s.id))


def moved(decision: Decision, report: Report) -> Statement | None:
    """The statement that a decision stands for, where its words stand now; None when they do not, or the text forbids it."""
    statement = said(decision)
    if decision.about["sha256"] != report.sha256:
        quote = str(decision.about["quote"])
        at = report.text.find(quote)
        if at < 0 or report.text.find(quote, at + 1) >= 0:
            return None
        step = at - int(decision.about["start"])
        statement = replace(
            statement, start=statement.start + step, end=statement.end + step, subject=_shifted(statement.subject, step), object=_shifted(statement.object, step)
        )
    try:
        load_schema().check(statement, report)
    except SchemaError:
        return None
    return statement


def _shifted(m: Mention, step: int) -> Mention:
    back = m.antecedent
    return replace(m, start=m.start + step, end=m.end + step, antecedent=(back[0] + step, back[1] + step) if back else None)


# -- files -----------------------------------------------------------------------------------------------------


def to_record(decision: Decision) -> dict[str, Any]:
    """A decision as a JSON object."""
    return {"verdict": decision.verdict.value, **decision.about, "who": decision.who, "made": decision.made, **({"note": decision.note} if decision.note else {})}


def from_record(record: dict[str, Any], place: str) -> Decision:
    """A decision of a JSON object. place: of it, for the message. Raises UsageError."""
    try:
        about = {k: v for k, v in record.items() if k not in ("verdict", "who", "made", "note")}
        verdict = Verdict(str(record["verdict"]))
        decision = Decision(_key(about), verdict, about, str(record["who"]), str(record["made"]), str(record.get("note", "")))
        if decision.is_of_names:
            decision.names()
        else:
            said(decision)
            str(about["sha256"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{place}: no decision: {type(error).__name__} {error}") from None
    if decision.is_of_names != (verdict in OF_NAMES) and verdict is not Verdict.open:
        raise UsageError(f"{place}: {verdict} does not fit what it is about")
    return decision


def to_line(decision: Decision) -> str:
    """One line of a file of decisions, keys in order."""
    return json.dumps(to_record(decision), ensure_ascii=False, sort_keys=True)
