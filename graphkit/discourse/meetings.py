"""Names of meetings and ceremonies, and the short forms that refer to them later (docs/genre.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphkit.grammar.patterns import pattern
from graphkit.model import PassageKind
from graphkit.recognition.marks import MarkedReport, MarkedSentence

_HEAD = pattern("meeting_names.head")
_NO_NAME = pattern("meeting_names.no_name")
_BEFORE_NAME = pattern("meeting_names.before_name")
_OF_AFFAIRS = pattern("meeting_names.of_affairs")
_NOT_HELD = pattern("meeting_names.not_held")
_DAY = pattern("meeting_names.day")
_SESSION_OF_FORUM = pattern("meeting_names.session_of_forum")
_ENLARGED = pattern("meeting_names.enlarged")
_STUDY = pattern("meeting_names.study")
_HELD_NOW = pattern("meeting_names.held_now")
_MENTIONED_FOR_STUDY = pattern("meeting_names.mentioned_for_study")
_ITS_RESULTS = pattern("meeting_names.its_results")
_BODY_MEETS = pattern("meeting_names.body_meets")
_URGING = pattern("meeting_names.urging")
_VERB_INSIDE = pattern("meeting_names.verb_inside")
_NAME_OF_TOPIC = pattern("meeting_names.name_of_topic")
_IN_PAST_OR_FUTURE = pattern("meeting_names.in_past_or_future")
_TALKS_NOT_HELD = pattern("meeting_names.talks_not_held")
_SESSION = pattern("meeting_names.session")
_TOO_GENERAL = pattern("meeting_names.too_general")
_MEANS_ANY_MEETING = pattern("meeting_names.means_any_meeting")
_STANDING_COMMITTEE = pattern("meeting_names.standing_committee")
_OF_ASSEMBLY = pattern("meeting_names.of_assembly")
_PART_OF_COMMITTEE = pattern("meeting_names.part_of_committee")
_SPEECH_AT_ASSEMBLY = pattern("meeting_names.speech_at_assembly")
_PLACE_OR_PERSON = pattern("meeting_names.place_or_person")
_AREA_FIRST = pattern("meeting_names.area_first")
_TERM_FIRST = pattern("meeting_names.term_first")
_WHOLE_OR_MUTUAL = pattern("meeting_names.whole_or_mutual")
_LEFT_OVER = pattern("meeting_names.left_over")
_OUR_AREA = pattern("meeting_names.our_area")
_LATIN_LETTER = re.compile(r"[a-z]")
#: The opening mark of each closing mark inside of a name.
_OPENING = {"”": "“", "）": "（"}
#: Maximum length of the name of a meeting, in characters.
_LONGEST = 150
#: Maximum distance between a meeting and the words before it that show whether it takes place, in characters.
_NEAR = 60


@dataclass(frozen=True, slots=True)
class MeetingMark:
    """A meeting that is named at `start:end` of the normalized text.

    Attributes
    ----------
    full
        Whether this is its own name, not a short form.
    held
        Whether it takes place in this report. If only its 精神 is mentioned, it does not.
    aliases
        Other names of the meeting in the report.
    """

    start: int
    end: int
    name: str
    full: bool
    held: bool
    anchor: tuple[int, int] | None = None
    aliases: tuple[str, ...] = ()


def find_meetings(marked: MarkedReport, sentence: MarkedSentence, known: list[MeetingMark]) -> list[MeetingMark]:
    """Return the meetings of a sentence in order. Short forms refer to meetings of `known`."""
    text = marked.text
    found: list[MeetingMark] = []
    at = sentence.start
    while (m := _next_head(text, at, sentence.end)) is not None:
        at = m.end()
        if (
            _is_body(text, m)
            or _in_title(text, sentence, m.start())
            or _TALKS_NOT_HELD.match(text, m.start(), sentence.end)
        ):
            continue
        start = _left(marked, sentence, _head_start(text, m))
        name = text[start : m.end()]
        if name.count("“") != name.count("”"):
            name = name.strip("“”")
        held = _is_held(text, sentence, start, m.end())
        study = _STUDY.search(text, max(sentence.start, start - _NEAR), start)
        if not held and study and _HELD_NOW.match(text, m.end(), sentence.end):
            held, start = True, study.start()
            name = text[start : m.end()]
        if _SESSION.fullmatch(m.group()) and _SESSION.fullmatch(name):
            meets = _BODY_MEETS.search(text, max(sentence.start, start - _NEAR), start)
            if meets is not None:
                found.append(MeetingMark(*meets.span("body"), meets["body"], True, True))
                continue
        mark = _mark(sentence, m, start, name, held, known)
        if mark is not None:
            found.append(mark)
    return found


def _next_head(text: str, at: int, end: int) -> re.Match[str] | None:
    """Return the last part of the next name. Of two in a row, as in 年会开幕式, the last one names the occasion."""
    m = _HEAD.search(text, at, end)
    if m is None:
        return None
    while (longer := _HEAD.match(text, m.end(), end) or _SESSION_OF_FORUM.match(text, m.end(), end)) is not None:
        m = longer
    return _ENLARGED.match(text, m.end(), end) or m


def _head_start(text: str, m: re.Match[str]) -> int:
    """Return where the last part of a name begins: in 常委会（扩大）会议, at 常委会."""
    inner = _HEAD.search(text, m.start() - 3, m.end()) if m.group().startswith("（") else None
    return (inner or m).start()


def _is_held(text: str, sentence: MarkedSentence, start: int, end: int) -> bool:
    """Tell whether the meeting `start:end` takes place in this report."""
    if _NOT_HELD.match(text[end : sentence.end]):
        return False
    if _IN_PAST_OR_FUTURE.search(text[max(sentence.start, start - 14) : start]):
        return False
    before = text[max(sentence.start, start - _NEAR) : start]
    return not (_MENTIONED_FOR_STUDY.search(before) and _ITS_RESULTS.match(text, end, sentence.end))


def _mark(
    sentence: MarkedSentence, m: re.Match[str], start: int, name: str, held: bool, known: list[MeetingMark]
) -> MeetingMark | None:
    """Return the meeting of a name or short form, None if it refers to no meeting."""
    if _NO_NAME.match(name) or len(name) < 4:
        target = _resolve(m.group(), known)
        if target is not None:
            anchor = (target.start, target.end)
            return MeetingMark(start, m.end(), target.name, False, held, anchor, target.aliases)
        if held and not _TOO_GENERAL.fullmatch(m.group()):
            return MeetingMark(m.start(), m.end(), m.group(), True, held)
        return None
    same = next((k for k in known if k.name == name or k.name.endswith(name) or name.endswith(k.name)), None)
    if same is not None and len(same.name) >= len(name):
        aliases = same.aliases if name == same.name else (*same.aliases, name)
        return MeetingMark(start, m.end(), same.name, same.name == name, held, (same.start, same.end), aliases)
    if sentence.frame.kind is PassageKind.HEADLINE and _LATIN_LETTER.search(name):
        return None
    return MeetingMark(start, m.end(), name, True, held, None, _short_names(name))


def _in_title(text: str, sentence: MarkedSentence, at: int) -> bool:
    """Tell whether a place is in the title of a document, between 《 and 》."""
    return text.count("《", sentence.start, at) > text.count("》", sentence.start, at)


def _is_body(text: str, m: re.Match[str]) -> bool:
    """Tell whether a word is part of the name of a body or building: 市人大常委会主任, 大会发言, 会议中心."""
    after = text[m.end() : m.end() + 4]
    if _STANDING_COMMITTEE.fullmatch(m.group()):
        return bool(_OF_ASSEMBLY.fullmatch(text[m.start() - 2 : m.start()]) or _PART_OF_COMMITTEE.match(after))
    return bool(_SPEECH_AT_ASSEMBLY.match(m.group() + after) or _PLACE_OR_PERSON.match(after))


def _short_names(name: str) -> tuple[str, ...]:
    """Return the short forms of a name: without its area, and without the number of its term of office."""
    names = []
    if (area := _AREA_FIRST.match(name)) is not None:
        names.append(name[area.end() :])
    m = _TERM_FIRST.match(name)
    if m and m["rest"] != name:
        names.append(m["rest"])
    return tuple(names)


def _resolve(head: str, known: list[MeetingMark]) -> MeetingMark | None:
    """Return the last meeting to which a short form can refer."""
    held = [k for k in known if k.held]
    for mark in reversed(held):
        if mark.name.endswith(head):
            return mark
    if _MEANS_ANY_MEETING.fullmatch(head):
        return held[-1] if held else None
    return None


def _left(marked: MarkedReport, sentence: MarkedSentence, head: int) -> int:
    """Return where the name of a meeting begins: after a verb of holding, a time, a comma or a person.

    head: where the last part of the name begins.
    """
    text = marked.text
    start = head
    k = sentence.token_index(head)
    if k >= 0 and sentence.tokens[k].start < head and not _BEFORE_NAME.search(text[sentence.tokens[k].start : head]):
        start = sentence.tokens[k].start
    k -= 1
    people = {p.end for p in sentence.actors()}
    while k >= 0 and head - sentence.tokens[k].start <= _LONGEST:
        token = sentence.tokens[k]
        if token.end > start:
            k -= 1
        elif (opening := _OPENING.get(text[token.start : token.end])) is not None:
            left = text.rfind(opening, sentence.start, token.start)
            if left < 0:
                break
            start = left
            while k >= 0 and sentence.tokens[k].start >= start:
                k -= 1
        elif token.end in people or _precedes_name(text, sentence, k, start):
            break
        else:
            start = token.start
            k -= 1
    return _without_lead(text, start, head)


def _precedes_name(text: str, sentence: MarkedSentence, k: int, start: int) -> bool:
    """Tell whether token `k` stands before a name that goes back to `start` so far, and is not part of it."""
    token = sentence.tokens[k]
    word = text[token.start : token.end]
    if word in "，。；：！？（" or word.startswith("——"):
        return True
    if token.tag == "TIME":
        return _DAY.search(word) is not None
    if token.tag == "p" and not _OF_AFFAIRS.match(text, token.start):
        return True
    if token.tag in {"v", "p", "c", "d"} and _BEFORE_NAME.search(word):
        return True
    if token.tag in {"r", "d"} and not _WHOLE_OR_MUTUAL.fullmatch(word):
        return True
    return word == "、" and start > token.end and k > 0 and sentence.tokens[k - 1].tag == "PER"


def _without_lead(text: str, start: int, head: int) -> int:
    """Return where a name begins without the words at its beginning that are not part of it."""
    if (left_over := _LEFT_OVER.match(text[start:head])) is not None:
        start += left_over.end()
    if _OUR_AREA.match(text, start, head):
        start += 1
    if (inner := _VERB_INSIDE.match(text[start:head])) is not None:
        start += inner.end()
    if (urging := _URGING.match(text, start, head)) is not None and not _NAME_OF_TOPIC.search(text, start, head):
        start = urging.end()
    while start < head and text[start] in " 、）”":
        start += 1
    return start
