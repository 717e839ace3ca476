"""A build without an address uses a Ray cluster that runs on this machine, and reports it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import graphkit
from tests.conftest import ROOT, write_records

pytestmark = pytest.mark.xdist_group("ray")


@pytest.mark.slow
def test_using_a_running_cluster_is_reported(tmp_path: Path) -> None:
    if not os.environ.get("CI"):
        pytest.importorskip("ray")
    reports = write_records(tmp_path / "r.jsonl", [{"id": "a", "text": "市委书记林知远到石渡县调研。"}])
    command = [sys.executable, "-m", "tests.faults.running_cluster", str(tmp_path), str(reports)]
    # A process of its own: Ray keeps the mode of authentication of a process, and would use a token of the user for a cluster
    # that it finds itself, while the nodes of this cluster use none.
    environment = {**os.environ, "RAY_AUTH_MODE": "disabled"}
    environment.pop("RAY_ADDRESS", None)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    address = done.stdout.split()[0]
    named = f"using the running Ray cluster at {address}: RAY_ADDRESS is set to it"
    found = f"using the running Ray cluster at {address}: it runs on this machine; set RAY_ADDRESS=local to start"
    assert named in done.stderr
    assert found in done.stderr
    for name in ("named", "found"):
        with graphkit.open(tmp_path / name) as graph:
            assert len(list(graph.statements())) > 0
