"""graphkit export"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, say
from graphkit.views.export import FORMATS
from graphkit.views.rdf_terms import BASE

ExportFormat = StrEnum("ExportFormat", {name.replace("-", "_"): name for name in FORMATS})  # type: ignore[misc]


def command(
    format_: Annotated[ExportFormat, typer.Option("--format", "-f", help="Which format.", show_default=False)],
    graph: GraphOption = DEFAULT_GRAPH,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; standard output if left out. With csv a folder (FOLDER/) gets two tables.")] = None,
    base: Annotated[str, typer.Option("--base", help="Base of the IRIs in RDF.")] = BASE,
    with_text: Annotated[bool, typer.Option("--with-text", help="RDF: the full text of each report too.")] = False,
) -> None:
    """Write the graph as RDF, as a graph file or as tables. Evidence is in every one of them."""
    name = str(format_)
    with graphkit.open(graph) as opened:
        if output is None:
            opened.export(name, sys.stdout.buffer, base=base, with_text=with_text)
            sys.stdout.buffer.flush()
        else:
            opened.export(name, output, base=base, with_text=with_text)
            say(f"written: {output}")
