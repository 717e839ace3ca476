"""The pairs of a window: which of the spans of the other side fits a span best, and how they lie to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from graphkit.encoder.proposals import ReadWindow, best_spans
from graphkit.encoder.roles import Pairing, pairings
from graphkit.encoder.scores import Array, pair_scores

Span = tuple[int, int]
Scored = tuple[float, int, int]
#: Relations whose subject is where the sentence states the event; of the others it is the object.
LOCAL_SUBJECT = frozenset(["accompanied", "attended", "presided", "reported_to"])
#: Number of spans of the other side that are proposed for a span, by their link; and the nearest on each side.
_BEST_LINKS = 3
#: Maximum absolute value of a link.
_LIMIT = 7.0
#: Number of windows whose links are kept. The encoder returns the same window again for a repeated text.
_KEPT = 32


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the encoder says about a candidate. subject, object: probabilities of the spans, 0–1.

    link, rival: log odds that the two spans form a pair, and the highest of another span of the other side.
    rank: number of spans of the other side with a higher link. between: number of them between the two spans.
    nearest_before, nearest_after: whether the other side is the nearest one before or after the local side.
    sentence_ends, commas, list_marks: numbers of these marks between the spans. present: whether both sides are in
    one window. subject_span, object_span: the spans that the encoder gives the two sides, in the normalized text.
    """

    subject: float = 0.0
    object: float = 0.0
    link: float = -7.0
    rival: float = -7.0
    rank: int = 9
    between: int = 9
    nearest_before: bool = False
    nearest_after: bool = False
    sentence_ends: int = 9
    commas: int = 9
    list_marks: int = 9
    present: bool = False
    subject_span: Span = (0, 0)
    object_span: Span = (0, 0)


def sides(pairing: Pairing) -> tuple[int, int]:
    """Return the roles of the local and of the other side."""
    if pairing.relation in LOCAL_SUBJECT:
        return pairing.subject, pairing.object
    return pairing.object, pairing.subject


@dataclass(slots=True)
class WindowLinks:
    """The best spans of a window and their links, which are computed once. Spans are first and last position."""

    window: ReadWindow
    _spans: dict[int, list[Scored]] = field(default_factory=dict)
    _indexes: dict[int, dict[Span, int]] = field(default_factory=dict)
    _links: dict[int, Array] = field(default_factory=dict)
    _rows: dict[tuple[int, Span], list[float]] = field(default_factory=dict)

    def spans(self, role: int) -> list[Scored]:
        """Return the best spans of a role."""
        if role not in self._spans:
            self._spans[role] = best_spans(self.window, role)
            self._indexes[role] = {(a, b): k for k, (_, a, b) in enumerate(self._spans[role])}
        return self._spans[role]

    def _scores(self, number: int, near: Sequence[Span], far: Sequence[Span]) -> Array:
        """Return the log odds of pairs, a row for each local span."""
        p = pairings()[number]
        if not near or not far:
            return np.zeros((len(near), len(far)), dtype=np.float32)
        a, b = np.array(near), np.array(far)
        if p.relation in LOCAL_SUBJECT:
            return pair_scores(self.window.vectors, p.number, a, b, self.window.heads)
        return pair_scores(self.window.vectors, p.number, b, a, self.window.heads).T

    def links(self, number: int, near: Span) -> list[float]:
        """Return the log odds of the pairs of a local span with the best spans of the other side."""
        key = number, near
        if key not in self._rows:
            near_role, far_role = sides(pairings()[number])
            own, others = self.spans(near_role), [s[1:] for s in self.spans(far_role)]
            row = self._indexes[near_role].get(near)
            if row is None:
                self._rows[key] = self._scores(number, [near], others)[0].tolist()
            else:
                if number not in self._links:
                    self._links[number] = self._scores(number, [s[1:] for s in own], others)
                self._rows[key] = self._links[number][row].tolist()
        return self._rows[key]

    def link(self, number: int, near: Span, far: Span) -> float:
        """Return the log odds of the pair of a local span and a span of the other side."""
        links, index = self.links(number, near), self._indexes[sides(pairings()[number])[1]]
        return links[index[far]] if far in index else float(self._scores(number, [near], [far])[0, 0])


@lru_cache(_KEPT)
def _links_of(window: ReadWindow) -> WindowLinks:
    return WindowLinks(window)


class WindowPairs:
    """The pairs of a window of a normalized text."""

    def __init__(self, window: ReadWindow, text: str) -> None:
        self.window = window
        self._text = text
        self._links = _links_of(window)
        self.spans, self.links = self._links.spans, self._links.links

    def partners(self, number: int, near: Span) -> list[tuple[Scored, float]]:
        """Return the spans of the other side that are proposed for a local span, with their links (±7)."""
        far = self.spans(sides(pairings()[number])[1])
        links = self.links(number, near)
        chosen = set(sorted(range(len(far)), key=lambda k: -links[k])[:_BEST_LINKS])
        before = [(b, -k) for k, (_, _, b) in enumerate(far) if b < near[0]]
        after = [(a, k) for k, (_, a, _) in enumerate(far) if a > near[1]]
        if before:
            chosen.add(-max(before)[1])
        if after:
            chosen.add(min(after)[1])
        return [(far[k], _limited(links[k])) for k in sorted(chosen)]

    def evidence(self, number: int, near: Scored, far: Scored) -> Evidence:
        """Return what the window says about a pair of a local span and a span of the other side."""
        p = pairings()[number]
        here, there = near[1:], far[1:]
        others = self.spans(sides(p)[1])
        own, links = self._links.link(number, here, there), self.links(number, here)
        apart = [k for k, (_, a, b) in enumerate(others) if b < there[0] or a > there[1]]
        rivals = [links[k] for k in apart]
        low, high = (there, here) if there < here else (here, there)
        starts = self.window.starts
        gap = self._text[int(starts[low[1]]) + 1 : int(starts[high[0]])] if low[1] < high[0] else ""
        between = sum(others[k][1] > low[1] and others[k][2] < high[0] for k in apart)
        subject, obj = (near, far) if p.relation in LOCAL_SUBJECT else (far, near)
        return Evidence(
            subject[0],
            obj[0],
            link=_limited(own),
            rival=_limited(max(rivals, default=-_LIMIT)),
            rank=sum(r > own for r in rivals),
            between=between,
            nearest_before=there < here and not between,
            nearest_after=there > here and not between,
            sentence_ends=sum(map(gap.count, "。！？；\n")),
            commas=gap.count("，"),
            list_marks=gap.count("、"),
            present=True,
            subject_span=self.window.original(*subject[1:]),
            object_span=self.window.original(*obj[1:]),
        )


def _limited(link: float) -> float:
    return max(-_LIMIT, min(_LIMIT, link))
