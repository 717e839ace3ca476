from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

import graphkit
from graphkit.errors import LedgerError, QueryError
from graphkit.schema import load_schema
from graphkit.stores.cypher import store as cypher
from graphkit.stores.property_graph import Edge, Node, PropertyGraph
from graphkit.stores.rdf.store import bind
from tests.conftest import write_records

NASTY = "石渡县'\"\\)-[:X]->() // } ?x $x #"


def test_an_invalid_query_is_a_usage_error(example_graph: graphkit.Graph) -> None:
    with pytest.raises(QueryError, match="line 1"):
        example_graph.cypher("MATCH (n RETURN n")
    with pytest.raises(QueryError, match="SPARQL"):
        example_graph.sparql("SELECT ?x WHERE {")
    assert QueryError.exit_code == 2


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("MATCH (a)((x)-[:LOCATED_IN]->(y)){1,3}(b) RETURN a", "quantified path patterns"),
        ("MATCH (a:Person)-[:ACCOMPANIED]-+(b) RETURN a", "quantified path patterns"),
        ("MATCH p = SHORTEST 1 (a:Person)-[:ACCOMPANIED]-+(b) RETURN p", "quantified path patterns"),
        ("MATCH p = ALL SHORTEST (a)-[:X]->(b) RETURN p", "SHORTEST and ALL SHORTEST"),
        ("MATCH (n) RETURN percentileCont(n.x, 0.5)", "the function percentilecont"),
        ("RETURN apoc.text.join(['a'], ',')", "procedures of APOC"),
        ("CALL db.index.fulltext.queryNodes('graphkit_names', 'x') YIELD node RETURN node", "full-text"),
    ],
)
def test_unsupported_features_of_the_embedded_store_are_named(
    example_graph: graphkit.Graph, query: str, name: str
) -> None:
    with pytest.raises(QueryError) as caught:
        example_graph.cypher(query)
    assert f"The embedded store does not support {name}" in str(caught.value)
    assert "load_neo4j" in str(caught.value)


def test_a_syntax_error_is_not_reported_as_an_unsupported_feature(example_graph: graphkit.Graph) -> None:
    with pytest.raises(QueryError) as caught:
        example_graph.cypher("MATCH (n {name: '-+ apoc.x'}) RETRUN n")
    assert "does not support" not in str(caught.value)


@pytest.mark.parametrize("query", ["CREATE (n:X)", "MATCH (n) DETACH DELETE n", "MATCH (n) SET n.name = 'x'"])
def test_the_embedded_store_is_read_only(example_graph: graphkit.Graph, query: str) -> None:
    before = example_graph.cypher("MATCH (n) RETURN count(n) AS n")
    with pytest.raises(QueryError, match="read-only"):
        example_graph.cypher(query)
    assert example_graph.cypher("MATCH (n) RETURN count(n) AS n") == before


def test_parameters_are_data(tmp_path: Path) -> None:
    path = write_records(tmp_path / "r.jsonl", [{"id": NASTY, "text": "市委书记林知远到石渡县调研。"}])
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(path)
        assert graph.cypher("MATCH (r:Report) WHERE r.report_id = $x RETURN r.report_id AS id", x=NASTY) == [
            {"id": NASTY}
        ]
        assert graph.sparql("SELECT ?id WHERE { ?r gk:reportId ?id . FILTER(?id = ?x) }", x=NASTY) == [{"id": NASTY}]


def test_sparql_parameters_do_not_change_strings_iris_and_comments() -> None:
    query = "SELECT ?a { ?a <http://e/?x> \"?x\" , '?x' , ?x } # ?x"
    assert bind(query, {"x": 'q"'}) == 'SELECT ?a { ?a <http://e/?x> "?x" , \'?x\' , "q\\"" } # ?x'
    assert bind("$n ?n ?nn", {"n": 3}).endswith(" ?nn")


def test_a_view_is_rebuilt_when_the_ledger_changes(tmp_path: Path) -> None:
    with graphkit.open(tmp_path / "g", create=True) as graph:
        count = "MATCH (r:Report) RETURN count(r) AS n"
        graph.build(write_records(tmp_path / "a.jsonl", [{"id": "a", "text": "石渡县召开会议。"}]))
        assert graph.cypher(count) == [{"n": 1}]
        graph.build(write_records(tmp_path / "b.jsonl", [{"id": "b", "text": "云泽市召开会议。"}]))
        assert graph.cypher(count) == [{"n": 2}]
        graph.remove("a")
        assert graph.cypher(count) == [{"n": 1}]
        assert len(graph.sparql("SELECT ?r WHERE { ?r a schema:NewsArticle }")) == 1


def test_a_deleted_view_is_rebuilt(tmp_path: Path) -> None:
    import shutil

    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "a.jsonl", [{"id": "a", "text": "市委书记林知远到石渡县调研。"}]))
        before = graph.status()
        shutil.rmtree(tmp_path / "g" / "views")
        assert graph.status() == before
        assert graph.cypher("MATCH (p:Person) RETURN p.name AS n") == [{"n": "林知远"}]


def test_every_relationship_has_exact_quotes(dev_graph: graphkit.Graph) -> None:
    texts = {r.id: r.text for r in dev_graph.reports()}
    types = "|".join(r.label for r in load_schema().relations.values() if not r.has_value)
    rows = dev_graph.cypher(f"MATCH ()-[r:{types}]->() RETURN r.evidence AS evidence, r.spans AS spans")
    assert len(rows) > 500
    for row in rows:
        assert len(row["evidence"]) == len(row["spans"]) > 0
        for quote, span in zip(row["evidence"], row["spans"], strict=True):
            report, _, places = span.rpartition(":")
            start, end = map(int, places.split("-"))
            assert texts[report][start:end] == quote


def test_the_networkx_graph_agrees_with_the_property_graph(dev_graph: graphkit.Graph) -> None:
    graph = dev_graph.to_networkx()
    assert graph.number_of_nodes() == dev_graph.cypher("MATCH (n) RETURN count(n) AS n")[0]["n"]
    assert graph.number_of_edges() == dev_graph.cypher("MATCH ()-[r]->() RETURN count(r) AS n")[0]["n"]


def test_attributes_are_properties_as_printed_and_as_numbers(tmp_path: Path) -> None:
    text = "3月2日，市委书记林知远来到青禾新能源产业园项目。该项目总占地1000亩，总投资约5.7亿元，目前已开工建设。"
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "a.jsonl", [{"id": "a", "text": text}]))
        (row,) = graph.cypher(
            "MATCH (j:Project) RETURN j.area AS area, j.area_m2 AS m2, j.investment AS i, j.investment_cny AS cny, "
            "j.status AS s"
        )
    assert row["area"] == "1000亩"
    assert row["m2"] == pytest.approx(666666.67)
    assert "约5.7亿元" in row["i"]
    assert row["cny"] == pytest.approx(5.7e8)
    assert row["s"] == "已开工建设"


def test_each_visit_is_a_node(example_graph: graphkit.Graph) -> None:
    rows = example_graph.cypher(
        "MATCH (v:Visit)-[:LED_BY]->(p:Person {name: '何清嘉'}) MATCH (v)-[:STOPPED_AT]->(s) RETURN v.date AS d, s.name "
        "AS s"
    )
    assert {"d": "2024-06-11", "s": "雲霧鎮古井村"} in rows


def test_a_failed_view_build_leaves_no_file_and_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "a.jsonl", [{"id": "a", "text": "市委书记林知远到石渡县调研。"}]))
        with monkeypatch.context() as patch:
            patch.setattr("graphkit.stores.rdf.store.build_store", full)
            with pytest.raises(LedgerError, match="No space left"):
                graph.sparql("ASK {}")
        assert not [p for p in (tmp_path / "g" / "views").iterdir() if p.name.startswith(("quads", ".making"))]
        assert graph.sparql("ASK { ?s gk:visited ?o }") == [{"answer": True}]


def test_partial_views_of_killed_processes_are_removed(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "a.jsonl", [{"id": "a", "text": "市委书记林知远到石渡县调研。"}]))
        (tmp_path / "g" / "views").mkdir()
        (tmp_path / "g" / "views" / f".making-{dead.pid}-x").mkdir()
        graph.status()
        assert [p.name.split("-")[0] for p in sorted((tmp_path / "g" / "views").iterdir())] == ["content", "counts"]


def test_several_processes_can_query_a_new_graph_concurrently(tmp_path: Path) -> None:
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "a.jsonl", [{"id": "a", "text": "市委书记林知远到石渡县调研。"}]))
    command = [
        sys.executable,
        "-m",
        "graphkit",
        "sparql",
        "ASK { ?s gk:visited ?o }",
        "-f",
        "csv",
        "-g",
        str(tmp_path / "g"),
    ]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [p.communicate()[0].split() for p in processes] == [["answer", "True"]] * 4


def test_an_unpaired_surrogate_in_a_query_is_a_usage_error(example_graph: graphkit.Graph) -> None:
    with pytest.raises(QueryError, match=r"the parameter x contains an unpaired surrogate \(U\+D800\) at offset 1"):
        example_graph.cypher("RETURN $x AS x", x="市\ud800")
    with pytest.raises(QueryError, match="the query contains an unpaired surrogate"):
        example_graph.cypher("RETURN '\udfff' AS x")
    with pytest.raises(QueryError):
        example_graph.sparql("SELECT ?s WHERE {?s rdfs:label ?x}", x="市\ud800")
    with pytest.raises(QueryError):
        example_graph.cypher("RETURN $x AS x", x=object())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT ?s { ?s a pg:Person }", "the prefix pg: is not declared (line 1, column"),
        ("SELECT ?s {\n ?s a gk:Person ; x:y ?o }", "the prefix x: is not declared (line 2, column"),
        ("PREFIX a: <http://a/> SELECT ?s { ?s a:b c:d }", "the prefix c: is not declared"),
        ("SELECT ?s { ?s ?p ?o ", 'syntax error at line 1, column 22: expected ","'),
        ("SELECT ?s { ?s ?p 'a:b }", "syntax error at line 1"),
        ("SELECT ?s { ?s a <http://x:1/a:b> ", "syntax error at line 1"),
        ("SELCT", "syntax error at line 1"),
    ],
)
def test_a_sparql_error_is_explained_in_one_line(example_graph: graphkit.Graph, query: str, words: str) -> None:
    with pytest.raises(QueryError) as found:
        example_graph.sparql(query)
    assert words in str(found.value)
    assert "\n" not in str(found.value)
    assert not re.search(r"u\{|\[_\]|\.\.=", str(found.value))


def test_nodes_of_a_label_and_edges_of_a_type_can_have_different_properties(tmp_path: Path) -> None:
    nodes = [
        Node("Person:甲", ["Person"], {"name": "甲"}),
        Node("Person:乙", ["Person", "Official"], {"name": "乙", "scope": "r1"}),
        Node("Site:丙", ["Site"], {"name": "丙"}),
        Node("Site:丁", ["Site", "Public"], {"name": "丁", "code": "1"}),
    ]
    edges = [
        Edge("e", "VISITED", "Person:甲", "Site:丙", {"level": "city"}),
        Edge("f", "VISITED", "Person:乙", "Site:丁", {"date": "2024-01-01"}),
        Edge("g", "VISITED", "Person:乙", "Person:甲", {"number": 1}),
    ]
    cypher.build_store(cast(PropertyGraph, SimpleNamespace(nodes=nodes, edges=edges)), tmp_path / "store")
    found = cypher.open_store(tmp_path / "store").query(
        "MATCH (p:Person)-[v:VISITED]->(s:Site) RETURN p.name AS who, p.scope AS scope, v.date AS day, s.code AS code"
    )
    assert sorted(found, key=lambda row: row["who"]) == [
        {"who": "乙", "scope": "r1", "day": "2024-01-01", "code": "1"},
        {"who": "甲", "scope": None, "day": None, "code": None},
    ]


def test_a_from_clause_selects_the_graphs_of_a_sparql_query(example_graph: graphkit.Graph) -> None:
    graph = "https://example.org/graph/report/01-city-tour#claims"
    within = example_graph.sparql(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")[0]["n"]
    count = "SELECT (COUNT(*) AS ?n) {} WHERE {{ ?s ?p ?o }}"
    assert example_graph.sparql(count.format(f"FROM <{graph}>")) == [{"n": within}]
    assert example_graph.sparql(count.format("FROM <https://a.example/none>")) == [{"n": 0}]
    assert example_graph.sparql(count.format(f"from named <{graph}>")) == [{"n": 0}]
    everything = example_graph.sparql(count.format(""))[0]["n"]
    assert everything > within > 0
    # The word in a text, a variable or a comment is no clause.
    text = 'SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o FILTER(STR(?o) != " FROM ") } # FROM'
    assert example_graph.sparql(text)[0]["n"] > within
