"""Values that are given to a query."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from graphkit.errors import QueryError

#: A surrogate without its other half is no character.
_HALF = re.compile(r"[\ud800-\udfff]")
#: Lists and maps within each other.
DEEPEST = 20


def check_text(name: str, text: str) -> None:
    """Raises QueryError for text that no store can hold."""
    if half := _HALF.search(text):
        raise QueryError(f"{name} has half of a character (U+{ord(half.group()):04X}) at place {half.start()}")


def check_parameters(parameters: Mapping[Any, Any]) -> None:
    """Raises QueryError, with the parameter's name, for a value that a query cannot have."""
    for name, value in parameters.items():
        if not isinstance(name, str):
            raise QueryError(f"the name of a parameter is text, and not {name!r}")
        check_text("the name of a parameter", name)
        _check(f"the parameter {name}", value, 0)


def _check(name: str, value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise QueryError(f"{name} has more than {DEEPEST} lists and maps within each other")
    if isinstance(value, str):
        check_text(name, value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise QueryError(f"{name} is no finite number")
    elif isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
        raise QueryError(f"{name} is a whole number of more than 64 bits")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise QueryError(f"{name} has a key that is no text: {key!r}")
            check_text(name, key)
            _check(name, inner, depth + 1)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check(name, inner, depth + 1)
