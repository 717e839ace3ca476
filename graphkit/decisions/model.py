"""Decisions on statements and names, and their application to extracted statements.

A decision identifies its statement by content (report, relation, names, status) and quote, not by a number that the
extractor assigned. It therefore remains valid when a later extractor version changes or no longer finds the statement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from graphkit.decisions import checks
from graphkit.decisions.checks import InvalidError
from graphkit.errors import FieldError, UsageError
from graphkit.model import Mention, Report, Statement, Status

#: Rule of statements that a reviewer corrected, or accepted although the extractor no longer finds them.
RULE = "review"
#: Beginning of the error message for an invalid decision.
INVALID = "the decision is not valid: "
_META = frozenset(("verdict", "who", "made", "note", "sequence", "digest"))


class Verdict(StrEnum):
    """The verdict of a decision.

    Accept, reject and correct apply to a statement, same and different to two names; open withdraws an earlier
    decision. Corrections have the value of an earlier name in ledgers and files.
    """

    accept = "accept"
    reject = "reject"
    mend = "mend"
    same = "same"
    different = "different"
    open = "open"


OF_STATEMENTS, OF_NAMES = (Verdict.accept, Verdict.reject, Verdict.mend), (Verdict.same, Verdict.different)
#: Verdicts that add a statement to the graph.
_ASSERTED = (Verdict.accept, Verdict.mend)
_OPEN, _MEND = Verdict.open, Verdict.mend
_VERDICTS = {v.value: v for v in Verdict}
#: Rank among contradicting decisions; the strictest one is used.
_STRICTNESS = {
    Verdict.open: 0,
    Verdict.accept: 1,
    Verdict.same: 1,
    Verdict.mend: 2,
    Verdict.different: 2,
    Verdict.reject: 3,
}


@dataclass(frozen=True, slots=True)
class Name:
    """A name in one report, with the type of its entity."""

    type: str
    name: str
    report: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of a reviewer.

    key: identifies the subject of the decision; the decision of a key with the highest `sequence` is in force.
    about: the statement before the decision (`statement_about`), with the corrected fields in `instead`; or the two
    names. who: the reviewer. made: time in UTC (ISO 8601), for display only. note: the reviewer's reason.
    sequence: one more than the highest number of this key that was known when the decision was made; 0 until the
    decision is added to a ledger. source: file and line of an imported decision, for messages only.
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
        """Whether this is a decision on two names, not on a statement."""
        return "names" in self.about

    @property
    def report(self) -> str:
        """Id of the report of the statement, "" for a decision on names."""
        return str(self.about.get("report", ""))

    def names(self) -> tuple[Name, Name]:
        """Return the two names of a decision on names."""
        first, second = (Name(**n) for n in self.about["names"])
        return first, second


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def statement_about(statement: Statement, report: Report) -> dict[str, Any]:
    """Return the fields of a statement that a decision stores to identify it and to add it to the graph."""
    return {
        "report": report.id,
        "sha256": report.sha256,
        "quote": report.text[statement.start : statement.end],
        "start": statement.start,
        "end": statement.end,
        "relation": statement.relation,
        "kind": statement.kind,
        "status": statement.status.value,
        "date": statement.date,
        "speaker": statement.speaker,
        "subject": _mention(statement.subject),
        "object": _mention(statement.object),
    }


def _mention(m: Mention) -> dict[str, Any]:
    found: dict[str, Any] = {"type": m.type, "name": m.name, "start": m.start, "end": m.end}
    if m.aliases:
        found["aliases"] = list(m.aliases)
    if m.antecedent is not None:
        found["antecedent"] = list(m.antecedent)
    return found


def decide(
    statement: Statement,
    report: Report,
    verdict: Verdict,
    *,
    who: str,
    made: str,
    note: str = "",
    instead: dict[str, Any] | None = None,
) -> Decision:
    """Return a decision on a statement. instead: corrected fields. Raises FieldError if it is invalid."""
    if verdict not in (*OF_STATEMENTS, Verdict.open):
        allowed = ", ".join((*OF_STATEMENTS, Verdict.open))
        raise FieldError("verdict", f"{verdict} is not a verdict on a statement; one of {allowed}")
    about = statement_about(statement, report)
    if verdict is Verdict.mend:
        about["instead"] = instead
    elif instead:
        raise FieldError("instead", f"is allowed for corrections only, and the verdict is {verdict}")
    decision = Decision(_key(about), verdict, about, who, made, note)
    try:
        check(decision)
        check_against(decision, report)
    except InvalidError as error:
        raise FieldError(error.field, error.reason, INVALID) from None
    return decision


def decide_names(first: Name, second: Name, verdict: Verdict, *, who: str, made: str, note: str = "") -> Decision:
    """Return a decision on two names. Raises FieldError for names of different types or for identical names."""
    if verdict not in (*OF_NAMES, Verdict.open):
        allowed = ", ".join((*OF_NAMES, Verdict.open))
        raise FieldError("verdict", f"{verdict} is not a verdict on names; one of {allowed}")
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
    """Raise InvalidError if a decision is invalid regardless of the text of its report."""
    _check(decision.verdict, decision.about, decision.who, decision.made, decision.note)


def _check(verdict: Verdict, about: dict[str, Any], who: object, made: object, note: object) -> None:
    names = "names" in about
    if verdict is not _OPEN and names != (verdict in OF_NAMES):
        raise InvalidError("verdict", f"{verdict} is not allowed for {'two names' if names else 'a statement'}")
    checks.check_notes(who, made, note)
    corrected = verdict is _MEND or (verdict is _OPEN and "instead" in about)
    checks.check_about(about, asserted=verdict in _ASSERTED, corrected=corrected)
    if names:
        first, second = (Name(**n) for n in about["names"])
        if first.type != second.type or first == second:
            listed = f"{first.name} ({first.type}), {second.name} ({second.type})"
            raise InvalidError("names", f"must be two different names of the same type: {listed}")


def check_against(decision: Decision, report: Report) -> None:
    """Raise InvalidError if a decision on a statement contradicts the text of its report.

    A decision that was made on another version of the text is not checked; `moved` searches for its quote.
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
    """Return a sort key for decisions with the same key: the last one is in force.

    Of decisions that were made independently (with the same sequence number) the stricter one comes last: reject after
    correct after accept, different after same. Ties are broken by reviewer and content, so that every copy of the graph
    has the same result.
    """
    about = checks.canonical(decision.about)
    return decision.sequence, _STRICTNESS[decision.verdict], decision.who, about, decision.note, decision.made


def in_sequence(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the decisions with sequence numbers; those without one follow the earlier decisions of their key."""
    last: dict[str, int] = {}
    found = []
    for decision in decisions:
        if not decision.sequence:
            decision = replace(decision, sequence=last.get(decision.key, 0) + 1)
        last[decision.key] = max(last.get(decision.key, 0), decision.sequence)
        found.append(decision)
    return found


def holding(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the decisions of a history that are in force, ordered by key."""
    latest = {d.key: d for d in sorted(in_sequence(decisions), key=order)}
    return [latest[k] for k in sorted(latest) if latest[k].verdict is not Verdict.open]


def _key(about: dict[str, Any]) -> str:
    if "names" in about:
        return _hash("names", *(x for n in about["names"] for x in (n["type"], n["name"], n["report"])))
    subject, obj = about["subject"], about["object"]
    return _hash(
        "statement",
        *(about[field] for field in ("report", "relation", "kind", "status")),
        *(subject["type"], subject["name"], obj["type"], obj["name"], about["quote"]),
    )


def with_reports(decision: Decision, ids: Mapping[str, str]) -> Decision:
    """Return the decision on the same statement or names of reports whose ids changed. ids: former id → new id."""
    if decision.is_of_names:
        names = [{**n, "report": ids.get(n["report"], n["report"])} for n in decision.about["names"]]
        about: dict[str, Any] = {**decision.about, "names": sorted(names, key=lambda n: (n["name"], n["report"]))}
    else:
        about = {**decision.about, "report": ids.get(decision.report, decision.report)}
    return replace(decision, key=_key(about), about=about)


def said(decision: Decision) -> Statement:
    """Return the statement of a decision with its corrections applied."""
    about = {**decision.about, **decision.about.get("instead", {})}
    return Statement(
        report=about["report"],
        subject=_as_mention(about["subject"]),
        relation=str(about["relation"]),
        object=_as_mention(about["object"]),
        start=int(about["start"]),
        end=int(about["end"]),
        rule=RULE,
        kind=str(about["kind"]),
        status=Status(about["status"]),
        speaker=str(about["speaker"]),
        date=str(about["date"]),
        confidence=1.0,
        extractor=RULE,
    )


def original(decision: Decision) -> Statement:
    """Return the statement of a decision before its correction."""
    return said(replace(decision, about={k: v for k, v in decision.about.items() if k != "instead"}))


def _as_mention(m: dict[str, Any]) -> Mention:
    span = m.get("antecedent")
    antecedent = (int(span[0]), int(span[1])) if span else None
    aliases = tuple(m.get("aliases", ()))
    return Mention(str(m["type"]), str(m["name"]), int(m["start"]), int(m["end"]), aliases, antecedent)


# -- files -----------------------------------------------------------------------------------------------------


def to_record(decision: Decision) -> dict[str, Any]:
    """Return a decision as a JSON object.

    A digest, added with the sequence number, shows whether the record was edited.
    """
    record = {"verdict": decision.verdict.value, **decision.about, "who": decision.who, "made": decision.made}
    if decision.note:
        record["note"] = decision.note
    if decision.sequence:
        record["sequence"] = decision.sequence
        record["digest"] = _digest(record)
    return record


def _digest(record: dict[str, Any]) -> str:
    text = checks.canonical({k: v for k, v in record.items() if k != "digest" and (k, v) != ("note", "")})
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def from_record(record: dict[str, Any], place: str) -> Decision:
    """Return the decision in a JSON object. place: its file and line, for messages. Raises UsageError with the field.

    A record that was edited after it was written loses its sequence number: it is a new decision after the known ones.
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
    """Return the decision in a row; the sequence number in `about` is ignored. Raises InvalidError."""
    one = _VERDICTS[checks.check_choice("verdict", verdict, _VERDICTS, "verdict")]
    about = {k: v for k, v in about.items() if k not in _META}
    _check(one, about, who, made, note)
    if "names" in about:
        about = {"names": sorted(about["names"], key=lambda n: (n["name"], n["report"]))}
    # The key is computed after the checks, because it uses the checked fields.
    return Decision(_key(about), one, about, who, made, note, sequence)


def to_line(decision: Decision) -> str:
    """Return a decision as one line of JSON with sorted keys."""
    return checks.canonical(to_record(decision))
