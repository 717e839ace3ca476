"""Answers of a server, read within limits of size and time, and addresses with a login in them."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import urllib3

from graphkit.errors import ServerError

#: Bytes that an answer to a question may have, to a request that asks for nothing, and that an error's text is read up to.
LARGEST, LARGEST_SHORT, LARGEST_ERROR = 512_000_000, 1_000_000, 64_000
#: Seconds that an answer may take to come over, once it began.
LONGEST, LONGEST_SHORT = 3600.0, 60.0
_PIECE = 1 << 16


def split_login(url: str) -> tuple[str, str, str]:
    """The address without user and password, and these: `http://user:password@host/ds` is how some write it."""
    try:
        parts = urlsplit(url)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if "@" not in parts.netloc:
            return url, "", ""
        parts.port  # noqa: B018  (raises ValueError for a port that is none)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])), user, password
    except ValueError:
        raise ServerError(f"{url}: this is no address (it looks like http://localhost:3030/ds)") from None


def body_of(answer: urllib3.BaseHTTPResponse, url: str, *, short: bool) -> bytes:
    """The whole body. Raises ServerError for one that is larger, or takes longer, than an answer of this kind may."""
    is_error = answer.status >= 400
    largest = LARGEST_ERROR if is_error else LARGEST_SHORT if short else LARGEST
    end = time.monotonic() + (LONGEST_SHORT if short or is_error else LONGEST)
    parts: list[bytes] = []
    size = 0
    while part := answer.read1(_PIECE):
        parts.append(part)
        size += len(part)
        if size > largest or time.monotonic() > end:
            answer.close()
            if is_error:
                break
            what = f"is larger than {largest // 1_000_000} MB" if size > largest else "takes too long to come over"
            raise ServerError(f"{url}: the answer {what}: is this the address of a SPARQL endpoint?")
    answer.release_conn()
    return b"".join(parts)[:largest]


def json_of(data: bytes, url: str, kind: str) -> Any:
    """JSON of an answer. Raises ServerError for anything else."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise unexpected(data, url, kind) from None


def unexpected(data: bytes, url: str, kind: str) -> ServerError:
    """An error for an answer that is none to what was asked."""
    begin = " ".join(data[:200].decode("utf-8", "replace").split())[:80]
    told = f" ({kind})" if kind else ""
    return ServerError(
        f"{url}: the answer{told} is not what a SPARQL endpoint sends; it begins with {begin!r}: is the address right?"
    )


def rows_of(data: bytes, url: str, kind: str) -> list[dict[str, str]]:
    """Rows of SPARQL results in JSON. Raises ServerError for anything else."""
    found = json_of(data, url, kind)
    try:
        rows = [{name: cell["value"] for name, cell in row.items()} for row in found["results"]["bindings"]]
        if all(isinstance(v, str) for row in rows for v in row.values()):
            return rows
    except (KeyError, TypeError, AttributeError):
        pass
    raise unexpected(data, url, kind)
