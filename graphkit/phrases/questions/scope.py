"""The reports and uses that a question is about, its periods, and the gaps of the collection."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import UsageError
from graphkit.phrases.day_numbers import day_number
from graphkit.phrases.index.reader import LEVELS, VOICES, PhraseIndex, Uses
from graphkit.phrases.keys import Numbers
from graphkit.places import division_code
from graphkit.recognition import gazetteer

#: A row of an answer, with a value for each column.
AnswerRow = dict[str, Any]
PERIODS = ("month", "quarter", "year")
#: A collection with reports of at least this share of its days is a daily one, and its other days are gaps.
DAILY = 0.8


@dataclass(frozen=True, slots=True)
class Scope:
    """The reports and uses that a question is about.

    since, until: first and last day, `YYYY-MM-DD` or a month or year, "" for no limit. levels, voices: all if empty.
    place: code or name of a division, for the reports of this division and of those inside it; "" for all.
    """

    since: str = ""
    until: str = ""
    levels: tuple[str, ...] = ()
    voices: tuple[str, ...] = ()
    place: str = ""

    def __post_init__(self) -> None:
        for name, value in (("since", self.since), ("until", self.until)):
            if value and day_number(value) is None:
                raise UsageError(f"{name} is {value!r}; write a day as 2023-09-01, or a month or year")
        if self.since and self.until and self.begin > self.end:
            raise UsageError(f"the period ends ({self.until}) before it begins ({self.since})")
        if self.place:
            object.__setattr__(self, "place", division_code(self.place))
        for value in self.levels:
            if value not in LEVELS[1:]:
                raise UsageError(f"no level {value!r}; one of {', '.join(LEVELS[1:])}")
        for value in self.voices:
            if value not in VOICES:
                raise UsageError(f"no voice {value!r}; one of {', '.join(VOICES)}")

    @property
    def begin(self) -> int:
        """Number of the first day."""
        return (day_number(self.since) or 0) if self.since else 0

    @property
    def end(self) -> int:
        """Number of the last day."""
        return (day_number(self.until, last=True) or 0) if self.until else np.iinfo(np.int32).max

    def reports(self, index: PhraseIndex) -> NDArray[np.bool_]:
        """Return (R,) the reports of the period, the levels and the place. Reports without a date are in no period."""
        chosen = (index.day >= self.begin) & (index.day <= self.end)
        if not self.since and not self.until:
            chosen |= index.day < 0
        if self.levels:
            chosen &= np.isin(index.level, [LEVELS.index(x) for x in self.levels])
        if self.place:
            chosen &= np.char.startswith(np.array(index.homes, dtype=np.str_), gazetteer.inside(self.place))
        return chosen

    def uses(self, index: PhraseIndex, uses: Uses) -> NDArray[np.bool_]:
        """Tell which of these uses are in the scope."""
        chosen = self.reports(index)[uses.report]
        if self.voices:
            chosen &= np.isin(uses.voice, [VOICES.index(x) for x in self.voices])
        return chosen


def period_of(dates: list[str], by: str) -> list[str]:
    """Return the period of each date: `2023-09`, `2023-Q3` or `2023`; "" if the date does not contain it."""
    if by not in PERIODS:
        raise UsageError(f"no period {by!r}; one of {', '.join(PERIODS)}")
    if by == "year":
        return [d[:4] for d in dates]
    if by == "month":
        return [d[:7] if len(d) >= 7 else "" for d in dates]
    return [f"{d[:4]}-Q{(int(d[5:7]) + 2) // 3}" if len(d) >= 7 else "" for d in dates]


def days_of(period: str) -> tuple[str, str]:
    """Return the first and last month of a period of `period_of`; of a month or year, the period itself twice."""
    if "-Q" in period:
        year, quarter = period.split("-Q")
        return f"{year}-{int(quarter) * 3 - 2:02d}", f"{year}-{int(quarter) * 3:02d}"
    return period, period


def per_report(index: PhraseIndex, scope: Scope) -> tuple[Numbers, Numbers]:
    """Return the unique pairs of phrase and report in the scope. Reports that are a headline only are not counted."""
    uses, phrase = index.all_uses, index.phrase_of_use
    chosen = scope.uses(index, uses) & ~index.empty[uses.report]
    phrase, report = phrase[chosen], uses.report[chosen]
    fresh = np.ones(len(phrase), dtype=bool)
    fresh[1:] = (phrase[1:] != phrase[:-1]) | (report[1:] != report[:-1])
    return phrase[fresh], report[fresh]


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps of a collection.

    daily: whether it has reports of nearly every day; missing: the days without any report, in a daily collection;
    empty: for each day the number of reports that are a headline only; dates: all days with a report, in order.
    """

    daily: bool
    missing: tuple[str, ...]
    empty: dict[str, int]
    dates: tuple[str, ...] = ()

    def between(self, since: str, until: str) -> tuple[int, int]:
        """Return the numbers of missing days and of reports without text between two days, months or years."""
        days = sum(since <= d[: len(since)] and d[: len(until)] <= until for d in self.missing)
        return days, sum(n for d, n in self.empty.items() if since <= d[: len(since)] and d[: len(until)] <= until)

    def before(self, day: str) -> str:
        """Return a description of the nearest gap before a day, "" if there is none."""
        words = []
        missing = [d for d in self.missing if d < day]
        earlier = bisect_left(self.dates, day)
        if not self.daily and earlier:
            words.append(f"no report between {self.dates[earlier - 1]} and {day}")
        elif not self.daily:
            words.append("no earlier report")
        if missing:
            words.append(f"no report of {missing[-1]}")
        empty = [d for d in sorted(self.empty) if d <= day]
        if empty:
            n = self.empty[empty[-1]]
            words.append(f"{n} report{'s' if n > 1 else ''} of {empty[-1]} without text")
        return "; ".join(words)


def gaps(index: PhraseIndex) -> Gaps:
    """Return the gaps of the whole collection."""
    dates = sorted({d for d in index.dates if len(d) == 10})
    empty: dict[str, int] = {}
    for k in np.flatnonzero(index.empty).tolist():
        if index.dates[k]:
            empty[index.dates[k]] = empty.get(index.dates[k], 0) + 1
    if not dates:
        return Gaps(False, (), empty)
    first, last = date.fromisoformat(dates[0]), date.fromisoformat(dates[-1])
    length = (last - first).days + 1
    if len(dates) < DAILY * length:
        return Gaps(False, (), empty, tuple(dates))
    have = set(dates)
    every = ((first + timedelta(days=n)).isoformat() for n in range(length))
    return Gaps(True, tuple(d for d in every if d not in have), empty, tuple(dates))
