"""graphkit export"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, say
from graphkit.errors import UsageError
from graphkit.export.formats import FORMATS
from graphkit.files.output import STDOUT
from graphkit.model import Status
from graphkit.stores.options import DEFAULT_BASE, DEFAULT_NAME
from graphkit.tabular.codebook import TABLES, Heads
from graphkit.tabular.files import ONLY_TABLES

_NAMES = (*FORMATS, *ONLY_TABLES)
ExportFormat = StrEnum("ExportFormat", {name.replace("-", "_"): name for name in _NAMES})  # type: ignore[misc]
Table = StrEnum("Table", {name: name for name in TABLES})  # type: ignore[misc]


FormatOption = Annotated[
    ExportFormat,
    typer.Option(
        "--format",
        "-f",
        help="Format of the export. turtle, trig, nquads, ntriples, jsonld and rdfxml are RDF; graphml, gexf and cytoscape "
        "are for Gephi, yEd and Cytoscape; cypher and neo4j-admin are for Neo4j; xlsx, duckdb, sqlite and jsonl contain "
        "tables of visits, posts, projects …; csv and parquet contain such a table with --table, otherwise the nodes and "
        "relationships. docs/formats.md describes them.",
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
TablesOption = Annotated[
    list[Table] | None,
    typer.Option(
        "--table",
        help="Write this table (docs/tables.md describes the columns); can be repeated. Without this option, xlsx, duckdb "
        "and sqlite contain all tables. A file in csv, parquet or jsonl has one table; with -o FOLDER/, each table has a "
        "file.",
        show_default=False,
    ),
]
HeadsOption = Annotated[Heads, typer.Option("--heads", help="Tables only: names of the columns in English or Chinese.")]
SinceOption = Annotated[
    str,
    typer.Option(
        "--since",
        metavar="YYYY-MM-DD",
        help="Tables only: events from this day on. An event without a date has the day of its report.",
        show_default=False,
    ),
]
UntilOption = Annotated[
    str,
    typer.Option("--until", metavar="YYYY-MM-DD", help="Tables only: events until this day.", show_default=False),
]
PlaceOption = Annotated[
    str,
    typer.Option(
        "--place",
        help="Tables only: rows whose object, location or report is in this division (full name or code).",
        show_default=False,
    ),
]
RelationOption = Annotated[
    str, typer.Option("--relation", help="Tables only: statements with this relation.", show_default=False)
]
StatusOption = Annotated[
    Status | None,
    typer.Option("--status", help="Tables only: statements with this status.", show_default=False),
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
    table: TablesOption = None,
    heads: HeadsOption = Heads.en,
    since: SinceOption = "",
    until: UntilOption = "",
    place: PlaceOption = "",
    relation: RelationOption = "",
    status: StatusOption = None,
) -> None:
    """Write the graph to files as RDF, as a graph file or as tables.

    Every format includes the quotes of the statements and their positions in the reports.
    """
    which = str(format_)
    filters = {"since": since, "until": until, "place": place, "relation": relation, "status": str(status or "")}
    if table or which in ONLY_TABLES:
        _check_graph_options(which, base, with_text, rdf12, name, force, no_bom)
        _write_tables(graph, which, output, [str(t) for t in table or ()], heads, filters, not no_bom)
        return
    given = [f"--{n}" for n, value in {**filters, "heads": heads is not Heads.en}.items() if value]
    if given:
        tables = (
            "give --table NAME" if which in ("csv", "parquet") else "use xlsx, csv, parquet, duckdb, sqlite or jsonl"
        )
        raise UsageError(f"{' and '.join(given)} applies to tables only: {tables}")
    with graphkit.open(graph) as opened:
        opened.export(
            which, output, base=base, with_text=with_text, rdf12=rdf12, name=name, force=force, bom=not no_bom
        )
    if output != STDOUT:
        say(f"written: {output}")


def _check_graph_options(
    which: str, base: str, with_text: bool, rdf12: bool, name: str, force: bool, no_bom: bool
) -> None:
    """Raise UsageError for an option that tables would ignore."""
    used = {
        "--base": base != DEFAULT_BASE,
        "--with-text": with_text,
        "--rdf12": rdf12,
        "--name": name != DEFAULT_NAME,
        "--force": force,
    }
    given = [option for option, is_used in used.items() if is_used]
    if given:
        raise UsageError(f"{' and '.join(given)} does not apply to tables")
    if no_bom and which != "csv":
        raise UsageError("--no-bom applies only to --format csv")


def _write_tables(
    graph: Path, which: str, output: str, tables: list[str], heads: Heads, filters: dict[str, str], bom: bool
) -> None:
    with graphkit.open(graph) as opened:
        written = opened.export_tables(which, output, tables=tables, heads=heads, bom=bom, **filters)
    if output != STDOUT:
        for path in written:
            say(f"written: {path}")
