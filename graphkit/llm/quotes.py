"""Finds the words of an answer in the text of a report."""

from __future__ import annotations

from bisect import bisect_left

from graphkit.reading.normalized import simplified

#: Maximum number of places where the same words are looked at.
_MOST_PLACES = 50

Span = tuple[int, int]


class Searchable:
    """A text in which words are found without regard to white space, width, and forms of punctuation and characters.

    Forms of characters are the traditional and the simplified one.
    Other differences count: words with another character or another mark are not found.
    """

    def __init__(self, text: str) -> None:
        """text: the normalized text of a report, of which all spans are."""
        usual = simplified(text)
        self._offsets = [n for n, char in enumerate(usual) if not char.isspace()]
        self._text = "".join(usual[n] for n in self._offsets)

    def spans(self, words: str, start: int, end: int) -> list[Span]:
        """Return the spans of the words that are inside `start:end`, in order."""
        wanted = "".join(simplified(words).split())
        found: list[Span] = []
        at = self._text.find(wanted, self._index(start)) if wanted else -1
        while at >= 0 and len(found) < _MOST_PLACES:
            span = self._offsets[at], self._offsets[at + len(wanted) - 1] + 1
            if span[1] > end:
                break
            found.append(span)
            at = self._text.find(wanted, at + 1)
        return found

    def last(self, words: str, end: int) -> Span | None:
        """Return the last span of the words before `end`, or None."""
        wanted = "".join(simplified(words).split())
        at = self._text.rfind(wanted, 0, self._index(end)) if wanted else -1
        return (self._offsets[at], self._offsets[at + len(wanted) - 1] + 1) if at >= 0 else None

    def _index(self, offset: int) -> int:
        """Return the index of the first character at or after an offset of the text."""
        return bisect_left(self._offsets, offset)
