"""From a span and a relation to a mention with a type and a name."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

from graphkit.discourse.meetings import MeetingMark
from graphkit.discourse.scene import actor_of
from graphkit.grammar.patterns import pattern
from graphkit.model import Mention
from graphkit.recognition import gazetteer
from graphkit.recognition.descriptions import is_description
from graphkit.recognition.marks import PersonMark
from graphkit.recognition.name_ends import whole_name
from graphkit.recognition.names import NameSpan, has_suffix, is_no_place, other_wordings, type_of
from graphkit.relations.drafting import Context, phrase_mention, value_mention, without_edges
from graphkit.relations.places import named_before
from graphkit.schema import load_schema

Span = tuple[int, int]
#: Types whose mentions are their own names.
_PRINTED = ("Phrase", "Post", "Document", "Value")
_PERSON_NAME = pattern("merging.person_name")
_MEETING_WORD = pattern("merging.meeting_word")
_BEHIND_PERSON = pattern("merging.behind_person")
_GROUP = pattern("merging.group")
_NEXT_TO_A_NAME = pattern("merging.next_to_a_name")
_NEXT_TO_A_LONG_NAME = pattern("merging.next_to_a_long_name")
_THIS_ENTITY = pattern("places.this_entity")
#: Sides of relations that are places to go to.
_PLACES = frozenset([("visited", "o"), ("located_in", "o")])
#: Maximum number of characters of a short name.
_SHORT_NAME = 3
_EDGES = "“”，。、；：·—（）《》 \n"


@cache
def _allowed(relation: str, side: str) -> frozenset[str]:
    found = load_schema().relations[relation]
    return found.subject if side == "s" else found.object


def mention_of(context: Context, relation: str, side: str, span: Span) -> Mention | None:
    """Return a mention with a type that the relation allows on this side ("s" or "o"), or None if there is none.

    Spans outside the sentences of the scenes, for example in page furniture, have none.
    """
    span = without_edges(context.text, *span, _EDGES)
    allowed = _allowed(relation, side)
    words = context.text[span[0] : span[1]]
    if not words.strip(_EDGES) or not context.is_read(span[0]):
        return None
    for kind in _PRINTED:
        if allowed == {kind}:
            return value_mention(context, *span) if kind == "Value" else phrase_mention(context, kind, *span)
    is_meeting = "Meeting" in allowed and _MEETING_WORD.fullmatch(words) is not None
    if "Person" in allowed and not is_meeting:
        person = person_at(context, span) or (None if has_suffix(words) else _person_inside(context, span))
        # The tagger cuts rare names: of 逯勤之 it takes 逯勤. A longer span of the encoder that is a name is better.
        if person is not None and not (_PERSON_NAME.fullmatch(words) and _is_longer(context, span, person)):
            return context.mention(actor_of(person))
        if allowed == {"Person"} or (_PERSON_NAME.fullmatch(words) and not has_suffix(words)):
            verb = _BEHIND_PERSON.search(words)
            return context.mention(NameSpan(span[0], span[0] + verb.start() if verb else span[1], "Person"))
    if "Meeting" in allowed:
        meeting = _meeting_at(context, span)
        if meeting is not None:
            return context.mention(meeting, at=span)
        if is_meeting or not allowed & {"Place", "Organization"}:
            return context.mention(NameSpan(*span, "Meeting"))
    span = whole_name(context.text, *span, gazetteer.is_division)
    if (relation, side) in _PLACES and (
        is_no_place(context.marked, context.scene_at(span[0]).sentence, span) or is_description(context.text, *span)
    ):
        return None
    return _named(context, span, allowed)


def _named(context: Context, span: Span, allowed: frozenset[str]) -> Mention | None:
    """Return the mention of an entity that is named, or of the one that 该项目 or 该园区 refers to."""
    words = context.text[span[0] : span[1]]
    if _THIS_ENTITY.match(words):
        return _antecedent(context, span, allowed)
    kind = "Organization" if _GROUP.search(words) and "Organization" in allowed else type_of(words)
    if kind not in allowed:
        kind = next((k for k in ("Organization", "Site", "Place", "Project") if k in allowed), "")
    return context.mention(NameSpan(*span, kind, other_wordings(words))) if kind else None


def _antecedent(context: Context, span: Span, allowed: frozenset[str]) -> Mention | None:
    scene = context.scene_at(span[0])
    number = bisect_right(context.body(), scene.sentence.start, key=lambda s: s.sentence.start) - 1
    last = named_before(context, max(number, 0))
    if last is None or last.type not in allowed:
        return None
    home = context.mention(last)
    return Mention(
        home.type, home.name, *context.marked.normalized.original(*span), home.aliases, (home.start, home.end)
    )


def _meeting_at(context: Context, span: Span) -> MeetingMark | None:
    """The meeting that a span names, or that it refers to by the end of its name, as 座谈会 refers to 项目推进座谈会."""
    scene = context.scene_at(span[0])
    named = next((m for m in scene.meetings if m.start < span[1] and span[0] < m.end), None)
    if named is None and scene.meeting is not None and scene.meeting.name.endswith(context.text[span[0] : span[1]]):
        return scene.meeting
    return named


def _is_longer(context: Context, span: Span, person: PersonMark) -> bool:
    """Tell whether a span contains a person and more, which can be a part of the name: not 向 in 向彭丽媛."""
    if not (span[0] <= person.start and person.end <= span[1] and span != (person.start, person.end)):
        return False
    around = context.text[span[0] : person.start] + context.text[person.end : span[1]]
    is_long = span[1] - span[0] > _SHORT_NAME
    return not (_NEXT_TO_A_NAME.search(around) or (is_long and _NEXT_TO_A_LONG_NAME.search(around)))


def _person_inside(context: Context, span: Span) -> PersonMark | None:
    """The first person whose name is inside a span, as 韩正 in 韩正向青石国."""
    persons = context.scene_at(span[0]).sentence.persons
    return next((p for p in persons if span[0] <= p.start and p.end <= span[1] and p.end - p.start > 1), None)


def person_at(context: Context, span: Span) -> PersonMark | None:
    """The person whose name overlaps a span by at least half."""
    sentence = context.scene_at(span[0]).sentence
    for person in sentence.persons:
        shared = min(person.end, span[1]) - max(person.start, span[0])
        if shared > 0 and 2 * shared >= max(person.end - person.start, span[1] - span[0]):
            return person
    return None
