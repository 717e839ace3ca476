"""Names of places, parks, projects, sites and bodies in lists: cutting, typing, other wordings.

GENRE.md 11–20. A list item is a name when it has something of its own (a recognised name, a quotation mark,
a digit, a word that is not an everyday one) and a kind when it has not (生产车间, 物流园区).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from graphkit.grammar.lexicon import VERB_CLASSES, any_of, word_set, words
from graphkit.recognition import gazetteer
from graphkit.recognition.marks import MarkedReport, MarkedSentence, Span
from graphkit.recognition.occurrences import occurrences

_NAME_TAGS = {"LOC", "ORG", "nz", "nw", "PER"}
_LIST_END = re.compile(
    r"等(?:\d+|[一二三四五六七八九十两多几]+)?(?:个|家|处|地|位)?[^，。；、]{0,14}$|(?:两|三|四|五|六)地$|一带$"
)
_CUT_AT = frozenset(words("tour")) | word_set("after_place")
_WITH_PEOPLE = re.compile(r"(?:同|与|向)(?:来华|来访|来京|前来)|(?:同|与|向)[^，。；、]{0,24}(?:会谈|会见|会晤|总统|总理|首相|国王|主席|议长|外长|大使|一行)|(?:同|与|向)[^，。；、]{0,14}(?:群众|干部|职工|员工|负责人|人员|居民|村民|代表|师生|学生|教师|官兵|专家|企业家|工人|技术|同志|家属|老人|孩子|队员|战士|游客|商户|农户|大家|党员|委员|青年|交流|座谈|致以|表示|传达|汇报)")
_CONDITION = re.compile(r"的?(?:建设|生产|运行|经营|发展|施工|运营|改造)(?:推进)?(?:情况|进展|进度)(?:情况)?$")
_WORKS_END = re.compile(any_of(words("works_tail")) + "$")
_LEADING = re.compile(
    r"^(?:了|过|位于|坐落于|地处|坐落在|我[省市县区]的?|该[省市县区]的?|辖区内?的?|本[省市县区]的?|当地的?|全[省市县区]的?|著名的?|其中的?|重点)+"
)
_GENERIC_FULL = word_set("generic_place")


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name in the shadow with its type and its other wordings (all of them wordings of the report)."""

    start: int
    end: int
    type: str
    aliases: tuple[str, ...] = ()


@cache
def _suffixes() -> dict[str, tuple[str, ...]]:
    """Ending → the types that it may mean."""
    rows: dict[str, tuple[str, ...]] = {}
    for kind in ("Place", "Park", "Project", "Organization", "Site"):
        for suffix in words(f"end_{kind.lower()}"):
            rows[suffix] = (*rows.get(suffix, ()), kind)
    return rows


@cache
def _longest_suffix() -> int:
    return max(map(len, _suffixes()))


def _endings(name: str) -> Iterator[tuple[str, str]]:
    """Known endings that are shorter than the name, with their types, longest first."""
    known = _suffixes()
    for size in range(min(_longest_suffix(), len(name) - 1), 0, -1):
        suffix = name[-size:]
        for kind in known.get(suffix, ()):
            yield suffix, kind


_BRACKETED = re.compile(r"（[^（）]*）$")


def strip_brackets(name: str) -> str:
    return _BRACKETED.sub("", name) if name.endswith("）") else name


def type_of(name: str) -> str:
    """Type by the longest known ending; a bare division is a Place; anything else a Site."""
    bare = strip_brackets(name)
    for suffix, kind in _endings(bare):
        if kind != "Place" or _place_like(bare, suffix):
            return kind
    return "Place" if gazetteer.is_division(bare) else "Site"


def has_suffix(name: str) -> bool:
    return next(_endings(strip_brackets(name)), None) is not None


def _place_like(name: str, suffix: str) -> bool:
    return not (suffix in ("区", "市", "州", "旗") and len(name) > 8 and not gazetteer.is_division(name))


#: Signs that only names have in these reports.
_OF_NAMES = re.compile(r"[“《A-Za-z0-9·（]")
_A_NUMBER = re.compile(r"[\d.,%]+.{0,3}")


def is_proper(marked: MarkedReport, sentence: MarkedSentence, span: Span) -> bool:
    """Has the item something that only a name has?"""
    text = marked.words(*span)
    if len(text) < 2 or strip_brackets(text) in _GENERIC_FULL:
        return False
    if _OF_NAMES.search(text) and not _A_NUMBER.fullmatch(text):
        return True
    if gazetteer.is_division(text):
        return True
    common = word_set("common_word")
    for token in sentence.tokens_in(*span):
        word = marked.words(max(token.start, span[0]), min(token.end, span[1]))
        if token.tag in _NAME_TAGS and word not in common and word not in _GENERIC_FULL:
            return True
        if token.tag in {"n", "s", "xc"} and len(word) >= 2 and word not in common and has_suffix(text) and len(text) >= 4:
            return True
    return _unknown_stem(marked, sentence, span, text)


def _unknown_stem(marked: MarkedReport, sentence: MarkedSentence, span: Span, text: str) -> bool:
    """之江|实验室: before the known ending stand two or three characters that the recogniser knows as no word."""
    ending = next((e for e, _ in _endings(text) if len(e) >= 2), "")
    stem = len(text) - len(ending)
    if not ending or not 2 <= stem <= 3:
        return False
    tokens = sentence.tokens_in(span[0], span[0] + stem)
    inside = all(t.end - t.start == 1 and t.end <= span[0] + stem for t in tokens)
    return inside and not any(marked.words(t.start, t.end) in _QUALIFIERS for t in tokens)


_QUALIFIERS = frozenset("各该本此新老大小全两三四五六七八九十多几每某其主分总副前后上下左右东西南北中内外一二的了和与及在到对为以将")
_BROKEN_TAGS = {"p", "r", "d", "u", "vd", "TIME"}
_NO_NAME_VERBS = frozenset(v for name in VERB_CLASSES for v in words(name))


def is_one_name(marked: MarkedReport, sentence: MarkedSentence, name: NameSpan) -> bool:
    """Is the span a name and no clause? No preposition, pronoun, adverb or verb of the genre outside of its brackets."""
    text = marked.words(name.start, name.end)
    if not has_suffix(text) and not text.endswith("）") and not gazetteer.is_division(text):
        tokens = sentence.tokens_in(name.start, name.end)
        if len(text) > 12 or any(t.tag in {"v", "m", "q", "ad", "a"} for t in tokens):
            return False
    depth = 0
    for token in sentence.tokens_in(name.start, name.end):
        word = marked.words(max(token.start, name.start), min(token.end, name.end))
        if depth == 0 and (token.tag in _BROKEN_TAGS or (token.tag == "v" and word in _NO_NAME_VERBS)):
            return False
        depth += sum(word.count(c) for c in "（“《") - sum(word.count(c) for c in "）”》")
    return True


def list_region(marked: MarkedReport, sentence: MarkedSentence, start: int, limit: int | None = None) -> Span:
    """From `start` to where the list of names after a verb ends: punctuation or the next verb of the genre."""
    text = marked.text
    end = limit if limit is not None else sentence.end
    depth = 0
    for k in range(max(0, sentence.token_index(start)), len(sentence.tokens)):
        token = sentence.tokens[k]
        if token.start < start:
            continue
        if token.start >= end:
            break
        word = text[token.start : token.end]
        if word in "（“《":
            depth += 1
        elif word in "）”》":
            depth = max(0, depth - 1)
        elif depth == 0 and (word in "，。；：！？" or (word in _CUT_AT and token.tag in {"v", "vn", "d", "p", "c", "ad", "s", "n"})):
            if word == "现场" and text[token.end : token.end + 1] in "，。、；":
                continue
            if word in "同与向" and not _WITH_PEOPLE.match(text, token.start):
                continue
            return start, token.start
        elif depth == 0 and (
            (word == "对" and token.tag == "p" and token.start > start)
            or (token.tag == "v" and re.match(r"(?:调研|考察|检查|督导|慰问|看望|走访|观摩|视察|巡查)", word))
        ):
            return start, token.start
    return start, end


#: Where a list may be cut, and what holds its parts together.
_LIST_MARK = re.compile("[（“《）”》、和及以与暨并]")


def split_list(marked: MarkedReport, sentence: MarkedSentence, start: int, end: int) -> list[Span]:
    """Cuts a region at 、 和 及 以及 outside of brackets and quotation marks, and trims what is no name."""
    text = marked.text
    cuts: list[Span] = []
    at, depth = start, 0
    conjunctions = {t.start: t.end for t in sentence.tokens_in(start, end) if text[t.start : t.end] in {"和", "及", "以及", "与", "暨", "并"}}
    for m in _LIST_MARK.finditer(text, start, end):
        i, char = m.start(), m.group()
        if i < at:
            continue
        if char in "（“《":
            depth += 1
        elif char in "）”》":
            depth = max(0, depth - 1)
        elif depth == 0 and char == "、":
            cuts.append((at, i))
            at = i + 1
        elif depth == 0 and i in conjunctions and i > at and _is_joint(text, i, conjunctions[i], end):
            cuts.append((at, i))
            at = conjunctions[i]
    cuts.append((at, end))
    return [trimmed for a, b in cuts if (trimmed := _trim(text, a, b))[0] < trimmed[1]]


def _is_joint(text: str, at: int, after: int, end: int) -> bool:
    """与 inside 詹家村与界牌镇交接处 joins nothing that a list could hold apart."""
    rest = re.split(r"[、，]", text[after:end])[0]
    if text[at] in "与和" and _PAIRED_BEFORE.search(text[max(0, at - 4) : at]) and _PAIRED_AFTER.match(rest):
        return False
    return not (text[at] in "与和" and re.search(r"(?:交接|交界|交汇|相交|连接)处?|路口$|(?:改革|社会保障|信息化|旅游|农村局|治理中心|城乡建设)", rest[:16]))


#: 深地科学与工程实验室, 贸易和发展会议: one name.
_PAIRED_BEFORE = re.compile(r"(?:科学|技术|工程|贸易|文化|研究|数据|信息|经济|健康|教育)$")
_PAIRED_AFTER = re.compile(r"(?:工程|技术|科学|创新|应用|发展|旅游|社会|产业|转化|通信)[\u4e00-\u9fff]{2}")
#: 经过集中改造的|大东区长安小区: a description in front of a name.
_DESCRIBED = re.compile(r"(?:位于|坐落于|坐落在|地处|挂钩|挂点|联系|包联|包抓|帮扶|结对|定点|受灾|受损|灾情|偏远|贫困|条件|经过|正在|已经|刚刚|新近|即将|受灾|最)[^，。；、的]{0,20}的(?=[\u4e00-\u9fff“]{3})")


def _trim(text: str, a: int, b: int) -> Span:
    while a < b and text[a] in " ，。":
        a += 1
    while b > a and text[b - 1] in " ，。；：的了":
        b -= 1
    m = _DESCRIBED.match(text[a:b]) or _LEADING.match(text[a:b])
    if m and m.end() < b - a:
        a += m.end()
    m = _LIST_END.search(text[a:b])
    if m and m.start() > 0:
        b = a + m.start()
    m = _CONDITION.search(text[a:b])
    if m and has_suffix(text[a : a + m.start()]):
        b = a + m.start()
    return a, b


def other_wordings(text: str) -> tuple[str, ...]:
    """Equally good cuts of a name: without the county in front, without 项目, without the works."""
    found: list[str] = []
    bare = _WORKS_END.sub("", text)
    if bare != text and len(bare) >= 2:
        found.append(bare)
    if bare.endswith("项目") and len(bare) > 4:
        found.append(bare[:-2])
    for name in (text, *found[:]):
        split = address_parts(name)
        if split:
            tail = name[sum(len(p) for p in split) :]
            if len(tail) >= 2:
                found.append(tail)
            for k in range(1, len(split)):
                found.append(name[sum(len(p) for p in split[:k]) :])
    return tuple(dict.fromkeys(f for f in found if f != text and len(f) >= 2))


_UNIT = re.compile(
    r"[\u4e00-\u9fff]{1,7}?(?:特别行政区|自治区|自治州|自治县|自治旗|省|市(?![镇乡])|地区|州(?![市县区镇乡])|盟|县(?![镇乡村城])|区(?![镇乡])|旗(?![镇乡村街])|镇|乡(?![镇市县])|街道办事处|街道|苏木)(?![委政府人协办直级府长场辖内域道])"
)
_VILLAGE = re.compile(r"[\u4e00-\u9fff]{1,5}?(?:村|社区)(?![委支民干级庄镇口居村社])")
_NO_UNIT = re.compile(r"^(?:小区|社区|景区|园区|片区|厂区|校区|城区|矿区|老区|山区|库区|灾区|开发区|高新区|经开区|工业区|示范区|试验区|新区|保税区|牧区|林区|港区|战区|军区|特区|集聚区|集中区|商业区|风景区|名胜区|保护区|度假区|生活区|核心区|自贸区|合作区|市场|超市|都市|城市|夜市|集市|全县|全市|全区|全省|全镇|我县|我市|我区|我省|县区|市区|街区|地区|跨省|各省|各市|各县|各区|各镇|各乡|本市|本县|外省)$")


def address_parts(name: str) -> list[str]:
    """Units of an address at the head of a name: 郴州市资兴市州门司镇燕窝村 → 郴州市, 资兴市, 州门司镇.

    Only what is followed by more of the name; a name that is itself one unit has no parts.
    """
    parts: list[str] = []
    at = 0
    while True:
        m = _UNIT.match(name, at)
        village = _VILLAGE.match(name, at)
        if m is None or _unit_is_kind(m.group()) or (village is not None and village.end() < m.end()):
            break
        if m.end() >= len(name):
            break
        parts.append(m.group())
        at = m.end()
    m = _VILLAGE.match(name, at)
    if m is not None and len(m.group()) >= 3 and m.end() < len(name) and name[m.end() :][:1] not in "（）":
        parts.append(m.group())
    return parts


def _unit_is_kind(unit: str) -> bool:
    if _NO_UNIT.match(unit):
        return True
    return _OF_BODIES.search(unit) is not None or unit.endswith(_KINDS_OF_AREA)


_OF_BODIES = re.compile("银行|公司|集团|大学|学院|协会|医院|电网|石油|石化|移动|联通|电信")
_KINDS_OF_AREA = (
    "开发区", "园区", "示范区", "试验区", "新区", "小区", "社区", "校区", "景区", "集聚区", "高新区", "经开区", "工业区", "库区", "山区", "街区",
    "片区", "城市", "超市", "保护区", "度假区", "特区", "港区",
)


def names_in(
    marked: MarkedReport,
    sentence: MarkedSentence,
    start: int,
    end: int,
    *,
    listed_works: bool = False,
    arrived: bool = False,
) -> list[NameSpan]:
    """Typed names in a region that holds a list. Kinds (企业, 生产车间) are left out.

    listed_works: the list ends in 等重点项目 or 等地, so that companions of a proper name are names too.
    arrived: a long description with the ending of a place counts as a name (转移群众临时安置点).
    """
    items = split_list(marked, sentence, start, end)
    proper = [is_proper(marked, sentence, span) for span in items]
    accept_rest = listed_works and sum(proper) >= 2
    projects = sum(proper) >= 2 or (any(proper) and len(items) >= 3)
    found = []
    for span, own in zip(items, proper, strict=True):
        text = marked.words(*span)
        if len(text) > 40 or strip_brackets(text) in _GENERIC_FULL:
            continue
        known = text in word_set("common_word")
        listed = (accept_rest and len(text) >= 4) or (listed_works and not known and _unknown(marked, sentence, span))
        # A项目、田野现代农业园区项目、B项目: projects in a list of named ones.
        listed = listed or (projects and len(text) >= 7 and text.endswith("项目"))
        if own or listed or (arrived and _is_spot(text)):
            found.append(_named(marked, span))
    return found


_SPOT = re.compile(r"(?:店|点|站|馆|中心|基地|总局|公司|集团|园|园区|厂|工地|项目|社区|广场|市场|大厦|医院|学校|研究院|研究所|法院|检察院|旧址|会址|现场|大院|口岸|码头)$")
_ROOM = re.compile(r"(?:车间|展厅|大厅|室|食堂|展馆|展区|会场|现场|生产线|门口|窗口|岗位)$")


def _is_spot(text: str) -> bool:
    """A long description with the ending of a place, no room inside one: 转移群众临时安置点."""
    return len(text) >= 6 and "的" not in text and bool(_SPOT.search(text)) and not _ROOM.search(text)


def _unknown(marked: MarkedReport, sentence: MarkedSentence, span: Span) -> bool:
    """No word of the item is an everyday one: 蒋场, 渔薪."""
    common = word_set("common_word")
    return all(marked.words(max(t.start, span[0]), min(t.end, span[1])) not in common for t in sentence.tokens_in(*span))


def _two_divisions(marked: MarkedReport, a: int, b: int) -> int:
    """洪洞临汾经济开发区, in a report that also says 临汾经济开发区: how many characters of another division stand in front."""
    text = marked.words(a, b)
    for size in (2, 3, 4):
        head, rest = text[:size], text[size:]
        if len(rest) < 5 or not gazetteer.is_division(head) or not any(gazetteer.is_division(rest[:k]) for k in (2, 3, 4)):
            continue
        if occurrences(marked.text).count(rest) > occurrences(marked.text).count(text):
            return size
    return 0


def _named(marked: MarkedReport, span: Span) -> NameSpan:
    a, b = span
    a += _two_divisions(marked, a, b)
    text = marked.words(a, b)
    works = _WORKS_END.search(text)
    aliases: tuple[str, ...] = ()
    kind = type_of(text)
    if works and works.start() >= 2:
        aliases = (text,)
        core = text[: works.start()]
        if works.group().startswith("项目") or core.endswith("项目"):
            keep = works.start() + (2 if works.group().startswith("项目") else 0)
            core = text[:keep]
            kind = "Project"
        elif kind == "Project" and type_of(core) == "Site":
            kind = "Project"
        else:
            kind = type_of(core)
        b = a + len(core)
        text = core
    return NameSpan(a, b, kind, tuple(dict.fromkeys((*aliases, *other_wordings(text)))))
