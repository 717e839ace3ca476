"""Loading into a real Neo4j: the same graph, only the difference, nobody else's data."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from neo4j.exceptions import Neo4jError
from typer.testing import CliRunner

import graphkit
from graphkit.cli import app
from graphkit.errors import ServerError
from graphkit.schema.neo4j import neo4j_indexes
from graphkit.stores.neo4j.database import Neo4j, Neo4jAddress, explain
from graphkit.stores.neo4j.loading import remove
from graphkit.stores.neo4j.rows import node_properties
from graphkit.stores.property_graph import PropertyGraph
from tests import servers
from tests.conftest import PASSWORD, write_records

pytestmark = pytest.mark.xdist_group("neo4j")

OURS = ("id", "graph", "digest", "location")
#: Number of seeded kills of each kind: five, or twenty with SOAK=1 (`make soak`).
KILLS = 20 if os.environ.get("SOAK") else 5


def snapshot(address: Neo4jAddress, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """All that the database has of a graph, without what the load adds."""
    with Neo4j(address) as db:
        nodes = db.run(
            "MATCH (n) WHERE n.graph = $g RETURN n.id AS id, labels(n) AS labels, properties(n) AS p", g=name
        )
        edges = db.run(
            "MATCH (a)-[r]->(b) WHERE r.graph = $g RETURN r.id AS id, type(r) AS t, a.id AS a, b.id AS b, properties(r) AS p",
            g=name,
        )
    assert len({r["id"] for r in edges}) == len(edges)
    return (
        {r["id"]: (set(r["labels"]), _clean(r["p"])) for r in nodes},
        {r["id"]: (r["t"], r["a"], r["b"], _clean(r["p"])) for r in edges},
    )


def _clean(properties: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in properties.items() if k not in OURS}


def expected(graph: PropertyGraph) -> tuple[dict[str, Any], dict[str, Any]]:
    return (
        {n.id: (set(n.labels), n.properties) for n in graph.nodes},
        {e.id: (e.type, e.start, e.end, e.properties) for e in graph.edges},
    )


def test_the_database_holds_the_same_graph(dev_graph: graphkit.Graph, neo4j_address: Neo4jAddress) -> None:
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
        rows = "MATCH (n) WITH collect(elementId(n)) AS nodes MATCH ()-[r]->() RETURN nodes, collect(elementId(r)) AS edges"
        before = db.run(rows)
        assert dev_graph.load_neo4j(neo4j_address).unchanged
        # Also when everything is compared, row by row.
        db.run("MATCH (g:GraphkitGraph) SET g.state = 'loading'")
        assert dev_graph.load_neo4j(neo4j_address).total == 0
        assert dev_graph.load_neo4j(neo4j_address).unchanged
        assert db.run(rows) == before
    assert snapshot(neo4j_address, "graph") == expected(dev_graph.property_graph())


def test_only_the_difference_goes_over(
    tmp_path: Path, dev_records: list[dict[str, Any]], neo4j_address: Neo4jAddress
) -> None:
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "a.jsonl", dev_records[:12]))
        graph.load_neo4j(neo4j_address)
        before = graph.property_graph()
        graph.remove(dev_records[0]["id"])
        changed = {**dev_records[1], "title": "改过的标题"}
        graph.build(write_records(tmp_path / "b.jsonl", [changed, *dev_records[12:15]]))
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


def test_rows_that_somebody_deleted_or_changed_come_back(
    example_graph: graphkit.Graph, neo4j_address: Neo4jAddress
) -> None:
    example_graph.load_neo4j(neo4j_address)
    with Neo4j(neo4j_address) as db:
        db.run("MATCH (p:Person {name: '林知远'}) DETACH DELETE p")
    assert not example_graph.load_neo4j(neo4j_address).unchanged
    assert snapshot(neo4j_address, "graph") == expected(example_graph.property_graph())


def test_graphs_of_two_names_stay_apart(
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
    with pytest.raises(ServerError, match=r"another ledger.*--name.*--replace"):
        dev_graph.load_neo4j(neo4j_address)
    assert snapshot(neo4j_address, "graph") == expected(example_graph.property_graph())
    dev_graph.load_neo4j(neo4j_address, replace=True)
    assert snapshot(neo4j_address, "graph") == expected(dev_graph.property_graph())


def test_what_others_have_in_the_database_is_left_alone(tmp_path: Path, neo4j_address: Neo4jAddress) -> None:
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
            "MATCH (s {graph: 'graph', name: '石渡县'}) SET s:Mine, s.note = '我的' CREATE (:Note {text: '看这里'})-[:ABOUT]->(s)"
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


def test_a_property_that_is_gone_goes(tmp_path: Path, neo4j_address: Neo4jAddress) -> None:
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


def test_full_text_and_points_can_be_searched(dev_graph: graphkit.Graph, neo4j_address: Neo4jAddress) -> None:
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
            "CALL db.index.fulltext.queryRelationships('graphkit_evidence', '网格') YIELD relationship AS r RETURN r.evidence AS e"
        )
        assert any("网格" in q for r in quotes for q in r["e"])
        near = db.run(
            "MATCH (p:Place) WHERE point.distance(p.location, point({longitude: 111.52, latitude: 36.09})) < 20000 RETURN p.name AS n"
        )
        assert "临汾市" in {r["n"] for r in near}


# -- interruptions -------------------------------------------------------------------------------------------


def loader(graph: graphkit.Graph, address: Neo4jAddress) -> subprocess.Popen[str]:
    """`graphkit load neo4j` in a process of its own."""
    env = {**os.environ, "NEO4J_URI": address.uri, "NEO4J_USERNAME": address.user, "NEO4J_PASSWORD": address.password}
    command = [
        sys.executable,
        "-m",
        "graphkit",
        "load",
        "neo4j",
        "--graph",
        str(graph.folder),
        "--wait",
        str(address.wait),
    ]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_rows(address: Neo4jAddress, rows: int, process: subprocess.Popen[str]) -> None:
    with Neo4j(address) as db:
        while process.poll() is None and db.run("MATCH (n) RETURN count(n) AS n")[0]["n"] < rows:
            time.sleep(0.02)


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_loader_is_made_good_by_the_next(
    dev_graph: graphkit.Graph, neo4j_address: Neo4jAddress, seed: int
) -> None:
    process = loader(dev_graph, neo4j_address)
    wait_for_rows(neo4j_address, 1, process)
    time.sleep(Random(seed).uniform(0, 0.8))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    dev_graph.load_neo4j(neo4j_address)
    assert snapshot(neo4j_address, "graph") == expected(dev_graph.property_graph())
    assert dev_graph.load_neo4j(neo4j_address).unchanged


def test_ctrl_c_ends_with_a_word_and_the_next_load_goes_on(
    dev_graph: graphkit.Graph, neo4j_address: Neo4jAddress
) -> None:
    process = loader(dev_graph, neo4j_address)
    wait_for_rows(neo4j_address, 1, process)
    process.send_signal(signal.SIGINT)
    _, words = process.communicate()
    if process.returncode:
        assert process.returncode == 130
        assert "stopped" in words
        assert "Traceback" not in words
    dev_graph.load_neo4j(neo4j_address)
    assert snapshot(neo4j_address, "graph") == expected(dev_graph.property_graph())


def test_a_killed_server_loses_nothing_that_the_next_load_does_not_mend(
    dev_graph: graphkit.Graph, own_server: Callable[..., servers.Neo4j]
) -> None:
    server = own_server()
    address = Neo4jAddress(server.uri, "neo4j", PASSWORD, wait=1)
    for seed in range(KILLS):
        with Neo4j(address) as db:
            db.run("MATCH (n) DETACH DELETE n")
        process = loader(dev_graph, address)
        wait_for_rows(address, 1, process)
        time.sleep(Random(seed).uniform(0, 0.8))
        server.kill()
        server = own_server()
        _, words = process.communicate()
        assert process.returncode in (0, 3), words
        assert "Traceback" not in words
        dev_graph.load_neo4j(address)
        assert snapshot(address, "graph") == expected(dev_graph.property_graph())


# -- faults --------------------------------------------------------------------------------------------------


def command(*arguments: str, **env: str) -> tuple[int, str]:
    result = CliRunner().invoke(
        app,
        ["load", "neo4j", *arguments],
        env={"NEO4J_URI": None, "NEO4J_PASSWORD": None, "NEO4J_USERNAME": None, **env},
    )
    return result.exit_code, result.stderr


def test_a_wrong_password_says_so(example_graph: graphkit.Graph, neo4j_server: servers.Neo4j) -> None:
    code, words = command(
        "--graph", str(example_graph.folder), "--uri", neo4j_server.uri, NEO4J_PASSWORD="falsch-geraten"
    )
    assert code == 3
    assert "user 'neo4j' is rejected" in words
    assert "NEO4J_PASSWORD" in words
    assert "falsch-geraten" not in words
    code, words = command("--graph", str(example_graph.folder), "--uri", neo4j_server.uri)
    assert code == 3
    assert "a login without user and password is rejected" in words


def test_a_wrong_address_says_so(example_graph: graphkit.Graph) -> None:
    port = servers.free_port()
    for uri, part in (
        (f"bolt://127.0.0.1:{port}", "no Neo4j server responds"),
        ("http://127.0.0.1:7474", "cannot be used"),
        ("nonsense", "cannot be used"),
    ):
        code, words = command("--graph", str(example_graph.folder), "--uri", uri)
        assert code == 3
        assert part in words
        assert uri in words


def test_an_unknown_database_says_so(example_graph: graphkit.Graph, neo4j_server: servers.Neo4j) -> None:
    code, words = command(
        "--graph",
        str(example_graph.folder),
        "--uri",
        neo4j_server.uri,
        "--database",
        "nowhere",
        NEO4J_PASSWORD=PASSWORD,
    )
    assert code == 3
    assert "no database 'nowhere'" in words


def test_the_password_comes_from_a_file_too(
    example_graph: graphkit.Graph, neo4j_address: Neo4jAddress, tmp_path: Path
) -> None:
    (tmp_path / "p").write_text(PASSWORD + "\n")
    code, words = command(
        "--graph", str(example_graph.folder), "--uri", neo4j_address.uri, "--password-file", str(tmp_path / "p")
    )
    assert code == 0, words
    code, words = command("--graph", str(example_graph.folder), "--password-file", str(tmp_path / "none"))
    assert code == 2
    assert "the password cannot be read" in words
    code, words = command("--graph", str(example_graph.folder), "--ask-password")
    assert code == 2


def test_a_database_that_may_only_be_read_says_so(
    example_graph: graphkit.Graph, own_server: Callable[..., servers.Neo4j]
) -> None:
    own_server().stop()
    server = own_server(settings={"server.databases.default_to_read_only": "true"})
    with pytest.raises(ServerError, match="is read-only") as caught:
        example_graph.load_neo4j(Neo4jAddress(server.uri, "neo4j", PASSWORD, wait=1))
    assert caught.value.exit_code == 3


def test_a_full_disk_says_so_and_the_next_load_goes_on(
    dev_graph: graphkit.Graph, own_server: Callable[..., servers.Neo4j]
) -> None:
    """No file of this server may grow beyond half a megabyte: writing fails as on a full disk."""
    logs = {"db.tx_log.preallocate": "false"}
    server = own_server(settings=logs)
    address = Neo4jAddress(server.uri, "neo4j", PASSWORD, wait=1)
    server.stop()
    server = own_server(settings=logs, prefix=["sh", "-c", 'ulimit -f 1024; exec "$@"', "sh"])
    with pytest.raises(ServerError, match=r"disk may be full.*run the same command again"):
        dev_graph.load_neo4j(address)
    server.kill()
    own_server(settings=logs)
    dev_graph.load_neo4j(address)
    assert snapshot(address, "graph") == expected(dev_graph.property_graph())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("Neo.ClientError.Security.Forbidden", "is read-only"),
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", "too little memory.*run the same command again"),
        ("Neo.TransientError.General.DatabaseUnavailable", "not available.*run the same command again"),
        ("Neo.DatabaseError.Statement.ExecutionFailed", "an internal error.*run the same command again"),
        ("Neo.DatabaseError.Transaction.TransactionCommitFailed", "disk may be full.*run the same command again"),
        ("Neo.ClientError.Schema.ConstraintValidationFailed", "another load of this graph.*run the same command again"),
        ("Neo.ClientError.Schema.IndexAlreadyExists", "the server rejects the request: said"),
    ],
)
def test_what_a_server_may_answer_is_explained(code: str, words: str) -> None:
    """Answers of Enterprise servers and of large ones, which the server of these tests does not give."""
    error = Neo4jError._hydrate_neo4j(code=code, message="said")
    assert re.search(words, explain(error, Neo4jAddress("bolt://h")))
