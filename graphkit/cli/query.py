"""graphkit query"""

from __future__ import annotations

import warnings
from typing import Annotated

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, say
from graphkit.cli.query_input import CypherParamOption, parse_parameters, query_text
from graphkit.cli.row_output import NoBomOption, QueryFormatOption, RowsFileOption, chosen_format, give_rows
from graphkit.errors import QueryWarning
from graphkit.files.output import STDOUT
from graphkit.stores.parameter_names import check_cypher_names, option


def command(
    cypher: Annotated[
        str,
        typer.Argument(
            metavar="QUERY", help="Cypher query, or @FILE to read the query from a file in UTF-8.", show_default=False
        ),
    ],
    graph: GraphOption = DEFAULT_GRAPH,
    param: CypherParamOption = None,
    format_: QueryFormatOption = None,
    output: RowsFileOption = STDOUT,
    no_bom: NoBomOption = False,
) -> None:
    """Run a Cypher query on the graph.

    The rows are printed, or written to a file. Queries can read the graph, but not change it. An unknown label or
    relationship type is an error; an unknown property is reported in a warning, and its values are empty. Both messages
    name the most similar existing name. docs/formats.md (Property graph) describes the labels, relationships and
    properties.
    """
    text, parameters = query_text(cypher), parse_parameters(param)
    chosen = chosen_format(format_, output, no_bom=no_bom)
    with graphkit.open(graph) as opened:
        check_cypher_names(text, parameters, option)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            rows = opened.cypher(text, **parameters)
    for message in (str(w.message) for w in caught if issubclass(w.category, QueryWarning)):
        say(f"warning: {message}", always=True)
    give_rows(rows, chosen, output, no_bom=no_bom)
