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
            help="Also convert the graph to RDF and check it against the constraints in schemas/shapes.ttl, which are "
            "written in SHACL (about one minute for 500 reports).",
        ),
    ] = True,
) -> None:
    """Check the ledger for damage, all quotes against the texts, and all statements and decisions against the schema.

    If there are problems, each is printed and the exit code is 1.
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
