"""The whole corpus, some minutes: every statement is allowed, its quote is the text, and the real stores hold the same graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

import graphkit
from graphkit.stores.neo4j.database import Neo4j, Neo4jAddress
from graphkit.stores.neo4j.loading import remove
from tests import servers
from tests.conftest import write_records
from tests.stores.test_conformance import QUERIES, question

pytestmark = [pytest.mark.corpus, pytest.mark.xdist_group("corpus")]

#: Parameters that give the questions rows to compare.
CORPUS = {
    "x": "习近平", "z": "李强", "phrase": "新质生产力", "document": "党的二十大精神", "year": "2023", "least": 3,
    "from": "2023-01-01", "cut": "2023-09-01", "head": "新质生产力",
}


def test_the_whole_corpus_goes_in(corpus_graph: graphkit.Graph) -> None:
    assert list(corpus_graph.validate(shacl=False)) == []
    texts = {r.id: r.text for r in corpus_graph.reports()}
    assert len(texts) == 19_850
    counts = corpus_graph.status()
    assert counts["failed"] == 0
    assert counts["statements"] > 80_000
    for claim in corpus_graph.claims():
        for e in claim.evidence:
            assert texts[e.report][e.start : e.end] == e.quote


def test_neo4j_holds_the_corpus(corpus_graph: graphkit.Graph, neo4j_address: Neo4jAddress) -> None:
    corpus_graph.load_neo4j(neo4j_address)
    assert corpus_graph.load_neo4j(neo4j_address).unchanged
    graph = corpus_graph.property_graph()
    with Neo4j(neo4j_address) as db:
        labels = db.run("MATCH (n) WHERE n.graph = 'graph' UNWIND labels(n) AS l RETURN l, count(*) AS n")
        assert {r["l"]: r["n"] for r in labels} == Counter(label for n in graph.nodes for label in n.labels)
        types = db.run("MATCH ()-[r]->() RETURN type(r) AS t, count(*) AS n")
        assert {r["t"]: r["n"] for r in types} == Counter(e.type for e in graph.edges)
        for edge in Random(1).sample(list(graph.edges), 1000):
            (row,) = db.run(
                f"MATCH (a)-[r:{edge.type} {{graph: 'graph', id: $id}}]->(b) RETURN a.id AS a, b.id AS b, properties(r) AS p", id=edge.id
            )
            assert (row["a"], row["b"]) == (edge.start, edge.end)
            assert {k: v for k, v in row["p"].items() if k not in ("id", "graph", "digest")} == edge.properties
        answered = 0
        given = {**CORPUS, "report": list(graph.nodes)[-1].id, "today": "2026-01-01"}
        for path in QUERIES:
            cypher, parameters = question(path, given)
            parameters = {k: CORPUS.get(k, v) for k, v in parameters.items()}
            rows = corpus_graph.cypher(cypher, **parameters)
            assert db.run(cypher, **parameters) == rows, path.stem
            assert corpus_graph.sparql(path.with_suffix(".rq").read_text(encoding="utf-8"), **parameters) == rows, path.stem
            answered += bool(rows)
        assert answered >= 18
        remove(db, "graph")


#: Every tenth report of the corpus: about 2,000 reports of all years.
SAMPLE = slice(None, None, 10)


@pytest.fixture(scope="module")
def sample_graph(corpus_records: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[graphkit.Graph]:
    folder = tmp_path_factory.mktemp("sample")
    source = write_records(folder / "sample.jsonl", corpus_records[SAMPLE])
    with graphkit.open(folder / "graph", create=True) as graph:
        graph.build(source)
        yield graph


def assert_jena_accepts(graph: graphkit.Graph, format: str, path: Path) -> None:
    graph.export(format, path)
    done = servers.jena("riotcmd.riot", "--validate", str(path))
    path.unlink()
    assert done.returncode == 0, done.stderr[:2000]
    assert "ERROR" not in done.stderr


def test_jena_accepts_the_corpus_as_nquads(corpus_graph: graphkit.Graph, neo4j_server: servers.Neo4j, tmp_path: Path) -> None:
    """The server fixture fails or skips when Java is missing."""
    assert_jena_accepts(corpus_graph, "nquads", tmp_path / "corpus.nq")


@pytest.mark.parametrize(
    ("format", "ending"), [("trig", "trig"), ("turtle", "ttl"), ("ntriples", "nt"), ("rdfxml", "rdf"), ("jsonld", "jsonld")],
)
def test_jena_accepts_every_format_of_a_sample(
    sample_graph: graphkit.Graph, neo4j_server: servers.Neo4j, tmp_path: Path, format: str, ending: str,
) -> None:
    assert_jena_accepts(sample_graph, format, tmp_path / f"sample.{ending}")
