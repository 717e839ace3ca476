"""The dialog of `graphkit review` that corrects a statement.

Each answer is validated immediately, and the result is shown for confirmation.
"""

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

_HELP = "Enter: keep the value   ?: show the allowed values   q: cancel the correction"
#: Answers that are commands, not values.
_CANCEL, _SHOW_ALLOWED = "q", "?"


class _CanceledError(Exception):
    """The reviewer canceled the correction."""


def read_answer(prompt: str) -> str | None:
    """Return the typed line without surrounding whitespace, or None at the end of the input (Ctrl-D)."""
    try:
        return input(prompt).strip()
    except EOFError:
        return None


def statement_line(s: Statement) -> str:
    """Return a statement as one line of text."""
    value = f"{s.kind}={s.object.name}" if s.kind else s.object.name
    status = "" if s.status.value == "actual" else f" [{s.status.value}]"
    return f"{s.subject.name} —{s.relation}→ {value}{status}  {s.date}".rstrip()


def correction(review: Review, one: Open) -> dict[str, Any] | None:
    """Ask for the corrected fields and return them; None if nothing was changed or the reviewer did not confirm."""
    console = stdout_console()
    console.print(Text(_HELP, style="dim"))
    try:
        instead = _fields(one)
    except _CanceledError:
        return None
    if not instead:
        return None
    try:
        corrected = review.corrected(one.statement, one.report, instead)
    except UsageError as error:
        console.print(Text(str(error), style="red"))
        return None
    quote = one.report.text[corrected.start : corrected.end].replace("\n", " ")
    console.print(Text(f"old: {statement_line(one.statement)}\nnew: {statement_line(corrected)}\n“{quote}”"))
    answer = read_answer("save the correction? [y/n] ")
    return instead if answer is not None and answer.lower() in ("y", "yes") else None


def _fields(one: Open) -> dict[str, Any]:
    """Ask for each field of the statement and return the changed ones. Raises _CanceledError."""
    s = one.statement
    schema = load_schema()
    instead: dict[str, Any] = {}

    def ask(name: str, now: str, allowed: str, check: Callable[[str], object]) -> str:
        """Return the new value, or the current one if the answer is empty."""
        answer = _ask(f"{name} [{now}]: ", allowed, check)
        if answer and answer != now:
            instead[name] = answer
        return answer or now

    relation = ask("relation", s.relation, ", ".join(schema.relations), lambda a: checks.check_relation("relation", a))
    if relation == "has_attribute":
        ask(
            "kind",
            s.kind,
            ", ".join(schema.attributes),
            lambda a: checks.check_choice("kind", a, schema.attributes, "kind"),
        )
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
    """Ask for the name and type of the subject or object; return the corrected mention, or None if it is unchanged."""
    text, allowed = one.report.text, sorted(getattr(load_schema().relations[relation], role))

    def in_text(answer: str) -> None:
        checks.check_name(role, now.type if now.type in allowed else "", answer)
        if answer not in text:
            raise InvalidError(role, f"{checks.shown(answer)} does not occur in the report")

    name = _ask(f"{role} [{now.name}]: ", "a name that occurs in the report", in_text)
    changed = bool(name) and name != now.name
    if not changed and now.type in allowed and not name:
        return None
    type_ = (
        _ask(
            f"type of {name or now.name} [{now.type if now.type in allowed else 'none'}]: ",
            ", ".join(allowed),
            lambda a: checks.check_type(f"{role}.type", a, relation, role),
            empty=now.type in allowed,
        )
        or now.type
    )
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
    """Repeat the question until the answer is valid; "" keeps the value.

    Raises _CanceledError for `q` and at the end of the input.
    """
    console = stdout_console()
    while True:
        answer = read_answer(prompt)
        if answer is None or answer.lower() == _CANCEL:
            raise _CanceledError
        if answer == _SHOW_ALLOWED or (not answer and not empty):
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
