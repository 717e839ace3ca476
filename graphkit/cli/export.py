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
        "--format",
        "-f",
        help="Format of the export. turtle, trig, nquads, ntriples, jsonld and rdfxml are RDF; graphml, gexf and cytoscape "
        "are for Gephi, yEd and Cytoscape; csv and parquet are tables; cypher and neo4j-admin are for Neo4j. "
        "docs/formats.md describes them.",
        show_default=False,
    ),
]
OutputOption = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="<path>",
        help="File to write (an existing file is replaced), or - for standard output. If the path is an existing folder or "
        "ends in /, csv and neo4j-admin write several files into this folder and create it if necessary; the other "
        "formats write one file into it, which is called graph with the extension of the format, and the folder must "
        "exist.",
    ),
]
ForceOption = Annotated[
    bool,
    typer.Option(
        "--force",
        help="csv and neo4j-admin with -o FOLDER/: accept a folder that contains files which graphkit did not write. Of "
        "these files, those with the name of a new file are replaced, and all others are kept.",
    ),
]
BaseOption = Annotated[
    str,
    typer.Option(
        "--base",
        help="RDF formats only: IRI with which the IRIs of the reports, entities and statements begin; a missing / at the "
        "end is added.",
    ),
]
WithTextOption = Annotated[
    bool,
    typer.Option(
        "--with-text",
        help="RDF formats only: include the full text of each report. Without this option, exports contain only the "
        "quotes.",
    ),
]
Rdf12Option = Annotated[
    bool,
    typer.Option(
        "--rdf12",
        help="turtle, trig, nquads and ntriples only: describe the triple of each statement by an RDF 1.2 triple term "
        "instead of the properties rdf:subject, rdf:predicate and rdf:object.",
    ),
]
NoBomOption = Annotated[
    bool,
    typer.Option(
        "--no-bom",
        help="csv only: write the tables without a byte order mark. Excel needs the mark to display Chinese characters. "
        "Standard output never has one.",
    ),
]
NameOption = Annotated[
    str,
    typer.Option(
        "--name",
        help="neo4j-admin only: name of this graph in the database, stored in the property `graph` of its nodes and "
        "relationships. A later `graphkit load neo4j` needs the same --name.",
    ),
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
    no_bom: NoBomOption = False,
) -> None:
    """Write the graph to files as RDF, as a graph file or as tables.

    Every format includes the quotes of the statements and their positions in the reports.
    """
    which = str(format_)
    with graphkit.open(graph) as opened:
        opened.export(
            which, output, base=base, with_text=with_text, rdf12=rdf12, name=name, force=force, bom=not no_bom
        )
    if output != STDOUT:
        say(f"written: {output}")
