"""Checks the examples (`says`) and counter-examples (`never`) of the patterns.

An example is a text in which the pattern matches. Brackets mark what it matches: `says = ["李志强[参加调研]。"]`. The
table form also has captures, and `at`, the words where a pattern with `use = "match"` begins:

    says = [{ text = "王建国一行到青石县", at = "一行", weak = "到" }]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphkit.grammar.patterns import Definition, definitions


def problems(file: str) -> Iterator[str]:
    """Yield one line for each example of a file that does not hold, and for each pattern with too few examples."""
    for found in definitions(file).values():
        where = f"{file}.toml, pattern {found.name}"
        if not found.about:
            yield f"{where}: `about` is missing"
        if len(found.says) < 2 or not found.never:
            yield f"{where}: at least two examples in `says` and one in `never` are required"
        if found.use not in ("search", "match", "fullmatch"):
            yield f"{where}: `use` is search, match or fullmatch, not {found.use!r}"
            continue
        yield from (f"{where}: {reason}" for reason in _of_one(found))


def _of_one(found: Definition) -> Iterator[str]:
    regex = found.compiled()
    needed = found.needed()
    for example in found.says:
        text, marked, captures, at = _parsed(example, found.use)
        m = getattr(regex, found.use)(text, at)
        if m is None:
            yield f"does not match {text}"
            continue
        if needed is not None and needed.search(text) is None:
            yield f"`needs` does not occur in {text}"
        if marked is not None and m.span() != marked:
            yield f"matches {m.group()!r} in {text}, not {text[slice(*marked)]!r}"
        for name, value in captures.items():
            if name not in regex.groupindex:
                yield f"there is no capture {name}"
            elif (m[name] or "") != value:
                yield f"the capture {name} is {m[name]!r} in {text}, not {value!r}"
    for example in found.never:
        text, _, _, at = _parsed(example, found.use)
        if getattr(regex, found.use)(text, at) is not None and (needed is None or needed.search(text) is not None):
            yield f"matches {text}"


def _parsed(example: Any, use: str) -> tuple[str, tuple[int, int] | None, dict[str, str], int]:
    """Return the text of an example, the marked range, the captures and the position where matching begins."""
    fields = {"text": example} if isinstance(example, str) else dict(example)
    text, begin = fields.pop("text"), fields.pop("at", "")
    marked = None
    m = re.fullmatch(r"([^\[\]]*)\[([^\[\]]*)\]([^\[\]]*)", text, re.DOTALL)
    if m:
        text, marked = m[1] + m[2] + m[3], (m.start(2) - 1, m.end(2) - 1)
    if begin:
        return text, marked, fields, text.index(begin)
    return text, marked, fields, marked[0] if marked is not None and use != "search" else 0
