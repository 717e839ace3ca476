"""Generate docs/cli.md from the help of the commands.

`make docs` writes the page; tests/test_docs.py fails if it is out of date.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from graphkit.cli import app

_HEAD = """# Command line

<!-- Generated from the commands' help by `make docs`; do not edit. -->

Results are printed to standard output, messages to standard error.

| exit code | meaning |
|---|---|
| 0 | success |
| 1 | some inputs were not read, `validate` found problems, or `doctor --repair` lost reports; each is listed |
| 2 | usage error: the arguments or a query are invalid |
| 3 | the operation failed, and the message names the cause; or a check of `doctor` failed |
| 130 | stopped by Ctrl-C |

Without `--graph`, the commands (except `evaluate`) use the folder in the environment variable `GRAPHKIT_GRAPH`, or
`./graph`. The [glossary](glossary.md) defines the terms of this page.
"""


def reference() -> str:
    """Return the page as Markdown: general options, then one section for each command."""
    root = typer.main.get_command(app)
    with root.make_context("graphkit", [], resilient_parsing=True) as context:
        parts = [_HEAD, _section("graphkit", root.get_help(context)), *_sections(root, context, "graphkit")]
    return "\n".join(parts)


def _sections(group: Any, context: Any, path: str) -> Iterator[str]:
    """Yield a section for each command and subcommand."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        with command.make_context(name, [], parent=context, resilient_parsing=True) as inner:
            yield _section(f"{path} {name}", command.get_help(inner))
            if hasattr(command, "list_commands"):
                yield from _sections(command, inner, f"{path} {name}")


def _section(title: str, help_text: str) -> str:
    lines = "\n".join(line.rstrip() for line in help_text.splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


def main(path: Path) -> None:
    """Write the page to `path`."""
    path.write_text(reference(), encoding="utf-8")
