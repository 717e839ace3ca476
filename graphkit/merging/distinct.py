"""Of candidates that state the same, or that exclude each other, keeps the most probable one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from graphkit.grammar.patterns import pattern
from graphkit.merging.names import agree, all_names
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


class _Named:
    """A statement with the names of its sides, which are computed once."""

    __slots__ = ("far", "local_subject", "near", "objects", "relation", "statement", "subjects")

    def __init__(self, statement: Statement) -> None:
        self.statement, self.relation = statement, statement.relation
        self.subjects, self.objects = all_names(statement.subject), all_names(statement.object)
        self.local_subject = statement.relation in LOCAL_SUBJECT
        sides = (statement.subject, statement.object)
        self.near, self.far = sides if self.local_subject else sides[::-1]

    def endings(self) -> set[Key]:
        """Return the endings of the names of both sides."""
        s = self.statement
        subjects, objects = ({name[-_ENDING:] for name in names} for names in (self.subjects, self.objects))
        return {(s.relation, s.kind, x, y) for x in subjects for y in objects}

    def place(self, part: int = 0) -> tuple[str, str, int]:
        """Return the part of the text with the local side, or the one that is `part` parts behind it."""
        return self.relation, self.statement.kind, self.near.start // _PART + part

    def same(self, other: _Named) -> bool:
        """Tell whether two statements of the same relation and kind have agreeing names."""
        return agree(self.subjects, other.subjects) and agree(self.objects, other.objects)

    def excludes(self, other: _Named, text: str) -> bool:
        """Tell whether of two statements of the same relation and kind only one can be kept. text: of their report."""
        if self.relation == "visited" and coordinated(self.far, other.far, text):
            return self.same(other)
        if _overlap(self.near, other.near):
            if self.relation in ONE_PARTNER or _overlap(self.far, other.far):
                return True
            return agree(self.objects, other.objects) if self.local_subject else agree(self.subjects, other.subjects)
        return self.same(other)


def _overlap(a: Mention, b: Mention) -> bool:
    return a.start < b.end and b.start < a.end


def coordinated(a: Mention, b: Mention, text: str) -> bool:
    """Tell whether two persons are subjects together, as in 市委书记何清嘉、县长周远航到云雾镇调研."""
    first, second = (a, b) if a.start <= b.start else (b, a)
    if {first.type, second.type} != {"Person"} or not 0 < second.start - first.end <= _LONGEST_BETWEEN:
        return False
    return _COORDINATED.match(text, first.end, second.start) is not None


class Kept:
    """Statements, found by the endings of both names and by the place of their local side.

    The number of statements that one is compared with does not grow with the length of the report.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._by_names: dict[Key, list[_Named]] = defaultdict(list)
        self._by_place: dict[tuple[str, str, int], list[_Named]] = defaultdict(list)

    def add(self, s: Statement) -> None:
        """Add a statement."""
        self._add(_Named(s))

    def states(self, s: Statement) -> bool:
        """Tell whether a statement with the same relation and agreeing names was added."""
        return self._states(_Named(s))

    def add_new(self, s: Statement) -> bool:
        """Add a statement, unless one with the same relation and agreeing names was added. Tell whether it was."""
        named = _Named(s)
        if self._states(named):
            return False
        self._add(named)
        return True

    def add_compatible(self, s: Statement) -> bool:
        """Add a statement, unless one that excludes it was added. Tell whether it was."""
        named = _Named(s)
        near = (self._by_place.get(named.place(n), ()) for n in (-1, 0, 1))
        if self._states(named) or any(named.excludes(other, self._text) for found in near for other in found):
            return False
        self._add(named)
        return True

    def _add(self, named: _Named) -> None:
        for key in named.endings():
            self._by_names[key].append(named)
        self._by_place[named.place()].append(named)

    def _states(self, named: _Named) -> bool:
        return any(named.same(other) for key in named.endings() for other in self._by_names.get(key, [])[-_MOST:])


def distinct(found: Sequence[tuple[float, Statement]], text: str) -> list[bool]:
    """Return for each statement of a report with its probability whether it is kept. text: the original text."""
    kept = Kept(text)
    keep = [False] * len(found)
    for n in sorted(range(len(found)), key=lambda k: (-found[k][0], k)):
        keep[n] = kept.add_compatible(found[n][1])
    return keep
