"""A load into a SPARQL server transfers the graph, later only the changes, and keeps data of other users."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.stores.sparql.endpoint import Endpoint, SparqlAddress
from tests.conftest import write_records
from tests.stores.sparql.comparison import BASE, expected, stored

pytestmark = pytest.mark.xdist_group("sparql")


def test_a_load_transfers_all_quads(dev_graph: graphkit.Graph, endpoint_url: str) -> None:
    outcome = dev_graph.load_sparql(SparqlAddress(endpoint_url))
    assert (outcome.added, outcome.replaced, outcome.removed) == (dev_graph.status()["reports"], 0, 0)
    assert stored(endpoint_url) == expected(dev_graph)
    assert dev_graph.load_sparql(SparqlAddress(endpoint_url)).unchanged


def test_only_changes_are_transferred(tmp_path: Path, dev_records: list[dict[str, Any]], endpoint_url: str) -> None:
    address = SparqlAddress(endpoint_url)
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "a.jsonl", dev_records[:6]))
        graph.load_sparql(address)
        before = expected(graph)
        graph.remove(dev_records[0]["id"])
        graph.build(write_records(tmp_path / "a.jsonl", [{**dev_records[1], "title": "改过"}, *dev_records[2:8]]))
        dry = graph.load_sparql(address, dry_run=True)
        assert stored(endpoint_url) == before
        outcome = graph.load_sparql(address)
        assert outcome == dry
        assert (outcome.added, outcome.removed) == (2, 1)
        assert 1 <= outcome.replaced < 6
        assert stored(endpoint_url) == expected(graph)


def test_graphs_with_different_bases_and_other_data_are_independent(
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


def test_deleted_graphs_are_restored(example_graph: graphkit.Graph, endpoint_url: str) -> None:
    example_graph.load_sparql(SparqlAddress(endpoint_url))
    Endpoint(SparqlAddress(endpoint_url)).update(f"DROP GRAPH <{BASE}provenance> ; DROP GRAPH <{BASE}load>")
    example_graph.load_sparql(SparqlAddress(endpoint_url))
    assert stored(endpoint_url) == expected(example_graph)


def test_a_backslash_in_the_text_is_kept(tmp_path: Path, endpoint_url: str) -> None:
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
