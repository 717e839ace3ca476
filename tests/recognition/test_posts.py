"""Posts before names: their beginning and their division."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graphkit.recognition.marks import MarkedReport


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市委副书记、市长王建国主持会议。", ["市委副书记", "市长"]),
        ("市发展和改革委员会主任王建国主持会议。", ["市发展和改革委员会主任"]),
        ("市委组织部部长王建国主持会议。", ["市委组织部部长"]),
        ("调研期间，副县长（挂职）王建国主持会议。", ["副县长（挂职）"]),
        ("王建国主持会议。", []),
    ],
)
def test_posts_before_a_name_are_divided_correctly(
    marked: Callable[[str], MarkedReport], text: str, expected: list[str]
) -> None:
    report = marked(text)
    (person,) = report.sentences[0].persons
    assert [report.words(a, b) for a, b in person.posts] == expected
