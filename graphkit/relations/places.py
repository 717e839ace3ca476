"""The relation located_in: stated (A位于B), in an address (B县A社区), in brackets (A（B）), by the opening (在B，X考察了A).

The patterns are in graphkit/grammar/patterns/places.toml.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from graphkit.discourse.scene import Scene
from graphkit.grammar.lexicon import word_set
from graphkit.grammar.patterns import pattern
from graphkit.model import Mention, Statement
from graphkit.reading.clauses import clause_end, clause_start
from graphkit.recognition import gazetteer
from graphkit.recognition.name_ends import (
    AFTER_LOCATED,
    AFTER_PARK,
    AFTER_PLACE,
    list_region,
    name_end,
    name_end_before,
)
from graphkit.recognition.names import (
    NameSpan,
    address_parts,
    is_one_name,
    is_proper,
    names_in,
    other_wordings,
    type_of,
)
from graphkit.relations.drafting import Context, Rule, phrase_mention

_SITUATED = pattern("places.situated")
_ENTITY_FOLLOWS = pattern("places.entity_follows")
_BEGUN_AT = pattern("places.begun_at")
_THIS_ENTITY = pattern("places.this_entity")
_BRINGS_UP = pattern("places.brings_up")
_GENERAL_PROJECT = pattern("places.general_project")
_PROJECT_ENDING = pattern("places.project_ending")
_PROJECT_AS_SUBJECT = pattern("places.project_as_subject")
_ARRIVING = pattern("places.arriving")
_LAST_PHRASE = pattern("places.last_phrase")
_PLACE_IN_BRACKETS = pattern("places.place_in_brackets")
_UNIT_IS_SITE = pattern("places.unit_is_site")
_INSTITUTION = pattern("places.institution")
_LARGE_UNIT = pattern("places.large_unit")
_DIVISION_UNIT = pattern("places.division_unit")
_ADDRESS_UNIT = pattern("places.address_unit")
_PARK_ENDING = pattern("places.park_ending")
_GOING = pattern("places.going")
_DESCRIBED_PLACE = pattern("places.described_place")
_WORD_LIKE_UNIT = pattern("places.word_like_unit")
_NUMBER_OR_VERB = pattern("places.number_or_verb")
_NO_PLACE_NAME = pattern("places.no_place_name")
_OPENING_DIVISION = pattern("places.opening_division")
_VISITS = pattern("places.visits")
_AND_OTHERS = pattern("places.and_others")
_SHOWN_OBJECT = pattern("places.shown_object")
_KIND_OF_PARK = pattern("places.kind_of_park")
_DIVISION_ENDING = pattern("places.division_ending")
_PARK_IN_NAME = pattern("places.park_in_name")
_PARK_AUTHORITY = pattern("places.park_authority")
_BEFORE_PARK = pattern("places.before_park")
_TOWN_QUARTERS = word_set("town_quarter")

#: Types of entities that may lie in a park.
_KINDS_IN_PARKS = frozenset(["Project", "Park", "Site", "Organization"])
#: Maximum number of characters of a list of places after a verb.
_LONGEST_LIST = 600


def stated(context: Context, rule: str) -> Iterator[Statement]:
    """A lies in B where a sentence says A位于B; 该项目 refers to the name before it.

    Says: 王建国来到青石制造有限公司。该公司位于白云工业园区，占地30亩。 => 青石制造有限公司 located_in 白云工业园区
    Not: 王建国来到青石制造有限公司。服务中心大厅位于一楼。 => 青石制造有限公司 located_in 一楼
    Not: 警方查封了青石制造有限公司位于白云工业园区的仓库。 => 青石制造有限公司 located_in 白云工业园区
    """
    for number, scene in enumerate(context.body()):
        sentence = scene.sentence
        for m in (
            *_SITUATED.finditer(context.text, sentence.start, sentence.end),
            *_BEGUN_AT.finditer(context.text, sentence.start, sentence.end),
        ):
            a, b = m.span("place")
            subject = _described(context, scene, m)
            # In A位于P的B, B lies in P, and A is its owner.
            if subject is None and not _ENTITY_FOLLOWS.match(context.text, b):
                subject = _subject_before(context, scene, m.start(), number)
            places = names_in(context.marked, sentence, a, b)
            if subject is None or not places or places[0].type not in ("Place", "Park", "Site", "Project"):
                continue
            place = places[0]
            yield context.state(
                scene,
                "located_in",
                subject,
                context.mention(place),
                rule,
                confidence=0.93,
                date="",
                status=context.status(sentence, m.start()),
            )


def named_before(context: Context, number: int) -> NameSpan | None:
    """Return the last project, park, body or site before the scene with this number in the body.

    The names are computed when they are requested and kept in the context.
    """
    body, known = context.body(), context.named
    while len(known) < number:
        known.append(_named_in(context, body[len(known)]) or (known[-1] if known else None))
    return known[number - 1] if number else None


def _named_in(context: Context, scene: Scene) -> NameSpan | None:
    """Return the last project, park, body or site that a sentence names."""
    sentence = scene.sentence
    for m in reversed(list(_PROJECT_AS_SUBJECT.finditer(context.text, sentence.start, sentence.end))):
        if _is_project(context, scene, m.span("name")):
            return NameSpan(*m.span("name"), "Project")
    for m in reversed(list(_BRINGS_UP.finditer(context.text, sentence.start, sentence.end))):
        limit = min(sentence.end, m.end() + _LONGEST_LIST)
        names = names_in(context.marked, sentence, m.end(), clause_end(context.text, m.end(), limit))
        for name in reversed(names):
            if name.type in _KINDS_IN_PARKS:
                return name
    return None


def _is_project(context: Context, scene: Scene, span: tuple[int, int]) -> bool:
    """Tell whether a range names one project; a long description (北方智能装备制造基地项目) is a name too."""
    words = context.text[span[0] : span[1]]
    if _GENERAL_PROJECT.match(words):
        return False
    return is_proper(context.marked, scene.sentence, span) or (
        len(words) >= 8 and _PROJECT_ENDING.search(words) is not None
    )


def _described(context: Context, scene: Scene, m: re.Match[str]) -> Mention | None:
    """Return what lies in P where it follows 的: 来到位于P的A."""
    at = m.end("place")
    if not _ENTITY_FOLLOWS.match(context.text, at):
        return None
    sentence = scene.sentence
    before = context.text[max(sentence.start, m.start() - 4) : m.start()]
    arriving = _ARRIVING.search(before) is not None or m.start() == sentence.start
    end = name_end(context.text, at + 1, sentence.end, AFTER_LOCATED)
    region = list_region(context.marked, sentence, at + 1, end)
    names = names_in(context.marked, sentence, *region, arrived=arriving)
    return context.mention(names[0]) if names else None


def _subject_before(context: Context, scene: Scene, at: int, number: int) -> Mention | None:
    sentence = scene.sentence
    start = clause_start(context.text, sentence.start, at)
    at = name_end_before(context.text, start, at)
    words = context.text[start:at]
    if _THIS_ENTITY.match(words):
        last = named_before(context, number)
        if last is None:
            return None
        home = context.mention(last)
        original = context.marked.normalized.original(start, at)
        return Mention(home.type, home.name, *original, home.aliases, (home.start, home.end))
    m = _LAST_PHRASE.search(words)
    if m:
        start += m.start(1)
    span = (start, at)
    if not 3 <= at - start <= 40:
        return None
    if not is_proper(context.marked, sentence, span) and not _is_project(context, scene, span):
        return None
    name = context.text[start:at]
    kind = type_of(name)
    return context.mention(NameSpan(start, at, kind, other_wordings(name)))


def by_address(context: Context, found: Iterable[NameSpan], scene: Scene, rule: str) -> Iterator[Statement]:
    """A name lies in the units of the address before it and in the division in its brackets."""
    for name in found:
        words = context.text[name.start : name.end]
        parts = address_parts(words)
        at = name.start
        spans = []
        for part in parts:
            spans.append((at, at + len(part)))
            at += len(part)
        rest = words[at - name.start :]
        # Institutions have a place in their own name: 福建省纪委监委, 重庆市人民医院.
        if spans and not _has_place_in_own_name(spans, rest, context.text):
            inner = spans[-1]
            uppers = tuple(context.text[spans[0][0] : e] for _, e in spans)
            uppers += tuple(context.text[a:b] for a, b in spans[:-1])
            place = phrase_mention(context, _unit_type(context.text[inner[0] : inner[1]]), *inner, uppers)
            yield context.state(scene, "located_in", context.mention(name), place, rule, confidence=0.85, date="")
        m = _PLACE_IN_BRACKETS.search(words)
        if m and name.start + m.end() < name.end and gazetteer.is_division(m["place"]):
            a = name.start + m.start("place")
            place = phrase_mention(context, "Place", a, a + len(m["place"]))
            yield context.state(scene, "located_in", context.mention(name), place, rule, confidence=0.85, date="")


def _unit_type(unit: str) -> str:
    return "Site" if _UNIT_IS_SITE.search(unit) else "Place"


def _has_place_in_own_name(spans: list[tuple[int, int]], rest: str, text: str) -> bool:
    """Tell whether the address belongs to the name of an institution."""
    if len(rest) < 2:
        return True
    unit = text[spans[-1][0] : spans[-1][1]]
    official = _INSTITUTION.search(rest) is not None
    if official and _LARGE_UNIT.search(unit):
        return True
    return official and len(rest) == 2 and _DIVISION_UNIT.search(rest) is None


def in_name(context: Context, rule: str) -> Iterator[Statement]:
    """The name of an entity contains its place: 三乡镇南村村, 洪洞县庄园社区, 客户体验中心（洪洞县）.

    Says: 3月2日，市委书记王建国来到青石县白云社区，看望居民。 => 青石县白云社区 located_in 青石县
    Not: 3月2日，市委书记王建国来到青石县公安局。 => 青石县公安局 located_in 白云社区
    """
    for scene, names in visited_names(context):
        yield from by_address(context, names, scene, rule)


def visited_names(context: Context) -> Iterator[tuple[Scene, list[NameSpan]]]:
    """Yield each scene with the names of its lists after verbs of going and the place with which it opens."""
    for scene in context.body():
        sentence = scene.sentence
        seen: set[tuple[int, int]] = set()
        names: list[NameSpan] = []
        for m in _GOING.finditer(context.text, sentence.start, sentence.end):
            if context.in_speech(scene, m.start()):
                continue
            a, b = m.end(), name_end(context.text, m.end(), sentence.end, AFTER_PLACE)
            if not _ADDRESS_UNIT.search(context.text, a, b):
                continue
            for name in names_in(context.marked, sentence, a, b):
                if (name.start, name.end) not in seen and sentence.starts_word(name.start):
                    seen.add((name.start, name.end))
                    names.append(name)
        opening = _DESCRIBED_PLACE.match(context.text[sentence.start : sentence.end])
        if opening and _ADDRESS_UNIT.search(opening["place"]) and not context.in_speech(scene, sentence.start):
            span = (sentence.start, sentence.start + opening.end("place"))
            if span not in seen and is_proper(context.marked, sentence, span):
                names.append(NameSpan(*span, type_of(opening["place"])))
        kept = [n for n in names if _is_place_name(context, n) and is_one_name(context.marked, sentence, n)]
        if kept:
            yield scene, kept


def _is_place_name(context: Context, name: NameSpan) -> bool:
    words = context.text[name.start : name.end]
    parts = address_parts(words)
    if not parts and "（" not in words:
        return False
    # 神州 and 台盟 end like a unit; all provinces, prefectures and leagues are in the gazetteer.
    if parts and _WORD_LIKE_UNIT.fullmatch(parts[0]) and not gazetteer.is_division(parts[0]):
        return False
    if _NUMBER_OR_VERB.search(words) or _NO_PLACE_NAME.search(words):
        return False
    k = bisect_left(context.person_starts, name.start)
    return k == len(context.person_starts) or context.person_starts[k] >= name.end


def in_frame(context: Context, rule: str) -> Iterator[Statement]:
    """Places that are visited lie in the division with which the sentence opens: 在长沙，X考察了A、B等企业.

    Says: 市长王建国在山西调研。在临汾，王建国考察了白云重工、青石科技等企业。 => 白云重工 located_in 临汾
    Not: 市长王建国在山西调研。在座谈会上，王建国肯定了白云重工、青石科技等企业。 => 白云重工 located_in 座谈会
    """
    for scene in context.body():
        sentence = scene.sentence
        m = _OPENING_DIVISION.match(context.text[sentence.start : sentence.end])
        if m is None or context.in_speech(scene, sentence.start):
            continue
        a = sentence.start + m.start("place")
        b = sentence.start + m.end("place")
        frame = names_in(context.marked, sentence, a, b)
        if len(frame) != 1 or frame[0].type not in ("Place", "Park") or (frame[0].start, frame[0].end) != (a, b):
            continue
        for go in _VISITS.finditer(context.text[b : sentence.end]):
            start = b + go.end()
            if context.in_speech(scene, start):
                break
            end = clause_end(context.text, start, sentence.end)
            works = _AND_OTHERS.search(context.text, start, end) is not None
            for name in names_in(context.marked, sentence, start, end, listed_works=works):
                if name.type == "Place" and gazetteer.is_division(context.text[name.start : name.end]):
                    continue
                if _SHOWN_OBJECT.search(context.text[name.start : name.end]):
                    continue
                yield context.state(
                    scene, "located_in", context.mention(name), context.mention(frame[0]), rule, confidence=0.8, date=""
                )


def park_name(context: Context, rule: str) -> Iterator[Statement]:
    """A park lies in the division in its name (临汾经济开发区), a project in the park in its name (安顺经开区盛航产业园项目).

    Says: 3月2日，市委书记王建国深入临汾经济开发区调研。 => 临汾经济开发区 located_in 临汾
    Not: 3月2日，市委书记王建国深入临汾市公安局调研。 => 临汾市公安局 located_in 临汾市
    """
    for scene in context.body():
        sentence = scene.sentence
        seen: set[int] = set()
        if not _PARK_ENDING.search(context.text, sentence.start, sentence.end):
            continue
        for m in _BEFORE_PARK.finditer(context.text, sentence.start, sentence.end):
            if context.in_speech(scene, m.start()):
                continue
            end = name_end(context.text, m.end(), sentence.end, AFTER_PARK)
            if not _PARK_ENDING.search(context.text, m.end(), end):
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
    inner = _PARK_IN_NAME.match(words)
    if inner and name.type in _KINDS_IN_PARKS and not _PARK_AUTHORITY.match(inner["rest"]):
        park = phrase_mention(context, "Park", name.start, name.start + inner.end("park"))
        yield context.state(scene, "located_in", context.mention(name), park, rule, confidence=0.85, date="")
    if name.type != "Park" or address_parts(words):
        return
    for size in (5, 4, 3, 2):
        head = words[:size]
        # A short name means its division only right before the kind of park: 洪洞|经济开发区, not 青山|石膏工业园区.
        short = _DIVISION_ENDING.search(head) is None
        if short and words[size : size + 1] != "·" and not _KIND_OF_PARK.match(words[size:]):
            continue
        if len(words) > size + 2 and head not in _TOWN_QUARTERS and gazetteer.is_division(head):
            place = phrase_mention(context, "Place", name.start, name.start + size)
            yield context.state(scene, "located_in", context.mention(name), place, rule, confidence=0.8, date="")
            return


RULES = (
    Rule("places.park_name", park_name),
    Rule("places.stated", stated),
    Rule("places.in_name", in_name),
    Rule("places.in_frame", in_frame),
)
