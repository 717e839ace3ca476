"""The examples of the library run: a web application with ten threads, a stream, and a notebook with pandas."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from tests.conftest import ROOT

LIBRARY = ROOT / "examples" / "library"
RECORDS = [
    {
        "id": f"r{n}",
        "text": f"{n + 1}月2日，市委书记林知远到石渡县调研。",
        "date": "2024-12-30",
        "place": "山西省临汾市",
    }
    for n in range(10)
]


@pytest.fixture
def start() -> Iterator[Any]:
    """Starts an example, which ends with the test."""
    running: list[subprocess.Popen[str]] = []

    def run(name: str, *arguments: object) -> subprocess.Popen[str]:
        running.append(
            subprocess.Popen(
                [sys.executable, str(LIBRARY / name), *map(str, arguments)], text=True, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONUTF8": "1"},
            )
        )  # fmt: skip
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.communicate()


def test_the_web_application_answers_ten_threads(start: Any, tmp_path: Path) -> None:
    process = start("web_application.py", tmp_path / "g", 0)
    address = process.stdout.readline().partition("/visits")[0]
    together = threading.Barrier(10)

    def use(record: dict[str, str]) -> tuple[Any, Any]:
        together.wait()
        with urlopen(Request(f"{address}/reports", json.dumps(record).encode()), timeout=60) as answer:
            added = json.load(answer)
        with urlopen(f"{address}/visits?person={quote('林知远')}", timeout=60) as answer:
            return added, json.load(answer)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(use, RECORDS))
    assert [added for added, _ in answers] == [{"added": 1, "failures": []}] * 10
    assert all(visits and all(v["site"] == "石渡县" for v in visits) for _, visits in answers)
    with urlopen(f"{address}/visits?person={quote('林知远')}", timeout=60) as answer:
        assert len(json.load(answer)) == 10


def test_the_stream_prints_statements_as_messages_arrive(start: Any, tmp_path: Path) -> None:
    process = start("stream.py", tmp_path / "g")
    for record in RECORDS[:3]:
        process.stdin.write(json.dumps(record) + "\n")
        process.stdin.flush()
        found = json.loads(process.stdout.readline())
        while found["relation"] != "visited":
            found = json.loads(process.stdout.readline())
        assert (found["report"], found["quote"]) == (record["id"], record["text"])
    _, errors = process.communicate('{"id": "x"}\n', timeout=60)
    assert "not read: reports[3]: no `text`" in errors
    assert "3 reports in the graph" in errors
    assert process.returncode == 0


def test_the_notebook_with_tables_runs() -> None:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(LIBRARY / "tables.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    done = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT / "examples")}}).execute()
    shown = "".join(str(c.get("outputs", "")) for c in done.cells)
    assert "石渡县" in shown
    assert "2024-03" in shown
    assert "<mark>" in shown


@pytest.mark.parametrize("name", ["web_application.py", "stream.py"])
def test_examples_are_short(name: str) -> None:
    lines = (LIBRARY / name).read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.strip()]) <= 36
