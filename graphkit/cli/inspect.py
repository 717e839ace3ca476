"""graphkit inspect"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated

import typer

from graphkit.building.inspection import SHOWN_FIELDS, Inspection, Kind, inspect_inputs
from graphkit.cli.console import FieldOption, ReportsArgument, SiteRulesOption, chosen_reading, is_verbose
from graphkit.cli.input_messages import input_lines, is_shortened, missing_line, notes_line, unread_dates_line
from graphkit.model import Failure, NoReport
from graphkit.reading import printable
from graphkit.reading.origins import BY_PUBLISHER

#: Number of origins of a field that are shown in the text format, and of names of unused fields.
_MOST_ORIGINS = 6
_MOST_UNUSED = 40
_LABEL_WIDTH = max(map(len, SHOWN_FIELDS)) + 2


class InspectFormat(StrEnum):
    text = "text"
    json = "json"


def command(
    reports: ReportsArgument,
    format_: Annotated[
        InspectFormat,
        typer.Option(
            "--format",
            "-f",
            help="Output format: text, in which long lists are shortened, or json (one JSON object with complete lists). "
            "graphkit --verbose inspect prints all inputs that are not read also as text.",
        ),
    ] = InspectFormat.text,
    field: FieldOption = None,
    site_rules: SiteRulesOption = None,
) -> None:
    """Show what would be read from files, without extracting statements and without creating a graph.

    For each kind of file: the number of reports, the field or element of the file that became each field of a report,
    the fields of records that are not used, and three examples. Then what is missing, and the inputs that are not read,
    with the reasons. Files that cannot be read or contain no report result in exit code 1, as with `extract`.
    """
    found = inspect_inputs(reports, chosen_reading(field, site_rules))
    if format_ is InspectFormat.json:
        print(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
    else:
        for line in _lines(found):
            print(line)
    if not found.outcome.is_complete:
        raise typer.Exit(1)


def _lines(found: Inspection) -> Iterator[str]:
    yield f"{_counted(found.reports, 'report')} in {_counted(found.files, 'file')}"
    for name, kind in found.kinds.items():
        yield ""
        yield f"{name}: {_counted(kind.reports, 'report')} in {_counted(kind.files, 'file')}"
        yield from _field_lines(kind)
        if names := found.unused(name):
            more = f" and {len(names) - _MOST_UNUSED} more" if len(names) > _MOST_UNUSED else ""
            yield f"  {'not used':{_LABEL_WIDTH}}{', '.join(names[:_MOST_UNUSED])}{more}"
        for number, example in enumerate(kind.examples, 1):
            yield from _example_lines(number, example)
    messages = list(_messages(found))
    if messages:
        yield ""
    yield from messages


def _counted(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _field_lines(kind: Kind) -> Iterator[str]:
    """Yield a line for each field of a report: the origins of its values with their numbers."""
    for name in SHOWN_FIELDS:
        counts = kind.origins[name].most_common()
        parts = [f"{printable(origin)} ({number})" for origin, number in counts[:_MOST_ORIGINS]]
        others = sum(number for _, number in counts[_MOST_ORIGINS:])
        parts += [f"others ({others})"] if others else []
        missing = kind.missing(name)
        parts += [f"missing ({missing})"] if missing else []
        yield f"  {name:{_LABEL_WIDTH}}{', '.join(parts)}"


def _example_lines(number: int, example: dict[str, str]) -> Iterator[str]:
    yield f"  example {number}: {printable(example['title']) or '(no title)'}"
    values = [printable(example[name]) or f"no {name}" for name in ("date", "publisher", "place")]
    yield f"    {', '.join(values)}; id {printable(example['id'])}"
    yield f"    {printable(' '.join(example['text'].split()))}"


def _inferred_line(found: Inspection) -> str:
    """Return the number of reports whose place is inferred, and how to list them; "" if there are none."""
    number = sum(kind.origins["place"][BY_PUBLISHER] for kind in found.kinds.values())
    hint = "after a build, `graphkit status --inferred place` lists the reports"
    return f"{_counted(number, 'report')} with a place from the name of the publisher; {hint}" if number else ""


def _messages(found: Inspection) -> Iterator[str]:
    """Yield what is missing, what has no effect, and the inputs that are not read."""
    outcome = found.outcome
    yield from filter(
        None,
        (
            missing_line(outcome.missing, outcome.added),
            _inferred_line(found),
            unread_dates_line(outcome.unread_dates, outcome.first_unread_date),
            notes_line(outcome.noted, outcome.first_note),
        ),
    )
    for rule, use in outcome.field_use.rules.items():
        yield f"site rule [{printable(rule)}]: {_counted(use.pages - use.without_body, 'page')} read with it"
    yield from outcome.warnings
    lists: dict[str, Sequence[Failure | NoReport]] = {
        "failed": outcome.failures,
        "not read": outcome.not_read,
        "no report": outcome.empty,
    }
    shown = {label: [(item.source, item.reason) for item in items] for label, items in lists.items()}
    if is_verbose():
        shown["ignored"] = [(item.source, item.reason) for item in outcome.ignored]
    for label, inputs in shown.items():
        yield from input_lines(label, inputs, everything=is_verbose())
    if is_shortened(*shown.values()) and not is_verbose():
        yield "--format json lists all of them"
