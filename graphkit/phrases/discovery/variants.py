"""Variants of a phrase, and phrases that contain other phrases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graphkit.grammar.lexicon import word_set
from graphkit.phrases.discovery.word_sequence import WordSequence
from graphkit.phrases.keys import Keys, Numbers

#: A wording with a leading adverb is a phrase of its own if it has this share of the reports of the wording without it.
OWN_FORMULA = 0.5


def merge_variants(
    row: WordSequence, keys: Keys, example: tuple[Numbers, Numbers], reports: NDArray[np.int64], names: Sequence[str]
) -> Numbers:
    """Return for each wording the position of the wording that represents its phrase.

    It has no leading adverb (要, 着力, 加快); parallels with the same parts in another order are one phrase. keys: in
    ascending order; example: first and last word of one use of each; reports: number of reports of each; names:
    printed wordings.
    """
    root = np.arange(len(keys), dtype=np.int32)
    first, last = example
    front = word_set("phrase_front")
    text = row.arrays.text
    for k in np.argsort(last - first, kind="stable").tolist():
        a, b = int(first[k]), int(last[k])
        while a < b and text[row.start[a] : row.end[a]] in front:
            a += 1
        if a > int(first[k]):
            rest = _find(keys, int(row.keys(np.array([a]), np.array([b]))[0]))
            if rest >= 0 and reports[k] < OWN_FORMULA * reports[rest]:
                root[k] = root[rest]
    alike: dict[str, list[int]] = defaultdict(list)
    for k, name in enumerate(names):
        if "、" in name and root[k] == k:
            alike["、".join(sorted(name.split("、")))].append(k)
    for members in alike.values():
        if len(members) > 1:
            best = max(members, key=lambda k: (int(reports[k]), names[k]))
            for k in members:
                root[k] = best
    # The representative of a wording can itself have been merged with a third one.
    return root[root]


Inside = dict[int, list[tuple[int, int, int]]]


def contained_phrases(
    row: WordSequence,
    keys: Keys,
    example: tuple[Numbers, Numbers],
    root: Numbers,
    worthy: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> Inside:
    """Return for each phrase the phrases that it contains, each with the words where it begins and ends.

    root: the representative of each wording; worthy: the phrases that can be contained.
    """
    first, last = example
    spans: Inside = defaultdict(list)
    longest = int((last - first).max()) + 1 if len(keys) else 0
    roots = root == np.arange(len(root))
    for size in range(1, longest):
        for offset in range(longest - size + 1):
            at = np.flatnonzero((last - first + 1 >= offset + size) & (last - first + 1 > size) & roots)
            a = first[at] + np.int32(offset)
            b = a + np.int32(size - 1)
            here = row.keys(a, b)
            place = np.minimum(np.searchsorted(keys, here), len(keys) - 1)
            hit = (keys[place] == here) & row.whole_quotes(a, b)
            for k, inner in zip(at[hit].tolist(), place[hit].tolist(), strict=True):
                top = int(root[inner])
                if worthy[top] and top != k:
                    spans[k].append((offset, offset + size, top))
    return spans


def largest_contained(pairs: Inside) -> dict[int, list[int]]:
    """Return for each phrase the phrases that it contains and that no other one of these contains."""
    found = {}
    for k, parts in pairs.items():
        outer = {p for p in parts if not any(q[0] <= p[0] and p[1] <= q[1] and q[:2] != p[:2] for q in parts)}
        found[k] = sorted({top for _, _, top in outer})
    return found


def c_values(
    pairs: Inside, roots: Numbers, mentions: NDArray[np.int64], names: Sequence[str]
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Return the C-value of each phrase (Frantzi, Ananiadou and Mima 2000, Int. J. Digit. Libr. 3).

    It is log2(1 + characters) times the number of uses, minus the mean number of uses of the phrases that contain it.
    It is not positive for a phrase that only occurs inside one longer phrase.
    """
    place = {int(r): n for n, r in enumerate(roots.tolist())}
    holders, held = np.zeros(len(roots), dtype=np.int64), np.zeros(len(roots), dtype=np.int64)
    for outer, parts in pairs.items():
        if outer in place:
            for inner in {top for _, _, top in parts}:
                holders[place[inner]] += 1
                held[place[inner]] += mentions[place[outer]]
    free = mentions - held / np.maximum(holders, 1)
    return (np.log2(1 + np.array([len(n) for n in names])) * free).astype(np.float32)


def _find(keys: Keys, key: int) -> int:
    at = int(np.searchsorted(keys, np.uint64(key)))
    return at if at < len(keys) and int(keys[at]) == key else -1
