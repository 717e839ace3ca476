"""The relation accompanied: who was with the leader.

The patterns are in graphkit/grammar/patterns/companions.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphkit.discourse.scene import Actor, Scene, actor_of
from graphkit.grammar.patterns import guarded, pattern
from graphkit.model import Statement
from graphkit.relations.drafting import Context, Rule
from graphkit.relations.rosters import body_items, read_roster

_TOOK_PART = guarded("companions.took_part")
_ONLY_JOINS = pattern("companions.only_joins")
_OCCASION = pattern("companions.occasion")
_OF_THE_TOUR = pattern("companions.of_the_tour")
_TOUR_VERB = pattern("companions.tour_verb")
_TOUR_OF_REPORT = pattern("companions.tour_of_report")
_IN_COMPANY = guarded("companions.in_company")
_COMPANY_BEGINS = pattern("companions.company_begins")
_AND_OTHERS = pattern("companions.and_others")
_LED_ALONG = pattern("companions.led_along")


def took_part(context: Context, rule: str) -> Iterator[Statement]:
    """A roster with 陪同, 参加调研, 一同调研: each name and body was with the leader.

    Says: 市委书记王建国到青石县调研。市委常委李志强，市发改委、青石县负责人参加调研。 => 李志强 accompanied 王建国
    Says: 市委书记王建国到青石县调研。市委常委李志强，市发改委、青石县负责人参加调研。 => 市发改委 accompanied 王建国
    Not: 市委书记王建国到青石县调研。市委常委李志强参加会议。 => 李志强 accompanied 王建国
    """
    for scene in context.body():
        leader = scene.leader
        if leader is None:
            continue
        sentence = scene.sentence
        for m in _TOOK_PART.finditer(context.text, sentence.start, sentence.end):
            if context.in_speech(scene, m.start()) or _of_meeting(context, scene, m):
                continue
            if _ONLY_JOINS.fullmatch(m["verb"]) and m["what"] and not _OF_THE_TOUR.match(m["what"]):
                continue
            yield from _with_leader(context, scene, leader, m.start(), rule)


def _of_meeting(context: Context, scene: Scene, m: re.Match[str]) -> bool:
    if _TOUR_VERB.search(m["verb"]):
        return False
    if _OCCASION.search(m["what"]):
        return True
    return m["what"] == "" and not context.report_holds(5, _TOUR_OF_REPORT)


def _with_leader(context: Context, scene: Scene, leader: Actor, at: int, rule: str) -> Iterator[Statement]:
    people, bodies = read_roster(context, scene, at)
    for actor in [*people, *bodies]:
        if actor.name == leader.name:
            continue
        yield context.state(
            scene,
            "accompanied",
            context.mention(actor),
            context.mention(leader),
            rule,
            confidence=0.93,
            status=context.status(scene.sentence, at),
        )


def in_company(context: Context, rule: str) -> Iterator[Statement]:
    """在X和Y陪同下，Z来到A: X and Y were with Z.

    Says: 市委书记王建国在县委书记李志强和县长陈晓明陪同下，来到白云社区。 => 李志强 accompanied 王建国
    Not: 市委书记王建国在县委书记李志强和县长陈晓明陪同下，来到白云社区。 => 王建国 accompanied 李志强
    """
    for scene in context.scenes:
        sentence = scene.sentence
        for m in _IN_COMPANY.finditer(context.text, sentence.start, sentence.end):
            at = m.start()
            begin = _COMPANY_BEGINS.search(context.text, sentence.start, at)
            if begin is None:
                continue
            opening = begin.start()
            people = [p for p in sentence.actors() if opening < p.start and p.end <= at]
            if not people:
                continue
            others = [p for p in sentence.actors() if p.end <= opening or p.start > at]
            before = [p for p in others if p.end <= opening]
            nearest = before[-1:] or others[:1]
            host = actor_of(nearest[0]) if nearest else scene.leader
            if host is None:
                continue
            for person in people:
                if person.name != host.name:
                    yield context.state(
                        scene,
                        "accompanied",
                        context.mention(actor_of(person)),
                        context.mention(host),
                        rule,
                        confidence=0.95,
                        status=context.status(sentence, opening),
                    )


def led_along(context: Context, rule: str) -> Iterator[Statement]:
    """X带领A、B等部门负责人前往…: the bodies went along.

    Says: 5月1日，市长王建国带领市发改委、市商务局等部门负责人前往青石县调研。 => 市商务局 accompanied 王建国
    Not: 5月1日，市长王建国带领全市人民前往新征程。 => 全市人民 accompanied 王建国
    """
    for scene in context.body():
        sentence = scene.sentence
        for m in _LED_ALONG.finditer(context.text, sentence.start, sentence.end):
            before = [p for p in sentence.actors() if p.end <= m.start()]
            leader = actor_of(before[-1]) if before else None
            if leader is None or context.in_speech(scene, m.start()):
                continue
            a, b = m.span("who")
            b -= 1 if _AND_OTHERS.search(context.text, a, b) else 0
            for body in body_items(context, a, b):
                yield context.state(
                    scene,
                    "accompanied",
                    context.mention(body),
                    context.mention(leader),
                    rule,
                    confidence=0.85,
                    status=context.status(sentence, m.start()),
                )


RULES = (
    Rule("companions.took_part", took_part),
    Rule("companions.in_company", in_company),
    Rule("companions.led_along", led_along),
)
