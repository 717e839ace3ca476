"""The files of the bulk importer can be imported, and `graphkit doctor` reports the state of a server."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import graphkit
from graphkit.cli import app
from graphkit.stores.neo4j.database import Neo4j, Neo4jAddress
from tests import servers
from tests.conftest import PASSWORD
from tests.stores.neo4j.comparison import expected, snapshot

pytestmark = pytest.mark.xdist_group("neo4j")


def test_neo4j_admin_imports_the_same_graph(
    dev_graph: graphkit.Graph, own_server: Callable[..., servers.Neo4j], tmp_path: Path
) -> None:
    dev_graph.export("neo4j-admin", f"{tmp_path}/files/")
    own_server().stop()
    programs = tmp_path / "bin"
    programs.mkdir()
    home = tmp_path / "home"
    lib = servers.jars("neo4j")
    (programs / "neo4j-admin").write_text(
        f'#!/bin/sh\nNEO4J_HOME="{home}" NEO4J_CONF="{home}/conf" exec java -cp "{lib}/*" org.neo4j.cli.AdminTool '
        '"$@" --overwrite-destination\n'
    )
    (programs / "neo4j-admin").chmod(0o755)
    env = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", "import.sh"], cwd=tmp_path / "files", env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    server = own_server()
    address = Neo4jAddress(server.uri, "neo4j", PASSWORD, wait=1)
    nodes, edges = snapshot(address, "graph")
    wanted_nodes, wanted_edges = expected(dev_graph.property_graph())
    # The files cannot represent an empty list; the later load adds it and changes nothing else.
    assert {i: (labels, {"aliases": [], **p}) for i, (labels, p) in nodes.items()} == wanted_nodes
    assert edges == wanted_edges
    with Neo4j(address) as db:
        assert db.run(
            "MATCH (p:Place {name: '临汾市'}) RETURN point.distance(p.location, point({longitude: p.longitude, "
            "latitude: p.latitude})) AS d"
        ) == [{"d": 0.0}]
    assert dev_graph.load_neo4j(address).total == 0
    assert snapshot(address, "graph") == (wanted_nodes, wanted_edges)
    assert dev_graph.load_neo4j(address).unchanged


def test_doctor_reports_the_state_of_the_server(example_graph: graphkit.Graph, neo4j_address: Neo4jAddress) -> None:
    def doctor(uri: str, password: str = PASSWORD) -> tuple[int, str]:
        result = CliRunner().invoke(
            app,
            ["doctor", "--graph", str(example_graph.folder), "--neo4j", uri],
            env={"NEO4J_PASSWORD": password, "NEO4J_USERNAME": None},
        )
        return result.exit_code, result.output

    example_graph.load_neo4j(neo4j_address, name="made up")
    before = snapshot(neo4j_address, "made up")
    code, words = doctor(neo4j_address.uri)
    assert code == 0, words
    total = len(before[0]) + len(before[1])
    for part in (
        "Neo4j 5",
        "community",
        "the user can write",
        f"graph 'made up': {total} nodes and relationships, complete",
        "constraints and indexes",
    ):
        assert part in words
    with Neo4j(neo4j_address) as db:
        assert db.run("MATCH (n) WHERE n.graph IS NULL RETURN count(n) AS n") == [{"n": 1}]
    code, words = doctor(neo4j_address.uri, "falsch-geraten")
    assert code == 3
    assert "broken" in words
    assert "is rejected" in words
    assert "falsch-geraten" not in words
