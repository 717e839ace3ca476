"""graphkit sparql"""

from __future__ import annotations

from typing import Annotated

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, RowFormat, RowFormatOption, print_rows
from graphkit.cli.query_input import ParamOption, parse_parameters, query_text
from graphkit.stores.parameter_names import check_sparql_names, option


def command(
    query: Annotated[
        str, typer.Argument(help="The query, or @FILE to read the query from a file.", show_default=False)
    ],
    graph: GraphOption = DEFAULT_GRAPH,
    param: ParamOption = None,
    format_: RowFormatOption = RowFormat.table,
) -> None:
    """Run a SPARQL query on the graph. docs/rdf.md describes the data.

    The prefixes of the schema (gk: skos: rdf: schema: …) need no declaration.
    """
    text, parameters = query_text(query), parse_parameters(param)
    with graphkit.open(graph) as opened:
        check_sparql_names(text, parameters, option)
        rows = opened.sparql(text, **parameters)
    print_rows(rows, format_)
