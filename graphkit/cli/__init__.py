"""The command line: one file a command. Each parses, calls the Python function that does the work, and prints."""

from __future__ import annotations

from typing import Any

from graphkit.cli.error_handling import run


def main() -> None:
    """Entry point. A termination signal stops the work as Ctrl-C does."""
    run(_app)


def _app() -> None:
    from graphkit.cli.commands import app

    app()


def __getattr__(name: str) -> Any:
    """The Typer application `app`, loaded when it is asked for: Ctrl-C while it loads is handled too."""
    if name == "app":
        from graphkit.cli.commands import app

        return app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
