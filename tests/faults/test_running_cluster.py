"""A build without an address uses a Ray cluster that runs on this machine, and reports it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import graphkit
from tests.conftest import write_records
from tests.faults.clusters import two_nodes

pytestmark = pytest.mark.xdist_group("ray")


@pytest.fixture
def cluster() -> Iterator[Any]:
    """A cluster of this test, to which the process was connected."""
    with two_nodes() as (made, _):
        ray = __import__("ray")
        ray.init(address=made.address, log_to_driver=False)
        ray.shutdown()
        yield made


@pytest.mark.slow
def test_using_a_running_cluster_is_reported(
    tmp_path: Path, cluster: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", cluster.address)
    with graphkit.open(tmp_path / "graph", create=True) as graph:
        graph.build(
            write_records(tmp_path / "r.jsonl", [{"id": "a", "text": "市委书记林知远到石渡县调研。"}]), engine="ray"
        )
    assert f"using the running Ray cluster at {cluster.address}: RAY_ADDRESS is set to it" in caplog.text
    monkeypatch.delenv("RAY_ADDRESS")
    with graphkit.open(tmp_path / "other", create=True) as graph:
        graph.build(tmp_path / "r.jsonl", engine="ray")
    assert "set RAY_ADDRESS=local to start a separate cluster" in caplog.text
