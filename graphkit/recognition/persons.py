"""Recognises names of persons.

A name is a text with the form of a name that the recogniser tags as a person or that follows a post, and every further
occurrence of a name that was found in the report. `posts` recognises the posts in front of names, `titles` the short
titles. docs/genre.md describes how reports name persons.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from graphkit.grammar.lexicon import looks_like_name, word_set, words
from graphkit.grammar.patterns import guarded, pattern
from graphkit.reading.clauses import CLAUSE_OR_COLON, clauses
from graphkit.recognition.known_names import KnownNames, Name, with_known
from graphkit.recognition.marks import MarkedReport, MarkedSentence, PersonMark, Span
from graphkit.recognition.person_ends import (
    DOTTED_SOUNDS,
    FOREIGN_SOUNDS,
    ONE_TOKEN_TAGS,
    is_behind_office,
    is_foreign,
    sounds_foreign,
    whole_name,
    without_verb,
)
from graphkit.recognition.posts import ends_with_post, posts_before
from graphkit.recognition.tagger import Token
from graphkit.recognition.titles import short_titles, with_titles

#: Tags of tokens that a name may consist of, and those that it does not consist of alone.
_NAME_TAGS = {
    "nz", "nw", "n", "LOC", "ORG", "PER", "a", "an", "vn", "v", "ad", "xc", "m", "q", "f", "d", "r",
}  # fmt: skip
_NO_NAME_TAGS = {"v", "vn", "d", "ad", "p", "r", "f"}

_SENT_BY = pattern("persons.sent_by")
_NAME_AFTER_POST = pattern("persons.name_after_post")
_DOCTRINE = pattern("persons.doctrine")
_SHARED = pattern("post_mentions.shared")
_COUNTRY_IN_CHAIR = pattern("persons.country_in_chair")
_SIDE = pattern("persons.side")
_NO_NAME_BEHIND = pattern("persons.no_name_behind")
_NO_NAME_END = pattern("persons.no_name_end")
_SHIP = pattern("persons.ship")
_COUNTRY = pattern("persons.country")
_CONGRATULATED = pattern("persons.congratulated")
_IN_ROSTER = pattern("persons.in_roster")
_ACTS = pattern("persons.acts")
_NAME_AFTER_FOREIGN_OFFICE = pattern("persons.name_after_foreign_office")
_TIBETAN_NAME = pattern("persons.tibetan_name")
_IN_COMPANY = guarded("persons.in_company")
_ITEM = pattern("persons.item")
_FIRST_ITEM = pattern("persons.first_item")
_DOTTED = pattern("persons.dotted")
_DOTTED_REST = pattern("persons.dotted_rest")
_DOTTED_AFTER_POST = guarded("persons.dotted_after_post")


def mark_persons(marked: MarkedReport) -> MarkedReport:
    """Return the report with its persons and their posts."""
    found = [_names_in(marked, s) for s in marked.sentences]
    known = KnownNames(name for spans in found for _, _, name in spans)
    sentences = []
    for sentence, spans in zip(marked.sentences, found, strict=True):
        spans = with_known(marked, sentence, spans, known)
        sentences.append(replace(sentence, persons=_with_posts(marked, sentence, spans)))
    titles = short_titles(marked, sentences)
    return replace(marked, sentences=tuple(with_titles(marked, s, titles) for s in sentences))


def _names_in(marked: MarkedReport, sentence: MarkedSentence) -> list[Name]:
    """Return the names of a sentence in order."""
    text = marked.text
    found = _tagged(text, sentence)
    for m in _NAME_AFTER_POST.finditer(text, sentence.start, sentence.end):
        a, b = m.span("name")
        if not _overlaps_any(found, a, b) and _is_name_after_post(text, sentence, a, b):
            found.append((a, b, m["name"]))
    for m in _CONGRATULATED.finditer(text, sentence.start, sentence.end):
        a, b = m.span("name")
        if not _overlaps_any(found, a, b):
            found.append((a, b, m["name"]))
    for named in (_NAME_AFTER_FOREIGN_OFFICE, _IN_COMPANY, _TIBETAN_NAME, _DOTTED_AFTER_POST):
        for m in named.finditer(text, sentence.start, sentence.end):
            a, b = m.span("name")
            # 总理|普拉昌达致电, where the recogniser found only 普拉.
            part = [f for f in found if a <= f[0] and f[1] <= b and f[1] - f[0] < b - a]
            others = [f for f in found if f not in part]
            sounds = DOTTED_SOUNDS if named is _DOTTED_AFTER_POST else FOREIGN_SOUNDS
            is_name = named is _TIBETAN_NAME or (is_foreign(m["name"], sounds) and text[b - 1] in DOTTED_SOUNDS)
            if is_name and not _overlaps_any(others, a, b):
                found = [*others, (a, b, m["name"])]
    return sorted(without_verb(text, name) for name in (*found, *_listed(text, sentence, found)))


def _overlaps_any(found: list[Name], a: int, b: int) -> bool:
    """Tell whether one of the names shares a character with `a:b`."""
    return any(start < b and end > a for start, end, _ in found)


def _tagged(text: str, sentence: MarkedSentence) -> list[Name]:
    """Return the names that the recogniser tags as persons, with corrected ends."""
    found: list[Name] = []
    for k, token in enumerate(sentence.tokens):
        if token.tag != "PER":
            continue
        start, end = token.start, token.end
        if "·" in text[max(start - 1, 0) : end + 1]:
            start, end = _dotted(text, sentence, start, end)
        if found and start < found[-1][1]:
            continue
        start, end = whole_name(text, sentence, k, start, end)
        word = text[start:end]
        starts_word = k > 0 and sentence.starts_word(start)
        after_post = starts_word and ends_with_post(text, sentence.start, start)
        speaks = starts_word and is_foreign(word) and is_behind_office(text, sentence, start)
        if not looks_like_name(word) and not ((after_post or speaks) and 2 <= len(word) <= _LONGEST_NAME):
            continue
        if not _is_no_name(text, start, end, after_post):
            found.append((start, end, word))
    return found


#: Maximum number of characters of a name without middle dots.
_LONGEST_NAME = 8


def _is_name_after_post(text: str, sentence: MarkedSentence, a: int, b: int) -> bool:
    """Tell whether the characters behind a post are a name."""
    name = text[a:b]
    if not looks_like_name(name) or _is_no_name(text, a, b, after_post=True):
        return False
    inside = sentence.tokens_in(a, b)
    # 主任高峰、主席李敏出席, 市长高原到…。高原指出: a common word is a name where a name must stand.
    may_be_word = _is_whole(inside, a, b) and name not in word_set("post")
    if may_be_word and (_IN_ROSTER.match(text, b) or _acts_elsewhere(text, name, b)):
        return True
    tags = {t.tag for t in inside}
    if not tags <= _NAME_TAGS or tags <= _NO_NAME_TAGS:
        return False
    return inside[0].start == a and inside[-1].end == b and (len(inside) > 1 or tags <= ONE_TOKEN_TAGS)


def _is_whole(inside: list[Token], a: int, b: int) -> bool:
    """Tell whether the tokens cover `a:b` and are not a single verb or adverb."""
    if not inside or inside[0].start != a or inside[-1].end != b:
        return False
    return len(inside) > 1 or inside[0].tag not in {"v", "d", "ad", "vd"}


def _is_no_name(text: str, start: int, end: int, after_post: bool) -> bool:
    """Tell whether a text with the form of a name is none.

    巴方 and 孟方 are sides of a talk, 乌军 is an army, and 主席国|职责 contains the country in the chair of a group.
    """
    word = text[start:end]
    if word in word_set("no_name") or word in word_set("post") or _COUNTRY_IN_CHAIR.match(text, start):
        return True
    if _NO_NAME_END.fullmatch(word) or _NO_NAME_BEHIND.match(text, end) or _SHIP.match(text, start):
        return True
    if _is_in_country(text, start, end):
        return True
    return not after_post and (_SIDE.fullmatch(word) is not None or word in word_set("common_word"))


def _is_in_country(text: str, start: int, end: int) -> bool:
    """Tell whether a text is a part of the name of a country: 多巴哥 of 特立尼达和多巴哥."""
    found = _COUNTRY.finditer(text, max(0, start - _LONGEST_COUNTRY), end + _LONGEST_COUNTRY)
    return any(m.start() <= start and end <= m.end() for m in found)


#: Maximum number of characters of the name of a country.
_LONGEST_COUNTRY = max(map(len, words("country")))


def _acts_elsewhere(text: str, name: str, after: int) -> bool:
    """Tell whether the word acts like a person in a later clause of the report."""
    return _last_acting(text).get(name, -1) >= after


#: Numbers of characters of a name behind a post.
_NAME_SIZES = (2, 3, 4)


@lru_cache(maxsize=2)
def _last_acting(text: str) -> dict[str, int]:
    """Return the words that act like persons at the beginning of a clause, each with its last position there."""
    found: dict[str, int] = {}
    for start, _, _ in clauses(text, 0, len(text), CLAUSE_OR_COLON + "\n"):
        for size in _NAME_SIZES:
            if _ACTS.match(text, start + size):
                found[text[start : start + size]] = start
    return found


def _listed(text: str, sentence: MarkedSentence, found: list[Name]) -> Iterator[Name]:
    """Yield the items of a list of persons that the recogniser missed: 县领导王建国、李志强.

    An item is a name if one of its neighbours in the list is.
    """
    starts, ends = {a for a, _, _ in found}, {b for _, b, _ in found}
    spans = sorted((a, b) for a, b, _ in found)
    begins: dict[int, Span] = {}
    finishes: dict[int, Span] = {}
    waiting: list[Span] = []
    for item, group in ((_ITEM, 0), (_FIRST_ITEM, "name")):
        for m in item.finditer(text, sentence.start, sentence.end):
            a, b = m.span(group)
            inside = {text[max(t.start, a) : min(t.end, b)] for t in sentence.tokens_in(a, b)}
            if looks_like_name(text[a:b]) and not inside & word_set("common_word") and not _overlaps(spans, a, b):
                begins[a] = finishes[b] = (a, b)
                if a - 1 in ends or (text[b : b + 1] == "、" and b + 1 in starts):
                    waiting.append((a, b))
    taken: set[Span] = set()
    while waiting:
        a, b = waiting.pop()
        if (a, b) in taken:
            continue
        taken.add((a, b))
        yield a, b, text[a:b]
        if b + 1 in begins:
            waiting.append(begins[b + 1])
        if a - 1 in finishes and text[a - 1 : a] == "、":
            waiting.append(finishes[a - 1])


def _overlaps(spans: list[Span], a: int, b: int) -> bool:
    """Tell whether one of the sorted spans shares a character with `a:b`."""
    k = bisect_left(spans, (b,))
    return any(y > a for _, y in spans[max(0, k - _LONGEST_OVERLAP) : k])


#: The number of spans in front of a position that are examined: names are not nested more deeply.
_LONGEST_OVERLAP = 4


def _dotted(text: str, sentence: MarkedSentence, start: int, end: int) -> Span:
    """Return the extent of a name with its parts behind and in front of middle dots: 艾尔肯·吐尼亚孜."""
    for m in _DOTTED.finditer(text, max(sentence.start, start - 20), min(sentence.end, end + 20)):
        if m.start() <= start and end <= m.end():
            inside = "·" in text[start:end]
            a = start if inside else _dotted_start(text, sentence, m.start(), start)
            a = _joined_start(text, sentence, m.start(), a) if inside else a
            b = end
            for t in sentence.tokens_in(end, m.end() + 1):
                is_part = t.tag in {"PER", "w"} or (
                    t.tag in {"nz", "LOC"} and sounds_foreign(text[t.start : t.end], DOTTED_SOUNDS)
                )
                if t.start >= end and t.end <= m.end() and is_part:
                    b = t.end
                elif t.start >= end:
                    break
            b = max(b, end)
            rest = _DOTTED_REST.match(text, b, sentence.end)
            return a, rest.end() if rest else b
    return start, end


def _joined_start(text: str, sentence: MarkedSentence, floor: int, start: int) -> int:
    """Return where the first part of a dotted name begins that the recogniser has cut in two: 热依汗|古丽·依米提."""
    for t in reversed(sentence.tokens_in(floor, start)):
        if t.end != start or t.start < floor or t.tag != "PER" or not is_foreign(text[t.start : start], DOTTED_SOUNDS):
            break
        start = t.start
    return start


def _dotted_start(text: str, sentence: MarkedSentence, a: int, start: int) -> int:
    """Return where a name with middle dots begins. a: the first Chinese character in front of it without a mark."""
    tokens = [t for t in sentence.tokens_in(a, start) if t.start >= a and t.end <= start]
    first = a
    while tokens and tokens[0].tag in {"n", "v", "p", "c", "w", "d"}:
        first = tokens.pop(0).end
    return next((x for x in range(start, first, -1) if ends_with_post(text, sentence.start, x)), first)


def _with_posts(marked: MarkedReport, sentence: MarkedSentence, spans: list[Name]) -> tuple[PersonMark, ...]:
    """Return the persons of a sentence with their posts."""
    text = marked.text
    out: list[PersonMark] = []
    for start, end, name in spans:
        posts = posts_before(text, sentence, start)
        embedded = bool(_DOCTRINE.match(text, end)) or _SENT_BY.match(text, end) is not None
        if not posts and out and not embedded:
            previous = out[-1]
            if len(previous.posts) == 1 and _SHARED.match(text[previous.end : start]):
                posts = previous.posts
        out.append(PersonMark(start, end, name, posts, embedded))
    return tuple(out)
