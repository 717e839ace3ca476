"""Fixtures: the made-up examples, and the real reports that lie beside the project in ../shared."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.model import Reading, Report
from graphkit.recognition.tagger import Tagger, shared_tagger
from graphkit.stores.neo4j import database
from graphkit.stores.neo4j.database import Neo4jAddress
from graphkit.stores.sparql.endpoint import Endpoint, SparqlAddress
from tests.servers import Fuseki, Neo4j, Oxigraph, Server, ServerError

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports. Without it tests skip, but fail in CI."""
    if not (SHARED / "gold").is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{SHARED} is missing: the real reports must be there in CI")
        pytest.skip(f"{SHARED} is missing: tests on real reports are skipped")
    return SHARED


@pytest.fixture(scope="session")
def dev_records(shared: Path) -> list[dict[str, Any]]:
    lines = (shared / "gold" / "dev.reports.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def corpus_records(shared: Path) -> list[dict[str, Any]]:
    with gzip.open(shared / "corpus" / "xwlb.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="session")
def examples() -> Path:
    return ROOT / "examples"


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    return shared_tagger()


@pytest.fixture(scope="session")
def example_graph(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Iterator[graphkit.Graph]:
    """The examples built into a graph; tests may only read it."""
    with graphkit.open(tmp_path_factory.mktemp("examples") / "graph", create=True) as graph:
        graph.build(examples / "reports")
        yield graph


@pytest.fixture(scope="session")
def dev_graph(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[graphkit.Graph]:
    """The dev reports built into a graph; tests may only read it."""
    with graphkit.open(tmp_path_factory.mktemp("dev") / "graph", create=True) as graph:
        graph.build(shared / "gold" / "dev.reports.jsonl")
        yield graph


@pytest.fixture
def read() -> Callable[..., Reading]:
    """Reads a text into statements."""
    return graphkit.extract


@pytest.fixture(scope="session")
def triples() -> Callable[[Reading], set[tuple[str, str, str]]]:
    """(subject, relation, object) of the actual statements, attribute values as `kind=value`."""

    def of(reading: Reading) -> set[tuple[str, str, str]]:
        return {
            (s.subject.name, s.relation, f"{s.kind}={s.object.name}" if s.kind else s.object.name)
            for s in reading.statements if s.status is graphkit.Status.ACTUAL
        }

    return of


def write_records(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def report(text: str, **fields: str) -> Report:
    return Report(id=fields.pop("id", "r"), text=text, **fields)


def _server_or_skip(start: Callable[[], Server]) -> Server:
    """A running server. Without Java, Maven or a network tests skip, but fail in CI."""
    try:
        return start()
    except ServerError as error:
        if os.environ.get("CI"):
            pytest.fail(f"CI needs a real server: {error}")
        pytest.skip(f"tests on a real server are skipped: {error}")


#: Password of the user neo4j on the test server.
PASSWORD = "geheim-123"


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4j]:
    server = _server_or_skip(lambda: Neo4j(tmp_path_factory.mktemp("neo4j"), password=PASSWORD))
    assert isinstance(server, Neo4j)
    yield server
    server.stop()


@pytest.fixture
def neo4j_address(neo4j_server: Neo4j) -> Neo4jAddress:
    """The test server with no data in it."""
    address = Neo4jAddress(neo4j_server.uri, "neo4j", PASSWORD)
    with database.Neo4j(address) as db:
        db.run("MATCH (n) DETACH DELETE n")
    return address


@pytest.fixture
def own_server(tmp_path: Path, neo4j_server: Neo4j) -> Any:
    """Starts servers of this test's own, one after the other on the same files and port."""
    started: list[Neo4j] = []

    def start(**options: Any) -> Neo4j:
        port = started[0].bolt if started else 0
        started.append(Neo4j(tmp_path / "home", password=PASSWORD, bolt=port, **options))
        return started[-1]

    yield start
    for server in started:
        server.kill()


@pytest.fixture(scope="session")
def fuseki_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuseki]:
    server = _server_or_skip(lambda: Fuseki(tmp_path_factory.mktemp("fuseki")))
    assert isinstance(server, Fuseki)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oxigraph]:
    server = _server_or_skip(lambda: Oxigraph(tmp_path_factory.mktemp("oxigraph")))
    assert isinstance(server, Oxigraph)
    yield server
    server.stop()


@pytest.fixture(params=["fuseki", "oxigraph"])
def endpoint_url(request: pytest.FixtureRequest) -> str:
    """Each SPARQL server in turn, with no data in it."""
    server = request.getfixturevalue(f"{request.param}_server")
    Endpoint(SparqlAddress(server.url)).update("DROP ALL")
    url: str = server.url
    return url


#: Bytes of resident memory that reading the corpus may take.
MEMORY = 1 << 30
#: Builds a graph and prints the KiB that its process took at most.
BUILD = """
import sys, graphkit
from tests.memory import peak
with graphkit.open(sys.argv[1], create=True) as graph:
    graph.build(sys.argv[2])
print(peak())
"""


@pytest.fixture(scope="session")
def corpus_graph(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[graphkit.Graph]:
    folder = tmp_path_factory.mktemp("corpus")
    source = folder / "xwlb.jsonl"
    with gzip.open(shared / "corpus" / "xwlb.jsonl.gz") as packed, source.open("wb") as out:
        shutil.copyfileobj(packed, out)
    done = subprocess.run([sys.executable, "-c", BUILD, str(folder / "g"), str(source)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert 0 < int(done.stdout) * 1024 < MEMORY
    with graphkit.open(folder / "g") as graph:
        yield graph
    shutil.rmtree(folder)
