"""Who presides over a meeting, attends it, contributes to it or listens to a report.

The functions find the participants in the words around a verb; graphkit/relations/meetings.py makes statements of
them. The patterns are in graphkit/grammar/patterns/meetings.toml.
"""

from __future__ import annotations

import re

from graphkit.discourse.meetings import MeetingMark
from graphkit.discourse.scene import Actor, Scene, actor_of
from graphkit.grammar.patterns import pattern
from graphkit.model import Mention, PassageKind
from graphkit.reading.clauses import SEMICOLON_PART, clause_before, clause_start
from graphkit.recognition.name_ends import name_end_before
from graphkit.relations.drafting import Context
from graphkit.relations.rosters import body_items, read_roster, roster_start

_NOT_THE_CHAIR = pattern("meetings.not_the_chair")
_LEADER_PRESIDES = pattern("meetings.leader_presides")
_ATTENDS_THIS = pattern("meetings.attends_this")
_ATTENDS_MEETING_OR_TOUR = pattern("meetings.attends_meeting_or_tour")
_TALK = pattern("meetings.talk")
_DESCRIBES_PERSON = pattern("meetings.describes_person")
_TOUR = pattern("meetings.tour")
_IS_GREETED = pattern("meetings.is_greeted")
_LAST_ADDRESSEE_MARKER = pattern("meetings.last_addressee_marker")
_NOT_A_PARTICIPANT = pattern("meetings.not_a_participant")
_JOINS_NAMES = pattern("meetings.joins_names")
_LISTENS = pattern("meetings.listens")
_SOURCE = pattern("meetings.source")
_HOLDS_MEETING = pattern("meetings.holds_meeting")
_READS_OUT = pattern("meetings.reads_out")
_OFFICIALS_OF_BODY = pattern("meetings.officials_of_body")
_REPORTS_TO = pattern("meetings.reports_to")
_PUBLIC = pattern("meetings.public")

#: Maximum number of characters between a verb and the meeting that is its object.
_TO_MEETING = 14
#: Maximum number of characters of a list of bodies before a verb.
_LONGEST_LIST = 400


def meeting_after(scene: Scene, at: int) -> MeetingMark | None:
    """Return the meeting that is named directly after a verb that ends at `at`."""
    for mark in scene.meetings:
        if at <= mark.start <= at + _TO_MEETING or mark.start <= at < mark.end:
            return mark
    return None


def current_meeting(context: Context, scene: Scene, at: int) -> Mention | None:
    """Return the meeting of the scene, mentioned at `at` where a short word or no word refers to it."""
    if scene.meeting is None:
        return None
    return context.mention(scene.meeting, at=(at, at + 1))


def chair(context: Context, scene: Scene, m: re.Match[str]) -> Actor | None:
    """Return the last person before 主持 in its part of the sentence, or else the leader of the report."""
    sentence = scene.sentence
    begin = clause_start(context.text, sentence.start, m.start(), SEMICOLON_PART)
    people = [p for p in sentence.actors() if begin <= p.start and p.end <= m.start()]
    if people:
        last = people[-1]
        between = context.text[last.end : m.start()]
        if (len(between) <= 45 or len(people) == 1) and not _NOT_THE_CHAIR.search(between):
            return actor_of(last)
        return None
    if scene.leader is not None and _LEADER_PRESIDES.match(context.text[sentence.start : m.start()]):
        return scene.leader.referred_to(m.start(), m.start() + 1)
    return None


def unnamed_meeting(context: Context, scene: Scene, m: re.Match[str]) -> Mention | None:
    """Return the meeting that a verb of attending means where no name of a meeting follows."""
    after = context.text[m.end() : m.end() + 30]
    if not _ATTENDS_THIS.match(after):
        return None
    if _ATTENDS_MEETING_OR_TOUR.match(after) and not is_about_meeting(context, scene):
        return None
    meeting = current_meeting(context, scene, m.start("verb"))
    talk = _TALK.match(after)
    if meeting is None and talk:
        return context.mention(MeetingMark(m.end(), m.end() + talk.end(), talk.group(), True, True))
    return meeting


def described_participant(context: Context, scene: Scene, mark: MeetingMark) -> Actor | None:
    """Return the person whom a clause of attending describes: 会见来华出席A会议的B says that B attends."""
    m = _DESCRIBES_PERSON.match(context.text, mark.end, scene.sentence.end)
    if m is None:
        return None
    return next((actor_of(p) for p in scene.sentence.actors() if m.end() <= p.start <= m.end() + 30), None)


def is_about_meeting(context: Context, scene: Scene) -> bool:
    """Tell whether the report is about a meeting: then 参加 without an object means the meeting and not a tour."""
    if scene.meeting is None:
        return False
    head = "".join(context.text[s.sentence.start : s.sentence.end] for s in context.scenes[:2])
    return any(m.held for s in context.scenes[:2] for m in s.meetings) and not _TOUR.search(head)


def participants(context: Context, scene: Scene, at: int) -> list[Actor]:
    """Return the people and bodies before a verb of attending that are its subjects."""
    start = roster_start(context, scene, at)
    if _IS_GREETED.match(context.text, at, scene.sentence.end):
        # In A对B出席会议表示欢迎 only B attends.
        marker = _LAST_ADDRESSEE_MARKER.search(context.text, clause_start(context.text, scene.sentence.start, at), at)
        start = max(start, marker.start()) if marker else start
    people, bodies = read_roster(context, scene, at, start)
    if scene.sentence.frame.kind is PassageKind.HEADLINE:
        people = _adjacent(context, people, at)
    if not people:
        before = [p for p in scene.sentence.actors() if p.end <= at]
        between = context.text[before[-1].end : at] if before else ""
        if before and len(between) <= 30 and not _NOT_A_PARTICIPANT.search(between):
            return [actor_of(before[-1])]
    return [*people, *bodies]


def _adjacent(context: Context, people: list[Actor], at: int) -> list[Actor]:
    """Return the names directly before the verb: in a headline of several clauses only these take part."""
    kept: list[Actor] = []
    for actor in reversed(people):
        between = context.text[actor.end : kept[0].start if kept else at]
        if len(between) > 12 or (kept and not _JOINS_NAMES.fullmatch(between)):
            break
        kept.insert(0, actor)
    return kept


def is_heard(context: Context, scene: Scene, at: int) -> bool:
    """Tell whether the clause is about listening, as 听取甲、乙的汇报: those who report need not be there."""
    return _LISTENS.search(clause_before(context.text, scene.sentence.start, at).text) is not None


def contributors(context: Context, scene: Scene, at: int) -> list[Actor]:
    """Return the people, or else the bodies, in the clause before a verb of contributing or reporting at `at`."""
    sentence = scene.sentence
    clause = clause_start(context.text, sentence.start, at)
    at = name_end_before(context.text, max(clause, at - 40), at)
    people = [p for p in sentence.actors() if clause <= p.start and p.end <= at]
    reading = _READS_OUT.search(context.text, clause, at)
    if reading:
        return [actor_of(p) for p in people if p.end <= reading.start()][-1:]
    if people:
        return read_roster(context, scene, at).people or [actor_of(people[-1])]
    clause = max(clause, at - _LONGEST_LIST)
    part = context.text[clause:at]
    m = _OFFICIALS_OF_BODY.search(part)
    end = clause + m.start() if m else at
    source = _SOURCE.match(part)
    clause += source.end() if source else 0
    bodies = body_items(context, clause, end)
    return [b for b in bodies if not _HOLDS_MEETING.search(b.name)]


def listener(context: Context, scene: Scene, m: re.Match[str]) -> Mention | None:
    """Return to whom a report is made: the person who is named, or else the leader or the meeting."""
    leader = scene.leader
    if leader is None:
        return current_meeting(context, scene, m.start())
    to = _REPORTS_TO.search(context.text, m.start(), m.end())
    if to:
        named = (a for a in scene.sentence.actors() if to.start("to") <= a.start and a.end <= to.end("to"))
        person = next(named, None)
        if person is not None:
            return context.mention(actor_of(person))
        if _PUBLIC.search(to["to"]):
            return None
    return context.mention(leader.referred_to(m.start(), m.start() + 1, (to["to"],) if to else ()))
