"""has_attribute and has_part: investment, area, phase, status and parts of projects (GENRE.md 36–41)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

from graphkit.discourse.scene import Scene
from graphkit.grammar.lexicon import any_of, words
from graphkit.model import Mention, Statement, Status
from graphkit.recognition.lexicon import OnlyWith
from graphkit.recognition.marks import MarkedSentence, Span
from graphkit.recognition.names import NameSpan, has_suffix, is_one_name, is_proper, names_in, other_wordings, type_of
from graphkit.relations.drafting import Context, Rule, phrase_mention
from graphkit.relations.places import named_before

_MONEY = r"(?:约|近|超过?|逾|达到?)?\d[\d,.]*(?:多|余)?(?:万亿|亿|万|千万)?(?:多|余)?(?:元人民币|美元|欧元|元)(?:左右|以上)?"
_LISTED = OnlyWith("投资", rf"总?投资(?:额|规模)?(?P<value>{_MONEY})的(?P<name>[^，。；：]{{3,48}}?(?:项目|工程|基地|园区|产业园|中心))(?=[，。；]|建设|正式|今天|开工|签约|落地|在|于|顺利|成功|奠基|举行)")
_VALUE = re.compile(
    rf"(?P<investment>(?:(?:项目|其中|计划|一期|二期|三期|首期)?(?:总|计划总|概算总|拟|计划)?投资(?:额|约|规模|概算)?(?:为|达|约|超|近)?)(?P<money>{_MONEY}))"
    rf"|(?P<area>(?:规划|项目)?(?:总)?(?:占地面积|占地|用地面积|用地|建筑面积|建设面积|面积)(?:约|达|为|近|超)?(?P<size>(?:约|近|超|逾)?\d[\d,.]*(?:多|余)?(?:万|千)?(?:多|余)?(?:亩|平方米|公顷|平方公里|平米)(?:左右|以上)?))"
    rf"|(?P<count>(?:入驻(?:企业|商户|项目|单位)|集聚企业|吸纳就业|带动就业|安置就业|在校(?:学生|生)|床位|常住人口|覆盖(?:人口|群众|农户))(?:达|约|超|近|共|有|总数)*\d[\d,.]*(?:多|余)?(?:万|千|亿)?(?:多|余)?(?:家|户|人|名|个|张|所)(?:以上|左右)?)"
    rf"|(?:分(?P<phase>[一二三四五两三\d]+期)(?:建设|实施|开发|推进)?)"
    rf"|(?P<capacity>(?:年产能|设计产能|年处理能力|年处理|日处理|年生产能力|年设计产能|总装机容量|装机容量|库容|存栏)(?:达|约|为|超)?(?:约|近|超)?\d[\d,.]*(?:多|余)?(?:万|亿|千)?(?:多|余)?(?:吨|台|套|辆|件|千瓦时|千瓦|兆瓦|立方米|头|只|人|GWh|亿支|支))"
    rf"|(?P<output>(?:年产值|年产量|年产|每年生产|累计生产|年生产)(?:[\u4e00-\u9fff]{{0,6}}?)(?:可达|达|约|为|超)?(?:约|近|超)?\d[\d,.]*(?:多|余)?(?:万|亿|千)?(?:多|余)?(?:亿元|万元|元|吨|台|套|辆|件|支|片|箱|米|平方米|只|头))"
)
_STATUS = re.compile(r"(?:目前|现|现在|日前|已于[^，。；]{2,10}?|于[^，。；]{2,10}?)?(?P<status>(?:已经?|正在|成功|全面|顺利|正式)*" + any_of(words("stage")) + ")")
_OF_PROJECT = "(?:项目|工程|产业园|园区|基地|生产线|有限公司|公司)"
_TOLD_OF = r"(?=总投资|计划总?投资|占地|总占地|规划|位于|建设规模|分[一二三四两]期|于\d|已|正|目前|投资|年产|成功|，总投资|，占地|，计划总?投资|，规划)"
_PROJECT_START = OnlyWith(_OF_PROJECT + _TOLD_OF, f"(?P<name>[^，。；：、]{{3,40}}?{_OF_PROJECT}){_TOLD_OF}")
_FORECAST = re.compile(r"(?:建成后|达产后|投产后|建成投产后|投用后|预计|力争|将|有望|计划|拟|确保|可实现|可年产|可形成)")
#: 达产后预计年产值45亿元，带动就业2000人: what follows lies ahead, to the end of the sentence.
_AHEAD = re.compile(r"(?:该?项目|工程|基地)?(?:全部|全面)?(?:达产|建成|投产|投用|建成投产|竣工)后")
_DONE_BEFORE = re.compile(r"(?:建成|达产|投产|投用|竣工)后[^；。]*，")
_NOT_DONE = re.compile(r"(?:尚未|未能|并未|没有|未)[^，。；]{0,4}$")
#: 其中一期投资6亿元，占地120亩，二期…: what follows belongs to the phase until another is named.
_PHASE = re.compile(r"(?:其中)?(?P<phase>[一二三四五首]期)(?!望|待|间|内|货)")
_THIS = re.compile(r"^(?:[一二三四首]期)(?=项目|工程|已|总?投资|占地)|(?:该|此|本)(?:项目|园区|企业|公司|基地|工程)|^项目|^(?:全部|全面)?(?:达产|建成|投产|投用|建成投产|竣工)后")
#: More than one, or none by name: 一批数字农业基地, 今年计划实施88个项目, 制造业重大项目.
_MANY = re.compile(r"^(?:一批|多个|首批|今年|全年|我国“|全国|各|这些|本|新)|安排|提出的|计划|\d+个|[九十八七六五四三两]大|(?:重大|重点|亿元|产业|制造业)项目$|等产业项目$")
_GROUP = re.compile(r"投资|分别是|(?:\d+个项目|项目\d+个|\d+项|\d+个(?:重大|重点|产业)?项目)$|类\d")


def _project(context: Context, scene: Scene, start: int, end: int) -> Mention:
    words = context.text[start:end]
    kind = type_of(words)
    return context.mention(NameSpan(start, end, kind if kind != "Place" else "Project", other_wordings(words)))


def number_in_front(context: Context, rule: str) -> Iterator[Statement]:
    """总投资5.5亿元的甲项目，总投资0.6亿元的乙项目: the number belongs to the name after it.

    Says: 分别是总投资5.5亿元的白云饲料厂建设项目，总投资0.6亿元的青石生产线项目。 => 青石生产线项目 has_attribute investment=0.6亿元
    Not: 分别是总投资5.5亿元的白云饲料厂建设项目，总投资0.6亿元的青石生产线项目。 => 白云饲料厂建设项目 has_attribute investment=0.6亿元
    """
    for scene in context.body():
        sentence = scene.sentence
        for m in _LISTED.finditer(context.text, sentence.start, sentence.end):
            a, b = m.span("name")
            if _MANY.search(context.text[a:b]) or not (is_proper(context.marked, sentence, (a, b)) or b - a >= 9):
                continue
            if _GROUP.search(context.text[a:b]) or re.match(r"\d+个|\d+项|多个|一批", context.text[a:b]):
                continue
            value = phrase_mention(context, "Value", *m.span("value"))
            yield context.state(scene, "has_attribute", _project(context, scene, a, b), value, rule, kind="investment", confidence=0.92)


def number_behind(context: Context, rule: str) -> Iterator[Statement]:
    """A项目总投资15亿元，占地1000亩，分三期建设: values behind the name or behind 该项目.

    Says: 王建国来到白云汽车产业园项目。该项目总占地1000亩，分三期建设，其中一期投资约5.7亿元。 => 白云汽车产业园项目 has_attribute area=1000亩
    Not: 王建国来到白云汽车产业园项目。青石区项目10个，总投资11.9亿元。 => 白云汽车产业园项目 has_attribute investment=11.9亿元
    """
    for number, scene in enumerate(context.body()):
        if not scene.speeches:
            holder: tuple[Mention, int] | None = None
            for start, end in _segments(context.text, scene.sentence):
                own = _holder(context, scene, number if start == scene.sentence.start else 0, start, end)
                if own is None and _OTHER_PROJECT.search(context.text, start, end) and start != scene.sentence.start:
                    # A甲项目投资1亿元；其他项目…: its values are not those of 甲.
                    holder = None
                    continue
                holder = own if own is not None else (holder[0], start) if holder is not None else None
                if holder is not None:
                    yield from _values(context, scene, holder[0], holder[1], end, rule)


_SEMICOLON = re.compile("；")


def _segments(text: str, sentence: MarkedSentence) -> list[Span]:
    """The sentence cut at semicolons: a list of projects has one in each."""
    edges = [sentence.start, *(m.end() for m in _SEMICOLON.finditer(text, sentence.start, sentence.end)), sentence.end]
    return [(a, b) for a, b in itertools.pairwise(edges) if a < b]


_OTHER_PROJECT = re.compile(r"(?:项目|工程|产业园|基地|公司)(?=总?投资|占地|计划|，)")


def _holder(context: Context, scene: Scene, number: int, start: int, end: int) -> tuple[Mention, int] | None:
    """Whose values `start:end` of a sentence gives, and from where on. number: of the scene, 0 when nothing points back."""
    sentence = scene.sentence
    this = _THIS.search(context.text[start:end])
    last = named_before(context, number) if this and this.start() <= 12 else None
    if this and last is not None:
        home = context.mention(last)
        a = start + this.start()
        b = start + this.end()
        span = context.marked.shadow.original(a, b)
        return Mention(home.type, home.name, span[0], span[1], home.aliases, (home.start, home.end)), b
    m = _PROJECT_START.search(context.text, start, end)
    if m is None:
        return None
    a, b = m.span("name")
    lead = re.search(r"(?:的|，|在|是|为|来到|成)(?=[^的，]{3,}$)", context.text[a:b])
    cut = re.match(r"(?:本次|此次|其中|这是|目前|当天|据介绍|据了解|作为)(?:[^，。；]{0,14}的)?", context.text[a:b])
    if cut:
        a += cut.end()
    elif lead and lead.group() != "的":
        a += lead.end()
    if _MANY.search(context.text[a:b]) or not is_proper(context.marked, sentence, (a, b)) or _GROUP.search(context.text[a:b]) or b - a < 4:
        return None
    return _project(context, scene, a, b), b


def _values(context: Context, scene: Scene, holder: Mention, begin: int, end: int, rule: str) -> Iterator[Statement]:
    sentence = scene.sentence
    for m in _VALUE.finditer(context.text, begin, end):
        kind = next(k for k in ("investment", "area", "phase", "capacity", "output", "count") if m[k])
        comma = max(context.text.rfind(c, sentence.start, m.start()) for c in "，；")
        clause = context.text[max(comma + 1, begin) : m.start()]
        if re.search(r"\d+个|同比|累计|全市|全县|全区|全省|全国", clause):
            continue
        span = {"investment": m.span("investment"), "area": m.span("size")}.get(kind, m.span(kind))
        aliases: tuple[str, ...] = ()
        if kind == "investment":
            span, aliases = _scoped(context.text, m)
        ahead = _FORECAST.search(clause) or _AHEAD.match(context.text, sentence.start, sentence.end) or _DONE_BEFORE.search(context.text, begin, m.start()) or (_FORECAST.search(m.group()) and kind != "investment")
        status = Status.PLANNED if ahead else Status.ACTUAL
        value = _in_phase(context, sentence, phrase_mention(context, "Value", *span, aliases), m.start(), kind)
        yield context.state(scene, "has_attribute", holder, value, rule, kind=kind, status=status, confidence=0.88)
    for m in _STATUS.finditer(context.text, begin, end):
        comma = max(context.text.rfind(c, sentence.start, m.start()) for c in "，；")
        clause = context.text[max(comma + 1, begin) : m.start()]
        after = context.text[m.end() : m.end() + 2]
        if after[:1] in tuple("的仪前后以") or re.search("[0-9]", after):
            continue
        status = Status.DENIED if _NOT_DONE.search(clause) else Status.PLANNED if _FORECAST.search(clause) else Status.ACTUAL
        if status is Status.ACTUAL and not re.match(r"已|正|成功|目前|全面|顺利|正式|现", m.group()):
            continue
        value = _in_phase(context, sentence, phrase_mention(context, "Value", *m.span("status")), m.start(), "status")
        yield context.state(scene, "has_attribute", holder, value, rule, kind="status", status=status, confidence=0.85)


def _in_phase(context: Context, sentence: MarkedSentence, value: Mention, at: int, kind: str) -> Mention:
    """The value with the phase that it belongs to in front: 一期120亩."""
    comma = max(context.text.rfind(c, sentence.start, at) for c in "，；")
    floor = max(comma + 1, sentence.start) if kind == "status" else sentence.start
    named = list(_PHASE.finditer(context.text, floor, at))
    if not named or kind == "phase" or re.match(r"[一二三四五首]期", value.name):
        return value
    phase = named[-1]["phase"]
    return replace(value, name=phase + value.name, aliases=(value.name, *value.aliases))


def _scoped(text: str, m: re.Match[str]) -> tuple[tuple[int, int], tuple[str, ...]]:
    """Keeps 一期 and the hedge: 一期投资约5.7亿元; a bare 总投资 is dropped."""
    words = m["investment"]
    money = m["money"]
    if re.match(r"(?:其中)?[一二三首]期", words):
        a = m.start("investment") + (2 if words.startswith("其中") else 0)
        return (a, m.end("investment")), (money,)
    a = m.start("money")
    if text[a - 1] in "约超近达":
        a -= 1
    return (a, m.end("money")), (words, money)


_PARTS = re.compile(r"(?:包括|建有|设有|涵盖|由|内设|建设有|建成了?|参观了?|察看了?|实地参观了?|实地察看了?)(?P<list>[^，。；]{3,80}?)(?:等(?P<kind>[^，。；]{0,16})|组成)(?=[，。；]|建设|工程)")
#: 在A，X参观了甲、乙、丙，…: two or more, without 等.
_LOOKED_AT = re.compile(r"(?:实地)?(?:参观|察看|查看)了?(?P<list>[^，。；、]{3,20}(?:、[^，。；、]{3,20})+)(?=[，。；])")
_FRAME = re.compile(r"^(?:[^，。；]{0,12}，)?在(?P<place>[^，。；、]{3,30})，")


def inside(context: Context, rule: str) -> Iterator[Statement]:
    """在A，X察看了甲、乙、丙等场馆: what is named inside a stop is part of it.

    Says: 市长王建国在青石县调研。在白云驿城，王建国参观了五花塔、金石博物馆、碑拓博物馆等场馆。 => 白云驿城 has_part 金石博物馆
    Not: 市长王建国在青石县调研。在白云驿城，王建国参观了压缩机零部件等产品。 => 白云驿城 has_part 压缩机零部件
    """
    for number, scene in enumerate(context.body()):
        sentence = scene.sentence
        frame = _FRAME.match(context.text[sentence.start : sentence.end])
        whole: NameSpan | None = None
        if frame:
            a = sentence.start + frame.start("place")
            names = names_in(context.marked, sentence, a, sentence.start + frame.end("place"))
            whole = names[0] if names else None
        if whole is not None and whole.type != "Place" and frame:
            for m in _LOOKED_AT.finditer(context.text, sentence.start + frame.end(), sentence.end):
                if not context.in_speech(scene, m.start()) and "等" not in m["list"]:
                    yield from _parts(context, scene, whole, m, rule)
        for m in _PARTS.finditer(context.text, sentence.start, sentence.end):
            if context.in_speech(scene, m.start()) or re.search(r"产品|情况|流程|设备|环节|问题|人员|措施|领域|方面", m["kind"] or ""):
                continue
            looked = "参观" in m.group()[:6] or "察看" in m.group()[:6]
            if looked and whole is None and _STOPS.match(m["kind"] or ""):
                continue
            holder = _owner(context, scene, m) or whole or _whole_before(context, scene, number, looked)
            if holder is None or holder.type == "Place":
                continue
            yield from _parts(context, scene, holder, m, rule)


#: 察看了甲、乙等项目: a list of stops, no parts of the last one.
_STOPS = re.compile(r"(?:重点|重大)?(?:项目|企业|公司|单位|地|处|村|点|学校|社区)")


def _whole_before(context: Context, scene: Scene, number: int, looked: bool) -> NameSpan | None:
    """The thing last named, when a list without a name in front tells of it: what is looked at does when that is a project or park."""
    if not looked and not _POINTS_BACK.match(context.text, scene.sentence.start, scene.sentence.end):
        return None
    last = named_before(context, number)
    if last is None or not looked:
        return last
    is_whole = last.type in ("Project", "Park") and scene.leader is not None and is_one_name(context.marked, _home(context, last), last)
    return last if is_whole else None


def _home(context: Context, name: NameSpan) -> MarkedSentence:
    """The sentence that holds a name."""
    return context.scene_at(name.start).sentence


def _owner(context: Context, scene: Scene, m: re.Match[str]) -> NameSpan | None:
    """A建有B、C: the name right before the verb."""
    if not re.match(r"建有|设有|内设|建设有|由", m.group()):
        return None
    comma = max(context.text.rfind(c, scene.sentence.start, m.start()) for c in "，；。")
    start = max(comma + 1, scene.sentence.start)
    end = start + len(_BARE_END.sub("", context.text[start : m.start()]))
    kind = type_of(context.text[start:end])
    name = NameSpan(start, end, kind)
    if not 4 <= end - start <= 30 or kind == "Place" or not has_suffix(context.text[start:end]) or _MANY.search(context.text[start:end]):
        return None
    if not is_proper(context.marked, scene.sentence, (start, end)) or not is_one_name(context.marked, scene.sentence, name):
        return None
    return replace(name, aliases=other_wordings(context.text[start:end]))


_POINTS_BACK = re.compile(r"(?:该|此|本)?(?:项目|园区|基地|工程|中心|企业|公司)|其中|这里|园内|区内|馆内|内")
_BARE_END = re.compile(r"(?:将|拟|计划|内|已|已经|主要|还|共|没有|未|目前)+$")


def _parts(context: Context, scene: Scene, holder: NameSpan, m: re.Match[str], rule: str) -> Iterator[Statement]:
    a, b = m.span("list")
    items = context.text[a:b].split("、")
    at = a
    for item in items:
        start, at = at, at + len(item) + 1
        end = start + len(item)
        if not 3 <= len(item) <= 20 or re.search(r"[的了]|情况|产品|建设$", item):
            continue
        kind = type_of(item)
        if kind == "Site" and not re.search(r"(?:中心|馆|站|室|塔|场|园|厂|楼|广场|大厅|仓库|车间|基地|公园|街|寺|桥|区)$", item):
            continue
        part = context.mention(NameSpan(start, end, kind if kind != "Place" else "Site"))
        status = context.status(scene.sentence, m.start())
        yield context.state(scene, "has_part", context.mention(holder), part, rule, confidence=0.75, date="", status=status)


RULES = (
    Rule("attributes.number_in_front", number_in_front),
    Rule("attributes.number_behind", number_behind),
    Rule("attributes.inside", inside),
)
