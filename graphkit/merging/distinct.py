"""Of candidates that state the same, or that exclude each other, keeps the most probable one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from graphkit.grammar.patterns import pattern
from graphkit.merging.names import all_names, same_name
from graphkit.merging.pairs import LOCAL_SUBJECT
from graphkit.model import Mention, Statement

#: Relations in which the local side has one partner: a value has one holder, a person one leader or meeting.
ONE_PARTNER = frozenset(
    [
        "visited",
        "accompanied",
        "attended",
        "presided",
        "reported_to",
        "located_in",
        "has_attribute",
        "emphasized",
        "pursues",
        "has_part",
        "implements",
    ]
)
_COORDINATED = pattern("merging.coordinated")
#: Maximum number of characters between two persons who are subjects together.
_LONGEST_BETWEEN = 34
#: Number of characters of the parts of a text in which statements are compared by their spans.
_PART = 400
#: Number of last characters that two forms of one name have in common (graphkit.merging.names.same_name).
_ENDING = 2
#: Maximum number of statements with the same endings that a statement is compared with, the last ones.
_MOST = 50

Key = tuple[str, str, str, str]


def _overlap(a: Mention, b: Mention) -> bool:
    return a.start < b.end and b.start < a.end


def _sides(s: Statement) -> tuple[Mention, Mention]:
    return (s.subject, s.object) if s.relation in LOCAL_SUBJECT else (s.object, s.subject)


def same_statement(a: Statement, b: Statement) -> bool:
    """Tell whether two statements of the same relation and kind have agreeing names."""
    return same_name(a.subject, b.subject) and same_name(a.object, b.object)


def coordinated(a: Mention, b: Mention, text: str) -> bool:
    """Tell whether two persons are subjects together, as in 市委书记何清嘉、县长周远航到云雾镇调研."""
    first, second = (a, b) if a.start <= b.start else (b, a)
    if {first.type, second.type} != {"Person"} or not 0 < second.start - first.end <= _LONGEST_BETWEEN:
        return False
    return _COORDINATED.match(text, first.end, second.start) is not None


def exclude(a: Statement, b: Statement, text: str) -> bool:
    """Tell whether of two statements of the same relation and kind only one can be kept. text: of their report."""
    (near, far), (other_near, other_far) = _sides(a), _sides(b)
    if a.relation == "visited" and coordinated(far, other_far, text):
        return same_statement(a, b)
    if _overlap(near, other_near):
        return a.relation in ONE_PARTNER or same_name(far, other_far) or _overlap(far, other_far)
    return same_statement(a, b)


class Kept:
    """Statements, found by the endings of both names and by the place of their local side.

    The number of statements that one is compared with does not grow with the length of the report.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._by_names: dict[Key, list[Statement]] = defaultdict(list)
        self._by_place: dict[tuple[str, str, int], list[Statement]] = defaultdict(list)

    def add(self, s: Statement) -> None:
        """Add a statement."""
        for key in set(self._keys(s)):
            self._by_names[key].append(s)
        self._by_place[s.relation, s.kind, _sides(s)[0].start // _PART].append(s)

    def states(self, s: Statement) -> bool:
        """Tell whether a statement with the same relation and agreeing names was added."""
        return any(same_statement(s, other) for other in self._with_endings(s))

    def excludes(self, s: Statement) -> bool:
        """Tell whether a statement that excludes this one was added."""
        part = _sides(s)[0].start // _PART
        near = (self._by_place.get((s.relation, s.kind, n), ()) for n in (part - 1, part, part + 1))
        return self.states(s) or any(exclude(s, other, self._text) for found in near for other in found)

    def _with_endings(self, s: Statement) -> Iterator[Statement]:
        for key in set(self._keys(s)):
            yield from self._by_names.get(key, [])[-_MOST:]

    @staticmethod
    def _keys(s: Statement) -> Iterator[Key]:
        for subject in all_names(s.subject):
            for obj in all_names(s.object):
                yield s.relation, s.kind, subject[-_ENDING:], obj[-_ENDING:]


def distinct(found: Sequence[tuple[float, Statement]], text: str) -> list[bool]:
    """Return for each statement of a report with its probability whether it is kept. text: the original text."""
    kept = Kept(text)
    keep = [False] * len(found)
    for n in sorted(range(len(found)), key=lambda k: (-found[k][0], k)):
        s = found[n][1]
        if not kept.excludes(s):
            keep[n] = True
            kept.add(s)
    return keep
