"""Queries from the command line or from a file."""

from __future__ import annotations

from pathlib import Path

from graphkit.errors import UsageError


def query_text(argument: str) -> str:
    """The argument itself, or with `@FILE` the text of that file."""
    if not argument.startswith("@"):
        return argument
    try:
        return Path(argument[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{argument[1:]}: the query cannot be read: {error}") from None
