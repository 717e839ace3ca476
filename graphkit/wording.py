"""Messages name Python calls in programs, and commands and their options on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

_shows_commands: list[bool] = [False]


def advice(call: str, command: str) -> str:
    """Return how to do something: by a Python call, or by a command if this process runs a graphkit command."""
    return command if _shows_commands[0] else call


def shows_commands() -> bool:
    """Return whether this process runs a graphkit command."""
    return _shows_commands[0]


@contextmanager
def naming_commands() -> Iterator[None]:
    """Let messages name commands in this context. Only the command line uses it."""
    before = _shows_commands[0]
    _shows_commands[0] = True
    try:
        yield
    finally:
        _shows_commands[0] = before


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return “; did you mean x?” for the most similar known word, otherwise "". Case is ignored."""
    import difflib

    words = {k.lower(): k for k in known}
    close = difflib.get_close_matches(word.lower(), words, 1)
    return f"; did you mean {words[close[0]]}?" if close else ""
