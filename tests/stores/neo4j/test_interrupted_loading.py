"""A load into Neo4j that was interrupted is completed by the next load."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from random import Random

import pytest

import graphkit
from graphkit.errors import ServerError
from graphkit.stores.neo4j.database import Neo4j, Neo4jAddress
from tests import servers
from tests.conftest import PASSWORD
from tests.stores.neo4j.comparison import KILLS, expected, snapshot

pytestmark = pytest.mark.xdist_group("neo4j")


def loader(graph: graphkit.Graph, address: Neo4jAddress) -> subprocess.Popen[str]:
    """`graphkit load neo4j` in a separate process."""
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
def test_a_killed_load_is_completed_by_the_next(
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


def test_ctrl_c_is_reported_and_the_next_load_continues(dev_graph: graphkit.Graph, neo4j_address: Neo4jAddress) -> None:
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


def test_a_load_after_a_server_crash_restores_the_graph(
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


def test_a_full_disk_is_reported_and_the_next_load_continues(
    dev_graph: graphkit.Graph, own_server: Callable[..., servers.Neo4j]
) -> None:
    """No file of this server can exceed half a megabyte, so that writing fails as on a full disk."""
    logs = {"db.tx_log.preallocate": "false"}
    server = own_server(settings=logs)
    address = Neo4jAddress(server.uri, "neo4j", PASSWORD, wait=1)
    server.stop()
    server = own_server(settings=logs, prefix=["sh", "-c", 'ulimit -f 1024; exec "$@"', "sh"])
    with pytest.raises(ServerError, match=r"disk may be full.*load again to continue"):
        dev_graph.load_neo4j(address)
    server.kill()
    own_server(settings=logs)
    dev_graph.load_neo4j(address)
    assert snapshot(address, "graph") == expected(dev_graph.property_graph())
