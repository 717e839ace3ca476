"""Loading into invalid servers ends with one sentence without the password, in bounded memory and time."""

from __future__ import annotations

import json
import re
import ssl
import subprocess
from pathlib import Path

import pytest

import graphkit
from graphkit.errors import GraphkitError, ServerError, without_secrets
from graphkit.stores import server_responses
from graphkit.stores.neo4j import database
from graphkit.stores.neo4j.database import Neo4jAddress
from graphkit.stores.server_responses import split_login
from graphkit.stores.sparql import endpoint
from graphkit.stores.sparql.endpoint import SparqlAddress
from tests.stores.fake_server import BEHAVIOURS, RESULTS, Handler, answers, serving


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "SHORT_WAIT", 0.5)
    monkeypatch.setattr(endpoint, "LONG_WAIT", 2)
    monkeypatch.setattr(endpoint, "RETRIES", 1)
    monkeypatch.setattr(server_responses, "LONGEST_SHORT", 1.0)
    monkeypatch.setattr(database, "CONNECT_WAIT", 0.5)


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_an_invalid_server_is_reported_in_one_sentence_without_the_password(
    example_graph: graphkit.Graph, name: str
) -> None:
    behaviour, words = BEHAVIOURS[name]
    with serving(behaviour) as port, pytest.raises(ServerError, match=words) as caught:
        example_graph.load_sparql(SparqlAddress(f"http://leser:geheim@127.0.0.1:{port}/ds?token=geheim2"))
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("name", ["html", "reset", "not http", "silent", "endless"])
def test_an_invalid_neo4j_server_is_reported_in_one_sentence(example_graph: graphkit.Graph, name: str) -> None:
    with serving(BEHAVIOURS[name][0]) as port, pytest.raises(ServerError) as caught:
        example_graph.load_neo4j(Neo4jAddress(f"bolt://leser:geheim@127.0.0.1:{port}", wait=0.1))
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://user:pa/ss@127.0.0.1:1/ds",
        "http://user:pa ss@127.0.0.1:1/ds",
        "http://user:pass@127.0.0.1:x/ds",
        "http://user:pass@[::1/ds",
        "user:pass@127.0.0.1/ds",
        "ftp://user:pass@127.0.0.1/ds",
        "http://user:p%40ss@127.0.0.1:1/ds",
        "http://:pass@127.0.0.1:1/ds",
        "http://",
        "http://" + "a" * 300 + "/ds",
    ],
)
def test_an_unusable_address_is_reported_without_its_password(example_graph: graphkit.Graph, url: str) -> None:
    for load in (
        lambda: example_graph.load_sparql(SparqlAddress(url)),
        lambda: example_graph.load_neo4j(Neo4jAddress(url.replace("http", "bolt"), wait=0.1)),
    ):
        with pytest.raises(GraphkitError) as caught:
            load()
        assert not re.search(r"pa/?ss|pa ss|p%40ss|p@ss", str(caught.value).replace("password", "")), str(caught.value)


def test_logins_are_removed_from_displayed_addresses() -> None:
    assert split_login("http://u:p%40q@h:1/ds?x=1") == ("http://h:1/ds?x=1", "u", "p@q")
    assert split_login("http://h/ds@x") == ("http://h/ds@x", "", "")
    assert (
        without_secrets("at http://u:p@h/ and http://x:y@z/?token=abc&b=1")
        == "at http://***@h/ and http://***@z/?token=***&b=1"
    )


def certificate(folder: Path) -> tuple[Path, Path]:
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        str(key),
        "-out",
        str(cert),
        "-days",
        "2",
        "-subj",
        "/CN=127.0.0.1",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
    ]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no openssl here")
    return key, cert


def test_a_private_certificate_requires_its_ca_file(
    example_graph: graphkit.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import http.server

    key, cert = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    plain = http.server.ThreadingHTTPServer

    class Secure(plain):
        def __init__(self, *args: object) -> None:
            super().__init__(*args)  # type: ignore[arg-type]
            self.socket = context.wrap_socket(self.socket, server_side=True)

    monkeypatch.setattr(http.server, "ThreadingHTTPServer", Secure)
    with serving(answers(404)) as port:
        url = f"https://127.0.0.1:{port}/ds"
        with pytest.raises(ServerError, match=r"SparqlAddress\.ca_file"):
            example_graph.load_sparql(SparqlAddress(url))
        with pytest.raises(ServerError, match="there is no SPARQL endpoint"):
            example_graph.load_sparql(SparqlAddress(url, ca_file=str(cert)))
    for wrong in (tmp_path / "none.pem", key):
        with pytest.raises(ServerError, match="certificates cannot be read"):
            example_graph.load_sparql(SparqlAddress(url, ca_file=str(wrong)))


#: Report ids that a server could return, none of which is a report under the base.
HOSTILE_REPORTS = [
    "",
    "b0",
    "report/a",
    "http://other.example/report/a",
    "https://example.org/graph/report/",
    "https://example.org/graph/entities",
    "https://example.org/graph/report/a> } } ; DROP ALL ; INSERT DATA { GRAPH <x:g> { <x:a> <x:b> <x:c",
    "https://example.org/graph/report/a#claims",
    "https://example.org/graph/report/a\\u003E",
    "https://example.org/graph/report/a b",
    "https://example.org/graph/report/a\n",
    "https://example.org/graph/report/../../x",
    'https://example.org/graph/report/"',
    "https://example.org/graph/report/{}",
    "https://example.org/graph/report/a\x00",
    "https://example.org/graph/report/%3",
    "https://example.org/graph/report/\ud800",
]


@pytest.mark.parametrize("iri", HOSTILE_REPORTS)
@pytest.mark.parametrize("dry_run", [False, True])
def test_report_ids_from_a_server_are_never_inserted_into_an_update(
    example_graph: graphkit.Graph, iri: str, dry_run: bool
) -> None:
    asked: list[bytes] = []
    row = {
        "r": {"type": "uri", "value": iri},
        "d": {"type": "literal", "value": "0"},
        "s": {"type": "literal", "value": "0"},
    }

    def behave(handler: Handler) -> None:
        asked.append(handler.body)
        handler.send(200, json.dumps({"boolean": True, "results": {"bindings": [row]}}).encode())

    with serving(behave) as port, pytest.raises(ServerError, match="is damaged") as caught:
        example_graph.load_sparql(SparqlAddress(f"http://127.0.0.1:{port}/ds"), dry_run=dry_run)
    assert "\n" not in str(caught.value)
    assert "nothing was changed" in str(caught.value)
    assert not any(word in body for body in asked for word in (b"INSERT", b"DELETE", b"DROP"))


@pytest.mark.parametrize("report", ["a", "临汾-1", "a%20b", "a'b", "..", "%3E%22"])
def test_reports_under_the_base_are_removed_by_their_iri(example_graph: graphkit.Graph, report: str) -> None:
    iri = f"https://example.org/graph/report/{report}"
    row = {
        "r": {"type": "uri", "value": iri},
        "d": {"type": "literal", "value": "0"},
        "n": {"type": "literal", "value": "0"},
    }
    updates: list[str] = []

    def behave(handler: Handler) -> None:
        if handler.headers.get("Content-Type") == "application/sparql-update":
            updates.append(handler.body.decode())
        if handler.path.endswith("/store") or handler.path.endswith("/data?default"):
            handler.send(404)
            return
        is_triples = "n-triples" in (handler.headers.get("Accept") or "")
        handler.send(
            200,
            b"" if is_triples else json.dumps({"boolean": True, "results": {"bindings": [row]}}).encode(),
            "application/n-triples" if is_triples else RESULTS,
        )

    with serving(behave) as port:
        assert example_graph.load_sparql(SparqlAddress(f"http://127.0.0.1:{port}/ds")).removed == 1
    assert any(f"DROP SILENT GRAPH <{iri}#claims>" in update for update in updates)
