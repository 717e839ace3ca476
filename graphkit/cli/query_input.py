"""Queries and their parameters from the command line or from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from graphkit.errors import UsageError

CypherParamOption = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        "-p",
        metavar="NAME=VALUE",
        help="Set the parameter $NAME of the query to VALUE. A VALUE in JSON is parsed: 3 is a number, true a truth value, "
        '"3" (with the quotation marks) text, and [1, 2] a list. Any other VALUE is text. Repeat the option to set several '
        "parameters.",
    ),
]
SparqlParamOption = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        "-p",
        metavar="NAME=VALUE",
        help="Replace the variable ?NAME of the query by the literal VALUE. A VALUE in JSON is parsed: 3 is a number, true "
        'a truth value, and "3" (with the quotation marks) text. Any other VALUE is text without a language tag. '
        "The names of entities have a language tag, so compare them with FILTER(STR(?name) = ?x). The variable must not be "
        "one of those that SELECT returns. Repeat the option to replace several variables.",
    ),
]


def query_text(argument: str) -> str:
    """Return the argument, or for `@FILE` the content of that file. Raises UsageError if it cannot be read."""
    if not argument.startswith("@"):
        return argument
    try:
        return Path(argument[1:]).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{argument[1:]}: the query cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{argument[1:]}: the query is not UTF-8 text: {error.reason} at byte {error.start}") from None


def parse_parameters(given: list[str] | None) -> dict[str, Any]:
    """Return the values of `name=value` arguments.

    Valid JSON is parsed (`n=3`, `y="2024"`); any other value is text. Raises UsageError for another form.
    """
    parameters: dict[str, Any] = {}
    for argument in given or []:
        name, separator, value = argument.partition("=")
        if not separator or not name.strip().isidentifier():
            raise UsageError(f"--param {argument!r}: write it as name=value")
        try:
            parameters[name.strip()] = json.loads(value)
        except json.JSONDecodeError:
            parameters[name.strip()] = value
    return parameters
