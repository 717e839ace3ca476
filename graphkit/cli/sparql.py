"""graphkit sparql"""

from __future__ import annotations

from typing import Annotated

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption
from graphkit.cli.query_input import SparqlParamOption, parse_parameters, query_text
from graphkit.cli.row_output import NoBomOption, QueryFormatOption, RowsFileOption, chosen_format, give_rows
from graphkit.files.output import STDOUT
from graphkit.stores.parameter_names import check_sparql_names, option


def command(
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY", help="SPARQL query, or @FILE to read the query from a file in UTF-8.", show_default=False
        ),
    ],
    graph: GraphOption = DEFAULT_GRAPH,
    param: SparqlParamOption = None,
    format_: QueryFormatOption = None,
    output: RowsFileOption = STDOUT,
    no_bom: NoBomOption = False,
) -> None:
    """Run a SPARQL query on the graph.

    The rows are printed, or written to a file.

    Queries (SELECT, ASK, CONSTRUCT or DESCRIBE) can read the graph, but not change it. CONSTRUCT and DESCRIBE print a
    row for each triple, with the columns subject, predicate and object, and ASK prints one row with the column answer.
    IRIs and literals are printed as text, without datatypes and languages. Queries search all named graphs
    together. The prefixes gk, rdf, rdfs, xsd, owl, schema, foaf, org, skos, prov, oa, dcterms, dcat, void, geo, time, m8g
    and eli need no declaration. docs/rdf.md describes the data.
    """
    text, parameters = query_text(query), parse_parameters(param)
    chosen = chosen_format(format_, output, no_bom=no_bom)
    with graphkit.open(graph) as opened:
        check_sparql_names(text, parameters, option)
        rows = opened.sparql(text, **parameters)
    give_rows(rows, chosen, output, no_bom=no_bom)
