"""docs/cli.md from the commands' own help. `make docs` writes it; a test fails when it is out of date."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from graphkit.cli import app

_HEAD = """# Command line

<!-- Generated from the commands' help by `make docs`; do not edit. -->

Results go to standard output, everything else to standard error. Exit codes: 0 done; 1 some inputs were not read (each is
listed); 2 wrong use; 3 the work could not be done; 130 stopped by Ctrl-C. `GRAPHKIT_GRAPH` names the graph when
`--graph` is left out, else it is `./graph`. `graphkit --install-completion` sets up completion for your shell.
"""


def reference() -> str:
    """The page: general options, then one section a command."""
    root = typer.main.get_command(app)
    with root.make_context("graphkit", [], resilient_parsing=True) as context:
        parts = [_HEAD, _section("graphkit", root.get_help(context)), *_sections(root, context, "graphkit")]
    return "\n".join(parts)


def _sections(group: Any, context: Any, path: str) -> Iterator[str]:
    """A section a command, commands of commands included."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        with command.make_context(name, [], parent=context, resilient_parsing=True) as inner:
            yield _section(f"{path} {name}", command.get_help(inner))
            if hasattr(command, "list_commands"):
                yield from _sections(command, inner, f"{path} {name}")


def _section(title: str, words: str) -> str:
    lines = "\n".join(line.rstrip() for line in words.splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


def main(path: Path) -> None:
    """Write the page."""
    path.write_text(reference(), encoding="utf-8")
