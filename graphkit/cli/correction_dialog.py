"""The dialogue of `graphkit review` that corrects a statement: each answer is checked at once, and the result is shown for confirmation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.text import Text

from graphkit.cli.console import stdout_console
from graphkit.decisions import checks
from graphkit.decisions.checks import InvalidError
from graphkit.errors import UsageError
from graphkit.model import Mention, Statement, Status
from graphkit.review.queue import Open, Review
from graphkit.schema import load_schema

_HELP = "empty: keep the value   ?: allowed values   q: leave without a change"
#: Answers that are no words of a report.
_LEAVE, _ASK = "q", "?"


class _LeftError(Exception):
    """The reviewer leaves the dialogue."""


def read_answer(prompt: str) -> str | None:
    """What is typed, without blanks at the ends; None at the end of the input (Ctrl-D)."""
    try:
        return input(prompt).strip()
    except EOFError:
        return None


def words_of(s: Statement) -> str:
    """A statement as one line."""
    value = f"{s.kind}={s.object.name}" if s.kind else s.object.name
    status = "" if s.status.value == "actual" else f" [{s.status.value}]"
    return f"{s.subject.name} —{s.relation}→ {value}{status}  {s.date}".rstrip()


def correction(review: Review, one: Open) -> dict[str, Any] | None:
    """The corrected fields, confirmed by the reviewer; None when the reviewer leaves, changes nothing or does not confirm."""
    console = stdout_console()
    console.print(Text(_HELP, style="dim"))
    try:
        instead = _fields(one)
    except _LeftError:
        return None
    if not instead:
        return None
    try:
        corrected = review.corrected(one.statement, one.report, instead)
    except UsageError as error:
        console.print(Text(str(error), style="red"))
        return None
    quote = one.report.text[corrected.start : corrected.end].replace("\n", " ")
    console.print(Text(f"old: {words_of(one.statement)}\nnew: {words_of(corrected)}\n“{quote}”"))
    answer = read_answer("keep the correction? [y/n] ")
    return instead if answer is not None and answer.lower() in ("y", "yes") else None


def _fields(one: Open) -> dict[str, Any]:
    s = one.statement
    schema = load_schema()
    instead: dict[str, Any] = {}

    def ask(name: str, now: str, allowed: str, check: Callable[[str], object]) -> str:
        """The answer, or "" to keep the value."""
        answer = _ask(f"{name} [{now}]: ", allowed, check)
        if answer and answer != now:
            instead[name] = answer
        return answer or now

    relation = ask("relation", s.relation, ", ".join(schema.relations), lambda a: checks.check_relation("relation", a))
    if relation == "has_attribute":
        ask("kind", s.kind, ", ".join(schema.attributes), lambda a: checks.check_choice("kind", a, schema.attributes, "kind"))
    elif s.kind:
        instead["kind"] = ""
    ask("status", s.status.value, ", ".join(x.value for x in Status), lambda a: checks.check_status("status", a))
    ask("date", s.date, checks.DATES, lambda a: checks.check_date("date", a))
    for role in ("subject", "object"):
        mention = _mention(one, role, getattr(s, role), relation)
        if mention is not None:
            instead[role] = mention
    return instead


def _mention(one: Open, role: str, now: Mention, relation: str) -> dict[str, Any] | None:
    """The corrected mention, None for the one that stands."""
    text, allowed = one.report.text, sorted(getattr(load_schema().relations[relation], role))

    def in_text(answer: str) -> None:
        checks.check_name(role, now.type if now.type in allowed else "", answer)
        if answer not in text:
            raise InvalidError(role, f"{checks.shown(answer)} does not occur in the report")

    name = _ask(f"{role} [{now.name}]: ", "a name that occurs in the report", in_text)
    changed = bool(name) and name != now.name
    if not changed and now.type in allowed and not name:
        return None
    type_ = _ask(
        f"type of {name or now.name} [{now.type if now.type in allowed else 'none'}]: ", ", ".join(allowed),
        lambda a: checks.check_type(f"{role}.type", a, relation, role), empty=now.type in allowed,
    ) or now.type
    if not changed:
        if type_ == now.type:
            return None
        kept: dict[str, Any] = {"type": type_, "name": now.name, "start": now.start, "end": now.end}
        if now.aliases:
            kept["aliases"] = list(now.aliases)
        if now.antecedent:
            kept["antecedent"] = list(now.antecedent)
        return kept
    at = text.find(name, one.statement.start, one.statement.end)
    at = text.find(name) if at < 0 else at
    return {"type": type_, "name": name, "start": at, "end": at + len(name)}


def _ask(prompt: str, allowed: str, check: Callable[[str], object], *, empty: bool = True) -> str:
    """Asks until the answer is valid; "" keeps the value. Raises _LeftError for `q` and at the end of the input."""
    console = stdout_console()
    while True:
        answer = read_answer(prompt)
        if answer is None or answer.lower() == _LEAVE:
            raise _LeftError
        if answer == _ASK or (not answer and not empty):
            console.print(Text(allowed, style="dim"))
            continue
        if not answer:
            return ""
        try:
            check(answer)
        except InvalidError as error:
            console.print(Text(error.reason, style="red"))
            continue
        return answer
