"""A SPARQL 1.1 endpoint: its addresses, requests and error messages."""

from __future__ import annotations

import base64
import http.client
import re
import ssl
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import urllib3
from pyoxigraph import RdfFormat, parse
from urllib3.util import Retry, Timeout

from graphkit.errors import ServerError
from graphkit.stores.rdf.terms import Iris, term
from graphkit.stores.server_responses import body_of, json_of, rows_of, split_login, unexpected
from graphkit.wording import advice

#: Approximate size of a request in bytes. It is halved each time the server returns the status 413.
CHUNK = 2_000_000
#: The same for N-Quads. Servers import them in bulk and are fastest with few large requests.
QUADS_CHUNK = 64_000_000
#: Maximum number of retries if the server is busy (502, 503, 504). It is safe to send any request of a load twice.
RETRIES = 4
#: Timeouts in seconds: for requests that examine the endpoint, and for all other requests.
SHORT_WAIT, LONG_WAIT = 30, 900
LOADING = "loading"
QUADS = "application/n-quads"


@dataclass(frozen=True, slots=True)
class SparqlAddress:
    """The addresses of an endpoint.

    url: address of the data set or repository, or of its query endpoint. update, store: addresses for updates and for
    the Graph Store Protocol, if they cannot be derived from `url`. ca_file: file of certificates (PEM) that are trusted
    instead of those of the system. A user and a password in `url` are removed from it and used.
    """

    url: str
    update: str = ""
    store: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: status, body and content type."""

    status: int
    data: bytes
    content_type: str


def _conventions(url: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield the addresses for queries, updates, Graph Store Protocol and N-Quads that servers use, in the order of trial.

    They are those of Apache Jena Fuseki, Oxigraph and RDF4J (also GraphDB), and then a single address. If `url` is the
    query endpoint of Fuseki or Oxigraph, the address above it is tried first.

    >>> list(_conventions("http://localhost:3030/ds/query"))[0][:2]
    ('http://localhost:3030/ds/query', 'http://localhost:3030/ds/update')
    """
    for base in dict.fromkeys((re.sub(r"(?<=[^/])/(?:query|sparql)$", "", url), url)):
        yield f"{base}/query", f"{base}/update", f"{base}/data", f"{base}/data"
        yield f"{base}/query", f"{base}/update", f"{base}/store", f"{base}/store?no_transaction"
    yield url, f"{url}/statements", f"{url}/rdf-graphs/service", f"{url}/statements"
    yield url, url, "", ""


class Endpoint:
    """A SPARQL endpoint. All errors are raised as ServerError with the address and a hint."""

    def __init__(self, address: SparqlAddress) -> None:
        url, user, password = split_login(address.url)
        if address.user:
            user, password = address.user, address.password
        headers = {"User-Agent": "graphkit"}
        if user:
            headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        # A request that times out is retried only once.
        retries = Retry(
            total=RETRIES,
            connect=1,
            read=1,
            redirect=3,
            backoff_factor=0.5,
            status_forcelist=(502, 503, 504),
            allowed_methods=None,
            raise_on_status=False,
        )
        self._http = urllib3.PoolManager(
            retries=retries, timeout=Timeout(connect=10, read=LONG_WAIT), headers=headers, **_trusted(address.ca_file)
        )
        self._user = user
        self.chunk = CHUNK
        url = url.rstrip("/")
        if not url.startswith(("http://", "https://")):
            raise ServerError(f"{url}: not a valid address; an example is http://localhost:3030/ds")
        self.query_url, self.update_url, self.store_url, self.quads_url = self._find(url)
        if address.update or address.store:
            self.quads_url = ""
        self.update_url = split_login(address.update)[0] or self.update_url
        self.store_url = split_login(address.store)[0] or self.store_url

    def _find(self, url: str) -> tuple[str, str, str, str]:
        """Return the addresses for queries, updates, Graph Store Protocol and N-Quads."""
        refused = None
        for query, update, store, quads in _conventions(url):
            answer = self._send(
                "POST", query, b"ASK {}", "application/sparql-query", "application/sparql-results+json", check=False
            )
            if answer.status in (401, 403):
                refused = query
            if answer.status != 200 or b"boolean" not in answer.data:
                continue
            found = json_of(answer.data, query, answer.content_type)
            if not isinstance(found, dict) or not isinstance(found.get("boolean"), bool):
                raise unexpected(answer.data, query, answer.content_type)
            if store and not self._exists(f"{store}?default"):
                if store.endswith("/data"):
                    continue
                store = quads = ""
            if update.endswith("/statements") and not store:
                continue
            return query, update, store, quads
        if refused:
            raise ServerError(f"{refused}: {_login_hint(self._user)}")
        raise ServerError(
            f"{url}: there is no SPARQL endpoint at this address or at /query below it. Is the address correct?"
        )

    def _exists(self, graph_url: str) -> bool:
        """Return whether the server supports the Graph Store Protocol at an address."""
        return self._send("HEAD", graph_url, None, "", "application/n-triples", check=False).status < 400

    def _send(
        self,
        method: str,
        url: str,
        body: bytes | list[bytes] | None,
        content_type: str,
        accept: str,
        *,
        check: bool = True,
        reads: bool = False,
    ) -> Answer:
        """Send a request and return the response.

        check: raise Refused for a status of 300 or more. reads: the response contains a result and may be large.
        """
        headers = {**self._http.headers, "Accept": accept, **({"Content-Type": content_type} if content_type else {})}
        if isinstance(body, list):
            headers["Content-Length"] = str(sum(map(len, body)))
        short = not reads
        timeout = Timeout(connect=10, read=LONG_WAIT if check else SHORT_WAIT)
        try:
            got = self._http.request(method, url, body=body, headers=headers, preload_content=False, timeout=timeout)
            answer = Answer(got.status, body_of(got, url, short=short), got.headers.get("Content-Type", ""))
        except urllib3.exceptions.LocationValueError:
            raise ServerError(
                f"{url}: this address, or one to which the server redirects, is not valid; "
                "an example is http://localhost:3030/ds"
            ) from None
        except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            raise ServerError(f"{url}: {_no_answer(error)}") from None
        if check and answer.status >= 300:
            raise Refused(url, answer.status, answer.data.decode("utf-8", "replace"), self._user)
        return answer

    def select(self, query: str) -> list[dict[str, str]]:
        """Return the rows of a SELECT: lexical forms and IRIs, without unbound variables."""
        answer = self._send(
            "POST",
            self.query_url,
            query.encode(),
            "application/sparql-query",
            "application/sparql-results+json",
            reads=True,
        )
        return rows_of(answer.data, self.query_url, answer.content_type)

    def triples(self, graph: str) -> set[str]:
        """Return the triples of a named graph as lines of N-Triples."""
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
        answer = self._send(
            "POST", self.query_url, query.encode(), "application/sparql-query", "application/n-triples", reads=True
        )
        try:
            return {triple_line(t) for t in parse(answer.data, RdfFormat.N_TRIPLES)}
        except (ValueError, SyntaxError, OSError):
            raise unexpected(answer.data, self.query_url, answer.content_type) from None

    def update(self, text: str) -> None:
        """Run a SPARQL update."""
        self._send("POST", self.update_url, text.encode("utf-8"), "application/sparql-update", "*/*")

    def takes_quads(self) -> bool:
        """Return whether the server accepts N-Quads in a POST, which is not part of a standard.

        An empty request is sent.
        """
        return bool(self.quads_url) and self._send("POST", self.quads_url, b"", QUADS, "*/*", check=False).status < 300

    def add_quads(self, parts: list[bytes]) -> None:
        """Add N-Quads. If a server that imports in bulk is killed, it may contain only some of them."""
        self._send("POST", self.quads_url, parts, QUADS, "*/*")

    def put_graph(self, graph: str, ntriples: Iterable[str]) -> None:
        """Replace a named graph with the Graph Store Protocol: PUT for the first chunk, POST for the others."""
        url = f"{self.store_url}?graph={quote(graph[1:-1], safe='')}"
        self.send_in_chunks(
            ntriples,
            lambda lines, first: self._send(
                "PUT" if first else "POST", url, "".join(lines).encode("utf-8"), "application/n-triples", "*/*"
            ),
        )

    def send_in_chunks(self, lines: Iterable[str], send: Callable[[list[str], bool], object]) -> None:
        """Send lines in chunks by calls of `send(lines, is_first_chunk)`.

        After the status 413 the chunks are smaller.
        """
        source, pending, is_first = iter(lines), deque[str](), True
        while True:
            part: list[str] = []
            size = 0
            while line := (pending.popleft() if pending else next(source, "")):
                if part and size + len(line) > self.chunk:
                    pending.appendleft(line)
                    break
                part.append(line)
                size += len(line)
            if not part:
                return
            try:
                send(part, is_first)
                is_first = False
            except Refused as refused:
                if refused.status != 413 or len(part) == 1:
                    raise
                self.chunk = size // 2
                pending.extendleft(reversed(part))


def _trusted(ca_file: str) -> dict[str, Any]:
    """Return the TLS settings for a file of certificates. Raises ServerError if it contains no certificates."""
    if not ca_file:
        return {}
    try:
        return {"ssl_context": ssl.create_default_context(cafile=str(Path(ca_file)))}
    except (OSError, ValueError) as error:
        raise ServerError(
            f"{ca_file}: the certificates cannot be read ({getattr(error, 'strerror', None) or error}); "
            "a file in PEM format is required"
        ) from None


def _no_answer(error: Exception) -> str:
    """Return a message for a request without a response, with a hint for the user."""
    reason = getattr(error, "reason", None) or error
    words = re.sub(r"^.*?object at 0x[0-9a-f]+>:? ?", "", str(reason))
    if isinstance(reason, (ssl.SSLError, urllib3.exceptions.SSLError)) or "CERTIFICATE" in words:
        return (
            f"no secure connection: {words}; "
            "if the server has a certificate of a private authority, give the authority's certificate with "
            + advice("SparqlAddress.ca_file", "--ca-file")
        )
    if "redirect" in words:
        return f"no response: {words}; use the address to which the server redirects"
    return (
        f"no response: {words or type(reason).__name__}; is the server running, is the address correct? "
        "The loaded data are kept: load again to continue"
    )


def count_reports(endpoint: Endpoint, iris: Iris) -> int:
    """Return the number of reports in the endpoint under a base."""
    article = term("schema:NewsArticle")
    rows = endpoint.select(
        f"SELECT (COUNT(DISTINCT ?r) AS ?n) WHERE {{ GRAPH {iris.of('provenance')} {{ ?r a {article} }} }}"
    )
    try:
        return int(rows[0]["n"])
    except (LookupError, ValueError):
        raise ServerError(
            f"{endpoint.query_url}: the result of a count is not a number. Is this a SPARQL 1.1 endpoint?"
        ) from None


def examine(endpoint: Endpoint, base: str) -> list[str]:
    """Return a description of an endpoint: its addresses and the state of the graph under a base.

    Each item is one line. Nothing is changed. Raises ServerError if a load would fail.
    """
    endpoint.update("INSERT DATA {}")
    iris = Iris(base)
    states = endpoint.select(
        f"SELECT ?s WHERE {{ GRAPH {iris.of('load')} {{ {iris.of('dataset')} {term('gk:loadState')} ?s }} }}"
    )
    reports = count_reports(endpoint, iris)
    progress = "running or was interrupted" if states and states[0].get("s") == LOADING else "complete"
    return [
        f"SPARQL queries at {endpoint.query_url}",
        f"updates at {endpoint.update_url}, permitted",
        f"Graph Store Protocol at {endpoint.store_url}"
        if endpoint.store_url
        else "no Graph Store Protocol: all data are written by updates",
        f"under {base}: {reports} reports, the load is {progress}" if states else f"under {base}: no data",
    ]


class Refused(ServerError):
    """Raised for an HTTP status of 300 or more. (Redirections are followed if possible.)"""

    def __init__(self, url: str, status: int, body: str, user: str) -> None:
        first = next((line.strip() for line in re.sub(r"<[^>]*>", " ", body).splitlines() if line.strip()), "")[:300]
        again = "; the loaded data are kept: load again to continue"
        if status in (401, 403):
            words = _login_hint(user)
        elif status == 413:
            words = "the request is too large for the server, although it is a single line"
        elif status < 400:
            words = (
                f"the server returned {status}, a redirection that cannot be followed; use the address of its target"
            )
        elif status == 404:
            words = f"not found{': ' + first if first else ''}"
        elif status == 405:
            words = (
                "the server does not allow changes at this address: "
                "is it read-only, is the address for updates correct "
                f"({advice('SparqlAddress.update', '--update-url')})?"
            )
        elif status == 507 or "space" in first.lower():
            words = f"the disk of the server is full: {first}{again}"
        else:
            words = f"the server returned {status}{': ' + first if first else ''}{again}"
        super().__init__(f"{url}: {words}")
        self.status = status


def _login_hint(user: str) -> str:
    who = f"user {user!r} is rejected or has no write permission" if user else "a login is required"
    how = advice(
        "give SparqlAddress the right user and password",
        "set SPARQL_USERNAME and SPARQL_PASSWORD, or --user with --ask-password",
    )
    return f"{who}: {how}"


def triple_line(triple: Any) -> str:
    """Return a triple of pyoxigraph as a line of N-Triples."""
    return f"{triple.subject} {triple.predicate} {triple.object} .\n"
