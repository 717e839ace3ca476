"""Candidates for policy phrases. A speech is divided into clauses, and a clause into candidates at word boundaries.

`phrase_features` describes the candidates, and `phrase_model` weighs the features.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from graphkit.grammar.lexicon import word_set
from graphkit.grammar.patterns import pattern
from graphkit.recognition.marks import Span
from graphkit.recognition.phrase_words import (
    BY,
    CARRYING,
    DRESSING,
    LIGHT,
    NO_END,
    NO_FIRST,
    NO_START,
    OPENERS,
    PARTICLE,
    POLAR,
    PREDICATE_AFTER,
)
from graphkit.recognition.tagger import Token

_UNDIVIDED = pattern("phrase_candidates.undivided")
_CLAUSE_MARK = pattern("phrase_candidates.clause_mark")
_QUOTED_PARALLEL = pattern("phrase_candidates.quoted_parallel")
_PART_MARK = pattern("phrase_candidates.part_mark")
_ADDRESSEE = pattern("phrase_candidates.addressee")
_RECIPROCAL = pattern("phrase_candidates.reciprocal")
_GENERAL_SECRETARY = pattern("phrase_candidates.general_secretary")
_ATTENTION = pattern("phrase_candidates.attention")
_CONJUNCTION = word_set("phrase_conjunction")
_EXISTENCE = word_set("phrase_existence")
_OBJECT_MARKER = word_set("phrase_object_marker")
_ENDS_BEFORE = word_set("phrase_ends_before") | {"、"}
_FIRST_CHARACTERS = OPENERS | {"“", "《"}
_NOUNS = frozenset({"n", "nz", "nw", "an", "vn", "LOC", "ORG", "PER", "s", "f", "j"})
_NOUN_AFTER_NOUN = frozenset({"n", "nz", "nw", "an", "vn"})
_QUALIFIERS = frozenset({"a", "d", "ad", "vd", "m", "q", "b"})
#: Parts of speech before which a phrase can end.
_ENDS_BEFORE_TAG = frozenset({"p", "c", "u", "w", "v", "d", "ad", "vd", "f"})
#: A phrase begins with an adverb only if at least this number of reports use the two together (全面从严治党).
SET_PHRASE = 25
#: Characters of a candidate.
LENGTH = range(3, 25)
#: A clause of more words is a list or an error and has no candidates.
_LONGEST_CLAUSE = 60
#: Maximum number of quoted parallels of a report that are recognized in the rest of it.
_MAX_PARALLELS = 200


@dataclass(frozen=True, slots=True)
class Known:
    """How often words are a candidate in the corpus.

    reports: number of reports; left: number of different words before it.
    """

    reports: int
    left: int


def clauses(text: str, start: int, end: int) -> list[Span]:
    """Return the clauses of a range. Punctuation marks inside short quotations and titles do not divide it.

    Half a pair of quotation marks divides it, so that it is inside of no phrase.
    """
    undivided = [m.span() for m in _UNDIVIDED.finditer(text, start, end)]
    found, at, k = [], start, 0
    for mark in _CLAUSE_MARK.finditer(text, start, end):
        i = mark.start()
        while k < len(undivided) and undivided[k][1] <= i:
            k += 1
        if not (k < len(undivided) and undivided[k][0] <= i):
            found.append((at, i))
            at = i + 1
    found.append((at, end))
    return [(a, b) for a, b in found if any(map(str.isalnum, text[a:b]))]


@lru_cache(maxsize=64)
def _parallels(text: str) -> re.Pattern[str] | None:
    """Return a pattern of the report's quoted parallels without marks: 争先进位崛起 for “争先、进位、崛起”."""
    quoted = (m[1] for m in _QUOTED_PARALLEL.finditer(text))
    bare = dict.fromkeys(_PART_MARK.sub("", words) for words in quoted if "、" in words or "，" in words)
    first = sorted(islice(bare, _MAX_PARALLELS), key=lambda b: (-len(b), b))
    return re.compile("|".join(map(re.escape, first))) if first else None


def _parallels_in(text: str, span: Span) -> list[Span]:
    found = _parallels(text)
    return [m.span() for m in found.finditer(text, *span)] if found else []


class _Restrictions(NamedTuple):
    """What a clause contains that excludes some of its candidates.

    existence: numbers of the verbs of existence. attention: it names the general secretary. reciprocal: it has a verb
    that needs both sides of a conjunction.
    """

    existence: list[int]
    attention: bool
    reciprocal: bool


class Clause:
    """A clause with its words and its candidates."""

    def __init__(self, text: str, tokens: Sequence[Token], span: Span) -> None:
        self.text = text
        self.tokens = [t for t in tokens if t[0] >= span[0] and t[1] <= span[1]]
        self.words = [text[a:b] for a, b, _ in self.tokens]
        self.span = span
        self._undivided = sorted([*(m.span() for m in _UNDIVIDED.finditer(text, *span)), *_parallels_in(text, span)])
        self._undivided_starts = [a for a, _ in self._undivided]
        #: Number of the word with which the predicate begins.
        self.predicate = self._find_predicate()

    def pairs(self, known: dict[str, Known]) -> list[tuple[int, int]]:
        """Return the candidates as ranges of word numbers, `(first, last + 1)`."""
        n = len(self.tokens)
        if not n or n > _LONGEST_CLAUSE:
            return []
        may_end = [self._may_end(j) for j in range(n + 1)]
        restrictions = self._restrictions()
        found = [
            (i, j)
            for i in range(n)
            if self._may_start(i)
            for j in self._ends(i, may_end)
            if not self._is_excluded(i, j, restrictions) and self._is_set_phrase(i, j, known)
        ]
        return self._without_carried(found)

    def _ends(self, i: int, may_end: list[bool]) -> Iterator[int]:
        """Yield the numbers of the words before which a candidate that begins with word `i` can end."""
        start = self.tokens[i].start
        for j in range(i + 1, len(self.tokens) + 1):
            end = self.tokens[j - 1].end
            if end - start >= LENGTH.stop:
                return
            if end - start >= LENGTH.start and may_end[j] and not (self._undivided and self._divides(end)):
                yield j

    def _restrictions(self) -> _Restrictions:
        words, span = self.words, self.span
        return _Restrictions(
            [k for k, word in enumerate(words) if word in _EXISTENCE],
            _GENERAL_SECRETARY.search(self.text, *span) is not None,
            not _CONJUNCTION.isdisjoint(words) and _RECIPROCAL.search(self.text, *span) is not None,
        )

    def _is_excluded(self, i: int, j: int, restrictions: _Restrictions) -> bool:
        words, n = self.words, len(self.tokens)
        # 大讨论活动有期限 is a description.
        if restrictions.existence and any(i <= k < j for k in restrictions.existence):
            return True
        # 总书记的关怀 is no policy.
        if restrictions.attention and _ATTENTION.match(self.text[self.tokens[i].start : self.tokens[j - 1].end]):
            return True
        # 数字技术|与|实体经济深度融合 needs both sides.
        if restrictions.reciprocal and (
            (j < n and words[j] in _CONJUNCTION) or (i > 0 and words[i - 1] in _CONJUNCTION)
        ):
            return True
        # 以人民为中心|的发展思想 is one name.
        return words[i] in BY and j < n and words[j] in PARTICLE

    def _is_set_phrase(self, i: int, j: int, known: dict[str, Known]) -> bool:
        """Tell whether a candidate that begins with an adverb is frequent; any other candidate passes."""
        if self.words[i] not in DRESSING or i + 1 >= len(self.words):
            return True
        counted = known.get(self.text[self.tokens[i].start : self.tokens[j - 1].end])
        return counted is not None and counted.reports >= SET_PHRASE

    def _without_carried(self, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Leave out 推进|乡村全面振兴 where 乡村全面振兴 is a candidate: the verb has little content of its own."""
        alone, words, tokens = set(found), self.words, self.tokens
        return [
            (i, j)
            for i, j in found
            if not (
                words[i] in CARRYING
                and words[i] not in DRESSING
                and (i + 1, j) in alone
                and tokens[j - 1].end - tokens[i + 1].start >= 4
            )
        ]

    def _may_start(self, i: int) -> bool:
        token, word = self.tokens[i], self.words[i]
        if word in NO_FIRST or self._divides(token.start):
            return False
        if token.tag in NO_START and word[0] not in _FIRST_CHARACTERS:
            return False
        if i == 0:
            return True
        before, tag_before = self.words[i - 1], self.tokens[i - 1].tag
        if self._is_rejected(i):
            return False
        if len(before) == 1 and tag_before == "v" and len(word) == 1 and token.tag in {"a", "d"}:
            return False
        return not (tag_before in _NOUNS and token.tag in _NOUN_AFTER_NOUN and before not in LIGHT)

    def _is_rejected(self, i: int) -> bool:
        """Tell whether a verb of rejection is before word `i`, with only qualifiers between: 遏制|重特大|事故."""
        k = i - 1
        while k >= 0 and self.words[k] not in POLAR and self.tokens[k].tag in _QUALIFIERS:
            k -= 1
        return k >= 0 and self.words[k] in POLAR

    def _may_end(self, j: int) -> bool:
        """Tell whether a candidate can end before word `j`."""
        if j == 0:
            return False
        last = self.tokens[j - 1]
        if last.tag in NO_END and self.text[last.end - 1] not in "”》":
            return False
        if j == len(self.tokens):
            return True
        word = self.words[j]
        return word in _ENDS_BEFORE or word[0] in "“《" or self.tokens[j].tag in _ENDS_BEFORE_TAG

    def _divides(self, at: int) -> bool:
        """Tell whether `at` is inside a quotation, a title or a parallel."""
        k = bisect_right(self._undivided_starts, at) - 1
        return k >= 0 and self._undivided[k][0] < at < self._undivided[k][1]

    def _find_predicate(self) -> int | None:
        """Return the number of the word after 要 or 必须, else of the first word after the addressee if it is a verb."""
        addressee = _ADDRESSEE.match(self.text, *self.span)
        begin = addressee.end() if addressee else self.span[0]
        for k, word in enumerate(self.words):
            if word in PREDICATE_AFTER:
                return k + 1 if k + 1 < len(self.words) else None
        first = next((k for k, t in enumerate(self.tokens) if t.start >= begin), None)
        if first is None:
            return None
        tag, word = self.tokens[first].tag, self.words[first]
        is_verb = word in _OBJECT_MARKER or tag in {"v", "vd", "ad", "d"} or (word in LIGHT and tag in {"a", "vn"})
        return first if is_verb else None
