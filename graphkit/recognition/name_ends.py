"""Where names end, where lists of names end, and where a name begins behind a place that is not part of it.

This is the only place that decides where a name ends to the right. A list of names after a verb ends at punctuation or
at the next verb (`list_region`); `graphkit.recognition.lists` divides it; each item is then cut down to the name
(`trimmed`). Where there is no list, a name ends at one of the words that follow names (`name_end`). Names of all readers
lose the place in front of them (`locations`): 石渡产业园内的青禾项目 is 青禾项目.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from graphkit.grammar.lexicon import word_set, words
from graphkit.grammar.patterns import pattern
from graphkit.reading.clauses import last_mark
from graphkit.recognition.marks import MarkedReport, MarkedSentence, Span
from graphkit.recognition.tagger import Token

_CUT_AT = frozenset(words("tour")) | word_set("after_place")

_LIST_END = pattern("name_ends.list_end")
_WITH_PEOPLE = pattern("name_ends.with_people")
_CONDITION = pattern("name_ends.condition")
_LEADING = pattern("name_ends.leading")
_ON_THE_SPOT = pattern("name_ends.on_the_spot")
_WITH_WORD = pattern("name_ends.with_word")
_ABOUT_WORD = pattern("name_ends.about_word")
_TOUR_VERB = pattern("name_ends.tour_verb")
_DESCRIBED = pattern("name_ends.described")
_NO_BEGINNING = pattern("name_ends.no_beginning")
_NO_ENDING = pattern("name_ends.no_ending")
_PLACE_AND_TIME = pattern("name_ends.place_and_time")
_TIME_BEHIND = pattern("name_ends.time_behind")
_TOUR_OF_DIVISION = pattern("name_ends.tour_of_division")
_NEXT_STOP = pattern("name_ends.next_stop")
_LOCATED_IN = pattern("name_ends.located_in")
_INSIDE = pattern("name_ends.inside")
_PARTICLE = pattern("name_ends.particle_or_bracket")
#: What ends the name of a place: a mark, a joint or a verb of a tour.
AFTER_PLACE = pattern("name_ends.after_place")
#: What ends the name of what lies at a place: also the beginning of its description.
AFTER_LOCATED = pattern("name_ends.after_located")
#: What ends the name of a park: also its officials, but no joint, because the park may be the second item of a list.
AFTER_PARK = pattern("name_ends.after_park")
#: Adverbs between a name and its verb, and those between a name and a list of its parts.
BEFORE_VERB = pattern("name_ends.before_verb")
BEFORE_PARTS = pattern("name_ends.before_parts")
#: The opening mark of each closing mark in a name.
_PAIRS = {"”": "“", "》": "《", "）": "（"}
#: Maximum number of characters of a name after a verb of going; a longer range has a mark inside.
_LONGEST_NAME = 200
#: Maximum number of characters of a list of places.
LONGEST_LIST = 400


def name_end(text: str, start: int, end: int, after: re.Pattern[str]) -> int:
    """Return where the name that begins at `start` ends at the latest: where `after` matches, or at `end`."""
    limit = min(end, start + _LONGEST_NAME)
    stop = after.search(text, start, limit)
    return stop.start() if stop else limit


def name_end_before(text: str, start: int, verb: int, before: re.Pattern[str] = BEFORE_VERB) -> int:
    """Return where the name ends that is before the verb at `verb`: in front of the adverbs, which `before` matches."""
    adverbs = before.search(text[start:verb])
    return start + adverbs.start() if adverbs else verb


def list_limit(text: str, start: int, end: int) -> int:
    """Return where a list that begins at `start` ends at the latest.

    It ends before the next verb of arriving (来到A、来到B has two lists); a very long list ends after one of its items.
    """
    following = _NEXT_STOP.search(text, start, min(end, start + LONGEST_LIST))
    if following is not None:
        return following.start()
    if end - start <= LONGEST_LIST:
        return end
    mark = last_mark(text, start, start + LONGEST_LIST, "、，；")
    return mark if mark > start else start + LONGEST_LIST


def list_region(marked: MarkedReport, sentence: MarkedSentence, start: int, limit: int | None = None) -> Span:
    """Return the range from `start` to the end of the list behind a verb: punctuation or the next known verb."""
    text = marked.text
    end = limit if limit is not None else sentence.end
    depth = 0
    for k in range(max(0, sentence.token_index(start)), len(sentence.tokens)):
        token = sentence.tokens[k]
        if token.start < start:
            continue
        if token.start >= end:
            break
        word = text[token.start : token.end]
        if word in "（“《":
            depth += 1
        elif word in "）”》":
            depth = max(0, depth - 1)
        elif depth == 0 and _ends_list(text, token):
            if _ON_THE_SPOT.match(text, token.start):
                continue
            if _WITH_WORD.fullmatch(word) and not _WITH_PEOPLE.match(text, token.start):
                continue
            return start, token.start
        elif depth == 0 and (
            (_ABOUT_WORD.fullmatch(word) and token.tag == "p" and token.start > start)
            or (token.tag == "v" and _TOUR_VERB.match(word))
        ):
            return start, token.start
    return start, end


def _ends_list(text: str, token: Token) -> bool:
    """Tell whether a token outside of brackets is punctuation or a word that may end a list of names."""
    word = text[token.start : token.end]
    return word in "，。；：！？" or (word in _CUT_AT and token.tag in {"v", "vn", "d", "p", "c", "ad", "s", "n"})


def trimmed(text: str, a: int, b: int, is_name: Callable[[str], bool]) -> Span:
    """Return the range of an item without the words before and after it that do not belong to a name.

    is_name: tells whether some words end like a name; then 建设情况 after them does not belong to it.
    """
    while a < b and _NO_BEGINNING.match(text, a):
        a += 1
    while b > a and _NO_ENDING.match(text, b - 1):
        b -= 1
    m = _DESCRIBED.match(text[a:b]) or _LEADING.match(text[a:b])
    if m and m.end() < b - a:
        a += m.end()
    m = _LIST_END.search(text[a:b])
    if m and m.start() > 0:
        b = a + m.start()
    m = _CONDITION.search(text[a:b])
    if m and is_name(text[a : a + m.start()]):
        b = a + m.start()
    return a, b


def without_time(text: str, start: int, end: int) -> int:
    """Return where the name of a place ends whose item ends with 时 or 后: 抵达青石博物馆时，."""
    is_time = text[end : end + 1] == "，" and _PLACE_AND_TIME.search(text, start, end) is not None
    return end - 1 if is_time else end


def whole_name(text: str, start: int, end: int, is_division: Callable[[str], bool]) -> Span:
    """Return the range of a name that was found without a rule: with its opening mark, without the words behind it.

    青石号”大桥 gets the “ in front of it, 青石装置昨天 loses 昨天, and 青石县视察公园 is 青石县. is_division: tells whether
    some words are the name of an administrative division.
    """
    for close, opening in _PAIRS.items():
        inside = text[start:end]
        at = inside.find(close)
        if at >= 0 and opening not in inside[:at] and text[start - 1 : start] == opening:
            start -= 1
    behind = _TIME_BEHIND.search(text[start:end])
    if behind:
        end = start + behind.start()
    tour = _TOUR_OF_DIVISION.match(text[start:end])
    if tour and is_division(tour["division"]):
        end = start + tour.end("division")
    return start, end


def locations(text: str, start: int, end: int) -> Iterator[tuple[Span, int, bool]]:
    """Yield what may be a place in front of a name: its range, where the name begins, and whether words show that it is.

    Such words are 位于, 落户 and 入驻 before the place, or 内 and 境内 behind it; without them (石渡县的青禾项目), only a place
    that is known to be one precedes a name. A 的 inside of brackets or quotation marks is part of the name.
    """
    depth, begin = 0, start
    for m in _PARTICLE.finditer(text, start, end):
        if m["open"]:
            depth += 1
        elif m["close"]:
            depth = max(0, depth - 1)
        elif depth == 0:
            verb = _LOCATED_IN.search(text, begin, m.start())
            inside = _INSIDE.search(text, begin, m.start())
            place = (verb.end("verb") if verb else begin), (inside.start() if inside else m.start())
            yield place, m.end(), verb is not None or inside is not None
            begin = m.end()
