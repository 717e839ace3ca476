"""Visits of one leader on one day in one report, derived from the statements."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from graphkit.model import Statement, Status
from graphkit.stores.content import Content


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit of one leader on one day in one report. leader, stops, companions: entity ids, the lists sorted."""

    key: str
    report: str
    leader: str
    date: str
    stops: tuple[str, ...]
    companions: tuple[str, ...]


def visits(content: Content, statements: Iterable[Statement]) -> list[Visit]:
    """All visits that were made in one report, in order of leader and day."""
    stops: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    joined: dict[str, set[str]] = defaultdict(set)
    for s in statements:
        if s.status is not Status.ACTUAL:
            continue
        if s.relation == "visited":
            leader = content.resolution.entity(s, s.subject).id
            stops[(s.report, leader, s.date)].add(content.resolution.entity(s, s.object).id)
        elif s.relation == "accompanied":
            joined[content.resolution.entity(s, s.object).id].add(content.resolution.entity(s, s.subject).id)
    return [
        Visit(hash_of(*key), *key, tuple(sorted(places)), tuple(sorted(joined[key[1]])))
        for key, places in sorted(stops.items())
    ]


def hash_of(*parts: str) -> str:
    """The stable id of a node or an edge that is identified by these parts."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]
