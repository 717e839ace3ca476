"""graphkit validate"""

from __future__ import annotations

from typing import Annotated

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, say


def command(
    graph: GraphOption = DEFAULT_GRAPH,
    shacl: Annotated[
        bool,
        typer.Option(
            "--shacl/--no-shacl",
            help="Also check the graph as RDF against schemas/shapes.ttl (SHACL; about one minute for 500 reports).",
        ),
    ] = True,
) -> None:
    """Check all statements and quotes against the texts and the schema, and the graph as RDF (--shacl)."""
    problems = 0
    with graphkit.open(graph) as opened:
        for problem in opened.validate(shacl=shacl):
            problems += 1
            print(problem)
        counts = opened.ledger.counts()
    checked = f"{counts['statements']} statements of {counts['reports']} reports"
    say(f"{checked} checked, {problems} {'problem' if problems == 1 else 'problems'}")
    if problems:
        raise typer.Exit(1)
