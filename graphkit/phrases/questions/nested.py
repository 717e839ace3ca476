"""Merges nested phrases of the same reports in ranked lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.phrases.index.reader import PhraseIndex
from graphkit.phrases.keys import bare

#: A function that selects one of two phrases.
Better = Callable[[int, int], int]

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


def frequent_core(index: PhraseIndex, c: NestedCandidates) -> Better:
    """Return a function that selects the shorter one of two nested phrases if it is probably a phrase and frequent.

    Otherwise, it selects the second one, which has the higher rank.
    """

    def better(a: int, b: int) -> int:
        shorter = len(bare(index.names[a])) < len(bare(index.names[b]))
        return a if shorter and index.quality[a] >= SURE_CORE and c.counts[a] > c.counts[b] else b

    return better


def merge_nested(
    index: PhraseIndex, c: NestedCandidates, ranked: list[int], top: int, better: Better
) -> list[tuple[int, list[int]]]:
    """Return one of the nested phrases of the same reports, with the others.

    better: selects the one of two phrases that represents both; the second one has the higher rank.
    """
    names = {k: bare(index.names[k]) for k in ranked[: top * EXAMINED_FACTOR]}
    kept: list[tuple[int, list[int]]] = []
    for k in names:
        home = _home(names, c, kept, k)
        if home is not None:
            _join(kept, home, k, [], better)
        elif len(kept) < top + SPARE:
            kept.append((k, []))
    # A phrase that replaced another one can be nested with phrases that were kept before.
    merged: list[tuple[int, list[int]]] = []
    for k, rest in kept:
        home = _home(names, c, merged, k)
        if home is None:
            merged.append((k, rest))
        else:
            _join(merged, home, k, rest, better)
    return merged[:top]


def _home(names: dict[int, str], c: NestedCandidates, kept: list[tuple[int, list[int]]], k: int) -> int | None:
    mine = c.reports(k)
    return next((n for n, (other, _) in enumerate(kept) if _same(names[k], names[other], mine, c, other)), None)


def _join(kept: list[tuple[int, list[int]]], home: int, k: int, rest: list[int], better: Better) -> None:
    other, others = kept[home]
    kept[home] = (k, [other, *others, *rest]) if better(k, other) == k else (other, [*others, k, *rest])


def _same(a: str, b: str, mine: set[int], c: NestedCandidates, other: int) -> bool:
    if a not in b and b not in a:
        return False
    theirs = c.reports(other)
    return len(mine & theirs) >= SAME_REPORTS * min(len(mine), len(theirs))
