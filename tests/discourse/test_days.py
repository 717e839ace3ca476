"""The day that a sentence has from the sentences before it."""

from __future__ import annotations

import pytest

from graphkit.discourse.scene import read_scenes
from graphkit.model import Report
from graphkit.recognition.marks import mark_words
from graphkit.recognition.persons import mark_persons
from graphkit.recognition.tagger import shared_tagger


@pytest.mark.parametrize(
    ("text", "days"),
    [
        (
            "2023年3月，何清嘉到云雾镇调研。2023年5月，何清嘉到青石镇调研。何清嘉来到白云社区。",
            ["2023-03", "2023-05", "2023-05"],
        ),
        (
            "4月5日，何清嘉到云雾镇调研。去年12月，何清嘉到青石镇调研。何清嘉来到白云社区。",
            ["2024-04", "2023-12", "2024-04"],
        ),
        ("2023年3月，何清嘉到云雾镇调研。何清嘉来到白云社区。", ["2023-03", "2023-03"]),
    ],
)
def test_a_month_holds_until_the_next_one_if_no_day_is_named_before(text: str, days: list[str]) -> None:
    report = Report(id="r", text=text, date="2024-04-06")
    scenes = read_scenes(mark_persons(next(iter(mark_words([report], shared_tagger())))))
    assert [scene.date[:7] for scene in scenes] == days
