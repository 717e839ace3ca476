"""The corpus: statements are valid, quotes are exact, Jena accepts the exports, and Neo4j has the same graph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.ledger import Entry, Ledger
from graphkit.stores.neo4j.database import Neo4j, Neo4jAddress
from graphkit.stores.neo4j.loading import remove
from tests import servers
from tests.cached import cached
from tests.stores.neo4j.comparison import expected, snapshot
from tests.stores.test_conformance import QUERIES, question

pytestmark = pytest.mark.corpus

#: Parameters with which the queries return rows.
CORPUS = {
    "x": "习近平",
    "z": "李强",
    "phrase": "新质生产力",
    "document": "党的二十大精神",
    "year": "2023",
    "least": 3,
    "from": "2023-01-01",
    "cut": "2023-09-01",
    "head": "新质生产力",
}


@pytest.mark.xdist_group("corpus")
def test_the_whole_corpus_can_be_built(corpus_graph: graphkit.Graph) -> None:
    assert list(corpus_graph.validate(shacl=False)) == []
    texts = {r.id: r.text for r in corpus_graph.reports()}
    assert len(texts) == 19_850
    counts = corpus_graph.status()
    assert counts["failed"] == 0
    assert counts["statements"] > 80_000
    for claim in corpus_graph.claims():
        for e in claim.evidence:
            assert texts[e.report][e.start : e.end] == e.quote


@pytest.mark.xdist_group("neo4j")
@pytest.mark.parametrize("name", ["sample_graph", pytest.param("corpus_graph", marks=pytest.mark.soak)])
def test_neo4j_contains_the_whole_graph_of_a_sample(
    name: str, request: pytest.FixtureRequest, neo4j_address: Neo4jAddress
) -> None:
    """Compares all rows, and the results of all example queries. (The whole corpus would take twelve minutes.)"""
    whole: graphkit.Graph = request.getfixturevalue(name)
    whole.load_neo4j(neo4j_address)
    assert whole.load_neo4j(neo4j_address).unchanged
    graph = whole.property_graph()
    assert snapshot(neo4j_address, "graph") == expected(graph)
    given = {**CORPUS, "report": list(graph.nodes)[-1].id, "today": "2026-01-01"}
    answered = 0
    with Neo4j(neo4j_address) as db:
        for path in QUERIES:
            cypher, parameters = question(path, given)
            parameters = {k: CORPUS.get(k, v) for k, v in parameters.items()}
            rows = whole.cypher(cypher, **parameters)
            assert db.run(cypher, **parameters) == rows, path.stem
            assert whole.sparql(path.with_suffix(".rq").read_text(encoding="utf-8"), **parameters) == rows, path.stem
            answered += bool(rows)
        remove(db, "graph")
    assert answered >= 18


#: Every tenth report of the corpus: about 2,000 reports of all years.
SAMPLE = slice(None, None, 10)


def copied(ledger: Ledger, report_id: str) -> Entry:
    """A report of a ledger with all that was read from it."""

    def rows(table: str, key: str = "report") -> tuple[tuple[Any, ...], ...]:
        return tuple(ledger._rows(f"SELECT * FROM {table} WHERE {key} = ?", tuple, report_id))

    (report,) = rows("report", "id")
    refused = tuple(reason for _, reason in rows("refused"))
    words = ledger.words_of(report_id)
    return Entry(report, rows("passage"), words, rows("utterance"), rows("statement"), refused)


@pytest.fixture(scope="module")
def sample_graph(shared: Path, request: pytest.FixtureRequest) -> Iterator[graphkit.Graph]:
    """The graph of the sample. Its reports are not read again: the corpus graph contains their readings."""

    def make(folder: Path) -> None:
        whole: graphkit.Graph = request.getfixturevalue("corpus_graph")
        ids = [record["id"] for record in request.getfixturevalue("corpus_records")[SAMPLE]]
        with graphkit.open(folder / "graph", create=True) as graph:
            graph.ledger.put(*(copied(whole.ledger, report_id) for report_id in ids))
            assert graph.ledger.counts()["reports"] == len(ids)

    with graphkit.open(cached("sample", [shared / "corpus" / "xwlb.jsonl.gz"], make) / "graph") as graph:
        yield graph


def assert_jena_accepts(graph: graphkit.Graph, format: str, path: Path) -> None:
    graph.export(format, path)
    done = servers.jena("riotcmd.riot", "--validate", str(path))
    path.unlink()
    assert done.returncode == 0, done.stderr[:2000]
    assert "ERROR" not in done.stderr


@pytest.mark.xdist_group("corpus")
def test_jena_accepts_the_corpus_as_nquads(corpus_graph: graphkit.Graph, java: None, tmp_path: Path) -> None:
    assert_jena_accepts(corpus_graph, "nquads", tmp_path / "corpus.nq")


@pytest.mark.xdist_group("jena")
@pytest.mark.parametrize(
    ("format", "ending"),
    [("trig", "trig"), ("turtle", "ttl"), ("ntriples", "nt"), ("rdfxml", "rdf"), ("jsonld", "jsonld")],
)
def test_jena_accepts_every_format_of_a_sample(
    sample_graph: graphkit.Graph,
    java: None,
    tmp_path: Path,
    format: str,
    ending: str,
) -> None:
    assert_jena_accepts(sample_graph, format, tmp_path / f"sample.{ending}")
