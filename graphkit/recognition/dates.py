"""Days and ranges in reports, as ISO 8601. findings/NLP.md: a month and day later than the publication date
is last year's; with no year known the date stays partial (`--03-02`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_YEAR = r"(?:(?P<y{0}>\d{{4}})年|(?P<r{0}>今年|去年|前年))?"
_DATE = re.compile(
    _YEAR.format(1)
    + r"(?:(?P<m1>\d{1,2})月)?(?P<d1>\d{1,2})(?:日|号)?(?:(?:下午|上午|晚|晚上|中午|凌晨|早上)?"
    r"(?:至|到|-|—|~|、|和)(?:(?P<m2>\d{1,2})月)?(?P<d2>\d{1,2}))?(?:日|号)"
)
_TODAY = re.compile(r"今天|今日|当天上午")
_YESTERDAY = re.compile(r"昨天|昨日")
_FIELD = re.compile(r"(?P<y>(?:19|20)\d{2})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})")
_COMPACT = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True, slots=True)
class DateMark:
    """A date at `start:end` of the text that was searched; value is ISO 8601, a range with `/`."""

    start: int
    end: int
    value: str


def iso_day(text: str) -> str:
    """A date field in one of the usual forms → `YYYY-MM-DD`; "" when there is no whole date.

    >>> iso_day("2024年4月5日")
    '2024-04-05'
    """
    for pattern in (_FIELD, _COMPACT):
        m = pattern.search(text)
        if m and _valid(int(m["y"]), int(m["m"]), int(m["d"])):
            return f"{int(m['y']):04d}-{int(m['m']):02d}-{int(m['d']):02d}"
    return ""


def find_dates(text: str, published: str, start: int = 0, end: int | None = None) -> list[DateMark]:
    """Dates in `text[start:end]`, in order. `published` is `YYYY-MM-DD` or ""."""
    stop = len(text) if end is None else end
    found = []
    for m in _DATE.finditer(text, start, stop):
        if text[m.start() - 1 : m.start()] in "第.%" and m.start():
            continue
        value = _resolve(m, published)
        if value:
            found.append(DateMark(m.start(), m.end(), value))
    if published:
        for pattern, days in ((_TODAY, 0), (_YESTERDAY, 1)):
            for m in pattern.finditer(text, start, stop):
                day = date.fromordinal(date.fromisoformat(published).toordinal() - days)
                found.append(DateMark(m.start(), m.end(), day.isoformat()))
    return sorted(found, key=lambda d: (d.start, d.end))


def _resolve(m: re.Match[str], published: str) -> str:
    month = int(m["m1"]) if m["m1"] else None
    day = int(m["d1"])
    year = int(m["y1"]) if m["y1"] else None
    if year is None and published:
        year = int(published[:4]) - {"去年": 1, "前年": 2}.get(m["r1"] or "", 0)
    last_day = int(m["d2"]) if m["d2"] else None
    last_month = int(m["m2"]) if m["m2"] else None
    if month is None:
        if not published:
            return ""
        year, month = _month_of_day(last_day or day, published)
        if last_day is not None and day > last_day:
            month -= 1
            if month == 0:
                year, month = year - 1, 12
            last_month = month % 12 + 1
    elif (
        year is not None and published and not m["y1"] and not m["r1"]
        and (month, day) > (int(published[5:7]), int(published[8:10]))
    ):
        year -= 1
    first = _iso(year, month, day)
    if last_day is None or not first:
        return first
    last_year = year + 1 if year is not None and last_month is not None and last_month < month else year
    last = _iso(last_year, last_month or month, last_day)
    return f"{first}/{last}" if last else first


def _month_of_day(day: int, published: str) -> tuple[int, int]:
    """A day without a month: the publication month, or the one before if the day is still to come."""
    year, month = int(published[:4]), int(published[5:7])
    if day > int(published[8:10]):
        month -= 1
        if month == 0:
            year, month = year - 1, 12
    return year, month


def _iso(year: int | None, month: int, day: int) -> str:
    if not _valid(year or 2000, month, day):
        return ""
    return f"{year:04d}-{month:02d}-{day:02d}" if year else f"--{month:02d}-{day:02d}"


def _valid(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
