"""A load into a SPARQL server that was interrupted is completed by the next load."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

import graphkit
from graphkit.stores.sparql.endpoint import Endpoint, SparqlAddress
from tests import servers
from tests.stores.neo4j.comparison import KILLS
from tests.stores.sparql.comparison import expected, stored

pytestmark = pytest.mark.xdist_group("sparql")


def loader(graph: graphkit.Graph, url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "graphkit", "load", "sparql", url, "--graph", str(graph.folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_load_is_completed_by_the_next(
    dev_graph: graphkit.Graph, oxigraph_server: servers.Oxigraph, seed: int
) -> None:
    server = Endpoint(SparqlAddress(oxigraph_server.url))
    server.update("DROP ALL")
    process = loader(dev_graph, oxigraph_server.url)
    while process.poll() is None and server.select("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }") == [{"n": "0"}]:
        time.sleep(0.01)
    time.sleep(Random(seed).uniform(0, 0.5))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    dev_graph.load_sparql(SparqlAddress(oxigraph_server.url))
    assert stored(oxigraph_server.url) == expected(dev_graph)


def test_a_load_after_a_server_crash_restores_the_graph(dev_graph: graphkit.Graph, tmp_path: Path) -> None:
    server = servers.Oxigraph(tmp_path)
    for seed in range(KILLS):
        Endpoint(SparqlAddress(server.url)).update("DROP ALL")
        process = loader(dev_graph, server.url)
        time.sleep(Random(seed).uniform(0.5, 3))
        server.kill()
        server = servers.Oxigraph(tmp_path, port=server.port)
        _, words = process.communicate()
        assert process.returncode in (0, 3), words
        assert "Traceback" not in words
        dev_graph.load_sparql(SparqlAddress(server.url))
        assert stored(server.url) == expected(dev_graph)
    server.stop()
