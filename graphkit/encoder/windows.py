"""Windows: the parts of a text that the encoder reads at once, each with the beginning of the report as context."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: Maximum number of characters of the context, and of the text of a window: 512 positions with three marks.
CONTEXT = 109
BODY = 400
_ENDS = re.compile(r"[。！？；\n]”?")
_SOFT_ENDS = re.compile(r"[，、]")
PADDING, UNKNOWN, FIRST, SEPARATOR, LINE_BREAK = range(5)
#: First number of a character; the numbers before are those of the marks.
_MARKS = 5
VOCABULARY = Path(__file__).parent / "data" / "characters.txt"


@dataclass(frozen=True, slots=True)
class Window:
    """`context` is read before `text[start:end]`. context_start: its offset in the text, or -1 if it is the title."""

    context: str
    context_start: int
    start: int
    end: int


def windows(text: str, title: str = "") -> Iterator[Window]:
    """Yield windows that cover the text without overlap. They end at sentences, if these are not too long."""
    head = text[:CONTEXT]
    start = 0
    while start < len(text):
        limit = start + BODY
        end = len(text) if limit >= len(text) else _last_end(text, start, limit)
        if start:
            yield Window(head, 0, start, end)
        else:
            yield Window(title[:CONTEXT], -1, start, end)
        start = end


def _last_end(text: str, start: int, limit: int) -> int:
    for ends in (_ENDS, _SOFT_ENDS):
        found = [m.end() for m in ends.finditer(text, start + BODY // 2, limit)]
        if found:
            return found[-1]
    return limit


@cache
def _numbers() -> NDArray[np.int32]:
    characters = VOCABULARY.read_text(encoding="utf-8").splitlines()
    table = np.full(0x110000, UNKNOWN, dtype=np.int32)
    for n, char in enumerate(characters):
        table[ord(char)] = _MARKS + n
    table[ord("\n")] = table[ord(" ")] = LINE_BREAK
    for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        table[ord(char)] = table[ord(char.lower())]
    return table


def numbers(text: str) -> NDArray[np.int32]:
    """Return the number of each character of a text."""
    return _numbers()[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)]


def tokens(window: Window, body: str) -> tuple[NDArray[np.int32], int, int]:
    """Return the tokens of a window, the position of its first character, and that of the first of its context.

    body: the text of the window.
    """
    parts = [
        np.array([FIRST], dtype=np.int32),
        numbers(window.context),
        np.array([SEPARATOR], dtype=np.int32),
        numbers(body),
        np.array([SEPARATOR], dtype=np.int32),
    ]
    return np.concatenate(parts), len(window.context) + 2, 1
