"""Checks of the parameters of a query."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from graphkit.errors import QueryError

#: A surrogate code point is not a character and cannot be encoded in UTF-8.
_SURROGATE = re.compile(r"[\ud800-\udfff]")
#: Maximum depth of nested lists and maps.
DEEPEST = 20


def check_text(name: str, text: str) -> None:
    """Raise QueryError for text that no store can process."""
    if found := _SURROGATE.search(text):
        raise QueryError(
            f"{name} contains an unpaired surrogate (U+{ord(found.group()):04X}) at offset {found.start()}"
        )


def check_parameters(parameters: Mapping[Any, Any]) -> None:
    """Raise QueryError, with the name of the parameter, for a value that a query cannot use."""
    for name, value in parameters.items():
        if not isinstance(name, str):
            raise QueryError(f"the name of a parameter must be text, not {name!r}")
        check_text("the name of a parameter", name)
        _check(f"the parameter {name}", value, 0)


def _check(name: str, value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise QueryError(f"{name} has more than {DEEPEST} levels of nested lists and maps")
    if isinstance(value, str):
        check_text(name, value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise QueryError(f"{name} is not a finite number")
    elif isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
        raise QueryError(f"{name} is an integer of more than 64 bits")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise QueryError(f"{name} has a key that is not text: {key!r}")
            check_text(name, key)
            _check(name, inner, depth + 1)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check(name, inner, depth + 1)
