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
        "tables of visits, posts, projects and others (see --table). csv and parquet contain such a table with --table, "
        "and otherwise all nodes and relationships. docs/formats.md (Export files) describes the formats.",
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
        "ends in /, csv, neo4j-admin and jsonl write several files into this folder and create it if necessary, as does "
        "parquet with --table. The other formats write one file into it, called graph with the extension of the format, "
        "and the folder must exist (xlsx, duckdb and sqlite: called tables, and the folder is created).",
    ),
]
ForceOption = Annotated[
    bool,
    typer.Option(
        "--force",
        help="csv (without --table) and neo4j-admin with -o FOLDER/: accept a folder that contains files which graphkit "
        "did not write. Of these files, those with the name of a new file are replaced, and all others are kept.",
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
        help="csv only: write the files without a byte order mark. By default, they begin with one, which Excel needs to "
        "display Chinese characters. Standard output never has one.",
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
        help="With csv, parquet, xlsx, duckdb, sqlite or jsonl: write this table; docs/tables.md describes its columns. "
        "Repeat the option for several tables. Without it, xlsx, duckdb, sqlite and jsonl contain all tables (those to "
        "which --since, --until, --relation and --status can be applied). A csv, parquet or jsonl file has only one "
        "table, so write several tables with -o FOLDER/, one file for each.",
        show_default=False,
    ),
]
HeadsOption = Annotated[
    Heads,
    typer.Option("--heads", help="Tables only: language of the names of the columns, en (English) or zh (Chinese)."),
]
SinceOption = Annotated[
    str,
    typer.Option(
        "--since",
        metavar="YYYY-MM-DD",
        help="Tables only: rows with an event on this day or later; an event of several days counts if its last day is. "
        "An event without a date, or without a year, has the day of its report. In the table reports, the day of "
        "publication counts; in the table panel, it selects the visits that are counted. Not for projects and parks.",
        show_default=False,
    ),
]
UntilOption = Annotated[
    str,
    typer.Option(
        "--until",
        metavar="YYYY-MM-DD",
        help="Tables only: rows with an event on this day or earlier; an event of several days counts if its first day is. "
        "Events without a date or year, and reports, are treated as with --since.",
        show_default=False,
    ),
]
PlaceOption = Annotated[
    str,
    typer.Option(
        "--place",
        help="Tables only: rows about this administrative division or one inside it, given as its full name or six-digit "
        "code, for example 山西省 or 140000. A statement is selected if its report is from such a division, or if the "
        "visited place (table visits) or the object (table statements) is one; a project or park if it is located in "
        "one; a report if it is from one; a row of the table panel if its division is one.",
        show_default=False,
    ),
]
RelationOption = Annotated[
    str,
    typer.Option(
        "--relation",
        help="Only for the tables of statements (all tables except projects, parks, panel and reports): rows with this "
        "relation, for example attended. docs/schema.md lists the relations.",
        show_default=False,
    ),
]
StatusOption = Annotated[
    Status | None,
    typer.Option(
        "--status",
        help="Only for the tables of statements: rows with this status. actual selects events that took place and facts "
        "that hold. Without this option, statements of every status are written.",
        show_default=False,
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
    table: TablesOption = None,
    heads: HeadsOption = Heads.en,
    since: SinceOption = "",
    until: UntilOption = "",
    place: PlaceOption = "",
    relation: RelationOption = "",
    status: StatusOption = None,
) -> None:
    """Write the graph to files as RDF, as a graph file or as tables.

    Every format contains the quotes of the statements and their offsets in the reports, except for the tables projects,
    parks, panel and reports, whose rows are not statements.

    Examples:

    graphkit export --format xlsx -o visits.xlsx --table visits --heads zh --place 山西省 --status actual

    graphkit export --format csv -o tables/ --table visits --table posts
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
