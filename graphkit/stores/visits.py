"""Visits, derived from the statements: the stops of one leader on one day in one report."""

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
    """Return the visits in one report that took place, ordered by leader and day."""
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
    """Return the stable id of a node or an edge that these parts identify."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]
