"""Repeated word sequences, which are the candidates for phrases.

All functions sort whole columns of keys; none processes single words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.grammar.lexicon import word_set
from graphkit.phrases.discovery.word_arrays import TAG_NUMBER
from graphkit.phrases.discovery.word_sequence import Flags, WordSequence
from graphkit.phrases.keys import Keys, Numbers
from graphkit.recognition.phrase_words import MODAL, NO_END, NO_FIRST, NO_START, OPENERS

#: Maximum number of words, and the numbers of characters (without ignored ones) of a candidate.
MOST_WORDS = 20
SIZES = range(2, 25)
#: Words of time and place with which a term can begin, although other words of their parts of speech cannot.
TERM_START = word_set("term_start")
#: Symbols with which a phrase can end (人工智能+).
FINAL_SYMBOLS = frozenset("+＋×")
#: Number of words whose keys are searched at a time.
BLOCK = 1 << 20


@dataclass(slots=True)
class Spans:
    """Spans in the order of their keys and positions.

    key: position in a list of unique keys; first, last: word numbers.
    """

    key: Numbers
    first: Numbers
    last: Numbers

    def __len__(self) -> int:
        return len(self.key)


@dataclass(slots=True)
class Vocabulary:
    """The unique words of a sequence. number: (K,) position of each word in `words`."""

    words: list[str]
    number: Numbers

    def flags(self, members: frozenset[str] | set[str]) -> Flags:
        """Return (K,) whether each word is one of these."""
        return np.array([w in members for w in self.words], dtype=bool)[self.number]


def distinct(key: NDArray[Any], values: NDArray[Any], size: int) -> NDArray[np.int64]:
    """Return (size,) the number of unique values (0 to 2³²) of each key."""
    pairs = np.unique(key.astype(np.int64) << 32 | values)
    return np.bincount(pairs >> 32, minlength=size)


def vocabulary(row: WordSequence) -> Vocabulary:
    """Return the unique words of a sequence."""
    every = np.arange(len(row.word), dtype=np.int32)
    _, where, number = np.unique(row.keys(every, every), return_index=True, return_inverse=True)
    text = row.arrays.text
    return Vocabulary(
        [text[a:b] for a, b in zip(row.start[where].tolist(), row.end[where].tolist(), strict=True)],
        number.astype(np.int32),
    )


def edges(row: WordSequence, words: Vocabulary) -> tuple[Flags, Flags]:
    """Tell for each word whether a phrase can begin with it, and whether it can end with it, by its part of speech."""
    tags = row.arrays.tag[row.word]
    opener = np.array([w[0] in OPENERS for w in words.words], dtype=bool)[words.number]
    opener |= words.flags(TERM_START)
    may_start = (~np.isin(tags, [TAG_NUMBER[t] for t in NO_START]) | opener) & ~words.flags(NO_FIRST | MODAL)
    return may_start, ~np.isin(tags, [TAG_NUMBER[t] for t in NO_END]) | words.flags(FINAL_SYMBOLS)


def repeated(row: WordSequence, least: int, may_start: Flags, may_end: Flags) -> tuple[Keys, Spans]:
    """Return the unique keys, in ascending order, of the spans that occur in at least `least` reports, and these spans.

    A span begins and ends with words that may do so, unless it is a quotation as a whole. It can only be repeated if
    its first and last n - 1 words are, so keys of n words are computed for those only.
    """
    count = len(row.word)
    reports = row.arrays.report[row.word]
    alive = np.flatnonzero(row.sounds).astype(np.int32)
    again = np.zeros(count + 1, dtype=bool)
    kept: list[tuple[Keys, Numbers, Numbers]] = []
    for n in range(1, MOST_WORDS + 1):
        alive = alive[alive + n - 1 <= row.run_end[alive]]
        if n > 1:
            alive = alive[again[alive] & again[alive + 1]]
        last = alive + np.int32(n - 1)
        short = row.size(alive, last) < SIZES.stop
        alive, last = alive[short], last[short]
        keys = row.keys(alive, last)
        good = in_reports(keys, reports[alive], least)
        alive, last, keys = alive[good], last[good], keys[good]
        again[:] = False
        again[alive] = True
        whole = may_start[alive] & may_end[last] & row.whole_quotes(alive, last)
        open_ = (whole | row.quotations(alive, last)) & (row.size(alive, last) >= SIZES.start)
        kept.append((keys[open_], alive[open_], last[open_]))
    keys, first, last = (np.concatenate(column) for column in zip(*kept, strict=True))
    order = np.argsort(first, kind="stable")
    keys, first, last = keys[order], first[order], last[order]
    good = in_reports(keys, reports[first], least)
    return _numbered(keys[good], first[good], last[good])


def found(row: WordSequence, keys: Keys) -> Spans:
    """Return all spans whose key is one of `keys` (in ascending order), also those that could not be new candidates."""
    parts: list[tuple[Numbers, Numbers, Numbers]] = []
    for begin in range(0, len(row.word), BLOCK):
        alive = np.arange(begin, min(begin + BLOCK, len(row.word)), dtype=np.int32)
        alive = alive[row.sounds[alive]]
        for n in range(1, MOST_WORDS + 1):
            alive = alive[alive + n - 1 <= row.run_end[alive]]
            last = alive + np.int32(n - 1)
            alive = alive[row.size(alive, last) < SIZES.stop]
            last = alive + np.int32(n - 1)
            here = row.keys(alive, last)
            at = np.minimum(np.searchsorted(keys, here), max(len(keys) - 1, 0))
            hit = (keys[at] == here if len(keys) else np.zeros(len(here), dtype=bool)) & row.whole_quotes(alive, last)
            parts.append((at[hit].astype(np.int32), alive[hit], last[hit]))
    number, first, last = (
        (np.concatenate(column) for column in zip(*parts, strict=True)) if parts else (np.zeros(0, np.int32),) * 3
    )
    order = np.lexsort((first, number))
    return Spans(number[order], first[order], last[order])


def _numbered(keys: Keys, first: Numbers, last: Numbers) -> tuple[Keys, Spans]:
    unique, number = np.unique(keys, return_inverse=True)
    order = np.argsort(number, kind="stable")
    return unique, Spans(number[order].astype(np.int32), first[order], last[order])


def in_reports(keys: NDArray[Any], reports: Numbers, least: int) -> Flags:
    """Tell for each entry whether its key occurs in at least `least` reports. reports: in ascending order."""
    if least <= 1 or not len(keys):
        return np.ones(len(keys), dtype=bool)
    order = np.argsort(keys, kind="stable")
    there, where = keys[order], reports[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = there[1:] != there[:-1]
    begins = np.flatnonzero(fresh)
    fresh[1:] |= where[1:] != where[:-1]
    often = np.add.reduceat(fresh, begins, dtype=np.int32) >= least
    out = np.zeros(len(keys), dtype=bool)
    out[order] = np.repeat(often, np.diff(np.append(begins, len(order))))
    return out
