"""Dates in fields: the forms of programs, feeds, e-mails and spreadsheets; nothing is invented."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.model import Report
from graphkit.reading import read_paths
from graphkit.reading.date_fields import CHINA, field_day

DAYS = [
    ("2024-04-05T20:00:00Z", "2024-04-06"),
    ("2024-04-04T16:00:00.000Z", "2024-04-05"),
    ("2024-04-05T00:30:00+08:00", "2024-04-05"),
    ("2024-04-05 00:30:00 +0800 CST", "2024-04-05"),
    ("2024-04-05 08:30:00", "2024-04-05"),
    ("Fri, 05 Apr 2024 08:00:00 +0800", "2024-04-05"),
    ("Fri, 05 Apr 2024 22:00:00 GMT", "2024-04-06"),
    ("5 April 2024", "2024-04-05"),
    ("Apr 5, 2024", "2024-04-05"),
    ("Friday, April 5th, 2024 at 8:30 AM", "2024-04-05"),
    ("Fri Apr 05 08:00:00 +0800 2024", "2024-04-05"),
    ("Fri Apr 05 08:00:00 CST 2024", "2024-04-05"),
    ("2024.4.5", "2024-04-05"),
    ("2024/04/05 8:00", "2024-04-05"),
    ("二〇二四年四月五日", "2024-04-05"),
    ("二零二三年十二月三十一日 星期日", "2023-12-31"),
    ("二○二四年十月廿日", "2024-10-20"),
    ("1712246400", "2024-04-05"),
    ("1712246399", "2024-04-04"),
    ("1712275200000", "2024-04-05"),
    ("1712275200.123", "2024-04-05"),
    ("1712275200000000", "2024-04-05"),
    ("45387", "2024-04-05"),
    ("45387.354", "2024-04-05"),
    ("2024040508", "2024-04-05"),
    ("20240405083000", "2024-04-05"),
]
NO_DAYS = [
    "2024", "2024年4月", "2024-04", "24-04-05", "98年3月2日", "Fri, 05 Apr 24 08:00:00 +0800", "05/04/2024", "4/5/2024",
    "April 2024", "民国一一三年四月五日", "二〇二四年四月", "二〇二四年二月三十日", "二〇二四年四月十十日", "31 Feb 2024",
    "2024-02-30T10:00:00Z", "2024-04-05T10:00:00+99:99", "12345", "99999", "0", "9999999999999", "123456789012",
    "昨天", "7小时前", "",
]  # fmt: skip


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_forms_of_dates(text: str, day: str) -> None:
    assert field_day(text) == field_day(f" {text}\n") == day


@pytest.mark.parametrize("text", NO_DAYS)
def test_what_is_not_a_day_is_not_read(text: str) -> None:
    assert field_day(text) == ""


@given(st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)))
def test_a_moment_has_the_same_day_in_every_form(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    day = moment.astimezone(CHINA).date()
    seconds = int(moment.timestamp())
    forms = [moment.isoformat(), format_datetime(moment), format_datetime(moment.astimezone(CHINA))]
    if len(str(seconds)) == 10 and not str(seconds).startswith(("19", "20")):
        forms += [str(seconds), f"{seconds}.0", f"{seconds}000"]
    serial = (day - date(1899, 12, 30)) // timedelta(days=1)
    assert {field_day(form) for form in [*forms, str(serial), f"{serial}.5"]} == {day.isoformat()}


@given(st.text(max_size=30) | st.from_regex(r"[0-9:/. TZ+-]{0,25}", fullmatch=True))
def test_any_text_is_a_day_or_none(text: str) -> None:
    found = field_day(text)
    assert not found or date.fromisoformat(found)


def test_the_dates_of_the_case_are_read(shared: Path) -> None:
    path = shared / "cases" / "reading" / "17-datefield.jsonl"
    if not path.exists():
        pytest.skip(f"there is no {path}")
    found = {r.id: r for r in read_paths([path]) if isinstance(r, Report)}
    unread = {"t09", "t17", "t19", "t20", "t22", "t24"}
    assert {i for i, r in found.items() if not r.date} == unread
    assert {r.date for i, r in found.items() if i not in unread | {"t05"}} == {"2024-04-05"}
    assert found["t05"].date == "2024-04-06"


@pytest.mark.parametrize("value", [1712275200000, 20240405, 45387, {"$date": "2024-04-05T00:00:00Z"}])
def test_values_of_json_that_are_not_strings(tmp_path: Path, value: object) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(json.dumps({"id": "r", "text": "石渡县召开会议。", "date": value}), encoding="utf-8")
    (report,) = read_paths([path])
    assert isinstance(report, Report)
    assert report.date == "2024-04-05"
