"""The relation visited: who went where. Its patterns are in graphkit/grammar/patterns/visits.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from graphkit.discourse.scene import Actor, Scene, actor_of
from graphkit.grammar.patterns import guarded, pattern
from graphkit.model import PassageKind, Statement
from graphkit.reading.clauses import SEMICOLON_PART, clause_before, clauses_before
from graphkit.recognition import gazetteer
from graphkit.recognition.lists import joined_persons, split_list
from graphkit.recognition.marks import Span
from graphkit.recognition.name_ends import LONGEST_LIST, list_limit, list_region, without_time
from graphkit.recognition.names import NameSpan, has_suffix, is_one_name, is_proper, names_in, type_of
from graphkit.relations.drafting import Context, Rule

_GOING = pattern("visits.going")
_GOING_AFTER_NAME = pattern("visits.going_after_name")
_GO_TOGETHER = pattern("visits.go_together")
_ATTENDEES = pattern("visits.attendees")
_TEAM = pattern("visits.team")
_TEAM_OR_ATTENDEES = pattern("visits.team_or_attendees")
_OTHER_PEOPLE = pattern("visits.other_people")
_REMOTE = pattern("visits.remote")
_OBJECT_OF_ANOTHER = pattern("visits.object_of_another")
_AND_OTHERS = pattern("visits.and_others")
_COMPANION_OR_HOST = pattern("visits.companion_or_host")
_CONTINUES_TOUR = pattern("visits.continues_tour")
_MEETS_SOMEBODY = pattern("visits.meets_somebody")
_WITH_GUEST = pattern("visits.with_guest")
_ENDS_IN_PEOPLE = pattern("visits.ends_in_people")
_BEGINS_WITH_RESIDENT = pattern("visits.begins_with_resident")
_NUMBER_OF_THINGS = pattern("visits.number_of_things")
_LIST_OF_WORKS = pattern("visits.list_of_works")
_JOINS_MORE_NAMES = pattern("visits.joins_more_names")
_TAKES_TOUR_AS_OBJECT = pattern("visits.takes_tour_as_object")
_ADVERB_OR_VERB = pattern("visits.adverb_or_verb")
_PLACE_WITH_DESCRIPTION = pattern("visits.place_with_description")
_AFTER_ADVERB = pattern("visits.after_adverb")
_AFTER_NOUN = pattern("visits.after_noun")
_BEFORE_NOUN = pattern("visits.before_noun")
_THING_TO_LOOK_AT = pattern("visits.thing_to_look_at")
_NO_NAME_BEGINS = pattern("visits.no_name_begins")
_TOUR_FOLLOWS = pattern("visits.tour_follows")
_TALK = pattern("visits.talk")
_COMPANY_THEN_GOING = pattern("visits.company_then_going")
_NO_SUBJECT = pattern("visits.no_subject")
_IN_PLACE = pattern("visits.in_place")
_TOUR_AFTER_PLACE = pattern("visits.tour_after_place")
_TOUR_AFTER_IN = pattern("visits.tour_after_in")
_EVENT_VERB = pattern("visits.event_verb")
_TIME_OR_CONDITION = pattern("visits.time_or_condition")
_OPENING_PLACE = pattern("visits.opening_place")
_NO_OPENING_PLACE = pattern("visits.no_opening_place")
_TOUR_VERB = pattern("visits.tour_verb")
_CAME_HERE = guarded("visits.came_here")
_DESCRIBED_PLACE = pattern("visits.described_place")
_CAPTION_TOUR = pattern("visits.caption_tour")

#: Tags of the first word of a clause that does not continue a list of names.
_NOT_IN_NAMES = frozenset(["v", "r", "d", "p", "PER", "TIME", "c", "ad", "vd"])


def _subject(context: Context, scene: Scene, at: int) -> Actor | None:
    """Return who goes: the last person before the verb who is a subject, the team, the attendees or the leader."""
    text, sentence = context.text, scene.sentence
    leader = scene.leader
    if leader is not None and _met_before(text, sentence.start, at):
        # In 会见了甲、乙；考察了A the persons who were met do not go.
        return leader.referred_to(at, at + 1)
    best = _person_who_goes(context, scene, at)
    guests = max(_ATTENDEES.finditer(text, sentence.start, at), key=re.Match.start, default=None)
    if guests is not None and (best is None or best.end <= guests.start()):
        with_leader = (leader.name,) if leader else ()
        return Actor("Organization", guests.group(), guests.start(), guests.end(), None, with_leader)
    if best is not None:
        return best
    if leader is None:
        return None
    head = text[sentence.start : at]
    team = _TEAM.search(head)
    if team:
        a = sentence.start + team.start()
        return leader.referred_to(a, a + len(team.group()))
    if _CONTINUES_TOUR.match(head) or at == sentence.start:
        return None if _OTHER_PEOPLE.search(head) else leader.referred_to(at, at + 1)
    return None


def _person_who_goes(context: Context, scene: Scene, at: int) -> Actor | None:
    """Return the last person before the verb who is neither the object of another verb nor a companion."""
    text, sentence = context.text, scene.sentence
    for person in reversed(sentence.actors()):
        if person.end > at:
            continue
        before = text[max(sentence.start, person.left - 4) : person.left]
        after = text[person.end : person.end + 8]
        if _OBJECT_OF_ANOTHER.search(before) and not _AND_OTHERS.match(after):
            continue
        if not _COMPANION_OR_HOST.match(after):
            return actor_of(person)
    return None


def _met_before(text: str, start: int, at: int) -> bool:
    """Tell whether somebody met a guest in the part before the last semicolon."""
    _, *before = islice(clauses_before(text, start, at, SEMICOLON_PART), 2)
    if not before or text[before[0].end] != "；":
        return False
    return _MEETS_SOMEBODY.search(text, before[0].start, before[0].end) is not None


def _statements(
    context: Context, scene: Scene, subject: Actor, names: list[NameSpan], rule: str, at: int, confidence: float
) -> Iterator[Statement]:
    status = context.status(scene.sentence, at)
    for found in names:
        name = replace(found, end=without_time(context.text, found.start, found.end))
        words = context.text[name.start : name.end]
        if _is_no_stop(words) or not (has_suffix(words) or is_one_name(context.marked, scene.sentence, name)):
            continue
        yield context.state(
            scene,
            "visited",
            context.mention(subject),
            context.mention(name),
            rule,
            status=status,
            confidence=confidence,
        )


def _is_no_stop(words: str) -> bool:
    """Tell whether a phrase counts places, or means people or talks with a guest."""
    return bool(
        _NUMBER_OF_THINGS.match(words)
        or _WITH_GUEST.search(words)
        or _ENDS_IN_PEOPLE.search(words)
        or _BEGINS_WITH_RESIDENT.match(words)
    )


def _region(context: Context, scene: Scene, start: int, *, arrived: bool) -> tuple[list[NameSpan], bool]:
    """Return the names of the list that begins at `start`, and whether it ends like a list of works or places.

    The list continues after a comma while only names follow. `arrived` says that the verb is one of arriving: then a
    common noun with the ending of a place (转移群众临时安置点) is a place too.
    """
    sentence = scene.sentence
    text = context.text
    a, b = list_region(context.marked, sentence, start, list_limit(text, start, sentence.end))
    works = _LIST_OF_WORKS.search(text[a:b]) is not None
    names = names_in(context.marked, sentence, a, b, listed_works=works, arrived=arrived)
    while names and b < min(sentence.end, start + LONGEST_LIST) and text[b] == "，":
        joint = 3 if _JOINS_MORE_NAMES.match(text, b + 1) else 1
        c, d = list_region(context.marked, sentence, b + joint, list_limit(text, b + joint, sentence.end))
        if d <= c or (d < sentence.end and text[d] not in "，。；"):
            break
        more = names_in(context.marked, sentence, c, d, arrived=arrived)
        opening = sentence.tokens_in(c, d)[:1]
        if not more or opening[0].tag in _NOT_IN_NAMES or len(more) < len(split_list(text, c, d)):
            break
        names += more
        b = d
    return names, works


def at_stop(context: Context, rule: str) -> Iterator[Statement]:
    """Each name of a list after 来到, 前往, 深入, 走进 or 考察, 察看 is a stop.

    Says: 3月2日，市委书记王建国到青石镇调研。随后，王建国来到白云社区，看望居民。 => 王建国 visited 白云社区
    Not: 3月2日，市委书记王建国到青石镇调研。王建国来到生产车间，了解产量。 => 王建国 visited 生产车间
    """
    for scene in context.body():
        sentence = scene.sentence
        for m in _GOING.finditer(context.text, sentence.start, sentence.end):
            at, verb_end = m.span()
            if context.in_speech(scene, at) or _inside_quotes(context.text, sentence.start, at):
                continue
            if not _is_verb(context, scene, m):
                continue
            if m["weak"] and not _tour_follows(context.text, verb_end, sentence.end):
                continue
            clause = clause_before(context.text, sentence.start, at).text
            if _REMOTE.search(clause) or _TAKES_TOUR_AS_OBJECT.search(clause):
                continue
            subject = _subject(context, scene, at)
            if subject is None:
                continue
            others = _others_who_go(context, scene, subject, at)
            names, works = _region(context, scene, verb_end, arrived=bool(m["strong"]))
            if m["look"] and not works:
                names = [n for n in names if _can_be_looked_at(context, n)]
            certainty = 0.9 if m["strong"] else 0.8
            for other in others:
                yield from _statements(context, scene, other, names, rule, at, certainty)
            yield from _statements(context, scene, subject, names, rule, at, certainty)


def _others_who_go(context: Context, scene: Scene, subject: Actor, at: int) -> list[Actor]:
    """Return the other persons of the list in front of the verb at `at` if the subject is in it: 甲、乙等来到A."""
    last = next((p for p in reversed(scene.sentence.actors()) if p.end <= at), None)
    if last is None or not _GO_TOGETHER.fullmatch(context.text, last.end, at):
        return []
    joined = [actor_of(p) for p in joined_persons(context.text, scene.sentence.actors(), last)]
    return [one for one in joined if one != subject] if subject in joined else []


def _is_verb(context: Context, scene: Scene, m: re.Match[str]) -> bool:
    """Tell whether a match is a verb: not 深入 as an adverb (深入贯彻), 走访 as a noun or 来到 inside 近年来到."""
    if m["weak"]:
        return True
    text = context.text
    token = scene.sentence.tokens[scene.sentence.token_index(m.start())]
    if _ADVERB_OR_VERB.fullmatch(m["strong"] or m["look"]):
        if _PLACE_WITH_DESCRIPTION.match(text, m.end()):
            return True
        if token.tag in {"ad", "d", "vd"} or _AFTER_ADVERB.match(text, m.end()):
            return False
    if m["look"] and (
        token.tag == "vn" or _AFTER_NOUN.match(text, m.end()) or _BEFORE_NOUN.fullmatch(text[m.start() - 1 : m.start()])
    ):
        return False
    return token.end >= m.end() - 3


def _can_be_looked_at(context: Context, name: NameSpan) -> bool:
    """Tell whether the object of 察看 or 考察 is a place: ledgers, progress and conditions are not."""
    words = context.text[name.start : name.end]
    quoted = "“" in words or "（" in words
    if not has_suffix(words) and not gazetteer.is_division(words) and not quoted and len(words) < 6:
        return False
    return not _THING_TO_LOOK_AT.search(words) and not _NO_NAME_BEGINS.match(words)


def _inside_quotes(text: str, start: int, at: int) -> bool:
    return text.count("“", start, at) > text.count("”", start, at)


def _tour_follows(text: str, start: int, end: int) -> bool:
    return _TOUR_FOLLOWS.search(text[start : min(end, start + 160)]) is not None


def lead_place(context: Context, rule: str) -> Iterator[Statement]:
    """A was visited where the lead or the headline says X到A调研, X在A调研 or X来A考察.

    Says: 市委书记王建国4月8日在青石县调研乡村振兴工作。 => 王建国 visited 青石县
    Says: 市委书记王建国在县委书记李志强陪同下到青石县调研。 => 王建国 visited 青石县
    Not: 市委书记王建国在青石县召开的会议上讲话。 => 王建国 visited 青石县
    """
    for scene in context.scenes:
        sentence = scene.sentence
        if sentence.frame.kind is PassageKind.CAPTION:
            continue
        for person in sentence.actors():
            m = _GOING_AFTER_NAME.match(context.text, person.end, sentence.end)
            if m is None or context.in_speech(scene, person.start):
                continue
            before = context.text[max(sentence.start, person.left - 2) : person.left]
            if _NO_SUBJECT.search(before) or _REMOTE.search(m.group()):
                continue
            in_place = _IN_PLACE.fullmatch(m["weak"])
            company = _COMPANY_THEN_GOING.match(context.text, m.end(), sentence.end) if in_place else None
            a, b = list_region(context.marked, sentence, company.end() if company else m.end())
            # The place ends where the tour begins, as in 在A视察调研. 会见 and 召开 are no tours.
            tour_pattern = _TOUR_AFTER_PLACE
            if in_place and company is None:
                if _EVENT_VERB.match(context.text, b) or _TALK.match(context.text, b):
                    continue
                if _TIME_OR_CONDITION.search(context.text[a:b]):
                    continue
                tour_pattern = _TOUR_AFTER_IN
            tour = tour_pattern.match(context.text[b : sentence.end])
            if tour is None:
                continue
            names = names_in(context.marked, sentence, a, b)
            # The persons of a list go together: 校党委书记甲、校长乙一行赴….
            for one in joined_persons(context.text, sentence.actors(), person):
                yield from _statements(context, scene, actor_of(one), names, rule, m.end() - 1, 0.9)


def frame_place(context: Context, rule: str) -> Iterator[Statement]:
    """A sentence of a tour that opens with a place happens there: 在A，X参观了….

    Says: 3月2日，市委书记王建国在青石县调研。在白云社区，王建国听取了汇报。 => 王建国 visited 白云社区
    Not: 3月2日，市委书记王建国在青石县调研。在座谈会上，王建国听取了汇报。 => 王建国 visited 座谈会
    """
    for scene in context.body():
        sentence = scene.sentence
        if scene.leader is None or not _is_tour(context):
            continue
        m = _OPENING_PLACE.search(context.text[sentence.start : sentence.end])
        if m is None or context.in_speech(scene, sentence.start + m.start()) or m.start() > 24:
            continue
        place = m["place"]
        begin = sentence.start
        if _NO_OPENING_PLACE.search(place):
            continue
        rest = context.text[begin + m.end() : sentence.end]
        subject = _frame_subject(context, scene, begin + m.end(), rest)
        if subject is None:
            continue
        names = names_in(context.marked, sentence, begin + m.start("place"), begin + m.end("place"), arrived=True)
        yield from _statements(context, scene, subject, names, rule, begin + m.start(), 0.88)


def _frame_subject(context: Context, scene: Scene, start: int, rest: str) -> Actor | None:
    leader = scene.leader
    if leader is None:
        return None
    first = next((p for p in scene.sentence.actors() if p.start >= start), None)
    if first is not None and first.left <= start + 14:
        return actor_of(first) if first.name == leader.name else None
    return leader.referred_to(start, start + 1) if _TEAM_OR_ATTENDEES.match(rest) else None


def _is_tour(context: Context) -> bool:
    return context.report_holds(6, _TOUR_VERB)


def back_reference(context: Context, rule: str) -> Iterator[Statement]:
    """In A是…。X来到这里, 这里 is the place with which this sentence or the one before opens.

    Says: 市委书记王建国在青石县调研。白云社区是一个老小区。王建国来到这里，察看改造情况。 => 王建国 visited 白云社区
    Not: 市委书记王建国在青石县调研。白云社区是一个老小区。游客来到这里，感到新鲜。 => 王建国 visited 白云社区
    """
    previous: Scene | None = None
    for scene in context.body():
        sentence = scene.sentence
        m = _CAME_HERE.search(context.text, sentence.start, sentence.end)
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
    m = _DESCRIBED_PLACE.match(context.text[sentence.start : limit])
    if m is None:
        return None
    span: Span = (sentence.start, sentence.start + m.end("place"))
    if not is_proper(context.marked, sentence, span):
        return None
    return NameSpan(*span, type_of(context.text[span[0] : span[1]]))


def in_caption(context: Context, rule: str) -> Iterator[Statement]:
    """A caption such as 图为X在A调研 states a visit.

    Says: 市委书记王建国在青石县调研。\\n图为王建国在白云产业园项目施工现场调研。 => 王建国 visited 白云产业园项目
    Not: 市委书记王建国在青石县调研。\\n图为白云产业园项目施工现场。 => 王建国 visited 白云产业园项目
    """
    for scene in context.scenes:
        sentence = scene.sentence
        if sentence.frame.kind is not PassageKind.CAPTION or not sentence.actors():
            continue
        person = sentence.actors()[0]
        m = _CAPTION_TOUR.match(context.text[person.end : sentence.end])
        if m:
            a = person.end + m.start("place")
            names = names_in(context.marked, sentence, a, person.end + m.end("place"))
            yield from _statements(context, scene, actor_of(person), names, rule, a, 0.85)


RULES = (
    Rule("visits.at_stop", at_stop),
    Rule("visits.lead_place", lead_place),
    Rule("visits.frame_place", frame_place),
    Rule("visits.back_reference", back_reference),
    Rule("visits.caption", in_caption),
)
