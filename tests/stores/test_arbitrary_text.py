"""Every export and every server returns arbitrary text unchanged."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphkit
from graphkit.export.graph_files import flat, split_list
from graphkit.export.tables import read_cell, safe_cell
from graphkit.stores.neo4j.database import Neo4j, Neo4jAddress
from graphkit.stores.rdf.terms import encode
from graphkit.stores.sparql.endpoint import Endpoint, SparqlAddress
from tests.stores.arbitrary_text import PIECES, accepted, check_exports, distinct, fill, texts


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(texts, min_size=20, max_size=20))
def test_every_export_returns_arbitrary_text_unchanged(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check_exports([*names, *PIECES, *(f"a{p}b" for p in PIECES)], Path(folder))


@given(texts)
def test_cells_lists_and_iris_are_reversible(text: str) -> None:
    assert read_cell(safe_cell(text)) == text
    assert read_cell(safe_cell(f"'{text}")) == f"'{text}"
    items = [f"x{text}", text + "|", "\\"]
    assert split_list(str(flat(items))) == items


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_every_id_gives_a_valid_iri(text: str) -> None:
    pyoxigraph.NamedNode(f"https://a.example/{encode(text)}")


@pytest.fixture(scope="module", params=[60, pytest.param(2_000, marks=pytest.mark.slow)])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[graphkit.Graph, set[str]]]:
    """A graph with many arbitrary texts, and these texts."""
    pieces = accepted([*PIECES, *(f"a{p}b" for p in PIECES)])
    names = list(dict.fromkeys([*pieces, *next(distinct(request.param, request.param))]))
    with graphkit.open(tmp_path_factory.mktemp("served") / "g", create=True) as graph:
        fill(graph, names)
        yield graph, set(names)


@pytest.mark.xdist_group("neo4j")
def test_sparql_servers_return_arbitrary_text_unchanged(
    served: tuple[graphkit.Graph, set[str]], endpoint_url: str
) -> None:
    graph, names = served
    address = SparqlAddress(endpoint_url)
    graph.load_sparql(address, base="https://a.example/x/")
    assert graph.load_sparql(address, base="https://a.example/x/").unchanged
    server = Endpoint(address)
    for field in (
        "https://schema.org/headline",
        "https://w3id.org/policy-graphkit/ns#url",
        "https://w3id.org/policy-graphkit/ns#speaker",
    ):
        rows = server.select(f"SELECT DISTINCT (STR(?o) AS ?v) WHERE {{ GRAPH ?g {{ ?s <{field}> ?o }} }}")
        assert {r["v"] for r in rows} == names, field
    labels = {
        r["v"]
        for r in server.select(
            "SELECT (STR(?o) AS ?v) WHERE { GRAPH ?g { ?s "
            "<http://www.w3.org/2004/02/skos/core#altLabel>|<http://www.w3.org/2004/02/skos/core#prefLabel> ?o } }"
        )
    }
    assert {f"a{n}" for n in names} <= labels


@pytest.mark.xdist_group("neo4j")
def test_neo4j_returns_arbitrary_text_unchanged(
    served: tuple[graphkit.Graph, set[str]], neo4j_address: Neo4jAddress
) -> None:
    graph, names = served
    graph.load_neo4j(neo4j_address, name="values")
    assert graph.load_neo4j(neo4j_address, name="values").unchanged
    with Neo4j(neo4j_address) as db:
        reports = db.run("MATCH (r:Report) RETURN r.title AS t, r.url AS u, r.report_id AS i")
        assert {r["t"] for r in reports} == {r["u"] for r in reports} == {r["i"][1:] for r in reports} == names
        found = db.run("MATCH (f:Phrase) RETURN f.name AS n, f.aliases AS a")
        assert {f"a{n}" for n in names} <= {a for row in found for a in (row["n"], *row["a"])}


@pytest.mark.xdist_group("neo4j")
def test_the_cypher_script_transfers_arbitrary_text_to_neo4j(
    served: tuple[graphkit.Graph, set[str]], neo4j_address: Neo4jAddress
) -> None:
    graph, names = served
    out = io.BytesIO()
    graph.export("cypher", out)
    with Neo4j(neo4j_address) as db:
        for line in out.getvalue().decode("utf-8").split("\n"):
            if line.startswith("MERGE (n:`Report`"):
                db.run(line.rstrip(";"))
        assert {r["t"] for r in db.run("MATCH (r:Report) RETURN r.title AS t")} == names
