"""Finds the number and the first offset of the occurrences of words in a report, quickly even in long reports."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

#: Minimum length in characters of a text that gets an index. Shorter texts are searched directly.
_INDEXED = 20_000


class Occurrences:
    """The occurrences of words in one text. The results are cached.

    A long text gets a suffix array (all positions, ordered by the text that begins there), in which the occurrences of
    some words are adjacent and are found by a binary search.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._firsts: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._suffixes: np.ndarray | None = None

    def first(self, words: str) -> int:
        """Return the first offset of the words, -1 if they do not occur, like `text.find(words)`."""
        found = self._firsts.get(words)
        if found is None:
            found = self._firsts[words] = self._find(words)
        return found

    def count(self, words: str) -> int:
        """Return the number of occurrences without overlaps, like `text.count(words)`."""
        found = self._counts.get(words)
        if found is None:
            found = self._counts[words] = self._count(words)
        return found

    def _find(self, words: str) -> int:
        if len(self._text) <= _INDEXED or not words:
            return self._text.find(words)
        places = self._places(words)
        return int(places.min()) if len(places) else -1

    def _count(self, words: str) -> int:
        if len(self._text) <= _INDEXED or not words:
            return self._text.count(words)
        places = self._places(words)
        if not _can_overlap(words):
            return len(places)
        number = end = 0
        for at in np.sort(places).tolist():
            if at >= end:
                number, end = number + 1, at + len(words)
        return number

    def _places(self, words: str) -> np.ndarray:
        """Return all offsets at which the words occur, in no particular order."""
        if self._suffixes is None:
            self._suffixes = suffix_array(self._text)
        suffixes = self._suffixes
        return suffixes[self._bound(suffixes, words, after=False) : self._bound(suffixes, words, after=True)]

    def _bound(self, suffixes: np.ndarray, words: str, *, after: bool) -> int:
        low, high, size, text = 0, len(suffixes), len(words), self._text
        while low < high:
            middle = (low + high) // 2
            at = int(suffixes[middle])
            here = text[at : at + size]
            if here < words or (after and here == words):
                low = middle + 1
            else:
                high = middle
        return low


def suffix_array(text: str) -> np.ndarray:
    """Return the offsets of a text, ordered by the text that begins there (prefix doubling: Manber and Myers 1993).

    >>> suffix_array("banana").tolist()
    [5, 3, 1, 0, 4, 2]
    """
    if not text:
        return np.zeros(0, dtype=np.int64)
    characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    rank = np.unique(characters, return_inverse=True)[1].astype(np.int64)
    length, size = len(rank), 1
    while True:
        following = np.zeros(length, dtype=np.int64)
        following[: max(length - size, 0)] = rank[size:] + 1
        key = rank * (length + 1) + following
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        rank[order] = np.concatenate(([0], np.cumsum(ordered[1:] != ordered[:-1])))
        if rank[order[-1]] == length - 1:
            return order
        size *= 2


def _can_overlap(words: str) -> bool:
    return any(words.startswith(words[-size:]) for size in range(1, len(words)))


@lru_cache(maxsize=2)
def occurrences(text: str) -> Occurrences:
    """Return the occurrences of the text of a report, which are cached while the report is processed."""
    return Occurrences(text)
