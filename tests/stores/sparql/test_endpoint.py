"""Addresses, passwords and the base IRI of SPARQL servers, and what `graphkit doctor` reports about them."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import graphkit
from graphkit.cli import app
from graphkit.errors import ServerError
from graphkit.stores.sparql.endpoint import Endpoint, SparqlAddress
from tests import servers

pytestmark = pytest.mark.xdist_group("sparql")


def test_a_wrong_address_is_reported(example_graph: graphkit.Graph, neo4j_http: str) -> None:
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
    """A web server without SPARQL."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_fuseki_requires_a_valid_login(
    example_graph: graphkit.Graph, tmp_path: Path, fuseki_server: servers.Fuseki
) -> None:
    with servers.running(servers.Fuseki(tmp_path, users={"schreiber": "pw"})) as server:
        assert isinstance(server, servers.Fuseki)
        with pytest.raises(ServerError, match=r"a login is required.*user and password"):
            example_graph.load_sparql(SparqlAddress(server.url))
        with pytest.raises(ServerError, match="user 'schreiber' is rejected"):
            example_graph.load_sparql(SparqlAddress(server.url, user="schreiber", password="falsch"))
        outcome = example_graph.load_sparql(SparqlAddress(server.url, user="schreiber", password="pw"))
        assert outcome.added == example_graph.status()["reports"]


def test_the_base_option_must_be_an_iri(example_graph: graphkit.Graph) -> None:
    result = CliRunner().invoke(
        app,
        ["export", "--format", "nquads", "--base", "https://a.example/> <x", "--graph", str(example_graph.folder)],
        env=dict(os.environ),
    )
    assert result.exit_code == 2
    assert "is not an IRI" in result.stderr


def test_doctor_reports_the_state_of_the_endpoint(example_graph: graphkit.Graph, endpoint_url: str) -> None:
    def doctor(url: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["doctor", "--graph", str(example_graph.folder), "--sparql", url])
        return result.exit_code, result.output

    code, words = doctor(endpoint_url)
    assert code == 0, words
    assert "no data" in words
    example_graph.load_sparql(SparqlAddress(endpoint_url))
    _, words = doctor(endpoint_url)
    assert f"{example_graph.status()['reports']} reports, the load is complete" in words
    code, words = doctor(f"http://127.0.0.1:{servers.free_port()}")
    assert code == 3
    assert "broken" in words


def test_the_address_of_the_query_endpoint_is_accepted_too(endpoint_url: str) -> None:
    whole, query = Endpoint(SparqlAddress(endpoint_url)), Endpoint(SparqlAddress(f"{endpoint_url}/query"))
    assert query.query_url == whole.query_url
    assert query.update_url == whole.update_url
    assert query.store_url == whole.store_url
    assert query.quads_url == whole.quads_url
