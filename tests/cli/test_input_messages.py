"""Inputs that were not read are shown in the messages, in `status` and by the exit code."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from graphkit.building.outcome import reason_kind
from graphkit.cli.input_messages import input_lines, missing_line
from tests.cli.conftest import Run

TEXT = "市委书记林知远到石渡县调研。"


def status(run: Run, graph: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("status", "-g", graph, "-f", "json").stdout)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which one of ten entries is a report."""
    root = tmp_path / "r"
    (root / "sub").mkdir(parents=True)
    (root / "good.txt").write_text(TEXT, encoding="utf-8")
    (root / "old.pages").write_bytes(b"x")
    (root / "sub" / "list.html").write_text("<html><body><p>石渡县</p></body></html>", encoding="utf-8")
    (root / "empty.txt").write_bytes(b"")
    (root / "head.csv").write_text("text\n", encoding="utf-8")
    (root / "bad.txt").write_bytes(b"\x00\x01\x02")
    (root / ".DS_Store").write_bytes(b"x")
    (root / "gone.txt").symlink_to("nowhere")
    (root / "out.txt").symlink_to("/etc/passwd")
    os.mkfifo(root / "pipe.txt")
    return root


EXPECTED = {
    "old.pages": ("not read", "save it as .docx"),
    "gone.txt": ("not read", "does not exist"),
    "out.txt": ("not read", "leads outside"),
    "pipe.txt": ("not read", "a FIFO"),
    "sub/list.html": ("no report", "no article"),
    "head.csv": ("no report", "no rows"),
    "empty.txt": ("failed", "is empty"),
    "bad.txt": ("failed", "byte 0"),
}


def test_every_file_that_was_not_read_is_listed(run: Run, folder: Path, tmp_path: Path) -> None:
    graph = tmp_path / "g"
    built = run("build", folder, "-g", graph)
    extracted = run("extract", folder)
    shown = run("status", "-g", graph)
    assert (built.returncode, extracted.returncode, shown.returncode) == (1, 1, 0)
    for name, (label, words) in EXPECTED.items():
        for output in (built.stderr, extracted.stderr, shown.stdout):
            assert any(
                line.startswith(f"{label}: {folder / name}: ") and words in line for line in output.splitlines()
            ), (name, output)
    assert (
        "1 read, 0 already in the graph, 2 failed, 4 not read, 2 without a report, 1 ignored (system or hidden)"
        in built.stderr
    )
    assert "of 1 report: 1 without a date, 1 without a place, 1 without a publisher" in built.stderr
    assert ".DS_Store" not in built.stderr
    assert ".DS_Store" in run("-v", "build", folder, "-g", graph).stderr
    found = status(run, graph)
    assert {k: found[k] for k in ("reports", "failed", "not_read", "no_report", "ignored", "without_date")} == {
        "reports": 1,
        "failed": 2,
        "not_read": 4,
        "no_report": 2,
        "ignored": 1,
        "without_date": 1,
    }
    assert {i["kind"] for i in found["inputs_not_read"]} == {"unknown type", "link", "special file", "no report"}
    assert [i["source"] for i in found["inputs_ignored"]] == [str(folder / ".DS_Store")]


def test_an_entry_is_removed_when_its_file_is_read_or_deleted(run: Run, folder: Path, tmp_path: Path) -> None:
    graph = tmp_path / "g"
    run("build", folder, "-g", graph)
    for name in ("old.pages", "gone.txt", "out.txt", "pipe.txt", ".DS_Store", "head.csv"):
        (folder / name).unlink()
    for name in ("empty.txt", "bad.txt"):
        (folder / name).write_text(TEXT + name, encoding="utf-8")
    done = run("build", folder, "-g", graph)
    assert (done.returncode, "no report" in done.stderr) == (1, True)
    found = status(run, graph)
    assert [i["source"] for i in found["inputs_not_read"]] == [str(folder / "sub" / "list.html")]
    assert (found["failures"], found["inputs_ignored"], found["reports"]) == ([], [], 3)
    (folder / "sub" / "list.html").unlink()
    assert run("build", folder, "-g", graph).returncode == 0
    assert status(run, graph)["inputs_not_read"] == []


def test_system_files_do_not_change_the_exit_code(run: Run, tmp_path: Path) -> None:
    for name in ("good.txt", ".DS_Store", "Thumbs.db", "~$x.docx", "desktop.ini"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    (tmp_path / "good-link.txt").symlink_to("good.txt")
    assert run("extract", tmp_path).returncode == 0


@pytest.mark.parametrize("command", ["extract", "build"])
def test_an_empty_path_is_a_usage_error(run: Run, tmp_path: Path, command: str) -> None:
    done = run(command, "", GRAPHKIT_GRAPH=str(tmp_path / "g"))
    assert done.returncode == 2
    assert "the value is an empty text" in done.stderr


def test_a_large_number_of_inputs_is_grouped_by_reason(run: Run, tmp_path: Path) -> None:
    for n in range(30):
        (tmp_path / f"{n:02d}.png").write_bytes(b"x")
        (tmp_path / f"{n:02d}.pages").write_bytes(b"x")
    (tmp_path / "good.txt").write_text(TEXT, encoding="utf-8")
    lines = run("build", tmp_path, "-g", tmp_path / "g").stderr.splitlines()
    assert len([line for line in lines if line.startswith("not read: ")]) == 8
    assert sum("not read: 27 more: unknown kind of file" in line for line in lines) == 2
    assert f"`graphkit status --graph {tmp_path / 'g'} --format json` lists all of them" in lines
    assert len(status(run, tmp_path / "g")["inputs_not_read"]) == 60
    assert (
        sum(
            line.startswith("not read: ")
            for line in run("-v", "build", tmp_path, "-g", tmp_path / "g").stderr.splitlines()
        )
        == 60
    )


def test_a_list_of_different_reasons_is_shortened() -> None:
    lines = list(input_lines("failed", [(f"{n}.txt", f"strange {chr(0x4E00 + n)}") for n in range(500)]))
    assert lines[0] == "failed: 0.txt: strange 一"
    assert lines[20:] == ["failed: 480 more for 480 other reasons"]
    assert len(list(input_lines("failed", [(f"{n}.txt", f"byte {n}") for n in range(500)]))) == 4


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("byte 3 is 'x'", "byte 1,200 is 'y'"),
        (
            "rule: visited: Person is not allowed as object (何清嘉)",
            "rule: visited: Person is not allowed as object (周远航)",
        ),
        ("subject span 3-9 is outside", "subject span 10-99 is outside"),
    ],
)
def test_reasons_that_differ_in_details_are_grouped(one: str, other: str) -> None:
    assert reason_kind(one) == reason_kind(other)


def test_missing_fields_are_counted() -> None:
    assert (
        missing_line({"date": 2, "place": 0, "publisher": 1}, 3)
        == "of 3 reports: 2 without a date, 1 without a publisher"
    )
    assert missing_line({"date": 0, "place": 0, "publisher": 0}, 3) == ""
