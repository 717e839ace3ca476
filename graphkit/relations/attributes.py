"""has_attribute and has_part: investment, area, phase, status and parts of projects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from graphkit.discourse.scene import Scene
from graphkit.grammar.patterns import guarded, pattern
from graphkit.model import Mention, Statement, Status
from graphkit.reading.clauses import PROJECT_PART, clause_before, clause_start, clauses
from graphkit.recognition.lists import split_list
from graphkit.recognition.marks import MarkedSentence, Span
from graphkit.recognition.name_ends import BEFORE_PARTS, name_end_before
from graphkit.recognition.names import NameSpan, has_suffix, is_one_name, is_proper, names_in, other_wordings, type_of
from graphkit.recognition.quantities import Scope, scope_of
from graphkit.relations.drafting import Context, Rule, phrase_mention, value_mention
from graphkit.relations.places import named_before

_VALUE_BEFORE_NAME = guarded("attributes.value_before_name")
_VALUE = pattern("attributes.value")
_VALUE_KINDS = ("investment", "area", "phase", "capacity", "output", "count")
_STATUS = pattern("attributes.status")
_DESCRIBED_PROJECT = guarded("attributes.described_project")
_FORECAST = pattern("attributes.forecast")
_FORECAST_SENTENCE = pattern("attributes.forecast_sentence")
_COMPLETED_EARLIER = pattern("attributes.completed_earlier")
_NOT_REACHED = pattern("attributes.not_reached")
_NO_STAGE = pattern("attributes.no_stage")
_STAGE_REACHED = pattern("attributes.stage_reached")
_PHASE = pattern("attributes.phase")
_PHASE_NAME = pattern("attributes.phase_name")
_INVESTMENT_OF_PHASE = pattern("attributes.investment_of_phase")
_OF_PROJECT = pattern("attributes.of_project")
_INVESTED = pattern("attributes.invested")
_HEDGE = pattern("attributes.hedge")
_SAME_PROJECT = pattern("attributes.same_project")
_OTHER_PROJECT = pattern("attributes.other_project")
_SEVERAL_PROJECTS = pattern("attributes.several_projects")
_GROUP_OF_PROJECTS = pattern("attributes.group_of_projects")
_COUNTED = pattern("attributes.counted")
_LEAD_IN = pattern("attributes.lead_in")
_INTRODUCTION = pattern("attributes.introduction")
_PARTICLE = pattern("attributes.particle")
_OF_MANY = pattern("attributes.of_many")
_PARTS = pattern("attributes.parts")
_LOOKED_AT = pattern("attributes.looked_at")
_STOP_IN_FRONT = pattern("attributes.stop_in_front")
_AND_OTHERS = pattern("attributes.and_others")
_NO_PARTS = pattern("attributes.no_parts")
_LOOKED = pattern("attributes.looked")
_KIND_OF_STOPS = pattern("attributes.kind_of_stops")
_HAS = pattern("attributes.has")
_REFERS_BACK = pattern("attributes.refers_back")
_NO_PART = pattern("attributes.no_part")
_END_OF_PART = pattern("attributes.end_of_part")


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
        for m in _VALUE_BEFORE_NAME.finditer(context.text, sentence.start, sentence.end):
            a, b = m.span("name")
            if _SEVERAL_PROJECTS.search(context.text[a:b]):
                continue
            if b - a < 9 and not is_proper(context.marked, sentence, (a, b)):
                continue
            if _GROUP_OF_PROJECTS.search(context.text[a:b]) or _COUNTED.match(context.text[a:b]):
                continue
            value = value_mention(context, *m.span("value"))
            project = _project(context, scene, a, b)
            yield context.state(scene, "has_attribute", project, value, rule, kind="investment", confidence=0.92)


def number_behind(context: Context, rule: str) -> Iterator[Statement]:
    """A项目总投资15亿元，占地1000亩，分三期建设: values after the name or after 该项目.

    Says: 王建国来到白云汽车产业园项目。该项目总占地1000亩，分三期建设，其中一期投资约5.7亿元。 => 白云汽车产业园项目 has_attribute area=1000亩
    Not: 王建国来到白云汽车产业园项目。青石区项目10个，总投资11.9亿元。 => 白云汽车产业园项目 has_attribute investment=11.9亿元
    """
    for number, scene in enumerate(context.body()):
        if not scene.speeches:
            holder: tuple[Mention, int] | None = None
            for start, end in _segments(context.text, scene.sentence):
                own = _holder(context, scene, number if start == scene.sentence.start else 0, start, end)
                if own is None and _OTHER_PROJECT.search(context.text, start, end) and start != scene.sentence.start:
                    # 甲项目投资1亿元；其他项目…: the values after the semicolon are not those of 甲.
                    holder = None
                    continue
                holder = own if own is not None else (holder[0], start) if holder is not None else None
                if holder is not None:
                    yield from _values(context, scene, holder[0], holder[1], end, rule)


def _segments(text: str, sentence: MarkedSentence) -> list[Span]:
    """Split a sentence at its semicolons, because a list of projects has one in each segment."""
    parts = clauses(text, sentence.start, sentence.end, PROJECT_PART)
    # The semicolon belongs to its segment, because patterns look for the mark after a name.
    return [(a, min(b + 1, sentence.end)) for a, b, _ in parts]


def _holder(context: Context, scene: Scene, number: int, start: int, end: int) -> tuple[Mention, int] | None:
    """Return the project that `start:end` of a sentence describes and the position where its description begins.

    number: that of the scene, or 0 if the segment cannot refer to an earlier sentence.
    """
    sentence = scene.sentence
    this = _SAME_PROJECT.search(context.text[start:end])
    last = named_before(context, number) if this and this.start() <= 12 else None
    if this and last is not None:
        home = context.mention(last)
        a = start + this.start()
        b = start + this.end()
        span = context.marked.normalized.original(a, b)
        return Mention(home.type, home.name, span[0], span[1], home.aliases, (home.start, home.end)), b
    m = _DESCRIBED_PROJECT.search(context.text, start, end)
    if m is None:
        return None
    a, b = m.span("name")
    lead = _LEAD_IN.search(context.text[a:b])
    cut = _INTRODUCTION.match(context.text[a:b])
    if cut:
        a += cut.end()
    elif lead and not _PARTICLE.fullmatch(lead.group()):
        a += lead.end()
    if b - a < 4 or not is_proper(context.marked, sentence, (a, b)):
        return None
    if _SEVERAL_PROJECTS.search(context.text[a:b]) or _GROUP_OF_PROJECTS.search(context.text[a:b]):
        return None
    return _project(context, scene, a, b), b


def _values(context: Context, scene: Scene, holder: Mention, begin: int, end: int, rule: str) -> Iterator[Statement]:
    sentence = scene.sentence
    for m in _VALUE.finditer(context.text, begin, end):
        kind = next(k for k in _VALUE_KINDS if m[k])
        clause = _clause_before(context.text, sentence, begin, m.start())
        if _OF_MANY.search(clause):
            continue
        span = {"investment": m.span("investment"), "area": m.span("size")}.get(kind, m.span(kind))
        aliases: tuple[str, ...] = ()
        if kind == "investment":
            span, aliases = _scoped(context.text, m)
        is_forecast = (
            _FORECAST.search(clause)
            or _FORECAST_SENTENCE.match(context.text, sentence.start, sentence.end)
            or _COMPLETED_EARLIER.search(context.text, begin, m.start())
            or (_FORECAST.search(m.group()) and kind != "investment")
        )
        status = Status.PLANNED if is_forecast else Status.ACTUAL
        value = _in_phase(context, sentence, value_mention(context, *span, aliases), m, kind)
        yield context.state(scene, "has_attribute", holder, value, rule, kind=kind, status=status, confidence=0.88)
    for m in _STATUS.finditer(context.text, begin, end):
        clause = _clause_before(context.text, sentence, begin, m.start())
        if _NO_STAGE.match(context.text, m.end(), m.end() + 2):
            continue
        status = Status.PLANNED if _FORECAST.search(clause) else Status.ACTUAL
        if _NOT_REACHED.search(clause):
            status = Status.DENIED
        if status is Status.ACTUAL and not _STAGE_REACHED.match(m.group()):
            continue
        value = _in_phase(context, sentence, phrase_mention(context, "Value", *m.span("status")), m, "status")
        yield context.state(scene, "has_attribute", holder, value, rule, kind="status", status=status, confidence=0.85)


def _clause_before(text: str, sentence: MarkedSentence, begin: int, end: int) -> str:
    """Return the words from the last comma or semicolon before `end`, and from `begin` at the earliest, to `end`."""
    return clause_before(text, begin, end).text


def _in_phase(context: Context, sentence: MarkedSentence, value: Mention, m: re.Match[str], kind: str) -> Mention:
    """Return the value that `m` matches with its phase in front, if it belongs to one: 一期120亩.

    An investment does not belong to the phase if it is that of the project, or if the phase already has one.
    """
    at = m.start()
    floor = clause_start(context.text, sentence.start, at) if kind == "status" else sentence.start
    named = list(_PHASE.finditer(context.text, floor, at))
    if not named or kind == "phase" or _PHASE_NAME.match(value.name):
        return value
    if kind == "investment" and (
        _OF_PROJECT.match(m.group())
        or _INVESTED.search(context.text, named[-1].end(), at)
        or scope_of("", value.name) is Scope.PART
    ):
        return value
    phase = named[-1]["phase"]
    return replace(value, name=phase + value.name, aliases=(value.name, *value.aliases))


def _scoped(text: str, m: re.Match[str]) -> tuple[tuple[int, int], tuple[str, ...]]:
    """Return the range of an investment, with its phase or its hedge (一期投资约5.7亿元) but without 总投资, and its aliases."""
    words = m["investment"]
    money = m["money"]
    of_phase = _INVESTMENT_OF_PHASE.match(words)
    if of_phase:
        return (m.start("investment") + of_phase.start("phase"), m.end("investment")), (money,)
    a = m.start("money")
    if _HEDGE.fullmatch(text[a - 1]):
        a -= 1
    return (a, m.end("money")), (words, money)


def inside(context: Context, rule: str) -> Iterator[Statement]:
    """在A，X察看了甲、乙、丙等场馆: what is named inside a stop is part of it.

    Says: 市长王建国在青石县调研。在白云驿城，王建国参观了五花塔、金石博物馆、碑拓博物馆等场馆。 => 白云驿城 has_part 金石博物馆
    Not: 市长王建国在青石县调研。在白云驿城，王建国参观了压缩机零部件等产品。 => 白云驿城 has_part 压缩机零部件
    """
    for number, scene in enumerate(context.body()):
        sentence = scene.sentence
        frame = _STOP_IN_FRONT.match(context.text[sentence.start : sentence.end])
        whole: NameSpan | None = None
        if frame:
            a = sentence.start + frame.start("place")
            names = names_in(context.marked, sentence, a, sentence.start + frame.end("place"))
            whole = names[0] if names else None
        if whole is not None and whole.type != "Place" and frame:
            for m in _LOOKED_AT.finditer(context.text, sentence.start + frame.end(), sentence.end):
                if not context.in_speech(scene, m.start()) and not _AND_OTHERS.search(m["list"]):
                    yield from _parts(context, scene, whole, m, rule)
        for m in _PARTS.finditer(context.text, sentence.start, sentence.end):
            if context.in_speech(scene, m.start()) or _NO_PARTS.search(m["kind"] or ""):
                continue
            looked = _LOOKED.search(m.group()[:6]) is not None
            if looked and whole is None and _KIND_OF_STOPS.match(m["kind"] or ""):
                continue
            holder = _owner(context, scene, m) or whole or _whole_before(context, scene, number, looked)
            if holder is None or holder.type == "Place":
                continue
            yield from _parts(context, scene, holder, m, rule)


def _whole_before(context: Context, scene: Scene, number: int, looked: bool) -> NameSpan | None:
    """Return what was named last, if a list without a name in front describes it.

    A list of what somebody looked at describes it only if it is a project or a park.
    """
    if not looked and not _REFERS_BACK.match(context.text, scene.sentence.start, scene.sentence.end):
        return None
    last = named_before(context, number)
    if last is None or not looked:
        return last
    if last.type not in ("Project", "Park") or scene.leader is None:
        return None
    return last if is_one_name(context.marked, _home(context, last), last) else None


def _home(context: Context, name: NameSpan) -> MarkedSentence:
    """Return the sentence that contains a name."""
    return context.scene_at(name.start).sentence


def _owner(context: Context, scene: Scene, m: re.Match[str]) -> NameSpan | None:
    """Return the name directly before the verb in A建有B、C."""
    if not _HAS.match(m.group()):
        return None
    start = clause_start(context.text, scene.sentence.start, m.start())
    end = name_end_before(context.text, start, m.start(), BEFORE_PARTS)
    kind = type_of(context.text[start:end])
    name = NameSpan(start, end, kind)
    if not 4 <= end - start <= 30 or kind == "Place" or not has_suffix(context.text[start:end]):
        return None
    if _SEVERAL_PROJECTS.search(context.text[start:end]):
        return None
    if not is_proper(context.marked, scene.sentence, (start, end)) or not is_one_name(
        context.marked, scene.sentence, name
    ):
        return None
    return replace(name, aliases=other_wordings(context.text[start:end]))


def _parts(context: Context, scene: Scene, holder: NameSpan, m: re.Match[str], rule: str) -> Iterator[Statement]:
    for start, end in split_list(context.text, *m.span("list")):
        item = context.text[start:end]
        if not 3 <= len(item) <= 20 or _NO_PART.search(item):
            continue
        kind = type_of(item)
        if kind == "Site" and not _END_OF_PART.search(item):
            continue
        part = context.mention(NameSpan(start, end, kind if kind != "Place" else "Site"))
        yield context.state(
            scene,
            "has_part",
            context.mention(holder),
            part,
            rule,
            confidence=0.75,
            date="",
            status=context.status(scene.sentence, m.start()),
        )


RULES = (
    Rule("attributes.number_in_front", number_in_front),
    Rule("attributes.number_behind", number_behind),
    Rule("attributes.inside", inside),
)
