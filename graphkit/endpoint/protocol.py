"""Requests of the SPARQL 1.1 protocol: the query and its data set, from an address or a body."""

from __future__ import annotations

from urllib.parse import parse_qsl

from pyoxigraph import NamedNode

from graphkit.endpoint.negotiation import SHORT_NAMES, choose
from graphkit.errors import GraphkitError
from graphkit.stores.rdf.responses import GRAPHS, RESULTS, Request

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
#: Maximum number of bytes of a body.
LONGEST = 1 << 20
#: Parameters with another meaning than that of the protocol.
_READ_ONLY = "the endpoint is read-only and does not accept updates; load the graph into a server with `graphkit load`"


class ProtocolError(GraphkitError):
    """Raised for a request that violates the protocol. status: status code of the response."""

    exit_code = 2

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def parse(method: str, address: str, content_type: str, body: bytes, accept: str) -> Request | None:
    """Return the request, or None if it is a GET without parameters. Raises ProtocolError.

    address: the part behind the question mark, percent-encoded. content_type, accept: headers, "" if missing.
    """
    parameters = _parameters(address)
    if method == "POST":
        kind = content_type.partition(";")[0].strip().lower()
        if kind == FORM:
            parameters += _parameters(_text(body))
        elif kind == QUERY:
            parameters.append(("query", _text(body)))
        elif kind == UPDATE:
            raise ProtocolError(403, _READ_ONLY)
        else:
            raise ProtocolError(415, f"the content type of a POST request must be {FORM} or {QUERY}")
    elif not parameters:
        return None
    return _request(parameters, accept)


def _parameters(encoded: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError as error:
        raise ProtocolError(400, f"the parameters cannot be read: {error}") from None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolError(400, f"the body is not UTF-8 (byte {error.start})") from None


def _request(parameters: list[tuple[str, str]], accept: str) -> Request:
    values: dict[str, list[str]] = {}
    for name, value in parameters:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise ProtocolError(403, _READ_ONLY)
    queries = values.get("query", [])
    if len(queries) != 1:
        many = "has several parameters" if queries else "has no parameter"
        raise ProtocolError(400, f"the request {many} `query`; it must have exactly one")
    wanted = accept_of(values.get("format", [""])[-1], accept)
    return Request(
        queries[0],
        choose(wanted, list(RESULTS)),
        choose(wanted, list(GRAPHS)),
        _iris("default-graph-uri", values),
        _iris("named-graph-uri", values),
    )


def accept_of(short_name: str, accept: str) -> str:
    """Return the media types that are accepted. short_name: the parameter `format`, which replaces the header."""
    if not short_name:
        return accept
    if short_name not in SHORT_NAMES:
        raise ProtocolError(400, f"unknown format {short_name[:80]!r}; one of {', '.join(SHORT_NAMES)}")
    return SHORT_NAMES[short_name]


def _iris(name: str, values: dict[str, list[str]]) -> list[str]:
    for value in values.get(name, []):
        try:
            NamedNode(value)
        except ValueError as error:
            raise ProtocolError(400, f"{name} is not an IRI: {' '.join(str(error).split())}") from None
    return values.get(name, [])
