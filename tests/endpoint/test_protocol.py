"""The SPARQL 1.1 protocol (https://www.w3.org/TR/sparql11-protocol/): requests, data sets, formats and errors."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pyoxigraph
import pytest

from tests.endpoint.conftest import Server, iri

SELECT = "SELECT ?o WHERE { ?s foaf:name ?o } ORDER BY ?o LIMIT 3"
ASK = "ASK { ?s foaf:name ?o }"
CONSTRUCT = "CONSTRUCT { ?s foaf:name ?o } WHERE { ?s foaf:name ?o }"
DESCRIBE = "DESCRIBE ?s WHERE { ?s foaf:name ?o }"
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"


def test_a_query_is_accepted_in_all_three_ways(server: Server) -> None:
    """The tests query_get, query_post_form and query_post_direct of the W3C."""
    by_get = server.query(SELECT)
    by_form = server.send("POST", "/sparql", urlencode({"query": SELECT}).encode(), content_type=FORM)
    direct = server.send("POST", "/sparql", SELECT.encode(), content_type=f"{DIRECT}; charset=utf-8")
    assert by_get.status == by_form.status == direct.status == 200
    assert by_get.rows == by_form.rows == direct.rows
    assert len(by_get.rows) == 3


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (SELECT, None, "application/sparql-results+json"),
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "application/json", "application/sparql-results+json"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "application/sparql-results+xml;q=0.2,text/csv", "text/csv"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values"),
        (ASK, "application/sparql-results+json", "application/sparql-results+json"),
        (ASK, "text/xml", "application/sparql-results+xml"),
        (CONSTRUCT, None, "text/turtle"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (DESCRIBE, "application/rdf+xml", "application/rdf+xml"),
        (DESCRIBE, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/sparql-results+json, text/turtle;q=0.5", "text/turtle"),
    ],
)
def test_the_response_has_the_format_that_the_client_prefers(
    server: Server, query: str, accept: str | None, media_type: str
) -> None:
    response = server.query(query, accept)
    assert response.status == 200
    assert response.media_type == media_type
    assert response.headers["vary"] == "Accept"
    if media_type in ("text/turtle", "application/n-triples", "application/rdf+xml"):
        known = pyoxigraph.RdfFormat.from_media_type(media_type)
        assert list(pyoxigraph.parse(response.body, known))
    elif media_type.startswith("application/sparql-results"):
        found = pyoxigraph.parse_query_results(response.body, pyoxigraph.QueryResultsFormat.from_media_type(media_type))
        assert bool(found) if query == ASK else list(found)
    elif media_type == "application/ld+json":
        assert json.loads(response.body)


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_a_parameter_can_name_the_format(server: Server, name: str) -> None:
    response = server.query(SELECT, "text/html", format=name)
    assert response.status == 200
    assert name in response.media_type.replace("tab-separated-values", "tsv")


@pytest.mark.parametrize(
    ("query", "accept"),
    [(SELECT, "image/png"), (CONSTRUCT, "text/csv"), (ASK, "text/csv"), (SELECT, "text/turtle"), (ASK, "text/html")],
)
def test_a_format_that_is_not_available_is_not_acceptable(server: Server, query: str, accept: str) -> None:
    response = server.query(query, accept)
    assert response.status == 406
    assert "accept" in response.text or "available" in response.text


def test_the_data_set_of_the_protocol_replaces_that_of_the_query(server: Server) -> None:
    """The tests query_dataset_default_graph and query_dataset_named_graphs of the W3C, and their combinations."""
    claims = f"{iri('report', '04-flood-inspection')}#claims"
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    in_graph = server.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{claims}> {{ ?s ?p ?o }} }}")
    expected = in_graph.rows[0]["n"]["value"]
    assert int(expected) > 0
    default = {"default-graph-uri": claims}
    assert server.query(count, **default).rows[0]["n"]["value"] == expected
    # Without default graphs, the default graph of a data set with named graphs is empty.
    named = {"named-graph-uri": claims}
    assert server.query(count, **named).rows[0]["n"]["value"] == "0"
    names = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert [r["g"]["value"] for r in server.query(names, **named).rows] == [claims]
    assert server.query(names, **default).rows == []
    other = "SELECT (COUNT(*) AS ?n) FROM <https://example.org/none> WHERE {{ ?s ?p ?o }}"
    assert server.query(other).rows[0]["n"]["value"] == "0"
    assert server.query(other, **default).rows[0]["n"]["value"] == expected


@pytest.mark.parametrize(
    ("method", "path", "content_type", "body", "status", "words"),
    [
        ("GET", "/sparql?query=SELECT", "", b"", 400, "syntax error"),
        ("GET", "/sparql?query=", "", b"", 400, "SPARQL"),
        ("GET", "/sparql?x=1", "", b"", 400, "no parameter `query`"),
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", "", b"", 400, "several parameters"),
        ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=no+iri", "", b"", 400, "default-graph-uri"),
        ("GET", "/sparql?query=ASK%7B%7D&format=yaml", "", b"", 400, "unknown format"),
        ("GET", "/sparql?query=ASK%7B%7D%FF", "", b"", 400, "cannot be read"),
        ("GET", "/sparql?update=CLEAR+ALL", "", b"", 403, "read-only"),
        ("GET", "/sparql?query=CLEAR+ALL", "", b"", 400, "read-only"),
        ("GET", "/sparql?query=ASK%7BSERVICE%3Chttp://a.example/%3E%7B%7D%7D", "", b"", 400, "SERVICE"),
        ("POST", "/sparql", FORM, b"update=CLEAR+ALL", 403, "read-only"),
        ("POST", "/sparql", "application/sparql-update", b"CLEAR ALL", 403, "read-only"),
        ("POST", "/sparql", "text/plain", b"ASK {}", 415, "content type"),
        ("POST", "/sparql", DIRECT, b"\xff\xfe", 400, "not UTF-8"),
        ("POST", "/sparql", DIRECT, b"#" * (2 << 20), 413, "bytes"),
        ("POST", "/sparql", FORM, b"", 400, "no parameter `query`"),
        ("PUT", "/sparql", DIRECT, b"ASK {}", 405, ""),
        ("DELETE", "/person/x", "", b"", 405, ""),
    ],
)
def test_an_invalid_request_is_rejected_with_a_sentence(
    server: Server, method: str, path: str, content_type: str, body: bytes, status: int, words: str
) -> None:
    response = server.send(method, path, body or None, content_type=content_type or "text/plain")
    assert response.status == status, response.text
    assert words in response.text
    assert "Traceback" not in response.text


def test_a_query_that_takes_too_long_or_too_much_is_stopped(served_folder: object, server: Server) -> None:
    limited = Server(server.graph, "--max-seconds", "1")
    try:
        slow = limited.query("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
        assert slow.status == 500
        assert "more than 1 s" in slow.text
        assert limited.query(ASK).status == 200
    finally:
        assert limited.close() == 130


def test_many_clients_are_served_at_once(server: Server) -> None:
    with ThreadPoolExecutor(10) as threads:
        found = list(threads.map(lambda _: server.query(SELECT), range(20)))
    assert {r.status for r in found} == {200}
    assert len({r.body for r in found}) == 1


def test_the_service_is_described(server: Server) -> None:
    response = server.get("/sparql", "text/turtle")
    triples = list(pyoxigraph.parse(response.body, pyoxigraph.RdfFormat.TURTLE))
    objects = {t.object.value for t in triples}
    assert f"{server.root}/sparql" in objects
    assert "http://www.w3.org/ns/sparql-service-description#SPARQL11Query" in objects
    assert iri("dataset", "").rstrip("/") in objects
    assert server.get("/sparql", "image/png").status == 406


def test_only_the_names_of_this_machine_are_accepted(server: Server) -> None:
    """A website whose name was changed to the address of this machine (DNS rebinding) cannot read the graph."""
    assert server.get("/sparql", host="attacker.example").status == 400
    assert server.query(ASK).headers["access-control-allow-origin"] is None


def test_websites_can_be_allowed(server: Server) -> None:
    allowing = Server(server.graph, "--origin", "https://editor.example")
    try:
        for origin, expected in (("https://editor.example", "https://editor.example"), ("https://b.example", None)):
            response = allowing.get("/sparql?" + urlencode({"query": ASK}), origin=origin)
            assert response.headers["access-control-allow-origin"] == expected
    finally:
        allowing.close()
