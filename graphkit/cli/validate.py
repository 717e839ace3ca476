"""graphkit validate"""

from __future__ import annotations

from typing import Annotated

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, say


def command(
    graph: GraphOption = DEFAULT_GRAPH,
    shacl: Annotated[bool, typer.Option("--shacl/--no-shacl", help="Also check the RDF against the SHACL shapes (slow: about a minute for 500 reports).")] = True,
) -> None:
    """Check every statement and quote against its report's text and the schema, and the RDF against the shapes."""
    problems = 0
    with graphkit.open(graph) as opened:
        for problem in opened.validate(shacl=shacl):
            problems += 1
            print(problem)
        counts = opened.ledger.counts()
    say(f"{counts['statements']} statements of {counts['reports']} reports checked, {problems} problems")
    if problems:
        raise typer.Exit(1)
