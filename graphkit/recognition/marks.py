"""The words, persons and posts of a report. Offsets are positions in the normalized text."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from graphkit.model import Report, Word
from graphkit.reading.normalized import NormalizedText, normalize
from graphkit.reading.passages import Layout, Sentence, make_layout
from graphkit.recognition.tagger import Tagger, Token

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PersonMark:
    """The name of a person with the posts in front of it.

    Attributes
    ----------
    start, end
        The range of the name, or of a short title (总书记, 周书记) that refers to the person.
    posts
        The ranges of the posts.
    embedded
        Whether the name is part of the title of a doctrine or an instruction (习近平总书记…精神). Such a person is not
        the subject of anything.
    anchor
        The range of the full name if this is a short title.
    """

    start: int
    end: int
    name: str
    posts: tuple[Span, ...] = ()
    embedded: bool = False
    anchor: Span | None = None

    @property
    def left(self) -> int:
        """The offset at which the first post or else the name begins."""
        return min([self.start, *(a for a, _ in self.posts)])


_start = attrgetter("start")


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence with its words and its persons in order."""

    frame: Sentence
    tokens: tuple[Token, ...]
    persons: tuple[PersonMark, ...] = ()
    start: int = field(init=False, repr=False, compare=False)
    end: int = field(init=False, repr=False, compare=False)
    _actors: list[PersonMark] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # These values are needed some hundred times for each sentence.
        object.__setattr__(self, "start", self.frame.start)
        object.__setattr__(self, "end", self.frame.end)
        object.__setattr__(self, "_actors", [p for p in self.persons if not p.embedded])

    def token_index(self, at: int) -> int:
        """Return the index of the word that contains the offset `at`."""
        return bisect.bisect_right(self.tokens, at, key=_start) - 1

    def starts_word(self, at: int) -> bool:
        """Tell whether a word begins at the offset `at`."""
        k = self.token_index(at)
        return k >= 0 and self.tokens[k].start == at

    def tokens_in(self, start: int, end: int) -> list[Token]:
        """Return the words that share a character with `start:end`."""
        first = max(bisect.bisect_right(self.tokens, start, key=_start) - 1, 0)
        stop = bisect.bisect_left(self.tokens, end, key=_start)
        return [t for t in self.tokens[first:stop] if t.end > start]

    def actors(self) -> list[PersonMark]:
        """Return the persons who can be subjects. The caller must not change the list."""
        return self._actors


@dataclass(frozen=True, slots=True)
class MarkedReport:
    """A report with its normalized text, its layout and its sentences."""

    report: Report
    normalized: NormalizedText
    layout: Layout
    sentences: tuple[MarkedSentence, ...] = field(default=())
    text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.normalized.text)

    def words(self, start: int, end: int) -> str:
        """Return the normalized text between two offsets."""
        return self.text[start:end]


def mark_words(reports: Sequence[Report], tagger: Tagger) -> list[MarkedReport]:
    """Return the reports with their layout and words. The sentences of all reports are tagged together in batches."""
    frames: list[tuple[Report, NormalizedText, Layout]] = []
    texts: list[str] = []
    starts: list[int] = []
    for report in reports:
        normalized = normalize(report.text)
        layout = make_layout(normalized, report.title)
        frames.append((report, normalized, layout))
        texts += [normalized.text[s.start : s.end] for s in layout.sentences]
        starts += [s.start for s in layout.sentences]
    tagged = iter(tagger.tag(texts, starts))
    return [
        MarkedReport(
            report, normalized, layout, tuple([MarkedSentence(s, tuple(next(tagged))) for s in layout.sentences])
        )
        for report, normalized, layout in frames
    ]


def words_of(marked: MarkedReport) -> tuple[Word, ...]:
    """Return the words of a report in order, with offsets in the original text."""
    offsets, new = marked.normalized.offsets, tuple.__new__
    return tuple([new(Word, (offsets[a], offsets[b - 1] + 1, tag)) for s in marked.sentences for a, b, tag in s.tokens])
