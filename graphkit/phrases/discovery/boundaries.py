"""Tells a phrase from the same characters cut across the border of two other things.

深海科技|创新 may be 深海 + 科技创新, 党规|党纪学习教育 may be 党规党纪 + 学习教育. Where a phrase so borders on a word that is
bound to it more tightly than its own words to each other, the place counts only if the phrase has stood by itself before.
"""

from __future__ import annotations

import numpy as np

from graphkit.phrases.discovery.ngrams import Spans, Vocabulary
from graphkit.phrases.discovery.word_arrays import TAG_NUMBER
from graphkit.phrases.discovery.word_sequence import Flags, WordSequence
from graphkit.phrases.keys import Numbers

#: Share of the rarer word's uses that stand in this pair, from which a pair is tight; and how much tighter than within.
TIGHT, TIGHTER = 0.2, 4.0
_NOUNS = ("n", "vn", "an", "nz", "nw")


#: The day on which a phrase first stood by itself, when it has not yet.
NEVER = np.iinfo(np.int32).max


def unambiguous_uses(row: WordSequence, words: Vocabulary, uses: Spans, days: Numbers, standing: Numbers) -> Flags:
    """Which uses count. days: (R,) of each report; uses of one key before its first clear use are left out when they are ambiguous.

    standing: of each key, the day of its first clear use in earlier parts of the graph, or NEVER; it is brought forward.
    """
    ambiguous = _ambiguous(row, words, uses)
    day = np.where(days < 0, NEVER, days)[row.arrays.report[row.word]][uses.first]
    np.minimum.at(standing, uses.key[~ambiguous], day[~ambiguous])
    return ~ambiguous | (day >= standing[uses.key])


def _ambiguous(row: WordSequence, words: Vocabulary, uses: Spans) -> Flags:
    noun = np.isin(row.arrays.tag[row.word], [TAG_NUMBER[t] for t in _NOUNS])
    tightness = _tightness(row, words)
    several = uses.last > uses.first
    after = np.minimum(uses.last + 1, len(row.word) - 1)
    right = (
        several
        & (row.run_end[uses.last] > uses.last)
        & (row.quote[after] == row.quote[uses.last])
        & (row.listed[after] == row.listed[uses.last])
    )
    right &= noun[uses.last] & noun[after]
    inner = tightness[uses.last - several]
    ambiguous = right & (tightness[uses.last] >= TIGHT) & (tightness[uses.last] >= TIGHTER * inner)
    before = np.maximum(uses.first - 1, 0)
    left = (
        several & (row.run_end[before] >= uses.first) & (uses.first > 0) & (row.quote[before] == row.quote[uses.first])
    )
    left &= (row.listed[before] == row.listed[uses.first]) & noun[before] & noun[uses.first]
    # 党规|党纪: coordinated words are alike in length and share a character.
    left &= (row.end[before] - row.start[before]) == (row.end[uses.first] - row.start[uses.first])
    at = np.flatnonzero(left & (tightness[before] >= TIGHT))
    text = row.arrays.text
    for k in at.tolist():
        a, b = int(before[k]), int(uses.first[k])
        ambiguous[k] |= bool(set(text[row.start[a] : row.end[a]]) & set(text[row.start[b] : row.end[b]]))
    return ambiguous


def _tightness(row: WordSequence, words: Vocabulary) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """(K,) share of the rarer word's uses in which the word and the next one stand together; 0 at the end of a run."""
    number = words.number.astype(np.int64)
    linked = row.run_end[:-1] > np.arange(len(row.word) - 1)
    pair = number[:-1] << 32 | number[1:]
    _, of, count = np.unique(pair[linked], return_inverse=True, return_counts=True)
    often = np.bincount(number, minlength=len(words.words))
    out = np.zeros(len(row.word), dtype=np.float32)
    at = np.flatnonzero(linked)
    out[at] = count[of] / np.minimum(often[number[at]], often[number[at + 1]])
    return out
