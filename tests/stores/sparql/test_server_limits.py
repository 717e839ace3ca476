"""Loading through a proxy that rejects large requests, fails during the load, or accepts no N-Quads."""

from __future__ import annotations

import base64
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from typer.testing import CliRunner

import graphkit
from graphkit.cli import app
from graphkit.errors import ServerError
from graphkit.stores.sparql import endpoint as loading
from graphkit.stores.sparql import loading as endpoint_load
from graphkit.stores.sparql import writer
from graphkit.stores.sparql.endpoint import Endpoint, SparqlAddress
from tests import servers
from tests.conftest import write_records
from tests.stores.sparql.comparison import expected, stored

pytestmark = pytest.mark.xdist_group("sparql")


#: Path to which oxigraph accepts N-Quads.
QUADS_PATH = "/store?no_transaction"


class Proxy:
    """Forwards requests to oxigraph, unless `rule(method, path, body)` returns a status for the response."""

    def __init__(self, target: str) -> None:
        self.rule: Callable[[str, str, bytes], int] = lambda *_: 0
        self.headers: list[str] = []
        self.largest = 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.headers.append(self.headers.get("Authorization") or "")
                status = outer.rule(self.command, self.path, body)
                if status:
                    data = b"<html><body><h1>Refused</h1>\n<p>java.lang.Exception: boom</p></body></html>"
                else:
                    outer.largest = max(outer.largest, len(body))
                    keep = {k: v for k, v in self.headers.items() if k in ("Accept", "Content-Type")}
                    answer = urllib3.request(self.command, target + self.path, body=body, headers=keep)
                    status, data = answer.status, answer.data
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_HEAD = answer

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def proxy(oxigraph_server: servers.Oxigraph) -> Iterator[Proxy]:
    Endpoint(SparqlAddress(oxigraph_server.url)).update("DROP ALL")
    found = Proxy(oxigraph_server.url)
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.mark.parametrize("limit", [300_000, 20_000, 4_000])
def test_requests_are_made_smaller_for_a_server_with_a_size_limit(
    dev_graph: graphkit.Graph, proxy: Proxy, limit: int
) -> None:
    proxy.rule = lambda method, path, body: 413 if len(body) > limit else 0
    dev_graph.load_sparql(SparqlAddress(proxy.url))
    assert proxy.largest <= limit
    assert stored(proxy.url) == expected(dev_graph)
    assert dev_graph.load_sparql(SparqlAddress(proxy.url)).unchanged


def test_an_interrupted_load_into_a_server_with_a_size_limit_can_be_continued(
    dev_graph: graphkit.Graph, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit allows N-Quads at first; the second limit is too small for removing half a report."""
    monkeypatch.setattr(writer, "CHUNK", 50_000)
    full = [0]

    def rule(method: str, path: str, body: bytes) -> int:
        full[0] += path == QUADS_PATH and 1000 < len(body) <= 200_000
        return 507 if full[0] > 5 else 413 if len(body) > 200_000 else 0

    proxy.rule = rule
    with pytest.raises(ServerError, match="disk of the server is full"):
        dev_graph.load_sparql(SparqlAddress(proxy.url))
    proxy.rule = lambda method, path, body: 413 if len(body) > 20_000 else 0
    dev_graph.load_sparql(SparqlAddress(proxy.url))
    assert stored(proxy.url) == expected(dev_graph)


@pytest.mark.parametrize("with_quads", [True, False])
def test_an_error_during_a_load_is_reported_and_the_next_load_continues(
    dev_graph: graphkit.Graph, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, with_quads: bool
) -> None:
    monkeypatch.setattr(loading, "CHUNK", 200_000)
    monkeypatch.setattr(writer, "CHUNK", 200_000)
    monkeypatch.setattr(endpoint_load, "QUADS_CHUNK", 200_000)
    seen = [0]

    def rule(method: str, path: str, body: bytes) -> int:
        if path == QUADS_PATH and not with_quads:
            return 415
        seen[0] += body.startswith(b"INSERT DATA")
        return 500 if seen[0] > 5 else 0

    proxy.rule = rule
    with pytest.raises(ServerError, match=r"returned 500: Refused.*load again to continue") as caught:
        dev_graph.load_sparql(SparqlAddress(proxy.url))
    assert caught.value.exit_code == 3
    proxy.rule = lambda method, path, body: 415 if path == QUADS_PATH and not with_quads else 0
    outcome = dev_graph.load_sparql(SparqlAddress(proxy.url))
    assert 0 < outcome.added < dev_graph.status()["reports"]
    assert stored(proxy.url) == expected(dev_graph)


def test_only_the_first_complete_load_sends_n_quads(
    tmp_path: Path, dev_records: list[dict[str, Any]], proxy: Proxy
) -> None:
    """The first load sends N-Quads in few large requests; later changes are sent as updates."""
    posts: list[int] = []

    def rule(method: str, path: str, body: bytes) -> int:
        if path == QUADS_PATH and body:
            posts.append(len(body))
        return 0

    proxy.rule = rule
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "a.jsonl", dev_records[:8]))
        graph.load_sparql(SparqlAddress(proxy.url))
        assert len(posts) == 2  # entities, reports
        assert stored(proxy.url) == expected(graph)
        changed = {**dev_records[1], "title": "改过"}
        graph.build(write_records(tmp_path / "a.jsonl", [dev_records[0], changed, *dev_records[2:9]]))
        graph.load_sparql(SparqlAddress(proxy.url))
        assert len(posts) == 2
        assert stored(proxy.url) == expected(graph)


def test_a_server_that_rejects_n_quads_receives_updates(dev_graph: graphkit.Graph, proxy: Proxy) -> None:
    proxy.rule = lambda method, path, body: 415 if path == QUADS_PATH else 0
    dev_graph.load_sparql(SparqlAddress(proxy.url))
    assert stored(proxy.url) == expected(dev_graph)


def test_only_the_given_addresses_are_used(example_graph: graphkit.Graph, proxy: Proxy) -> None:
    paths: set[str] = set()

    def rule(method: str, path: str, body: bytes) -> int:
        paths.add(path)
        return 0

    proxy.rule = rule
    example_graph.load_sparql(SparqlAddress(proxy.url, update=f"{proxy.url}/update"))
    assert QUADS_PATH not in paths
    assert stored(proxy.url) == expected(example_graph)


def test_requests_to_a_busy_server_are_repeated(example_graph: graphkit.Graph, proxy: Proxy) -> None:
    turns = [0]

    def rule(method: str, path: str, body: bytes) -> int:
        turns[0] += 1
        return 503 if turns[0] % 3 == 0 else 0

    proxy.rule = rule
    example_graph.load_sparql(SparqlAddress(proxy.url))
    assert stored(proxy.url) == expected(example_graph)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "a login is required"),
        (403, "a login is required"),
        (405, "does not allow changes"),
        (404, "not found"),
        (507, "disk of the server is full"),
    ],
)
def test_http_errors_are_explained(example_graph: graphkit.Graph, proxy: Proxy, status: int, words: str) -> None:
    proxy.rule = lambda method, path, body: status if "/update" in path else 0
    with pytest.raises(ServerError, match=words):
        example_graph.load_sparql(SparqlAddress(proxy.url))


def test_user_and_password_are_sent_only_in_the_header(example_graph: graphkit.Graph, proxy: Proxy) -> None:
    result = CliRunner().invoke(
        app,
        ["--verbose", "load", "sparql", proxy.url, "--graph", str(example_graph.folder)],
        env={"SPARQL_USERNAME": "leser", "SPARQL_PASSWORD": "geheim"},
    )
    assert result.exit_code == 0
    assert "geheim" not in result.output + result.stderr
    assert set(proxy.headers) == {"Basic " + base64.b64encode(b"leser:geheim").decode()}
