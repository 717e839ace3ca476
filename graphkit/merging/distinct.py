"""Of candidates that state the same, or that exclude each other, keeps the most probable one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from graphkit.merging.names import same_name
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
#: Number of characters of the parts of a text in which statements are compared by their spans.
_PART = 400


def _overlap(a: Mention, b: Mention) -> bool:
    return a.start < b.end and b.start < a.end


def _sides(s: Statement) -> tuple[Mention, Mention]:
    return (s.subject, s.object) if s.relation in LOCAL_SUBJECT else (s.object, s.subject)


def exclude(a: Statement, b: Statement) -> bool:
    """Tell whether of two statements of the same relation and kind only one can be kept."""
    (near, far), (other_near, other_far) = _sides(a), _sides(b)
    if _overlap(near, other_near):
        return a.relation in ONE_PARTNER or same_name(far, other_far) or _overlap(far, other_far)
    return same_name(near, other_near) and same_name(far, other_far)


def distinct(found: Sequence[tuple[float, Statement]]) -> list[bool]:
    """Return for each statement with its probability whether it is kept."""
    kept: dict[tuple[str, str, str | int], list[Statement]] = defaultdict(list)
    keep = [False] * len(found)
    for n in sorted(range(len(found)), key=lambda k: (-found[k][0], k)):
        s = found[n][1]
        near = _sides(s)[0]
        part = near.start // _PART
        names: list[str | int] = [near.name, *near.aliases]
        if any(
            exclude(s, other)
            for key in (*names, part - 1, part, part + 1)
            for other in kept.get((s.relation, s.kind, key), ())
        ):
            continue
        keep[n] = True
        for key in (*names, part):
            kept[s.relation, s.kind, key].append(s)
    return keep
