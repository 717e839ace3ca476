"""Counts of the phrases in a window and before it, and the features by which new phrases are ranked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.phrases.day_numbers import month_of
from graphkit.phrases.index.reader import PhraseIndex
from graphkit.phrases.keys import Numbers
from graphkit.phrases.questions.scope import Scope, per_report
from graphkit.phrases.questions.statistics import surprise

#: Features of `novelty_features`, in the order of its columns.
FEATURES = (
    "quality",
    "surprise",
    "before",
    "lasting",
    "later",
    "quoted",
    "declared",
    "verb",
)
#: The same season of earlier years is a baseline if it has at least this number of reports.
LEAST_SEASON = 200
#: Day numbers of a year (see day_numbers.days).
YEAR = 12 * 31
#: Limits of features.
MOST_SURPRISE, MOST_MONTHS = 5.2, 24
QUALITY = (-1.5, 2.5)


@dataclass(slots=True)
class Novelty:
    """Counts of the N phrases.

    inside, before, later: (N,) reports in the window, before it and after it; months: (N,) months after it with a use;
    surprise: (N,) see statistics.surprise, the lower one of the baselines. reports_inside, reports_before: all reports.
    phrase, report: the pairs of a phrase and a report of the window.
    """

    inside: NDArray[np.int64]
    before: NDArray[np.int64]
    later: NDArray[np.int64]
    months: NDArray[np.int64]
    surprise: NDArray[np.float64]
    reports_inside: int
    reports_before: int
    phrase: Numbers
    report: Numbers

    @property
    def newness(self) -> NDArray[np.float64]:
        """Return (N,) the part of the uses so far, except the first one, that is in the window; 1 for a new phrase."""
        before = np.maximum(self.before - 1, 0)
        part: NDArray[np.float64] = self.inside / np.maximum(self.inside + before, 1)
        return part


def count_novelty(index: PhraseIndex, scope: Scope, hindsight: bool) -> Novelty:
    """Count the phrases in the window of `scope` and around it. hindsight: also count the reports after it."""
    everywhere = Scope(levels=scope.levels, voices=scope.voices, place=scope.place)
    phrase, report = per_report(index, everywhere)
    day, size = index.day, len(index.names)
    within, earlier = (day >= scope.begin) & (day <= scope.end), (day >= 0) & (day < scope.begin)
    late = (day > scope.end) & hindsight
    inside, after = within[report], late[report]
    pairs = np.unique(phrase[after].astype(np.int64) << 32 | month_of(day)[report[after]])

    def count(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(phrase[chosen[report]], minlength=size)

    reached = everywhere.reports(index) & ~index.empty
    now, before = count(within), count(earlier)
    total_inside, total_before = int((reached & within).sum()), int((reached & earlier).sum())
    scale = surprise(now, total_inside, before, total_before)
    season = _season(day, scope)
    if (number := int((reached & season).sum())) >= LEAST_SEASON:
        scale = np.minimum(scale, surprise(now, total_inside, count(season), number))
    return Novelty(
        inside=now,
        before=before,
        later=count(late),
        months=np.bincount(pairs >> 32, minlength=size),
        surprise=scale,
        reports_inside=total_inside,
        reports_before=total_before,
        phrase=phrase[inside],
        report=report[inside],
    )


def _season(day: Numbers, scope: Scope) -> NDArray[np.bool_]:
    """Tell which reports are of the same days of earlier years."""
    found = np.zeros(len(day), dtype=bool)
    first, end = int(day[day >= 0].min(initial=scope.begin)), min(scope.end, int(day.max(initial=0)))
    for years in range(1, (scope.begin - first) // YEAR + 2):
        found |= (day >= scope.begin - years * YEAR) & (day <= end - years * YEAR) & (day < scope.begin)
    return found & (day >= 0)


def novelty_features(index: PhraseIndex, c: Novelty, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (len(chosen), len(FEATURES)) the features of some phrases.

    quality: log-odds of being a phrase, within QUALITY. surprise: at most MOST_SURPRISE. before: log(1 + reports before
    the window). later: log(1 + reports after it). verb: it begins with a verb. The others are multiplied by the newness
    to the power of 1.5: lasting, log(1 + months with a use after the window); quoted, the part of the uses that are a
    quotation; declared, its first use is in a report of a meeting or decision.
    """
    quality = np.clip(index.quality[chosen].astype(float), 0.001, 0.999)
    new = c.newness[chosen] ** 1.5
    columns = {
        "quality": np.clip(np.log(quality / (1 - quality)), *QUALITY),
        "surprise": np.minimum(c.surprise[chosen], MOST_SURPRISE),
        "before": np.log1p(c.before[chosen]),
        "later": np.log1p(c.later[chosen]),
        "verb": index.verb[chosen],
        "lasting": new * np.log1p(np.minimum(c.months[chosen], MOST_MONTHS)),
        "quoted": new * index.quoted[chosen],
        "declared": new * _declared(index)[chosen],
    }
    return np.stack([columns[name].astype(float) for name in FEATURES], axis=1)


def _declared(index: PhraseIndex) -> NDArray[np.bool_]:
    """Return (N,) whether the first use of each phrase is in a report of a meeting or decision."""
    report = index.all_uses.report
    if not len(report):
        return np.zeros(len(index.names), dtype=bool)
    begin = np.minimum(np.cumsum(index.mentions) - index.mentions, len(report) - 1)
    found: NDArray[np.bool_] = index.decides[report[begin]]
    return found
