"""The same reports give identical exports, whatever their order and the number of interruptions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.building import build
from graphkit.errors import UsageError
from graphkit.extractors.offline import FastExtractor
from graphkit.reading.identity import base_of
from tests.conftest import write_records
from tests.faults.kills import reports_in

FORMATS = ("nquads", "graphml", "csv")


def exports(folder: Path) -> dict[str, bytes]:
    found = {}
    with graphkit.open(folder) as graph:
        for name in FORMATS:
            graph.export(name, folder.parent / f"out.{name}")
            found[name] = (folder.parent / f"out.{name}").read_bytes()
    return found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, dev_records: list[dict[str, Any]]) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("undisturbed")
    with graphkit.open(folder / "graph", create=True) as graph:
        graph.build(write_records(folder / "dev.jsonl", dev_records))
    return exports(folder / "graph")


def test_reversed_input_gives_identical_exports(
    tmp_path: Path, dev_records: list[dict[str, Any]], undisturbed: dict[str, bytes]
) -> None:
    with graphkit.open(tmp_path / "graph", create=True) as graph:
        graph.build(write_records(tmp_path / "dev.jsonl", dev_records[::-1]))
    assert exports(tmp_path / "graph") == undisturbed


def test_two_partial_builds_give_the_exports_of_one_build(
    tmp_path: Path, dev_records: list[dict[str, Any]], undisturbed: dict[str, bytes]
) -> None:
    with graphkit.open(tmp_path / "graph", create=True) as graph:
        graph.build(write_records(tmp_path / "b.jsonl", dev_records[20:]))
        graph.status()
        graph.build(write_records(tmp_path / "a.jsonl", dev_records[:20]))
    assert exports(tmp_path / "graph") == undisturbed


def test_a_killed_build_can_be_continued_with_identical_exports(
    tmp_path: Path, dev_records: list[dict[str, Any]], undisturbed: dict[str, bytes]
) -> None:
    source = write_records(tmp_path / "dev.jsonl", dev_records)
    command = [sys.executable, "-m", "graphkit", "build", str(source), "--graph", str(tmp_path / "graph")]
    killed = 0
    for least in (1, 5, 33):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and reports_in(tmp_path / "graph") < least:
            time.sleep(0.002)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
    assert killed
    assert reports_in(tmp_path / "graph") > 0
    subprocess.run(command, check=True, capture_output=True)
    assert exports(tmp_path / "graph") == undisturbed


def test_ctrl_c_ends_a_build_without_a_traceback(
    tmp_path: Path, dev_records: list[dict[str, Any]], undisturbed: dict[str, bytes]
) -> None:
    source = write_records(tmp_path / "dev.jsonl", dev_records)
    command = [sys.executable, "-m", "graphkit", "build", str(source), "--graph", str(tmp_path / "graph")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and reports_in(tmp_path / "graph") < 1:
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    _, words = process.communicate()
    if process.returncode != 0:
        assert process.returncode == 130
        assert "stopped" in words
        assert "Traceback" not in words
    subprocess.run(command, check=True, capture_output=True)
    assert exports(tmp_path / "graph") == undisturbed


def test_removed_reports_leave_no_trace_in_exports(tmp_path: Path, dev_records: list[dict[str, Any]]) -> None:
    with graphkit.open(tmp_path / "all" / "graph", create=True) as graph:
        graph.build(write_records(tmp_path / "dev.jsonl", dev_records))
        graph.status()
        for record in dev_records[::2]:
            assert graph.remove(record["id"])
    with graphkit.open(tmp_path / "half" / "graph", create=True) as graph:
        graph.build(write_records(tmp_path / "half.jsonl", dev_records[1::2]))
    assert exports(tmp_path / "all" / "graph") == exports(tmp_path / "half" / "graph")


def test_known_reports_are_skipped_and_changed_reports_are_replaced(tmp_path: Path) -> None:
    path = write_records(
        tmp_path / "r.jsonl", [{"id": "a", "text": "石渡县召开会议。"}, {"id": "b", "text": "云泽市召开会议。"}]
    )
    with graphkit.open(tmp_path / "g", create=True) as graph:
        assert graph.build(path).added == 2
        assert (again := graph.build(path)).added == 0
        assert again.skipped == 2
        write_records(path, [{"id": "a", "text": "石渡县召开会议。"}, {"id": "b", "text": "东屏区召开会议。"}])
        assert graph.build(path).added == 1
        assert {r.id: r.text for r in graph.reports()} == {"a": "石渡县召开会议。", "b": "东屏区召开会议。"}


def test_a_new_extractor_version_reads_reports_again(tmp_path: Path) -> None:
    class Newer(FastExtractor):
        version = "next"

    path = write_records(tmp_path / "r.jsonl", [{"id": "a", "text": "石渡县召开会议。"}])
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(path)
        assert build(graph.ledger, [path], Newer()).added == 1


@pytest.mark.parametrize("end", [KeyboardInterrupt, UsageError])
def test_completed_reports_are_written_when_a_build_is_interrupted(tmp_path: Path, end: type[BaseException]) -> None:
    class Ending(FastExtractor):
        def read(self, reports: Any) -> Any:
            for n, reading in enumerate(super().read(reports)):
                if n == 2:
                    raise end
                yield reading

    path = write_records(tmp_path / "r.jsonl", [{"id": str(n), "text": "石渡县召开会议。"} for n in range(4)])
    with graphkit.open(tmp_path / "g", create=True) as graph:
        with pytest.raises(end):
            build(graph.ledger, [path], Ending())
        assert [r.id for r in graph.reports()] == ["0", "1"]


def test_a_failed_report_does_not_affect_the_others(tmp_path: Path) -> None:
    class Fragile(FastExtractor):
        def read(self, reports: Any) -> Any:
            for reading in super().read(reports):
                if "毒" in reading.report.text:
                    raise ZeroDivisionError("a bug in a rule")
                yield reading

    texts = ["石渡县召开会议。", "毒", "云泽市召开会议。", "", "东屏区召开会议。"]
    path = write_records(tmp_path / "r.jsonl", [{"id": str(n), "text": t} for n, t in enumerate(texts)])
    with graphkit.open(tmp_path / "g", create=True) as graph:
        outcome = build(graph.ledger, [path], Fragile())
        assert [r.id for r in graph.reports()] == ["0", "2", "4"]
        (failure,) = outcome.failures
        assert failure.source == f"{path}:2"
        assert "ZeroDivisionError: a bug in a rule" in failure.reason
        assert [f.source for f in graph.ledger.failures()] == [f"{path}:2"]
        retried = graph.retry()
        assert (retried.added, retried.skipped) == (1, 3)
        assert graph.ledger.failures() == []


def test_reports_of_a_file_with_equal_ids_are_all_kept(tmp_path: Path) -> None:
    path = write_records(
        tmp_path / "r.jsonl",
        [
            {"id": "a", "text": "石渡县召开会议。"},
            {"id": "a", "text": "石渡县召开会议。"},
            {"id": "a", "text": "云泽市召开会议。"},
        ],
    )
    with graphkit.open(tmp_path / "g", create=True) as graph:
        outcome = graph.build(path)
        assert (outcome.added, outcome.skipped, outcome.repeated, outcome.failures) == (2, 0, 1, [])
        stored = {r.id: r.text for r in graph.reports()}
        assert sorted(stored.values()) == ["云泽市召开会议。", "石渡县召开会议。"]
        assert all(base_of(i) == "a" != i for i in stored)


class Careless(FastExtractor):
    """Returns valid statements and statements that the schema rejects."""

    def read(self, reports: Any) -> Any:
        for reading in super().read(reports):
            wrong = [
                change
                for s in reading.statements[:1]
                for change in (
                    replace(s, relation="admired"),
                    replace(s, confidence=7.0),
                    replace(s, start=-1),
                    replace(s, end=10**6),
                    replace(s, report="other"),
                    replace(s, subject=replace(s.subject, name=" ")),
                    replace(s, subject=replace(s.subject, type="Value")),
                    replace(s, subject=replace(s.subject, name="a\x00\ud800")),
                )
            ]
            yield replace(reading, statements=(*reading.statements, *wrong))


def test_statements_rejected_by_the_schema_are_reported_with_the_reason(tmp_path: Path) -> None:
    path = write_records(
        tmp_path / "r.jsonl",
        [{"id": i, "text": "市委书记林知远到石渡县调研。", "date": d} for i, d in (("a", "2024-04-05"), ("b", ""))],
    )
    with graphkit.open(tmp_path / "g", create=True) as graph:
        outcome = build(graph.ledger, [path], Careless())
        assert outcome.refused == sum(r.number for r in outcome.refusals.values()) == 16
        assert {r.report for r in outcome.refusals.values()} == {"a"}
        assert any("unknown relation" in r.example and r.number == 2 for r in outcome.refusals.values())
        assert outcome.missing == {"date": 1, "place": 2, "publisher": 2}
        assert len(graph.ledger.refused()) == graph.status()["refused"] == 16
        graph.remove("a")
        assert {report for report, _ in graph.ledger.refused()} == {"b"}
        graph.build(
            write_records(tmp_path / "r.jsonl", [{"id": "b", "text": "市委书记林知远到石渡县调研！", "date": ""}])
        )
        assert graph.ledger.refused() == []


@pytest.mark.parametrize("workers", [1, 2])
def test_inputs_not_read_are_the_same_for_every_number_of_workers(tmp_path: Path, workers: int) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    for name in ("a.txt", "b.pages", ".hidden"):
        (folder / name).write_text("市委书记林知远到石渡县调研。", encoding="utf-8")
    with zipfile.ZipFile(folder / "z.zip", "w") as archive:
        for name in ("c.txt", "d.pages", "e.txt/", "Thumbs.db"):
            archive.writestr(name, "" if name.endswith("/") else "县长周远航到云雾镇调研。")
    with graphkit.open(tmp_path / "g", create=True) as graph:
        outcome = graph.build(folder, workers=workers)
        assert [f.source for f in outcome.not_read] == [str(folder / "b.pages"), f"{folder / 'z.zip'}!d.pages"]
        assert [i.source for i in outcome.ignored] == [str(folder / ".hidden"), f"{folder / 'z.zip'}!Thumbs.db"]
        assert [(o.source, o.kind) for o in graph.ledger.not_read()] == sorted(
            [*((f.source, f.kind) for f in outcome.not_read), *((i.source, i.kind) for i in outcome.ignored)]
        )
        assert not outcome.is_complete
        assert outcome.added == 2


def test_a_missing_path_does_not_affect_other_inputs(tmp_path: Path) -> None:
    path = write_records(tmp_path / "r.jsonl", [{"id": "a", "text": "石渡县召开会议。"}])
    with graphkit.open(tmp_path / "g", create=True) as graph:
        with pytest.raises(UsageError):
            graph.build([path, tmp_path / "nothing"])
        assert graph.status()["reports"] == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
def test_a_full_disk_ends_the_build_with_one_message(tmp_path: Path, dev_records: list[dict[str, Any]]) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("no tmpfs may be mounted here; test_store.py holds the same with a page limit")
    try:
        source = write_records(tmp_path / "dev.jsonl", dev_records)
        command = [sys.executable, "-m", "graphkit", "build", str(source), "--graph", str(disk / "graph")]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 3
        assert "full" in done.stderr
        assert "Traceback" not in done.stderr
        assert reports_in(disk / "graph") > 0
    finally:
        subprocess.run(["umount", str(disk)], check=True)
