"""graphkit status"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, print_table
from graphkit.review.reviewing import invalid_decisions


class StatusFormat(StrEnum):
    table = "table"
    json = "json"


def command(
    graph: GraphOption = DEFAULT_GRAPH,
    format_: Annotated[StatusFormat, typer.Option("--format", "-f", help="How it is printed.")] = StatusFormat.table,
) -> None:
    """How much the graph holds, and which inputs failed and why."""
    with graphkit.open(graph) as opened:
        counts = opened.status()
        failures = opened.ledger.failures()
        if passed_over := sum(1 for _ in invalid_decisions(opened.ledger)):
            counts["invalid decisions"] = passed_over
    if format_ is StatusFormat.json:
        listed = [{"source": f.source, "reason": f.reason} for f in failures]
        print(json.dumps({**counts, "failures": listed}, ensure_ascii=False, indent=1))
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, number in counts.items():
        table.add_row(name, str(number))
    print_table(table)
    for failure in failures:
        print(Text(f"failed: {failure.source}: {failure.reason}"))
