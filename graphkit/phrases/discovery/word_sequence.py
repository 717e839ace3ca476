"""The words of a graph as one sequence, with the key of each span of words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.phrases.discovery.word_arrays import WordArrays
from graphkit.phrases.keys import BASE, BREAKS, DASH, SILENT, Keys, Numbers, scrambled

#: Maximum number of characters of a quotation.
LONGEST_QUOTATION = 60
_INVERSE = np.uint64(pow(int(BASE), -1, 1 << 64))

Flags = NDArray[np.bool_]


@dataclass(slots=True)
class WordSequence:
    """The K words of the arrays without those that consist of ignored characters only (`SILENT`).

    word: (K,) position of each in the arrays; start, end: (K,) offsets in the text. run_end: (K,) last word of the
    uninterrupted run of words that contains the word. quote: (K,) number of the quotation that contains the word, 0
    if none; opens, closes: it is the first or last word of it. listed: (K,) number of 、 before the word; the
    difference of two is the number between them. sounds: (K,) False for punctuation marks that end a span.
    """

    arrays: WordArrays
    word: Numbers
    start: Numbers
    end: Numbers
    run_end: Numbers
    quote: Numbers
    opens: Flags
    closes: Flags
    listed: Numbers
    sounds: Flags
    _prefix: Keys
    _rank: Numbers
    _inverse: Keys

    def keys(self, first: Numbers, last: Numbers) -> Keys:
        """Return the keys of the spans from word `first` to word `last`."""
        a, b = self.start[first], self.end[last]
        return (self._prefix[b] - self._prefix[a]) * self._inverse[self._rank[a]]

    def size(self, first: Numbers, last: Numbers) -> Numbers:
        """Return the number of characters of the spans, without ignored ones."""
        return self._rank[self.end[last]] - self._rank[self.start[first]]

    def whole_quotes(self, first: Numbers, last: Numbers) -> Flags:
        """Tell whether each span contains no part of a quotation, or is inside one."""
        a, b = self.quote[first], self.quote[last]
        return (a == b) | (((a == 0) | self.opens[first]) & ((b == 0) | self.closes[last]))

    def quotations(self, first: Numbers, last: Numbers) -> Flags:
        """Tell whether each span is a quotation as a whole."""
        return (self.quote[first] > 0) & (self.quote[first] == self.quote[last]) & self.opens[first] & self.closes[last]

    def words(self, first: int, last: int) -> str:
        """Return the printed text of a span. A quotation as a whole comes without its quotation marks."""
        a, b = int(self.start[first]), int(self.end[last])
        if self.quote[first] != self.quote[last]:
            a -= int(self.opens[first])
            b += int(self.closes[last])
        return self.arrays.text[a:b]


def make_word_sequence(arrays: WordArrays) -> WordSequence:
    """Return the word sequence of the arrays."""
    with np.errstate(over="ignore"):
        codes = np.frombuffer(arrays.text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        silent = np.isin(codes, _codes(SILENT))
        breaks = np.isin(codes, _codes(BREAKS)) & ~_links(codes)
        rank = np.concatenate(([0], np.cumsum(~silent))).astype(np.int32)
        power = _powers(BASE, int(rank[-1]) + 1)
        values = np.where(silent, np.uint64(0), scrambled(codes.astype(np.uint64)) * power[rank[:-1]])
        prefix = np.concatenate((np.zeros(1, np.uint64), np.cumsum(values, dtype=np.uint64)))
        inverse = _powers(_INVERSE, int(rank[-1]) + 1)
    start, end = arrays.start, arrays.end
    word = np.flatnonzero(rank[end] > rank[start]).astype(np.int32)
    is_break = breaks[start]
    hole = np.zeros(len(start), dtype=bool)
    hole[1:] = (start[1:] != end[:-1]) | (arrays.report[1:] != arrays.report[:-1])
    cuts = np.cumsum(hole | is_break)
    together = np.zeros(len(word), dtype=bool)
    together[:-1] = (cuts[word[1:]] == cuts[word[:-1]]) & ~is_break[word[:-1]]
    ends = np.flatnonzero(~together)
    run_end = ends[np.searchsorted(ends, np.arange(len(word)))].astype(np.int32)
    number, opening, closing = _quotations(codes)
    listed = np.concatenate(([0], np.cumsum(codes == ord("、")))).astype(np.int32)
    a, b = start[word], end[word]
    return WordSequence(
        arrays,
        word,
        a,
        b,
        run_end,
        number[a],
        opening[a],
        closing[b],
        listed[a],
        ~is_break[word],
        prefix,
        rank,
        inverse,
    )


def _codes(characters: str) -> NDArray[np.uint32]:
    return np.array([ord(c) for c in characters], dtype=np.uint32)


def _links(codes: NDArray[np.uint32]) -> Flags:
    """Tell which characters are a single dash between two characters that do not end a span (中国—中亚精神)."""
    ends = np.isin(codes, _codes(BREAKS + SILENT))
    dash = codes == ord(DASH)
    dash[1:] &= ~ends[:-1]
    dash[:-1] &= ~ends[1:]
    dash[:1] = dash[-1:] = False
    return dash


def _powers(base: np.uint64, count: int) -> Keys:
    """Return the powers of the base from 0 on, modulo 2⁶⁴."""
    found = np.full(count, base, dtype=np.uint64)
    found[:1] = 1
    return np.cumprod(found, dtype=np.uint64)


def _quotations(codes: NDArray[np.uint32]) -> tuple[Numbers, Flags, Flags]:
    """Return for each character the number of its quotation (0: none), and whether one begins before or ends at it.

    A quotation is “…” without another quotation mark inside, with at most LONGEST_QUOTATION characters.
    """
    opens, closes = np.flatnonzero(codes == ord("“")), np.flatnonzero(codes == ord("”"))
    at = np.searchsorted(closes, opens)
    opens, at = opens[at < len(closes)], at[at < len(closes)]
    ends = closes[at]
    following = np.append(opens[1:], len(codes))
    good = (ends < following) & (ends - opens <= LONGEST_QUOTATION)
    opens, ends = opens[good], ends[good]
    steps = np.zeros(len(codes) + 2, dtype=np.int32)
    numbers = np.arange(1, len(opens) + 1, dtype=np.int32)
    steps[opens] = numbers
    steps[ends + 1] -= numbers
    opening, closing = np.zeros(len(codes) + 1, dtype=bool), np.zeros(len(codes) + 1, dtype=bool)
    opening[opens + 1] = True
    closing[ends] = True
    return np.cumsum(steps, dtype=np.int32), opening, closing
