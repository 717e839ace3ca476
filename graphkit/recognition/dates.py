"""Days and ranges in reports, as ISO 8601; with no year known the date stays partial (`--03-02`).

The year of a month and day without one is that of publication; docs/decisions/014 says when not, and what was counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

#: Years from that of publication on; None: of a year that is told of, or of every year.
_RELATIVE_YEARS = {"今年": 0, "去年": -1, "前年": -2, "明年": 1, "后年": 2, "每年": None, "当年": None, "同年": None, "次年": None, "翌年": None}
_YEAR = rf"(?:(?P<y{{0}}>\d{{{{4}}}})年|(?P<r{{0}}>{'|'.join(_RELATIVE_YEARS)}))?"
_DATE = re.compile(
    _YEAR.format(1)
    + r"(?:(?P<m1>\d{1,2})月)?(?P<d1>\d{1,2})(?:日|号)?(?:(?:下午|上午|晚|晚上|中午|凌晨|早上)?"
    r"(?:至|到|-|—|~|、|和)(?:(?P<m2>\d{1,2})月)?(?P<d2>\d{1,2}))?(?:日|号)"
)
#: Every date has one of these.
_ANY = re.compile("[日号天]")
_TODAY = re.compile(r"今天|今日|当天上午")
_YESTERDAY = re.compile(r"昨天|昨日")
_FIELD = re.compile(r"(?P<y>(?:19|20)\d{2})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})")
_COMPACT = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True, slots=True)
class DateMark:
    """A date at `start:end` of the text that was searched; value is ISO 8601, a range with `/`.

    basis: where what is not printed comes from, one of BASES.
    """

    start: int
    end: int
    value: str
    basis: str = "printed"


#: printed: day, month and year stand in the text. publication year, last year, coming year: the year follows from the day of
#: publication. publication month: month and year do. earlier date: month and year are those of a date before it in the report. today, yesterday: from 今天, 昨天. no year: the date stays partial.
BASES = ("printed", "publication year", "last year", "coming year", "publication month", "earlier date", "today", "yesterday", "no year")
#: What stands before a day that lies ahead, and what may.
_COMING = re.compile(r"(?:将于|定于|拟于|将在|将自|将从|计划于|预计于|拟在|将|拟)(?:当地时间)?$|(?:明天|明日|后天|后日)（?$")
_MAY_COME = re.compile(r"(?:将(?![士军领近])|计划|预计)[^，。；\d]{1,8}$|(?:持续|延续|延长|开放|执行|运行|开始)[^，。；\d]{0,6}[到至]$")
#: Which month a day is of, where it is said.
_MONTH = re.compile(r"(?:(本月)|(上个?月)|(下个?月))$")
#: What stands after one, in its sentence: 1月9日，他将…
_AHEAD = re.compile(r"[^。；\n]{0,40}?将(?![士军领近])")
#: A day of this year lies ahead, not a year back, when it comes within so many days; one of the new year when this year's has passed by more than so many.
NEAR, FAR = 183, 300


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


def find_dates(text: str, published: str, start: int = 0, end: int | None = None, earlier: str = "") -> list[DateMark]:
    """Dates in `text[start:end]`, in order. `published` is `YYYY-MM-DD` or "".

    earlier: a date that the report has named before, ISO 8601; a day without a month is of its month.
    """
    stop = len(text) if end is None else end
    if not _ANY.search(text, start, stop):
        return []
    found = []
    for m in _DATE.finditer(text, start, stop):
        if text[m.start() - 1 : m.start()] in "第.%" and m.start():
            continue
        before = text[max(start, m.start() - 16) : m.start()]
        coming = bool(_COMING.search(before))
        may_come = coming or bool(_MAY_COME.search(before))
        month = _MONTH.search(before)
        shift = None if month is None else 0 if month[1] else -1 if month[2] else 1
        value, basis = _resolve(m, published, coming, may_come, may_come or bool(_AHEAD.match(text, m.end(), stop)), earlier, shift)
        if not m["m1"] and not m["m2"] and not may_come and shift is None and (same := _in_month_of(m, earlier)):
            value, basis = same, "earlier date"
        if value:
            found.append(DateMark(m.start(), m.end(), value, basis))
    if published:
        for pattern, days, basis in ((_TODAY, 0, "today"), (_YESTERDAY, 1, "yesterday")):
            for m in pattern.finditer(text, start, stop):
                day = date.fromordinal(date.fromisoformat(published).toordinal() - days)
                found.append(DateMark(m.start(), m.end(), day.isoformat(), basis))
    return sorted(found, key=lambda d: (d.start, d.end))


def _in_month_of(m: re.Match[str], earlier: str) -> str:
    """11日 after 7月10日至12日: of July. "" when there is no earlier date or the day would lie before it."""
    if not earlier or earlier.startswith("--"):
        return ""
    first, _, last = earlier.partition("/")
    day, until = int(m["d1"]), int(m["d2"]) if m["d2"] else 0
    month = first if day >= int(first[8:10]) else last
    if not month or (until and until < day):
        return ""
    value = _iso(int(month[:4]), int(month[5:7]), day)
    return f"{value}/{_iso(int(month[:4]), int(month[5:7]), until)}" if value and until else value


def _resolve(m: re.Match[str], published: str, coming: bool, may_come: bool, ahead: bool, earlier: str, shift: int | None) -> tuple[str, str]:
    """The date of a match and its basis; "" when it is none.

    coming: 将于 or the like stands in front, the day lies ahead; may_come, ahead: it may, by words in front, or there or behind.
    earlier: see `find_dates`. shift: of a day without a month, months from that of publication, where 本月 or the like says it.
    """
    month = int(m["m1"]) if m["m1"] else None
    day = int(m["d1"])
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


def _year(month: int, day: int, word: str, published: str, may_come: bool, ahead: bool, earlier: str) -> tuple[int | None, str]:
    """The year of a month and day without one, and its basis. word: 去年 and the like before it."""
    if not published or (word and _RELATIVE_YEARS[word] is None):
        return None, "no year"
    this = int(published[:4])
    if word:
        shift = _RELATIVE_YEARS[word] or 0
        return this + shift, "publication year" if not shift else "last year" if shift < 0 else "coming year"
    if not _valid(this, month, day):  # 29 February
        return (this + 1, "coming year") if ahead else (this - 1, "last year")
    days = date(this, month, day).toordinal() - date.fromisoformat(published).toordinal()
    if days > 0 and not may_come and (days > NEAR or _goes_on_in(this - 1, month, day, earlier)):
        return this - 1, "last year"
    if (may_come and days < -NEAR) or (ahead and days < -FAR):
        return this + 1, "coming year"
    return this, "publication year"


def _goes_on_in(year: int, month: int, day: int, earlier: str) -> bool:
    """Whether the date named before is of this year and does not lie after this day."""
    return earlier.startswith(f"{year:04d}-") and (int(earlier[5:7]), int(earlier[8:10])) <= (month, day)


def _month_of_day(day: int, published: str, coming: bool, may_come: bool, shift: int | None) -> tuple[int, int]:
    """A day without a month: the publication month, or the one before if the day is still to come (the next when it lies ahead)."""
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
