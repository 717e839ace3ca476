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
    format_: Annotated[
        ExportFormat,
        typer.Option(
            "--format", "-f", help="Format of the export; docs/formats.md describes the formats.", show_default=False
        ),
    ],
    graph: GraphOption = DEFAULT_GRAPH,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="<path>",
            help="File to write, or - for standard output. With FOLDER/, csv and neo4j-admin write several files into the "
            "folder, and all other formats write the file graph with their extension into it.",
        ),
    ] = STDOUT,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="With -o FOLDER/: accept a folder that contains other files, and replace those with the same names.",
        ),
    ] = False,
    base: Annotated[
        str,
        typer.Option("--base", help="RDF formats: the IRIs of reports, entities and statements begin with this IRI."),
    ] = DEFAULT_BASE,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="RDF formats: include the full text of each report.")
    ] = False,
    rdf12: Annotated[
        bool,
        typer.Option(
            "--rdf12",
            help="turtle, trig, nquads, ntriples: write RDF 1.2 triple terms instead of rdf:subject, rdf:predicate and "
            "rdf:object.",
        ),
    ] = False,
    name: Annotated[
        str, typer.Option("--name", help="neo4j-admin: name of the graph in the database (see `graphkit load neo4j`).")
    ] = DEFAULT_NAME,
) -> None:
    """Export the graph as RDF, as a graph file or as tables. Every format includes the quotes and their positions."""
    which = str(format_)
    with graphkit.open(graph) as opened:
        opened.export(which, output, base=base, with_text=with_text, rdf12=rdf12, name=name, force=force)
    if output != STDOUT:
        say(f"written: {output}")
