"""Phrases that occur in the same reports more often than by chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graphkit.phrases.index.reader import SHOWN, PhraseIndex
from graphkit.phrases.keys import bare
from graphkit.phrases.questions.scope import AnswerRow, Scope
from graphkit.phrases.questions.statistics import discoveries, log_likelihood, p_value

#: Number of phrases with which the uses of a phrase are compared.
COMPANIONS = 20


class Companions:
    """The phrases that most often occur together with a phrase.

    A use without any of them differs from the others: it can be of another entity with the same name.
    """

    def __init__(self, index: PhraseIndex, phrase: int) -> None:
        self._index = index
        self._names = [str(r["phrase"]) for r in cooccurring_phrases(index, phrase, top=COMPANIONS) if r["score"] > 0]
        self._places = {p for name in self._names if (p := index.find(name)) is not None}

    def in_unit(self, unit: int) -> list[str]:
        """Return those of them that a report or digest item uses."""
        there = np.unique(self._index.phrase_of_use[self._index.all_uses.unit == unit])
        return [self._index.names[p] for p in there.tolist() if p in self._places]


def cooccurring_phrases(
    index: PhraseIndex, phrase: int, scope: Scope = Scope(), *, top: int = 50, least: float = SHOWN
) -> list[AnswerRow]:
    """Return the phrases of the same reports (in a digest: of the same item), the most significant first.

    expected: number of reports with both if they were independent; lift: the actual number divided by it; score:
    signed root of G² of the share of the other phrase among reports with and without this one; q: false discovery
    rate. Phrases that contain this one, or that it contains, are left out, because they always occur together.
    """
    every, joint, mine, total = _counts(index, phrase, scope)
    other = _unrelated(index, phrase, np.flatnonzero((joint > 0) & index.shown(least)))
    if not len(other):
        return []
    score = log_likelihood(joint[other], mine, every[other] - joint[other], total - mine)
    q = discoveries(p_value(score))
    expected = mine * every[other] / max(total, 1)
    rows = []
    for n in np.lexsort((other, -score))[:top].tolist():
        k = int(other[n])
        rows.append(
            {
                "phrase": index.names[k],
                "with": index.names[phrase],
                "count": int(joint[k]),
                "expected": round(float(expected[n]), 2),
                "lift": round(float(joint[k] / expected[n]), 2),
                "score": round(float(score[n]), 3),
                "q": float(q[n]),
                "first": index.first[k],
            }
        )
    return rows


def _counts(index: PhraseIndex, phrase: int, scope: Scope) -> tuple[NDArray[np.int64], NDArray[np.int64], int, int]:
    """Return (N,) the units of each phrase, and those also with `phrase`; the number of units with it, and of all."""
    uses, of_use = index.all_uses, index.phrase_of_use
    chosen = scope.uses(index, uses) if scope != Scope() else np.ones(len(of_use), dtype=bool)
    key, unit = of_use[chosen], uses.unit[chosen]
    fresh = np.ones(len(key), dtype=bool)
    fresh[1:] = (key[1:] != key[:-1]) | (unit[1:] != unit[:-1])
    key, unit = key[fresh], unit[fresh]
    together = np.zeros(int(unit.max(initial=-1)) + 1, dtype=bool)
    together[unit[key == phrase]] = True
    size = len(index.names)
    every, joint = np.bincount(key, minlength=size), np.bincount(key[together[unit]], minlength=size)
    return every, joint, int(together.sum()), len(np.unique(unit))


def _unrelated(index: PhraseIndex, phrase: int, others: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the phrases that neither contain a phrase nor are contained in it."""
    own = bare(index.names[phrase])
    return np.array(
        [k for k in others.tolist() if (b := bare(index.names[k])) not in own and own not in b], dtype=np.int64
    )
