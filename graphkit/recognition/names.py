"""Recognises names of places, parks, projects, sites and bodies in lists: their extent, type and other wordings.

An item of a list is a name if it contains something that only names have: a recognised name, a quotation mark, a digit
or a word that is not common. Otherwise it is a kind (生产车间, 物流园区). docs/genre.md describes such lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from graphkit.grammar.lexicon import VERB_CLASSES, word_set, words
from graphkit.grammar.patterns import pattern
from graphkit.recognition import gazetteer
from graphkit.recognition.lists import is_inside_name, split_list
from graphkit.recognition.marks import MarkedReport, MarkedSentence, Span
from graphkit.recognition.name_ends import locations, trimmed
from graphkit.recognition.occurrences import occurrences

_NAME_TAGS = {"LOC", "ORG", "nz", "nw", "PER"}
_GENERIC_FULL = word_set("generic_place")
_NO_NAME_VERBS = frozenset(v for name in VERB_CLASSES for v in words(name))
#: Tags of the recogniser that no token of a name has outside of brackets.
_BROKEN_TAGS = {"p", "r", "d", "u", "vd", "TIME"}

_SHORT_FORM = pattern("names.short_form")
_WORKS_END = pattern("names.works_end")
_IN_BRACKETS = pattern("names.in_brackets")
_DIVISION_CHARACTER = pattern("names.division_character")
_ONLY_IN_NAMES = pattern("names.only_in_names")
_NUMBER = pattern("names.number")
_NOT_IN_STEM = pattern("names.not_in_stem")
_CONJUNCTION = pattern("names.conjunction")
_BETWEEN_ITEMS = pattern("names.between_items")
_WITH_OR_AND = pattern("lists.with_or_and")
_CROSSING = pattern("names.crossing")
_PROJECT_END = pattern("names.project_end")
_PROJECT_BEGINS = pattern("names.project_begins")
_UNIT = pattern("names.unit")
_VILLAGE = pattern("names.village")
_NO_UNIT = pattern("names.no_unit")
_OF_BODIES = pattern("names.of_bodies")
_KIND_OF_AREA = pattern("names.kind_of_area")
_SPOT = pattern("names.spot")
_ROOM = pattern("names.room")
_NO_PLACE = pattern("names.no_place")
_AND_OTHER_PLACES = pattern("names.and_other_places")


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name in the marked text with its type and its other wordings, all of which occur in the report."""

    start: int
    end: int
    type: str
    aliases: tuple[str, ...] = ()


@cache
def _suffixes() -> dict[str, tuple[str, ...]]:
    """Return the types that each known ending may mean."""
    rows: dict[str, tuple[str, ...]] = {}
    for kind in ("Place", "Park", "Project", "Organization", "Site"):
        for suffix in words(f"end_{kind.lower()}"):
            rows[suffix] = (*rows.get(suffix, ()), kind)
    return rows


@cache
def _longest_suffix() -> int:
    return max(map(len, _suffixes()))


def _endings(name: str) -> Iterator[tuple[str, str]]:
    """Yield the known endings that are shorter than the name, with their types, longest first."""
    known = _suffixes()
    for size in range(min(_longest_suffix(), len(name) - 1), 0, -1):
        suffix = name[-size:]
        for kind in known.get(suffix, ()):
            yield suffix, kind


def strip_brackets(name: str) -> str:
    """Return a name without brackets at its end."""
    return _IN_BRACKETS.sub("", name) if name.endswith("）") else name


def type_of(name: str) -> str:
    """Return the type by the longest known ending; a division alone is a Place, any other name a Site."""
    bare = strip_brackets(name)
    for suffix, kind in _endings(bare):
        if kind != "Place" or _place_like(bare, suffix):
            return kind
    return "Place" if gazetteer.is_division(bare) else "Site"


def has_suffix(name: str) -> bool:
    """Tell whether a name ends with a known ending."""
    return next(_endings(strip_brackets(name)), None) is not None


def _place_like(name: str, suffix: str) -> bool:
    return not (_DIVISION_CHARACTER.fullmatch(suffix) and len(name) > 8 and not gazetteer.is_division(name))


def is_proper(marked: MarkedReport, sentence: MarkedSentence, span: Span) -> bool:
    """Tell whether an item of a list contains something that only a name has."""
    text = marked.words(*span)
    if len(text) < 2 or strip_brackets(text) in _GENERIC_FULL:
        return False
    if _ONLY_IN_NAMES.search(text) and not _NUMBER.fullmatch(text):
        return True
    if gazetteer.is_division(text) or _has_known_name(marked, sentence, span):
        return True
    common = word_set("common_word")
    for token in sentence.tokens_in(*span):
        word = marked.words(max(token.start, span[0]), min(token.end, span[1]))
        unknown = token.tag in {"n", "s", "xc"} and len(word) >= 2 and word not in common
        if unknown and has_suffix(text) and len(text) >= 4:
            return True
    return _unknown_stem(marked, sentence, span, text)


def _has_known_name(marked: MarkedReport, sentence: MarkedSentence, span: Span) -> bool:
    """Tell whether the recogniser found a name in a span."""
    for token in sentence.tokens_in(*span):
        word = marked.words(max(token.start, span[0]), min(token.end, span[1]))
        if token.tag in _NAME_TAGS and word not in word_set("common_word") and word not in _GENERIC_FULL:
            return True
    return False


def _unknown_stem(marked: MarkedReport, sentence: MarkedSentence, span: Span, text: str) -> bool:
    """Tell whether the two or three characters before the known ending form no word of the recogniser (之江|实验室)."""
    ending = next((e for e, _ in _endings(text) if len(e) >= 2), "")
    stem = len(text) - len(ending)
    if not ending or not 2 <= stem <= 3:
        return False
    tokens = sentence.tokens_in(span[0], span[0] + stem)
    inside = all(t.end - t.start == 1 and t.end <= span[0] + stem for t in tokens)
    return inside and not any(_NOT_IN_STEM.fullmatch(marked.words(t.start, t.end)) for t in tokens)


def is_one_name(marked: MarkedReport, sentence: MarkedSentence, name: NameSpan) -> bool:
    """Tell whether a span is a name and not a clause.

    A name contains no preposition, pronoun, adverb or known verb outside of its brackets.
    """
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


def _items(marked: MarkedReport, sentence: MarkedSentence, start: int, end: int) -> list[Span]:
    """Return the items of a list at `start:end` without the words around them that do not belong to a name."""
    text = marked.text
    tokens = sentence.tokens_in(start, end)
    conjunctions = {t.start: t.end for t in tokens if _CONJUNCTION.fullmatch(text, t.start, t.end)}

    def joint(item: int, at: int) -> int:
        after = conjunctions.get(at)
        return after if after is not None and at > item and _is_joint(text, at, after, end) else at

    found = (trimmed(text, a, b, has_suffix) for a, b in split_list(text, start, end, joint))
    return [(a, b) for a, b in found if a < b]


def _is_joint(text: str, at: int, after: int, end: int) -> bool:
    """Tell whether a conjunction separates two names; 与 in 詹家村与界牌镇交接处 does not."""
    rest = _BETWEEN_ITEMS.split(text[after:end], maxsplit=1)[0]
    if not _WITH_OR_AND.match(text, at):
        return True
    if is_inside_name(text, 0, at, after + len(rest)):
        return False
    return not _CROSSING.search(rest[:16])


def other_wordings(text: str) -> tuple[str, ...]:
    """Return equally good wordings of a name: without the county in front, without 项目, without the works."""
    found: list[str] = []
    bare = _WORKS_END.sub("", text)
    if bare != text and len(bare) >= 2:
        found.append(bare)
    project = _PROJECT_END.search(bare)
    if project and len(bare) > 4:
        found.append(bare[: project.start()])
    for name in (text, *found[:]):
        split = address_parts(name)
        if split:
            tail = name[sum(len(p) for p in split) :]
            if len(tail) >= 2:
                found.append(tail)
            for k in range(1, len(split)):
                found.append(name[sum(len(p) for p in split[:k]) :])
    return tuple(dict.fromkeys(f for f in found if f != text and len(f) >= 2))


def address_parts(name: str) -> list[str]:
    """Return the units of an address at the beginning of a name: 石渡市青石县白云镇石桥村 → 石渡市, 青石县, 白云镇.

    Only units that are followed by more of the name count; a name that is itself one unit has no parts.
    """
    parts: list[str] = []
    at = 0
    while True:
        m = _UNIT.match(name, at)
        village = _VILLAGE.match(name, at)
        if m is None or _is_kind_of_area(m.group()) or (village is not None and village.end() < m.end()):
            break
        if m.end() >= len(name):
            break
        parts.append(m.group())
        at = m.end()
    m = _VILLAGE.match(name, at)
    if m is not None and len(m.group()) >= 3 and m.end() < len(name) and name[m.end() :][:1] not in "（）":
        parts.append(m.group())
    return parts


def _is_kind_of_area(unit: str) -> bool:
    if _NO_UNIT.match(unit):
        return True
    return _OF_BODIES.search(unit) is not None or _KIND_OF_AREA.search(unit) is not None


def names_in(
    marked: MarkedReport,
    sentence: MarkedSentence,
    start: int,
    end: int,
    *,
    listed_works: bool = False,
    arrived: bool = False,
) -> list[NameSpan]:
    """Return the typed names in a region that contains a list. Kinds (企业, 生产车间) are left out.

    listed_works: the list ends in 等重点项目 or 等地, so that an item among proper names is a name too.
    arrived: a long description that ends like a place counts as a name (转移群众临时安置点).
    """
    items = _items(marked, sentence, start, end)
    proper = [is_proper(marked, sentence, span) for span in items]
    accept_rest = listed_works and sum(proper) >= 2
    projects = sum(proper) >= 2 or (any(proper) and len(items) >= 3)
    found = []
    for span, own in zip(items, proper, strict=True):
        text = marked.words(*span)
        if len(text) > 40 or strip_brackets(text) in _GENERIC_FULL or is_no_place(marked, sentence, span):
            continue
        known = text in word_set("common_word")
        listed = (accept_rest and len(text) >= 4) or (listed_works and not known and _unknown(marked, sentence, span))
        # A项目、田野现代农业园区项目、B项目: a project in a list of projects that have names.
        listed = listed or (projects and len(text) >= 7 and _PROJECT_END.search(text) is not None)
        if own or listed or (arrived and _is_spot(text)):
            found.append(_named(marked, span))
    return found


def is_no_place(marked: MarkedReport, sentence: MarkedSentence, span: Span) -> bool:
    """Tell whether an item is no place to go to: 途中, 代表团, or the name of a person (陆德昌 in 陆德昌等劳动模范旧居)."""
    text = marked.words(*span)
    if _NO_PLACE.search(text):
        return True
    is_person = not has_suffix(text) and any(span == (p.start, p.end) for p in sentence.persons)
    return is_person and not _AND_OTHER_PLACES.match(marked.text, span[1])


def _is_spot(text: str) -> bool:
    """Tell whether a text is a long description that ends like a place and not like a room (转移群众临时安置点)."""
    return len(text) >= 6 and _SPOT.match(text) is not None and not _ROOM.search(text)


def _unknown(marked: MarkedReport, sentence: MarkedSentence, span: Span) -> bool:
    """Tell whether no word of an item is a common one (蒋场, 渔薪)."""
    common = word_set("common_word")
    return all(
        marked.words(max(t.start, span[0]), min(t.end, span[1])) not in common for t in sentence.tokens_in(*span)
    )


def _two_divisions(marked: MarkedReport, a: int, b: int) -> int:
    """Return the number of characters of another division in front of a name.

    An example is 洪洞临汾经济开发区 in a report that says 临汾经济开发区 more often.
    """
    text = marked.words(a, b)
    for size in (2, 3, 4):
        head, rest = text[:size], text[size:]
        if len(rest) < 5 or not gazetteer.is_division(head):
            continue
        if not any(gazetteer.is_division(rest[:k]) for k in (2, 3, 4)):
            continue
        if occurrences(marked.text).count(rest) > occurrences(marked.text).count(text):
            return size
    return 0


def short_form(name: str) -> tuple[int, tuple[str, ...]]:
    """Return the length of a name without its short form in brackets, and the short form.

    >>> short_form("石渡经济开发区（以下简称石渡经开区）")
    (7, ('石渡经开区',))
    """
    m = _SHORT_FORM.search(name)
    return (m.start(), (m["short"],)) if m and m.start() >= 2 else (len(name), ())


def _named(marked: MarkedReport, span: Span) -> NameSpan:
    a, b = span
    a += _two_divisions(marked, a, b)
    text = marked.words(a, b)
    size, aliases = short_form(text)
    b = a + size
    text = text[:size]
    works = _WORKS_END.search(text)
    kind = type_of(text)
    if works and works.start() >= 2:
        aliases = (*aliases, text)
        core = text[: works.start()]
        project = _PROJECT_BEGINS.match(text, works.start())
        if project or _PROJECT_END.search(core):
            core = text[: project.end()] if project else core
            kind = "Project"
        elif kind == "Project" and type_of(core) == "Site":
            kind = "Project"
        else:
            kind = type_of(core)
        b = a + len(core)
        text = core
    return NameSpan(a, b, kind, tuple(dict.fromkeys((*aliases, *other_wordings(text)))))


#: Types of entities whose names lose a place in front of them. Places keep it: of several villages it is one.
_LOCATED = frozenset(["Project", "Park", "Organization", "Site"])
#: Minimum number of characters of a place in front of a name, unless it is a division, and of the name behind it.
_SHORTEST = 3


def without_location(marked: MarkedReport, sentence: MarkedSentence, name: NameSpan) -> NameSpan:
    """Return a name without the place in front of it: 石渡产业园内的青禾项目 is 青禾项目.

    The result is the name itself if what follows 的 is not a name of its own (石渡产业园内的生产车间).
    """
    text = marked.text
    if name.type not in _LOCATED or text.find("的", name.start, name.end) < 0:
        return name
    start = name.start
    for place, begin, is_stated in locations(text, name.start, name.end):
        if _is_location(text, place, is_stated) and _stands_alone(marked, sentence, (begin, name.end), is_stated):
            start = begin
    if start == name.start:
        return name
    prefix, words = text[name.start : start], text[start : name.end]
    aliases = [a.removeprefix(prefix) for a in name.aliases]
    return replace(name, start=start, aliases=tuple(dict.fromkeys((*aliases, *other_wordings(words)))))


def _is_location(text: str, place: Span, is_stated: bool) -> bool:
    """Tell whether a span in front of 的 is a place. is_stated: whether words such as 位于 or 内 show that it may be."""
    words = text[slice(*place)]
    if gazetteer.is_division(words):
        return True
    if len(words) < _SHORTEST or not has_suffix(words):
        return False
    return type_of(words) in (("Place", "Park", "Site") if is_stated else ("Place", "Park"))


def _stands_alone(marked: MarkedReport, sentence: MarkedSentence, span: Span, is_stated: bool) -> bool:
    """Tell whether what follows a place is a name that means the same without the place.

    Without words such as 位于, it must contain a known name or occur in the report without the place.
    """
    text = marked.words(*span)
    if len(text) < _SHORTEST or not is_proper(marked, sentence, span):
        return False
    if is_stated or _ONLY_IN_NAMES.search(text) or _has_known_name(marked, sentence, span):
        return True
    return occurrences(marked.text).count(text) > occurrences(marked.text).count("的" + text)
