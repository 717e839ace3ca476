"""graphkit status"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

import graphkit
from graphkit.building.outcome import Refusal, group_refusals
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, print_table
from graphkit.cli.input_messages import input_lines, is_shortened, refusal_lines
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
) -> None:
    """Show what the graph contains, and which inputs were not read.

    The command prints the number of reports, statements, claims and entities, the inputs that were not read, and the
    number of rejected statements.

    Inputs are listed with the reason; statements that the schema does not allow are counted by reason.
    """
    refusals: dict[str, Refusal] = {}
    with graphkit.open(graph) as opened:
        counts = opened.status()
        failures = opened.ledger.failures()
        others = opened.ledger.not_read()
        group_refusals(opened.ledger.refused(), refusals)
        if invalid := sum(1 for _ in invalid_decisions(opened.ledger)):
            counts["invalid decisions"] = invalid
    if format_ is StatusFormat.json:
        print(json.dumps({**counts, **_listed(failures, others, refusals)}, ensure_ascii=False, indent=1))
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, number in counts.items():
        table.add_row(name, str(number))
    print_table(table)
    lists = {
        "failed": [(f.source, f.reason) for f in failures],
        "not read": [(o.source, o.reason) for o in others if o.kind not in ("ignored", "no report")],
        "no report": [(o.source, o.reason) for o in others if o.kind == "no report"],
    }
    for label, inputs in lists.items():
        for line in input_lines(label, inputs):
            print(line)
    for line in refusal_lines(refusals.values()):
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
