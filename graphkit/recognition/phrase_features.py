"""Features of the candidates of a clause: of the first word, of the last word, of all words, and of the clause.

`phrase_model.tsv` contains a weight for each feature name. A changed name or order of features needs a new training.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graphkit.grammar.lexicon import word_set, words
from graphkit.recognition.phrase_candidates import Clause, Known
from graphkit.recognition.phrase_words import BY, CARRYING, COPULA, LIGHT, MODAL, POLAR, is_parallel
from graphkit.recognition.tagger import Token

_CLAUSE_HEAD = word_set("phrase_clause_head")
_CLAUSE_MODAL = word_set("phrase_clause_modal")
_NEXT_WORD = word_set("phrase_next_word") | {"、"}
_LIST_SEPARATOR = word_set("phrase_list_conjunction") | {"、"}
_EMPTY_HEADS = words("phrase_empty_heads")
#: The class of a word, which replaces its part of speech; the last one counts.
_CLASS_OF_WORD = {
    word: name
    for name, members in (("light", LIGHT), ("modal", MODAL), ("carry", CARRYING), ("polar", POLAR))
    for word in members
}
_CONTAINED_TAGS = [
    (tag, f"has:{tag}") for tag in ("p", "r", "m", "d", "TIME", "PER", "LOC", "ORG", "u", "v", "c", "xc", "f")
]
_CONTAINED_CHARACTERS = [
    (char, name)
    for name, chars in (
        ("de", words("particle_de")),
        ("dun", "、"),
        ("he", words("phrase_he")),
        ("q", "“"),
        ("bk", "《"),
    )
    for char in chars
]
#: Names of numeric features. The last name of a list also covers all larger numbers.
_LENGTHS = [f"len{n}" for n in range(22)]
_WORD_COUNTS = [f"nt{n}" for n in range(10)]
_COVER_EDGES = (0.3, 0.5, 0.7, 0.9)
_COVERED = [f"cov{n}" for n in range(len(_COVER_EDGES) + 1)]
_SIZES = (4, 6, 9, 13)
_RARE_OF_SIZE = [f"dfl0|{n}" for n in range(len(_SIZES) + 1)]


class Candidate(NamedTuple):
    """A range of the normalized text with its features in parts. Candidates of one clause share equal parts."""

    start: int
    end: int
    parts: tuple[Sequence[str], ...]

    @property
    def features(self) -> list[str]:
        """All features in one list."""
        return [f for part in self.parts for f in part]


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks, and how the reader knows it. via: that of a Speech; speaker: Person or Meeting."""

    via: str
    speaker: str


class ClausePlace(NamedTuple):
    """The number of a clause in its speech, from 0, and the number of clauses of the speech."""

    number: int
    of: int


def candidate_features(
    clause: Clause,
    pairs: Sequence[tuple[int, int]],
    known: dict[str, Known],
    place: ClausePlace,
    voice: Voice,
    quotations: Sequence[tuple[int, int, str]],
) -> Iterator[Candidate]:
    """Yield the candidates of a clause with their features.

    pairs: the candidates as ranges of word numbers, those with the same first word one after the other.
    quotations: ranges of quotations with the kind of each.
    """
    tokens, text = clause.tokens, clause.text
    described = _DescribedClause(clause)
    shared = described.of_clause(place, voice)
    starts = {i: described.of_start(i) for i in {i for i, _ in pairs}}
    ends = {j: described.of_end(j) for j in {j for _, j in pairs}}
    ranges = [text[tokens[i].start : tokens[j - 1].end] for i, j in pairs]
    counts = _Counts(tokens, pairs, map(known.get, ranges))
    listed = "、" in clause.words
    for (i, j), own in zip(pairs, described.of_ranges(pairs, ranges), strict=True):
        a, b = tokens[i].start, tokens[j - 1].end
        own += counts.of(i, j)
        if listed:
            own += described.of_list(i, j)
        if quotations:
            own += _of_quotations(a, b, quotations)
        yield Candidate(a, b, (shared, starts[i], ends[j], own))


class _DescribedClause:
    """A clause with what its candidates have in common."""

    def __init__(self, clause: Clause) -> None:
        self._clause = clause
        self._tokens, self._words = clause.tokens, clause.words
        self._tags = [t.tag for t in clause.tokens]
        self._classes = [_CLASS_OF_WORD.get(w, t) for w, t in zip(self._words, self._tags, strict=True)]
        self._shapes = ["L" if w in LIGHT and t[0] == "v" else t for w, t in zip(self._words, self._tags, strict=True)]
        whole = clause.text[clause.span[0] : clause.span[1]]
        self._length = max(1, len(whole))
        self._characters = [(char, name) for char, name in _CONTAINED_CHARACTERS if char in whole]
        self._copulas = [k for k, word in enumerate(self._words) if word in COPULA]

    def of_clause(self, place: ClausePlace, voice: Voice) -> tuple[str, ...]:
        words = self._words
        head = words[0] if words[0] in _CLAUSE_HEAD else self._tags[0]
        modal = ("modal",) if any(w in _CLAUSE_MODAL for w in words[:6]) else ()
        return (
            "b",
            f"ci{min(place.number, 4)}",
            f"via:{voice.via}",
            f"sp:{voice.speaker}",
            f"cl:{_bucket(len(words), (3, 6, 10, 16))}",
            f"nc{_bucket(place.of, (2, 4, 6, 9))}",
            f"C:{head}",
            *modal,
        )

    def of_start(self, i: int) -> tuple[str, ...]:
        word, token, predicate = self._words[i], self._tokens[i], self._clause.predicate
        before = self._words[i - 1] if i else "^"
        own_class, before_class = self._classes[i], self._classes[i - 1] if i else "^"
        found = [
            f"f:{own_class}",
            f"p:{before_class}",
            f"fw:{word}",
            f"pw:{before}",
            f"fp:{before_class}|{own_class}",
            f"ft:{token.tag}{min(len(word), 3)}",
            f"pf:{self._clause.text[token.start : token.start + 2]}",
        ]
        if predicate is not None and i >= predicate:
            verbs = self._words[predicate:i]
            found.append(f"peel{min(4, len(verbs))}")
            found.append("peelok" if all(w in LIGHT or w in MODAL for w in verbs) else "peelno")
        else:
            found.append("before")
        if i == predicate:
            found.append("atk0")
        if not COPULA.isdisjoint(self._words[:i]):
            found.append("copula")
        return tuple(found)

    def of_end(self, j: int) -> tuple[str, ...]:
        n, last = len(self._tokens), self._tokens[j - 1]
        after = self._words[j] if j < n else "$"
        shown = after if after in _NEXT_WORD else (self._tags[j] if j < n else "$")
        found = [
            f"l:{last.tag}",
            f"x:{shown}",
            f"lw:{self._words[j - 1]}",
            f"xw:{after}",
            f"lx:{last.tag}|{after}",
            f"sf:{self._clause.text[max(last.end - 2, self._clause.span[0]) : last.end]}",
            f"fromend{min(3, n - j)}",
        ]
        return (*found, "atend") if j == n else tuple(found)

    def of_ranges(self, pairs: Sequence[tuple[int, int]], ranges: Sequence[str]) -> Iterator[list[str]]:
        """Yield the features of the words of each candidate."""
        tags = self._tags
        begin, reached, inside, held = -1, 0, set[str](), list[str]()
        for (i, j), text in zip(pairs, ranges, strict=True):
            if i != begin:
                begin, reached, inside, held = i, i + 1, set(), []
            if not inside.issuperset(tags[reached:j]):
                inside.update(tags[reached:j])
                held = [name for tag, name in _CONTAINED_TAGS if tag in inside]
            reached = j
            size = len(text)
            found = [
                _LENGTHS[size if size < 21 else 21],
                _WORD_COUNTS[j - i if j - i < 9 else 9],
                "pat:" + " ".join(self._shapes[i:j]) if j - i <= 5 else "pat:long",
                *held,
            ]
            if self._characters:
                found += self._of_characters(text)
            found += self._of_form(i, j, text)
            found.append(_COVERED[bisect_right(_COVER_EDGES, size / self._length)])
            yield found

    def _of_characters(self, text: str) -> list[str]:
        found = [name for char, name in self._characters if char in text]
        if text[0] == "“":
            found.append("wq" if text[-1] == "”" else "qh")
        if "、" in text and is_parallel(text):
            found.append("par")
        return found

    def _of_form(self, i: int, j: int, text: str) -> list[str]:
        found, size = [], len(text)
        if text.endswith(_EMPTY_HEADS):
            found.append("empty")
        if size == 4 and j - i <= 2:
            found.append("four")
        if size == 6 and self._is_formula(i, j, text):
            found.append("formula")
        if size == 4 and text[0] in BY:
            found.append("by-means")
        if i == self._clause.predicate and j == len(self._tokens):
            found.append("whole")
        if self._copulas and any(i <= k < j for k in self._copulas):
            found.append("incopula")
        return found

    def _is_formula(self, i: int, j: int, text: str) -> bool:
        """Tell whether six characters are three pairs, as set formulas are: 延链补链强链, 学懂弄通做实."""
        return (
            text[1] == text[3] == text[5] or text[0] == text[2] == text[4] or all(tag == "v" for tag in self._tags[i:j])
        )

    def of_list(self, i: int, j: int) -> tuple[str, ...]:
        """Return whether the candidate divides a list, or even a parallel: 不敢腐、|不能腐."""
        left, right = i > 0 and self._words[i - 1] == "、", j < len(self._words) and self._words[j] == "、"
        if not left and not right:
            return ()
        cut = False
        if left:
            cut = _alike(self._item(i - 2, -1), self._item(i, 1))
        if right:
            cut = cut or _alike(self._item(j + 1, 1), self._item(j - 1, -1))
        return ("cutpar",) if cut else ("cutlist",)

    def _item(self, k: int, step: int) -> str:
        """Return the words of a list item from word `k` on, forwards or backwards."""
        parts: list[str] = []
        while 0 <= k < len(self._words) and self._words[k] not in _LIST_SEPARATOR:
            parts.append(self._words[k])
            k += step
        return "".join(parts if step > 0 else reversed(parts))


def _bucket(value: float, edges: tuple[float, ...]) -> int:
    return bisect_right(edges, value)


def _alike(a: str, b: str) -> bool:
    return len(a) == len(b) or a[:1] == b[:1] or a[-1:] == b[-1:]


class _Counts:
    """How frequent the candidates of a clause are in the training corpus."""

    def __init__(
        self, tokens: Sequence[Token], pairs: Sequence[tuple[int, int]], counts: Iterable[Known | None]
    ) -> None:
        self._tokens = tokens
        self._known = {pair: entry for pair, entry in zip(pairs, counts, strict=True) if entry is not None}
        self._rows = [
            (i, j, entry.reports, tokens[j - 1].end - tokens[i].start >= 4) for (i, j), entry in self._known.items()
        ]

    def of(self, i: int, j: int) -> tuple[str, ...]:
        """Return how frequent the candidate is, a longer one around it, and the most frequent one inside it."""
        size = self._tokens[j - 1].end - self._tokens[i].start
        if not self._rows:
            return ("df0", "sup0", "left0", _RARE_OF_SIZE[bisect_right(_SIZES, size)], "sub0")
        entry = self._known.get((i, j))
        reports = entry.reports if entry else 0
        longer = held = 0
        for a, b, often, long in self._rows:
            if a <= i and j <= b:
                if often > longer and (a != i or b != j):
                    longer = often
            elif long and often > held and i <= a and b <= j:
                held = often
        return (
            f"df{_bucket(reports, (3, 6, 12, 25, 50, 100, 200))}",
            f"sup{_bucket(longer / reports if reports else 0, (0.2, 0.4, 0.6, 0.8))}",
            f"left{_bucket(entry.left if entry else 0, (2, 4, 8, 16))}",
            f"dfl{_bucket(reports, (3, 12, 50))}|{_bucket(size, _SIZES)}",
            f"sub{_bucket(held, (3, 12, 50, 200))}",
        )


def _of_quotations(a: int, b: int, quotations: Sequence[tuple[int, int, str]]) -> list[str]:
    found = []
    for x, y, name in quotations:
        if (x, y) == (a, b):
            found.append(f"rule:{name}")
        elif x <= a and b <= y:
            found.append(f"inrule:{name}")
        elif a <= x and y <= b:
            found.append(f"outrule:{name}")
        elif x < b and a < y:
            found.append("crossrule")
    return found
