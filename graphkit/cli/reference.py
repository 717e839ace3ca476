"""docs/cli.md from the commands' own help. `make docs` writes it; a test fails when it is out of date."""

from __future__ import annotations

from pathlib import Path

import typer

from graphkit.cli import app

_HEAD = """# Command line

<!-- Generated from the commands' help by `make docs`; do not edit. -->

Results go to standard output, everything else to standard error. Exit codes: 0 done; 1 some reports failed (each is
listed); 2 wrong use; 3 the work could not be done; 130 stopped by Ctrl-C. `GRAPHKIT_GRAPH` names the graph when
`--graph` is left out, else it is `./graph`. `graphkit --install-completion` sets up completion for your shell.
"""


def reference() -> str:
    """The page: general options, then one section a command."""
    root = typer.main.get_command(app)
    with root.make_context("graphkit", [], resilient_parsing=True) as context:
        parts = [_HEAD, _section("graphkit", root.get_help(context))]
        for name in root.list_commands(context):  # type: ignore[attr-defined]
            command = root.get_command(context, name)  # type: ignore[attr-defined]
            with command.make_context(name, [], parent=context, resilient_parsing=True) as inner:
                parts.append(_section(f"graphkit {name}", command.get_help(inner)))
    return "\n".join(parts)


def _section(title: str, words: str) -> str:
    lines = "\n".join(line.rstrip() for line in words.splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


def main(path: Path) -> None:
    """Write the page."""
    path.write_text(reference(), encoding="utf-8")
