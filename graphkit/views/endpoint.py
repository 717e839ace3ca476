"""A SPARQL 1.1 endpoint: its addresses, requests, and refusals in plain words."""

from __future__ import annotations

import base64
import json
import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import urllib3
from pyoxigraph import RdfFormat, parse
from urllib3.util import Retry, Timeout

from graphkit.errors import ServerError
from graphkit.views.rdf_terms import Iris, term

#: Bytes of one request, about; a server that answers 413 gets half of it, and so on.
CHUNK = 2_000_000
#: The same for N-Quads of the whole data set: servers write them in bulk, of which few large ones suit them best.
QUADS_CHUNK = 64_000_000
#: A request that a busy server (502, 503, 504) turns down is sent again so many times; every request may be sent twice.
RETRIES = 4
LOADING = "loading"
QUADS = "application/n-quads"


@dataclass(frozen=True, slots=True)
class SparqlAddress:
    """url: of the data set or repository, or of its query endpoint; the others where they cannot be found from it."""

    url: str
    update: str = ""
    store: str = ""
    user: str = ""
    password: str = field(default="", repr=False)


class Endpoint:
    """A SPARQL endpoint. Every failure is a ServerError with the address and what to do."""

    def __init__(self, address: SparqlAddress) -> None:
        headers = {"User-Agent": "graphkit"}
        if address.user:
            pair = f"{address.user}:{address.password}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(pair).decode("ascii")
        retries = Retry(
            total=RETRIES, connect=1, redirect=3, backoff_factor=0.5, status_forcelist=(502, 503, 504), allowed_methods=None,
            raise_on_status=False,
        )
        self._http = urllib3.PoolManager(retries=retries, timeout=Timeout(connect=10, read=900), headers=headers)
        self._user = address.user
        self.chunk = CHUNK
        url = address.url.rstrip("/")
        if not url.startswith(("http://", "https://")):
            raise ServerError(f"{url}: this is no address (it looks like http://localhost:3030/ds)")
        self.query_url, self.update_url, self.store_url, self.quads_url = self._find(url)
        if address.update or address.store:
            self.quads_url = ""
        self.update_url = address.update or self.update_url
        self.store_url = address.store or self.store_url

    def _find(self, url: str) -> tuple[str, str, str, str]:
        """Addresses for query, update, graph store and N-Quads of the whole data set, by the habits of the known servers."""
        refused = None
        for query, update, store, quads in (
            (f"{url}/query", f"{url}/update", f"{url}/data", f"{url}/data"),
            (f"{url}/query", f"{url}/update", f"{url}/store", f"{url}/store?no_transaction"),
            (url, f"{url}/statements", f"{url}/rdf-graphs/service", f"{url}/statements"),
            (url, url, "", ""),
        ):
            answer = self._send("POST", query, b"ASK {}", "application/sparql-query", "application/sparql-results+json", check=False)
            if answer.status in (401, 403):
                refused = query
            if answer.status != 200 or b"boolean" not in answer.data:
                continue
            if store and self._send("HEAD", f"{store}?default", None, "", "application/n-triples", check=False).status >= 400:
                if store.endswith("/data"):
                    continue
                store = quads = ""
            if update.endswith("/statements") and not store:
                continue
            return query, update, store, quads
        if refused:
            raise ServerError(f"{refused}: {_login_hint(self._user)}")
        raise ServerError(f"{url}: no SPARQL endpoint answers there (tried it, and /query below it): is the address right?")

    def _send(
        self, method: str, url: str, body: bytes | list[bytes] | None, kind: str, accept: str, *, check: bool = True
    ) -> urllib3.BaseHTTPResponse:
        headers = {**self._http.headers, "Accept": accept, **({"Content-Type": kind} if kind else {})}
        if isinstance(body, list):
            headers["Content-Length"] = str(sum(map(len, body)))
        try:
            answer = self._http.request(method, url, body=body, headers=headers)
        except urllib3.exceptions.LocationParseError:
            raise ServerError(f"{url}: this is no address (it looks like http://localhost:3030/ds)") from None
        except urllib3.exceptions.HTTPError as error:
            reason = getattr(error, "reason", None) or error
            words = re.sub(r"^.*?object at 0x[0-9a-f]+>:? ?", "", str(reason))
            raise ServerError(
                f"{url}: no answer: {words}; is the server started, is the address right? What was loaded is kept: "
                "run the same command again and it goes on from there"
            ) from None
        if check and answer.status >= 400:
            raise Refused(url, answer.status, answer.data.decode("utf-8", "replace"), self._user)
        return answer

    def select(self, query: str) -> list[dict[str, str]]:
        """Rows of a SELECT: lexical forms and IRIs, unbound left out."""
        answer = self._send("POST", self.query_url, query.encode(), "application/sparql-query", "application/sparql-results+json")
        bindings = json.loads(answer.data)["results"]["bindings"]
        return [{name: cell["value"] for name, cell in row.items()} for row in bindings]

    def triples(self, graph: str) -> set[str]:
        """The triples of a named graph, each as a line of N-Triples."""
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
        answer = self._send("POST", self.query_url, query.encode(), "application/sparql-query", "application/n-triples")
        return {triple_line(t) for t in parse(answer.data, RdfFormat.N_TRIPLES)}

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
        self.send_in_chunks(ntriples, lambda lines, first: self._send(
            "PUT" if first else "POST", url, "".join(lines).encode("utf-8"), "application/n-triples", "*/*"
        ))

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


def reports_there(endpoint: Endpoint, iris: Iris) -> int:
    """How many reports the endpoint has under a base."""
    rows = endpoint.select(
        f"SELECT (COUNT(DISTINCT ?r) AS ?n) WHERE {{ GRAPH {iris.of('provenance')} {{ ?r a {term('schema:NewsArticle')} }} }}"
    )
    return int(rows[0]["n"])


def examine(endpoint: Endpoint, base: str) -> list[str]:
    """What a load finds at an endpoint, one line each. Nothing is changed. Raises ServerError when a load would fail."""
    endpoint.update("INSERT DATA {}")
    iris = Iris(base)
    states = endpoint.select(f"SELECT ?s WHERE {{ GRAPH {iris.of('load')} {{ {iris.of('dataset')} {term('gk:loadState')} ?s }} }}")
    reports = reports_there(endpoint, iris)
    what = "under way or broken off" if states and states[0]["s"] == LOADING else "whole"
    return [
        f"SPARQL queries at {endpoint.query_url}", f"updates at {endpoint.update_url}, allowed",
        f"Graph Store Protocol at {endpoint.store_url}" if endpoint.store_url else "no Graph Store Protocol: updates do for all",
        f"under {base}: {reports} reports, the load is {what}" if states else f"under {base}: nothing yet",
    ]


class Refused(ServerError):
    """An HTTP status of 400 or more."""

    def __init__(self, url: str, status: int, body: str, user: str) -> None:
        first = next((line.strip() for line in re.sub(r"<[^>]*>", " ", body).splitlines() if line.strip()), "")[:300]
        again = "; what was loaded is kept: run the same command again and it goes on from there"
        if status in (401, 403):
            words = _login_hint(user)
        elif status == 413:
            words = "the server takes no request of this size, not even of one line"
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
