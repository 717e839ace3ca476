"""The same build on a Ray cluster of two nodes on this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pyarrow.fs as pafs
import pytest

import graphkit
from graphkit.building import Outcome
from graphkit.building.ray_cluster import Cluster
from graphkit.errors import UsageError, WorkerError
from graphkit.resolution import persons, resolver
from tests import servers
from tests.conftest import write_records
from tests.faults import kills
from tests.faults.clusters import two_nodes

pytestmark = pytest.mark.xdist_group("ray")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, dev_records: list[dict[str, Any]]) -> Path:
    records = [{**r, "id": f"{r['id']}-{n}"} for n in range(4) for r in dev_records]
    folder = tmp_path_factory.mktemp("reports") / "reports"
    folder.mkdir()
    write_records(folder / "dev.jsonl", records)
    (folder / "broken.html").write_bytes(b"\xff\xfe\x00")
    (folder / "one.txt").write_text("市委书记林知远到石渡县调研。", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, source: Path) -> tuple[dict[str, bytes], list[graphkit.Failure]]:
    folder = tmp_path_factory.mktemp("whole") / "graph"
    with graphkit.open(folder, create=True) as graph:
        graph.build(source)
        failures = graph.ledger.failures()
    return kills.exported(folder), failures


@pytest.fixture(scope="module")
def started() -> Iterator[tuple[Any, list[Any]]]:
    """A head node without CPUs and two nodes with one CPU each, which the tests of this module share."""
    with pytest.MonkeyPatch.context() as environment:
        # Keys of the object store. The nodes inherit the environment.
        environment.setenv("AWS_ACCESS_KEY_ID", "x")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "y")
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        with two_nodes() as made:
            yield made


@pytest.fixture
def cluster(started: tuple[Any, list[Any]]) -> Iterator[Any]:
    """A connection to the cluster with both nodes. A node that the test removes is replaced afterwards."""
    ray = __import__("ray")
    made, nodes = started
    ray.init(address=made.address, log_to_driver=False)
    yield made, nodes
    ray.shutdown()
    for number, node in enumerate(nodes):
        if node not in made.worker_nodes:
            nodes[number] = made.add_node(num_cpus=1)
            made.wait_for_nodes()


@pytest.fixture
def object_store(started: object, tmp_path: Path) -> Iterator[str]:
    """Address of a folder in an S3 server on this machine, to which the nodes of the cluster have the keys."""
    server = servers.ObjectStore(tmp_path / "s3")
    with servers.running(server):
        yield f"s3://shards/of-a-build?{server.options}"


def same(folder: Path, whole: tuple[dict[str, bytes], list[graphkit.Failure]]) -> None:
    with graphkit.open(folder) as graph:
        assert graph.ledger.failures() == whole[1]
        graph.ledger.check()
    assert kills.exported(folder) == whole[0]
    assert sorted(p.name for p in folder.iterdir()) == ["ledger.sqlite", "views"]


@pytest.mark.slow
def test_two_nodes_give_the_exports_of_one_process_when_a_node_is_lost(
    tmp_path: Path, cluster: Any, source: Path, whole: Any
) -> None:
    made, nodes = cluster
    gone: list[int] = []

    def node_dies(outcome: Outcome) -> None:
        if not gone:
            gone.append(outcome.done)
            made.remove_node(nodes[1], allow_graceful=False)

    with graphkit.open(tmp_path / "graph", create=True) as graph:
        outcome = graph.build(source, engine="ray", progress=node_dies)
        # Names were resolved on the nodes, so the content exists before the first query.
        assert [p for p in (tmp_path / "graph" / "views").iterdir() if p.name.startswith("content-")]
    assert gone
    assert outcome.added == 185
    same(tmp_path / "graph", whole)
    with graphkit.open(tmp_path / "graph") as graph:
        again = graph.build(source, engine="ray")
        assert (again.added, again.skipped) == (0, 185)


@pytest.mark.slow
def test_names_are_resolved_on_the_nodes(
    tmp_path: Path, cluster: Any, source: Path, whole: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persons, "PROFILES", 40)
    monkeypatch.setattr(resolver, "NAMES", 150)
    sent: list[str] = []

    def remote(self: Cluster, function: Any) -> Any:
        sent.append(function.__name__)
        return original(self, function)

    original = Cluster._remote
    monkeypatch.setattr(Cluster, "_remote", remote)
    with graphkit.open(tmp_path / "graph", create=True) as graph:
        graph.build(source, engine="ray")
    assert sent == ["_task", "_call", "_call"]
    same(tmp_path / "graph", whole)


@pytest.mark.slow
def test_a_killed_cluster_worker_does_not_change_the_result(
    tmp_path: Path, cluster: Any, source: Path, whole: Any
) -> None:
    killed: list[int] = []

    def worker_dies() -> None:
        while not killed:
            for process in psutil.process_iter(["cmdline"]):
                if "ray::_task" in " ".join(process.info["cmdline"] or []) and not killed:
                    process.send_signal(signal.SIGKILL)
                    killed.append(process.pid)
            time.sleep(0.05)

    watcher = threading.Thread(target=worker_dies, daemon=True)
    watcher.start()
    with graphkit.open(tmp_path / "graph", create=True) as graph:
        graph.build(source, engine="ray", shards=str(tmp_path / "elsewhere"))
    assert killed
    same(tmp_path / "graph", whole)
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.slow
def test_shards_can_be_stored_in_an_object_store(
    tmp_path: Path, object_store: str, cluster: Any, source: Path, whole: Any
) -> None:
    with graphkit.open(tmp_path / "graph", create=True) as graph:
        left: list[int] = []

        def look(outcome: Outcome) -> None:
            files, folder = pafs.FileSystem.from_uri(object_store)
            left.append(
                len(
                    [
                        f
                        for f in files.get_file_info(pafs.FileSelector(folder, recursive=True))
                        if f.path.endswith(".parquet")
                    ]
                )
            )

        graph.build(source, engine="ray", shards=object_store, progress=look)
    assert max(left) > 0
    assert left[-1] == 0
    same(tmp_path / "graph", whole)


@pytest.mark.slow
def test_an_interrupted_cluster_build_reuses_complete_shards(
    tmp_path: Path, cluster: Any, source: Path, whole: Any
) -> None:
    class Stopped(Exception):
        pass

    def stop(outcome: Outcome) -> None:
        if outcome.added > 50:
            raise Stopped

    with graphkit.open(tmp_path / "graph", create=True) as graph:
        with pytest.raises(Stopped):
            graph.build(source, engine="ray", progress=stop)
        graph.remove(next(graph.reports()).id)
        left = [p for f in tmp_path.rglob("graphkit-shards-*") for p in f.iterdir()]
        assert left
        graph.build(source, engine="ray")
    same(tmp_path / "graph", whole)


def test_without_ray_the_message_says_what_to_install(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with graphkit.open(tmp_path / "graph", create=True) as graph, pytest.raises(UsageError, match="pip install ray"):
        graph.build(source, engine="ray")


def test_a_folder_for_shards_that_cannot_be_written_is_reported(tmp_path: Path, source: Path) -> None:
    pytest.importorskip("ray") if not os.environ.get("CI") else __import__("ray")
    (tmp_path / "file").write_text("no folder")
    with (
        graphkit.open(tmp_path / "graph", create=True) as graph,
        pytest.raises(WorkerError, match="all nodes and this machine must be able to read and write "),
    ):
        graph.build(source, engine="ray", shards=str(tmp_path / "file"))


def test_an_unreachable_cluster_is_reported(tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray") if not os.environ.get("CI") else __import__("ray")
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    with (
        graphkit.open(tmp_path / "graph", create=True) as graph,
        pytest.raises(WorkerError, match=r"no Ray cluster responds at 127\.0\.0\.1:1"),
    ):
        graph.build(source, engine="ray")


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="modes of folders and kinds of sockets of POSIX systems")
def test_a_started_cluster_accepts_local_connections_only(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("ray") if not os.environ.get("CI") else __import__("ray")
    """The last test, because this process cannot use the shared cluster after it has started another one."""
    monkeypatch.setenv("RAY_ADDRESS", "local")
    others = psutil.Process().children()
    listening: set[str] = set()
    modes: dict[str, int] = {}

    def look(outcome: Outcome) -> None:
        started = [p for p in psutil.Process().children() if p not in others]
        for process in [*started, *(below for p in started for below in p.children(recursive=True))]:
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                listening.update(
                    c.laddr.ip for c in process.net_connections(kind="inet") if c.status == psutil.CONN_LISTEN
                )
        folders = [*Path(tempfile.gettempdir()).glob("gk-ray-*"), *tmp_path.rglob("graphkit-shards-*")]
        modes.update(
            {
                p.name.rsplit("-", 1)[0]: stat.S_IMODE(p.stat().st_mode)
                for p in folders
                if p.stat().st_uid == os.getuid()
            }
        )

    with graphkit.open(tmp_path / "graph", create=True) as graph:
        graph.build(source, engine="ray", progress=look)
    assert listening
    # (An IPv6 socket that listens at an IPv4 address has the prefix.)
    assert {a.removeprefix("::ffff:") for a in listening} <= {"127.0.0.1", "::1"}
    assert modes == {"gk-ray": 0o700, "graphkit-shards": 0o700}
    assert "running Ray cluster" not in caplog.text
