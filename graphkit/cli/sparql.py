"""graphkit sparql"""

from __future__ import annotations

from typing import Annotated

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, RowFormat, RowFormatOption, print_rows
from graphkit.cli.query_input import SparqlParamOption, parse_parameters, query_text
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
    format_: RowFormatOption = RowFormat.table,
) -> None:
    """Run a SPARQL query on the graph, and print its rows.

    Queries (SELECT, ASK, CONSTRUCT or DESCRIBE) can read the graph, but not change it. CONSTRUCT and DESCRIBE print a
    row for each triple, with the columns subject, predicate and object, and ASK prints one row with the column answer.
    IRIs and literals are printed as text, without datatypes and languages. Queries search all named graphs
    together. The prefixes gk, rdf, rdfs, xsd, owl, schema, foaf, org, skos, prov, oa, dcterms, dcat, void, geo, time, m8g
    and eli need no declaration. docs/rdf.md describes the data.
    """
    text, parameters = query_text(query), parse_parameters(param)
    with graphkit.open(graph) as opened:
        check_sparql_names(text, parameters, option)
        rows = opened.sparql(text, **parameters)
    print_rows(rows, format_)
