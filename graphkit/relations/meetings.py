"""attended, presided, reported_to (GENRE.md 14, 31–35; GENRE-DETAIL.md 66–73)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphkit.discourse.meetings import MeetingMark
from graphkit.discourse.scene import Actor, Scene, actor_of
from graphkit.model import Mention, PassageKind, Statement, Status
from graphkit.recognition.lexicon import OnlyWith, led_by
from graphkit.relations.drafting import Context, Rule
from graphkit.relations.rosters import as_actor, bodies_before, body_items, people_before, roster_start

_PRESIDE = re.compile(r"(?:并)?主持(?:召开|并)?(?:了)?|并召开(?:了)?")
_ATTEND = OnlyWith(
    "出席|参加|列席|到会指导|与会",
    r"(?:等[^，。；]{0,8}?(?:领导|同志|人员)?)?(?:一同|一起|共同|分别|也|先后|应邀|在主会场|在分会场|(?>在[^，。]{1,8}?会场)|到会|将|拟|原定|因故|未|没有|未能|计划)*(?P<verb>出席|参加|列席|到会指导|与会)(?:了)?"
)
_ACTS = OnlyWith(
    "传达|宣布|发言|致|(?:作了?|做了?|进行了?|发表了?)[^，。；]{0,16}?(?:汇报|报告|讲话|介绍|部署|说明|动员|表态|通报|总结|主题演讲)",
    r"传达(?:了)?[^，。；]{2,30}(?:精神|文件|批示|讲话)|宣布(?:项目|工程|大会|会议|活动|仪式|论坛)?(?:正式)?(?:集中)?(?:开工|开幕|启动|开园|启用|开馆|通车|开班|开赛|闭幕)|(?:等)?(?:分别|先后|依次|踊跃)发言|致辞|致欢迎[辞词]|致[开闭]幕[辞词]|(?:常委|委员)?代表[^，。；]{2,16}?(?:作大会)?发言|(?:常委|委员)?(?:作大会)?发言(?=建议|提出|表示|指出|认为)|"
    + led_by("在会上|会上|分别|先后|依次|并", {"代表": (2, 14), "就": (2, 50), "围绕": (2, 40)})
    + r"(?:作了?|做了?|进行了?|发表了?|致)(?:[^，。；]{0,16}?)(?:汇报|发言|报告|讲话|介绍|部署|致辞|说明|动员|表态|通报|总结|主题演讲)"
)


#: 会见来华出席A会议人士: the one who receives does not attend.
_RECEIVES = re.compile(r"(?:(?:会见|接见|看望|慰问)(?:了)?|同|与|向|欢迎[^，。；]{2,16}?)(?:来华|来京|前来|在京|应邀)*$|[为给](?:来华|来京|前来|在京|应邀)+$")
#: 出席A会议的嘉宾: guests attend, not who does something for them.
_GUESTS = re.compile(
    r"的[^，。；的]{0,10}?(?:嘉宾|来宾|贵宾|代表(?!大会)|领导人|人士|客人|选手|政要|元首|首脑|使节|企业家|专家|学者|记者|与会者)"
)


def _meeting_after(scene: Scene, at: int) -> MeetingMark | None:
    """The meeting named right after a verb that ends at `at`."""
    for mark in scene.meetings:
        if at <= mark.start <= at + 14 or mark.start <= at < mark.end:
            return mark
    return None


def _current(context: Context, scene: Scene, at: int) -> Mention | None:
    """The meeting of the scene, mentioned at `at` by a short word or not at all."""
    if scene.meeting is None:
        return None
    return context.mention(scene.meeting, at=(at, at + 1))


def chaired(context: Context, rule: str) -> Iterator[Statement]:
    """X主持召开A会议, X主持会议, 由X主持: X presided.

    Says: 9月3日，市长王建国主持召开市政府常务会议。 => 王建国 presided 市政府常务会议
    Not: 市委召开全市经济工作会议。市委书记王建国出席并讲话，市长李志强主持会议。 => 王建国 presided 全市经济工作会议
    """
    for scene in context.scenes:
        sentence = scene.sentence
        if sentence.frame.kind is PassageKind.CAPTION:
            continue
        for m in _PRESIDE.finditer(context.text, sentence.start, sentence.end):
            after = context.text[m.end() : m.end() + 10]
            if context.in_speech(scene, m.start()) or (re.match(r"工作|人(?!大)|日常|公道|正义|编|节目|的(?!会)", after) and not m.group().endswith("召开")):
                continue
            person = _chair(context, scene, m)
            mark = _meeting_after(scene, m.end())
            meeting = context.mention(mark) if mark else None
            if meeting is None and re.match(r"会议|并讲话|讲话|作总结|座谈|[。，；]|仪式|$|学习|会见", after):
                meeting = _current(context, scene, m.start())
            if person is None or meeting is None:
                continue
            status = context.status(sentence, m.start())
            for relation, confidence in (("presided", 0.93), ("attended", 0.9)):
                yield context.state(scene, relation, context.mention(person), meeting, rule, confidence=confidence, status=status)


def _chair(context: Context, scene: Scene, m: re.Match[str]) -> Actor | None:
    """The last person before 主持 in its part of the sentence; with 由X主持, X."""
    sentence = scene.sentence
    semicolon = max(context.text.rfind("；", sentence.start, m.start()), context.text.rfind("。", sentence.start, m.start()))
    people = [p for p in sentence.actors() if semicolon < p.start and p.end <= m.start()]
    if people:
        last = people[-1]
        between = context.text[last.end : m.start()]
        if (len(between) <= 45 or len(people) == 1) and not re.search(r"委托|陪同下|(?:陪同|参加).{0,4}，", between):
            return actor_of(last)
        return None
    if scene.leader is not None and re.match(r"(?:[^，。]{0,14}，)?(?:在[^，。]{2,12})?(?:他|她|并|还|会上|调研中|调研期间|期间|随后|当天)*$", context.text[sentence.start : m.start()]):
        leader = scene.leader
        return Actor(leader.type, leader.name, m.start(), m.start() + 1, leader.anchor or (leader.start, leader.end))
    return None


def took_part(context: Context, rule: str) -> Iterator[Statement]:
    """X出席A会议并讲话; a roster with 参加会议 or 参加座谈会: each attended.

    Says: 9月3日，全市经济工作会议召开。市长王建国出席会议并讲话。 => 王建国 attended 全市经济工作会议
    Not: 市委书记王建国到青石县调研。市委常委李志强参加调研。 => 李志强 attended 调研
    Not: 9月3日，市长王建国致辞，并为出席全市经济工作会议的嘉宾举行招待会。 => 王建国 attended 全市经济工作会议
    """
    for scene in context.scenes:
        sentence = scene.sentence
        if sentence.frame.kind is PassageKind.CAPTION:
            continue
        for m in _ATTEND.finditer(context.text, sentence.start, sentence.end):
            if context.in_speech(scene, m.start()) or context.text[m.end() : m.end() + 1] in "的":
                continue
            after = context.text[m.end() : m.end() + 30]
            mark = _meeting_after(scene, m.end())
            meeting = context.mention(mark) if mark else None
            if meeting is None and re.match(r"并讲话|会议|座谈|观摩|仪式|活动|[。；，]|并致辞|大会|会谈|$|并宣布|并主持|学习", after):
                if re.match(r"观摩|活动|[。；，]|$", after) and not _meeting_report(context, scene):
                    continue
                meeting = _current(context, scene, m.start("verb"))
                if meeting is None and after.startswith("座谈"):
                    at = m.end()
                    meeting = context.mention(MeetingMark(at, at + 2, "座谈", True, True))
            if meeting is None:
                continue
            status = context.status(sentence, m.start("verb"))
            if status is Status.ACTUAL and mark and re.match(r"[^，。；]{0,2}(?:将于|将在|拟于|定于)", context.text[m.end() : mark.start]):
                status = Status.PLANNED
            guest = _described(context, scene, mark) if mark else None
            if guest is None and _RECEIVES.search(context.text[max(sentence.start, m.start() - 40) : m.start()]):
                continue
            if guest is None and mark and _GUESTS.match(context.text, mark.end, sentence.end):
                continue
            for actor in [guest] if guest else _participants(context, scene, m.start()):
                yield context.state(scene, "attended", context.mention(actor), meeting, rule, confidence=0.9, status=status)


def _described(context: Context, scene: Scene, mark: MeetingMark) -> Actor | None:
    """会见来华出席A会议的B: the person whom the clause describes attends, not the one who receives."""
    m = re.compile(r"(?:并[^，。；]{2,12})?的").match(context.text, mark.end, scene.sentence.end)
    if m is None:
        return None
    return next((actor_of(p) for p in scene.sentence.actors() if m.end() <= p.start <= m.end() + 30), None)


def _meeting_report(context: Context, scene: Scene) -> bool:
    """Is the report about a meeting, so that a bare 参加 means it and not a visit?"""
    if scene.meeting is None:
        return False
    head = "".join(context.text[s.sentence.start : s.sentence.end] for s in context.scenes[:2])
    return any(m.held for s in context.scenes[:2] for m in s.meetings) and not re.search(r"调研|考察|走访|督导", head)


#: A对B出席会议表示欢迎: A need not be there.
_GREETED = re.compile(r"[^。；]{0,60}?表示(?:热烈|诚挚|衷心)?(?:的)?(?:欢迎|感谢|祝贺|慰问)")


def _participants(context: Context, scene: Scene, at: int) -> list[Actor]:
    start = roster_start(context, scene, at)
    clause = max(context.text.rfind(c, scene.sentence.start, at) for c in "，；。") + 1
    if _GREETED.match(context.text, at, scene.sentence.end):
        start = max(start, *(context.text.rfind(c, max(clause, scene.sentence.start), at) for c in "对向"))
    people = [as_actor(p, context.text) for p in people_before(context, scene, at, start)]
    if scene.sentence.frame.kind is PassageKind.HEADLINE:
        people = _adjacent(context, people, at)
    bodies = [as_actor(b, context.text) for b in bodies_before(context, scene, at, start)]
    if not people:
        before = [p for p in scene.sentence.actors() if p.end <= at]
        between = context.text[before[-1].end : at] if before else ""
        if before and len(between) <= 30 and not re.search(r"[。；]|主持|陪同", between):
            return [actor_of(before[-1])]
    return [*people, *bodies]


def _adjacent(context: Context, people: list[Actor], at: int) -> list[Actor]:
    """In a headline of several clauses only the names right before the verb take part."""
    kept: list[Actor] = []
    for actor in reversed(people):
        between = context.text[actor.end : kept[0].start if kept else at]
        if len(between) > 12 or (kept and between not in ("、", "和")):
            break
        kept.insert(0, actor)
    return kept


def spoke_at(context: Context, rule: str) -> Iterator[Statement]:
    """X作了汇报, A、B作交流发言 at a meeting: they attended; with 汇报 or 介绍 they reported to it.

    Says: 9月3日，市长王建国主持召开座谈会。会上，市发改委、市商务局作了汇报。 => 市发改委 reported_to 座谈会
    Not: 9月3日，市长王建国主持召开座谈会。会上，大家听取了汇报。 => 大家 reported_to 座谈会
    """
    for scene in context.body():
        sentence = scene.sentence
        if scene.meeting is None:
            continue
        for m in _ACTS.finditer(context.text, sentence.start, sentence.end):
            if context.in_speech(scene, m.start()) or _heard(context, scene, m.start()):
                continue
            actors = _speakers(context, scene, m.start())
            meeting = _current(context, scene, m.start())
            if meeting is None:
                continue
            reports = bool(re.search(r"(?:汇报|介绍|通报)$", m.group()))
            status = context.status(sentence, m.start())
            for actor in actors:
                yield context.state(scene, "attended", context.mention(actor), meeting, rule, confidence=0.85, status=status)
                if reports:
                    yield context.state(scene, "reported_to", context.mention(actor), meeting, rule, confidence=0.8, status=status)


def _heard(context: Context, scene: Scene, at: int) -> bool:
    """听取甲、乙的汇报: who is heard need not be there."""
    comma = max(context.text.rfind(c, scene.sentence.start, at) for c in "，；。")
    return bool(re.search(r"听取|听了", context.text[max(comma + 1, scene.sentence.start) : at]))


#: 青石县|将汇报, 市发改委|未作汇报: no part of the name.
_NOT_YET = re.compile(r"(?:将|拟|未|没有|未能|尚未|已|已经|也|还|再次|当场|现场|逐一|原定|计划)*$")


#: 据中国疾控中心介绍: a source.
_SOURCE = re.compile(r"(?:根据|据)?")
#: 国务院新闻办今天召开发布会|介绍: a whole clause, no name.
_HOLDS = re.compile(r"举行|召开|举办|发布会|[（(]")


#: A list of bodies before a verb is read from so many characters on.
_LONGEST_LIST = 400


def _speakers(context: Context, scene: Scene, at: int) -> list[Actor]:
    sentence = scene.sentence
    comma = max(context.text.rfind(c, sentence.start, at) for c in "，；。")
    clause = max(comma + 1, sentence.start)
    at -= len(_NOT_YET.search(context.text[max(clause, at - 40) : at]).group())  # type: ignore[union-attr]
    people = [p for p in sentence.actors() if clause <= p.start and p.end <= at]
    # 宣读B贺信并致辞: who wrote the letter is not there.
    reading = context.text.find("宣读", clause, at)
    if reading >= 0:
        return [actor_of(p) for p in people if p.end <= reading][-1:]
    if people:
        return [as_actor(p, context.text) for p in people_before(context, scene, at)] or [actor_of(people[-1])]
    clause = max(clause, at - _LONGEST_LIST)
    part = context.text[clause:at]
    m = re.search(r"(?:等)?(?:相关|有关)?(?:部门|单位)?(?:主要|相关)?(?:负责人|负责同志)$", part)
    end = clause + m.start() if m else at
    clause += len(_SOURCE.match(part).group())  # type: ignore[union-attr]
    return [as_actor(b, context.text) for b in body_items(context, clause, end) if not _HOLDS.search(context.text[b.start : b.end])]


#: 在去年A峰会上，X强调…: another occasion.
_LONG_AGO = re.compile(r"在?(?:去年|前年|今年初|此前|上届|上次|20\d\d年)")


def spoke(context: Context, rule: str) -> Iterator[Statement]:
    """在A会上，X强调: who speaks at a meeting was there.

    Says: 市长王建国到青石县调研。在青石县座谈会上，王建国强调，要加快建设进度。 => 王建国 attended 青石县座谈会
    Not: 市长王建国到青石县调研，强调要贯彻全省经济工作会议精神。 => 王建国 attended 全省经济工作会议
    """
    paragraph, meeting = -1, None
    for scene in context.body():
        sentence = scene.sentence
        opening = context.text[sentence.start : min(sentence.end, sentence.start + 60)]
        if _LONG_AGO.search(opening) or re.match(r"[^，。]{2,12}(?:表示|指出|说)，", opening):
            continue
        held = [m for m in scene.meetings if m.held and re.match(r"上|期间|现场", context.text[m.end : m.end + 2])]
        if held and re.search(r"会上|会议上|仪式上|论坛上|座谈上", opening):
            paragraph, meeting = sentence.frame.paragraph, held[0]
        if meeting is None or sentence.frame.paragraph != paragraph:
            continue
        for speech in scene.speeches:
            if speech.via == "name" and speech.speaker.type == "Person":
                yield context.state(
                    scene, "attended", context.mention(speech.speaker),
                    context.mention(meeting), rule, confidence=0.85,
                )


_REPORT = OnlyWith(
    "汇报|介绍|通报",
    led_by("分别|先后|详细|简要|依次", {"就": (2, 30), "向": (2, 16), "代表": (2, 10)}) + r"(?:汇报了?|介绍了?|作了?[^，。；]{0,10}汇报|通报了?|介绍)(?!情况后)"
)
_TO = re.compile(r"向(?P<to>[^，。；]{2,14}?)(?:简要|详细|作了?|做了?)*(?:介绍|汇报)")
#: 向随行记者介绍, 向塞方介绍: nobody to whom one reports.
_OTHERS = re.compile(r"记者|媒体|新闻界|公众|外界|各界|世界|听众|观众|游客|村民|群众|市民|学生|读者|网友|客商|方$")
#: X介绍，全县…: says so, to whoever asks.
_TELLS = re.compile(r"介绍(?:说)?[，：:]")
_HEARD = re.compile(
    r"听取(?:了)?(?P<who>[^，。；]{2,60}?)(?:(?:主要|有关|相关)?(?:负责人|负责同志)[^，。；]{0,40}?|(?:关于|就|对)[^，。；]{2,40}?)?(?:工作|情况|有关|的)*(?:汇报|介绍)"
)


def reported(context: Context, rule: str) -> Iterator[Statement]:
    """A、B负责人汇报了…, X向调研组介绍了…: the named body or person reported to the leader.

    Says: 市委书记王建国到青石县调研。县长李志强汇报了工作情况。 => 李志强 reported_to 王建国
    Not: 市委书记王建国到青石县调研，听取情况汇报。 => 王建国 reported_to 王建国
    Not: 市委书记王建国到青石县调研。调研结束后，县长李志强向随行记者介绍了情况。 => 李志强 reported_to 王建国
    Not: 市委书记王建国到青石县调研。县长李志强介绍，全县粮食产量连续五年增长。 => 李志强 reported_to 王建国
    """
    for scene in context.body():
        sentence = scene.sentence
        leader = scene.leader
        for m in _REPORT.finditer(context.text, sentence.start, sentence.end):
            if context.in_speech(scene, m.start()) or _heard(context, scene, m.start()):
                continue
            actors = [a for a in _speakers(context, scene, m.start()) if leader is None or a.name != leader.name]
            target = _listener(context, scene, m)
            if target is None or not actors or (target.type != "Meeting" and _TELLS.match(context.text, m.end() - 2)):
                continue
            status = context.status(sentence, m.start())
            at_meeting = scene.meeting is not None and (
                re.search(r"会上|会议上|座谈会|会议|仪式", context.text[sentence.start : m.start()]) or _meeting_report(context, scene)
            )
            for actor in actors:
                if at_meeting and scene.meeting is not None:
                    target = context.mention(scene.meeting, at=(m.start(), m.end()))
                    yield context.state(scene, "attended", context.mention(actor), target, rule, confidence=0.8, status=status)
                yield context.state(scene, "reported_to", context.mention(actor), target, rule, confidence=0.75, status=status)
        for m in _HEARD.finditer(context.text, sentence.start, sentence.end):
            if leader is None or context.in_speech(scene, m.start()):
                continue
            for body in body_items(context, *m.span("who")):
                if re.match(r"他|她|对|就|关于|其", context.text[body.start : body.end]) or "作的" in context.text[body.start : body.end]:
                    continue
                yield context.state(
                    scene, "reported_to", context.mention(as_actor(body, context.text)),
                    context.mention(Actor(leader.type, leader.name, m.start(), m.start() + 2, leader.anchor or (leader.start, leader.end))),
                    rule, confidence=0.8,
                )


def _listener(context: Context, scene: Scene, m: re.Match[str]) -> Mention | None:
    leader = scene.leader
    if leader is not None:
        anchor = leader.anchor or (leader.start, leader.end)
        names = []
        to = _TO.search(context.text, m.start(), m.end())
        if to:
            heard = next((a for a in scene.sentence.actors() if to.start("to") <= a.start and a.end <= to.end("to")), None)
            if heard is not None:
                return context.mention(actor_of(heard))
            if _OTHERS.search(to["to"]):
                return None
            names = [to["to"]]
        return context.mention(Actor(leader.type, leader.name, m.start(), m.start() + 1, anchor, tuple(names)))
    return _current(context, scene, m.start())


RULES = (
    Rule("meetings.chaired", chaired),
    Rule("meetings.took_part", took_part),
    Rule("meetings.spoke_at", spoke_at),
    Rule("meetings.spoke", spoke),
    Rule("meetings.reported", reported),
)
