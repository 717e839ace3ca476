"""The command line, with one module per command.

Each command parses its arguments, calls the Python function that does the work, and prints the result.
"""

from __future__ import annotations

from typing import Any

from graphkit.cli.error_handling import run


def main() -> None:
    """Run the command line. SIGTERM and SIGHUP stop it in the same way as Ctrl-C."""
    run(_app)


def _app() -> None:
    from graphkit.cli.commands import app

    app()


def __getattr__(name: str) -> Any:
    """Return the Typer application `app`, imported on first access so that Ctrl-C is handled during the import."""
    if name == "app":
        from graphkit.cli.commands import app

        return app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
