"""A SPARQL 1.1 endpoint: its addresses, requests, and refusals in plain words."""

from __future__ import annotations

import base64
import http.client
import re
import ssl
from collections import deque
from collections.abc import Callable, Iterable
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

#: Bytes of one request, about; a server that answers 413 gets half of it, and so on.
CHUNK = 2_000_000
#: The same for N-Quads of the whole data set: servers write them in bulk, of which few large ones suit them best.
QUADS_CHUNK = 64_000_000
#: A request that a busy server (502, 503, 504) turns down is sent again so many times; every request may be sent twice.
RETRIES = 4
#: Seconds to wait for the answer to a request that finds out what there is, and to any other.
SHORT_WAIT, LONG_WAIT = 30, 900
LOADING = "loading"
QUADS = "application/n-quads"


@dataclass(frozen=True, slots=True)
class SparqlAddress:
    """url: of the data set or repository, or of its query endpoint; the others where they cannot be found from it.

    A user and password in `url` are taken out of it. ca_file: certificates (PEM) that are trusted in place of the system's.
    """

    url: str
    update: str = ""
    store: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and content type of an answer."""

    status: int
    data: bytes
    kind: str


class Endpoint:
    """A SPARQL endpoint. Every failure is a ServerError with the address and what to do."""

    def __init__(self, address: SparqlAddress) -> None:
        url, user, password = split_login(address.url)
        if address.user:
            user, password = address.user, address.password
        headers = {"User-Agent": "graphkit"}
        if user:
            headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        # An answer that does not come is not waited for again and again.
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
            raise ServerError(f"{url}: this is no address (it looks like http://localhost:3030/ds)")
        self.query_url, self.update_url, self.store_url, self.quads_url = self._find(url)
        if address.update or address.store:
            self.quads_url = ""
        self.update_url = split_login(address.update)[0] or self.update_url
        self.store_url = split_login(address.store)[0] or self.store_url

    def _find(self, url: str) -> tuple[str, str, str, str]:
        """Addresses for query, update, graph store and N-Quads of the whole data set, by the habits of the known servers."""
        refused = None
        for query, update, store, quads in (
            (f"{url}/query", f"{url}/update", f"{url}/data", f"{url}/data"),
            (f"{url}/query", f"{url}/update", f"{url}/store", f"{url}/store?no_transaction"),
            (url, f"{url}/statements", f"{url}/rdf-graphs/service", f"{url}/statements"),
            (url, url, "", ""),
        ):
            answer = self._send(
                "POST", query, b"ASK {}", "application/sparql-query", "application/sparql-results+json", check=False
            )
            if answer.status in (401, 403):
                refused = query
            if answer.status != 200 or b"boolean" not in answer.data:
                continue
            found = json_of(answer.data, query, answer.kind)
            if not isinstance(found, dict) or not isinstance(found.get("boolean"), bool):
                raise unexpected(answer.data, query, answer.kind)
            if (
                store
                and self._send("HEAD", f"{store}?default", None, "", "application/n-triples", check=False).status >= 400
            ):
                if store.endswith("/data"):
                    continue
                store = quads = ""
            if update.endswith("/statements") and not store:
                continue
            return query, update, store, quads
        if refused:
            raise ServerError(f"{refused}: {_login_hint(self._user)}")
        raise ServerError(
            f"{url}: no SPARQL endpoint answers there (tried it, and /query below it): is the address right?"
        )

    def _send(
        self,
        method: str,
        url: str,
        body: bytes | list[bytes] | None,
        kind: str,
        accept: str,
        *,
        check: bool = True,
        reads: bool = False,
    ) -> Answer:
        """reads: the answer is what was asked for, and may be long."""
        headers = {**self._http.headers, "Accept": accept, **({"Content-Type": kind} if kind else {})}
        if isinstance(body, list):
            headers["Content-Length"] = str(sum(map(len, body)))
        short = not reads
        timeout = Timeout(connect=10, read=LONG_WAIT if check else SHORT_WAIT)
        try:
            got = self._http.request(method, url, body=body, headers=headers, preload_content=False, timeout=timeout)
            answer = Answer(got.status, body_of(got, url, short=short), got.headers.get("Content-Type", ""))
        except urllib3.exceptions.LocationValueError:
            raise ServerError(
                f"{url}: this address, or one that the server redirects to, cannot be used (it looks like http://localhost:3030/ds)"
            ) from None
        except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            raise ServerError(f"{url}: {_no_answer(error)}") from None
        if check and answer.status >= 300:
            raise Refused(url, answer.status, answer.data.decode("utf-8", "replace"), self._user)
        return answer

    def select(self, query: str) -> list[dict[str, str]]:
        """Rows of a SELECT: lexical forms and IRIs, unbound left out."""
        answer = self._send(
            "POST",
            self.query_url,
            query.encode(),
            "application/sparql-query",
            "application/sparql-results+json",
            reads=True,
        )
        return rows_of(answer.data, self.query_url, answer.kind)

    def triples(self, graph: str) -> set[str]:
        """The triples of a named graph, each as a line of N-Triples."""
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
        answer = self._send(
            "POST", self.query_url, query.encode(), "application/sparql-query", "application/n-triples", reads=True
        )
        try:
            return {triple_line(t) for t in parse(answer.data, RdfFormat.N_TRIPLES)}
        except (ValueError, SyntaxError, OSError):
            raise unexpected(answer.data, self.query_url, answer.kind) from None

    def update(self, text: str) -> None:
        self._send("POST", self.update_url, text.encode("utf-8"), "application/sparql-update", "*/*")

    def takes_quads(self) -> bool:
        """Whether the server adds N-Quads that are posted to it, which no standard asks of it; tried with none."""
        return bool(self.quads_url) and self._send("POST", self.quads_url, b"", QUADS, "*/*", check=False).status < 300

    def add_quads(self, parts: list[bytes]) -> None:
        """Add N-Quads. (A server that writes in bulk may have a part of them when it is killed in it.)"""
        self._send("POST", self.quads_url, parts, QUADS, "*/*")

    def put_graph(self, graph: str, ntriples: Iterable[str]) -> None:
        """Replace a named graph by Graph Store Protocol: PUT the first chunk, POST the others."""
        url = f"{self.store_url}?graph={quote(graph[1:-1], safe='')}"
        self.send_in_chunks(
            ntriples,
            lambda lines, first: self._send(
                "PUT" if first else "POST", url, "".join(lines).encode("utf-8"), "application/n-triples", "*/*"
            ),
        )

    def send_in_chunks(self, lines: Iterable[str], send: Callable[[list[str], bool], object]) -> None:
        """Call `send(some lines, is it the first call?)` until all are sent; a server that answers 413 gets less at a time."""
        source, waiting, is_first = iter(lines), deque[str](), True
        while True:
            part: list[str] = []
            size = 0
            while line := (waiting.popleft() if waiting else next(source, "")):
                if part and size + len(line) > self.chunk:
                    waiting.appendleft(line)
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
                waiting.extendleft(reversed(part))


def _trusted(ca_file: str) -> dict[str, Any]:
    """Settings of the connections. Raises ServerError for a file without certificates."""
    if not ca_file:
        return {}
    try:
        return {"ssl_context": ssl.create_default_context(cafile=str(Path(ca_file)))}
    except (OSError, ValueError) as error:
        raise ServerError(
            f"{ca_file}: the certificates cannot be read ({getattr(error, 'strerror', None) or error}): a file in PEM format is needed"
        ) from None


def _no_answer(error: Exception) -> str:
    """Why there is no answer, and what to do."""
    reason = getattr(error, "reason", None) or error
    words = re.sub(r"^.*?object at 0x[0-9a-f]+>:? ?", "", str(reason))
    if isinstance(reason, (ssl.SSLError, urllib3.exceptions.SSLError)) or "CERTIFICATE" in words:
        return f"no secure connection: {words}; if the server's certificate is your own, give the authority's with --ca-file"
    if "redirect" in words:
        return f"no answer: {words}; give the address that the server redirects to"
    return (
        f"no answer: {words or type(reason).__name__}; is the server started, is the address right? What was loaded is kept: "
        "run the same command again and it goes on from there"
    )


def reports_there(endpoint: Endpoint, iris: Iris) -> int:
    """How many reports the endpoint has under a base."""
    rows = endpoint.select(
        f"SELECT (COUNT(DISTINCT ?r) AS ?n) WHERE {{ GRAPH {iris.of('provenance')} {{ ?r a {term('schema:NewsArticle')} }} }}"
    )
    try:
        return int(rows[0]["n"])
    except (LookupError, ValueError):
        raise ServerError(
            f"{endpoint.query_url}: the answer to a count is no number: is this a SPARQL 1.1 endpoint?"
        ) from None


def examine(endpoint: Endpoint, base: str) -> list[str]:
    """What a load finds at an endpoint, one line each. Nothing is changed. Raises ServerError when a load would fail."""
    endpoint.update("INSERT DATA {}")
    iris = Iris(base)
    states = endpoint.select(
        f"SELECT ?s WHERE {{ GRAPH {iris.of('load')} {{ {iris.of('dataset')} {term('gk:loadState')} ?s }} }}"
    )
    reports = reports_there(endpoint, iris)
    what = "under way or broken off" if states and states[0].get("s") == LOADING else "whole"
    return [
        f"SPARQL queries at {endpoint.query_url}",
        f"updates at {endpoint.update_url}, allowed",
        f"Graph Store Protocol at {endpoint.store_url}"
        if endpoint.store_url
        else "no Graph Store Protocol: updates do for all",
        f"under {base}: {reports} reports, the load is {what}" if states else f"under {base}: nothing yet",
    ]


class Refused(ServerError):
    """An HTTP status of 300 or more (a redirection that can be followed was followed)."""

    def __init__(self, url: str, status: int, body: str, user: str) -> None:
        first = next((line.strip() for line in re.sub(r"<[^>]*>", " ", body).splitlines() if line.strip()), "")[:300]
        again = "; what was loaded is kept: run the same command again and it goes on from there"
        if status in (401, 403):
            words = _login_hint(user)
        elif status == 413:
            words = "the server takes no request of this size, not even of one line"
        elif status < 400:
            words = (
                f"the server answers {status}, a redirection that leads nowhere: give the address that it redirects to"
            )
        elif status == 404:
            words = f"there is nothing at this address{': ' + first if first else ''}"
        elif status == 405:
            words = "the server does not allow changes there: is it read-only, is the address for updates right (--update-url)?"
        elif status == 507 or "space" in first.lower():
            words = f"the server has no room left: {first}{again}"
        else:
            words = f"the server answers {status}{': ' + first if first else ''}{again}"
        super().__init__(f"{url}: {words}")
        self.status = status


def _login_hint(user: str) -> str:
    who = f"user {user!r} is refused, or may not write" if user else "a login is needed"
    return f"{who}: set SPARQL_USERNAME and SPARQL_PASSWORD, or --user with --ask-password"


def triple_line(triple: Any) -> str:
    """A triple of pyoxigraph as a line of N-Triples."""
    return f"{triple.subject} {triple.predicate} {triple.object} .\n"
