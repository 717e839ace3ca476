"""Phrases that were used regularly before a period and rarely or never in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import UsageError
from graphkit.phrases.day_numbers import month_of
from graphkit.phrases.discovery.word_sequence import Flags
from graphkit.phrases.index.reader import PhraseIndex
from graphkit.phrases.keys import Numbers
from graphkit.phrases.questions.nested import NestedCandidates, frequent_core, merge_nested
from graphkit.phrases.questions.scope import AnswerRow, Scope, per_report
from graphkit.phrases.questions.statistics import poisson_at_most

#: A phrase was used regularly if it was used in STEADY of the STEADY_OF months before the window.
STEADY, STEADY_OF = 6, 12
#: Maximum share of the expected reports that a phrase is used in if it has become silent.
GONE = 0.2


@dataclass(slots=True)
class _Counted:
    """Counts of the N phrases.

    count: (N,) reports in the window; expected: (N,) the number that is expected; recent, months: (N,) reports and
    months of the year before the window. phrase, report: the pairs of a phrase and a report of that year.
    """

    count: NDArray[np.int64]
    expected: NDArray[np.float64]
    recent: NDArray[np.int64]
    months: NDArray[np.int64]
    phrase: Numbers
    report: Numbers


def silent(index: PhraseIndex, scope: Scope, *, top: int = 30, least: float = 0.5) -> list[AnswerRow]:
    """Return the phrases that were used regularly before the window of `scope` and rarely in it.

    The least probable one is first. expected: number of reports in the window according to the year before it, or to
    the same months of earlier years if that is smaller, so that a seasonal phrase is not silent outside its season.
    score: -log10 of the Poisson probability of at most the actual number of reports. Nested phrases of the same
    reports are one row; `with` lists the others.
    """
    if not scope.since:
        raise UsageError("silent needs the first day of the window: --since 2024-07-01")
    c = _count(index, scope)
    chosen = np.flatnonzero((c.months >= STEADY) & index.shown(least) & (c.count <= GONE * c.expected))
    chance = poisson_at_most(c.count[chosen], c.expected[chosen])
    of = dict(zip(chosen.tolist(), chance.tolist(), strict=True))
    ranked = chosen[np.lexsort((chosen, chance))].tolist()
    rows = []
    nested = NestedCandidates(c.phrase, c.report, c.recent)
    for k, same in merge_nested(index, nested, ranked, top, frequent_core(index, nested)):
        uses = index.uses(k)
        before = uses.report[index.day[uses.report] < scope.begin]
        rows.append(
            {
                "phrase": index.names[k],
                "score": round(float(-np.log10(max(of[k], 1e-300))), 3),
                "count": int(c.count[k]),
                "expected": round(float(c.expected[k]), 2),
                "count_year_before": int(c.recent[k]),
                "months_year_before": int(c.months[k]),
                "first": index.first[k],
                "last_before": index.dates[int(before[-1])] if len(before) else "",
                "last": index.last[k],
                "with": [index.names[i] for i in same[:5]],
            }
        )
    return rows


def _count(index: PhraseIndex, scope: Scope) -> _Counted:
    everywhere = Scope(levels=scope.levels, voices=scope.voices, place=scope.place)
    phrase, report = per_report(index, everywhere)
    month = month_of(index.day)
    begin, end = month_of(scope.begin), month_of(min(scope.end, int(index.day.max(initial=0))))
    size, reached = len(index.names), everywhere.reports(index) & ~index.empty & (index.day >= 0)
    inside = reached & (index.day >= scope.begin) & (index.day <= scope.end)
    earlier = reached & (index.day < scope.begin)
    year = earlier & (month >= begin - STEADY_OF)
    of_year = year[report]
    used = np.unique(phrase[of_year].astype(np.int64) << 32 | month[report[of_year]])
    recent = np.bincount(phrase[of_year], minlength=size)
    expected = recent / max(year.sum(), 1) * inside.sum()
    seasons = [
        np.bincount(phrase[same[report]], minlength=size) / same.sum() * inside.sum()
        for same in _same_months(month, reached, earlier, begin, end)
    ]
    if seasons:
        expected = np.minimum(expected, np.mean(seasons, axis=0))
    return _Counted(
        np.bincount(phrase[inside[report]], minlength=size),
        expected,
        recent,
        np.bincount(used >> 32, minlength=size),
        phrase[of_year],
        report[of_year],
    )


def _same_months(month: Numbers, reached: Flags, earlier: Flags, begin: int, end: int) -> Iterator[Flags]:
    """Yield the reports of the same months of each year before the window that has reports."""
    window = list({m % 12 for m in range(begin, end + 1)})
    for back in range(1, 1 + (begin - int(month[reached].min(initial=begin))) // 12):
        same = earlier & (month >= begin - 12 * back) & (month <= end - 12 * back) & np.isin(month % 12, window)
        if same.any():
            yield same
