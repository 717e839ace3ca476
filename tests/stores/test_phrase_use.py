"""Queries that do not concern phrases do not wait for the phrase index, and have the same rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import graphkit
from graphkit.stores.cypher.phrase_use import needs_phrase_facts
from tests.commands import run_command
from tests.conftest import ROOT, write_records

#: Queries without phrases, among them some of examples/queries.
WITHOUT = [
    "MATCH (p:Person)-[v:VISITED]->(s) RETURN p.name AS who, s.name AS site, v.evidence AS quotes ORDER BY who, site",
    "MATCH (p)-[v:VISITED]->() RETURN count(v) AS n",
    "MATCH (n:Person:Official) RETURN n.name AS name",
    "MATCH (n:Person|Place {name: 'x'}) RETURN n",
    "MATCH (a:Person)-[:ACCOMPANIED|ATTENDED*1..2]->(b) RETURN a.name AS a, b.name AS b",
    "MATCH (v:Visit)-[:STOPPED_AT]->(s), (v)-[:LED_BY]->(p) RETURN p.name AS who, s.name AS site",
    "MATCH (c:Claim)-[:IN_REPORT]->(r:Report) RETURN c.name AS claim, r.report_id AS report",
    "MATCH (p:Person) WHERE (p)-[:VISITED]->(:Place) RETURN p.name AS name",
    "MATCH (p:Person) WHERE NOT EXISTS { (p)-[:VISITED]->(:Place) } RETURN p.name AS name, size(p.aliases) AS n",
    "MATCH (a:Person)<-[:REPORTED_TO]-(b) WITH a, collect(b.name) AS names RETURN a.name AS a, names[0] AS b",
    "RETURN 'MATCH (n) -[:MENTIONS]-> x' AS text // (n)",
]
WITH = [
    "MATCH (n) RETURN count(n) AS n",
    "MATCH (n {name: 'x'}) RETURN n",
    "MATCH (n:Person), (m) RETURN count(m) AS n",
    "MATCH (n:Phrase) RETURN n.report_count AS n",
    "MATCH (p:Person)-[:EMPHASIZED]->(x) RETURN x.name AS name",
    "MATCH (r:Report)-[m:MENTIONS]->(p:Person) RETURN m.count AS n",
    "MATCH (p:Person)-[r]->(x:Place) RETURN type(r) AS t",
    "MATCH (p:Person)-[]->(x:Place) RETURN x.name AS t",
    "MATCH (p:Person)-->(x) RETURN x.name AS name",
    "MATCH (p:Person)--(x:Place) RETURN x.name AS name",
    "MATCH (p:Person)<--(x:Report) RETURN x.name AS name",
    "MATCH (p:Person)-[*1..2]-(x:Place) RETURN x.name AS name",
    "MATCH (p:Person) WHERE (p)--() RETURN p.name AS name",
    "MATCH (c:Claim)-[:OBJECT]->(x) RETURN x.name AS name",
    "MATCH (a)-[:BROADER]->(b) RETURN a.name AS name",
    "CALL db.labels() YIELD label RETURN label",
    "MATCH (n) WHERE n:Person RETURN n.name AS name",
    "not a query é",
]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[graphkit.Graph]:
    """A graph whose phrase index does not exist."""
    with graphkit.open(tmp_path_factory.mktemp("fresh") / "graph", create=True) as graph:
        graph.build(ROOT / "examples" / "reports")
        yield graph


@pytest.mark.parametrize("query", WITHOUT)
def test_a_query_without_phrases_needs_no_phrase_index(
    fresh: graphkit.Graph, example_graph: graphkit.Graph, query: str
) -> None:
    assert not needs_phrase_facts(query)
    rows = fresh.cypher(query)
    assert not fresh.has_phrases
    whole = example_graph.stores()["cypher"]
    assert rows == whole.query(query)


@pytest.mark.parametrize("query", WITH)
def test_other_queries_use_the_whole_graph(query: str) -> None:
    assert needs_phrase_facts(query)


@pytest.mark.parametrize("path", sorted((ROOT / "examples" / "queries").glob("*.cypher")), ids=lambda p: p.stem)
def test_an_example_query_has_the_same_rows(fresh: graphkit.Graph, example_graph: graphkit.Graph, path: Path) -> None:
    query = path.read_text(encoding="utf-8")
    if needs_phrase_facts(query):
        return
    values = {name: value.strip('"') for name, value in re.findall(r'(\w+)=("[^"]*"|\S+)', _parameters(query))}
    assert fresh.cypher(query, **values) == example_graph.stores()["cypher"].query(query, values)
    assert not fresh.has_phrases


def _parameters(query: str) -> str:
    found = re.search(r"^// params:(.*)$", query, re.M)
    return found[1] if found else ""


def test_some_example_queries_need_no_phrases() -> None:
    needed = [
        needs_phrase_facts(p.read_text(encoding="utf-8")) for p in (ROOT / "examples" / "queries").glob("*.cypher")
    ]
    assert 5 <= needed.count(False) < len(needed)


def test_views_can_be_built_in_advance(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    record = {"id": "a", "text": "市委书记林知远到石渡县调研。他强调，要全面推进乡村振兴。"}
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.add(record)
        graph.prepare("cypher")
        with caplog.at_level("INFO", "graphkit.views"):
            graph.cypher(WITH[0])
            assert "building" not in caplog.text
            graph.prepare()
            assert "building the SPARQL store of 1 reports" in caplog.text
            assert graph.has_phrases
        with pytest.raises(graphkit.UsageError, match=r"unknown view 'cyper'; did you mean cypher\?"):
            graph.prepare("cyper")
    path = write_records(tmp_path / "r.jsonl", [{**record, "id": "b"}])
    assert run_command("build", path, "--graph", tmp_path / "g", "--prepare").returncode == 0
    with graphkit.open(tmp_path / "g") as graph, caplog.at_level("INFO", "graphkit.views"):
        caplog.clear()
        assert graph.cypher(WITH[3]) is not None
        assert graph.sparql("ASK { ?a ?b ?c }") == [{"answer": True}]
        assert "building" not in caplog.text
