"""The relations attended, presided and reported_to.

The patterns of this module are in graphkit/grammar/patterns/meetings.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphkit.discourse.meetings import MeetingMark
from graphkit.discourse.scene import Actor, Scene, actor_of
from graphkit.grammar.patterns import guarded, pattern
from graphkit.model import Mention, PassageKind, Statement, Status
from graphkit.reading.clauses import SEMICOLON_PART, clause_before, clause_start
from graphkit.recognition.name_ends import name_end_before
from graphkit.relations.drafting import Context, Rule
from graphkit.relations.rosters import body_items, read_roster, roster_start

_PRESIDES = pattern("meetings.presides")
_CONVENES = pattern("meetings.convenes")
_PRESIDES_OVER_OTHER = pattern("meetings.presides_over_other")
_PRESIDES_OVER_THIS = pattern("meetings.presides_over_this")
_NOT_THE_CHAIR = pattern("meetings.not_the_chair")
_LEADER_PRESIDES = pattern("meetings.leader_presides")
_ATTENDS = guarded("meetings.attends")
_MODIFIES_NOUN = pattern("meetings.modifies_noun")
_CONTRIBUTES = guarded("meetings.contributes")
_RECEIVES = pattern("meetings.receives")
_GUESTS = pattern("meetings.guests")
_ATTENDS_THIS = pattern("meetings.attends_this")
_ATTENDS_MEETING_OR_TOUR = pattern("meetings.attends_meeting_or_tour")
_TALK = pattern("meetings.talk")
_IN_FUTURE = pattern("meetings.in_future")
_DESCRIBES_PERSON = pattern("meetings.describes_person")
_TOUR = pattern("meetings.tour")
_IS_GREETED = pattern("meetings.is_greeted")
_LAST_ADDRESSEE_MARKER = pattern("meetings.last_addressee_marker")
_NOT_A_PARTICIPANT = pattern("meetings.not_a_participant")
_JOINS_NAMES = pattern("meetings.joins_names")
_IS_REPORT = pattern("meetings.is_report")
_LISTENS = pattern("meetings.listens")
_SOURCE = pattern("meetings.source")
_HOLDS_MEETING = pattern("meetings.holds_meeting")
_READS_OUT = pattern("meetings.reads_out")
_OFFICIALS_OF_BODY = pattern("meetings.officials_of_body")
_EARLIER_OCCASION = pattern("meetings.earlier_occasion")
_SOMEBODY_SAYS = pattern("meetings.somebody_says")
_AT_IT = pattern("meetings.at_it")
_AT_A_MEETING = pattern("meetings.at_a_meeting")
_REPORTS = guarded("meetings.reports")
_REPORTS_TO = pattern("meetings.reports_to")
_PUBLIC = pattern("meetings.public")
_TELLS = pattern("meetings.tells")
_HEARS_REPORT = pattern("meetings.hears_report")
_NOT_A_BODY = pattern("meetings.not_a_body")
_MADE_BY = pattern("meetings.made_by")
_MEETING_BEFORE = pattern("meetings.meeting_before")

#: Maximum number of characters between a verb and the meeting that is its object.
_TO_MEETING = 14
#: Maximum number of characters of a list of bodies before a verb.
_LONGEST_LIST = 400


def _meeting_after(scene: Scene, at: int) -> MeetingMark | None:
    """Return the meeting that is named directly after a verb that ends at `at`."""
    for mark in scene.meetings:
        if at <= mark.start <= at + _TO_MEETING or mark.start <= at < mark.end:
            return mark
    return None


def _current(context: Context, scene: Scene, at: int) -> Mention | None:
    """Return the meeting of the scene, mentioned at `at` where a short word or no word refers to it."""
    if scene.meeting is None:
        return None
    return context.mention(scene.meeting, at=(at, at + 1))


def chaired(context: Context, rule: str) -> Iterator[Statement]:
    """X presided over a meeting: X主持召开A会议, X主持会议, 由X主持.

    Says: 9月3日，市长王建国主持召开市政府常务会议。 => 王建国 presided 市政府常务会议
    Not: 市委召开全市经济工作会议。市委书记王建国出席并讲话，市长李志强主持会议。 => 王建国 presided 全市经济工作会议
    """
    for scene in context.scenes:
        sentence = scene.sentence
        if sentence.frame.kind is PassageKind.CAPTION:
            continue
        for m in _PRESIDES.finditer(context.text, sentence.start, sentence.end):
            after = context.text[m.end() : m.end() + 10]
            if context.in_speech(scene, m.start()):
                continue
            if _PRESIDES_OVER_OTHER.match(after) and not _CONVENES.search(m.group()):
                continue
            person = _chair(context, scene, m)
            mark = _meeting_after(scene, m.end())
            meeting = context.mention(mark) if mark else None
            if meeting is None and _PRESIDES_OVER_THIS.match(after):
                meeting = _current(context, scene, m.start())
            if person is None or meeting is None:
                continue
            status = context.status(sentence, m.start())
            for relation, confidence in (("presided", 0.93), ("attended", 0.9)):
                yield context.state(
                    scene,
                    relation,
                    context.mention(person),
                    meeting,
                    rule,
                    confidence=confidence,
                    status=status,
                )


def _chair(context: Context, scene: Scene, m: re.Match[str]) -> Actor | None:
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
        return _implied_leader(scene.leader, m.start(), m.start() + 1)
    return None


def _implied_leader(leader: Actor, start: int, end: int, aliases: tuple[str, ...] = ()) -> Actor:
    """Return the leader as an actor of a clause in which no name refers to the leader."""
    return Actor(leader.type, leader.name, start, end, leader.anchor or (leader.start, leader.end), aliases)


def took_part(context: Context, rule: str) -> Iterator[Statement]:
    """The subjects of a verb of attending were at the meeting: X出席A会议并讲话, 甲、乙参加座谈会.

    Says: 9月3日，全市经济工作会议召开。市长王建国出席会议并讲话。 => 王建国 attended 全市经济工作会议
    Not: 市委书记王建国到青石县调研。市委常委李志强参加调研。 => 李志强 attended 调研
    Not: 9月3日，市长王建国致辞，并为出席全市经济工作会议的嘉宾举行招待会。 => 王建国 attended 全市经济工作会议
    """
    for scene in context.scenes:
        sentence = scene.sentence
        if sentence.frame.kind is PassageKind.CAPTION:
            continue
        for m in _ATTENDS.finditer(context.text, sentence.start, sentence.end):
            if context.in_speech(scene, m.start()) or _MODIFIES_NOUN.match(context.text, m.end()):
                continue
            mark = _meeting_after(scene, m.end())
            meeting = context.mention(mark) if mark else _unnamed_meeting(context, scene, m)
            if meeting is None:
                continue
            status = context.status(sentence, m.start("verb"))
            if status is Status.ACTUAL and mark and _IN_FUTURE.match(context.text[m.end() : mark.start]):
                status = Status.PLANNED
            guest = _described(context, scene, mark) if mark else None
            if guest is None and _RECEIVES.search(context.text[max(sentence.start, m.start() - 40) : m.start()]):
                continue
            if guest is None and mark and _GUESTS.match(context.text, mark.end, sentence.end):
                continue
            for actor in [guest] if guest else _participants(context, scene, m.start()):
                yield context.state(
                    scene,
                    "attended",
                    context.mention(actor),
                    meeting,
                    rule,
                    confidence=0.9,
                    status=status,
                )


def _unnamed_meeting(context: Context, scene: Scene, m: re.Match[str]) -> Mention | None:
    """Return the meeting that a verb of attending means where no name of a meeting follows."""
    after = context.text[m.end() : m.end() + 30]
    if not _ATTENDS_THIS.match(after):
        return None
    if _ATTENDS_MEETING_OR_TOUR.match(after) and not _meeting_report(context, scene):
        return None
    meeting = _current(context, scene, m.start("verb"))
    talk = _TALK.match(after)
    if meeting is None and talk:
        return context.mention(MeetingMark(m.end(), m.end() + talk.end(), talk.group(), True, True))
    return meeting


def _described(context: Context, scene: Scene, mark: MeetingMark) -> Actor | None:
    """Return the person whom a clause of attending describes: 会见来华出席A会议的B says that B attends."""
    m = _DESCRIBES_PERSON.match(context.text, mark.end, scene.sentence.end)
    if m is None:
        return None
    return next((actor_of(p) for p in scene.sentence.actors() if m.end() <= p.start <= m.end() + 30), None)


def _meeting_report(context: Context, scene: Scene) -> bool:
    """Tell whether the report is about a meeting: then 参加 without an object means the meeting and not a tour."""
    if scene.meeting is None:
        return False
    head = "".join(context.text[s.sentence.start : s.sentence.end] for s in context.scenes[:2])
    return any(m.held for s in context.scenes[:2] for m in s.meetings) and not _TOUR.search(head)


def _participants(context: Context, scene: Scene, at: int) -> list[Actor]:
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


def spoke_at(context: Context, rule: str) -> Iterator[Statement]:
    """Whoever contributes to a meeting attended it, and with 汇报 or 介绍 reported to it: X作了汇报, A、B作交流发言.

    Says: 9月3日，市长王建国主持召开座谈会。会上，市发改委、市商务局作了汇报。 => 市发改委 reported_to 座谈会
    Not: 9月3日，市长王建国主持召开座谈会。会上，大家听取了汇报。 => 大家 reported_to 座谈会
    """
    for scene in context.body():
        sentence = scene.sentence
        if scene.meeting is None:
            continue
        for m in _CONTRIBUTES.finditer(context.text, sentence.start, sentence.end):
            if context.in_speech(scene, m.start()) or _heard(context, scene, m.start()):
                continue
            actors = _speakers(context, scene, m.start())
            meeting = _current(context, scene, m.start())
            if meeting is None:
                continue
            reports = _IS_REPORT.search(m.group()) is not None
            status = context.status(sentence, m.start())
            for actor in actors:
                yield context.state(
                    scene,
                    "attended",
                    context.mention(actor),
                    meeting,
                    rule,
                    confidence=0.85,
                    status=status,
                )
                if reports:
                    yield context.state(
                        scene,
                        "reported_to",
                        context.mention(actor),
                        meeting,
                        rule,
                        confidence=0.8,
                        status=status,
                    )


def _heard(context: Context, scene: Scene, at: int) -> bool:
    """Tell whether the clause is about listening, as 听取甲、乙的汇报: those who report need not be there."""
    return _LISTENS.search(clause_before(context.text, scene.sentence.start, at).text) is not None


def _speakers(context: Context, scene: Scene, at: int) -> list[Actor]:
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


def spoke(context: Context, rule: str) -> Iterator[Statement]:
    """Whoever speaks at a meeting attended it: 在A会上，X强调.

    Says: 市长王建国到青石县调研。在青石县座谈会上，王建国强调，要加快建设进度。 => 王建国 attended 青石县座谈会
    Not: 市长王建国到青石县调研，强调要贯彻全省经济工作会议精神。 => 王建国 attended 全省经济工作会议
    """
    paragraph, meeting = -1, None
    for scene in context.body():
        sentence = scene.sentence
        opening = context.text[sentence.start : min(sentence.end, sentence.start + 60)]
        if _EARLIER_OCCASION.search(opening) or _SOMEBODY_SAYS.match(opening):
            continue
        held = [m for m in scene.meetings if m.held and _AT_IT.match(context.text[m.end : m.end + 2])]
        if held and _AT_A_MEETING.search(opening):
            paragraph, meeting = sentence.frame.paragraph, held[0]
        if meeting is None or sentence.frame.paragraph != paragraph:
            continue
        for speech in scene.speeches:
            if speech.via == "name" and speech.speaker.type == "Person":
                yield context.state(
                    scene,
                    "attended",
                    context.mention(speech.speaker),
                    context.mention(meeting),
                    rule,
                    confidence=0.85,
                )


def reported(context: Context, rule: str) -> Iterator[Statement]:
    """The subject of a verb of reporting reported to the leader or the meeting: A、B负责人汇报了…, X向调研组介绍了….

    Says: 市委书记王建国到青石县调研。县长李志强汇报了工作情况。 => 李志强 reported_to 王建国
    Not: 市委书记王建国到青石县调研，听取情况汇报。 => 王建国 reported_to 王建国
    Not: 市委书记王建国到青石县调研。调研结束后，县长李志强向随行记者介绍了情况。 => 李志强 reported_to 王建国
    Not: 市委书记王建国到青石县调研。县长李志强介绍，全县粮食产量连续五年增长。 => 李志强 reported_to 王建国
    """
    for scene in context.body():
        yield from _reporting(context, scene, rule)
        yield from _hearing(context, scene, rule)


def _reporting(context: Context, scene: Scene, rule: str) -> Iterator[Statement]:
    """Yield the statements of the verbs of reporting: 市发改委汇报了工作情况."""
    sentence, leader = scene.sentence, scene.leader
    for m in _REPORTS.finditer(context.text, sentence.start, sentence.end):
        if context.in_speech(scene, m.start()) or _heard(context, scene, m.start()):
            continue
        actors = [a for a in _speakers(context, scene, m.start()) if leader is None or a.name != leader.name]
        target = _listener(context, scene, m)
        if target is None or not actors or (target.type != "Meeting" and _TELLS.match(context.text, m.end() - 2)):
            continue
        status = context.status(sentence, m.start())
        at_meeting = scene.meeting is not None and (
            _MEETING_BEFORE.search(context.text[sentence.start : m.start()]) or _meeting_report(context, scene)
        )
        for actor in actors:
            if at_meeting and scene.meeting is not None:
                target = context.mention(scene.meeting, at=(m.start(), m.end()))
                yield context.state(
                    scene,
                    "attended",
                    context.mention(actor),
                    target,
                    rule,
                    confidence=0.8,
                    status=status,
                )
            yield context.state(
                scene,
                "reported_to",
                context.mention(actor),
                target,
                rule,
                confidence=0.75,
                status=status,
            )


def _hearing(context: Context, scene: Scene, rule: str) -> Iterator[Statement]:
    """Yield the statements of the verbs of hearing a report: 听取市发改委负责人的汇报."""
    sentence, leader = scene.sentence, scene.leader
    for m in _HEARS_REPORT.finditer(context.text, sentence.start, sentence.end):
        if leader is None or context.in_speech(scene, m.start()):
            continue
        for body in body_items(context, *m.span("who")):
            if _NOT_A_BODY.match(body.name) or _MADE_BY.search(body.name):
                continue
            yield context.state(
                scene,
                "reported_to",
                context.mention(body),
                context.mention(_implied_leader(leader, m.start(), m.start() + 2)),
                rule,
                confidence=0.8,
            )


def _listener(context: Context, scene: Scene, m: re.Match[str]) -> Mention | None:
    """Return to whom a report is made: the person who is named, or else the leader or the meeting."""
    leader = scene.leader
    if leader is None:
        return _current(context, scene, m.start())
    to = _REPORTS_TO.search(context.text, m.start(), m.end())
    if to:
        named = (a for a in scene.sentence.actors() if to.start("to") <= a.start and a.end <= to.end("to"))
        person = next(named, None)
        if person is not None:
            return context.mention(actor_of(person))
        if _PUBLIC.search(to["to"]):
            return None
    return context.mention(_implied_leader(leader, m.start(), m.start() + 1, (to["to"],) if to else ()))


RULES = (
    Rule("meetings.chaired", chaired),
    Rule("meetings.took_part", took_part),
    Rule("meetings.spoke_at", spoke_at),
    Rule("meetings.spoke", spoke),
    Rule("meetings.reported", reported),
)
