"""accompanied: who was with the leading person (GENRE.md 6, 13; GENRE-DETAIL.md 31–35, 38)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphkit.discourse.scene import Actor, Scene
from graphkit.grammar.lexicon import any_of, words
from graphkit.model import Statement
from graphkit.recognition.lexicon import OnlyWith
from graphkit.relations.drafting import Context, Rule
from graphkit.relations.rosters import as_actor, bodies_before, body_items, people_before, roster_start

_DONE = OnlyWith(
    any_of(words("accompany")),
    r"(?:等(?:领导|同志|市领导|县领导|区领导|有关领导)?)?(?:分别|全程|一同|一起|也|共同|先后|随同|在[^，。]{2,10})?(?P<verb>"
    + any_of(words("accompany"))
    + r")(?!下)(?:了)?(?P<what>[^，。；]{0,16})(?=[。；，（]|$)"
)
_MEETING = re.compile(r"(?:会议|座谈|大会|仪式|会谈|开幕|论坛|培训|学习|选举|投票|晚会|推进会|观摩会|比赛|竞赛|建设|展|植树|劳动|公祭|讨论|审议|表决)")


_TOUR = re.compile("调研|考察|检查|督导|走访|慰问|视察|督查|会见")


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
        for m in _DONE.finditer(context.text, sentence.start, sentence.end):
            if context.in_speech(scene, m.start()) or _of_meeting(context, scene, m):
                continue
            if m["verb"] == "参加" and m["what"] and not re.match(r"(?:了)?(?:上述|有关|相关|此次|当天|考察|调研|检查|慰问|活动|督导|观摩|会见|走访|部分)", m["what"]):
                continue
            start = roster_start(context, scene, m.start())
            yield from _with_leader(context, scene, leader, start, m.start(), rule, 0.93)


def _of_meeting(context: Context, scene: Scene, m: re.Match[str]) -> bool:
    if "陪同" in m["verb"] or re.search(r"调研|考察|走访|检查|慰问|活动", m["verb"]):
        return False
    if _MEETING.search(m["what"]):
        return True
    return m["what"] == "" and not context.report_holds(5, _TOUR)


def _with_leader(
    context: Context, scene: Scene, leader: Actor, start: int, at: int, rule: str, confidence: float
) -> Iterator[Statement]:
    people = [as_actor(p, context.text) for p in people_before(context, scene, at, start)]
    bodies = [as_actor(b, context.text) for b in bodies_before(context, scene, at, start)]
    for actor in [*people, *bodies]:
        if actor.name == leader.name:
            continue
        yield context.state(
            scene, "accompanied", context.mention(actor), context.mention(leader), rule, confidence=confidence,
            status=context.status(scene.sentence, at),
        )


_COMPANY = OnlyWith("陪同下", r"(?:等)?(?:的)?(?:分别)?陪同下")


def in_company(context: Context, rule: str) -> Iterator[Statement]:
    """在X和Y陪同下，Z来到A: X and Y were with Z.

    Says: 市委书记王建国在县委书记李志强和县长陈晓明陪同下，来到白云社区。 => 李志强 accompanied 王建国
    Not: 市委书记王建国在县委书记李志强和县长陈晓明陪同下，来到白云社区。 => 王建国 accompanied 李志强
    """
    for scene in context.scenes:
        sentence = scene.sentence
        for m in _COMPANY.finditer(context.text, sentence.start, sentence.end):
            at = m.start()
            opening = context.text.rfind("在", sentence.start, at)
            people = [p for p in sentence.actors() if opening < p.start and p.end <= at]
            if opening < 0 or not people:
                continue
            others = [p for p in sentence.actors() if p.end <= opening or p.start > at]
            before = [p for p in others if p.end <= opening]
            host = as_actor(before[-1], context.text) if before else (as_actor(others[0], context.text) if others else scene.leader)
            if host is None:
                continue
            for person in people:
                if person.name != host.name:
                    yield context.state(
                        scene, "accompanied", context.mention(as_actor(person, context.text)), context.mention(host),
                        rule, confidence=0.95, status=context.status(sentence, opening),
                    )


_LED = re.compile(r"(?:率领|带领|率)(?P<who>[^，。；]{2,80}?)(?:(?:相关|有关)?(?:部门|单位)?(?:主要|相关|有关)?(?:负责人|负责同志))(?:一行)?(?:到|赴|前往|深入|来|对|在|先后|开展|，)")


def led_along(context: Context, rule: str) -> Iterator[Statement]:
    """X带领A、B等部门负责人前往…: the bodies went along.

    Says: 5月1日，市长王建国带领市发改委、市商务局等部门负责人前往青石县调研。 => 市商务局 accompanied 王建国
    Not: 5月1日，市长王建国带领全市人民前往新征程。 => 全市人民 accompanied 王建国
    """
    for scene in context.body():
        sentence = scene.sentence
        for m in _LED.finditer(context.text, sentence.start, sentence.end):
            before = [p for p in sentence.actors() if p.end <= m.start()]
            leader = as_actor(before[-1], context.text) if before else None
            if leader is None or context.in_speech(scene, m.start()):
                continue
            a, b = m.span("who")
            b -= 1 if context.text[a:b].endswith("等") else 0
            for body in body_items(context, a, b):
                yield context.state(
                    scene, "accompanied", context.mention(as_actor(body, context.text)), context.mention(leader), rule,
                    confidence=0.85, status=context.status(sentence, m.start()),
                )


RULES = (
    Rule("companions.took_part", took_part),
    Rule("companions.in_company", in_company),
    Rule("companions.led_along", led_along),
)
