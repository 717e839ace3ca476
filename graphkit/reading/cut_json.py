"""The complete records of a JSON file that is cut off or damaged, for example by a download that was interrupted."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from graphkit.reading.record_fields import MAX_DEPTH, records_in

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?P<closed>"?)|[\[\]{}]', re.S)
_CLOSING = {"[": "]", "{": "}"}


@dataclass(slots=True)
class _Open:
    """An array or object that has no end.

    last: where the last complete object in it ends, of an object also the last array, 0 if there is none.
    """

    bracket: str
    start: int
    last: int = 0


def load_json(text: str) -> tuple[Any, json.JSONDecodeError | None]:
    """Return the value of a JSON text, or of the complete records at its beginning and the error that follows them.

    Raises JSONDecodeError if there is no such record, and RecursionError and ValueError as json.loads does.
    """
    try:
        return json.loads(text), None
    except json.JSONDecodeError as error:
        value = complete_part(text, error.pos)
        if value is None:
            raise
        return value, error


def read_before(number: int) -> str:
    """Return the part of a message that says how many reports were read before an error."""
    return f"{number} report{' before this place is' if number == 1 else 's before this place are'} read, but nothing after it"


def complete_part(text: str, end: int) -> Any:
    """Return the value of a JSON text up to a character, without the record that is not complete there.

    Returns None if there is no complete record in an array before this character. The time is linear in the length.

    >>> complete_part('{"list": [{"text": "甲"}, {"te', 29)
    {'list': [{'text': '甲'}]}
    """
    opened = _opened(text, end)
    try:
        for depth, one in enumerate(opened[: MAX_DEPTH + 1]):
            if one.last and (_has_records(text, one) if one.bracket == "[" else not text[one.last : end].strip()):
                return json.loads(
                    text[: one.last] + "".join(_CLOSING[o.bracket] for o in reversed(opened[: depth + 1]))
                )
    except (ValueError, RecursionError):
        pass
    return None


def _has_records(text: str, array: _Open) -> bool:
    """Tell whether an item of an array is a record."""
    items = json.loads(f"{text[array.start : array.last]}]")
    return any(not path for item in items for path, _ in records_in(item))


def _opened(text: str, end: int) -> list[_Open]:
    """Return the arrays and objects that have no end before a character, the outermost one first."""
    opened: list[_Open] = []
    for m in _TOKEN.finditer(text, 0, end):
        mark = m.group()
        if mark in _CLOSING:
            opened.append(_Open(mark, m.start()))
        elif mark in ("]", "}"):
            if not opened or _CLOSING[opened[-1].bracket] != mark:
                break
            opened.pop()
            if opened and (mark == "}" or opened[-1].bracket == "{"):
                opened[-1].last = m.end()
        elif not m["closed"]:
            break
    return opened
