"""Options of `graphkit review`, and a check of their combination."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graphkit.errors import UsageError
from graphkit.schema import load_schema

WhoOption = Annotated[
    str,
    typer.Option(
        "--who",
        envvar="GRAPHKIT_REVIEWER",
        help="Name of the reviewer, stored with each decision.",
        show_default="the login name",
    ),
]
RelationOption = Annotated[
    str,
    typer.Option(
        "--relation",
        help="In the dialog and with --list: only statements of this relation, for example visited (docs/schema.md "
        "lists the relations).",
        show_default=False,
    ),
]
ReportOption = Annotated[
    str,
    typer.Option(
        "--report",
        help="In the dialog and with --list: only statements of the report with this id.",
        show_default=False,
    ),
]
ListOption = Annotated[
    bool,
    typer.Option(
        "--list", help="List the undecided statements with their ids, those with the lowest confidence first."
    ),
]
TopOption = Annotated[
    int | None,
    typer.Option(
        "--top",
        min=1,
        help="Maximum number of rows of --list, --decided and --contested.",
        show_default="20 for --list, otherwise all",
    ),
]
DecidedOption = Annotated[
    bool, typer.Option("--decided", help="List the decisions that currently apply, with their keys.")
]
ContestedOption = Annotated[
    bool,
    typer.Option(
        "--contested",
        help="List conflicting decisions: two reviewers decided differently about the same statement or names, and "
        "neither knew of the other decision.",
    ),
]
AcceptOption = Annotated[
    list[str],
    typer.Option(
        "--accept",
        metavar="ID",
        help="Accept the statement with this id (see --list); the first 6 characters are enough. Repeat the option to "
        "accept several statements.",
        show_default=False,
    ),
]
RejectOption = Annotated[
    list[str],
    typer.Option(
        "--reject",
        metavar="ID",
        help="Reject the statement with this id (see --list); the first 6 characters are enough. Repeat the option to "
        "reject several statements.",
        show_default=False,
    ),
]
SameOption = Annotated[
    tuple[str, str],
    typer.Option(
        "--same",
        metavar="NAME@REPORT NAME@REPORT",
        help="Record that two names refer to the same entity. REPORT is the id of a report in which the name occurs. The "
        "option can be given once.",
        show_default=False,
    ),
]
DifferentOption = Annotated[
    tuple[str, str],
    typer.Option(
        "--different",
        metavar="NAME@REPORT NAME@REPORT",
        help="Record that two names refer to different entities. REPORT is the id of a report in which the name occurs. "
        "The option can be given once.",
        show_default=False,
    ),
]
UndoOption = Annotated[
    list[str],
    typer.Option(
        "--undo",
        metavar="KEY",
        help="Withdraw the decision with this key (see --decided); the first 6 characters are enough. Repeat the "
        "option to withdraw several decisions.",
        show_default=False,
    ),
]
NoteOption = Annotated[
    str,
    typer.Option(
        "--note",
        help="Reason, stored with the decisions that the options --accept, --reject, --same, --different and --undo "
        "make.",
        show_default=False,
    ),
]
SaveOption = Annotated[
    Path | None,
    typer.Option(
        "--export",
        metavar="FILE",
        help="Write all decisions, also withdrawn ones, to a .jsonl or .csv file, which is replaced if it exists; - "
        "writes JSON lines to standard output. docs/review.md describes the files.",
        show_default=False,
    ),
]
ReadOption = Annotated[
    Path | None,
    typer.Option(
        "--import",
        metavar="FILE",
        help="Add the decisions of a file that --export wrote; decisions that the graph already contains are skipped.",
        show_default=False,
    ),
]


def check_lists(lists: list[str], has_row_options: bool) -> None:
    """Raise UsageError for several of the options that list rows, or if --top or --format is given without one."""
    if len(lists) > 1:
        raise UsageError(f"{' and '.join(lists)} cannot be combined")
    if has_row_options and not lists:
        raise UsageError("--top and --format need --list, --decided or --contested")


def check_filters(relation: str, report: str, *, is_possible: bool) -> None:
    """Raise UsageError for an unknown relation, or if undecided statements, which the filters select, are not shown."""
    if not is_possible and (relation or report):
        raise UsageError(f"{'--relation' if relation else '--report'} applies only to --list and to the dialog")
    if relation and relation not in load_schema().relations:
        raise UsageError(f"no relation {relation!r}; one of {', '.join(load_schema().relations)}")
