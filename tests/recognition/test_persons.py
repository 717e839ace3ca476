"""Names of persons are found by tags, after posts, in lists and at other occurrences in the report."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graphkit.recognition.marks import MarkedReport

Marked = Callable[[str], MarkedReport]


def names(report: MarkedReport) -> list[str]:
    return [person.name for sentence in report.sentences for person in sentence.persons]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("县委书记王建国主持会议。", ["王建国"]),
        ("县领导王建国、李志强、陈晓明参加调研。", ["王建国", "李志强", "陈晓明"]),
        ("副县长洛桑江村主持会议。", ["洛桑江村"]),
        ("总统阿卜杜勒表示，愿加强合作。", ["阿卜杜勒"]),
        ("县委书记王建国主持会议。会后，王建国来到白云社区。", ["王建国", "王建国"]),
        ("白云社区举行座谈会。", []),
    ],
)
def test_names_of_persons_are_found(marked: Marked, text: str, expected: list[str]) -> None:
    assert names(marked(text)) == expected


def test_a_name_inside_a_doctrine_is_not_an_actor(marked: Marked) -> None:
    report = marked("会议强调，要学习贯彻习近平新时代中国特色社会主义思想。")
    (person,) = report.sentences[0].persons
    assert person.embedded
    assert report.sentences[0].actors() == []
