"""How often and where first wordings stand in a report, in time that does not grow with the report for each question."""

from __future__ import annotations

from array import array
from functools import lru_cache

#: Shorter texts are simply searched.
_INDEXED = 20_000
#: Characters of which the index has all sequences.
_SIZE = 3


class Occurrences:
    """Answers about one text; each wording is counted once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._firsts: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        #: Sequence of _SIZE characters → where it begins first and last; position → the next with the same sequence, -1 at the end.
        self._chains: dict[str, tuple[int, int]] | None = None
        self._next = array("q")

    def first(self, words: str) -> int:
        """Where the words stand first, -1 if nowhere: `text.find(words)`."""
        found = self._firsts.get(words)
        if found is None:
            found = self._firsts[words] = self._find(words)
        return found

    def count(self, words: str) -> int:
        """How often the words stand, overlaps left out: `text.count(words)`."""
        found = self._counts.get(words)
        if found is None:
            found = self._counts[words] = self._count(words)
        return found

    def _find(self, words: str) -> int:
        if not self._is_indexed(words):
            return self._text.find(words)
        at = self._begin(words)
        while at >= 0 and not self._text.startswith(words, at):
            at = self._next[at]
        return at

    def _count(self, words: str) -> int:
        if not self._is_indexed(words):
            return self._text.count(words)
        number = end = 0
        at = self._begin(words)
        while at >= 0:
            if at >= end and self._text.startswith(words, at):
                number, end = number + 1, at + len(words)
            at = self._next[at]
        return number

    def _is_indexed(self, words: str) -> bool:
        return len(words) >= _SIZE and len(self._text) > _INDEXED

    def _begin(self, words: str) -> int:
        if self._chains is None:
            self._chains = {}
            self._next = array("q", [-1]) * len(self._text)
            for at in range(len(self._text) - _SIZE + 1):
                sequence = self._text[at : at + _SIZE]
                chain = self._chains.get(sequence)
                if chain is None:
                    self._chains[sequence] = (at, at)
                else:
                    self._next[chain[1]] = at
                    self._chains[sequence] = (chain[0], at)
        return self._chains.get(words[:_SIZE], (-1, -1))[0]


@lru_cache(maxsize=2)
def occurrences(text: str) -> Occurrences:
    """The index of a report's text; kept while the report is read."""
    return Occurrences(text)
