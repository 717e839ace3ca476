"""Which phrases go together beyond chance."""

from __future__ import annotations

import numpy as np

from graphkit.phrases.index.reader import SHOWN, PhraseIndex
from graphkit.phrases.keys import bare
from graphkit.phrases.questions.scope import AnswerRow, Scope
from graphkit.phrases.questions.statistics import discoveries, log_likelihood, p_value

#: Companions of a phrase by which its uses are compared.
COMPANIONS = 20


class Companions:
    """The phrases that go with a phrase most, to tell a use that is unlike the others: it may be another thing of the same name."""

    def __init__(self, index: PhraseIndex, phrase: int) -> None:
        self._index = index
        self._names = [str(r["phrase"]) for r in cooccurring_phrases(index, phrase, top=COMPANIONS) if r["score"] > 0]
        self._places = {p for name in self._names if (p := index.find(name)) is not None}

    def in_unit(self, unit: int) -> list[str]:
        """Those of them that the report or digest item uses too."""
        there = np.unique(self._index.phrase_of_use[self._index.all_uses.unit == unit])
        return [self._index.names[p] for p in there.tolist() if p in self._places]


def cooccurring_phrases(
    index: PhraseIndex, phrase: int, scope: Scope = Scope(), *, top: int = 50, least: float = SHOWN
) -> list[AnswerRow]:
    """Phrases of the same reports (of the same item, in a digest), the most significant first.

    expected: reports with both if they were independent; lift: how many times more there are; score: signed root of G² of the
    share of the other phrase among reports with and without this one; q: false discovery rate. Phrases that hold or lie in
    this one are left out: they are always together.
    """
    uses, of_use = index.all_uses, index.phrase_of_use
    chosen = scope.uses(index, uses) if scope != Scope() else np.ones(len(of_use), dtype=bool)
    key, unit = of_use[chosen], uses.unit[chosen]
    fresh = np.ones(len(key), dtype=bool)
    fresh[1:] = (key[1:] != key[:-1]) | (unit[1:] != unit[:-1])
    key, unit = key[fresh], unit[fresh]
    total, size = len(np.unique(unit)), len(index.names)
    together = np.zeros(int(unit.max(initial=-1)) + 1, dtype=bool)
    together[unit[key == phrase]] = True
    mine = int(together.sum())
    every = np.bincount(key, minlength=size)
    joint = np.bincount(key[together[unit]], minlength=size)
    own = bare(index.names[phrase])
    other = np.flatnonzero((joint > 0) & index.shown(least))
    other = np.array(
        [k for k in other.tolist() if (b := bare(index.names[k])) not in own and own not in b], dtype=np.int64
    )
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
