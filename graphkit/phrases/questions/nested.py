"""Merges nested phrases of the same reports in ranked lists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.phrases.index.reader import PhraseIndex
from graphkit.phrases.keys import bare

#: Nested phrases are merged if they share this part of the reports of the rarer one.
SAME_REPORTS = 0.6
#: Minimum probability of a phrase that replaces a longer one that contains it.
SURE_CORE = 0.5
#: The number of ranked phrases that are examined for merging, as a multiple of the number of rows.
EXAMINED_FACTOR = 6
#: Additional phrases that are kept at first, because later ones can be merged.
SPARE = 15


@dataclass(slots=True)
class NestedCandidates:
    """The pairs of a phrase (in ascending order) and a report by which nested phrases are compared.

    counts: number of reports of each phrase.
    """

    phrase: NDArray[np.int32]
    report: NDArray[np.int32]
    counts: NDArray[np.int64]

    def reports(self, phrase: int) -> set[int]:
        a, b = np.searchsorted(self.phrase, (phrase, phrase + 1))
        return set(self.report[a:b].tolist())


def merge_nested(index: PhraseIndex, c: NestedCandidates, ranked: list[int], top: int) -> list[tuple[int, list[int]]]:
    """Return one of the nested phrases of the same reports, with the others.

    It is the shortest one if it is probably a phrase and more frequent, else the one with the highest rank.
    """
    names = {k: bare(index.names[k]) for k in ranked}
    kept: list[tuple[int, list[int]]] = []
    for k in ranked[: top * EXAMINED_FACTOR]:
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
    # A phrase that replaced a longer one can be contained in other phrases that were kept before.
    merged: list[tuple[int, list[int]]] = []
    for k, rest in kept:
        home = next(
            (n for n, (other, _) in enumerate(merged) if _same(names[k], names[other], c.reports(k), c, other)), None
        )
        if home is None:
            merged.append((k, rest))
        else:
            merged[home][1].extend((k, *rest))
    return merged[:top]


def _same(a: str, b: str, mine: set[int], c: NestedCandidates, other: int) -> bool:
    if a not in b and b not in a:
        return False
    theirs = c.reports(other)
    return len(mine & theirs) >= SAME_REPORTS * min(len(mine), len(theirs))
