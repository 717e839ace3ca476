"""The names of columns: each field of a report has some, and mistakes in the file are reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphkit.errors import GrammarError
from graphkit.grammar import columns
from graphkit.reading.tables import read_csv


def test_no_name_is_used_for_two_fields() -> None:
    names = [name for listed in columns.column_names().values() for name in listed]
    assert len(names) == len(set(names))


def test_the_first_name_of_the_list_is_preferred() -> None:
    (report,) = read_csv("内容,正文,编号\n摘要。,王建国到青石县调研。,7\n".encode(), "a.csv", "a")
    assert (report.text, report.id) == ("王建国到青石县调研。", "7")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("text = 正文", r"columns\.toml is not valid TOML"),
        ('text = "正文"', r"columns\.toml, text: expected a list of names"),
        ("title = []", r"columns\.toml, title: expected a list of names"),
        ("id = [7]", r"columns\.toml, id: expected a list of names"),
    ],
)
def test_a_wrong_entry_is_named(text: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / columns.FILE).write_text(text, encoding="utf-8")
    monkeypatch.setattr(columns, "FOLDER", tmp_path)
    columns.column_names.cache_clear()
    try:
        with pytest.raises(GrammarError, match=problem):
            columns.column_names()
    finally:
        columns.column_names.cache_clear()
