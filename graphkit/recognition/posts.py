"""Recognises the posts in front of a name: 市委副书记 and 市长 in 市委副书记、市长王建国. docs/genre.md describes posts."""

from __future__ import annotations

from graphkit.grammar.lexicon import VERB_CLASSES, words
from graphkit.grammar.patterns import pattern
from graphkit.recognition.lists import is_inside_name
from graphkit.recognition.marks import MarkedSentence, Span

_NOUN_TAGS = {"n", "nz", "nw", "ORG", "LOC", "vn", "an", "f", "s", "b", "j", "m"}
_ALL_VERBS = frozenset(v for name in VERB_CLASSES for v in words(name))
#: Maximum length of the last word of a post together with brackets behind it.
_LONGEST_HEAD = max(map(len, words("post"))) + 14

_HEAD = pattern("post_mentions.head")
_HEAD_AT_END = pattern("post_mentions.head_at_end")
_PART = pattern("post_mentions.part")
_FORMER = pattern("post_mentions.former")
_JOINT = pattern("post_mentions.joint")
_REPORTER_BRACKET = pattern("post_mentions.reporter_bracket")
_AND = pattern("post_mentions.and")
_AND_ALSO = pattern("post_mentions.and_also")
_BODY_WORD = pattern("post_mentions.body_word")
_ZHIGONG_PARTY = pattern("post_mentions.zhigong_party")
_BEFORE_POST = pattern("post_mentions.before_post")
_NOUN_BEFORE_POST = pattern("post_mentions.noun_before_post")
_COUNTRY = pattern("persons.country")
#: Maximum number of characters of the name of a country.
_LONGEST_COUNTRY = max(map(len, words("country")))


def ends_with_post(text: str, floor: int, end: int) -> bool:
    """Tell whether a post, perhaps with brackets, ends right before `end`."""
    return _HEAD_AT_END.search(text[max(floor, end - _LONGEST_HEAD) : end]) is not None


def posts_before(text: str, sentence: MarkedSentence, at: int) -> tuple[Span, ...]:
    """Return the spans of the posts that end right before `at`, in reading order.

    >>> 市委副书记、市长张三 → 市委副书记 | 市长
    """
    spans: list[Span] = []
    end = at
    while True:
        span = _one_post(text, sentence, end)
        if span is None:
            break
        spans.append(span)
        last = span[0] - 1
        if (text[last : span[0]] == "、" and last > sentence.start) or (last >= 0 and _AND_ALSO.match(text, last)):
            end = last
        else:
            break
    return tuple(reversed(spans))


def _one_post(text: str, sentence: MarkedSentence, end: int) -> Span | None:
    """Return the span of the post that ends right before `end`."""
    floor = max(sentence.start, end - 24)
    head = _HEAD_AT_END.search(text[floor:end])
    if head is None:
        return None
    start = floor + head.start()
    k = sentence.token_index(start)
    if k < 0:
        return None
    token = sentence.tokens[k]
    if token.start < start and token.tag in _NOUN_TAGS | {"PER"} and not _JOINT.match(text[token.start : start]):
        start = token.start
    elif token.start < start and _PART.match(text[token.start : start]):
        # 副总|领事: the recogniser has joined 副 to the first character of the post.
        start = token.start
    elif token.start < start and token.tag == "v":
        return None
    k -= 1
    while k >= 0:
        token = sentence.tokens[k]
        word = text[token.start : token.end]
        if token.end != start:
            break
        if word == "）":
            opening = text.rfind("（", sentence.start, token.start)
            if opening < 0 or token.start - opening > 12 or _REPORTER_BRACKET.match(text, opening):
                break
            while k >= 0 and sentence.tokens[k].start > opening:
                k -= 1
            start = opening
        elif _FORMER.fullmatch(word):
            start = token.start
            break
        elif not _continues_post(text, sentence, k, start):
            break
        else:
            start = token.start
        k -= 1
    start = _with_country(text, sentence, _trim_left(text, start, end))
    return (start, end) if start < end else None


def _with_country(text: str, sentence: MarkedSentence, start: int) -> int:
    """Return where a post begins with the whole name of the country in front: 特立尼达和|多巴哥总统, 佛得|角总理."""
    floor = max(sentence.start, start - _LONGEST_COUNTRY)
    found = (m.start() for m in _COUNTRY.finditer(text, floor, start + _LONGEST_COUNTRY) if m.end() >= start)
    first = next(found, start)
    return min(first, start)


def _continues_post(text: str, sentence: MarkedSentence, k: int, start: int) -> bool:
    """Tell whether token `k`, which ends where the post begins so far, belongs to the post."""
    token = sentence.tokens[k]
    word = text[token.start : token.end]
    if token.tag != "TIME" and (token.tag in _NOUN_TAGS or _PART.match(word)):
        return True
    if _AND.fullmatch(word) and is_inside_name(text, sentence.start, token.start, start + 6):
        return True
    return _is_part_of_body(text, sentence, k)


def _is_part_of_body(text: str, sentence: MarkedSentence, k: int) -> bool:
    """Tell whether a verb or an adjective is part of the name of a body: 组织部长, 管理委员会主任."""
    token = sentence.tokens[k]
    word = text[token.start : token.end]
    if k == 0:
        return False
    if token.tag in {"v", "a", "ad", "vd"} and _BODY_WORD.match(word):
        return True
    # 联合国|贸发|会议秘书长: an unknown word of two characters right behind the name of a body.
    before = sentence.tokens[k - 1]
    behind_body = before.tag in {"ORG", "LOC"} and before.end == token.start
    return token.tag == "v" and len(word) == 2 and behind_body and word not in _ALL_VERBS


def _trim_left(text: str, start: int, end: int) -> int:
    """Return where a post begins without the words before it in the same run of nouns: 领导, 同志, 记者, numbers."""
    # 谱写新篇章——国家主席: what stands before a dash is another sentence.
    start = max(start, text.rfind("—", start, end) + 1)
    piece = text[start:end]
    if start and _ZHIGONG_PARTY.match(text, start - 1, end):
        return start - 1
    lead = _BEFORE_POST.match(piece)
    if lead and _HEAD.search(piece[lead.end() :]):
        return start + lead.end()
    m = _NOUN_BEFORE_POST.match(piece)
    if m and m.end() < len(piece) and _HEAD.search(piece[m.end() :]):
        start += m.end()
    return start
