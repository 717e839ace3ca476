"""Queries and their parameters, from the command line or from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from graphkit.errors import UsageError

ParamOption = Annotated[
    list[str] | None,
    typer.Option(
        "--param", "-p", metavar="K=V",
        help='Value of $K (Cypher) or ?K (SPARQL). 3, true and "x" are read as JSON, anything else as words.',
    ),
]


def query_text(argument: str) -> str:
    """The argument itself, or with `@FILE` the text of that file."""
    if not argument.startswith("@"):
        return argument
    try:
        return Path(argument[1:]).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{argument[1:]}: the query cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{argument[1:]}: the query is not UTF-8 text: {error.reason} at byte {error.start}") from None


def parse_parameters(given: list[str] | None) -> dict[str, Any]:
    """`k=v` strings → values: JSON where it is JSON (`n=3`, `y="2024"`), else the words themselves."""
    parameters: dict[str, Any] = {}
    for words in given or []:
        name, mark, value = words.partition("=")
        if not mark or not name.strip().isidentifier():
            raise UsageError(f"--param {words!r}: write it as name=value")
        try:
            parameters[name.strip()] = json.loads(value)
        except json.JSONDecodeError:
            parameters[name.strip()] = value
    return parameters
