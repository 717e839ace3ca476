"""graphkit export"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, say
from graphkit.export.formats import FORMATS
from graphkit.files.output import STDOUT
from graphkit.stores.options import DEFAULT_BASE, DEFAULT_NAME

ExportFormat = StrEnum("ExportFormat", {name.replace("-", "_"): name for name in FORMATS})  # type: ignore[misc]


def command(
    format_: Annotated[ExportFormat, typer.Option("--format", "-f", help="Which format.", show_default=False)],
    graph: GraphOption = DEFAULT_GRAPH,
    output: Annotated[str, typer.Option("--output", "-o", metavar="<path>", help="File to write; standard output if left out or -. With csv and neo4j-admin a folder (FOLDER/) gets the files, with other formats FOLDER/graph with the format's ending.", show_default=False)] = STDOUT,
    force: Annotated[bool, typer.Option("--force", help="In a folder: replace files of the same names that graphkit did not write. Other files are always kept.")] = False,
    base: Annotated[str, typer.Option("--base", help="Base of the IRIs in RDF.")] = DEFAULT_BASE,
    with_text: Annotated[bool, typer.Option("--with-text", help="RDF: the full text of each report too.")] = False,
    rdf12: Annotated[bool, typer.Option("--rdf12", help="RDF: triple terms of RDF 1.2 in place of rdf:subject, rdf:predicate, rdf:object.")] = False,
    name: Annotated[str, typer.Option("--name", help="neo4j-admin: the graph's name in the database.")] = DEFAULT_NAME,
) -> None:
    """Write the graph as RDF, as a graph file or as tables. Evidence is in every one of them."""
    which = str(format_)
    with graphkit.open(graph) as opened:
        opened.export(which, output, base=base, with_text=with_text, rdf12=rdf12, name=name, force=force)
    if output != STDOUT:
        say(f"written: {output}")
