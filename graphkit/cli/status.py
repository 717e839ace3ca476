"""graphkit status"""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

import graphkit
from graphkit.building.outcome import Refusal, group_refusals
from graphkit.cli.build_report import ReportOption, attention, build_report
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, print_table, say
from graphkit.cli.input_messages import input_lines, is_shortened, overview_lines, refusal_lines
from graphkit.export.build_report import check_report_file, write_report
from graphkit.ledger.overview import Overview
from graphkit.ledger.reports import Listed
from graphkit.model import Failure
from graphkit.review.queue import invalid_decisions


class StatusFormat(StrEnum):
    table = "table"
    json = "json"


FormatOption = Annotated[
    StatusFormat,
    typer.Option(
        "--format",
        "-f",
        help="Output format: table, or json (one JSON object). The table shortens lists of more than 20 inputs; json "
        "contains all of them.",
    ),
]


def command(
    graph: GraphOption = DEFAULT_GRAPH,
    format_: FormatOption = StatusFormat.table,
    report: ReportOption = None,
) -> None:
    """Show what the graph contains, and which inputs were not read.

    The command prints the number of reports, statements, claims and entities, the inputs that were not read, and the
    number of rejected statements.

    Inputs are listed with the reason; statements that the schema does not allow are counted by reason. Reports with the
    same text as another one, similar reports and reports with equal ids are counted; --format json and --report list
    them.
    """
    check_report_file(report)
    refusals: dict[str, Refusal] = {}
    with graphkit.open(graph) as opened:
        counts = opened.status()
        failures = opened.ledger.failures()
        others = opened.ledger.not_read()
        group_refusals(opened.ledger.refused(), refusals)
        if invalid := sum(1 for _ in invalid_decisions(opened.ledger)):
            counts["invalid decisions"] = invalid
        overview = opened.overview()
        if report is not None:
            write_report(report, build_report(opened, overview))
            say(f"written: {report}")
    if format_ is StatusFormat.json:
        lists = {**counts, **_listed(failures, others, refusals), **attention(overview)}
        print(json.dumps(lists, ensure_ascii=False, indent=1))
        return
    _print_counts(counts)
    _print_lists(failures, others, overview, refusals.values())


def _print_counts(counts: dict[str, int]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, number in counts.items():
        table.add_row(name, str(number))
    print_table(table)


def _print_lists(
    failures: list[Failure], others: list[Listed], overview: Overview, refusals: Iterable[Refusal]
) -> None:
    """Print the inputs that were not read, and the numbers of reports and statements that need attention."""
    lists = {
        "failed": [(f.source, f.reason) for f in failures],
        "not read": [(o.source, o.reason) for o in others if o.kind not in ("ignored", "no report")],
        "no report": [(o.source, o.reason) for o in others if o.kind == "no report"],
    }
    for label, inputs in lists.items():
        for line in input_lines(label, inputs):
            print(line)
    for line in [*overview_lines(overview), *refusal_lines(refusals)]:
        print(line)
    if is_shortened(*lists.values()):
        print("--format json lists all of them")


def _listed(failures: list[Failure], others: list[Listed], refusals: dict[str, Refusal]) -> dict[str, Any]:
    """Return the complete lists of the JSON output."""
    return {
        "failures": [{"source": f.source, "reason": f.reason} for f in failures],
        "inputs_not_read": [
            {"source": o.source, "kind": o.kind, "reason": o.reason} for o in others if o.kind != "ignored"
        ],
        "inputs_ignored": [{"source": o.source, "reason": o.reason} for o in others if o.kind == "ignored"],
        "statements_refused": [r.as_dict() for r in sorted(refusals.values(), key=lambda r: (-r.number, r.reason))],
    }
