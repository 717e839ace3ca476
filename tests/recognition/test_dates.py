from __future__ import annotations

from datetime import date, timedelta

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
def test_days_and_ranges_are_recognized(text: str, published: str, value: str) -> None:
    assert [d.value for d in find_dates(text, published)] == [value]


@pytest.mark.parametrize("text", ["近日，", "日前", "13月2日", "2月30日", "第3日", "21日"])
def test_no_date_is_invented(text: str) -> None:
    assert find_dates(text, "") == []


@pytest.mark.parametrize("text", ["2024-04-05", "2024/4/5", "2024.04.05 10:00", "2024年4月5日", "20240405"])
def test_date_fields_are_normalized(text: str) -> None:
    assert iso_day(text) == "2024-04-05"


@pytest.mark.parametrize("text", ["", "2024", "2024-13-05", "四月五日"])
def test_an_incomplete_date_field_is_not_a_date(text: str) -> None:
    assert iso_day(text) == ""


@given(st.dates(min_value=date(1990, 1, 1)), st.integers(0, 180))
def test_past_dates_get_the_right_year(published: date, back: int) -> None:
    day = published - timedelta(days=back)
    (found,) = find_dates(f"{day.month}月{day.day}日，市委书记到石渡县调研。", published.isoformat())
    assert found.value == day.isoformat()


def test_a_narrative_of_the_previous_year_keeps_its_year() -> None:
    (mark,) = find_dates("5月11日，", "2024-03-02", earlier="2023-04-20")
    assert (mark.value, mark.basis) == ("2023-05-11", "last year")
    (mark,) = find_dates("5月11日，", "2024-03-02", earlier="2023-12-20")
    assert mark.value == "2024-05-11"


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)), st.integers(1, 180))
def test_future_dates_get_the_right_year(published: date, ahead: int) -> None:
    day = published + timedelta(days=ahead)
    (found,) = find_dates(f"第三次全体会议将于{day.month}月{day.day}日在石渡县召开。", published.isoformat())
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
        # A near date is in the future.
        ("11月7日至11日，市长将", "2023-11-03", "2023-11-07/2023-11-11", "publication year"),
        ("定于6月3日", "2025-04-08", "2025-06-03", "publication year"),
        ("9月26日起施行", "2023-06-01", "2023-09-26", "publication year"),
        ("12月2日起施行", "2023-06-01", "2022-12-02", "last year"),
        ("展览将持续至12月2日", "2023-06-01", "2023-12-02", "publication year"),
        ("明天（1月1日）", "2024-12-31", "2025-01-01", "coming year"),
        ("1月1日将迎来高峰", "2025-12-31", "2026-01-01", "coming year"),
        ("1月10日，市委召开全会", "2025-12-31", "2025-01-10", "publication year"),
        ("建议明年3月4日召开", "2023-12-29", "2024-03-04", "coming year"),
        ("将于明年1月9日至11日召开", "2022-12-07", "2023-01-09/2023-01-11", "coming year"),
        ("原定于6月14日", "2024-08-07", "2024-06-14", "publication year"),
        ("将于2月29日", "2027-12-01", "2028-02-29", "coming year"),
        ("同年10月1日起施行", "2024-07-04", "--10-01", "no year"),
        ("每年12月4日", "2025-06-17", "--12-04", "no year"),
        ("活动将持续至14日", "2024-05-10", "2024-05-14", "publication month"),
        ("从本月25日起", "2023-05-16", "2023-05-25", "publication month"),
        ("上月3日", "2024-01-16", "2023-12-03", "publication month"),
        ("下月3日", "2023-12-16", "2024-01-03", "publication month"),
    ],
)
def test_a_date_states_its_basis(text: str, published: str, value: str, basis: str) -> None:
    (mark,) = find_dates(text, published)
    assert (mark.value, mark.basis) == (value, basis)
    assert mark.basis in BASES


def test_a_day_without_a_month_can_be_the_day_named_before() -> None:
    (mark,) = find_dates("10日", "2024-08-20", earlier="2024-07-10")
    assert (mark.value, mark.basis) == ("2024-07-10", "earlier date")


@pytest.mark.parametrize(
    ("text", "value", "basis"),
    [
        ("二〇二四年三月五日，", "2024-03-05", "printed"),
        ("二零二四年三月五日，", "2024-03-05", "printed"),
        ("二○二四年十二月三十一日，", "2024-12-31", "printed"),
        ("二〇二三年十月廿五日，", "2023-10-25", "printed"),
        ("三月五日，", "2024-03-05", "publication year"),
        ("三月二十日至二十二日，", "2024-03-20/2024-03-22", "publication year"),
        ("去年十二月三十日，", "2023-12-30", "last year"),
        ("十二月一日，", "2023-12-01", "last year"),
        ("三月卅一日，", "2024-03-31", "publication year"),
        ("二〇二四年二月三十日，", "", ""),
        ("2024-03-05，", "2024-03-05", "printed"),
        ("2024.3.5，", "2024-03-05", "printed"),
        ("2024/3/5 10:00，", "2024-03-05", "printed"),
        ("2024 年 3 月 5 日，", "2024-03-05", "printed"),
        ("3 月 5 日，", "2024-03-05", "publication year"),
        ("2024.3.5.1", "", ""),
        ("V2024.3.5", "", ""),
        ("2024-13-05", "", ""),
        ("2024年3月，", "2024-03-01/2024-03-31", "month"),
        ("二〇二四年三月，", "2024-03-01/2024-03-31", "month"),
        ("去年12月，", "2023-12-01/2023-12-31", "month"),
        ("今年2月份，", "2024-02-01/2024-02-29", "month"),
        ("去年12月下旬，", "2023-12-21/2023-12-31", "month"),
        ("今年3月上旬，", "2024-03-01/2024-03-10", "month"),
        ("前年5月中旬，", "2022-05-11/2022-05-20", "month"),
        ("今年1月至3月，", "2024-01-01/2024-03-31", "month"),
        ("早在2019年9月，", "2019-09-01/2019-09-30", "month"),
        ("2024年3月以来，", "", ""),
        ("截至2024年3月，", "", ""),
        ("会议指出，2024年3月，", "", ""),
        ("2024年13月，", "", ""),
        ("3月，", "", ""),
        ("昨晚，", "2024-04-04", "yesterday"),
        ("今晚8时，", "2024-04-05", "today"),
        ("前天，", "2024-04-03", "other day"),
        ("明天上午，", "2024-04-06", "other day"),
        ("上周三，", "2024-03-27", "other day"),
        ("上星期日，", "2024-03-31", "other day"),
        ("本周三下午，", "2024-04-03", "other day"),
        ("下周一，", "2024-04-08", "other day"),
        ("本月3日，", "2024-04-03", "publication month"),
        ("上周，", "", ""),
        ("周三，", "", ""),
        ("上上周三，", "", ""),
        ("本周三次会议，", "", ""),
        ("目前日产，", "", ""),
        ("以前天气，", "", ""),
        ("大前天，", "", ""),
        ("美好明天。", "", ""),
        ("去年今日，", "", ""),
        ("改革开放的今天，", "", ""),
        ("农历三月五日，", "", ""),
        ("五日，", "", ""),
        ("98年3月5日，", "--03-05", "no year"),
        ("九八年三月五日，", "--03-05", "no year"),
        ("民国113年4月5日，", "--04-05", "no year"),
        ("24年3月5日，", "2024-03-05", "printed"),
        ("98年3月5日，他回忆1998年。", "1998-03-05", "printed"),
        ("05年3月5日，2005年，", "2005-03-05", "printed"),
        ("昨晚（10月30日），", "2023-10-30", "last year"),
    ],
)
def test_other_forms_of_days(text: str, value: str, basis: str) -> None:
    found = find_dates(text, "2024-04-05")
    assert [(d.value, d.basis) for d in found[:1]] == ([(value, basis)] if value else [])
    assert all(d.basis in BASES for d in found)


@pytest.mark.parametrize(
    "text",
    [
        "去年12月，",
        "今年3月，",
        "昨日，",
        "今晚，",
        "前天，",
        "明天上午，",
        "上周三，",
        "本周五，",
        "下周一，",
        "本月5日，",
        "五日，",
    ],
)
def test_words_are_no_days_without_a_day_of_publication(text: str) -> None:
    assert find_dates(text, "") == []


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1)), st.integers(0, 6), st.integers(-1, 1))
def test_weekdays_are_in_their_week(published: date, weekday: int, weeks: int) -> None:
    word = {-1: "上", 0: "本", 1: "下"}[weeks] + "周" + "一二三四五六日"[weekday]
    (mark,) = find_dates(f"{word}，市委书记到石渡县调研。", published.isoformat())
    monday = published - timedelta(days=published.weekday())
    assert mark.value == (monday + timedelta(days=7 * weeks + weekday)).isoformat()


def test_a_month_dates_only_its_sentence() -> None:
    import graphkit

    text = "4月5日，县委书记何清嘉到云雾镇调研。去年12月，县长周远航到青石镇调研。何清嘉来到白云社区。"
    reading = graphkit.extract(text, date="2024-04-06")
    days = {s.object.name: s.date for s in reading.statements if s.relation in ("visited", "holds_post")}
    assert days["云雾镇"] == days["白云社区"] == "2024-04-05"
    assert days["县长"] == "2023-12-01/2023-12-31"
