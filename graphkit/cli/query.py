"""graphkit query"""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, RowFormat, RowFormatOption, print_rows
from graphkit.cli.texts import query_text
from graphkit.errors import UsageError


def command(
    cypher: Annotated[str, typer.Argument(help="The query, or @FILE to read it from a file.", show_default=False)],
    graph: GraphOption = DEFAULT_GRAPH,
    param: Annotated[
        list[str] | None,
        typer.Option("--param", "-p", metavar="K=V", help="Value of $K. 3, true, [1,2] and \"x\" are read as JSON, anything else as words."),
    ] = None,
    format_: RowFormatOption = RowFormat.table,
) -> None:
    """Ask the graph in Cypher."""
    parameters = dict(parse_parameter(p) for p in param or [])
    with graphkit.open(graph) as opened:
        rows = opened.cypher(query_text(cypher), **parameters)
    print_rows(rows, format_)


def parse_parameter(words: str) -> tuple[str, Any]:
    """`k=v` → (k, value): JSON where it is JSON (`n=3`, `y="2024"`), else the words themselves."""
    name, mark, value = words.partition("=")
    if not mark or not name.strip().isidentifier():
        raise UsageError(f"--param {words!r}: write it as name=value")
    try:
        return name.strip(), json.loads(value)
    except json.JSONDecodeError:
        return name.strip(), value
