"""What is new or bursting in a window, and what has gone silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import UsageError
from graphkit.phrases.day_numbers import month_of
from graphkit.phrases.discovery.word_sequence import Flags
from graphkit.phrases.index.reader import PhraseIndex
from graphkit.phrases.keys import Numbers, bare
from graphkit.phrases.questions.scope import AnswerRow, Scope, per_report
from graphkit.phrases.questions.statistics import Z90, log_odds, poisson_at_most

#: Least probability of a phrase to be ranked at all.
LEAST = 0.15
#: A phrase of fewer reports is not ranked.
LEAST_REPORTS = 3
#: Two nested phrases that share so much of the rarer one's reports are one thing to a reader.
SAME_REPORTS = 0.6
#: A phrase inside a longer one stands for both when it is at least so sure.
SURE_CORE = 0.5
#: So many times the wanted number is looked through for cores and wordings of what is told.
LOOK_ON = 6
#: More than wanted are kept at first, because some fall together at the end.
SPARE = 15


@dataclass(frozen=True, slots=True)
class Weights:
    """What makes a phrase rank high; set on lists of new phrases of the corpus that were read by eye (docs/decisions/009).

    Newness: the part of the uses so far, the first one apart, that falls into the window, to the power of sharp; 1 for a
    phrase without earlier use. odds: log-odds of being a policy phrase, counted up to most_odds. burst: lower limit of the
    log-odds ratio of the window against before; floor: its least for a phrase without earlier use. Times the newness:
    quoted: share of uses in quotation marks; lasting: log(1 + later months), up to most_months; decided: log(1 + reports of
    meetings and decisions in the window), up to most_decided; term: for names of at most five characters. parallel: for sets
    of parts (A、B、C).
    """

    odds: float = 2.2
    most_odds: float = 0.77
    burst: float = 0.9
    quoted: float = 1.4
    lasting: float = 0.65
    most_months: int = 24
    decided: float = 1.8
    most_decided: int = 3
    parallel: float = 1.2
    term: float = 1.9
    floor: float = 0.15
    sharp: float = 1.5


WEIGHTS = Weights()


@dataclass(slots=True)
class _Counted:
    """(N,) of each phrase: reports in the window and before, months with a use after it, decisions in it."""

    inside: NDArray[np.int64]
    before: NDArray[np.int64]
    later: NDArray[np.int64]
    decided: NDArray[np.int64]
    reports_inside: int
    reports_before: int
    phrase: NDArray[np.int32]
    report: NDArray[np.int32]


def _count(index: PhraseIndex, scope: Scope, hindsight: bool) -> _Counted:
    everywhere = Scope(levels=scope.levels, voices=scope.voices, place=scope.place)
    phrase, report = per_report(index, everywhere)
    day = index.day
    within, earlier = (day >= scope.begin) & (day <= scope.end), (day >= 0) & (day < scope.begin)
    size = len(index.names)
    month = month_of(day[report])
    late = (day[report] > scope.end) if hindsight else np.zeros(len(report), dtype=bool)
    pairs = np.unique(phrase[late].astype(np.int64) << 32 | month[late])
    inside = within[report]
    reached = everywhere.reports(index) & ~index.empty
    return _Counted(
        np.bincount(phrase[inside], minlength=size),
        np.bincount(phrase[earlier[report]], minlength=size),
        np.bincount(pairs >> 32, minlength=size),
        np.bincount(phrase[inside & index.decides[report]], minlength=size),
        int((reached & within).sum()),
        int((reached & earlier).sum()),
        phrase[inside],
        report[inside],
    )


def emerging(
    index: PhraseIndex,
    scope: Scope,
    *,
    top: int = 30,
    hindsight: bool = True,
    least: float = LEAST,
    weights: Weights = WEIGHTS,
) -> list[AnswerRow]:
    """Phrases that are new or burst in the window of `scope`, against all reports before it, the strongest first.

    score: weighted sum of Weights. burst: lower 95% limit of the log-odds ratio. new: no use before the window.
    hindsight: later use counts for a new phrase; without it no report after the window counts (what is a phrase at all, and
    whether it is quoted, is judged on the whole collection either way).
    Nested phrases of the same reports are told once, with what else they stand for in `with`.
    """
    if not scope.since:
        raise UsageError("emerging needs the first day of the window: --since 2023-09-01")
    c = _count(index, scope, hindsight)
    ratio, error = log_odds(c.inside, c.reports_inside, c.before, c.reports_before)
    burst = ratio - Z90 * error
    fresh = c.before == 0
    shown = (
        (c.inside > 0)
        & ((index.reports if hindsight else c.inside + c.before) >= LEAST_REPORTS)
        & index.shown(least)
        & ((burst > 0) | fresh)
    )
    chosen = np.flatnonzero(shown)
    score = _scores(index, c, burst, chosen, weights)
    order = chosen[np.lexsort((chosen, -score))]
    of = dict(zip(chosen.tolist(), score.tolist(), strict=True))
    rows = []
    for k, same in merge_nested(index, _Candidates(c.phrase, c.report, c.inside), order.tolist(), top):
        best = max([k, *same], key=lambda i: of[i])
        rows.append(
            {
                "phrase": index.names[k],
                "score": round(of[best], 3),
                "count": int(c.inside[k]),
                "count_before": int(c.before[k]),
                "share": float(c.inside[k] / max(c.reports_inside, 1)),
                "share_before": float(c.before[k] / max(c.reports_before, 1)),
                "burst": round(float(burst[k]), 3),
                "new": bool(fresh[k]),
                "first": index.first[k],
                "quality": round(float(index.quality[k]), 3),
                "with": [index.names[i] for i in same[:5]],
            }
        )
    return rows


def _scores(
    index: PhraseIndex, c: _Counted, burst: NDArray[np.float64], chosen: NDArray[np.int64], w: Weights
) -> NDArray[np.float64]:
    quality = np.clip(index.quality[chosen].astype(float), 0.001, 0.999)
    before = np.maximum(c.before[chosen] - 1, 0)
    new = (c.inside[chosen] / np.maximum(c.inside[chosen] + before, 1)) ** w.sharp
    names = [index.names[k] for k in chosen.tolist()]
    parallel = np.array(["、" in name for name in names], dtype=bool)
    term = np.array([len(bare(name)) <= 5 for name in names], dtype=bool) & ~index.verb[chosen]
    score = w.odds * np.minimum(np.log(quality / (1 - quality)), w.most_odds)
    score += w.burst * np.where(c.before[chosen] == 0, np.maximum(burst[chosen], w.floor), burst[chosen])
    score += new * w.quoted * index.quoted[chosen] + new * w.lasting * np.log1p(
        np.minimum(c.later[chosen], w.most_months)
    )
    score += (
        new * w.decided * np.log1p(np.minimum(c.decided[chosen], w.most_decided))
        + w.parallel * parallel
        + w.term * term * new
    )
    return score


@dataclass(slots=True)
class _Candidates:
    """Pairs of phrase (rising) and report that nested phrases are compared over; counts: reports of each phrase."""

    phrase: NDArray[np.int32]
    report: NDArray[np.int32]
    counts: NDArray[np.int64]

    def reports(self, phrase: int) -> set[int]:
        a, b = np.searchsorted(self.phrase, (phrase, phrase + 1))
        return set(self.report[a:b].tolist())


def merge_nested(index: PhraseIndex, c: _Candidates, ranked: list[int], top: int) -> list[tuple[int, list[int]]]:
    """Of nested phrases of the same reports one: the core when it is sure, else the one that ranks highest; with the others."""
    names = {k: bare(index.names[k]) for k in ranked}
    kept: list[tuple[int, list[int]]] = []
    for k in ranked[: top * LOOK_ON]:
        mine = c.reports(k)
        home = next((n for n, (other, _) in enumerate(kept) if _same(names[k], names[other], mine, c, other)), None)
        if home is None:
            if len(kept) < top + SPARE:
                kept.append((k, []))
            continue
        other, rest = kept[home]
        if len(names[k]) < len(names[other]) and index.quality[k] >= SURE_CORE and c.counts[k] > c.counts[other]:
            kept[home] = (k, [other, *rest])
        else:
            rest.append(k)
    # A core that took the place of a longer phrase may hold others that were told beside it.
    told: list[tuple[int, list[int]]] = []
    for k, rest in kept:
        home = next(
            (n for n, (other, _) in enumerate(told) if _same(names[k], names[other], c.reports(k), c, other)), None
        )
        if home is None:
            told.append((k, rest))
        else:
            told[home][1].extend((k, *rest))
    return told[:top]


def _same(a: str, b: str, mine: set[int], c: _Candidates, other: int) -> bool:
    if a not in b and b not in a:
        return False
    theirs = c.reports(other)
    return len(mine & theirs) >= SAME_REPORTS * min(len(mine), len(theirs))


#: Months before the window in which a phrase must have been used to count as steady, of the last STEADY_OF.
STEADY, STEADY_OF = 6, 12
#: Gone: at most this share of what was to be expected.
GONE = 0.2


def silent(index: PhraseIndex, scope: Scope, *, top: int = 30, least: float = 0.5) -> list[AnswerRow]:
    """Phrases that were steady before the window of `scope` and are gone in it, the most surprising first.

    Steady: used in STEADY of the STEADY_OF months before. expected: reports that the same months of the years before, and the
    year before the window, make likely; the smaller of the two, so that what comes once a year is not missed out of season.
    score: -log10 of the chance of so few with that expectation (Poisson). Nested phrases of the same reports are told once.
    """
    if not scope.since:
        raise UsageError("silent needs the first day of the window: --since 2024-07-01")
    everywhere = Scope(levels=scope.levels, voices=scope.voices, place=scope.place)
    phrase, report = per_report(index, everywhere)
    month = month_of(index.day)
    begin, end = month_of(scope.begin), month_of(min(scope.end, int(index.day.max(initial=0))))
    size, reached = len(index.names), everywhere.reports(index) & ~index.empty & (index.day >= 0)
    inside = reached & (index.day >= scope.begin) & (index.day <= scope.end)
    count = np.bincount(phrase[inside[report]], minlength=size)
    year = reached & (index.day < scope.begin) & (month >= begin - STEADY_OF)
    used = np.unique(phrase[year[report]].astype(np.int64) << 32 | month[report[year[report]]])
    months = np.bincount(used >> 32, minlength=size)
    recent = np.bincount(phrase[year[report]], minlength=size)
    expected = recent / max(year.sum(), 1) * inside.sum()
    seasons = [
        np.bincount(phrase[same[report]], minlength=size) / same.sum() * inside.sum()
        for same in _same_months(month, reached, reached & (index.day < scope.begin), begin, end)
    ]
    if seasons:
        expected = np.minimum(expected, np.mean(seasons, axis=0))
    chosen = np.flatnonzero((months >= STEADY) & index.shown(least) & (count <= GONE * expected))
    chance = poisson_at_most(count[chosen], expected[chosen])
    of = dict(zip(chosen.tolist(), chance.tolist(), strict=True))
    told = _Candidates(phrase[year[report]], report[year[report]], recent)
    rows = []
    for k, same in merge_nested(index, told, chosen[np.lexsort((chosen, chance))].tolist(), top):
        uses = index.uses(k)
        before = uses.report[index.day[uses.report] < scope.begin]
        rows.append(
            {
                "phrase": index.names[k],
                "score": round(float(-np.log10(max(of[k], 1e-300))), 3),
                "count": int(count[k]),
                "expected": round(float(expected[k]), 2),
                "count_year_before": int(recent[k]),
                "months_year_before": int(months[k]),
                "first": index.first[k],
                "last_before": index.dates[int(before[-1])] if len(before) else "",
                "last": index.last[k],
                "with": [index.names[i] for i in same[:5]],
            }
        )
    return rows


def _same_months(month: Numbers, reached: Flags, earlier: Flags, begin: int, end: int) -> Iterator[Flags]:
    """Reports of the same months of each year before the window, as far back as there are reports."""
    window = list({m % 12 for m in range(begin, end + 1)})
    for back in range(1, 1 + (begin - int(month[reached].min(initial=begin))) // 12):
        same = earlier & (month >= begin - 12 * back) & (month <= end - 12 * back) & np.isin(month % 12, window)
        if same.any():
            yield same
