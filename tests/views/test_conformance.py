"""The same question to Cypher and to SPARQL gives the same rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.cli.texts import parse_parameters
from tests.conftest import ROOT

QUERIES = sorted((ROOT / "examples" / "queries").glob("*.cypher"))
#: Parameters that make the questions meaningful on the dev reports.
REAL = {
    "x": "闫晨曦", "park": "临汾·甘亭新型工业园区", "phrase": "高质量发展", "document": "习近平总书记考察调研山西重要指示精神",
    "report": "seed-linfen", "project": "山西圣大新能源汽车产业园项目", "year": "2024", "least": 2,
}


def ask(graph: graphkit.Graph, path: Path, given: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    cypher = path.read_text(encoding="utf-8")
    parameters = parse_parameters(cypher.splitlines()[1].partition("params: ")[2].split())
    parameters = {name: given.get(name, value) for name, value in parameters.items()}
    return graph.cypher(cypher, **parameters), graph.sparql(path.with_suffix(".rq").read_text(encoding="utf-8"), **parameters)


def test_there_are_at_least_twelve_questions() -> None:
    assert len(QUERIES) >= 12


@pytest.mark.parametrize("path", QUERIES, ids=lambda p: p.stem)
def test_the_examples_give_the_same_rows(example_graph: graphkit.Graph, path: Path) -> None:
    by_cypher, by_sparql = ask(example_graph, path, {})
    assert by_cypher == by_sparql
    assert by_cypher or path.stem == "24-sites-of-several-leaders"


@pytest.mark.parametrize("path", QUERIES, ids=lambda p: p.stem)
def test_real_reports_give_the_same_rows(dev_graph: graphkit.Graph, path: Path) -> None:
    by_cypher, by_sparql = ask(dev_graph, path, REAL)
    assert by_cypher == by_sparql
    assert by_cypher


def test_a_visit_that_was_only_planned_is_not_in_the_plain_relation(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("市委书记林知远到石渡县调研。\n据悉，市长陈若川将于下周赴东屏区调研项目建设。", encoding="utf-8")
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(tmp_path / "r.txt")
        rows = graph.cypher("MATCH (p:Person)-[:VISITED]->(s) RETURN DISTINCT p.name AS p")
        assert rows == [{"p": "林知远"}]
        planned = graph.cypher("MATCH (c:Claim {status: 'planned'})-[:SUBJECT]->(p) MATCH (c)-[:OBJECT]->(s) RETURN p.name AS p, s.name AS s")
        assert planned == [{"p": "陈若川", "s": "东屏区"}]
        assert graph.sparql("ASK { ?p gk:visited ?s . ?s skos:prefLabel '东屏区'@zh }") == [{"answer": False}]
        assert graph.sparql("ASK { ?st rdf:predicate gk:visited ; gk:status gk:planned }") == [{"answer": True}]
