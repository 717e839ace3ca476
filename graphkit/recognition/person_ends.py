"""Where a name of a person begins and ends if the recogniser has cut it, or has joined characters around it to it.

Evidence is the kind of the characters (foreign names consist of characters for foreign sounds), the words behind the
name, the post in front of it, and the other occurrences of the name in the report.
"""

from __future__ import annotations

from graphkit.grammar.lexicon import looks_like_name, word_set, words
from graphkit.grammar.patterns import pattern
from graphkit.recognition.known_names import Name
from graphkit.recognition.marks import MarkedSentence, Span
from graphkit.recognition.occurrences import occurrences
from graphkit.recognition.posts import ends_with_post

FOREIGN_SOUNDS = word_set("foreign_sound")
DOTTED_SOUNDS = FOREIGN_SOUNDS | word_set("dotted_sound") | frozenset("".join(words("tibetan_name")))
#: Tags of tokens that a name can consist of alone.
ONE_TOKEN_TAGS = {"nz", "nw", "LOC", "ORG", "PER"}
#: Tags of tokens that can be the second half of a name of an unusual form.
_REST_TAGS = {"n", "nz", "nw", "PER"}

_WORD_BEHIND = pattern("person_ends.word_behind")
_VERB_BEHIND = pattern("person_ends.verb_behind")
_ADVERB = pattern("person_ends.adverb")
_BEHIND_SHORTER = pattern("person_ends.behind_shorter")
_WITH = pattern("person_ends.with")
_TOGETHER_WITH = pattern("person_ends.together_with")
_SURNAME_TOWARDS = pattern("person_ends.surname_towards")
_NO_LAST_CHARACTER = pattern("person_ends.no_last_character")
_NAME_MARK = pattern("person_ends.name_mark")
_LAST_CHARACTER = pattern("person_ends.last_character")
_HYPHENED = pattern("person_ends.hyphened")
_AFTER_NAME = pattern("person_ends.after_name")
_TITLED = pattern("person_ends.titled")
_FOREIGN_REST = pattern("person_ends.foreign_rest")
_COMPLETE = pattern("person_ends.complete")
_OFFICE_BEFORE = pattern("person_ends.office_before")
#: Minimum number of characters of a name together with the first character of the verb behind it.
_SHORTEST_WITH_VERB = 3
#: Maximum number of characters that the recogniser cuts off at the beginning of a foreign name behind a post.
_LONGEST_BEGINNING = 2
#: Maximum number of characters of a word for an office that is no post.
_LONGEST_OFFICE = 3
#: Maximum number of characters of a name of an unusual form, such as a Japanese one.
_LONGEST_UNUSUAL = 4


def is_foreign(name: str, sounds: frozenset[str] = FOREIGN_SOUNDS) -> bool:
    """Tell whether a name consists of the characters that are used for foreign sounds."""
    plain = name.replace("·", "")
    return len(plain) >= 2 and sounds_foreign(plain, sounds)


def sounds_foreign(word: str, sounds: frozenset[str]) -> bool:
    """Tell whether at least three of four characters are in `sounds`."""
    return sum(c in sounds for c in word) >= len(word) - len(word) // 4


def without_verb(text: str, name: Name) -> Name:
    """Return a name without the first character of the word behind it: 王建国|作的报告, 安瓦尔|共同见证."""
    start, end, word = name
    if (behind := _WORD_BEHIND.search(word)) and looks_like_name(word[: behind.start()]):
        return start, start + behind.start(), word[: behind.start()]
    shorter = word[:-1]
    joined = end - start >= _SHORTEST_WITH_VERB and _VERB_BEHIND.match(text, end - 1)
    if joined and (looks_like_name(shorter) or is_foreign(shorter)):
        return start, end - 1, shorter
    return name


def whole_name(text: str, sentence: MarkedSentence, k: int, start: int, end: int) -> Span:
    """Return the extent of a name whose ends the recogniser may have missed. k: the number of its token.

    刘国|中， is one name; 同|迪亚斯-卡内尔 is a preposition and a name with a hyphen.
    """
    if _has_word_behind(text, start, end):
        return start, end - 1
    start = _behind_preposition(text, sentence, start, end)
    start, end = _whole_foreign_name(text, sentence, start, end)
    hyphen = _HYPHENED.match(text, end, sentence.end)
    if hyphen and (is_foreign(hyphen["more"], DOTTED_SOUNDS) or _is_tagged(sentence, end + 1)):
        return start, hyphen.end()
    if end - start != 2:
        return start, end
    behind_post = ends_with_post(text, sentence.start, start)
    towards = start - 1 > sentence.start and _SURNAME_TOWARDS.match(text, start - 1)
    if towards and ends_with_post(text, sentence.start, start - 1):
        # 县长|向海波会见: behind a post 向 is a surname.
        return start - 1, end
    if _one_more(text, sentence, k, start, end):
        return start, end + 1
    return start, _unusual_end(text, sentence, start, end) if behind_post else end


def _has_word_behind(text: str, start: int, end: int) -> bool:
    """Tell whether the last character of a name is a word of its own: 内塔尼亚胡|称, 习近平和|夫人."""
    shorter = text[start : end - 1]
    if end - start >= _SHORTEST_WITH_VERB and _ADVERB.match(text, end - 1) and is_foreign(shorter, DOTTED_SOUNDS):
        return True
    if end - start >= _SHORTEST_WITH_VERB and _BEHIND_SHORTER.match(text, end - 1) and looks_like_name(shorter):
        # The name occurs elsewhere without this character.
        count = occurrences(text).count
        return count(shorter) > count(text[start:end])
    return False


def _behind_preposition(text: str, sentence: MarkedSentence, start: int, end: int) -> int:
    """Return where a name begins behind a preposition that the recogniser joins to it: 同|阿里夫, 同|斯图布总统."""
    if not _WITH.match(text, start):
        return start
    name = text[start + 1 : end]
    hyphen_follows = text[end : end + 1] in ("-", "—")
    if end - start >= 3 and (not looks_like_name(text[start:end]) or hyphen_follows):
        return start + 1 if not hyphen_follows or _TOGETHER_WITH.match(text, start) else start
    rest = _FOREIGN_REST.match(text, end, sentence.end)
    is_whole = rest is not None and name[:1] in FOREIGN_SOUNDS and rest.end() - start > _SHORTEST_WITH_VERB
    return start + 1 if is_whole else start


def _whole_foreign_name(text: str, sentence: MarkedSentence, start: int, end: int) -> Span:
    """Return the extent of a foreign name with the characters that the recogniser has cut off: 欧尔|班27日, 扎|哈罗娃."""
    name = text[start:end]
    if "·" in name or not all(c in FOREIGN_SOUNDS for c in name):
        return start, end
    rest = _FOREIGN_REST.match(text, end, sentence.end)
    if rest is not None:
        end = rest.end()
    if end - start >= 2 and not is_behind_office(text, sentence, start):
        for first in range(start - 1, max(sentence.start, start - 1 - _LONGEST_BEGINNING), -1):
            if text[first] not in FOREIGN_SOUNDS:
                break
            if is_behind_office(text, sentence, first):
                return first, end
    return start, end


def is_behind_office(text: str, sentence: MarkedSentence, at: int) -> bool:
    """Tell whether a post or another word for an office stands in front of an offset."""
    is_office = _OFFICE_BEFORE.search(text, max(sentence.start, at - _LONGEST_OFFICE), at) is not None
    return is_office or ends_with_post(text, sentence.start, at)


def _is_tagged(sentence: MarkedSentence, at: int) -> bool:
    """Tell whether the recogniser has found a name of a person that begins at an offset."""
    k = sentence.token_index(at)
    return k >= 0 and sentence.tokens[k].start == at and sentence.tokens[k].tag == "PER"


def _one_more(text: str, sentence: MarkedSentence, k: int, start: int, end: int) -> bool:
    """Tell whether the single character behind a name of two characters belongs to the name."""
    if looks_like_name(text[start:end]) and _TITLED.match(text, end, sentence.end):
        # 吴为|山常委发言: in front of a title.
        return True
    if k + 1 >= len(sentence.tokens):
        return False
    following = sentence.tokens[k + 1]
    # 县委书记何清|嘉同|县长: the recogniser joined 同 to the character.
    joined = following.end == end + 2 and following.tag in ONE_TOKEN_TAGS and _WITH.match(text, end + 1)
    if following.start != end or (following.end != end + 1 and not joined):
        return False
    # 省委书记胡昌|升、: behind a post and in front of a mark.
    behind_post = not _NO_LAST_CHARACTER.match(text, end) and ends_with_post(text, sentence.start, start)
    marks = _NAME_MARK.match(text, end + 1) or _LAST_CHARACTER.match(text, end, sentence.end)
    if behind_post and (marks or _always_with(text, start, end)):
        return True
    return following.tag == "f" and _AFTER_NAME.match(text, end + 1) is not None


def _always_with(text: str, start: int, end: int) -> bool:
    """Tell whether a text occurs at least twice, and always with the character that follows it here."""
    count = occurrences(text).count
    longer = count(text[start : end + 1])
    return longer >= 2 and longer == count(text[start:end])


def _unusual_end(text: str, sentence: MarkedSentence, start: int, end: int) -> int:
    """Return where a name behind a post ends that has no surname as a Chinese name has: 会长本庄|知史表示."""
    name = text[start:end]
    k = sentence.token_index(end)
    if looks_like_name(name) or is_foreign(name) or k < 0:
        return end
    following = sentence.tokens[k]
    word = text[following.start : following.end]
    is_rest = following.start == end and following.tag in _REST_TAGS and following.end - start <= _LONGEST_UNUSUAL
    if not is_rest or word in word_set("common_word") or word in word_set("post"):
        return end
    return following.end if _COMPLETE.match(text, following.end, sentence.end) else end
