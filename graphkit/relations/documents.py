"""implements and pursues: who carries out which instruction; what a place is to become (GENRE.md 29; GENRE-DETAIL.md 66–67, 81)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphkit.discourse.scene import Actor, Scene
from graphkit.model import Statement, Status
from graphkit.recognition import gazetteer
from graphkit.recognition.lexicon import OnlyWith
from graphkit.relations.drafting import Context, Rule, phrase_mention

_CARRY = (
    r"(?:深入|认真|全面|坚决|切实|持续|扎实|紧紧围绕|积极|主动|迅速)*(?:学习贯彻落实|学习宣传贯彻|传达学习贯彻|传达学习|学习贯彻|贯彻落实|贯彻执行|深入贯彻|坚决贯彻|全面贯彻|贯彻|学习传达|传达了?|落实|紧扣|按照)(?:好|了)?"
)
_SOURCE = (
    r"(?P<doc>(?:(?!(?:贯彻|落实|学习|按照|传达))[^，。；“”、]|“[^”]{1,20}”|、(?=[^，。；、]{1,24}(?:精神|部署|要求|讲话|批示))){2,60}?"
    r"(?:重要(?:指示批示|讲话重要指示批示|讲话重要指示|指示|讲话|论述|回信|批示)?(?:精神)?|指示批示精神|指示精神|讲话精神|会议精神|全会精神|精神|决策部署|战略部署|部署要求|工作部署|部署|重要论述|要求|《[^》]+》|思想)(?:精神)?)"
)
_IMPLEMENTS = OnlyWith("贯彻|落实|传达|紧扣|按照", _CARRY + _SOURCE + r"(?=[，。；、和及]|，|$|情况|为|作为|的)")
_BOOK = OnlyWith("《", _CARRY + r"(?P<doc>《[^》]{2,60}》(?:精神)?)")
_GENERIC = re.compile(r"^(?:各项|有关|相关|上级|党中央|会议|中央|这一|上述|工作|以上|此次|既定|总|具体|安全生产|疫情防控|这些|责任|任务|好|本次)?(?:决策部署|部署要求|部署|要求|精神|工作部署|会议精神|各项要求|各项部署)$")
_BODY = re.compile(
    r"(?P<who>(?:[\u4e00-\u9fff]{2,12}?(?:省委|市委|县委|区委|州委|省政府|市政府|县政府|政府|党委|委员会|省|市|县|区|州|镇|乡|村|总局|局|公司|集团|大学|学院|政协|人大|首规委|协会|机关|高新区|开发区)|[省市县区州]委(?:、[省市县区州]政府)?|县委、县政府|市委、市政府|省委、省政府|人民政协|首规委|新一届[^，。；]{2,10}))(?=(?:和各地|各地|各级|全[市县省区]|正处于|正|要|将|认真|坚决|深入|全面|切实|始终|严格|积极|也|持续|紧扣|[^，。；]{0,6}$))"
)


def carried_out(context: Context, rule: str) -> Iterator[Statement]:
    """X省要深入贯彻A精神, 会议传达学习A精神, 县委认真贯彻A精神: with a named source.

    Says: 9月3日，市长王建国主持召开市政府党组会议，传达学习省委经济工作会议精神。 => 市政府党组会议 implements 省委经济工作会议精神
    Not: 市长王建国在青石县调研时强调，要落实各项要求。 => 王建国 implements 各项要求
    """
    for scene in context.body():
        sentence = scene.sentence
        for pattern in (_IMPLEMENTS, _BOOK):
            for m in pattern.finditer(context.text, sentence.start, sentence.end):
                a, b = m.span("doc")
                if _GENERIC.match(context.text[a:b]) or not _named(context.text[a:b]):
                    continue
                who = _who(context, scene, m.start())
                if who is None:
                    continue
                document = phrase_mention(context, "Document", a, b, _source_cuts(context.text[a:b]))
                confidence = 0.8 if who.type != "Person" else 0.6
                status = _not_urged(context.status(sentence, m.start()))
                yield context.state(scene, "implements", context.mention(who), document, rule, confidence=confidence, status=status)


def _not_urged(status: Status) -> Status:
    """希望湖南深入贯彻A, 临汾要打造B: the guidelines take what a named body is to carry out or become for stated."""
    return Status.ACTUAL if status is Status.URGED else status


def _named(words: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]{2,4}(?:总书记|总理|主席|省长|书记)|党的|中央|省委|市委|县委|国务院|全会|会议|党代会|大会|《|“|二十|[省市县]政府", words))


def _source_cuts(words: str) -> tuple[str, ...]:
    cuts = [re.sub(r"(?:重要讲话|重要指示批示|重要指示|指示批示)?(?:精神|部署要求|要求|部署)$", "", words)]
    return tuple(c for c in cuts if len(c) >= 4 and c != words)


#: How far before a verb its subject may stand, in characters.
_LONGEST_CLAUSE = 400


def _who(context: Context, scene: Scene, at: int) -> Actor | None:
    """Grammatical subject: a named body or place, else the meeting that acts, else the speaker."""
    sentence = scene.sentence
    text = context.text
    comma = max(text.rfind(c, sentence.start, at) for c in "，；。：")
    floor = max(comma + 1, sentence.start)
    for start in (floor, max((max(text.rfind(c, sentence.start, comma) for c in "，；。：") + 1), sentence.start) if comma >= 0 else floor):
        best = None
        start = max(start, at - _LONGEST_CLAUSE)
        for m in _BODY.finditer(text[start:at]):
            best = m
        if best is not None:
            a, b = start + best.start("who"), start + best.end("who")
            k = sentence.token_index(a)
            if sentence.tokens[k].start != a and k + 1 < len(sentence.tokens) and sentence.tokens[k + 1].start < b:
                a = sentence.tokens[k + 1].start
            lead = re.match(r"(?:希望|要求|了解|听取|督促|推动|引导|确保|指导|当前|新一届|是|在|对|为|由|让|推动|引导|今年以来)+", text[a:b])
            if lead and lead.end() < b - a:
                a += lead.end()
            if b - a >= 2 and not re.match(r"各(?:地|级|部门|单位|有关|相关)|有关|相关", text[a:b]):
                kind = "Place" if gazetteer.is_division(text[a:b]) or text[b - 1] in "省市县区州镇乡村" else "Organization"
                return Actor(kind, text[a:b], a, b)
    place = _addressed(context, scene, floor, at)
    if place is not None:
        return place
    if re.match(r"(?:近年来，?|五年来，?|今年以来，?)?(?:各|有关|相关|兵团|广大|全党|全国|大家|我们|同志们|[^，]{0,6}上下)", text[floor:at]):
        return None
    for speech in scene.speeches:
        if speech.start <= at < speech.end:
            return speech.speaker
    head = text[floor:at]
    if scene.meeting is not None and (
        re.match(r"会议|会上|全会", text[sentence.start : at]) or any(m.end <= at for m in scene.meetings) or re.match(r"会议", head)
    ):
        mark = scene.meeting
        return Actor("Meeting", mark.name, at, at + 1, (mark.start, mark.end), mark.aliases)
    return None


_ADDRESSED = re.compile(r"(?:希望|要求|推动|指导|当前，?|目前，?|^|近年来，?|今年以来，?)(?P<who>[\u4e00-\u9fff]{2,6}?)(?=正处于|要|深入|认真|坚决|全面|切实|始终|坚持|扎实|持续|牢记|进一步|努力|在)")


def _addressed(context: Context, scene: Scene, floor: int, at: int) -> Actor | None:
    """希望湖南深入贯彻A, 临汾正处于深入贯彻A的…: a division without its ending, in the clause or the one before."""
    sentence, text = scene.sentence, context.text
    before = max(text.rfind(c, sentence.start, max(floor - 1, sentence.start)) for c in "，；。：") + 1
    for start in (floor, max(before, sentence.start)):
        m = _ADDRESSED.match(text, start, at)
        if m and gazetteer.is_division(m["who"]):
            return Actor("Place", m["who"], m.start("who"), m.end("who"))
    return None


_PURSUE = OnlyWith(
    "打造|建设|建成|创建|争创|构建|争当",
    r"(?P<verb>(?:奋力|着力|全力|加快|加速|努力|积极|持续|合力|共同)*(?:打造成?为?|建设成?为?|建成|创建|争创|构建|争当|建设))(?P<target>(?!的)[^，。；、]{3,30}?(?:高地|枢纽|中心|城市|样板|示范区|先行区|基地|名城|强省|强市|强县|强区|支点|增长极|引擎|门户|窗口|试验区|示范市|示范县|家园|之都|之城|之乡|名片|走廊|经济圈|都市圈|桥头堡|标杆|典范|样板区|引领区|核心区|样板城市|区域中心城市|目的地|胜地|小镇|高地群|城|篇章))(?=[，。；、]|贡献|的|建设|$)"
)
_MORE = re.compile(r"、(?P<target>[^，。；、]{3,30}?(?:高地|枢纽|中心|城市|样板|示范区|先行区|基地|名城|支点|增长极|引擎|门户|窗口|试验区|标杆|典范|引领区|核心区|目的地))(?=[，。；、]|贡献|$)")


def to_become(context: Context, rule: str) -> Iterator[Statement]:
    """重庆要…打造内陆开放综合枢纽, 为临汾建设A、打造B: the place is to become it.

    Says: 王建国强调，临汾要发挥优势，奋力打造内陆开放综合枢纽。 => 临汾 pursues 内陆开放综合枢纽
    Not: 王建国强调，要打造一流团队。 => 王建国 pursues 一流团队
    """
    for scene in context.body():
        sentence = scene.sentence
        for m in _PURSUE.finditer(context.text, sentence.start, sentence.end):
            who = _place_before(context, scene, m.start())
            if who is None:
                continue
            spans = [m.span("target")]
            more = _MORE.match(context.text, m.end(), sentence.end)
            while more:
                spans.append(more.span("target"))
                more = _MORE.match(context.text, more.end(), sentence.end)
            for a, b in spans:
                cut = context.text.rfind("的", a, b - 4)
                aliases = (context.text[cut + 1 : b],) if cut > a else ()
                target = phrase_mention(context, "Phrase", a, b, aliases)
                status = context.status(sentence, m.start())
                status = Status.DENIED if status is Status.DENIED else Status.ACTUAL
                yield context.state(scene, "pursues", context.mention(who), target, rule, confidence=0.75, status=status)


def _place_before(context: Context, scene: Scene, at: int) -> Actor | None:
    """The place or body that is the grammatical subject, in the clause or earlier in the sentence."""
    sentence = scene.sentence
    best: tuple[int, int] | None = None
    for k in range(sentence.token_index(at), -1, -1):
        token = sentence.tokens[k]
        if token.end > at:
            continue
        if token.tag not in {"LOC", "ORG"}:
            continue
        before = context.text[max(sentence.start, token.start - 2) : token.start]
        after = context.text[token.end : token.end + 3]
        if re.search(r"[在对到从于赴、和同与]$", before) and not before.endswith(("希望", "为")):
            continue
        if re.match(r"(?:正|要|将|不再|没有|放弃|作为|承担|已|集|应|必须|加快|奋力|着力|建设|打造|深入|结合|坚持|以|充分|在|始终|紧)", after):
            best = (token.start, token.end)
            break
    if best is None:
        return None
    words = context.text[best[0] : best[1]]
    kind = "Place" if gazetteer.is_division(words) or words[-1] in "省市县区州镇乡村" else "Organization"
    return Actor(kind, words, *best)


RULES = (
    Rule("documents.carried_out", carried_out),
    Rule("documents.to_become", to_become),
)
