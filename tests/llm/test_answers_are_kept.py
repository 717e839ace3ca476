"""Answers are kept: an interrupted run resumes, and a repeated one sends nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.errors import ExportError
from graphkit.llm import Run
from graphkit.llm.answers import Answer
from graphkit.llm.cache import AnswerCache
from graphkit.llm.extractor import LlmExtractor
from graphkit.model import Report
from tests.llm.fake_model import FakeModel, Handler, completion, of_passage, saying, serving
from tests.llm.reports import KNOWN, REPORT, TEXT

REPORTS = [replace(REPORT, id=str(n), text=f"{TEXT}\n这是当天的第{n}次调研。") for n in range(12)]


def read(model: FakeModel, folder: Path, reports: list[Report] = REPORTS, **options: Any) -> list[Any]:
    run = Run(model.settings(folder, **options))
    try:
        return [(r.report.id, r.statements, r.refused) for r in LlmExtractor(run).read(reports)]
    finally:
        run.asking.close()


def test_a_repeated_run_sends_nothing_and_has_the_same_result(tmp_path: Path) -> None:
    with serving(saying(of_passage(KNOWN))) as model:
        first = read(model, tmp_path)
        assert len(model.received) == 12
        assert read(model, tmp_path) == first
        assert read(model, tmp_path, concurrency=1, timeout=9, attempts=1) == first
        assert len(model.received) == 12


def test_the_result_does_not_depend_on_the_order_of_the_answers(tmp_path: Path) -> None:
    def late(handler: Handler) -> None:
        time.sleep(0.2 if "第3次" in handler.data["passage"] else 0)
        handler.send(200, completion(of_passage(KNOWN)(handler.data)))

    with serving(late) as model:
        assert read(model, tmp_path / "a", concurrency=8) == read(model, tmp_path / "b", concurrency=1)


@pytest.mark.parametrize(
    "change",
    [{"max_tokens": 512}, {"parameters": {"temperature": 0.5}}, {"window": 210, "overlap": 10}, {"form": "json"}],
)
def test_another_request_is_sent(change: dict[str, Any], tmp_path: Path) -> None:
    long = [replace(REPORT, text=TEXT * 3)]
    with serving(saying(of_passage(KNOWN))) as model:
        read(model, tmp_path, long)
        sent = len(model.received)
        read(model, tmp_path, long, **change)
        assert len(model.received) > sent


def test_equal_requests_are_sent_once(tmp_path: Path) -> None:
    with serving(saying(of_passage(KNOWN))) as model:
        run = Run(model.settings(tmp_path))
        (request,) = LlmExtractor(run).requests([REPORT])
        answers = run.asking.answers([request] * 5)
        assert len(model.received) == 1
        assert len(answers) == 5


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"format": 1}', b"\xff\xfe", b"null", b"[" * 100_000])
def test_a_damaged_file_is_counted_and_replaced(damage: bytes, tmp_path: Path) -> None:
    with serving(saying(of_passage(KNOWN))) as model:
        first = read(model, tmp_path, REPORTS[:1])
        (path,) = (tmp_path / "answers").rglob("*.json")
        path.write_bytes(damage)
        run = Run(model.settings(tmp_path))
        assert [(r.report.id, r.statements, r.refused) for r in LlmExtractor(run).read(REPORTS[:1])] == first
        assert run.tally.damaged == 1
        assert len(model.received) == 2
        assert json.loads(path.read_bytes())["key"] == path.stem


def test_an_answer_of_another_request_is_not_used(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path)
    cache.put("a" * 64, Answer("x"))
    cache.path("b" * 64).parent.mkdir()
    cache.path("a" * 64).rename(cache.path("b" * 64))
    assert cache.get("b" * 64) is None
    assert cache.damaged == 1


def test_every_content_can_be_kept(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path)
    for n, content in enumerate(["", "石渡县", "\ud83d", "\x00\u2028", '"}]', "x" * 100_000]):
        answer = Answer(content, "", n, n)
        cache.put(f"{n:064}", answer)
        assert cache.get(f"{n:064}") == answer


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("a file")
    with serving(saying(of_passage(KNOWN))) as model, pytest.raises(ExportError, match=r"answers.*GRAPHKIT_LLM_CACHE"):
        read(model, tmp_path, REPORTS[:1])


def test_a_run_that_is_killed_resumes_without_repeating_an_answered_request(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    for report in REPORTS:
        (tmp_path / "reports" / f"{report.id}.txt").write_text(report.text, encoding="utf-8")
    held, answered = threading.Event(), [b""]

    def behave(handler: Handler) -> None:
        with handler.model.lock:
            number = len(answered)
            if number <= 6 or held.is_set():
                answered.append(json.dumps(handler.request_body["messages"]).encode())
        if number > 6 and not held.is_set():
            held.wait(60)  # The process is killed while it waits for these.
            return
        handler.send(200, completion(of_passage(KNOWN)(handler.data)))

    with serving(behave) as model:
        environment = {
            **os.environ,
            "GRAPHKIT_LLM_URL": model.url,
            "GRAPHKIT_LLM_MODEL": "invented-1",
            "GRAPHKIT_LLM_CACHE": str(tmp_path / "answers"),
        }
        command = [sys.executable, "-m", "graphkit", "build", "reports", "--graph", "graph", "--extractor", "llm"]
        first = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while len(list((tmp_path / "answers").rglob("*.json"))) < 6 and time.monotonic() < end:
            time.sleep(0.02)
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert len(answered) == 1 + 6
        before = set(answered)
        held.set()
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        after = answered[7:]
        assert len(after) == 6
        assert not before & set(after)
        assert "12 read" in done.stderr
        again = subprocess.run([*command[:5], "--graph", "other", *command[7:]], cwd=tmp_path, env=environment)
        assert again.returncode == 0
        assert len(answered) == 1 + 12
    for name in ("graph", "other"):
        with graphkit.open(tmp_path / name) as graph:
            assert len(list(graph.statements())) == 12 * len(KNOWN)
    assert not list((tmp_path / "answers").rglob("*.part"))


def test_a_folder_that_is_read_only_is_named_before_a_request(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with serving(saying(of_passage(KNOWN))) as model, pytest.raises(ExportError, match="cannot be used"):
        read(model, tmp_path, REPORTS[:1], cache=tmp_path / "file" / "answers")
    assert model.received == []
