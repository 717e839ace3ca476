"""The values of a request: checked texts, numbers and filters of the query string, and fields of the body."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from graphkit.errors import FieldError, UsageError
from graphkit.explorer.lookup import Filters

#: Maximum number of bytes of the body of a request.
LARGEST = 1 << 20
#: Maximum number of characters of a value, and of the words of a search.
LONGEST_VALUE, LONGEST_WORDS = 2_000, 200
#: Maximum number in an address.
LARGEST_NUMBER = 1_000_000


def value_of(request: Request, name: str, longest: int = LONGEST_VALUE) -> str:
    """Return a value of the query string. Raises UsageError for a value that no name or id can have."""
    value = request.query_params.get(name, "")
    if len(value) > longest:
        raise UsageError(f"{name}: the maximum is {longest} characters")
    if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise UsageError(f"{name}: contains an invalid character")
    return value


def values_of(request: Request, name: str) -> tuple[str, ...]:
    """Return the values of a comma-separated list in the query string, up to 100."""
    return tuple(v for v in value_of(request, name).split(",") if v)[:100]


def filters_of(request: Request) -> Filters:
    """Return the filters in the query string."""
    return Filters(
        value_of(request, "since"),
        value_of(request, "until"),
        values_of(request, "levels"),
        value_of(request, "place"),
        values_of(request, "statuses"),
    )


def number_of(request: Request, name: str, default: int) -> int:
    """Return a number of the query string. Raises UsageError."""
    given = value_of(request, name)
    if not given:
        return default
    if not (given.isascii() and given.isdecimal() and len(given) <= 7 and int(given) <= LARGEST_NUMBER):
        raise UsageError(f"{name}: a number from 0 to {LARGEST_NUMBER} is expected")
    return int(given)


async def body_of(request: Request) -> dict[str, Any]:
    """Return the JSON object in the body of a request. Raises UsageError."""
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > LARGEST:
            raise UsageError("the request is too large")
    try:
        found = json.loads(raw.decode("utf-8"))
        # JSON can contain surrogates and NaN, which are not valid text and not finite numbers.
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise UsageError("the request is not valid JSON with text and finite numbers") from None
    if not isinstance(found, dict):
        raise UsageError("the request is not a JSON object")
    return found


def text_of(body: dict[str, Any], name: str) -> str:
    """Return a text of a JSON object, "" if it is missing. Raises FieldError."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_VALUE or "\0" in value:
        raise FieldError(name, f"text of at most {LONGEST_VALUE} characters is expected")
    return value
