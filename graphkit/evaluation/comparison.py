"""Compares what two extractors state of the same report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphkit.evaluation.scoring import Triple, matching
from graphkit.model import Mention, Reading, Statement


@dataclass(frozen=True, slots=True)
class Difference:
    """A statement of one extractor only, or two statements of one sentence that share a name.

    first, second: the statements of the two extractors; one of them can be None. text: of the report.
    """

    text: str
    first: Statement | None
    second: Statement | None

    @property
    def statements(self) -> tuple[Statement, ...]:
        return tuple(s for s in (self.first, self.second) if s is not None)


@dataclass(slots=True)
class Agreement:
    """Numbers of statements of both extractors, of the first one only, and of the second one only."""

    both: int = 0
    first: int = 0
    second: int = 0

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(self.both + other.both, self.first + other.first, self.second + other.second)

    @property
    def share(self) -> float:
        """F1 of one extractor measured against the other, 0-1; 1 if neither states anything."""
        every = 2 * self.both + self.first + self.second
        return 2 * self.both / every if every else 1.0

    def as_dict(self) -> dict[str, Any]:
        return {"both": self.both, "first": self.first, "second": self.second, "agreement": self.share}


@dataclass(slots=True)
class Comparison:
    """Agreement by relation, and the differences in the order of the reports and of their texts."""

    relations: dict[str, Agreement] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    reports: int = 0

    @property
    def total(self) -> Agreement:
        return sum(self.relations.values(), Agreement())

    def add(self, first: Reading, second: Reading) -> list[Difference]:
        """Add the readings of a report by both extractors, and return their differences."""
        pairs = matching([_triple(s) for s in first.statements], [_triple(s) for s in second.statements])
        for number in pairs:
            self._of(first.statements[number]).both += 1
        only_first = [s for n, s in enumerate(first.statements) if n not in pairs]
        only_second = [s for n, s in enumerate(second.statements) if n not in {*pairs.values()}]
        for statement in only_first:
            self._of(statement).first += 1
        for statement in only_second:
            self._of(statement).second += 1
        found = _side_by_side(first.report.text, only_first, only_second)
        self.differences += found
        self.reports += 1
        return found

    def _of(self, statement: Statement) -> Agreement:
        return self.relations.setdefault(statement.relation, Agreement())


def _triple(statement: Statement) -> Triple:
    """Return a statement as the matching needs it. Statements with another status or kind do not match."""
    s = statement
    return {
        "s": s.subject.name,
        "s_alt": list(s.subject.aliases),
        "r": f"{s.relation} {s.kind} {s.status}",
        "o": s.object.name,
        "o_alt": list(s.object.aliases),
    }


def _side_by_side(text: str, first: Sequence[Statement], second: Sequence[Statement]) -> list[Difference]:
    """Return the differences. Related statements are in one difference, and each statement is in one."""
    left = list(second)
    found = []
    for statement in first:
        other = next((s for s in left if _is_related(statement, s)), None)
        if other is not None:
            left.remove(other)
        found.append(Difference(text, statement, other))
    found += [Difference(text, None, s) for s in left]
    return sorted(found, key=lambda d: (d.statements[0].start, d.statements[0].relation, d.statements[0].id))


def _is_related(a: Statement, b: Statement) -> bool:
    """Tell whether two statements have the relation, the sentence and one of the names in common."""
    return (
        a.relation == b.relation
        and a.start < b.end
        and b.start < a.end
        and any(_names(x) & _names(y) for x, y in ((a.subject, b.subject), (a.object, b.object)))
    )


def _names(mention: Mention) -> frozenset[str]:
    return frozenset((mention.name, *mention.aliases))


def statements_of(differences: Iterable[Difference]) -> tuple[Statement, ...]:
    """Return the statements of differences, each once, in order of position."""
    found = {s.id: s for difference in differences for s in difference.statements}
    return tuple(sorted(found.values(), key=lambda s: (s.start, s.id)))
