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
            help="Whether the graph is also converted to RDF and checked against the SHACL constraints in "
            "schemas/shapes.ttl, which takes about one minute for 500 reports.",
        ),
    ] = True,
) -> None:
    """Check all statements of a graph against the texts and the schema.

    The command checks the file of the ledger for damage, the quotes against the texts of the reports, and the statements
    and the decisions of reviewers against the schema (docs/schema.md). It changes nothing. Each problem is printed, and
    the exit code is then 1.
    """
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
