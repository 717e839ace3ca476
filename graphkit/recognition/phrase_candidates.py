"""What may be a policy phrase in a stretch of speech, and what speaks for and against it.

A clause is cut at its words into candidates. Each candidate has features: of the word it begins with, of the word
it ends with, of the stretch itself, and of the clause. `phrase_model` weighs them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from graphkit.grammar.lexicon import any_of, word_set, words
from graphkit.recognition.marks import Span
from graphkit.recognition.tagger import Token

LIGHT = frozenset(words("phrase_light"))
MODAL = frozenset(words("phrase_modal"))
POLAR = frozenset(words("phrase_polar"))
_CARRYING = frozenset(words("phrase_carrying"))
#: Word → its class, where it has one beside its tag.
_CLASSES = {
    word: name
    for name, words in (("light", LIGHT), ("modal", MODAL), ("carry", _CARRYING), ("polar", POLAR))
    for word in words
}
_DRESSING = frozenset(words("phrase_dressing"))
_COPULA = frozenset(words("phrase_copula"))
_EMPTY = tuple(words("phrase_empty_heads"))
_ADDRESSEE = re.compile(
    "^(?:对|让|使|由|请|同)?"
    + any_of(words("phrase_addressees"))
    + r"(?:都|也|和[^，]{2,6}|、[^，]{2,10})?(?=要|必须|应|务必|需|在|以)"
)
#: Quotations and titles that no candidate may cut; direct speech is longer and is cut like any other text.
_CLOSED = re.compile(r"“[^“”。！？；]{1,24}”|《[^《》]{1,40}》|（[^（）。]{1,20}）")
_CLAUSE_END = re.compile("[，。；：！？\n]")
_NOUNS = frozenset({"n", "nz", "nw", "an", "vn", "LOC", "ORG", "PER", "s", "f", "j"})
_NOUN_TAIL = frozenset({"n", "nz", "nw", "an", "vn"})
#: What only two things together can do.
_RECIPROCAL = re.compile(
    r"[与和同][^，。；、]{2,14}(?:融合|衔接|结合|协同|协调|互促|互动|联动|对接|统一|并重|并举|共进)(?:发展)?$"
)
_CARE = re.compile(r"(?:[\u4e00-\u9fff]{2,3})?总书记(?!.*(?:精神|思想|论述|要求|讲话|指示|批示|嘱托|回信)$)")
_JOINTS = frozenset("与和同")
NO_FIRST = frozenset(["在", "把", "被", "让", "使", "由", "从", "向", "对", "给", "于", "其", "该", "此", "各"])
NO_START = frozenset({"p", "c", "u", "xc", "w", "r", "TIME", "f", "q"})
NO_END = frozenset({"p", "c", "u", "xc", "w", "d", "r"})
_BEFORE_BREAK = frozenset({"p", "c", "u", "w", "v", "d", "ad", "vd", "f"})
_BREAKS = frozenset(
    [
        "、",
        "和",
        "与",
        "及",
        "以及",
        "等",
        "的",
        "在",
        "作为",
        "同",
        "为",
        "纳入",
        "中",
        "上",
        "方面",
        "这一",
        "这个",
        "这项",
        "转化为",
    ]
)
_SHOWN = frozenset(["、", "和", "与", "等", "的", "在", "作为"])
_OPENERS = frozenset("以不为")
_HAS = [(tag, f"has:{tag}") for tag in ("p", "r", "m", "d", "TIME", "PER", "LOC", "ORG", "u", "v", "c", "xc", "f")]
_SIGNS = (("的", "de"), ("、", "dun"), ("和", "he"), ("“", "q"), ("《", "bk"))
#: Features of numbers, made once. The last of a row stands for all that is larger.
_LENGTHS = [f"len{n}" for n in range(22)]
_WORD_COUNTS = [f"nt{n}" for n in range(10)]
_COVER_EDGES = (0.3, 0.5, 0.7, 0.9)
_COVERED = [f"cov{n}" for n in range(len(_COVER_EDGES) + 1)]
_SIZES = (4, 6, 9, 13)
_RARE_OF_SIZE = [f"dfl0|{n}" for n in range(len(_SIZES) + 1)]
#: An adverb opens a phrase only when that many reports say them together (全面从严治党).
SET_PHRASE = 25
LENGTH = range(3, 25)
_LONGEST_CLAUSE = 60


@dataclass(frozen=True, slots=True)
class Known:
    """How often words stand as a candidate in the corpus. reports: in how many; left: after how many different words."""

    reports: int
    left: int


class Candidate(NamedTuple):
    """`start:end` of the shadow, with its features in parts; candidates of one clause share what they have in common."""

    start: int
    end: int
    parts: tuple[Sequence[str], ...]

    @property
    def features(self) -> list[str]:
        return [f for part in self.parts for f in part]


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks and how the reader knows: via is that of a Speech; speaker is Person or Meeting."""

    via: str
    speaker: str


def clauses(text: str, start: int, end: int) -> list[Span]:
    """The stretch cut at commas and full stops outside of quotations and titles."""
    closed = [m.span() for m in _CLOSED.finditer(text, start, end)]
    found, at, k = [], start, 0
    for mark in _CLAUSE_END.finditer(text, start, end):
        i = mark.start()
        while k < len(closed) and closed[k][1] <= i:
            k += 1
        if not (k < len(closed) and closed[k][0] < i):
            found.append((at, i))
            at = i + 1
    found.append((at, end))
    return [(a, b) for a, b in found if any(map(str.isalnum, text[a:b]))]


#: Quoted parallels of a report that are looked for elsewhere in it.
_MOST_SLOGANS = 200


@lru_cache(maxsize=64)
def _slogans(text: str) -> re.Pattern[str] | None:
    """Quoted parallels of the report as they stand without marks: “争先、进位、崛起” elsewhere is 争先进位崛起."""
    quoted = re.finditer(r"“([^“”。！？；]{4,16})”", text)
    bare = set(
        islice(
            dict.fromkeys(re.sub("[、，·]", "", m[1]) for m in quoted if "、" in m[1] or "，" in m[1]), _MOST_SLOGANS
        )
    )
    return re.compile("|".join(map(re.escape, sorted(bare, key=lambda b: (-len(b), b))))) if bare else None


def _slogans_in(text: str, span: Span) -> list[Span]:
    pattern = _slogans(text)
    return [m.span() for m in pattern.finditer(text, *span)] if pattern else []


class Clause:
    """One clause with its words; gives its candidates and their features."""

    def __init__(self, text: str, tokens: Sequence[Token], span: Span) -> None:
        self.text = text
        self.tokens = [t for t in tokens if t[0] >= span[0] and t[1] <= span[1]]
        self.words = [text[a:b] for a, b, _ in self.tokens]
        self.span = span
        self._closed = sorted([*(m.span() for m in _CLOSED.finditer(text, *span)), *_slogans_in(text, span)])
        self._closed_starts = [a for a, _ in self._closed]
        self._predicate = self._first_verb()
        self._classes: list[str] = []

    def pairs(self, known: dict[str, Known]) -> list[tuple[int, int]]:
        """Candidates as word numbers `first:last+1`."""
        tokens, words, n = self.tokens, self.words, len(self.tokens)
        if not n or n > _LONGEST_CLAUSE:
            return []
        ends = [self._may_end(j) for j in range(n + 1)]
        both_sides = not _JOINTS.isdisjoint(words) and _RECIPROCAL.search(self.text, *self.span) is not None
        describes = [k for k, word in enumerate(words) if word in ("有", "没有")]
        care = self.text.find("总书记", *self.span) >= 0
        found = []
        for i in range(n):
            if not self._may_start(i):
                continue
            start = tokens[i].start
            for j in range(i + 1, n + 1):
                size = tokens[j - 1].end - start
                if size >= LENGTH.stop:
                    break
                if size < LENGTH.start or not ends[j] or (self._closed and self._cuts(tokens[j - 1].end)):
                    continue
                # 大讨论活动有期限 describes; 总书记的关怀 is no policy.
                if (describes and any(i <= k < j for k in describes)) or (
                    care and _CARE.match(self.text[start : tokens[j - 1].end])
                ):
                    continue
                # 数字技术|与|实体经济深度融合 needs both its sides.
                if both_sides and ((j < n and words[j] in _JOINTS) or (i and words[i - 1] in _JOINTS)):
                    continue
                # 以人民为中心|的发展思想 is one name.
                if words[i] == "以" and j < n and words[j] == "的":
                    continue
                if words[i] in _DRESSING and i + 1 < n:
                    counted = known.get(self.text[start : tokens[j - 1].end])
                    if counted is None or counted.reports < SET_PHRASE:
                        continue
                found.append((i, j))
        # 推进|乡村全面振兴: a verb that only carries its object is dressing where the object can stand alone.
        alone = set(found)
        return [
            (i, j)
            for i, j in found
            if not (
                words[i] in _CARRYING
                and words[i] not in _DRESSING
                and (i + 1, j) in alone
                and tokens[j - 1].end - tokens[i + 1].start >= 4
            )
        ]

    def _may_start(self, i: int) -> bool:
        token, word = self.tokens[i], self.words[i]
        if word in NO_FIRST or self._cuts(token.start) or (token.tag in NO_START and word[0] not in "以不为“《"):
            return False
        if i == 0:
            return True
        before = self.words[i - 1]
        if self._refused(i) or (
            len(before) == 1 and self.tokens[i - 1].tag == "v" and len(word) == 1 and token.tag in {"a", "d"}
        ):
            return False
        return not (self.tokens[i - 1].tag in _NOUNS and token.tag in _NOUN_TAIL and before not in LIGHT)

    def _refused(self, i: int) -> bool:
        """遏制|重特大|事故: behind a verb that refuses, with only qualifiers between, no phrase begins."""
        k = i - 1
        while k >= 0 and self.words[k] not in POLAR and self.tokens[k].tag in {"a", "d", "ad", "vd", "m", "q", "b"}:
            k -= 1
        return k >= 0 and self.words[k] in POLAR

    def _may_end(self, j: int) -> bool:
        """May a candidate end before word `j`?"""
        if j == 0:
            return False
        last = self.tokens[j - 1]
        if last.tag in NO_END and self.text[last.end - 1] not in "”》":
            return False
        if j == len(self.tokens):
            return True
        word = self.words[j]
        return word in _BREAKS or word[0] in "“《" or self.tokens[j].tag in _BEFORE_BREAK

    def _cuts(self, at: int) -> bool:
        """Is `at` inside a quotation or title?"""
        k = bisect_right(self._closed_starts, at) - 1
        return k >= 0 and self._closed[k][0] < at < self._closed[k][1]

    def _first_verb(self) -> int | None:
        """Number of the word where the predicate begins: after 要 or 必须, else the first word when it is a verb."""
        begin = _ADDRESSEE.match(self.text[self.span[0] : self.span[1]])
        floor = self.span[0] + (begin.end() if begin else 0)
        for k, word in enumerate(self.words):
            if word in ("要", "必须", "务必", "应", "应当", "须", "需"):
                return k + 1 if k + 1 < len(self.words) else None
        first = next((k for k, t in enumerate(self.tokens) if t.start >= floor), None)
        if first is None:
            return None
        tag, word = self.tokens[first].tag, self.words[first]
        if word in ("把", "将", "以") or tag in {"v", "vd", "ad", "d"} or (word in LIGHT and tag in {"a", "vn"}):
            return first
        return None

    # -- features ------------------------------------------------------------------------------------------------

    def features(
        self,
        pairs: list[tuple[int, int]],
        known: dict[str, Known],
        number: int,
        of: int,
        voice: Voice,
        marked: Sequence[tuple[int, int, str]],
    ) -> Iterator[Candidate]:
        """Candidates with their features.

        number, of: place of this clause among the clauses of the speech. marked: spans that a pattern found, with its name.
        """
        tokens, text = self.tokens, self.text
        shared = self._of_clause(number, of, voice)
        self._classes = [_CLASSES.get(word, token.tag) for word, token in zip(self.words, tokens, strict=True)]
        starts = {i: self._of_start(i) for i in {i for i, _ in pairs}}
        ends = {j: self._of_end(j) for j in {j for _, j in pairs}}
        stretches = [text[tokens[i].start : tokens[j - 1].end] for i, j in pairs]
        counts = _Counts(tokens, pairs, map(known.get, stretches))
        listed = "、" in self.words
        for (i, j), own in zip(pairs, self._of_stretches(pairs, stretches), strict=True):
            a, b = tokens[i].start, tokens[j - 1].end
            own += counts.of(i, j)
            if listed:
                own += self._of_list(i, j)
            if marked:
                own += _of_marks(a, b, marked)
            yield Candidate(a, b, (shared, starts[i], ends[j], own))

    def _of_clause(self, number: int, of: int, voice: Voice) -> tuple[str, ...]:
        head = (
            self.words[0] if self.words[0] in ("要", "必须", "坚持", "以", "把", "希望", "是") else self.tokens[0].tag
        )
        modal = ("modal",) if any(w in ("要", "必须", "务必", "应", "须") for w in self.words[:6]) else ()
        return (
            "b",
            f"ci{min(number, 4)}",
            f"via:{voice.via}",
            f"sp:{voice.speaker}",
            f"cl:{_bucket(len(self.words), (3, 6, 10, 16))}",
            f"nc{_bucket(of, (2, 4, 6, 9))}",
            f"C:{head}",
            *modal,
        )

    def _of_start(self, i: int) -> tuple[str, ...]:
        word, token = self.words[i], self.tokens[i]
        before = self.words[i - 1] if i else "^"
        own_class, before_class = self._classes[i], self._classes[i - 1] if i else "^"
        found = [
            f"f:{own_class}",
            f"p:{before_class}",
            f"fw:{word}",
            f"pw:{before}",
            f"fp:{before_class}|{own_class}",
            f"ft:{token.tag}{min(len(word), 3)}",
            f"pf:{self.text[token.start : token.start + 2]}",
        ]
        if self._predicate is not None and i >= self._predicate:
            peeled = self.words[self._predicate : i]
            found.append(f"peel{min(4, len(peeled))}")
            found.append("peelok" if all(w in LIGHT or w in MODAL for w in peeled) else "peelno")
        else:
            found.append("before")
        if i == self._predicate:
            found.append("atk0")
        if not _COPULA.isdisjoint(self.words[:i]):
            found.append("copula")
        return tuple(found)

    def _of_end(self, j: int) -> tuple[str, ...]:
        n, last = len(self.tokens), self.tokens[j - 1]
        after = self.words[j] if j < n else "$"
        shown = after if after in _SHOWN else (self.tokens[j].tag if j < n else "$")
        found = [
            f"l:{last.tag}",
            f"x:{shown}",
            f"lw:{self.words[j - 1]}",
            f"xw:{after}",
            f"lx:{last.tag}|{after}",
            f"sf:{self.text[max(last.end - 2, self.span[0]) : last.end]}",
            f"fromend{min(3, n - j)}",
        ]
        return (*found, "atend") if j == n else tuple(found)

    def _of_stretches(self, pairs: list[tuple[int, int]], stretches: list[str]) -> Iterator[list[str]]:
        """What the words of each candidate are like; pairs: in order, those with one beginning together."""
        tokens, words = self.tokens, self.words
        tags = [t.tag for t in tokens]
        shapes = ["L" if w in LIGHT and t[0] == "v" else t for w, t in zip(words, tags, strict=True)]
        whole = self.text[self.span[0] : self.span[1]]
        length = max(1, len(whole))
        signs = [(char, name) for char, name in _SIGNS if char in whole]
        copulas = [k for k, word in enumerate(words) if word in _COPULA]
        begin, reached, inner, held = -1, 0, set[str](), list[str]()
        for (i, j), stretch in zip(pairs, stretches, strict=True):
            if i != begin:
                begin, reached, inner, held = i, i + 1, set(), []
            if not inner.issuperset(tags[reached:j]):
                inner.update(tags[reached:j])
                held = [name for tag, name in _HAS if tag in inner]
            reached = j
            size = len(stretch)
            found = [
                _LENGTHS[size if size < 21 else 21],
                _WORD_COUNTS[j - i if j - i < 9 else 9],
                "pat:" + " ".join(shapes[i:j]) if j - i <= 5 else "pat:long",
                *held,
            ]
            if signs:
                found += [name for char, name in signs if char in stretch]
                if stretch[0] == "“":
                    found.append("wq" if stretch[-1] == "”" else "qh")
                if "、" in stretch and is_parallel(stretch):
                    found.append("par")
            if stretch.endswith(_EMPTY):
                found.append("empty")
            if size == 4 and j - i <= 2:
                found.append("four")
            # 延链补链强链, 学懂弄通做实: three pairs, as set formulas are built.
            if size == 6 and (
                stretch[1] == stretch[3] == stretch[5]
                or stretch[0] == stretch[2] == stretch[4]
                or all(t == "v" for t in tags[i:j])
            ):
                found.append("formula")
            if size == 4 and stretch[0] == "以":
                found.append("by-means")
            if i == self._predicate and j == len(tokens):
                found.append("whole")
            if copulas and any(i <= k < j for k in copulas):
                found.append("incopula")
            found.append(_COVERED[bisect_right(_COVER_EDGES, size / length)])
            yield found

    def _of_list(self, i: int, j: int) -> tuple[str, ...]:
        """Does the candidate cut a list, or even a parallel (不敢腐、|不能腐)?"""
        left, right = i > 0 and self.words[i - 1] == "、", j < len(self.words) and self.words[j] == "、"
        if not left and not right:
            return ()
        cut = False
        if left:
            cut = _alike(self._item(i - 2, -1), self._item(i, 1))
        if right:
            cut = cut or _alike(self._item(j + 1, 1), self._item(j - 1, -1))
        return ("cutpar",) if cut else ("cutlist",)

    def _item(self, k: int, step: int) -> str:
        parts: list[str] = []
        while 0 <= k < len(self.words) and self.words[k] not in ("、", "和", "与"):
            parts.append(self.words[k])
            k += step
        return "".join(parts if step > 0 else reversed(parts))


def _bucket(value: float, edges: tuple[float, ...]) -> int:
    return bisect_right(edges, value)


def _alike(a: str, b: str) -> bool:
    return len(a) == len(b) or a[:1] == b[:1] or a[-1:] == b[-1:]


class _Counts:
    """How common the candidates of a clause are, each known or not."""

    def __init__(self, tokens: list[Token], pairs: list[tuple[int, int]], counts: Iterable[Known | None]) -> None:
        self._tokens = tokens
        self._known = {pair: entry for pair, entry in zip(pairs, counts, strict=True) if entry is not None}
        self._rows = [
            (i, j, entry.reports, tokens[j - 1].end - tokens[i].start >= 4) for (i, j), entry in self._known.items()
        ]

    def of(self, i: int, j: int) -> tuple[str, ...]:
        """How common the words are, whether they mostly stand inside something longer, and what common words they hold."""
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


def _of_marks(a: int, b: int, marked: Sequence[tuple[int, int, str]]) -> list[str]:
    found = []
    for x, y, name in marked:
        if (x, y) == (a, b):
            found.append(f"rule:{name}")
        elif x <= a and b <= y:
            found.append(f"inrule:{name}")
        elif a <= x and y <= b:
            found.append(f"outrule:{name}")
        elif x < b and a < y:
            found.append("crossrule")
    return found


def is_parallel(piece: str) -> bool:
    """拉长长板、补齐短板; 高端化、智能化、绿色化发展; 扬优势、补短板: parts alike in length or ending."""
    parts = piece.split("、")
    lengths = [len(p) for p in parts]
    return max(lengths[:-1]) <= 8 and (
        max(lengths) - min(lengths) <= 3 or parts[0][-1:] == parts[1][len(parts[0]) - 1 : len(parts[0])]
    )


def is_everyday(words: str) -> bool:
    """A short everyday word is no phrase."""
    return len(words) < 4 and words in word_set("common_word")
