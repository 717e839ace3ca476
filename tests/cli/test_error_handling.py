"""Errors are reported in one sentence with an exit code; the traceback is printed with --debug only."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from graphkit.cli.error_handling import explain
from graphkit.errors import LedgerError, UsageError
from tests.commands import run_command
from tests.conftest import ROOT

REPORT = ROOT / "examples" / "reports" / "04-flood-inspection.txt"


def run(*arguments: object, redirect: str = "", cwd: Path | None = None, **environment: str) -> tuple[int, bytes, str]:
    words = [sys.executable, "-m", "graphkit", *map(str, arguments)]
    command = ["sh", "-c", f'exec "$@" {redirect}', "sh", *words]
    done = subprocess.run(
        command,
        capture_output=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "80", "PYTHONPATH": str(ROOT), **environment},
    )
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (UsageError("x"), 2, "x"),
        (LedgerError("y"), 3, "y"),
        (KeyboardInterrupt(), 130, "stopped"),
        (MemoryError(), 3, "memory"),
        (RecursionError(), 3, "nested"),
        (sqlite3.OperationalError("disk I/O error"), 3, "disk I/O error"),
        (ModuleNotFoundError("No module named 'pypdf'", name="pypdf"), 3, "pip install pypdf"),
        (OSError(28, "No space left on device", "a/b"), 3, "a/b: No space left on device; free some space"),
        (ZeroDivisionError("division by zero"), 3, "--debug"),
        ("上".encode().decode("latin-1") and UnicodeEncodeError("ascii", "上", 0, 1, "x"), 3, "PYTHONUTF8"),
    ],
)
def test_every_error_is_reported_in_one_sentence(error: BaseException, code: int, words: str) -> None:
    said, with_code = explain(error)
    assert (with_code, words in said, "\n" in said) == (code, True, False), said


def test_the_traceback_is_printed_with_debug(tmp_path: Path) -> None:
    plain = run("status", "--graph", tmp_path / "none")
    assert (plain[0], "Traceback" in plain[2]) == (3, False)
    for done in (
        run("--debug", "status", "-g", tmp_path / "none"),
        run("status", "-g", tmp_path / "none", "--debug"),
        run("status", "-g", tmp_path / "none", GRAPHKIT_DEBUG="1"),
    ):
        assert (done[0], "Traceback" in done[2]) == (3, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("extract", ""),
        ("extract", str(REPORT), ""),
        ("build", ""),
        ("show", ""),
        ("query", ""),
        ("sparql", ""),
        ("remove", ""),
        ("status", "--graph", ""),
        ("status", "--graph="),
        ("export", "-f", "csv", "-o", ""),
        ("phrases", "first", ""),
        ("load", "sparql", ""),
        ("review", "--accept", ""),
        ("evaluate", ""),
        ("phrases", "trend", "a", ""),
    ],
)
def test_an_empty_argument_is_a_usage_error(
    tmp_path: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "r.txt").write_text("市委书记林知远到石渡县调研。", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = run_command(*arguments)
    assert (done.returncode, done.stdout, "empty text" in done.stderr) == (2, "", True), done.stderr


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "gbk"},
        {"PYTHONIOENCODING": "latin-1:strict"},
    ],
)
def test_output_into_a_pipe_is_utf8_for_every_locale(tmp_path: Path, environment: dict[str, str]) -> None:
    path = tmp_path / "报道.txt"
    path.write_text("市委书记林知远到石渡县调研。", encoding="utf-8")
    code, out, err = run("extract", path, "--format", "gold", **environment)
    assert code == 0, err
    assert "林知远" in out.decode("utf-8")
    assert '"id": "报道"' in out.decode("utf-8")


@pytest.mark.skipif(os.name != "posix", reason="redirections of sh")
@pytest.mark.parametrize(
    ("redirect", "code"), [(">&-", 3), ("2>&-", 0), ("<&-", 0), ("<&- 2>&-", 0), (">&- 2>&- <&-", 3)]
)
def test_closed_standard_streams_are_not_an_error(redirect: str, code: int) -> None:
    found, _, err = run("extract", REPORT, redirect=redirect)
    assert (found, "Traceback" in err) == (code, False), err


@pytest.mark.skipif(os.name != "posix", reason="pipes of a POSIX system")
@pytest.mark.parametrize(
    "arguments",
    [
        ("show", REPORT),
        ("extract", REPORT),
        ("extract", REPORT, "--format", "table"),
        ("--help",),
        ("build", "--help"),
        ("phrases", "-h"),
        ("--version",),
    ],
)
def test_a_reader_that_stops_early_is_not_an_error(arguments: tuple[object, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    words = [sys.executable, "-m", "graphkit", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "80", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, stdout=write, stderr=subprocess.PIPE, check=False, env=environment)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")
