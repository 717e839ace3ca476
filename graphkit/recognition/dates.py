"""Recognises days and ranges of days in reports, as ISO 8601; without a known year the date stays partial (`--03-02`).

A month and day without a year belong to the year of publication; docs/decisions/014 describes the exceptions.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from graphkit.grammar.patterns import pattern

_RELATIVE_YEAR = pattern("dates.relative_year")
_DATE = pattern("dates.date")
_DAY_CHARACTER = pattern("dates.day_character")
_NOT_BEFORE = pattern("dates.not_before")
_CHINESE_DATE = pattern("dates.chinese_date")
_NUMERIC_DATE = pattern("dates.numeric_date")
_MONTH_ONLY = pattern("dates.month_only")
_SHORT_YEAR = pattern("dates.short_year")
_WEEKDAY = pattern("dates.weekday")
_DAY_FOLLOWS = pattern("dates.day_follows")
_DATE_FIELDS = (pattern("dates.date_field"), pattern("dates.compact_date_field"))
_COMING = pattern("dates.coming")
_MAY_COME = pattern("dates.may_come")
_MONTH = pattern("dates.month")
_AHEAD = pattern("dates.ahead")

#: Years from the year of publication, by the capture of `dates.relative_year`. Any other year is unknown.
_YEARS_AWAY = {"this_year": 0, "last_year": -1, "year_before_last": -2, "next_year": 1, "year_after_next": 2}
#: Months from the month of publication, by the capture of `dates.month`.
_MONTHS_AWAY = {"this_month": 0, "last_month": -1, "next_month": 1}
#: Where the parts of a date come from that are not printed.
#:
#: - printed: day, month and year are printed.
#: - publication year, last year, coming year: the year follows from the day of publication.
#: - publication month: month and year follow from the day of publication.
#: - earlier date: month and year are those of an earlier date of the report.
#: - today, yesterday, other day: the day follows from 今天, from 昨天, or from 前天, 明天 or 上周三.
#: - month: only a month, or a third of it, is printed; the value is the range of its days.
#: - no year: the date stays partial.
BASES = (
    "printed", "publication year", "last year", "coming year", "publication month", "earlier date", "today",
    "yesterday", "other day", "month", "no year",
)  # fmt: skip
#: Words for a day, its distance from the day of publication, and the basis.
_DAY_WORDS = (
    (pattern("dates.today"), 0, "today"),
    (pattern("dates.yesterday"), -1, "yesterday"),
    (pattern("dates.day_before_yesterday"), -2, "other day"),
    (pattern("dates.tomorrow"), 1, "other day"),
)
_WEEKS_AWAY = {"last": -1, "this": 0, "next": 1}
_WEEKDAYS = "一二三四五六日"
#: First and last day of the thirds of a month; the last day is 0 for the last third.
_THIRDS = {"first_third": (1, 10), "second_third": (11, 20), "last_third": (21, 0)}
#: Number of characters around a date in which a year with four digits explains one with two.
_NEAR_TEXT = 2000
#: Maximum number of characters between a word for a day and the day in brackets.
_BRACKET_AT = 3
_DIGITS = {char: n for n, char in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0, "Ｏ": 0, "O": 0}
_TENS = {"十": 10, "廿": 20, "卅": 30}
#: A day of this year within the next NEAR days is in the future and not in the last year; a day that passed more than
#: FAR days ago may be a day of the coming year.
NEAR, FAR = 183, 300


@dataclass(frozen=True, slots=True)
class DateMark:
    """A date at `start:end` of the text that was searched; value is ISO 8601, a range with `/`.

    basis: where the parts that are not printed come from, one of BASES.
    """

    start: int
    end: int
    value: str
    basis: str = "printed"


def iso_day(text: str) -> str:
    """Return a date field in one of the usual forms as `YYYY-MM-DD`, or "" if it contains no complete date.

    >>> iso_day("2024年4月5日")
    '2024-04-05'
    """
    for form in _DATE_FIELDS:
        m = form.search(text)
        if m and _valid(int(m["y"]), int(m["m"]), int(m["d"])):
            return f"{int(m['y']):04d}-{int(m['m']):02d}-{int(m['d']):02d}"
    return ""


def find_dates(
    text: str, published: str, start: int = 0, end: int | None = None, earlier: str = "", told: str = ""
) -> list[DateMark]:
    """Return the dates in `text[start:end]`, in order. `published` is `YYYY-MM-DD` or "".

    earlier: a date that the report names before the range, as ISO 8601; a day without a month belongs to its month.
    told: the day on which the text was written, for 今天 and 昨天, if it is not the day of publication.
    """
    stop = len(text) if end is None else end
    if not _DAY_CHARACTER.search(text, start, stop):
        return []
    found = []
    for m, parts in _printed(text, start, stop, published):
        before = text[max(start, m.start() - 16) : m.start()]
        coming = bool(_COMING.search(before))
        may_come = coming or bool(_MAY_COME.search(before))
        month = _MONTH.search(before)
        shift = None if month is None else _MONTHS_AWAY[month.lastgroup or ""]
        ahead = may_come or bool(_AHEAD.match(text, m.end(), stop))
        value, basis = _resolve(parts, published, coming, may_come, ahead, earlier, shift)
        if not parts["m1"] and not parts["m2"] and not may_come and shift is None:
            same = _in_month_of(parts, earlier)
            value, basis = (same, "earlier date") if same else (value, basis)
        if value:
            found.append(DateMark(m.start(), m.end(), value, basis))
    found += _months(text, start, stop, published)
    if told or published:
        today = date.fromisoformat(told or published)
        found += [_as_printed(d, text, found) for d in _days_from(text, start, stop, today)]
    return sorted(found, key=lambda d: (d.start, d.end))


def _printed(
    text: str, start: int, stop: int, published: str
) -> Iterator[tuple[re.Match[str], Mapping[str, str | None]]]:
    """Yield the days that the text prints with digits or Chinese numerals, and their parts in digits."""
    for m in _DATE.finditer(text, start, stop):
        if not m.start() or not _NOT_BEFORE.match(text, m.start() - 1):
            yield m, _with_year(text, m, published)
    for m in _CHINESE_DATE.finditer(text, start, stop):
        parts = {k: str(number(v)) if v and k != "r1" else v for k, v in m.groupdict().items()}
        if all(parts[k] != "0" for k in ("m1", "d1", "m2", "d2")):
            yield m, _with_year(text, m, published, parts)
    for m in _NUMERIC_DATE.finditer(text, start, stop):
        yield m, {"r1": None, "m2": None, "d2": None, **m.groupdict()}


def _with_year(
    text: str, m: re.Match[str], published: str, parts: Mapping[str, str | None] | None = None
) -> Mapping[str, str | None]:
    """Return the parts of a date, with the year that is printed before it with two digits (98年3月2日).

    The year is that of publication or one that the text prints nearby with four digits, otherwise it is unknown.
    """
    found = m.groupdict() if parts is None else parts
    before = _SHORT_YEAR.search(text, max(0, m.start() - 8), m.start())
    if before is None or found["y1"] or found["r1"] or not found["m1"]:
        return found
    short = f"{number(before['year']):02d}" if before["year"] else ""
    near = text[max(0, m.start() - _NEAR_TEXT) : m.end() + _NEAR_TEXT]
    full = next((y for y in (f"19{short}", f"20{short}") if short and (published[:4] == y or f"{y}年" in near)), None)
    return {**found, "y1": full, "r1": None if full else "同年"}


def _months(text: str, start: int, stop: int, published: str) -> Iterator[DateMark]:
    """Yield the month with which a sentence begins (去年12月), as the range of its days."""
    m = _MONTH_ONLY.match(text, start, stop)
    if m is None:
        return
    relative = _RELATIVE_YEAR.fullmatch(m["r1"] or "")
    shift = _YEARS_AWAY.get(relative.lastgroup or "") if relative else None
    if m["y1"]:
        year = number(m["y1"])
    elif published and shift is not None:
        year = int(published[:4]) + shift
    else:
        return
    first, last = number(m["m1"]), number(m["m2"] or m["m1"])
    if not (1 <= first <= last <= 12 and 1900 <= year <= 2100):
        return
    a, b = next((days for name, days in _THIRDS.items() if m[name]), (1, 0))
    b = b or calendar.monthrange(year, last)[1]
    yield DateMark(m.start("month"), m.end(), f"{year:04d}-{first:02d}-{a:02d}/{year:04d}-{last:02d}-{b:02d}", "month")


def _days_from(text: str, start: int, stop: int, today: date) -> Iterator[DateMark]:
    """Yield the days that the text names by their distance from the day of writing: 昨天, 上周三."""
    for word, days, basis in _DAY_WORDS:
        for m in word.finditer(text, start, stop):
            yield DateMark(m.start(), m.end(), (today + timedelta(days)).isoformat(), basis)
    for m in _WEEKDAY.finditer(text, start, stop):
        weeks = next(away for name, away in _WEEKS_AWAY.items() if m[name])
        weekday = _WEEKDAYS.index(m["day"].replace("天", "日"))
        day = today + timedelta(7 * weeks + weekday - today.weekday())
        yield DateMark(m.start(), m.end(), day.isoformat(), "other day")


def _as_printed(mark: DateMark, text: str, printed: list[DateMark]) -> DateMark:
    """Return a word for a day with the day that is printed in brackets after it: 昨晚（10月30日）."""
    if not _DAY_FOLLOWS.match(text, mark.end):
        return mark
    day = next((d for d in printed if mark.end < d.start <= mark.end + _BRACKET_AT), mark)
    return mark if day.value == mark.value else replace(mark, value=day.value, basis=day.basis)


def number(numerals: str) -> int:
    """Return the number of digits or Chinese numerals, and 0 for what is not a number: 二〇二四, 十一, 廿五.

    >>> number("二〇二四"), number("二十五"), number("12"), number("十十")
    (2024, 25, 12, 0)
    """
    if numerals.isdecimal():
        return int(numerals)
    ten = next((char for char in numerals if char in _TENS), "")
    if not ten:
        digits = [_DIGITS.get(char) for char in numerals]
        return 0 if None in digits or not digits else int("".join(map(str, digits)))
    before, _, after = numerals.partition(ten)
    if len(before) > 1 or len(after) > 1 or (before and ten != "十") or any(char in _TENS for char in after):
        return 0
    if not all(char in _DIGITS for char in before + after):
        return 0
    return (_DIGITS[before] if before else 1) * _TENS[ten] + (_DIGITS[after] if after else 0)


def _in_month_of(m: Mapping[str, str | None], earlier: str) -> str:
    """Return a day of the month of the earlier date: 11日 after 7月10日至12日 is a day of July.

    The result is "" if there is no earlier date or the day would lie before it.
    """
    if not earlier or earlier.startswith("--"):
        return ""
    first, _, last = earlier.partition("/")
    day, until = int(m["d1"] or 0), int(m["d2"]) if m["d2"] else 0
    month = first if day >= int(first[8:10]) else last
    if not month or (until and until < day):
        return ""
    value = _iso(int(month[:4]), int(month[5:7]), day)
    return f"{value}/{_iso(int(month[:4]), int(month[5:7]), until)}" if value and until else value


def _resolve(
    m: Mapping[str, str | None],
    published: str,
    coming: bool,
    may_come: bool,
    ahead: bool,
    earlier: str,
    shift: int | None,
) -> tuple[str, str]:
    """Return the date of printed parts and its basis; the date is "" if the parts are no date.

    coming, may_come: whether words before the date say that the day is in the future, or allow it. ahead: whether words
    before or after it allow it. earlier: see `find_dates`. shift: number of months from the month of publication, if
    words before a day without a month tell it.
    """
    month = int(m["m1"]) if m["m1"] else None
    day = int(m["d1"] or 0)
    last_day = int(m["d2"]) if m["d2"] else None
    last_month = int(m["m2"]) if m["m2"] else None
    year: int | None = None
    if month is None:
        if not published:
            return "", ""
        year, month = _month_of_day(last_day or day, published, coming, may_come, shift)
        basis = "publication month"
        if last_day is not None and day > last_day:
            month -= 1
            if month == 0:
                year, month = year - 1, 12
            last_month = month % 12 + 1
    elif m["y1"]:
        year, basis = int(m["y1"]), "printed"
    else:
        year, basis = _year(month, day, m["r1"] or "", published, may_come, ahead, earlier)
    first = _iso(year, month, day)
    if last_day is None or not first:
        return first, basis
    last_year = year + 1 if year is not None and last_month is not None and last_month < month else year
    last = _iso(last_year, last_month or month, last_day)
    return (f"{first}/{last}" if last else first), basis


def _year(
    month: int, day: int, word: str, published: str, may_come: bool, ahead: bool, earlier: str
) -> tuple[int | None, str]:
    """Return the year of a month and day without a year, and its basis. word: 去年 and the like before them."""
    relative = _RELATIVE_YEAR.fullmatch(word)
    shift = _YEARS_AWAY.get(relative.lastgroup or "") if relative else None
    if not published or (word and shift is None):
        return None, "no year"
    this = int(published[:4])
    if shift is not None:
        return this + shift, "publication year" if not shift else "last year" if shift < 0 else "coming year"
    if not _valid(this, month, day):  # 29 February
        return (this + 1, "coming year") if ahead else (this - 1, "last year")
    days = date(this, month, day).toordinal() - date.fromisoformat(published).toordinal()
    if days > 0 and not may_come and (days > NEAR or _follows_in(this - 1, month, day, earlier)):
        return this - 1, "last year"
    if (may_come and days < -NEAR) or (ahead and days < -FAR):
        return this + 1, "coming year"
    return this, "publication year"


def _follows_in(year: int, month: int, day: int, earlier: str) -> bool:
    """Tell whether the earlier date is of this year and does not lie after this day."""
    return earlier.startswith(f"{year:04d}-") and (int(earlier[5:7]), int(earlier[8:10])) <= (month, day)


def _month_of_day(day: int, published: str, coming: bool, may_come: bool, shift: int | None) -> tuple[int, int]:
    """Return year and month of a day that is printed without a month.

    It is the month of publication; the month before if the day is still to come, and the month after if the day lies in
    the future and has passed in this month.
    """
    year, month, today = (int(part) for part in published.split("-"))
    if shift is None:
        shift = int(coming and day < today) - int(day > today and not may_come)
    month += shift
    return (year, month) if 1 <= month <= 12 else (year + shift, 12 if shift < 0 else 1)


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
