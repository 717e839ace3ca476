"""graphkit query"""

from __future__ import annotations

from typing import Annotated

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, RowFormat, RowFormatOption, print_rows
from graphkit.cli.texts import ParamOption, parse_parameters, query_text


def command(
    cypher: Annotated[str, typer.Argument(help="The query, or @FILE to read it from a file.", show_default=False)],
    graph: GraphOption = DEFAULT_GRAPH,
    param: ParamOption = None,
    format_: RowFormatOption = RowFormat.table,
) -> None:
    """Ask the graph in Cypher."""
    with graphkit.open(graph) as opened:
        rows = opened.cypher(query_text(cypher), **parse_parameters(param))
    print_rows(rows, format_)
