from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.cli import review as command
from graphkit.decisions.model import Verdict
from tests.cli.conftest import Run
from tests.conftest import write_records

TEXT = "3月5日，市委书记林知远到石渡县调研。市长陈若川陪同。"


@pytest.fixture
def folder(tmp_path: Path) -> str:
    records = [
        {"id": "a", "text": TEXT},
        {"id": "b", "text": "县委书记李强到云雾镇调研。"},
        {"id": "c", "text": "县委书记李强到古井村调研。"},
    ]
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", records))
    return str(tmp_path / "g")


def waiting(run: Run, folder: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("review", "--list", "--graph", folder, "--format", "json").stdout)
    return found


def test_decisions_refer_to_statements_by_id_and_to_names(run: Run, folder: str, tmp_path: Path) -> None:
    rows = waiting(run, folder)
    assert [r["confidence"] for r in rows] == sorted(r["confidence"] for r in rows)
    visit = next(r for r in rows if r["relation"] == "visited" and r["report"] == "a")
    assert visit["quote"] in TEXT
    done = run("review", "--reject", visit["id"], "--who", "甲", "--note", "no", "--graph", folder)
    assert (done.returncode, done.stderr) == (0, "reject: 林知远 —visited→ 石渡县  --03-05\n")
    assert visit["id"] not in {r["id"] for r in waiting(run, folder)}
    assert (
        run(
            "query",
            "MATCH (:Person {name: '林知远'})-[v:VISITED]->(s) RETURN s.name",
            "--graph",
            folder,
            "--format",
            "csv",
        ).stdout.strip()
        == ""
    )
    assert run("review", "--different", "李强@b", "李强@c", "--graph", folder).returncode == 0
    decided = json.loads(run("review", "--decided", "--graph", folder, "--format", "json").stdout)
    assert [(d["verdict"], d["what"]) for d in decided if d["verdict"] == "different"] == [
        ("different", "李强@b / 李强@c")
    ]
    assert {"甲"} < {d["who"] for d in decided}
    out = tmp_path / "d.jsonl"
    assert run("review", "--export", str(out), "--graph", folder).returncode == 0
    scored = json.loads(run("evaluate", out, "--graph", folder, "--format", "json").stdout)
    assert scored["relations"]["visited"]["p"] == 0.0
    key = next(d["key"] for d in decided if d["verdict"] == "reject")
    assert "withdrawn" in run("review", "--undo", key, "--graph", folder).stderr
    assert visit["id"] in {r["id"] for r in waiting(run, folder)}
    assert run("review", "--import", str(out), "--graph", folder).stderr.startswith("0 new decisions")


def test_usage_errors_are_explained(run: Run, folder: str, tmp_path: Path) -> None:
    assert "in a script use --list" in run("review", "--graph", folder).stderr
    assert "NAME@REPORT" in run("review", "--same", "李强", "李强@c", "--graph", folder).stderr
    assert "no statement 'x' in this graph" in run("review", "--accept", "x", "--graph", folder).stderr
    assert "--reports FILE for gold annotations, --graph DIR for decisions" in run("evaluate", "x.jsonl").stderr
    assert run("review", "--export", str(tmp_path / "d.txt"), "--graph", folder).returncode == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--decided", "--relation", "visited"], "--relation applies only to --list and to the dialog"),
        (["--export", "-", "--report", "a"], "--report applies only to --list and to the dialog"),
        (["--list", "--relation", "went"], "no relation 'went'; one of visited, "),
        (["--list", "--report", "z"], "contains no report with this id"),
        (["--list", "--contested"], "--list and --contested cannot be combined"),
        (["--export", "-", "--top", "3"], "--top and --format need --list, --decided or --contested"),
        (["--list", "--note", "x"], "--note needs --accept, --reject, --same, --different or --undo"),
        (["--same", "李强@b", "李强@c", "--same", "李强@a", "李强@c"], "the option is given more than once"),
    ],
)
def test_options_that_would_be_ignored_are_rejected(run: Run, folder: str, arguments: list[str], words: str) -> None:
    done = run("review", "--graph", folder, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    with graphkit.open(folder) as graph:
        assert list(graph.review().history()) == []


def test_statements_are_accepted_rejected_and_corrected_on_the_terminal(
    folder: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Accepts one statement, rejects one, withdraws the rejection, corrects one and stops."""
    answers = iter(["?", "a", "r", "u", "s", "c", "", "planned", "", "", "", "y", "q"])
    monkeypatch.setattr("builtins.input", lambda _: next(answers))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    command.command(graph=Path(folder))
    with graphkit.open(folder) as graph:
        assert sorted(d.verdict.value for d in graph.review().decisions()) == [Verdict.accept, Verdict.mend]
        assert [s.status.value for s in graph.statements() if s.rule == "review"] == ["planned"]
    shown = capsys.readouterr().out
    assert "withdrawn" in shown
    assert "accept" in shown


@pytest.mark.parametrize(
    "answers",
    [
        ["q"],
        ["", "q"],
        ["", "", "", "Q"],
        [None],
        ["", None],
        ["", "", "", "", None],
        ["", "", "2024-03-04", "", "", "n"],
        ["", "", "2024-03-04", "", "", ""],
        ["", "", "2024-03-04", "", "", None],
        ["", "", "", "", ""],
    ],
)
def test_a_correction_can_be_cancelled(folder: str, monkeypatch: pytest.MonkeyPatch, answers: list[str | None]) -> None:
    given = iter(["m", *answers, "q"])

    def answer(_: str) -> str:
        words = next(given)
        if words is None:
            raise EOFError
        return words

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    command.command(graph=Path(folder), relation="visited")
    assert next(given, "") == ""
    with graphkit.open(folder) as graph:
        assert graph.review().decisions() == []


def test_invalid_answers_of_a_correction_are_requested_again(
    run: Run, folder: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reason is printed each time, and the result must be confirmed."""
    answers = iter(
        [
            "c",
            "2024-03-04",
            "flew_to",
            "",
            "习近平",
            "?",
            "",
            "习近平",
            "2024-02-30",
            "2024-03-04",
            "民主村社区",
            "陈若川",
            "visited",
            "Person",
            "",
            "y",
            "q",
        ]
    )
    prompts: list[str] = []
    monkeypatch.setattr("builtins.input", lambda prompt: (prompts.append(prompt), next(answers))[1])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    command.command(graph=Path(folder), relation="visited", report="a")
    shown = capsys.readouterr()
    assert "does not occur in the report" in shown.out
    assert "'2024-02-30' is not a date" in shown.out
    assert "actual, planned, urged, denied" in shown.out
    assert "new: 陈若川 —visited→ 石渡县  2024-03-04" in shown.out
    assert "1 decision\n" in shown.err
    (row,) = json.loads(run("review", "--decided", "--graph", folder, "--format", "json").stdout)
    assert row["verdict"] == "correct"
    assert row["what"] == "林知远 —visited→ 石渡县  --03-05 ⇒ 陈若川 —visited→ 石渡县  2024-03-04"


def test_nothing_is_written_when_one_id_is_unknown(run: Run, folder: str) -> None:
    first = waiting(run, folder)[0]["id"]
    done = run("review", "--accept", first[:8], "--reject", "ffffffff", "--graph", folder)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert json.loads(run("review", "--decided", "--graph", folder, "--format", "json").stdout) == []
    assert run("review", "--accept", first[:8], "--graph", folder).returncode == 0


def test_open_statements_are_printed_as_a_table(run: Run, folder: str) -> None:
    rows = list(
        csv.DictReader(io.StringIO(run("review", "--list", "--graph", folder, "--format", "csv", "--top", "2").stdout))
    )
    assert len(rows) == 2
    assert list(rows[0]) == [
        "id",
        "subject",
        "relation",
        "object",
        "status",
        "date",
        "confidence",
        "report",
        "again",
        "quote",
    ]
