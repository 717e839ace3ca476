"""Follows the leading person, the speaker, the meeting and the day from sentence to sentence of a report.

The speaker is, in this order, the name before the verb of speaking, the person to whom 他 refers, the meeting, the last
speaker, or the leading person. A sentence that begins with 要 continues a speech without a verb (docs/genre.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from graphkit.discourse.days import Day
from graphkit.discourse.leaders import leader
from graphkit.discourse.meetings import MeetingMark, find_meetings
from graphkit.grammar.patterns import pattern
from graphkit.model import PassageKind
from graphkit.reading.clauses import CLAUSE_OR_COLON, Clause, clause_before, starts_clause
from graphkit.recognition.marks import MarkedReport, MarkedSentence, PersonMark, Span

_SPEECH = pattern("scene.speech")
_SPOKEN_BEFORE = pattern("scene.spoken_before")
_CARRIES_OUT = pattern("scene.carries_out")
_CAN_BE_NOUN = pattern("scene.can_be_noun")
_ADVISES = pattern("scene.advises")
_ADVICE_AS_NOUN = pattern("scene.advice_as_noun")
_NOT_SPEECH_AFTER = pattern("scene.not_speech_after")
_NOUN_OR_FEELING = pattern("scene.noun_or_feeling")
_COUNTED_POINTS = pattern("scene.counted_points")
_SPEECH_ADVERBS = pattern("scene.speech_adverbs")
_PRONOUN_LAST = pattern("scene.pronoun_last")
_MEETING_LAST = pattern("scene.meeting_last")
_TEAM_LAST = pattern("scene.team_last")
_CONTINUES_IN_NEXT_PARAGRAPH = pattern("scene.continues_in_next_paragraph")
_NARRATIVE = pattern("scene.narrative")
_STILL_SPEECH = pattern("scene.still_speech")
_OPENS_SENTENCE = pattern("scene.opens_sentence")
_ACTION = pattern("scene.action")
_NEW_SUBJECT = pattern("scene.new_subject")
_EXCHANGE_ENDS = pattern("scene.exchange_ends")
_LEAVES_SUBJECT = pattern("scene.leaves_subject")
_ONLY_CIRCUMSTANCES = pattern("scene.only_circumstances")
_MEETING_FIRST = pattern("scene.meeting_first")
_BODY_HOLDS = pattern("scene.body_holds")
_PRONOUN_FIRST = pattern("scene.pronoun_first")
_NOT_SUBJECT_AFTER = pattern("scene.not_subject_after")
_COMES_ALONG = pattern("scene.comes_along")
_PLACE_OR_SENDER_BEFORE = pattern("scene.place_or_sender_before")
_HEADLINE_ENDS_IN_SPEECH = pattern("scene.headline_ends_in_speech")
_HEADLINE_SPEECH = pattern("scene.headline_speech")
_ENDS_LIKE_MEETING = pattern("scene.ends_like_meeting")
_OFFICE_AFTER_NAME = pattern("scene.office_after_name")


@dataclass(frozen=True, slots=True)
class Actor:
    """The subject of an action: a person, a meeting or an organization.

    `start:end` is the range of its words here, and `anchor` that of its full name, if this is in another place.
    """

    type: str
    name: str
    start: int
    end: int
    anchor: Span | None = None
    aliases: tuple[str, ...] = ()

    def referred_to(self, start: int, end: int, aliases: tuple[str, ...] = ()) -> Actor:
        """Return the actor to which the words `start:end` refer, or which is the implied subject of these words."""
        return Actor(self.type, self.name, start, end, self.anchor or (self.start, self.end), aliases)


@dataclass(frozen=True, slots=True)
class Speech:
    """A range of speech in the normalized text, with its speaker.

    `via` tells how the speaker was found: name, pronoun, meeting, dropped (there is no subject), continued or headline.
    """

    start: int
    end: int
    speaker: Actor
    via: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence with its leading person, meeting and day."""

    sentence: MarkedSentence
    leader: Actor | None
    meeting: MeetingMark | None
    date: str
    date_basis: str = ""
    speeches: tuple[Speech, ...] = ()
    meetings: tuple[MeetingMark, ...] = ()
    #: Whether this sentence names the day.
    names_day: bool = False


@dataclass(slots=True)
class _State:
    leader: Actor | None = None
    last_person: Actor | None = None
    speaker: Actor | None = None
    meeting: MeetingMark | None = None
    day: Day = field(default_factory=Day)
    speaking: bool = False
    paragraph: int = -1
    slogans: bool = False
    known: list[MeetingMark] = field(default_factory=list)
    _subject: tuple[MarkedSentence, PersonMark | None] | None = None

    def subject_of(self, text: str, sentence: MarkedSentence) -> PersonMark | None:
        """Return the first person of a sentence who is a subject. The result is kept for the sentence."""
        if self._subject is None or self._subject[0] is not sentence:
            self._subject = (sentence, next((p for p in sentence.actors() if _is_subject(text, sentence, p)), None))
        return self._subject[1]


#: Marks after which a demand without a subject can begin; also the end of a quotation.
_BEFORE_DEMAND = CLAUSE_OR_COLON + "”"
#: Maximum number of meetings that are remembered. No report names more.
_MOST_MEETINGS = 200
#: Maximum number of characters of a clause that are read before a verb of speaking.
_LONGEST_CLAUSE = 400


def actor_of(person: PersonMark) -> Actor:
    """Return a person as an actor."""
    return Actor("Person", person.name, person.start, person.end, person.anchor)


def read_scenes(marked: MarkedReport) -> list[Scene]:
    """Return one scene for each sentence, in reading order. The items of a digest share nothing."""
    scenes: list[Scene] = []
    state = _State()
    item = -1
    items: dict[int, list[MarkedSentence]] = {}
    for sentence in marked.sentences:
        items.setdefault(sentence.frame.item, []).append(sentence)
    for sentence in marked.sentences:
        if sentence.frame.item != item:
            item = sentence.frame.item
            first = leader(marked, items[item])
            state = _State(leader=actor_of(first) if first else None)
        names_day = state.day.read(marked, sentence)
        meetings = find_meetings(marked, sentence, state.known)
        known = len(state.known)
        state.known += [m for m in meetings if m.full]
        before = state.meeting
        _choose_meeting(meetings, state)
        if sentence.frame.kind is PassageKind.CAPTION:
            speeches: list[Speech] = []
        elif sentence.frame.kind is PassageKind.HEADLINE:
            speeches = _headline(marked, sentence, state)
        else:
            state.slogans = False
            speeches = _speeches(marked, sentence, state)
            # A meeting that somebody speaks of is not the one where we are.
            if state.meeting is not before:
                state.meeting = before
                _choose_meeting([m for m in meetings if not _spoken_of(marked, sentence, m, speeches)], state)
        state.known[known:] = [
            replace(m, held=False) if _spoken_of(marked, sentence, m, speeches) else m for m in state.known[known:]
        ]
        del state.known[:-_MOST_MEETINGS]
        scenes.append(Scene(
            sentence, state.leader, state.meeting, state.day.value, state.day.basis, tuple(speeches), tuple(meetings),
            names_day,
        ))  # fmt: skip
        _remember(marked, sentence, state)
    return _dated_headlines(scenes)


def _dated_headlines(scenes: list[Scene]) -> list[Scene]:
    """Give headlines and captions without a day the day of the lead."""
    days: dict[int, tuple[str, str]] = {}
    for scene in scenes:
        if scene.sentence.frame.kind is PassageKind.LEAD and scene.date:
            days.setdefault(scene.sentence.frame.item, (scene.date, scene.date_basis))
    undated = (PassageKind.HEADLINE, PassageKind.CAPTION)
    return [
        replace(s, date=days[s.sentence.frame.item][0], date_basis=f"lead: {days[s.sentence.frame.item][1]}")
        if s.sentence.frame.item in days and not s.date and s.sentence.frame.kind in undated
        else s
        for s in scenes
    ]


def _spoken_of(marked: MarkedReport, sentence: MarkedSentence, meeting: MeetingMark, speeches: list[Speech]) -> bool:
    """Tell whether a meeting is mentioned in a speech, even if the speaker is unknown (委员们表示，中共二十届三中全会…)."""
    if any(s.start <= meeting.start < s.end for s in speeches):
        return True
    return bool(_SPOKEN_BEFORE.search(marked.text, sentence.start, meeting.start))


def _choose_meeting(meetings: list[MeetingMark], state: _State) -> None:
    for mark in meetings:
        if mark.held:
            state.meeting = mark


def _remember(marked: MarkedReport, sentence: MarkedSentence, state: _State) -> None:
    if sentence.frame.kind is PassageKind.HEADLINE:
        return
    actors = sentence.actors()
    if actors:
        first = actors[0]
        if not _PLACE_OR_SENDER_BEFORE.search(marked.text[max(sentence.start, first.left - 2) : first.left]):
            state.last_person = actor_of(first)


def _headline(marked: MarkedReport, sentence: MarkedSentence, state: _State) -> list[Speech]:
    """Return the speech of a headline. In 王建国在青石县调研时强调 / A / B, the parts A and B are speech of 王建国."""
    text = marked.words(sentence.start, sentence.end)
    m = _HEADLINE_ENDS_IN_SPEECH.search(text)
    if m:
        state.slogans = True
        actors = sentence.actors()
        state.speaker = actor_of(actors[0]) if actors else None
        return []
    if state.slogans and state.speaker is not None and not sentence.actors() and not _ENDS_LIKE_MEETING.search(text):
        speaker = state.speaker
        return [Speech(sentence.start, sentence.end, speaker, "headline")]
    m = _HEADLINE_SPEECH.search(text)
    actors = sentence.actors()
    if m and actors and actors[0].end <= sentence.start + m.start():
        return [Speech(sentence.start + m.end(), sentence.end, actor_of(actors[0]), "headline")]
    return []


def _speeches(marked: MarkedReport, sentence: MarkedSentence, state: _State) -> list[Speech]:
    text = marked.text
    same_paragraph = sentence.frame.paragraph == state.paragraph
    state.paragraph = sentence.frame.paragraph
    starts: list[tuple[int, int, Actor | None, str]] = []
    for m in _SPEECH.finditer(text, sentence.start, sentence.end):
        verb = m["verb"] or m["direct"] or m["points"] or m["line"]
        if _is_noun(text, sentence, m, verb):
            continue
        floor = max(sentence.start, m.start() - 60)
        if text.count("“", floor, m.start()) > text.count("”", floor, m.start()):
            continue
        begin = m.start() + len(verb)
        if m["direct"] and starts and not starts_clause(text, sentence.start, m.start(), _BEFORE_DEMAND):
            continue
        if starts and _relayed(marked, sentence, starts[-1], m.start()):
            continue
        speaker, via = _speaker(marked, sentence, m.start(), state)
        starts.append((m.start(), begin, speaker, via))
        if speaker is not None:
            state.speaker = speaker
    if starts:
        spans = []
        for k, (_, begin, speaker, via) in enumerate(starts):
            end = starts[k + 1][0] if k + 1 < len(starts) else sentence.end
            if speaker is not None and begin < end:
                spans.append(Speech(begin, end, speaker, via))
        state.speaking = starts[-1][2] is not None
        return spans
    if state.speaking and state.speaker is not None and _goes_on(marked, sentence, state, same_paragraph):
        return [Speech(sentence.start, sentence.end, state.speaker, "continued")]
    state.speaking = False
    return []


def _is_noun(text: str, sentence: MarkedSentence, m: re.Match[str], verb: str) -> bool:
    """Tell whether the word that looks like a verb of speaking is a noun, as in 按照要求 and 提出意见建议."""
    before = text[max(sentence.start, m.start() - 4) : m.start()]
    if _NOT_SPEECH_AFTER.search(before) and not _COUNTED_POINTS.search(m.group()):
        return True
    if _NOUN_OR_FEELING.match(text[m.start() : m.end() + 6]):
        return True
    clause = _clause(text, sentence, m.start()).text
    if _ADVISES.fullmatch(verb) and _ADVICE_AS_NOUN.search(clause):
        return True
    return _CAN_BE_NOUN.fullmatch(verb) is not None and _CARRIES_OUT.match(clause) is not None


def _relayed(marked: MarkedReport, sentence: MarkedSentence, last: tuple[int, int, Actor | None, str], at: int) -> bool:
    """Tell whether a speaker relays the words of a third person, as in 他指出，习近平总书记反复叮嘱要…."""
    if last[2] is None or last[3] not in ("name", "pronoun"):
        return False
    inner = [p for p in sentence.persons if last[1] <= p.start and p.end <= at]
    between = marked.text[last[1] : at]
    if not inner or "；" in between or inner[0].name == last[2].name:
        return False
    return _OFFICE_AFTER_NAME.match(marked.text, inner[0].end) is not None


def _clause(text: str, sentence: MarkedSentence, at: int) -> Clause:
    """Return the part of a clause before the verb of speaking at `at`."""
    return clause_before(text, max(sentence.start, at - _LONGEST_CLAUSE), at, CLAUSE_OR_COLON)


def _goes_on(marked: MarkedReport, sentence: MarkedSentence, state: _State, same_paragraph: bool) -> bool:
    text = marked.words(sentence.start, sentence.end)
    if not same_paragraph:
        return bool(_CONTINUES_IN_NEXT_PARAGRAPH.match(text))
    if _NARRATIVE.search(text) and not _STILL_SPEECH.match(text):
        return False
    actors = sentence.actors()
    for person in actors:
        before = text[: person.left - sentence.start]
        if _OPENS_SENTENCE.fullmatch(before) and _ACTION.match(marked.text[person.end : sentence.end]):
            return False
    return not _NEW_SUBJECT.match(text) and not _EXCHANGE_ENDS.search(text)


def _speaker(marked: MarkedReport, sentence: MarkedSentence, at: int, state: _State) -> tuple[Actor | None, str]:
    """Return the speaker for the verb of speaking at `at`, and how the speaker was found (see `Speech.via`)."""
    text = marked.text
    clause, _, before = _clause(text, sentence, at)
    stripped = _SPEECH_ADVERBS.sub("", before)
    end = clause + len(stripped)
    people = [p for p in sentence.actors() if clause <= p.start < at]
    if people and people[-1].end == end:
        return actor_of(people[-1]), "name"
    if _PRONOUN_LAST.search(stripped):
        actor = (None if people else state.last_person) or state.leader
        return (actor.referred_to(end - 1, end), "pronoun") if actor is not None else (None, "")
    if _MEETING_LAST.search(stripped) and not people:
        return _meeting_speaker(marked, sentence, clause, end, state)
    if _TEAM_LAST.search(stripped) and not people and state.leader is not None:
        return state.leader.referred_to(clause, end), "pronoun"
    if people:
        person = people[-1]
        between = text[person.end : at]
        if len(between) <= 6 or _LEAVES_SUBJECT.search(between):
            return actor_of(person), "name"
        return None, ""
    if stripped and not _ONLY_CIRCUMSTANCES.search(stripped):
        return None, ""
    return _implied_speaker(marked, sentence, at, clause, state)


def _implied_speaker(
    marked: MarkedReport, sentence: MarkedSentence, at: int, clause: int, state: _State
) -> tuple[Actor | None, str]:
    """Return the speaker for a verb of speaking whose clause, which begins at `clause`, names no subject."""
    text, actors = marked.text, sentence.actors()
    subject = state.subject_of(text, sentence)
    if subject is not None and subject.end <= clause:
        return actor_of(subject), "name"
    if actors and actors[0].end <= clause and not state.speaking and state.leader is None:
        return actor_of(actors[0]), "name"
    if state.meeting is not None and _MEETING_FIRST.match(text, sentence.start, clause):
        return _meeting_speaker(marked, sentence, sentence.start, sentence.start + 2, state)
    held = next((m for m in state.known if m.held and m.full and sentence.start <= m.start < at), None)
    if held is not None and _BODY_HOLDS.search(text, max(sentence.start, held.start - _LONGEST_CLAUSE), held.start):
        # 石渡县召开动员会，号召…: the meeting speaks, not the leader whom a later sentence names.
        return _meeting_speaker(marked, sentence, held.start, held.end, state)
    if _PRONOUN_FIRST.match(text, sentence.start) and state.leader is not None:
        actor = state.last_person or state.leader
        return actor.referred_to(sentence.start, sentence.start + 1), "pronoun"
    fallback = state.speaker if state.speaking else state.leader
    if fallback is None:
        return None, ""
    return fallback.referred_to(at, at + 2, fallback.aliases), "dropped"


def _is_subject(text: str, sentence: MarkedSentence, person: PersonMark) -> bool:
    before = text[max(sentence.start, person.left - 3) : person.left]
    if _NOT_SUBJECT_AFTER.search(before):
        return False
    return _COMES_ALONG.match(text, person.end, sentence.end) is None


def _meeting_speaker(
    marked: MarkedReport, sentence: MarkedSentence, start: int, end: int, state: _State
) -> tuple[Actor | None, str]:
    meeting = state.meeting or (state.known[-1] if state.known else None)
    if meeting is None:
        return None, ""
    place = (meeting.start, meeting.end)
    return Actor("Meeting", meeting.name, start, max(end, start + 1), place, meeting.aliases), "meeting"
