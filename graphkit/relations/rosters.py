"""Lists of persons and bodies that take part: 市委常委甲、乙，市发改委、丙县负责人参加调研。

A roster is read leftwards from its verb. The patterns are in graphkit/grammar/patterns/rosters.toml.
"""

from __future__ import annotations

from typing import NamedTuple

from graphkit.discourse.scene import Actor, Scene, actor_of
from graphkit.grammar.patterns import pattern
from graphkit.reading.clauses import CLAUSE_OR_COLON, Clause, clauses, clauses_before
from graphkit.recognition.lists import is_closed, is_inside_name, split_list
from graphkit.recognition.marks import PersonMark, Span
from graphkit.recognition.names import type_of
from graphkit.relations.drafting import Context

_OFFICIALS = pattern("rosters.officials")
_NOT_NAMED = pattern("rosters.not_named")
_BODY_ENDING = pattern("rosters.body_ending")
_NO_BODY_ENDING = pattern("rosters.no_body_ending")
_SENDS_ANOTHER = pattern("rosters.sends_another")
_TIME_PART = pattern("rosters.time_part")
_AFTER_LAST_PERSON = pattern("rosters.after_last_person")
_JOINT = pattern("rosters.joint")
_AS_WELL_AS = pattern("rosters.as_well_as")
_BEFORE_FIRST_NAME = pattern("rosters.before_first_name")

#: Maximum length of a match of `_OFFICIALS` in characters.
_LONGEST_OFFICIALS = 60
#: Maximum length of the ending of the name of a body in characters.
_LONGEST_ENDING = 8
#: Minimum and maximum length of the name of a body in characters.
_SHORTEST_BODY, _LONGEST_BODY = 2, 24


class Roster(NamedTuple):
    """The entries of a roster, in order. The posts of a person are in the marks of its sentence."""

    people: list[Actor]
    bodies: list[Actor]


def read_roster(context: Context, scene: Scene, at: int, start: int | None = None) -> Roster:
    """Return the entries of the roster that ends at `at`.

    start: where it begins; without it, where `roster_start` finds its beginning.
    """
    start = roster_start(context, scene, at) if start is None else start
    between = (p for p in scene.sentence.actors() if p.start >= start and p.end <= at)
    people = [actor_of(p) for p in between if not _sends_another(context, p)]
    return Roster(people, _bodies_before(context, scene, at, start))


def _sends_another(context: Context, person: PersonMark) -> bool:
    """Tell whether a person sends another one and does not take part: 王建国委托李志强出席会议."""
    return _SENDS_ANOTHER.match(context.text, person.end) is not None


def roster_start(context: Context, scene: Scene, at: int) -> int:
    """Return where the roster that ends at `at` begins: its parts between commas hold only posts, names and bodies."""
    start = None
    for part in clauses_before(context.text, scene.sentence.start, at, CLAUSE_OR_COLON):
        if not _only_names(context, scene, part):
            return part.start if start is None else start
        start = part.start
    return scene.sentence.start


def _only_names(context: Context, scene: Scene, part: Clause) -> bool:
    """Tell whether a part has no predicate: only posts, names, bodies and words such as 及, 以及, 等."""
    sentence = scene.sentence
    a, b, words = part
    if not words or _TIME_PART.match(words):
        return False
    people = [p for p in sentence.actors() if p.start >= a and p.end <= b]
    if people:
        last = people[-1]
        tail = context.text[last.end : b]
        if _AFTER_LAST_PERSON.fullmatch(tail) is None:
            return False
        verbs = [
            t for t in sentence.tokens_in(a, people[0].left) if t.tag in {"v", "p"} and not _in_posts(people, t.start)
        ]
        return not verbs
    return bool(_OFFICIALS.search(words[-_LONGEST_OFFICIALS:]))


def _in_posts(people: list[PersonMark], at: int) -> bool:
    return any(p.left <= at < p.end for p in people)


def _bodies_before(context: Context, scene: Scene, at: int, start: int) -> list[Actor]:
    """Return the named bodies of the clauses of `start:at` that end with 负责人 or the like."""
    found: list[Actor] = []
    for a, b, words in clauses(context.text, start, at, CLAUSE_OR_COLON):
        tail = _OFFICIALS.search(words, max(0, b - a - _LONGEST_OFFICIALS))
        if tail is None:
            continue
        people = [p for p in scene.sentence.persons if a <= p.start < b]
        found += body_items(context, people[-1].end if people else a, a + tail.start())
    return found


def body_items(context: Context, a: int, b: int) -> list[Actor]:
    """Return the named bodies of a list without its closing 负责人."""
    text = context.text
    found = []
    for item in split_list(text, a, b, lambda item, at: _joint_end(text, item, at)):
        x, y = _without_words_around(text, *item)
        words = text[x:y]
        if not _SHORTEST_BODY <= len(words) <= _LONGEST_BODY or _NOT_NAMED.match(words):
            continue
        if _NO_BODY_ENDING.search(words) or not _BODY_ENDING.search(words) or not is_closed(words):
            continue
        found.append(Actor("Place" if type_of(words) == "Place" else "Organization", words, x, y))
    return found


def _without_words_around(text: str, x: int, y: int) -> Span:
    """Return the range of an item without joints before it and officials after it."""
    before = _BEFORE_FIRST_NAME.match(text[x:y])
    x += before.end() if before else 0
    officials = _OFFICIALS.search(text[x:y], max(0, y - x - _LONGEST_OFFICIALS))
    return (x, x + officials.start()) if officials and officials.start() > 1 else (x, y)


def _joint_end(text: str, item: int, at: int) -> int:
    """Return where the joint at `at` ends; `at` itself if it is none or part of the name of a body (发展和改革委)."""
    joint = _JOINT.match(text, at)
    if joint is None:
        return at
    if _AS_WELL_AS.match(text, at):
        return joint.end()
    if is_inside_name(text, item, at, at + 5):
        return at
    return joint.end() if _BODY_ENDING.search(text[max(item, at - _LONGEST_ENDING) : at]) else at
