"""located_in: by statement (A位于B), by address (B县A社区), by bracket (A(B)中心), by frame (在B，X考察了A)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from graphkit.discourse.scene import Scene
from graphkit.grammar.lexicon import any_of, words
from graphkit.model import Mention, Statement
from graphkit.recognition import gazetteer
from graphkit.recognition.names import (
    NameSpan,
    address_parts,
    is_one_name,
    is_proper,
    list_region,
    names_in,
    other_wordings,
    type_of,
)
from graphkit.relations.drafting import Context, Rule, phrase_mention

_AT = re.compile(r"(?:位于|坐落于|坐落在|地处|落户(?:于|在|到)?|入驻|选址(?:于|在)?|建在|设在)(?:了)?(?P<place>[^，。；、]{2,30}?)(?=[，。；、]|的|总|占地|，|建设|是)")
_BEGUN_AT = re.compile(r"在(?P<place>[^，。；、]{3,30}?)(?:正式|顺利|成功|隆重|举行)*(?:奠基|开工|动工|落地|签约|投产|竣工|揭牌|启用|开园|开业|建成)")
_THIS = re.compile(r"^(?:该|此|本)(?:项目|园区|企业|公司|基地|中心|社区|村|工程|厂)$")


def stated(context: Context, rule: str) -> Iterator[Statement]:
    """A位于B: 该项目 is the name last said.

    Says: 王建国来到青石制造有限公司。该公司位于白云工业园区，占地30亩。 => 青石制造有限公司 located_in 白云工业园区
    Not: 王建国来到青石制造有限公司。服务中心大厅位于一楼。 => 青石制造有限公司 located_in 一楼
    Not: 警方查封了青石制造有限公司位于白云工业园区的仓库。 => 青石制造有限公司 located_in 白云工业园区
    """
    for number, scene in enumerate(context.body()):
        sentence = scene.sentence
        for m in (*_AT.finditer(context.text, sentence.start, sentence.end), *_BEGUN_AT.finditer(context.text, sentence.start, sentence.end)):
            a, b = m.span("place")
            # A位于P的B: B lies there, and A is whose it is.
            owner = context.text[b : b + 1] == "的"
            subject = _described(context, scene, m) or (None if owner else _subject_before(context, scene, m.start(), number))
            places = names_in(context.marked, sentence, a, b)
            if subject is None or not places or places[0].type not in ("Place", "Park", "Site", "Project"):
                continue
            place = places[0]
            yield context.state(
                scene, "located_in", subject, context.mention(place), rule, confidence=0.93, date="",
                status=context.status(sentence, m.start()),
            )


def named_before(context: Context, number: int) -> NameSpan | None:
    """The project, park, body or site last named before the scene of this number in the body; sought only when asked for."""
    body, known = context.body(), context.named
    while len(known) < number:
        known.append(_named_in(context, body[len(known)]) or (known[-1] if known else None))
    return known[number - 1] if number else None


_NAMED_AFTER = re.compile(r"来到|走进|考察了?|察看了?|参观了?|深入|前往|到|在")
_CLAUSE_END = re.compile("[，。；]")


def _named_in(context: Context, scene: Scene) -> NameSpan | None:
    """The last project, park, body or site that a sentence brings to the reader's mind."""
    sentence = scene.sentence
    for m in reversed(list(_SUBJECT_PROJECT.finditer(context.text, sentence.start, sentence.end))):
        if _is_project(context, scene, m.span("name")):
            return NameSpan(*m.span("name"), "Project")
    for m in reversed(list(_NAMED_AFTER.finditer(context.text, sentence.start, sentence.end))):
        limit = min(sentence.end, m.end() + _LONGEST_LIST)
        end = _CLAUSE_END.search(context.text, m.end(), limit)
        names = names_in(context.marked, sentence, m.end(), end.start() if end else limit)
        for name in reversed(names):
            if name.type in ("Project", "Park", "Organization", "Site"):
                return name
    return None


#: A list of places behind a verb is read up to so many characters.
_LONGEST_LIST = 600


def _is_project(context: Context, scene: Scene, span: tuple[int, int]) -> bool:
    """A project with a name of its own; a long description (北方智能装备制造基地项目) is one too."""
    words = context.text[span[0] : span[1]]
    if re.match(r"(?:重点|重大|一批|本次|此次|全市|全县|全区|全省|各|有关|相关|\d)", words):
        return False
    return is_proper(context.marked, scene.sentence, span) or (len(words) >= 8 and words.endswith(("项目", "工程")))


#: 总投资20亿元的A项目在B奠基: the project is what the next sentence tells of.
_SUBJECT_PROJECT = re.compile(r"(?:^|[，。；的])(?P<name>[^，。；的、]{5,36}?(?:项目|工程))(?=在|于|正式|举行|顺利|成功|开工|奠基|签约|落地|投产)")


_ARRIVING = re.compile(r"(?:来到|前往|走进|深入|考察|察看|查看|参观|走访|观摩|调研|到|在|对)了?$")


def _described(context: Context, scene: Scene, m: re.Match[str]) -> Mention | None:
    """来到位于P的A: what lies there stands behind 的."""
    at = m.end("place")
    if context.text[at : at + 1] != "的":
        return None
    arriving = bool(_ARRIVING.search(context.text[max(scene.sentence.start, m.start() - 4) : m.start()])) or m.start() == scene.sentence.start
    stop = re.search(r"[，。；、和]", context.text[at + 1 : scene.sentence.end] + "。")
    end = at + 1 + (stop.start() if stop else 0)
    names = names_in(context.marked, scene.sentence, *list_region(context.marked, scene.sentence, at + 1, end), arrived=arriving)
    return context.mention(names[0]) if names else None


#: 甲项目|拟落户: no part of the name.
_NOT_YET = re.compile(r"(?:将|拟|计划|没有|未|未能|尚未|已|已经|成功|正式|也|还|就)*$")


def _subject_before(context: Context, scene: Scene, at: int, number: int) -> Mention | None:
    sentence = scene.sentence
    comma = max(context.text.rfind(c, sentence.start, at) for c in "，；。")
    start = max(comma + 1, sentence.start)
    at -= len(_NOT_YET.search(context.text[start:at]).group())  # type: ignore[union-attr]
    words = context.text[start:at]
    if _THIS.match(words):
        last = named_before(context, number)
        if last is None:
            return None
        home = context.mention(last)
        span = context.marked.shadow.original(start, at)
        return Mention(home.type, home.name, span[0], span[1], home.aliases, (home.start, home.end))
    m = re.search(r"(?:的|，)([^，。；的]{3,40})$", words)
    if m:
        start += m.start(1)
    if not 3 <= at - start <= 40 or not (is_proper(context.marked, sentence, (start, at)) or _is_project(context, scene, (start, at))):
        return None
    name = context.text[start:at]
    kind = type_of(name)
    return context.mention(NameSpan(start, at, kind, other_wordings(name)))


def by_address(context: Context, found: Iterable[NameSpan], scene: Scene, rule: str) -> Iterator[Statement]:
    """The units of an address printed in front of a name, and the division in its brackets."""
    for name in found:
        words = context.text[name.start : name.end]
        parts = address_parts(words)
        at = name.start
        spans = []
        for part in parts:
            spans.append((at, at + len(part)))
            at += len(part)
        rest = words[at - name.start :]
        # Institutions carry a place in their own name: 福建省纪委监委, 重庆市人民医院.
        if spans and not _own_name(spans, rest, context.text, words):
            inner = spans[-1]
            uppers = tuple(context.text[spans[0][0] : e] for _, e in spans) + tuple(context.text[a:b] for a, b in spans[:-1])
            place = phrase_mention(context, _unit_type(context.text[inner[0] : inner[1]]), *inner, uppers)
            yield context.state(scene, "located_in", context.mention(name), place, rule, confidence=0.85, date="")
        m = re.search(r"（(?P<place>[^（）]{2,6})）", words)
        if m and name.start + m.end() < name.end and gazetteer.is_division(m["place"]):
            a = name.start + m.start("place")
            place = phrase_mention(context, "Place", a, a + len(m["place"]))
            yield context.state(scene, "located_in", context.mention(name), place, rule, confidence=0.85, date="")


def _unit_type(unit: str) -> str:
    return "Place" if not unit.endswith("社区") else "Site"


def _own_name(spans: list[tuple[int, int]], rest: str, text: str, words: str) -> bool:
    if len(rest) < 2:
        return True
    unit = text[spans[-1][0] : spans[-1][1]]
    official = re.search(r"(?:纪委监委|人民医院|会展中心|博物馆|图书馆|人民政府|管委会|委员会|局|总队|法院|检察院|大学|学院|银行|大厦|中心站|运营调度中心|委党校|党校)$", rest)
    if unit.endswith(("省", "市", "自治区")) and official:
        return True
    return len(rest) == 2 and rest.endswith(("县", "市", "区")) is False and official is not None


def in_name(context: Context, rule: str) -> Iterator[Statement]:
    """三乡镇南村村, 洪洞县庄园社区, 客户体验中心(洪洞县): the name says where it lies.

    Says: 3月2日，市委书记王建国来到青石县白云社区，看望居民。 => 青石县白云社区 located_in 青石县
    Not: 3月2日，市委书记王建国来到青石县公安局。 => 青石县公安局 located_in 白云社区
    """
    for scene, names in visited_names(context):
        yield from by_address(context, names, scene, rule)


#: Without one of these a region holds no address and no park: nothing to look at closely.
_UNITS = re.compile(r"[省市县区州盟旗镇乡村（]|街道|苏木")
_PARKS = re.compile(any_of(words("end_park")))


_GOING = re.compile(r"来到|前往了?|走进|深入|先后到|先后在|到|赴|在|考察了?|参观了?|走访了?|察看了?|查看了?|观摩了?|调研|的(?=[^，。；]{2,40}项目)|，|、")
_AFTER_NAME = re.compile(r"[，。；、和及]|(?:调研|考察|检查|督导|进行|开展)")


#: What stands after a verb of going is read up to so many characters: names are shorter, and more than one has a mark between.
_LONGEST_REGION = 200


def visited_names(context: Context) -> Iterator[tuple[Scene, list[NameSpan]]]:
    """Names that stand in lists after verbs of going, and names of projects, sentence by sentence."""
    for scene in context.body():
        sentence = scene.sentence
        seen: set[tuple[int, int]] = set()
        names: list[NameSpan] = []
        for m in _GOING.finditer(context.text, sentence.start, sentence.end):
            if context.in_speech(scene, m.start()):
                continue
            a = m.end()
            limit = min(sentence.end, a + _LONGEST_REGION)
            stop = _AFTER_NAME.search(context.text, a, limit)
            b = stop.start() if stop else limit
            if not _UNITS.search(context.text, a, b):
                continue
            for name in names_in(context.marked, sentence, a, b):
                if (name.start, name.end) not in seen and sentence.starts_word(name.start):
                    seen.add((name.start, name.end))
                    names.append(name)
        opening = _OPENING.match(context.text[sentence.start : sentence.end])
        if opening and _UNITS.search(opening["place"]) and not context.in_speech(scene, sentence.start):
            span = (sentence.start, sentence.start + opening.end("place"))
            if span not in seen and is_proper(context.marked, sentence, span):
                names.append(NameSpan(*span, type_of(opening["place"])))
        kept = [n for n in names if _is_place_name(context, n) and is_one_name(context.marked, sentence, n)]
        if kept:
            yield scene, kept


#: A是…, A位于…: a sentence that describes the place it opens with.
_OPENING = re.compile(r"(?P<place>[^，。；、“”]{5,30}?)(?:是一|是[\u4e00-\u9fff]{2,8}的|位于|始建于|建于|成立于|占地|总投资)")


#: 神州, 台盟, 三省: words with the ending of a unit; provinces, prefectures and leagues are all known.
_NO_UNIT = re.compile(r".[省州盟]")


def _is_place_name(context: Context, name: NameSpan) -> bool:
    words = context.text[name.start : name.end]
    parts = address_parts(words)
    if (not parts and "（" not in words) or (parts and _NO_UNIT.fullmatch(parts[0]) and not gazetteer.is_division(parts[0])):
        return False
    if re.search(r"\d|设置|整合|依托|正式|增长", words):
        return False
    if re.search(r"[书主]记|长$|主任|负责人|领导|干部|群众|居民|委员|工作|代表|人民$|情况|办$|委$|局$|部$|(?:会|仪式|会议|教育|产业|发展|建设|经济|活动|精神|政策)$|^(?:全|本次|我|该|各|将)", words):
        return False
    k = bisect_left(context.person_starts, name.start)
    return k == len(context.person_starts) or context.person_starts[k] >= name.end


_FRAMED = re.compile(r"^(?:[^，。；]{0,12}，)?(?:与会人员)?在(?P<place>[^，。；、]{2,20}?)(?:，|(?=先后|分别|实地))")


def in_frame(context: Context, rule: str) -> Iterator[Statement]:
    """在长沙，X考察了A、B等企业: A and B lie in the division that opens the sentence.

    Says: 市长王建国在山西调研。在临汾，王建国考察了白云重工、青石科技等企业。 => 白云重工 located_in 临汾
    Not: 市长王建国在山西调研。在座谈会上，王建国肯定了白云重工、青石科技等企业。 => 白云重工 located_in 座谈会
    """
    for scene in context.body():
        sentence = scene.sentence
        m = _FRAMED.match(context.text[sentence.start : sentence.end])
        if m is None or context.in_speech(scene, sentence.start):
            continue
        a = sentence.start + m.start("place")
        b = sentence.start + m.end("place")
        frame = names_in(context.marked, sentence, a, b)
        if len(frame) != 1 or frame[0].type not in ("Place", "Park") or (frame[0].start, frame[0].end) != (a, b):
            continue
        for go in re.finditer(r"(?:来到|前往|考察|参观|走进|深入|走访|察看|观摩|先后观摩|查看)了?", context.text[b : sentence.end]):
            start = b + go.end()
            if context.in_speech(scene, start):
                break
            stop = re.search(r"[，。；]", context.text[start : sentence.end] + "。")
            end = start + (stop.start() if stop else 0)
            works = "等" in context.text[start:end]
            for name in names_in(context.marked, sentence, start, end, listed_works=works):
                if name.type == "Place" and gazetteer.is_division(context.text[name.start : name.end]):
                    continue
                if re.search(r"(?:情况|进展|系统|产品|成果|展示|设施|流程)$", context.text[name.start : name.end]):
                    continue
                yield context.state(
                    scene, "located_in", context.mention(name), context.mention(frame[0]), rule, confidence=0.8, date=""
                )


_KIND_OF_PARK = re.compile(r"(?:国家级?|省级)?(?:经济技术|经济|高新技术产业|高新技术|高新|工业|产业|现代农业|农业|综合|物流|循环经济|临港|临空|自由贸易|科技|·)*(?:开发区|园区|工业园|产业园|科技园|高新区|经开区|新区|示范区|保税区|集聚区|试验区)")
_QUARTERS = frozenset(["城东", "城西", "城南", "城北", "城中", "江南", "江北", "河东", "河西", "东城", "西城", "南城", "北城", "新城", "老城"])
_PARK_HEAD = re.compile(r"^(?P<park>[\u4e00-\u9fff·]{2,12}?(?:经济技术开发区|经济开发区|高新技术产业开发区|经开区|高新区|开发区|工业园区|产业园区))(?P<rest>.{3,})")


_BEFORE_PARK = re.compile(r"来到|前往|走进|深入|到|位于|、|，|的|在")
_AFTER_PARK = re.compile(r"[，。；、]|调研|考察|进行|负责人")


def park_name(context: Context, rule: str) -> Iterator[Statement]:
    """临汾经济开发区 lies in 临汾; 安顺经开区盛航产业园项目 lies in 安顺经开区.

    Says: 3月2日，市委书记王建国深入临汾经济开发区调研。 => 临汾经济开发区 located_in 临汾
    Not: 3月2日，市委书记王建国深入临汾市公安局调研。 => 临汾市公安局 located_in 临汾市
    """
    for scene in context.body():
        sentence = scene.sentence
        seen: set[int] = set()
        if not _PARKS.search(context.text, sentence.start, sentence.end):
            continue
        for m in _BEFORE_PARK.finditer(context.text, sentence.start, sentence.end):
            if context.in_speech(scene, m.start()):
                continue
            limit = min(sentence.end, m.end() + _LONGEST_REGION)
            stop = _AFTER_PARK.search(context.text, m.end(), limit)
            end = stop.start() if stop else limit
            if not _PARKS.search(context.text, m.end(), end):
                continue
            for name in names_in(context.marked, sentence, m.end(), end):
                if name.start in seen or not sentence.starts_word(name.start):
                    continue
                if not is_one_name(context.marked, sentence, name):
                    continue
                seen.add(name.start)
                yield from _park_place(context, scene, name, rule)


def _park_place(context: Context, scene: Scene, name: NameSpan, rule: str) -> Iterator[Statement]:
    words = context.text[name.start : name.end]
    inner = _PARK_HEAD.match(words)
    if inner and name.type in ("Project", "Park", "Site", "Organization") and not re.match(r"管委会|党工委", inner["rest"]):
        park = phrase_mention(context, "Park", name.start, name.start + inner.end("park"))
        yield context.state(scene, "located_in", context.mention(name), park, rule, confidence=0.85, date="")
    if name.type != "Park" or address_parts(words):
        return
    for size in (5, 4, 3, 2):
        head = words[:size]
        # A short name stands for its division only right before the kind: 洪洞|经济开发区, not 青山|石膏工业园区.
        if not head.endswith(tuple("省市县区州盟旗")) and words[size : size + 1] != "·" and not _KIND_OF_PARK.match(words[size:]):
            continue
        if len(words) > size + 2 and head not in _QUARTERS and gazetteer.is_division(head):
            place = phrase_mention(context, "Place", name.start, name.start + size)
            yield context.state(scene, "located_in", context.mention(name), place, rule, confidence=0.8, date="")
            return


RULES = (
    Rule("places.park_name", park_name),
    Rule("places.stated", stated),
    Rule("places.in_name", in_name),
    Rule("places.in_frame", in_frame),
)
