"""Distinguishes uses of a phrase from the same characters at the boundary of two other expressions.

深海科技|创新 can be 深海 + 科技创新, 党规|党纪学习教育 can be 党规党纪 + 学习教育. If the word next to a phrase is associated with
the phrase more strongly than the words of the phrase with each other, the use counts only if the phrase occurred
unambiguously before.
"""

from __future__ import annotations

import numpy as np

from graphkit.phrases.discovery.cohesion import count_pairs
from graphkit.phrases.discovery.ngrams import Spans, Vocabulary
from graphkit.phrases.discovery.word_arrays import TAG_NUMBER
from graphkit.phrases.discovery.word_sequence import Flags, WordSequence
from graphkit.phrases.keys import Numbers

#: Minimum association of the phrase with the word next to it (the share of the rarer word's uses in this pair), and
#: minimum ratio to the association inside the phrase.
TIGHT, TIGHTER = 0.2, 4.0
_NOUNS = ("n", "vn", "an", "nz", "nw")


#: The first day of an unambiguous use, for a phrase without any.
NEVER = np.iinfo(np.int32).max


def unambiguous_uses(row: WordSequence, words: Vocabulary, uses: Spans, days: Numbers, standing: Numbers) -> Flags:
    """Tell which uses count: unambiguous ones, and all others since the first unambiguous use of the key.

    days: (R,) number of the day of each report. standing: for each key the day of its first unambiguous use in
    earlier blocks, or NEVER; it is updated.
    """
    ambiguous = _ambiguous(row, words, uses)
    day = np.where(days < 0, NEVER, days)[row.arrays.report[row.word]][uses.first]
    np.minimum.at(standing, uses.key[~ambiguous], day[~ambiguous])
    return ~ambiguous | (day >= standing[uses.key])


def _ambiguous(row: WordSequence, words: Vocabulary, uses: Spans) -> Flags:
    noun = np.isin(row.arrays.tag[row.word], [TAG_NUMBER[t] for t in _NOUNS])
    tightness = count_pairs(row, words).association()
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
    # 党规|党纪: coordinated words have equal length and share a character.
    left &= (row.end[before] - row.start[before]) == (row.end[uses.first] - row.start[uses.first])
    at = np.flatnonzero(left & (tightness[before] >= TIGHT))
    text = row.arrays.text
    for k in at.tolist():
        a, b = int(before[k]), int(uses.first[k])
        ambiguous[k] |= bool(set(text[row.start[a] : row.end[a]]) & set(text[row.start[b] : row.end[b]]))
    return ambiguous
