"""Phrases that are new in a period or used much more often than before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import UsageError
from graphkit.phrases.day_numbers import month_of
from graphkit.phrases.index.reader import PhraseIndex
from graphkit.phrases.keys import bare
from graphkit.phrases.questions.nested import NestedCandidates, merge_nested
from graphkit.phrases.questions.scope import AnswerRow, Scope, per_report
from graphkit.phrases.questions.statistics import Z90, log_odds

#: Minimum probability of a ranked phrase.
LEAST = 0.15
#: Minimum number of reports of a ranked phrase.
LEAST_REPORTS = 3


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the score, which were set on manually checked lists of new phrases of the corpus (docs/decisions/009).

    Newness: the part of the uses so far, except the first one, that is in the window, to the power of sharp; 1 for a
    phrase without earlier use.

    odds: log-odds of being a policy phrase, at most most_odds. burst: lower limit of the log-odds ratio of the window
    against the time before; floor: its minimum for a phrase without earlier use. parallel: for parallel constructions
    (A、B、C).

    These are multiplied by the newness. quoted: share of uses in quotation marks; lasting: log(1 + later months),
    with at most most_months; decided: log(1 + reports of meetings and decisions in the window), with at most
    most_decided; term: for names of at most five characters.
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
    """Counts of the N phrases.

    inside, before: (N,) reports in the window and before it; later: (N,) months with a use after it; decided: (N,)
    reports of meetings and decisions in it. phrase, report: the pairs of a phrase and a report of the window.
    """

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
    """Return the phrases that are new or more frequent in the window of `scope`, the highest score first.

    score: weighted sum of Weights. burst: lower 95% limit of the log-odds ratio. new: no use before the window.
    hindsight: later use increases the score of a new phrase; without it, reports after the window are ignored, except
    for the probability of a phrase and its share of quotations. Nested phrases of the same reports are one row;
    `with` lists the others.
    """
    if not scope.since:
        raise UsageError("emerging needs the first day of the window: --since 2023-09-01")
    c = _count(index, scope, hindsight)
    ratio, error = log_odds(c.inside, c.reports_inside, c.before, c.reports_before)
    burst = ratio - Z90 * error
    frequent = (index.reports if hindsight else c.inside + c.before) >= LEAST_REPORTS
    chosen = np.flatnonzero((c.inside > 0) & frequent & index.shown(least) & ((burst > 0) | (c.before == 0)))
    score = _scores(index, c, burst, chosen, weights)
    order = chosen[np.lexsort((chosen, -score))]
    of = dict(zip(chosen.tolist(), score.tolist(), strict=True))
    merged = merge_nested(index, NestedCandidates(c.phrase, c.report, c.inside), order.tolist(), top)
    return [_row(index, c, k, same, burst, of) for k, same in merged]


def _row(
    index: PhraseIndex,
    c: _Counted,
    k: int,
    same: list[int],
    burst: NDArray[np.float64],
    score: dict[int, float],
) -> AnswerRow:
    return {
        "phrase": index.names[k],
        "score": round(max(score[i] for i in (k, *same)), 3),
        "count": int(c.inside[k]),
        "count_before": int(c.before[k]),
        "share": float(c.inside[k] / max(c.reports_inside, 1)),
        "share_before": float(c.before[k] / max(c.reports_before, 1)),
        "burst": round(float(burst[k]), 3),
        "new": int(c.before[k]) == 0,
        "first": index.first[k],
        "quality": round(float(index.quality[k]), 3),
        "with": [index.names[i] for i in same[:5]],
    }


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
