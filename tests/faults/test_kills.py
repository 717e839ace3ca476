"""Some cases of tests.faults.kills, and other failures during a build."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

import graphkit
from graphkit.building import build, read_in_chunks
from graphkit.building.outcome import Outcome
from graphkit.errors import UsageError, WorkerError
from graphkit.extractors.offline import FastExtractor
from graphkit.model import Reading
from tests.conftest import write_records
from tests.faults import kills

SEED = 20261125


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, dev_records: list[dict[str, Any]]) -> Path:
    """Three copies of the dev reports: enough batches for several workers."""
    records = [{**r, "id": f"{r['id']}-{n}"} for n in range(3) for r in dev_records]
    return write_records(tmp_path_factory.mktemp("reports") / "dev.jsonl", records)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, source: Path) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "graph"
    with graphkit.open(folder, create=True) as graph:
        graph.build(source)
    return folder


@pytest.mark.parametrize("workers", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_several_workers_give_the_exports_of_one(tmp_path: Path, source: Path, whole: Path, workers: int) -> None:
    done = kills.run("build", source, "--graph", tmp_path / "graph", "--workers", workers)
    assert done.returncode == 0, done.stderr
    assert kills.exported(tmp_path / "graph") == kills.exported(whole)
    again = kills.run("build", source, "--graph", tmp_path / "graph", "--workers", workers)
    assert "0 read, 138 already in the graph, 0 failed" in again.stderr


@pytest.mark.slow
def test_killed_builds_exports_views_and_migrations_can_be_repeated(
    tmp_path: Path, dev_records: list[dict[str, Any]]
) -> None:
    source = write_records(tmp_path / "dev.jsonl", dev_records)
    chance = random.Random(SEED)
    for name in ("builds", "out", "old"):
        (tmp_path / name).mkdir()
    assert kills.builds(source, tmp_path / "builds", 2, 2, chance) > 0
    whole = tmp_path / "builds" / "whole"
    kills.exports(whole, tmp_path / "out", 1, chance)
    kills.views(whole, 1, chance)
    kills.migrations(whole, tmp_path / "old", 2, chance)


def test_a_killed_worker_does_not_change_the_result(tmp_path: Path, source: Path, whole: Path) -> None:
    process = subprocess.Popen(
        kills.graphkit_command("build", source, "--graph", tmp_path / "graph", "--workers", 2),
        stderr=subprocess.PIPE,
        text=True,
    )
    killed = 0
    while process.poll() is None and not killed:
        workers = [c for c in psutil.Process(process.pid).children() if "spawn_main" in " ".join(c.cmdline())]
        if len(workers) == 2 and kills.reports_in(tmp_path / "graph") > 0:
            workers[0].send_signal(signal.SIGKILL)
            killed += 1
        time.sleep(0.005)
    _, words = process.communicate()
    assert killed
    assert process.returncode == 0, words
    assert "138 read, 0 already in the graph, 0 failed" in words
    assert kills.exported(tmp_path / "graph") == kills.exported(whole)


class Deadly(FastExtractor):
    """An extractor that ends its process on some reports, like a crash in a library."""

    def read(self, reports: Any) -> Any:
        for report in reports:
            if "DEADLY" in report.text:
                os.kill(os.getpid(), signal.SIGKILL)
        return super().read(reports)


class NeverStarts(FastExtractor):
    """An extractor that cannot be created in another process."""

    def __setstate__(self, state: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def __getstate__(self) -> object:
        return {"a": 1}


class NotSent(FastExtractor):
    """An extractor that cannot be sent to another process."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = lambda: None


def test_a_report_that_kills_its_worker_is_a_failure_and_others_are_read(
    tmp_path: Path, dev_records: list[dict[str, Any]]
) -> None:
    records = [*dev_records[:3], {"id": "deadly", "text": "DEADLY。市委书记林知远到石渡县调研。"}, *dev_records[3:6]]
    path = write_records(tmp_path / "r.jsonl", records)
    with graphkit.open(tmp_path / "graph", create=True) as graph:
        outcome = build(graph.ledger, [path], Deadly(), workers=2)
        assert outcome.added == 6
        (failure,) = outcome.failures
        assert failure.source == f"{path}:4"
        assert "died twice" in failure.reason
        assert graph.ledger.failures() == [failure]


def test_workers_that_cannot_start_are_reported(tmp_path: Path, dev_records: list[dict[str, Any]]) -> None:
    path = write_records(tmp_path / "r.jsonl", dev_records[:3])
    with graphkit.open(tmp_path / "graph", create=True) as graph:
        with pytest.raises(WorkerError, match="cannot be started"):
            build(graph.ledger, [path], NeverStarts(), workers=2)
        with pytest.raises(UsageError, match="use workers=1"):
            build(graph.ledger, [path], NotSent(), workers=2)


def test_ctrl_c_stops_all_workers(tmp_path: Path, source: Path, whole: Path) -> None:
    process = subprocess.Popen(
        kills.graphkit_command("build", source, "--graph", tmp_path / "graph", "--workers", 2),
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None and kills.reports_in(tmp_path / "graph") < 1:
        time.sleep(0.005)
    children = psutil.Process(process.pid).children(recursive=True)
    # A terminal sends Ctrl-C to the whole group.
    for one in [psutil.Process(process.pid), *children]:
        one.send_signal(signal.SIGINT)
    _, words = process.communicate()
    assert process.returncode == 130, words
    assert "Traceback" not in words
    assert not psutil.wait_procs(children, timeout=60)[1]
    assert kills.run("build", source, "--graph", tmp_path / "graph").returncode == 0
    assert kills.exported(tmp_path / "graph") == kills.exported(whole)


@pytest.mark.slow
def test_two_concurrent_builds_of_one_graph_succeed(tmp_path: Path, source: Path, whole: Path) -> None:
    both = [
        subprocess.Popen(
            kills.graphkit_command("build", source, "--graph", tmp_path / "graph", "--workers", n),
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in (1, 2)
    ]
    words = [p.communicate()[1] for p in both]
    assert [p.returncode for p in both] == [0, 0], words
    assert kills.exported(tmp_path / "graph") == kills.exported(whole)


@pytest.mark.parametrize("workers", [1, 2])
def test_files_deleted_or_changed_during_a_build_are_failures(
    tmp_path: Path, dev_records: list[dict[str, Any]], workers: int
) -> None:
    """After listing, one file is deleted and another is changed: both are failures, the other files are read."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for n, record in enumerate(dev_records):
        (folder / f"{n:03}.txt").write_text(record["text"], encoding="utf-8")
    # Reports with equal texts are read once, so each text is different: the file takes as long as its size suggests.
    different = [
        {**r, "id": f"{r['id']}-{n}", "text": f"{r['text']}\n（第{n}次修订）"} for n in range(6) for r in dev_records
    ]
    long = write_records(folder / "zz.jsonl", different)
    gone = folder / f"{len(dev_records) - 1:03}.txt"
    changed = []

    def meddle(_: object) -> None:
        if not changed:
            changed.append(1)
            gone.unlink()
            long.write_text(long.read_text(encoding="utf-8")[:5000], encoding="utf-8")

    with graphkit.open(tmp_path / "graph", create=True) as graph:
        outcome = (
            graph.build(folder, workers=1, progress=meddle)
            if workers == 1
            else graph.build(folder, workers=workers, progress=meddle)
        )
        reasons = {f.source: f.reason for f in outcome.failures}
        assert any(s.startswith(str(long)) for s in reasons)
        if str(gone) in reasons:
            assert "cannot be read" in reasons[str(gone)]
        assert outcome.added >= len(dev_records) - 1
        long.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in dev_records[:2]), encoding="utf-8")
        assert graph.build([p for p in folder.iterdir() if p.exists()], workers=workers).failures == []
        assert [f.source for f in graph.ledger.failures()] in ([], [str(gone)])


def test_an_extractor_that_omits_reports_is_reported(tmp_path: Path) -> None:
    class Short(FastExtractor):
        def read(self, reports: Any) -> Any:
            return [Reading(r, ()) for r in reports[:1]]

    path = write_records(tmp_path / "r.jsonl", [{"id": n, "text": "石渡县召开会议。"} for n in "abc"])
    assert [r.report.id for r in read_in_chunks([path], Short(), Outcome())] == ["a", "b", "c"]
