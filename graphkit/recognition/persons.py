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
from graphkit.recognition.occurrences import occurrences
from graphkit.recognition.posts import ends_with_post, posts_before
from graphkit.recognition.tagger import Token
from graphkit.recognition.titles import short_titles, with_titles

_FOREIGN_SOUNDS = word_set("foreign_sound")
_DOTTED_SOUNDS = _FOREIGN_SOUNDS | word_set("dotted_sound") | frozenset("".join(words("tibetan_name")))
#: Tags of tokens that a name may consist of, and those that it does not consist of alone.
_NAME_TAGS = {
    "nz", "nw", "n", "LOC", "ORG", "PER", "a", "an", "vn", "v", "ad", "xc", "m", "q", "f", "d", "r",
}  # fmt: skip
_ONE_TOKEN_TAGS = {"nz", "nw", "LOC", "ORG", "PER"}
_NO_NAME_TAGS = {"v", "vn", "d", "ad", "p", "r", "f"}

_SENT_BY = pattern("persons.sent_by")
_NAME_AFTER_POST = pattern("persons.name_after_post")
_DOCTRINE = pattern("persons.doctrine")
_SHARED = pattern("post_mentions.shared")
_COUNTRY_IN_CHAIR = pattern("persons.country_in_chair")
_SIDE = pattern("persons.side")
_CONGRATULATED = pattern("persons.congratulated")
_IN_ROSTER = pattern("persons.in_roster")
_ACTS = pattern("persons.acts")
_NAME_AFTER_FOREIGN_OFFICE = pattern("persons.name_after_foreign_office")
_TIBETAN_NAME = pattern("persons.tibetan_name")
_IN_COMPANY = guarded("persons.in_company")
_WORD_BEHIND = pattern("persons.word_behind")
_VERB_BEHIND = pattern("persons.verb_behind")
_ADVERB = pattern("persons.adverb")
_AND = pattern("persons.and")
_WITH = pattern("persons.with")
_TOGETHER_WITH = pattern("persons.together_with")
_SURNAME_TOWARDS = pattern("persons.surname_towards")
_NO_LAST_CHARACTER = pattern("persons.no_last_character")
_NAME_MARK = pattern("persons.name_mark")
_LAST_CHARACTER = pattern("persons.last_character")
_HYPHENED = pattern("persons.hyphened")
_AFTER_NAME = pattern("persons.after_name")
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
            sounds = _DOTTED_SOUNDS if named is _DOTTED_AFTER_POST else _FOREIGN_SOUNDS
            is_name = named is _TIBETAN_NAME or _is_foreign(m["name"], sounds)
            if is_name and not _overlaps_any(others, a, b):
                found = [*others, (a, b, m["name"])]
    return sorted(_without_verb(text, name) for name in (*found, *_listed(text, sentence, found)))


def _without_verb(text: str, name: Name) -> Name:
    """Return a name without the first character of the word behind it: 王建国|作的报告, 安瓦尔|共同见证."""
    start, end, word = name
    if (behind := _WORD_BEHIND.search(word)) and looks_like_name(word[: behind.start()]):
        return start, start + behind.start(), word[: behind.start()]
    shorter = word[:-1]
    joined = end - start >= _SHORTEST_WITH_VERB and _VERB_BEHIND.match(text, end - 1)
    if joined and (looks_like_name(shorter) or _is_foreign(shorter)):
        return start, end - 1, shorter
    return name


#: Minimum number of characters of a name together with the first character of the verb behind it.
_SHORTEST_WITH_VERB = 3


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
        start, end = _whole_name(text, sentence, k, start, end)
        word = text[start:end]
        before = sentence.tokens[k - 1] if k else None
        after_post = before is not None and before.end == start and ends_with_post(text, sentence.start, start)
        if not looks_like_name(word) and not (after_post and 2 <= len(word) <= 8):
            continue
        if not _is_no_name(text, start, end, after_post):
            found.append((start, end, word))
    return found


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
    return inside[0].start == a and inside[-1].end == b and (len(inside) > 1 or tags <= _ONE_TOKEN_TAGS)


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
    if word in word_set("no_name") or _COUNTRY_IN_CHAIR.match(text, start):
        return True
    return not after_post and (_SIDE.fullmatch(word) is not None or word in word_set("common_word"))


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


def _is_foreign(name: str, sounds: frozenset[str] = _FOREIGN_SOUNDS) -> bool:
    """Tell whether a name consists of the characters that are used for foreign sounds."""
    plain = name.replace("·", "")
    return len(plain) >= 2 and _sounds_foreign(plain, sounds)


def _sounds_foreign(word: str, sounds: frozenset[str]) -> bool:
    """Tell whether at least three of four characters are in `sounds`."""
    return sum(c in sounds for c in word) >= len(word) - len(word) // 4


def _always_with(text: str, start: int, end: int) -> bool:
    """Tell whether a text occurs at least twice, and always with the character that follows it here."""
    count = occurrences(text).count
    longer = count(text[start : end + 1])
    return longer >= 2 and longer == count(text[start:end])


def _whole_name(text: str, sentence: MarkedSentence, k: int, start: int, end: int) -> Span:
    """Return the extent of a name whose ends the recogniser may have missed.

    刘国|中， is one name; 同|迪亚斯-卡内尔 is a preposition and a name with a hyphen.
    """
    shorter = text[start : end - 1]
    if end - start >= 4 and _ADVERB.match(text, end - 1) and _is_foreign(shorter):
        return start, end - 1
    if end - start >= 3 and _AND.match(text, end - 1) and looks_like_name(shorter):
        # 习近平和|夫人: the name occurs elsewhere without 和.
        count = occurrences(text).count
        if count(shorter) > count(text[start:end]):
            return start, end - 1
    joined = _WITH.match(text, start) and not looks_like_name(text[start:end])
    hyphen_follows = text[end : end + 1] in ("-", "—")
    if end - start >= 3 and (joined or (hyphen_follows and _TOGETHER_WITH.match(text, start))):
        start += 1
    hyphen = _HYPHENED.match(text, end, sentence.end)
    if hyphen and _is_foreign(hyphen["more"]):
        return start, hyphen.end()
    if end - start != 2:
        return start, end
    towards = start - 1 > sentence.start and _SURNAME_TOWARDS.match(text, start - 1)
    if towards and ends_with_post(text, sentence.start, start - 1):
        # 县长|向海波会见: behind a post 向 is a surname.
        return start - 1, end
    return start, end + 1 if _one_more(text, sentence, k, start, end) else end


def _one_more(text: str, sentence: MarkedSentence, k: int, start: int, end: int) -> bool:
    """Tell whether the single character behind a name of two characters belongs to the name."""
    if k + 1 >= len(sentence.tokens):
        return False
    following = sentence.tokens[k + 1]
    # 县委书记何清|嘉同|县长: the recogniser joined 同 to the character.
    joined = following.end == end + 2 and following.tag in _ONE_TOKEN_TAGS and _WITH.match(text, end + 1)
    if following.start != end or (following.end != end + 1 and not joined):
        return False
    # 省委书记胡昌|升、: behind a post and in front of a mark.
    behind_post = not _NO_LAST_CHARACTER.match(text, end) and ends_with_post(text, sentence.start, start)
    marks = _NAME_MARK.match(text, end + 1) or _LAST_CHARACTER.match(text, end, sentence.end)
    if behind_post and (marks or _always_with(text, start, end)):
        return True
    return following.tag == "f" and _AFTER_NAME.match(text, end + 1) is not None


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
                    t.tag in {"nz", "LOC"} and _sounds_foreign(text[t.start : t.end], _DOTTED_SOUNDS)
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
        if (
            t.end != start
            or t.start < floor
            or t.tag != "PER"
            or not _is_foreign(text[t.start : start], _DOTTED_SOUNDS)
        ):
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
