"""What recognition knows of a report: words, persons and their posts. All offsets are shadow offsets."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from graphkit.model import Report, Word
from graphkit.reading.passages import Layout, Sentence, make_layout
from graphkit.reading.shadow import Shadow, make_shadow
from graphkit.recognition.tagger import Tagger, Token

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PersonMark:
    """A person's name with the posts printed in front of it.

    embedded: the name is part of a title of a doctrine or instruction (习近平总书记…精神) and acts in nothing.
    anchor: where the full name stands, when the characters here are a title (总书记, 周书记).
    """

    start: int
    end: int
    name: str
    posts: tuple[Span, ...] = ()
    embedded: bool = False
    anchor: Span | None = None

    @property
    def left(self) -> int:
        """Where the whole expression, posts included, begins."""
        return min([self.start, *(a for a, _ in self.posts)])


_start = attrgetter("start")


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence with its words (offsets in the shadow) and its persons in order."""

    frame: Sentence
    tokens: tuple[Token, ...]
    persons: tuple[PersonMark, ...] = ()
    start: int = field(init=False, repr=False, compare=False)
    end: int = field(init=False, repr=False, compare=False)
    _actors: list[PersonMark] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Asked for some hundred times a sentence: kept, not looked up in the frame each time.
        object.__setattr__(self, "start", self.frame.start)
        object.__setattr__(self, "end", self.frame.end)
        object.__setattr__(self, "_actors", [p for p in self.persons if not p.embedded])

    def token_index(self, at: int) -> int:
        """Number of the word that holds the shadow offset `at`."""
        return bisect.bisect_right(self.tokens, at, key=_start) - 1

    def starts_word(self, at: int) -> bool:
        """Does a word begin at the shadow offset `at`?"""
        k = self.token_index(at)
        return k >= 0 and self.tokens[k].start == at

    def tokens_in(self, start: int, end: int) -> list[Token]:
        """Words that share a character with `start:end`."""
        first = max(bisect.bisect_right(self.tokens, start, key=_start) - 1, 0)
        stop = bisect.bisect_left(self.tokens, end, key=_start)
        return [t for t in self.tokens[first:stop] if t.end > start]

    def actors(self) -> list[PersonMark]:
        """Persons who can act; the list is not to be changed."""
        return self._actors


@dataclass(frozen=True, slots=True)
class MarkedReport:
    """A report with its shadow, frame and marked sentences."""

    report: Report
    shadow: Shadow
    layout: Layout
    sentences: tuple[MarkedSentence, ...] = field(default=())
    text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.shadow.text)

    def words(self, start: int, end: int) -> str:
        return self.text[start:end]


def mark_words(reports: Sequence[Report], tagger: Tagger) -> list[MarkedReport]:
    """Frame and words of many reports, tagged together in batches."""
    frames: list[tuple[Report, Shadow, Layout]] = []
    texts: list[str] = []
    starts: list[int] = []
    for report in reports:
        shadow = make_shadow(report.text)
        layout = make_layout(shadow, report.title)
        frames.append((report, shadow, layout))
        texts += [shadow.text[s.start : s.end] for s in layout.sentences]
        starts += [s.start for s in layout.sentences]
    tagged = iter(tagger.tag(texts, starts))
    return [
        MarkedReport(report, shadow, layout, tuple([MarkedSentence(s, tuple(next(tagged))) for s in layout.sentences]))
        for report, shadow, layout in frames
    ]


def words_of(marked: MarkedReport) -> tuple[Word, ...]:
    """The words of a report with original offsets, in order."""
    offsets, new = marked.shadow.offsets, tuple.__new__
    return tuple([new(Word, (offsets[a], offsets[b - 1] + 1, tag)) for s in marked.sentences for a, b, tag in s.tokens])
