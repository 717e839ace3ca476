from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.recognition.dates import BASES, find_dates, iso_day


@pytest.mark.parametrize(
    ("text", "published", "value"),
    [
        ("3月2日，", "2022-03-03", "2022-03-02"),
        ("12月30日，", "2023-01-02", "2022-12-30"),
        ("3月2日，", "", "--03-02"),
        ("21日至23日，", "2024-05-24", "2024-05-21/2024-05-23"),
        ("28日，", "2024-05-02", "2024-04-28"),
        ("30日至2日，", "2024-05-03", "2024-04-30/2024-05-02"),
        ("4月23、24日", "2024-04-25", "2024-04-23/2024-04-24"),
        ("5月11日-17日", "2024-05-20", "2024-05-11/2024-05-17"),
        ("12月30日至1月2日", "2024-01-03", "2023-12-30/2024-01-02"),
        ("2021年6月8日，", "2024-01-01", "2021-06-08"),
        ("去年9月1日", "2024-05-03", "2023-09-01"),
        ("今天上午，", "2024-05-03", "2024-05-03"),
        ("昨日，", "2024-03-01", "2024-02-29"),
        ("6月6日上午", "2024-06-07", "2024-06-06"),
    ],
)
def test_days_and_ranges(text: str, published: str, value: str) -> None:
    assert [d.value for d in find_dates(text, published)] == [value]


@pytest.mark.parametrize("text", ["近日，", "日前", "13月2日", "2月30日", "第3日", "21日"])
def test_no_day_is_made_up(text: str) -> None:
    assert find_dates(text, "") == []


@pytest.mark.parametrize("text", ["2024-04-05", "2024/4/5", "2024.04.05 10:00", "2024年4月5日", "20240405"])
def test_date_fields(text: str) -> None:
    assert iso_day(text) == "2024-04-05"


@pytest.mark.parametrize("text", ["", "2024", "2024-13-05", "四月五日"])
def test_half_a_date_is_none(text: str) -> None:
    assert iso_day(text) == ""


@given(st.dates(min_value=__import__("datetime").date(1990, 1, 1)), st.integers(0, 180))
def test_a_day_in_the_half_year_before_publication_is_found(published: object, back: int) -> None:
    from datetime import date, timedelta

    assert isinstance(published, date)
    day = published - timedelta(days=back)
    (found,) = find_dates(f"{day.month}月{day.day}日，市委书记到石渡县调研。", published.isoformat())
    assert found.value == day.isoformat()


@pytest.mark.parametrize(
    ("text", "published", "value", "basis"),
    [
        ("2024年3月2日", "2024-03-05", "2024-03-02", "printed"),
        ("3月2日", "2024-03-05", "2024-03-02", "publication year"),
        ("12月30日", "2024-01-02", "2023-12-30", "last year"),
        ("将于1月9日至10日", "2023-12-28", "2024-01-09/2024-01-10", "coming year"),
        ("将于9月9日", "2023-09-04", "2023-09-09", "publication year"),
        ("将于3日", "2023-09-28", "2023-10-03", "publication month"),
        ("28日", "2024-03-05", "2024-02-28", "publication month"),
        ("3月2日", "", "--03-02", "no year"),
    ],
)
def test_a_date_says_what_it_rests_on(text: str, published: str, value: str, basis: str) -> None:
    (mark,) = find_dates(text, published)
    assert (mark.value, mark.basis) == (value, basis)
    assert mark.basis in BASES
