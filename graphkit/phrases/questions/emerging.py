"""Phrases that are new in a period or used much more often than before."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import UsageError
from graphkit.phrases.index.reader import PhraseIndex
from graphkit.phrases.questions.families import newest_whole, representative
from graphkit.phrases.questions.nested import NestedCandidates, merge_nested
from graphkit.phrases.questions.novelty import FEATURES, Novelty, count_novelty, novelty_features
from graphkit.phrases.questions.scope import AnswerRow, Scope

#: Minimum probability of a ranked phrase.
LEAST = 0.2
#: Minimum number of reports of a ranked phrase, also in a collection of fewer than SMALL reports.
LEAST_REPORTS, LEAST_REPORTS_SMALL, SMALL = 3, 2, 300
#: Minimum surprise of a phrase that was used before the window: a chance of one in a hundred.
LEAST_SURPRISE = 2.0
WEIGHTS_FILE = Path(__file__).parent.parent / "data" / "emerging_weights.toml"


@cache
def read_weights(path: Path = WEIGHTS_FILE) -> tuple[float, ...]:
    """Return the weights of the features in the order of FEATURES.

    They are fitted by `graphkit.training.emerging_weights` (docs/decisions/021).
    """
    weights = tomllib.loads(path.read_text(encoding="utf-8"))["weights"]
    return tuple(float(weights[name]) for name in FEATURES)


def emerging(
    index: PhraseIndex, scope: Scope, *, top: int = 30, hindsight: bool = True, least: float = LEAST
) -> list[AnswerRow]:
    """Return the phrases that are new or more frequent in the window of `scope`, the highest score first.

    score: weighted sum of the features of `novelty_features`. surprise: see statistics.surprise. new: no use before
    the window. hindsight: later use increases the score of a new phrase; without it, reports after the window are
    ignored, except for the probability of a phrase and its share of quotations. A family of nested phrases of the same
    reports is one row, with the member that is new, most used and whole; `with` lists the others.
    """
    if not scope.since:
        raise UsageError("emerging needs the first day of the window: --since 2023-09-01")
    c = count_novelty(index, scope, hindsight)
    chosen = emerging_candidates(index, c, least)
    score = novelty_features(index, c, chosen) @ np.array(read_weights())
    order = chosen[np.lexsort((chosen, -score))]
    of = dict(zip(chosen.tolist(), score.tolist(), strict=True))
    nested = NestedCandidates(c.phrase, c.report, c.inside)
    better = newest_whole(index, c, of)
    families = [[k, *same] for k, same in merge_nested(index, nested, order.tolist(), top, better)]
    return [_row(index, c, representative(index, c, members, better), members, of) for members in families]


def emerging_candidates(index: PhraseIndex, c: Novelty, least: float = LEAST) -> NDArray[np.int64]:
    """Return the phrases that are ranked: used in the window, and new or surprisingly frequent."""
    least_reports = LEAST_REPORTS_SMALL if len(index.day) < SMALL else LEAST_REPORTS
    frequent = c.inside + c.before + c.later >= least_reports
    rising = (c.before == 0) | (c.surprise >= LEAST_SURPRISE)
    return np.flatnonzero((c.inside > 0) & frequent & index.shown(least) & rising)


def _row(index: PhraseIndex, c: Novelty, k: int, members: list[int], score: dict[int, float]) -> AnswerRow:
    return {
        "phrase": index.names[k],
        "score": round(max(score[i] for i in members), 3),
        "count": int(c.inside[k]),
        "count_before": int(c.before[k]),
        "share": round(float(c.inside[k] / max(c.reports_inside, 1)), 6),
        "share_before": round(float(c.before[k] / max(c.reports_before, 1)), 6),
        "surprise": round(float(c.surprise[k]), 2),
        "new": int(c.before[k]) == 0,
        "first": index.first[k],
        "quality": round(float(index.quality[k]), 3),
        "with": [index.names[i] for i in members if i != k][:5],
    }
