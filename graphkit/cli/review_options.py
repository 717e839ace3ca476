"""Options of `graphkit review`, and a check of their combination."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graphkit.cli.console import RowFormat
from graphkit.errors import UsageError
from graphkit.schema import load_schema

WhoOption = Annotated[
    str,
    typer.Option(
        "--who",
        envvar="GRAPHKIT_REVIEWER",
        help="Name of the reviewer, which is stored with each decision of this command.",
        show_default="the login name",
    ),
]
RelationOption = Annotated[
    str,
    typer.Option(
        "--relation",
        help="In the dialog and with --list: only statements with this relation, for example visited. docs/schema.md "
        "lists the relations. Without this option, statements with all relations are shown.",
        show_default=False,
    ),
]
ReportOption = Annotated[
    str,
    typer.Option(
        "--report",
        help="In the dialog and with --list: only statements of the report with this id. Without this option, statements "
        "of all reports are shown.",
        show_default=False,
    ),
]
ListOption = Annotated[
    bool,
    typer.Option(
        "--list",
        help="List the undecided statements with their ids, those with the lowest confidence first. Cannot be combined "
        "with --decided or --contested.",
    ),
]
TopOption = Annotated[
    int | None,
    typer.Option(
        "--top",
        min=1,
        help="With --list, --decided or --contested: maximum number of rows.",
        show_default="20 for --list, otherwise all rows",
    ),
]
DecidedOption = Annotated[
    bool,
    typer.Option(
        "--decided",
        help="List the decisions that currently apply, without those that were withdrawn or replaced, with their keys "
        "(see --undo).",
    ),
]
ContestedOption = Annotated[
    bool,
    typer.Option(
        "--contested",
        help="List the conflicting decisions, which can result from --import: two reviewers decided differently about "
        "the same statement or names, and neither knew of the other decision. Each row contains first the decision that "
        "applies, then the other one.",
    ),
]
#: Default of the options that can be repeated. Commands do not change it.
NO_IDS: list[str] = []
AcceptOption = Annotated[
    list[str],
    typer.Option(
        "--accept",
        metavar="ID",
        help="Accept the statement with this id, which --list prints; the first six characters are enough if no other "
        "id begins with them. Repeat the option to accept several statements.",
        show_default=False,
    ),
]
RejectOption = Annotated[
    list[str],
    typer.Option(
        "--reject",
        metavar="ID",
        help="Reject the statement with this id, which --list prints; the first six characters are enough if no other "
        "id begins with them. Repeat the option to reject several statements.",
        show_default=False,
    ),
]
SameOption = Annotated[
    tuple[str, str],
    typer.Option(
        "--same",
        metavar="NAME@REPORT NAME@REPORT",
        help="Record that two names refer to the same entity, for example --same 李强@report-1 李强@report-2. REPORT is "
        "the id of a report in which a statement contains the name. The option can be given once.",
        show_default=False,
    ),
]
DifferentOption = Annotated[
    tuple[str, str],
    typer.Option(
        "--different",
        metavar="NAME@REPORT NAME@REPORT",
        help="Record that two names refer to different entities, for example --different 李强@report-1 李强@report-2. "
        "REPORT is the id of a report in which a statement contains the name. The option can be given once.",
        show_default=False,
    ),
]
UndoOption = Annotated[
    list[str],
    typer.Option(
        "--undo",
        metavar="KEY",
        help="Withdraw the decision with this key, which --decided prints; the first six characters are enough if no "
        "other key begins with them. Repeat the option to withdraw several decisions.",
        show_default=False,
    ),
]
NoteOption = Annotated[
    str,
    typer.Option(
        "--note",
        help="Reason, which is stored with every decision that --accept, --reject, --same, --different and --undo make "
        "in this command.",
        show_default=False,
    ),
]
SaveOption = Annotated[
    Path | None,
    typer.Option(
        "--export",
        metavar="FILE",
        help="Write all decisions, also withdrawn and replaced ones, to a file whose name ends in .jsonl or .csv; an "
        "existing file is replaced. With -, JSON lines are written to standard output. docs/review.md describes the files.",
        show_default=False,
    ),
]
ReadOption = Annotated[
    Path | None,
    typer.Option(
        "--import",
        metavar="FILE",
        help="Add the decisions of a .jsonl or .csv file that --export wrote. Decisions that the graph already contains "
        "are skipped. If one line is invalid, nothing is added.",
        show_default=False,
    ),
]
ReviewFormatOption = Annotated[
    RowFormat,
    typer.Option(
        "--format",
        "-f",
        help="With --list, --decided or --contested: output format of the rows: table (aligned columns), json (one list "
        "with an object for each row) or csv (with the names of the columns in the first line).",
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
