"""visited: who went where (GENRE.md 10–20; GENRE-DETAIL.md 36–52)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from graphkit.discourse.scene import Actor, Scene, actor_of
from graphkit.grammar.lexicon import any_of, words
from graphkit.model import PassageKind, Statement
from graphkit.recognition import gazetteer
from graphkit.recognition.lexicon import OnlyWith
from graphkit.recognition.marks import PersonMark, Span
from graphkit.recognition.names import NameSpan, has_suffix, is_one_name, is_proper, list_region, names_in, type_of
from graphkit.relations.drafting import Context, Rule

_STRONG = any_of(words("arrive"))
_LOOK = any_of(words("look"))
_TOUR = any_of(words("tour"))
_GO = re.compile(
    rf"(?P<strong>{_STRONG})了?|(?:先后|分别|还|又|再|率队|带队|一行|日|午|率[^，。]{{2,10}}|近日|日前|首先|调研组|考察团|代表团|督导组|督查组|检查组|工作组|访问团|专程|到|并)(?P<weak>到了?|赴|来(?!到))(?![位访了])|(?P<look>{_LOOK})了?"
)
_WEAK_AFTER_NAME = re.compile(r"(?:一行)?(?:[^，。；]{0,12}?(?:日|午|晚|周|月|将|拟|队|组|先后|分别|近日|日前|准备|计划|打算|原定|即将|因故未|未能|未|没有))?(?P<weak>到|赴|来(?!到)|在|莅)")
_GUESTS = re.compile(r"与会人员|与会领导|与会代表|观摩团|参会人员|观摩人员|与会同志")
#: Words that stand for the leader and those with him.
_TEAM_WORDS = r"(?:他|她|调研组|督导组|督查组|督察组|考察组|检查组|巡查组|视察组|工作组|慰问组|考察团|代表团|访问团|观摩团|一行)"
_FAR = re.compile(r"视频|致电|致信|连线|通电话|委托|电话|云端|线上|网上")
_PEOPLE = re.compile(r"(?:院士|委员|教授|专家|干部|职工|代表|同志|书记|群众|家属|老人|战士|官兵|师生|党员|企业家|负责人|工作人员)$")
_A_PERSON = re.compile(r"(?:村民|居民|农户|职工|老党员|老人|群众|困难户|脱贫户|渔民|牧民)(?!委|小组|活动|服务|中心|之家|广场|公园|议事|新村)")
_EVENT = re.compile(r"(?:会见|会谈|出席|参加|主持|发表|签署|举行|召开)")


def _subject(context: Context, scene: Scene, at: int) -> Actor | None:
    """Who goes: the last person before the verb that is a subject, the team, the attendees, or the leader."""
    text, sentence = context.text, scene.sentence
    guests = None
    if scene.leader is not None and _met_before(text, sentence.start, at):
        # 会见了甲、乙；考察了A: who was met does not go.
        return _meant(scene.leader, at)
    for m in _GUESTS.finditer(text, sentence.start, at):
        guests = m
    best: Actor | None = None
    for person in reversed(sentence.actors()):
        if person.end > at:
            continue
        before = text[max(sentence.start, person.left - 4) : person.left]
        after = text[person.end : person.end + 8]
        if re.search(r"(?:在|受|由|同|与|向|对|会见|看望|慰问了?|陪同|拜访了?|[和、])$", before) and not re.match(r"一行|等", after):
            continue
        if re.match(r"(?:等[^，]{0,6})?(?:陪同下?|参加|介绍|汇报)|委派|同志为核心", after):
            continue
        best = actor_of(person)
        break
    if guests is not None and (best is None or best.end <= guests.start()):
        return Actor("Organization", guests.group(), guests.start(), guests.end(), None, ((scene.leader.name,) if scene.leader else ()))
    if best is not None:
        return best
    leader = scene.leader
    if leader is None:
        return None
    head = text[sentence.start : at]
    team = re.search(_TEAM_WORDS, head)
    if team:
        a = sentence.start + team.start()
        return Actor(leader.type, leader.name, a, a + len(team.group()), leader.anchor or (leader.start, leader.end))
    if re.match(r"(?:首先|随后|接着|之后|然后|最后|先后|当天|当日|期间|调研中|考察中|在|来到|走进|每到|\d|上午|下午|还|会前|会后|离开|一路|走|沿|乘|驱车|冒)", head) or at == sentence.start:
        if re.search(r"记者|村民|居民|群众|游客|代表(?!团)|专家|同学|企业负责人|志愿者|工作人员", head):
            return None
        return Actor(leader.type, leader.name, at, at + 1, leader.anchor or (leader.start, leader.end))
    return None


_MET = re.compile("会见|接见|看望|会晤")


def _met_before(text: str, start: int, at: int) -> bool:
    """Whether the part before the last semicolon tells whom somebody met."""
    semicolon = text.rfind("；", start, at)
    if semicolon < 0 or text.find("。", semicolon, at) >= 0:
        return False
    floor = max(start, *(text.rfind(c, start, semicolon) + 1 for c in "；。"))
    return _MET.search(text, floor, semicolon) is not None


def _meant(leader: Actor, at: int) -> Actor:
    """The leader where no word stands for him."""
    return Actor(leader.type, leader.name, at, at + 1, leader.anchor or (leader.start, leader.end))


#: 抵达青石博物馆|时，
_AND_THEN = re.compile(r"..[时后]$")
#: 在人民大会堂同来华进行国事访问的…举行会谈: nobody went there to see it.
_WITH_A_GUEST = re.compile(r"[同与](?:来华|来访|到访|率团|正在)")


def _emit(
    context: Context, scene: Scene, subject: Actor, names: list[NameSpan], rule: str, at: int, confidence: float
) -> Iterator[Statement]:
    status = context.status(scene.sentence, at)
    for found in names:
        name, words = found, context.text[found.start : found.end]
        if _AND_THEN.search(words) and context.text[name.end : name.end + 1] == "，":
            name, words = replace(name, end=name.end - 1), words[:-1]
        if re.match(r"\d+[个家处项名位]", words) or _WITH_A_GUEST.search(words) or _PEOPLE.search(words) or _A_PERSON.match(words) or not (has_suffix(words) or is_one_name(context.marked, scene.sentence, name)):
            continue
        yield context.state(
            scene, "visited", context.mention(subject), context.mention(name), rule, status=status, confidence=confidence
        )


#: A list of places is read up to so many characters.
_LONGEST_LIST = 400


#: 来到A、来到B: the second verb begins a list of its own.
_NEXT_STOP = re.compile(rf"、{_STRONG}")


def _list_limit(text: str, start: int, end: int) -> int:
    """Where a list that begins at `start` ends at the latest: before the next verb of arriving; a very long one after one of its items."""
    following = _NEXT_STOP.search(text, start, min(end, start + _LONGEST_LIST))
    if following is not None:
        return following.start()
    if end - start <= _LONGEST_LIST:
        return end
    mark = max(text.rfind(c, start, start + _LONGEST_LIST) for c in "、，；")
    return mark if mark > start else start + _LONGEST_LIST


def _region(context: Context, scene: Scene, start: int, *, arrived: bool) -> tuple[list[NameSpan], bool]:
    """Names of the list that begins at `start`, and whether it closes as a list of works or places.

    The list goes on over commas while only names follow. arrived: the verb is one of arriving, so that a
    kind with an ending of a place (转移群众临时安置点) is a place too.
    """
    sentence = scene.sentence
    text = context.text
    a, b = list_region(context.marked, sentence, start, _list_limit(text, start, sentence.end))
    works = bool(re.search(r"等(?:[一二三四五六七八九十\d]+[个家处])?(?:重点|重大)?(?:项目|企业|(?<=重点|重大)工程|地|处|公司|单位|点|基地)", text[a:b]))
    names = names_in(context.marked, sentence, a, b, listed_works=works, arrived=arrived)
    while names and b < min(sentence.end, start + _LONGEST_LIST) and text[b] == "，":
        joint = 3 if text.startswith(("以及", "并到"), b + 1) else 1
        c, d = list_region(context.marked, sentence, b + joint, _list_limit(text, b + joint, sentence.end))
        if d <= c or (d < sentence.end and text[d] not in "，。；"):
            break
        more = names_in(context.marked, sentence, c, d, arrived=arrived)
        opening = sentence.tokens_in(c, d)[:1]
        if not more or opening[0].tag in {"v", "r", "d", "p", "PER", "TIME", "c", "ad", "vd"} or len(more) < len(re.split(r"[、]", text[c:d])):
            break
        names += more
        b = d
    return names, works


def at_stop(context: Context, rule: str) -> Iterator[Statement]:
    """来到, 前往, 深入, 走进 or 考察, 察看 with a place: each name of the list is a stop.

    Says: 3月2日，市委书记王建国到青石镇调研。随后，王建国来到白云社区，看望居民。 => 王建国 visited 白云社区
    Not: 3月2日，市委书记王建国到青石镇调研。王建国来到生产车间，了解产量。 => 王建国 visited 生产车间
    """
    for scene in context.body():
        sentence = scene.sentence
        for m in _GO.finditer(context.text, sentence.start, sentence.end):
            at = m.start()
            verb_end = m.end()
            if context.in_speech(scene, at) or _inside_quotes(context.text, sentence.start, at):
                continue
            if not _is_verb(context, scene, m):
                continue
            if m["weak"] and not _tour_follows(context.text, verb_end, sentence.end):
                continue
            clause = context.text[_clause(context, scene, at) : at]
            if _FAR.search(clause) or re.search(r"(?:听取|汇报|介绍|开展|进行|加强|完成|工作)$", clause):
                continue
            subject = _subject(context, scene, at)
            if subject is None:
                continue
            names, works = _region(context, scene, verb_end, arrived=bool(m["strong"]))
            if m["look"] and not works:
                names = [n for n in names if _can_be_looked_at(context, n)]
            yield from _emit(context, scene, subject, names, rule, at, 0.9 if m["strong"] else 0.8)


#: 深入位于A的B, 深入挂钩联系的C村.
_DESCRIBED_AFTER = re.compile(r"(?:位于|坐落|地处|挂钩|挂点|联系|包联|包抓|包保|帮扶|结对|受灾|受损|灾情|偏远|贫困|条件|离|距)[^，。；、的]{0,16}的")


def _is_verb(context: Context, scene: Scene, m: re.Match[str]) -> bool:
    """Not 深入 as an adverb (深入贯彻), not 走访 as a noun, not 来到 inside 近年来到."""
    if m["weak"]:
        return True
    k = scene.sentence.token_index(m.start())
    token = scene.sentence.tokens[k]
    word = m["strong"] or m["look"]
    following = context.text[m.end() : m.end() + 2]
    if word == "深入" and _DESCRIBED_AFTER.match(context.text, m.end()):
        return True
    if word in ("深入",) and (token.tag in {"ad", "d", "vd"} or following in ("贯彻", "学习", "推进", "开展", "实施", "践行", "交流", "了解", "领会", "研究", "推动", "落实", "探讨", "调查", "细致")):
        return False
    if m["look"] and (token.tag == "vn" or following[:1] in "的时，。、；组团" or re.match(r"中[，。]|了解", following) or context.text[m.start() - 1 : m.start()] in ("的", "、")):
        return False
    return token.end >= m.end() - 3


def _can_be_looked_at(context: Context, name: NameSpan) -> bool:
    """With 察看, 考察 only a thing that one can go to: no ledgers, no progress, no conditions."""
    words = context.text[name.start : name.end]
    if not has_suffix(words) and not gazetteer.is_division(words) and not re.search(r"[“（]", words) and len(words) < 6:
        return False
    if re.search(r"(?:情况|进展|进度|建设|工作|成果展示|台账|产品|系统|流程|效果|成效|措施|方案|规划|沙盘|展板|秩序|设施|装备|设备|演示|作物|长势|景观|房屋|车间|展厅|大厅|食堂|生产线|展区|群众|职工|人员|干部|运行|生产|发展|改造|落实|制度|作品|书画|技术|仪仗队|同志|家属|教师|党员|部队|官兵|治理|保护|历史|环境|运动员|队员|代表团|海域|水域|铜像)$", words):
        return False
    return not re.match(r"(?:在|对|为|当地|企业)", words)


def _inside_quotes(text: str, start: int, at: int) -> bool:
    return text.count("“", start, at) > text.count("”", start, at)


def _clause(context: Context, scene: Scene, at: int) -> int:
    comma = max(context.text.rfind(c, scene.sentence.start, at) for c in "，；。")
    return max(comma + 1, scene.sentence.start)


def _tour_follows(text: str, start: int, end: int) -> bool:
    return bool(re.search(rf"{_TOUR}|等地|看|听取|详细|了解|实地|，强调|，指出|，要求", text[start : min(end, start + 160)]))


#: 在青石大会堂|同来访的考察团举行会谈.
_TALK = re.compile(r"(?:同|与|和|会见)[^，。；]{2,60}?(?:会谈|会见|会晤|座谈|通话)|会见")
#: 在李志强陪同下|到青石县调研.
_COMPANY = re.compile(r"[^，。；]{2,40}?(?:的)?(?:陪同|引导|带领)下，?(?:一同|一起|先后|首先|深入)?(?:来到|前往|到|赴|在)")


def lead_place(context: Context, rule: str) -> Iterator[Statement]:
    """X到A调研, X在A调研, X来A考察, in the lead or the headline: A was visited.

    Says: 市委书记王建国4月8日在青石县调研乡村振兴工作。 => 王建国 visited 青石县
    Says: 市委书记王建国在县委书记李志强陪同下到青石县调研。 => 王建国 visited 青石县
    Not: 市委书记王建国在青石县召开的会议上讲话。 => 王建国 visited 青石县
    """
    for scene in context.scenes:
        sentence = scene.sentence
        if sentence.frame.kind is PassageKind.CAPTION:
            continue
        for person in sentence.actors():
            m = _WEAK_AFTER_NAME.match(context.text, person.end, sentence.end)
            if m is None or context.in_speech(scene, person.start):
                continue
            before = context.text[max(sentence.start, person.left - 2) : person.left]
            if before.endswith(("在", "受", "由", "对")) or _FAR.search(m.group()):
                continue
            company = _COMPANY.match(context.text, m.end(), sentence.end) if m["weak"] == "在" else None
            a, b = list_region(context.marked, sentence, company.end() if company else m.end())
            # the place ends where the tour begins: 在A视察调研; 会见 and 召开 are no tours
            tour = re.match(rf"(?:，(?:就|围绕|实地|深入|调研|考察|专题)?[^，。]{{0,40}}?)?(?:进行|开展|专题|实地|检查|就|对|深入|围绕|调查|现场|看望|指导|出席|主持|督导|向)*[^，。]{{0,30}}?{_TOUR}", context.text[b : sentence.end])
            if m["weak"] == "在" and company is None:
                tour = re.match(rf"(?:[^，。]{{0,24}}?){_TOUR}", context.text[b : sentence.end])
                stop = _EVENT.match(context.text, b) or _TALK.match(context.text, b)
                if stop or re.search(r"上$|下$|时$|中$|期间$", context.text[a:b]):
                    continue
            if tour is None:
                continue
            names = names_in(context.marked, sentence, a, b)
            for one in _together(context, scene, person):
                yield from _emit(context, scene, actor_of(one), names, rule, m.end() - 1, 0.9)


def _together(context: Context, scene: Scene, last: PersonMark) -> list[PersonMark]:
    """校党委书记甲、校长乙一行赴…: all of those who are joined before the verb."""
    found = [last]
    for person in reversed(scene.sentence.actors()):
        if person.end + 1 == found[0].left and context.text[person.end] in "、和":
            found.insert(0, person)
    return found


_FRAME = re.compile(r"(?:^|(?<=[，。；]))在(?P<place>[^，。；]{2,160}?)(?:，|(?=听取|察看|查看|参观|详细了解|实地))")


def frame_place(context: Context, rule: str) -> Iterator[Statement]:
    """在A，X参观了…: a sentence of a tour that opens with a place happens there.

    Says: 3月2日，市委书记王建国在青石县调研。在白云社区，王建国听取了汇报。 => 王建国 visited 白云社区
    Not: 3月2日，市委书记王建国在青石县调研。在座谈会上，王建国听取了汇报。 => 王建国 visited 座谈会
    """
    for scene in context.body():
        sentence = scene.sentence
        if scene.leader is None or not _is_tour(context):
            continue
        m = _FRAME.search(context.text[sentence.start : sentence.end])
        if m is None or context.in_speech(scene, sentence.start + m.start()) or m.start() > 24:
            continue
        place = m["place"]
        begin = sentence.start
        if re.search(r"(?:上|中|下|时|后|前|期间|过程|方面|基础|之际|里|内|以来|领导|指导|组织|主持|介绍|陪同|引领|推动)$", place) or re.search(r"会议?$", place):
            continue
        rest = context.text[begin + m.end() : sentence.end]
        subject = _frame_subject(context, scene, begin + m.end(), rest)
        if subject is None:
            continue
        names = names_in(context.marked, sentence, begin + m.start("place"), begin + m.end("place"), arrived=True)
        yield from _emit(context, scene, subject, names, rule, begin + m.start(), 0.88)


def _frame_subject(context: Context, scene: Scene, start: int, rest: str) -> Actor | None:
    leader = scene.leader
    if leader is None:
        return None
    first = next((p for p in scene.sentence.actors() if p.start >= start), None)
    if first is not None and first.left <= start + 14:
        return actor_of(first) if first.name == leader.name else None
    if re.match(_TEAM_WORDS + "|与会人员", rest):
        return Actor(leader.type, leader.name, start, start + 1, leader.anchor or (leader.start, leader.end))
    return None


def _is_tour(context: Context) -> bool:
    return context.report_holds(6, _TOURS)


_TOURS = re.compile(_TOUR)


_BACK = OnlyWith("这里|这个|该", r"(?P<who>[^，。；]{0,12}?)(?:来到|走进|考察了?|到|察看了?)(?:了)?(?:这里|这个(?:村|社区|企业|公司|园区|镇)|该(?:村|社区|公司|企业|项目|园区))")
_OPENING = re.compile(r"^(?P<place>[^，。；、]{3,30}?)(?:是|位于|坐落|地处|始建于|建于|成立于|于|占地|总投资|有着|拥有)")


def back_reference(context: Context, rule: str) -> Iterator[Statement]:
    """A是…。X来到这里: 这里 is the place that the sentence (or the one before) opens with.

    Says: 市委书记王建国在青石县调研。白云社区是一个老小区。王建国来到这里，察看改造情况。 => 王建国 visited 白云社区
    Not: 市委书记王建国在青石县调研。白云社区是一个老小区。游客来到这里，感到新鲜。 => 王建国 visited 白云社区
    """
    previous: Scene | None = None
    for scene in context.body():
        sentence = scene.sentence
        m = _BACK.search(context.text, sentence.start, sentence.end)
        if m and not context.in_speech(scene, m.start()) and scene.leader is not None:
            subject = _subject(context, scene, m.end("who"))
            place = _opening_place(context, scene, m.start()) or (
                _opening_place(context, previous, previous.sentence.end) if previous else None
            )
            if subject is not None and place is not None:
                spot = context.mention(place)
                yield context.state(scene, "visited", context.mention(subject), spot, rule, confidence=0.85)
        previous = scene


def _opening_place(context: Context, scene: Scene, limit: int) -> NameSpan | None:
    sentence = scene.sentence
    m = _OPENING.match(context.text[sentence.start : limit])
    if m is None:
        return None
    span: Span = (sentence.start, sentence.start + m.end("place"))
    if not is_proper(context.marked, sentence, span):
        return None
    return NameSpan(*span, type_of(context.text[span[0] : span[1]]))


def in_caption(context: Context, rule: str) -> Iterator[Statement]:
    """A caption 图为X在A调研 repeats a visit.

    Says: 市委书记王建国在青石县调研。\\n图为王建国在白云产业园项目施工现场调研。 => 王建国 visited 白云产业园项目
    Not: 市委书记王建国在青石县调研。\\n图为白云产业园项目施工现场。 => 王建国 visited 白云产业园项目
    """
    for scene in context.scenes:
        sentence = scene.sentence
        if sentence.frame.kind is not PassageKind.CAPTION or not sentence.actors():
            continue
        person = sentence.actors()[0]
        m = re.match(rf"(?:[^，。]{{0,10}}?)(?:在|到|来到|深入)(?P<place>[^，。]{{2,40}}?){_TOUR}", context.text[person.end : sentence.end])
        if m:
            a = person.end + m.start("place")
            names = names_in(context.marked, sentence, a, person.end + m.end("place"))
            yield from _emit(context, scene, actor_of(person), names, rule, a, 0.85)


RULES = (
    Rule("visits.at_stop", at_stop),
    Rule("visits.lead_place", lead_place),
    Rule("visits.frame_place", frame_place),
    Rule("visits.back_reference", back_reference),
    Rule("visits.caption", in_caption),
)
