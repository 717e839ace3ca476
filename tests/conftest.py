"""Fixtures: the invented examples, and the real reports of ../shared."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

import graphkit
from graphkit.model import Reading, Report
from graphkit.recognition.tagger import Tagger, shared_tagger
from graphkit.stores.neo4j import database
from graphkit.stores.neo4j.database import Neo4jAddress
from graphkit.stores.sparql.endpoint import Endpoint, SparqlAddress
from tests.cached import cached
from tests.servers import Fuseki, Neo4j, Oxigraph, ServerError, jars

# Tests of stores, exports and pages do not depend on the encoder. Tests of reading name the extractor that they test.
os.environ.setdefault("GRAPHKIT_EXTRACTOR", "fast")
# Processes that tests start keep the compiled modules of the package; each would compile all of them otherwise.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
Found = TypeVar("Found")


if not os.environ.get("CI"):
    # (In CI, hypothesis has its own profile.) No deadline: the machine may be busy, and the first example loads models.
    settings.register_profile("local", deadline=None)
    settings.load_profile("local")

#: Fixtures of servers that Maven downloads, and of the browser: tests with them run in `make test-all` only.
_SERVERS = {"neo4j_server", "fuseki_server", "java"}
_BROWSER = {"browser"}


#: Modules whose tests share a result that takes seconds: with `-n 2`, one process runs all tests of such a module.
_TOGETHER = (
    "tests/building/test_pipeline.py",
    "tests/explain/test_results.py",
    "tests/export/test_exports.py",
    "tests/faults/test_kills.py",
    "tests/ledger/test_integrity.py",
    "tests/test_new_relation.py",
)
#: Modules with long tests. pytest-xdist begins with the groups, in order of size, and continues with the other tests in
#: the order of `items`: with the long tests at the beginning, both processes of `-n 2` end at about the same time.
_LONG = ("tests/packaging/", "tests/test_docs.py", "tests/test_long_inputs.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that need a server or a browser by the fixtures that they use, and set groups and order."""
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        parameters = getattr(item, "callspec", None)
        if used & _SERVERS or (parameters and parameters.params.get("endpoint_url") == "fuseki"):
            item.add_marker("server")
        if used & _BROWSER:
            item.add_marker("browser")
        if item.nodeid.startswith(_TOGETHER):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports. Without it tests skip, but fail in CI."""
    if not (SHARED / "gold").is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{SHARED} is missing: the real reports must be there in CI")
        pytest.skip(f"{SHARED} is missing: tests on real reports are skipped")
    return SHARED


@pytest.fixture(scope="session")
def gold_folder() -> Path:
    """The annotated reports: those of ../shared where it exists, otherwise the invented ones of the project."""
    return SHARED / "gold" if (SHARED / "gold").is_dir() else ROOT / "gold"


@pytest.fixture(scope="session", params=["project", "shared"])
def each_gold_folder(request: pytest.FixtureRequest) -> Path:
    """Both sets of annotated reports in turn; the set of ../shared is skipped where it is missing."""
    if request.param == "project":
        return ROOT / "gold"
    folder: Path = request.getfixturevalue("shared")
    return folder / "gold"


@pytest.fixture(scope="session")
def dev_records(gold_folder: Path) -> list[dict[str, Any]]:
    lines = (gold_folder / "dev.reports.jsonl").read_text(encoding="utf-8").splitlines()
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
def dev_graph(tmp_path_factory: pytest.TempPathFactory, gold_folder: Path) -> Iterator[graphkit.Graph]:
    """The dev reports built into a graph; tests may only read it."""
    with graphkit.open(tmp_path_factory.mktemp("dev") / "graph", create=True) as graph:
        graph.build(gold_folder / "dev.reports.jsonl")
        yield graph


@pytest.fixture
def read() -> Callable[..., Reading]:
    """Reads a text into statements."""
    return graphkit.extract


@pytest.fixture(scope="session")
def triples() -> Callable[[Reading], set[tuple[str, str, str]]]:
    """Returns (subject, relation, object) of the actual statements, with attribute values as `kind=value`."""

    def of(reading: Reading) -> set[tuple[str, str, str]]:
        return {
            (s.subject.name, s.relation, f"{s.kind}={s.object.name}" if s.kind else s.object.name)
            for s in reading.statements
            if s.status is graphkit.Status.ACTUAL
        }

    return of


def write_records(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def report(text: str, **fields: str) -> Report:
    return Report(id=fields.pop("id", "r"), text=text, **fields)


def _or_skip(start: Callable[[], Found]) -> Found:
    """A running server or its programs. Without Java, Maven or a network tests skip, but fail in CI."""
    try:
        return start()
    except ServerError as error:
        if os.environ.get("CI"):
            pytest.fail(f"CI needs a real server: {error}")
        pytest.skip(f"tests on a real server are skipped: {error}")


#: Password of the user neo4j on the test server.
PASSWORD = "geheim-123"


@pytest.fixture(scope="session")
def java() -> None:
    """Jena's programs can be run. Without Java or Maven tests skip, but fail in CI."""
    _or_skip(lambda: jars("jena"))


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4j]:
    server = _or_skip(lambda: Neo4j(tmp_path_factory.mktemp("neo4j"), password=PASSWORD))
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
    """Starts servers for this test only, one after the other with the same files and port."""
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
    server = _or_skip(lambda: Fuseki(tmp_path_factory.mktemp("fuseki")))
    assert isinstance(server, Fuseki)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oxigraph]:
    server = _or_skip(lambda: Oxigraph(tmp_path_factory.mktemp("oxigraph")))
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


#: Maximum resident memory in bytes for reading the corpus, and for finding its phrases.
MEMORY = 1 << 30
PHRASE_MEMORY = 2 << 30
#: Scripts that build a graph with two processes, or find its phrases, and print their peak memory in KiB.
BUILD = """
import sys, graphkit
from tests.memory import peak
if __name__ == "__main__":
    with graphkit.open(sys.argv[1], create=True) as graph:
        graph.build(sys.argv[2], workers=2)
    print(peak())
"""
FIND = """
import sys, graphkit
from tests.memory import peak
with graphkit.open(sys.argv[1]) as graph:
    graph.phrases()
print(peak())
"""


def _measured(script: str, most: int, *arguments: Path) -> None:
    """Run a script that prints its memory. (It is a file, because the processes that it starts import it.)"""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "measured.py"
        file.write_text(script, encoding="utf-8")
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, str(file), *map(str, arguments)], capture_output=True, text=True, env=env
        )
    assert done.returncode == 0, done.stderr[-2000:]
    assert 0 < int(done.stdout) * 1024 < most


@pytest.fixture(scope="session")
def corpus_graph(shared: Path) -> Iterator[graphkit.Graph]:
    """The whole corpus with its phrases; tests may only read it. It is made once (tests/cached.py)."""
    packed = shared / "corpus" / "xwlb.jsonl.gz"

    def make(folder: Path) -> None:
        source = folder / "xwlb.jsonl"
        with gzip.open(packed) as file, source.open("wb") as out:
            shutil.copyfileobj(file, out)
        _measured(BUILD, MEMORY, folder / "g", source)
        source.unlink()
        _measured(FIND, PHRASE_MEMORY, folder / "g")

    with graphkit.open(cached("corpus", [packed], make) / "g") as graph:
        yield graph


def _missing(what: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"CI needs {what}")
    pytest.skip(f"tests in the browser are skipped: there is no {what}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of all tests: a process can run Playwright only once. Without Chromium tests skip, but fail in CI."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        _missing("Chromium (Debian and Ubuntu: apt install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()
