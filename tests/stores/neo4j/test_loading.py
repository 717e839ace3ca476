"""A load into Neo4j transfers the graph, later only the changes, and keeps data of other users."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.errors import ServerError
from graphkit.schema.neo4j import neo4j_indexes
from graphkit.stores.neo4j.database import Neo4j, Neo4jAddress
from graphkit.stores.neo4j.loading import remove
from graphkit.stores.neo4j.rows import node_properties
from tests.conftest import write_records
from tests.stores.neo4j.comparison import expected, snapshot

pytestmark = pytest.mark.xdist_group("neo4j")


def test_a_load_transfers_the_whole_graph(dev_graph: graphkit.Graph, neo4j_address: Neo4jAddress) -> None:
    outcome = dev_graph.load_neo4j(neo4j_address)
    graph = dev_graph.property_graph()
    assert outcome.total == len(graph.nodes) + len(graph.edges)
    assert {k: c.created for k, c in outcome.changes.items()} == {
        **Counter(f":{n.labels[0]}" for n in graph.nodes),
        **Counter(f"[{e.type}]" for e in graph.edges),
    }
    assert snapshot(neo4j_address, "graph") == expected(graph)


def test_a_second_load_changes_nothing(dev_graph: graphkit.Graph, neo4j_address: Neo4jAddress) -> None:
    dev_graph.load_neo4j(neo4j_address)
    with Neo4j(neo4j_address) as db:
        rows = (
            "MATCH (n) WITH collect(elementId(n)) AS nodes MATCH ()-[r]->() RETURN nodes, collect(elementId(r)) AS "
            "edges"
        )
        before = db.run(rows)
        assert dev_graph.load_neo4j(neo4j_address).unchanged
        # The same holds if all rows are compared.
        db.run("MATCH (g:GraphkitGraph) SET g.state = 'loading'")
        assert dev_graph.load_neo4j(neo4j_address).total == 0
        assert dev_graph.load_neo4j(neo4j_address).unchanged
        assert db.run(rows) == before
    assert snapshot(neo4j_address, "graph") == expected(dev_graph.property_graph())


def test_only_changes_are_transferred(
    tmp_path: Path, dev_records: list[dict[str, Any]], neo4j_address: Neo4jAddress
) -> None:
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "a.jsonl", dev_records[:12]))
        graph.load_neo4j(neo4j_address)
        before = graph.property_graph()
        graph.remove(dev_records[0]["id"])
        changed = {**dev_records[1], "title": "改过的标题"}
        graph.build(write_records(tmp_path / "a.jsonl", [changed, *dev_records[2:15]]))
        after = graph.property_graph()
        dry = graph.load_neo4j(neo4j_address, dry_run=True)
        assert snapshot(neo4j_address, "graph") == expected(before)
        outcome = graph.load_neo4j(neo4j_address)
        assert snapshot(neo4j_address, "graph") == expected(after)
        assert outcome.changes == dry.changes
        old, new = ({i.id: i for i in (*g.nodes, *g.edges)} for g in (before, after))
        assert sum(c.created for c in outcome.changes.values()) == len(new.keys() - old.keys())
        assert sum(c.deleted for c in outcome.changes.values()) == len(old.keys() - new.keys()) > 0
        assert (
            sum(c.updated for c in outcome.changes.values())
            == sum(old[i] != new[i] for i in old.keys() & new.keys())
            > 0
        )


def test_deleted_rows_are_restored(example_graph: graphkit.Graph, neo4j_address: Neo4jAddress) -> None:
    example_graph.load_neo4j(neo4j_address)
    with Neo4j(neo4j_address) as db:
        db.run("MATCH (p:Person {name: '林知远'}) DETACH DELETE p")
    assert not example_graph.load_neo4j(neo4j_address).unchanged
    assert snapshot(neo4j_address, "graph") == expected(example_graph.property_graph())


def test_graphs_with_different_names_are_independent(
    example_graph: graphkit.Graph, dev_graph: graphkit.Graph, neo4j_address: Neo4jAddress
) -> None:
    example_graph.load_neo4j(neo4j_address, name="made up")
    dev_graph.load_neo4j(neo4j_address, name="dev")
    assert snapshot(neo4j_address, "made up") == expected(example_graph.property_graph())
    assert snapshot(neo4j_address, "dev") == expected(dev_graph.property_graph())
    with Neo4j(neo4j_address) as db:
        remove(db, "dev")
        assert snapshot(neo4j_address, "made up") == expected(example_graph.property_graph())
        assert db.run("MATCH (n) WHERE n.graph = 'dev' OR n.name = 'dev' RETURN count(n) AS n") == [{"n": 0}]
        with pytest.raises(ServerError, match="no graph 'dev'"):
            remove(db, "dev")


def test_a_graph_of_another_ledger_is_not_overwritten(
    example_graph: graphkit.Graph, dev_graph: graphkit.Graph, neo4j_address: Neo4jAddress
) -> None:
    example_graph.load_neo4j(neo4j_address)
    with pytest.raises(ServerError, match=r"another ledger.*another name, or replace=True"):
        dev_graph.load_neo4j(neo4j_address)
    assert snapshot(neo4j_address, "graph") == expected(example_graph.property_graph())
    dev_graph.load_neo4j(neo4j_address, replace=True)
    assert snapshot(neo4j_address, "graph") == expected(dev_graph.property_graph())


def test_data_of_other_users_are_kept(tmp_path: Path, neo4j_address: Neo4jAddress) -> None:
    with graphkit.open(tmp_path / "g", create=True) as graph, Neo4j(neo4j_address) as db:
        db.run(
            "CREATE (:Person {id: 'Person:林知远', name: '别人的林知远'})-[:VISITED {id: 'x'}]->(:Site {name: '别人的地方'})"
        )
        records = [
            {"id": "a", "text": "市委书记林知远到石渡县调研。"},
            {"id": "b", "text": "市委书记林知远到东屏区调研。"},
        ]
        graph.build(write_records(tmp_path / "a.jsonl", records))
        graph.load_neo4j(neo4j_address)
        db.run(
            "MATCH (s {graph: 'graph', name: '石渡县'}) SET s:Mine, s.note = '我的' CREATE (:Note {text: "
            "'看这里'})-[:ABOUT]->(s)"
        )
        graph.remove("a")
        outcome = graph.load_neo4j(neo4j_address)
        assert outcome.kept == 1
        (kept,) = db.run(
            "MATCH (n:Note)-[:ABOUT]->(s) RETURN s.vanished AS v, s.note AS note, labels(s) AS l, n.text AS t"
        )
        assert (kept["v"], kept["note"], kept["t"]) == (True, "我的", "看这里")
        assert "Mine" in kept["l"]
        assert graph.load_neo4j(neo4j_address).unchanged
        graph.build(write_records(tmp_path / "a.jsonl", records[:1]))
        graph.load_neo4j(neo4j_address)
        assert db.run(
            "MATCH (n:Note)-[:ABOUT]->(s) RETURN s.vanished AS v, s.note AS note, 'Mine' IN labels(s) AS l"
        ) == [{"v": None, "note": "我的", "l": True}]
        remove(db, "graph")
        assert db.run("MATCH (p:Person)-[:VISITED]->(s) RETURN p.name AS p, s.name AS s") == [
            {"p": "别人的林知远", "s": "别人的地方"}
        ]


def test_a_removed_property_is_deleted(tmp_path: Path, neo4j_address: Neo4jAddress) -> None:
    record = {
        "id": "a",
        "text": "市委书记林知远到石渡县调研。",
        "title": "调研",
        "url": "https://a.example/1",
        "date": "2024-03-02",
    }
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "a.jsonl", [record]))
        graph.load_neo4j(neo4j_address)
        graph.build(write_records(tmp_path / "a.jsonl", [{k: record[k] for k in ("id", "text")}]))
        graph.load_neo4j(neo4j_address)
        assert snapshot(neo4j_address, "graph") == expected(graph.property_graph())


def test_all_node_properties_are_known(dev_graph: graphkit.Graph, example_graph: graphkit.Graph) -> None:
    for graph in (dev_graph, example_graph):
        assert {k for n in graph.property_graph().nodes for k in n.properties} <= set(node_properties())


def test_full_text_and_points_are_indexed(dev_graph: graphkit.Graph, neo4j_address: Neo4jAddress) -> None:
    dev_graph.load_neo4j(neo4j_address)
    with Neo4j(neo4j_address) as db:
        assert set(neo4j_indexes()) <= {
            r["name"] for r in db.run("SHOW INDEXES YIELD name, state WHERE state = 'ONLINE' RETURN name")
        }
        names = db.run(
            "CALL db.index.fulltext.queryNodes('graphkit_names', '乡村振兴') YIELD node RETURN node.name AS n"
        )
        assert "全面推进乡村振兴" in {r["n"] for r in names}
        quotes = db.run(
            "CALL db.index.fulltext.queryRelationships('graphkit_evidence', '网格') YIELD relationship AS r RETURN "
            "r.evidence AS e"
        )
        assert any("网格" in q for r in quotes for q in r["e"])
        near = db.run(
            "MATCH (p:Place) WHERE point.distance(p.location, point({longitude: 111.52, latitude: 36.09})) < 20000 "
            "RETURN p.name AS n"
        )
        assert "临汾市" in {r["n"] for r in near}
