"""Spans of words that come again: what may be a phrase at all.

Works on whole columns by sorting keys; nothing here looks at one word at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.phrases.discovery.word_arrays import TAG_NUMBER
from graphkit.phrases.discovery.word_sequence import Flags, WordSequence
from graphkit.phrases.keys import Keys, Numbers
from graphkit.recognition.phrase_words import MODAL, NO_END, NO_FIRST, NO_START, OPENERS

#: Longest span in words and characters (silent ones not counted).
MOST_WORDS = 20
SIZES = range(2, 25)
#: Words whose keys are looked up at a time.
BLOCK = 1 << 20


@dataclass(slots=True)
class Spans:
    """Spans in order of their key and place. key: place of each in a list of unique keys; first, last: words of the row."""

    key: Numbers
    first: Numbers
    last: Numbers

    def __len__(self) -> int:
        return len(self.key)


@dataclass(slots=True)
class Vocabulary:
    """The different words of a row. number: (K,) of each word in `words`."""

    words: list[str]
    number: Numbers

    def flags(self, members: frozenset[str] | set[str]) -> Flags:
        """(K,) is the word one of these?"""
        return np.array([w in members for w in self.words], dtype=bool)[self.number]


def distinct(key: NDArray[Any], values: NDArray[Any], size: int) -> NDArray[np.int64]:
    """(size,) how many different values (0 to 2³²) each key has."""
    pairs = np.unique(key.astype(np.int64) << 32 | values)
    return np.bincount(pairs >> 32, minlength=size)


def vocabulary(row: WordSequence) -> Vocabulary:
    every = np.arange(len(row.word), dtype=np.int32)
    _, where, number = np.unique(row.keys(every, every), return_index=True, return_inverse=True)
    text = row.arrays.text
    return Vocabulary(
        [text[a:b] for a, b in zip(row.start[where].tolist(), row.end[where].tolist(), strict=True)],
        number.astype(np.int32),
    )


def edges(row: WordSequence, words: Vocabulary) -> tuple[Flags, Flags]:
    """May a phrase begin with the word, may it end with it? By its part of speech."""
    tags = row.arrays.tag[row.word]
    opener = np.array([w[0] in OPENERS for w in words.words], dtype=bool)[words.number]
    may_start = (~np.isin(tags, [TAG_NUMBER[t] for t in NO_START]) | opener) & ~words.flags(NO_FIRST | MODAL)
    return may_start, ~np.isin(tags, [TAG_NUMBER[t] for t in NO_END])


def repeated(row: WordSequence, least: int, may_start: Flags, may_end: Flags) -> tuple[Keys, Spans]:
    """Unique keys, rising, of the spans that stand in at least `least` reports, and where they stand.

    A span can come again only when its two halves do: keys of n words are looked at only where those of n - 1 came again.
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
        open_ = (
            may_start[alive] & may_end[last] & row.whole_quotes(alive, last) & (row.size(alive, last) >= SIZES.start)
        )
        kept.append((keys[open_], alive[open_], last[open_]))
    keys, first, last = (np.concatenate(column) for column in zip(*kept, strict=True))
    order = np.argsort(first, kind="stable")
    keys, first, last = keys[order], first[order], last[order]
    good = in_reports(keys, reports[first], least)
    return _numbered(keys[good], first[good], last[good])


def found(row: WordSequence, keys: Keys) -> Spans:
    """All spans whose key is one of `keys` (rising), also between words that open or close no phrase elsewhere."""
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
    """Is the key of each in at least `least` reports? `reports` rises."""
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
