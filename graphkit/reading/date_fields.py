"""Reads the day of a date field: what programs, feeds, e-mails and spreadsheets write there.

A time with a time zone, or in seconds since 1970, becomes a day in China. A day without a year of four digits or without
a day of the month is not a date.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

from graphkit.grammar.patterns import pattern
from graphkit.recognition.dates import iso_day, number

#: The time in China.
CHINA = timezone(timedelta(hours=8))
#: Days of numbers: an earlier or later day is not that of a report, but another number.
FIRST, LAST = date(1990, 1, 1), date(2099, 12, 31)
_EXCEL_DAY_0 = date(1899, 12, 30)
#: Digits of a second since 1970 in other units.
_UNITS = {13: 10**3, 16: 10**6, 19: 10**9}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_ZONED = pattern("date_fields.zoned")
_ENGLISH = (
    pattern("date_fields.english_day_first"),
    pattern("date_fields.english_month_first"),
    pattern("date_fields.year_last"),
)
_CHINESE = pattern("date_fields.chinese_numerals")
_COMPACT_TIME = pattern("date_fields.compact_time")
_NUMBER = pattern("date_fields.number")


def field_day(text: str) -> str:
    """Return the day of a date field as `YYYY-MM-DD`, or "" if it states no complete date.

    >>> field_day("Fri, 05 Apr 2024 08:00:00 +0800"), field_day("1712275200"), field_day("24-04-05")
    ('2024-04-05', '2024-04-05', '')
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if m := _ZONED.fullmatch(text):
        return _day(m["y"], int(m["m"]), m["d"], m)
    if found := iso_day(text):
        return found
    for form in _ENGLISH:
        if m := form.fullmatch(text):
            return _day(m["y"], _MONTHS.index(m["month"].lower()) + 1, m["d"], m)
    if m := _CHINESE.match(text):
        return _day(str(number(m["y"])), number(m["m"]), number(m["d"]))
    if (m := _COMPACT_TIME.fullmatch(text)) and (found := _day(m["y"], int(m["m"]), m["d"])):
        return found
    m = _NUMBER.fullmatch(text)
    return _of_number(m["number"] or m["milliseconds"]) if m else ""


def _day(year: str, month: int, day: str | int, clock: re.Match[str] | None = None) -> str:
    """Return a day, if it exists. clock: a match with the time, and with the time zone if it is stated."""
    try:
        found = date(int(year), month, int(day))
        zone = clock.groupdict().get("zone") if clock else None
        if clock is not None and zone:
            time = timedelta(hours=int(clock["hour"]), minutes=int(clock["minute"]))
            local = datetime(found.year, found.month, found.day, tzinfo=_zone(zone)) + time
            found = local.astimezone(CHINA).date()
    except (ValueError, OverflowError):
        return ""
    return found.isoformat()


def _zone(zone: str) -> timezone:
    offset = zone.upper().removeprefix("UTC").removeprefix("GMT").replace(":", "")
    if offset in ("", "Z"):
        return UTC
    minutes = int(offset[1:3]) * 60 + int(offset[3:])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def _of_number(digits: str) -> str:
    if len(digits) == 5:
        found = _EXCEL_DAY_0 + timedelta(days=int(digits))
    else:
        found = datetime.fromtimestamp(int(digits) // _UNITS.get(len(digits), 1), CHINA).date()
    return found.isoformat() if FIRST <= found <= LAST else ""
