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
            "--format", "-f", help="Format of the export; docs/formats.md describes them.", show_default=False
        ),
    ],
    graph: GraphOption = DEFAULT_GRAPH,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="<path>",
            help="File or folder to write; - is standard output, the default. csv and neo4j-admin write several files "
            "into a folder; for other formats, FOLDER/ means FOLDER/graph.EXTENSION.",
            show_default=False,
        ),
    ] = STDOUT,
    force: Annotated[
        bool,
        typer.Option("--force", help="In a folder: also replace files of the same names that graphkit did not write."),
    ] = False,
    base: Annotated[
        str, typer.Option("--base", help="RDF: base IRI, with which all IRIs of the graph begin.")
    ] = DEFAULT_BASE,
    with_text: Annotated[bool, typer.Option("--with-text", help="RDF: include the full text of each report.")] = False,
    rdf12: Annotated[
        bool,
        typer.Option(
            "--rdf12", help="RDF: write RDF 1.2 triple terms instead of rdf:subject, rdf:predicate and rdf:object."
        ),
    ] = False,
    name: Annotated[str, typer.Option("--name", help="neo4j-admin: name of the graph in the database.")] = DEFAULT_NAME,
) -> None:
    """Export the graph as RDF, as a graph file or as tables. Every format includes the evidence."""
    which = str(format_)
    with graphkit.open(graph) as opened:
        opened.export(which, output, base=base, with_text=with_text, rdf12=rdf12, name=name, force=force)
    if output != STDOUT:
        say(f"written: {output}")
