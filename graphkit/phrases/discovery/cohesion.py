"""Features that tell whether a candidate is one expression: how firmly its words belong together, and where it occurs.

Each feature is a number for each candidate. They are part of the features of `graphkit.phrases.discovery.features`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.grammar.lexicon import word_set
from graphkit.phrases.discovery.ngrams import Spans, Vocabulary
from graphkit.phrases.discovery.word_arrays import WordArrays
from graphkit.phrases.discovery.word_sequence import Flags, WordSequence
from graphkit.phrases.keys import Numbers

Column = NDArray[np.float32]

#: Words that announce a new phrase before it (首次提出, 概括为, 即), and the number of words before it that are examined.
CUES = word_set("first_use_cue")
CUE_WORDS = 4
#: The association of a candidate that is a single word.
SINGLE = 1.0


@dataclass(frozen=True, slots=True)
class Pairs:
    """The P pairs of a word and the next one of the same run.

    at: (P,) position of the first word; count: occurrences of the pair; first, second: occurrences of its words.
    words: K, the number of all words.
    """

    at: NDArray[np.int64]
    count: NDArray[np.int64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    words: int

    def association(self) -> Column:
        """Return (K,) how often the rarer of each word and the next one occurs in this pair, 0–1; 0 at the end of a run."""
        return self._column(self.count / np.minimum(self.first, self.second))

    def information(self) -> Column:
        """Return (K,) the pointwise mutual information of each word and the next one in bits, 0 at the end of a run."""
        return self._column(np.log2(self.count * self.words / (self.first * self.second.astype(float))))

    def _column(self, values: NDArray[np.float64]) -> Column:
        out = np.zeros(self.words, dtype=np.float32)
        out[self.at] = values
        return out


def count_pairs(row: WordSequence, words: Vocabulary) -> Pairs:
    """Count the pairs of neighbouring words."""
    number = words.number.astype(np.int64)
    at = np.flatnonzero(row.run_end[:-1] > np.arange(len(row.word) - 1))
    _, of, count = np.unique(number[at] << 32 | number[at + 1], return_inverse=True, return_counts=True)
    often = np.bincount(number, minlength=len(words.words))
    return Pairs(at, count[of], often[number[at]], often[number[at + 1]], len(row.word))


def weakest(values: Column, first: Numbers, last: Numbers, single: float) -> Column:
    """Return the lowest of the values of the pairs of words inside each span; `single` for a span of one word."""
    out = np.full(len(first), single, dtype=np.float32)
    several = np.flatnonzero(last > first)
    if len(several):
        bounds = np.stack((first[several], last[several]), axis=1).ravel()
        out[several] = np.minimum.reduceat(values, bounds)[::2]
    return out


def entropy(key: Numbers, values: NDArray[np.int64], candidates: int) -> Column:
    """Return the entropy of the values of each key, relative to that of values that all differ, 0–1."""
    order = np.lexsort((values, key))
    keys, value = key[order], values[order]
    fresh = np.ones(len(keys), dtype=bool)
    fresh[1:] = (keys[1:] != keys[:-1]) | (value[1:] != value[:-1])
    begins = np.flatnonzero(fresh)
    counts = np.diff(np.append(begins, len(keys))).astype(float)
    total = np.bincount(key, minlength=candidates).astype(float)
    share = counts / total[keys[begins]]
    bits = np.bincount(keys[begins], weights=-share * np.log(share), minlength=candidates)
    return (bits / np.log(np.maximum(total, 2))).astype(np.float32)


def in_headlines(arrays: WordArrays, start: Numbers, report: Numbers) -> Flags:
    """Tell which offsets are in the headline that is the first line of their report."""
    sizes = np.zeros(len(arrays.reports), dtype=np.int64)
    for n, r in enumerate(arrays.reports):
        begin = int(arrays.report_start[n])
        if r.title and arrays.text.startswith(r.title[:8], begin):
            sizes[n] = len(r.title)
    inside: Flags = start - arrays.report_start[report] < sizes[report]
    return inside


def after_cue(row: WordSequence, words: Vocabulary, spans: Spans) -> Flags:
    """Tell which spans follow a word that announces a new phrase in the same run of words."""
    sums = np.concatenate(([0], np.cumsum(words.flags(CUES), dtype=np.int32)))
    ends = np.flatnonzero(row.run_end == np.arange(len(row.word)))
    at = np.searchsorted(ends, spans.first) - 1
    run_begin = np.where(at >= 0, ends[np.maximum(at, 0)] + 1, 0)
    begin = np.maximum(spans.first - CUE_WORDS, run_begin)
    flags: Flags = sums[spans.first] > sums[begin]
    return flags
