"""Loading into real SPARQL servers, and into servers that misbehave."""

from __future__ import annotations

import base64
import http.server
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import urllib3
from pyoxigraph import RdfFormat, parse
from typer.testing import CliRunner

import graphkit
from graphkit.cli import app
from graphkit.errors import ServerError
from graphkit.stores.rdf.quads import quads
from graphkit.stores.sparql import endpoint as loading
from graphkit.stores.sparql import loading as endpoint_load
from graphkit.stores.sparql import writer
from graphkit.stores.sparql.endpoint import Endpoint, SparqlAddress
from tests import servers
from tests.conftest import write_records
from tests.stores.neo4j.test_loading import KILLS

pytestmark = pytest.mark.xdist_group("sparql")

BASE = "https://example.org/graph/"
#: Where oxigraph takes N-Quads.
QUADS_PATH = "/store?no_transaction"


def stored(url: str, base: str = BASE) -> set[str]:
    """All quads of the server's graphs under the base, but for the load's own notes."""
    rows = (
        Endpoint(SparqlAddress(url))
        ._send(
            "POST",
            Endpoint(SparqlAddress(url)).query_url,
            f"SELECT ?g ?s ?p ?o WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), '{base}') && ?g != <{base}load>) }}".encode(),
            "application/sparql-query",
            "text/tab-separated-values",
            reads=True,
        )
        .data.decode("utf-8")
    )
    found = set()
    for line in rows.splitlines()[1:]:
        g, s, p, o = line.split("\t")
        if re.fullmatch(r"-?\d+", o):
            o = f'"{o}"^^<http://www.w3.org/2001/XMLSchema#integer>'
        elif re.fullmatch(r"-?\d+\.\d+", o):
            o = f'"{o}"^^<http://www.w3.org/2001/XMLSchema#decimal>'
        found.add(f"{s} {p} {o} {g} .")
    return {_short(str(q)) for q in parse("\n".join(sorted(found)).encode(), RdfFormat.N_QUADS)}


def expected(graph: graphkit.Graph, base: str = BASE) -> set[str]:
    """Decimals as their shortest form: servers may write 5.0 as 5."""
    return {_short(str(q)) for q in quads(graph.content(), base)}


def _short(quad: str) -> str:
    return re.sub(
        r'\.0+"\^\^<http://www.w3.org/2001/XMLSchema#decimal>', '"^^<http://www.w3.org/2001/XMLSchema#decimal>', quad
    )


def test_the_server_holds_the_same_quads(dev_graph: graphkit.Graph, endpoint_url: str) -> None:
    outcome = dev_graph.load_sparql(SparqlAddress(endpoint_url))
    assert (outcome.added, outcome.replaced, outcome.removed) == (dev_graph.status()["reports"], 0, 0)
    assert stored(endpoint_url) == expected(dev_graph)
    assert dev_graph.load_sparql(SparqlAddress(endpoint_url)).unchanged


def test_only_the_difference_goes_over(tmp_path: Path, dev_records: list[dict[str, Any]], endpoint_url: str) -> None:
    address = SparqlAddress(endpoint_url)
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "a.jsonl", dev_records[:6]))
        graph.load_sparql(address)
        before = expected(graph)
        graph.remove(dev_records[0]["id"])
        graph.build(write_records(tmp_path / "b.jsonl", [{**dev_records[1], "title": "改过"}, *dev_records[6:8]]))
        dry = graph.load_sparql(address, dry_run=True)
        assert stored(endpoint_url) == before
        outcome = graph.load_sparql(address)
        assert outcome == dry
        assert (outcome.added, outcome.removed) == (2, 1)
        assert 1 <= outcome.replaced < 6
        assert stored(endpoint_url) == expected(graph)


def test_two_bases_and_other_peoples_graphs_stay_apart(
    example_graph: graphkit.Graph, dev_graph: graphkit.Graph, endpoint_url: str
) -> None:
    server = Endpoint(SparqlAddress(endpoint_url))
    server.update("INSERT DATA { <urn:mine> <urn:p> 1 . GRAPH <urn:g> { <urn:mine> <urn:p> 2 } }")
    example_graph.load_sparql(SparqlAddress(endpoint_url), base="https://a.example/one/")
    dev_graph.load_sparql(SparqlAddress(endpoint_url), base="https://a.example/two/")
    assert stored(endpoint_url, "https://a.example/one/") == expected(example_graph, "https://a.example/one/")
    assert stored(endpoint_url, "https://a.example/two/") == expected(dev_graph, "https://a.example/two/")
    assert server.select("SELECT ?o WHERE { <urn:mine> <urn:p> ?o }") in ([{"o": "1"}], [])
    assert server.select("SELECT ?o WHERE { GRAPH <urn:g> { <urn:mine> <urn:p> ?o } }") == [{"o": "2"}]


def test_what_somebody_took_away_comes_back(example_graph: graphkit.Graph, endpoint_url: str) -> None:
    example_graph.load_sparql(SparqlAddress(endpoint_url))
    Endpoint(SparqlAddress(endpoint_url)).update(f"DROP GRAPH <{BASE}provenance> ; DROP GRAPH <{BASE}load>")
    example_graph.load_sparql(SparqlAddress(endpoint_url))
    assert stored(endpoint_url) == expected(example_graph)


def loader(graph: graphkit.Graph, url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "graphkit", "load", "sparql", url, "--graph", str(graph.folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_loader_is_made_good_by_the_next(
    dev_graph: graphkit.Graph, oxigraph_server: servers.Oxigraph, seed: int
) -> None:
    server = Endpoint(SparqlAddress(oxigraph_server.url))
    server.update("DROP ALL")
    process = loader(dev_graph, oxigraph_server.url)
    while process.poll() is None and server.select("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }") == [{"n": "0"}]:
        time.sleep(0.01)
    time.sleep(Random(seed).uniform(0, 0.5))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    dev_graph.load_sparql(SparqlAddress(oxigraph_server.url))
    assert stored(oxigraph_server.url) == expected(dev_graph)


def test_a_killed_server_loses_nothing_that_the_next_load_does_not_mend(
    dev_graph: graphkit.Graph, tmp_path: Path
) -> None:
    server = servers.Oxigraph(tmp_path)
    for seed in range(KILLS):
        Endpoint(SparqlAddress(server.url)).update("DROP ALL")
        process = loader(dev_graph, server.url)
        time.sleep(Random(seed).uniform(0.5, 3))
        server.kill()
        server = servers.Oxigraph(tmp_path, port=server.port)
        _, words = process.communicate()
        assert process.returncode in (0, 3), words
        assert "Traceback" not in words
        dev_graph.load_sparql(SparqlAddress(server.url))
        assert stored(server.url) == expected(dev_graph)
    server.stop()


# -- a server between us and the real one, that misbehaves on request ---------------------------------------


class Proxy:
    """Passes requests on to oxigraph, unless `rule(method, path, body)` gives a status to answer."""

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
def test_a_server_that_takes_small_requests_only_gets_small_ones(
    dev_graph: graphkit.Graph, proxy: Proxy, limit: int
) -> None:
    proxy.rule = lambda method, path, body: 413 if len(body) > limit else 0
    dev_graph.load_sparql(SparqlAddress(proxy.url))
    assert proxy.largest <= limit
    assert stored(proxy.url) == expected(dev_graph)
    assert dev_graph.load_sparql(SparqlAddress(proxy.url)).unchanged


def test_a_broken_load_into_such_a_server_goes_on(
    dev_graph: graphkit.Graph, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a limit that quads keep to, and one that is found too small for what takes out half a report."""
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
def test_an_error_in_the_middle_is_told_and_the_next_load_goes_on(
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
    with pytest.raises(ServerError, match=r"returned 500: Refused.*run the same command again") as caught:
        dev_graph.load_sparql(SparqlAddress(proxy.url))
    assert caught.value.exit_code == 3
    proxy.rule = lambda method, path, body: 415 if path == QUADS_PATH and not with_quads else 0
    outcome = dev_graph.load_sparql(SparqlAddress(proxy.url))
    assert 0 < outcome.added < dev_graph.status()["reports"]
    assert stored(proxy.url) == expected(dev_graph)


def test_reports_go_as_quads_until_a_load_was_whole(
    tmp_path: Path, dev_records: list[dict[str, Any]], proxy: Proxy
) -> None:
    """Quads in few large requests; what changes later is replaced by updates."""
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
        graph.build(write_records(tmp_path / "b.jsonl", [{**dev_records[1], "title": "改过"}, *dev_records[8:9]]))
        graph.load_sparql(SparqlAddress(proxy.url))
        assert len(posts) == 2
        assert stored(proxy.url) == expected(graph)


def test_a_server_without_quads_gets_updates(dev_graph: graphkit.Graph, proxy: Proxy) -> None:
    proxy.rule = lambda method, path, body: 415 if path == QUADS_PATH else 0
    dev_graph.load_sparql(SparqlAddress(proxy.url))
    assert stored(proxy.url) == expected(dev_graph)


def test_addresses_that_were_given_are_used_alone(example_graph: graphkit.Graph, proxy: Proxy) -> None:
    paths: set[str] = set()

    def rule(method: str, path: str, body: bytes) -> int:
        paths.add(path)
        return 0

    proxy.rule = rule
    example_graph.load_sparql(SparqlAddress(proxy.url, update=f"{proxy.url}/update"))
    assert QUADS_PATH not in paths
    assert stored(proxy.url) == expected(example_graph)


def test_a_busy_server_is_asked_again(example_graph: graphkit.Graph, proxy: Proxy) -> None:
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
        (404, "nothing at this address"),
        (507, "no room left"),
    ],
)
def test_refusals_are_explained(example_graph: graphkit.Graph, proxy: Proxy, status: int, words: str) -> None:
    proxy.rule = lambda method, path, body: status if "/update" in path else 0
    with pytest.raises(ServerError, match=words):
        example_graph.load_sparql(SparqlAddress(proxy.url))


def test_user_and_password_go_in_the_header_and_nowhere_else(example_graph: graphkit.Graph, proxy: Proxy) -> None:
    result = CliRunner().invoke(
        app,
        ["--verbose", "load", "sparql", proxy.url, "--graph", str(example_graph.folder)],
        env={"SPARQL_USERNAME": "leser", "SPARQL_PASSWORD": "geheim"},
    )
    assert result.exit_code == 0
    assert "geheim" not in result.output + result.stderr
    assert set(proxy.headers) == {"Basic " + base64.b64encode(b"leser:geheim").decode()}


def test_a_wrong_address_says_so(example_graph: graphkit.Graph, neo4j_http: str) -> None:
    for url, words in (
        (f"http://127.0.0.1:{servers.free_port()}/ds", "no response"),
        ("nonsense", "not a valid address"),
        (neo4j_http, "there is no SPARQL endpoint"),
    ):
        result = CliRunner().invoke(app, ["load", "sparql", url, "--graph", str(example_graph.folder)])
        assert result.exit_code == 3, result.stderr
        assert words in result.stderr
        assert "Traceback" not in result.stderr


@pytest.fixture
def neo4j_http() -> Iterator[str]:
    """A web server that knows no SPARQL."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_fuseki_with_passwords(example_graph: graphkit.Graph, tmp_path: Path, fuseki_server: servers.Fuseki) -> None:
    with servers.running(servers.Fuseki(tmp_path, users={"schreiber": "pw"})) as server:
        assert isinstance(server, servers.Fuseki)
        with pytest.raises(ServerError, match=r"a login is required.*SPARQL_PASSWORD"):
            example_graph.load_sparql(SparqlAddress(server.url))
        with pytest.raises(ServerError, match="user 'schreiber' is rejected"):
            example_graph.load_sparql(SparqlAddress(server.url, user="schreiber", password="falsch"))
        outcome = example_graph.load_sparql(SparqlAddress(server.url, user="schreiber", password="pw"))
        assert outcome.added == example_graph.status()["reports"]


def test_a_backslash_in_the_text_stays_one(tmp_path: Path, endpoint_url: str) -> None:
    nasty = "石渡县\\u0022 \\\\u0027 \\U00000022 }} ; DROP ALL ; #\u202e“`}) DETACH DELETE n //”"
    record = {
        "id": nasty,
        "title": nasty,
        "text": f"市委书记林知远到石渡县调研。他强调，要坚持“{nasty}”，全面推进乡村振兴。",
    }
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "a.jsonl", [record]))
        graph.load_sparql(SparqlAddress(endpoint_url))
        assert stored(endpoint_url) == expected(graph)
        titles = Endpoint(SparqlAddress(endpoint_url)).select(
            "SELECT ?t WHERE { GRAPH ?g { ?r <https://schema.org/headline> ?t } }"
        )
        assert titles == [{"t": nasty}]


def test_the_base_must_be_an_iri(example_graph: graphkit.Graph) -> None:
    result = CliRunner().invoke(
        app,
        ["export", "--format", "nquads", "--base", "https://a.example/> <x", "--graph", str(example_graph.folder)],
        env=dict(os.environ),
    )
    assert result.exit_code == 2
    assert "is not an IRI" in result.stderr


def test_doctor_says_what_the_endpoint_answers(example_graph: graphkit.Graph, endpoint_url: str) -> None:
    def doctor(url: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["doctor", "--graph", str(example_graph.folder), "--sparql", url])
        return result.exit_code, result.output

    code, words = doctor(endpoint_url)
    assert code == 0, words
    assert "no data" in words
    example_graph.load_sparql(SparqlAddress(endpoint_url))
    _, words = doctor(endpoint_url)
    assert f"{example_graph.status()['reports']} reports, the load is whole" in words
    code, words = doctor(f"http://127.0.0.1:{servers.free_port()}")
    assert code == 3
    assert "broken" in words
