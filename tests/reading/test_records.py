"""Fields of JSONL and CSV are kept unchanged; invalid dates are counted and shown."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import graphkit
from graphkit.errors import UsageError
from graphkit.model import Failure, Report
from graphkit.reading import read_paths
from tests.commands import run_command

TEXT = "3月5日，市委书记林知远到石渡县调研。"
KEPT = [
    "a\x85b",
    "a\u2028b",
    "a\u00a0b",
    "a\tb",
    "a\nb",
    "=1+1",
    "a  b",
    "'x'",
    '"',
    "a\ufeffb",
    "A/N",
    "é e\u0301",
]
NO_DAYS = [
    "yesterday",
    "2024-02-30",
    "2024-13-01",
    "2024",
    "3月5日",
    "0000-00-00",
    "unknown",
    "２０２４-13-05x",
    '2024"^^<x:t>',
    "\u202e2024",
]


@pytest.mark.parametrize("words", KEPT)
@pytest.mark.parametrize("field", ["id", "title", "publisher", "place", "url"])
def test_jsonl_fields_are_kept_without_surrounding_white_space(tmp_path: Path, field: str, words: str) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(
        json.dumps({"id": "r", "text": TEXT, "title": "t", "place": "x", field: f" {words}\u3000\n"}), encoding="utf-8"
    )
    (report,) = read_paths([path])
    assert isinstance(report, Report)
    assert getattr(report, field) == words


@pytest.mark.parametrize("words", [k for k in KEPT if "\x85" not in k])
def test_fields_of_csv_are_kept(tmp_path: Path, words: str) -> None:
    path = tmp_path / "r.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", "text", "title"], ["r", TEXT, f" {words} "]])
    (report,) = read_paths([path])
    assert isinstance(report, Report)
    assert report.title == words


@pytest.mark.parametrize("bad", ["\x0b", "\x0c", "\x00", "\x1f", "\ufffe"])
def test_a_field_with_a_control_character_is_rejected_with_its_position(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(json.dumps({"id": "r", "text": TEXT, "title": f"ab{bad}c"}), encoding="utf-8")
    (failure,) = read_paths([path])
    assert isinstance(failure, Failure)
    assert "title" in f"{failure.source} {failure.reason}"
    assert "character 2" in failure.reason


@pytest.mark.parametrize("workers", [1, 2])
def test_invalid_dates_are_counted_and_the_first_is_shown(tmp_path: Path, workers: int) -> None:
    path = tmp_path / "r.jsonl"
    records = [
        {"id": "good", "text": TEXT, "date": "2024年3月5日"},
        {"id": "none", "text": f"1{TEXT}"},
        *({"id": f"r{n}", "text": f"{n}{TEXT}", "date": d} for n, d in enumerate(NO_DAYS)),
    ]
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    with graphkit.open(tmp_path / "g", create=True) as graph:
        outcome = graph.build(path, workers=workers)
        assert outcome.missing["date"] == len(NO_DAYS) + 1
        assert outcome.unread_dates == len(NO_DAYS)
        source, words = outcome.first_unread_date
        assert source.endswith("r.jsonl:3")
        assert words == NO_DAYS[0]
        assert graph.build(path).unread_dates == 0


@pytest.mark.parametrize("command", ["build", "extract"])
def test_the_command_reports_an_invalid_date(tmp_path: Path, command: str) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        f"text,date\n{TEXT},\x1b\n{TEXT}2,yesterday{'y' * 100}\n".replace("\x1b", "2024-03-05"), encoding="utf-8"
    )
    done = run_command(command, str(path), *(["--graph", str(tmp_path / "g")] if command == "build" else []))
    (line,) = [one for one in done.stderr.splitlines() if "not a day" in one]
    assert "r.csv:3: date “yesterday" in line
    assert len(line) < 300


def test_an_invalid_date_passed_to_extract_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="date: 'yesterday' is not a day"):
        graphkit.extract(TEXT, date="yesterday")


def test_a_row_without_text_is_a_failure_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(f"id,text\nx\ny,{TEXT}\n", encoding="utf-8")
    failure, report = read_paths([path])
    assert isinstance(failure, Failure)
    assert (failure.source, failure.reason) == (f"{path}:2", "1 cells where the header has 2")
    assert isinstance(report, Report)
    assert report.id == "y"


def test_a_byte_order_mark_before_json_lines_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"id": "r", "text": TEXT}).encode())
    (report,) = read_paths([path])
    assert isinstance(report, Report)
    assert report.id == "r"
