"""Finds further occurrences of the names that were recognised elsewhere in the report."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator

from graphkit.recognition.marks import MarkedReport, MarkedSentence

#: Start, end and text of a name.
Name = tuple[int, int, str]


class KnownNames:
    """The names of a report, to be found again in its sentences."""

    #: Up to this number of names, a sentence is searched for each name; otherwise names are looked up at each position.
    FEW = 30

    def __init__(self, names: Iterable[str]) -> None:
        self._ordered = sorted(set(names), key=lambda n: (-len(n), n))
        self._rank = {name: rank for rank, name in enumerate(self._ordered)}
        self._sizes: dict[str, set[int]] = {}
        for name in self._ordered:
            self._sizes.setdefault(name[:2], set()).add(len(name))

    def found_in(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield positions and names, the longest names first, the positions of one name without overlaps."""
        if len(self._ordered) <= self.FEW:
            for name in self._ordered:
                at = text.find(name)
                while at >= 0:
                    yield at, name
                    at = text.find(name, at + len(name))
            return
        found: list[Name] = []
        free: dict[str, int] = {}
        for at in range(len(text) - 1):
            for size in self._sizes.get(text[at : at + 2], ()):
                name = text[at : at + size]
                rank = self._rank.get(name)
                if rank is not None and free.get(name, 0) <= at:
                    free[name] = at + size
                    found.append((rank, at, name))
        for _, at, name in sorted(found):
            yield at, name


def with_known(marked: MarkedReport, sentence: MarkedSentence, spans: list[Name], known: KnownNames) -> list[Name]:
    """Return the names of a sentence with those that were found elsewhere in the report and begin with a word here."""
    text = marked.text[sentence.start : sentence.end]
    out = sorted(spans)
    longest = max((b - a for a, b, _ in out), default=0)
    for at, name in known.found_in(text):
        a, b = sentence.start + at, sentence.start + at + len(name)
        near = out[bisect_left(out, (a - longest,)) : bisect_left(out, (b,))]
        # 呼日勒|苏赫: the recogniser found only parts of a name that it found complete elsewhere.
        part = [f for f in near if a <= f[0] and f[1] <= b and f[1] - f[0] < b - a]
        if any(f[1] > a for f in near if f not in part):
            continue
        inside = sentence.tokens_in(a, b)
        starts_word = any(t.start == a for t in inside)
        whole = all(t.end <= b or t.tag not in {"PER", "ORG", "LOC"} for t in inside)
        if starts_word and whole:
            for f in part:
                out.remove(f)
            insort(out, (a, b, name))
            longest = max(longest, b - a)
    return out
