"""Features of a candidate from the probabilities of the other candidates of its report.

Names come in lists, and lists have one role: if the stops before and after a name are visited by the same person, this
one is too. The probabilities are those of a first classifier, which sees each candidate alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.model import Statement

#: Names of the features, in the order of the columns of `neighbour_features`. NONE is the value without others.
NEIGHBOURS = (
    "best with this subject",
    "sum with this subject",
    "best with this object",
    "sum with this object",
    "best in the sentence with this subject",
    "mean in the sentence with this subject",
    "best in the sentence with this object",
    "sum of the relation",
    "best that names the subject",
    "best that names the object",
)
NONE = -1.0


@dataclass(slots=True)
class _Group:
    """Number, sum and the two largest of the probabilities of a group."""

    number: int = 0
    total: float = 0.0
    best: float = NONE
    second: float = NONE

    def add(self, p: float) -> None:
        self.number += 1
        self.total += p
        if p > self.best:
            self.best, self.second = p, self.best
        elif p > self.second:
            self.second = p

    def best_other(self, p: float) -> float:
        """Return the largest probability of the others of a member with probability `p`, NONE without others."""
        return self.second if p >= self.best else self.best

    def mean_other(self, p: float) -> float:
        """Return the mean of the others, NONE without others."""
        return (self.total - p) / (self.number - 1) if self.number > 1 else NONE


def _keys(s: Statement) -> tuple[Hashable, ...]:
    """Return the groups of a statement: subject, object, both with the sentence, the relation, and the two names."""
    subject, obj = ("subject", s.relation, s.subject.name), ("object", s.relation, s.object.name)
    return (subject, obj, (*subject, s.start), (*obj, s.start), s.relation)


def neighbour_features(found: Sequence[Statement], probabilities: Sequence[float]) -> NDArray[np.float32]:
    """Return a row for each candidate of one report. The time is linear in the number of candidates."""
    groups: dict[Hashable, _Group] = {}
    for s, p in zip(found, probabilities, strict=True):
        for key in (*_keys(s), *{("name", s.subject.name), ("name", s.object.name)}):
            groups.setdefault(key, _Group()).add(p)
    rows = np.zeros((len(found), len(NEIGHBOURS)), dtype=np.float32)
    for n, (s, p) in enumerate(zip(found, probabilities, strict=True)):
        subject, obj, subject_here, object_here, relation = (groups[key] for key in _keys(s))
        rows[n] = (
            subject.best_other(p),
            subject.total - p,
            obj.best_other(p),
            obj.total - p,
            subject_here.best_other(p),
            subject_here.mean_other(p),
            object_here.best_other(p),
            relation.total - p,
            groups["name", s.subject.name].best_other(p),
            groups["name", s.object.name].best_other(p),
        )
    return rows
