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


FormatOption = Annotated[
    ExportFormat,
    typer.Option(
        "--format", "-f", help="Format of the export; docs/formats.md describes the formats.", show_default=False
    ),
]
OutputOption = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="<path>",
        help="File to write (an existing file is replaced), or - for standard output. With FOLDER/, csv and "
        "neo4j-admin write several files into the folder, which they create if necessary; every other format writes "
        "the file graph.EXTENSION into an existing folder.",
    ),
]
ForceOption = Annotated[
    bool,
    typer.Option(
        "--force",
        help="csv and neo4j-admin with -o FOLDER/: accept a folder that contains other files, and replace those with "
        "the same names.",
    ),
]
BaseOption = Annotated[
    str, typer.Option("--base", help="RDF formats: the IRIs of reports, entities and statements begin with this IRI.")
]
WithTextOption = Annotated[bool, typer.Option("--with-text", help="RDF formats: include the full text of each report.")]
Rdf12Option = Annotated[
    bool,
    typer.Option(
        "--rdf12",
        help="turtle, trig, nquads, ntriples: write RDF 1.2 triple terms instead of rdf:subject, rdf:predicate and "
        "rdf:object.",
    ),
]
NameOption = Annotated[
    str, typer.Option("--name", help="neo4j-admin: name of the graph in the database (see `graphkit load neo4j`).")
]


def command(
    format_: FormatOption,
    graph: GraphOption = DEFAULT_GRAPH,
    output: OutputOption = STDOUT,
    force: ForceOption = False,
    base: BaseOption = DEFAULT_BASE,
    with_text: WithTextOption = False,
    rdf12: Rdf12Option = False,
    name: NameOption = DEFAULT_NAME,
) -> None:
    """Export the graph as RDF, as a graph file or as tables. Every format includes the quotes and their positions."""
    which = str(format_)
    with graphkit.open(graph) as opened:
        opened.export(which, output, base=base, with_text=with_text, rdf12=rdf12, name=name, force=force)
    if output != STDOUT:
        say(f"written: {output}")
