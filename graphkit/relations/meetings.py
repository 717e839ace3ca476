"""The relations attended, presided and reported_to.

The patterns of this module are in graphkit/grammar/patterns/meetings.toml.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphkit.discourse.scene import Scene
from graphkit.grammar.patterns import guarded, pattern
from graphkit.model import PassageKind, Statement, Status
from graphkit.relations.drafting import Context, Rule
from graphkit.relations.participants import (
    chair,
    contributors,
    current_meeting,
    described_participant,
    is_about_meeting,
    is_heard,
    listener,
    meeting_after,
    participants,
    unnamed_meeting,
)
from graphkit.relations.rosters import body_items

_PRESIDES = pattern("meetings.presides")
_CONVENES = pattern("meetings.convenes")
_PRESIDES_OVER_OTHER = pattern("meetings.presides_over_other")
_PRESIDES_OVER_THIS = pattern("meetings.presides_over_this")
_ATTENDS = guarded("meetings.attends")
_MODIFIES_NOUN = pattern("meetings.modifies_noun")
_CONTRIBUTES = guarded("meetings.contributes")
_RECEIVES = pattern("meetings.receives")
_GUESTS = pattern("meetings.guests")
_IN_FUTURE = pattern("meetings.in_future")
_IS_REPORT = pattern("meetings.is_report")
_EARLIER_OCCASION = pattern("meetings.earlier_occasion")
_SOMEBODY_SAYS = pattern("meetings.somebody_says")
_AT_IT = pattern("meetings.at_it")
_AT_A_MEETING = pattern("meetings.at_a_meeting")
_REPORTS = guarded("meetings.reports")
_TELLS = pattern("meetings.tells")
_HEARS_REPORT = pattern("meetings.hears_report")
_NOT_A_BODY = pattern("meetings.not_a_body")
_MADE_BY = pattern("meetings.made_by")
_MEETING_BEFORE = pattern("meetings.meeting_before")


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
            person = chair(context, scene, m)
            mark = meeting_after(scene, m.end())
            meeting = context.mention(mark) if mark else None
            if meeting is None and _PRESIDES_OVER_THIS.match(after):
                meeting = current_meeting(context, scene, m.start())
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
            mark = meeting_after(scene, m.end())
            meeting = context.mention(mark) if mark else unnamed_meeting(context, scene, m)
            if meeting is None:
                continue
            status = context.status(sentence, m.start("verb"))
            if status is Status.ACTUAL and mark and _IN_FUTURE.match(context.text[m.end() : mark.start]):
                status = Status.PLANNED
            guest = described_participant(context, scene, mark) if mark else None
            if guest is None and _RECEIVES.search(context.text[max(sentence.start, m.start() - 40) : m.start()]):
                continue
            if guest is None and mark and _GUESTS.match(context.text, mark.end, sentence.end):
                continue
            for actor in [guest] if guest else participants(context, scene, m.start()):
                yield context.state(
                    scene,
                    "attended",
                    context.mention(actor),
                    meeting,
                    rule,
                    confidence=0.9,
                    status=status,
                )


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
            if context.in_speech(scene, m.start()) or is_heard(context, scene, m.start()):
                continue
            actors = contributors(context, scene, m.start())
            meeting = current_meeting(context, scene, m.start())
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
        if context.in_speech(scene, m.start()) or is_heard(context, scene, m.start()):
            continue
        actors = [a for a in contributors(context, scene, m.start()) if leader is None or a.name != leader.name]
        target = listener(context, scene, m)
        if target is None or not actors or (target.type != "Meeting" and _TELLS.match(context.text, m.end() - 2)):
            continue
        status = context.status(sentence, m.start())
        at_meeting = scene.meeting is not None and (
            _MEETING_BEFORE.search(context.text[sentence.start : m.start()]) or is_about_meeting(context, scene)
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
                context.mention(leader.referred_to(m.start(), m.start() + 2)),
                rule,
                confidence=0.8,
            )


RULES = (
    Rule("meetings.chaired", chaired),
    Rule("meetings.took_part", took_part),
    Rule("meetings.spoke_at", spoke_at),
    Rule("meetings.spoke", spoke),
    Rule("meetings.reported", reported),
)
