"""Reads the responses of servers within limits of size and time, and splits addresses that contain a login."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import urllib3

from graphkit.errors import ServerError

#: Maximum number of bytes: of the response to a query, of the response to a request without a result, and of an error.
LARGEST, LARGEST_SHORT, LARGEST_ERROR = 512_000_000, 1_000_000, 64_000
#: Maximum number of seconds for the transfer of a response, and of a response without a result.
LONGEST, LONGEST_SHORT = 3600.0, 60.0
_READ_SIZE = 1 << 16


def split_login(url: str) -> tuple[str, str, str]:
    """Return the address without its login, the user and the password of an address `http://user:password@host/ds`."""
    try:
        parts = urlsplit(url)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if "@" not in parts.netloc:
            return url, "", ""
        parts.port  # noqa: B018  (raises ValueError for an invalid port)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])), user, password
    except ValueError:
        raise ServerError(f"{url}: not a valid address; an example is http://localhost:3030/ds") from None


def body_of(response: urllib3.BaseHTTPResponse, url: str, *, short: bool) -> bytes:
    """Return the complete body of a response. short: the response has no result and must be small.

    Raises ServerError if the response is too large or takes too long.
    """
    is_error = response.status >= 400
    largest = LARGEST_ERROR if is_error else LARGEST_SHORT if short else LARGEST
    end = time.monotonic() + (LONGEST_SHORT if short or is_error else LONGEST)
    parts: list[bytes] = []
    size = 0
    while part := response.read1(_READ_SIZE):
        parts.append(part)
        size += len(part)
        if size > largest or time.monotonic() > end:
            response.close()
            if is_error:
                break
            what = f"is larger than {largest // 1_000_000} MB" if size > largest else "takes too long to transfer"
            raise ServerError(f"{url}: the response {what}. Is this the address of a SPARQL endpoint?")
    response.release_conn()
    return b"".join(parts)[:largest]


def json_of(data: bytes, url: str, content_type: str) -> Any:
    """Return the JSON value of a response. Raises ServerError if it is not JSON."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise unexpected(data, url, content_type) from None


def unexpected(data: bytes, url: str, content_type: str) -> ServerError:
    """Return the error for a response that a SPARQL endpoint would not send."""
    begin = " ".join(data[:200].decode("utf-8", "replace").split())[:80]
    of_type = f" ({content_type})" if content_type else ""
    return ServerError(
        f"{url}: this is not the response of a SPARQL endpoint{of_type}; it begins with {begin!r}. "
        "Is the address correct?"
    )


def rows_of(data: bytes, url: str, content_type: str) -> list[dict[str, str]]:
    """Return the rows of SPARQL results in JSON. Raises ServerError for another response."""
    found = json_of(data, url, content_type)
    try:
        rows = [{name: cell["value"] for name, cell in row.items()} for row in found["results"]["bindings"]]
        if all(isinstance(v, str) for row in rows for v in row.values()):
            return rows
    except (KeyError, TypeError, AttributeError):
        pass
    raise unexpected(data, url, content_type)
