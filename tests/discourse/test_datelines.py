"""今天 and 昨天 in a report of a news agency mean the day of its dateline, not the day on which a site published it."""

from __future__ import annotations

import pytest

import graphkit


def days(text: str, published: str) -> set[str]:
    found = graphkit.extract(text, date=published, extractor="fast").statements
    return {s.date for s in found if s.relation == "attended"}


@pytest.mark.parametrize(("text", "published", "day"), [
    ("新华社石渡3月5日电 市长李志强今天出席全市招商大会。", "2024-03-07", "2024-03-05"),
    ("新华社北京12月31日电 国务院总理王建国今天出席全国农业大会。", "2025-01-02", "2024-12-31"),
    ("新华社青石4月8日电（记者林知远）省长周远航今日出席全省教育大会。", "2024-04-09", "2024-04-08"),
    ("新华社石渡5月10日电 市委书记何清嘉昨天出席青年企业家大会。", "2024-05-12", "2024-05-09"),
    ("石渡日报石渡6月1日电 市长李志强今天出席全市招商大会。", "2024-06-03", "2024-06-01"),
    ("新华社白云2月28日电 副省长陈若川前天出席全省林业大会。", "2024-03-01", "2024-02-26"),
    # Without a dateline, with one of the same day, and with one that is too old, the day of publication decides.
    ("市长李志强今天出席全市招商大会。", "2024-03-07", "2024-03-07"),
    ("新华社石渡3月7日电 市长李志强今天出席全市招商大会。", "2024-03-07", "2024-03-07"),
    ("新华社石渡1月5日电 市长李志强今天出席全市招商大会。", "2024-03-07", "2024-03-07"),
])  # fmt: skip
def test_today_is_the_day_of_the_dateline(text: str, published: str, day: str) -> None:
    assert days(text, published) == {day}
