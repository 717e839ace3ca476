"""Windows that the encoder has read, and the spans that it proposes in them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from graphkit.encoder.scores import Array, Heads, SpanScores, span_scores
from graphkit.encoder.windows import Window

Span = tuple[int, int]
#: Spans with a lower probability are not proposed.
LOWEST = 0.1
#: Minimum probability that a span of a role begins at a character.
LOWEST_START = 0.03
#: Maximum number of spans that one role has in a window.
_MOST_SPANS = 60


@dataclass(frozen=True, slots=True, eq=False)
class ReadWindow:
    """A window with what the network says about it. Two are equal if they are the same object.

    starts: offset in the text of each token, or -1. spans: probabilities of spans, by first token and role.
    """

    window: Window
    starts: NDArray[np.int64]
    spans: SpanScores
    vectors: Array
    heads: Heads
    body: int
    _positions: dict[int, int] = field(init=False, repr=False, default_factory=dict)
    _supported: dict[tuple[int, Span], tuple[float, Span | None]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for position, offset in enumerate(self.starts.tolist()):
            if offset >= 0:
                self._positions.setdefault(offset, position)

    def place(self, span: Span) -> Span | None:
        """Positions of the first and the last character of a span of the text, or None if it is not in the window."""
        first, last = self._positions.get(span[0]), self._positions.get(span[1] - 1)
        return (first, last) if first is not None and last is not None and first <= last else None

    def original(self, first: int, last: int) -> Span:
        """Span of the text of the tokens from `first` to `last`."""
        return int(self.starts[first]), int(self.starts[last]) + 1

    def support(self, role: int, span: Span) -> tuple[float, Span | None]:
        """The probability of the best span of the role that overlaps a span by half, and its positions."""
        key = role, span
        if key not in self._supported:
            self._supported[key] = self._support(role, span)
        return self._supported[key]

    def _support(self, role: int, span: Span) -> tuple[float, Span | None]:
        place = self.place(span)
        if place is None:
            return 0.0, None
        a, b = place
        size, first = b - a + 1, max(0, 2 * a - b - 1)
        best: tuple[float, Span | None] = (0.0, None)
        rows = self.spans.row[first : b + 1, role]
        for t in np.flatnonzero(rows >= 0).tolist():
            ends = self.spans.ends[rows[t]]
            t += first
            length = np.arange(1, len(ends) + 1)
            shared = np.minimum(t + length - 1, b) - max(t, a) + 1
            near = np.where(2 * shared >= np.maximum(size, length), ends, 0.0)
            n = int(near.argmax())
            if near[n] > best[0]:
                best = float(near[n]), (t, t + n)
        return best


def read_window(window: Window, outputs: tuple[Array, Array, Array], body: int, heads: Heads) -> ReadWindow:
    """Return the probabilities of a window. outputs: boundaries, roles and vectors of its tokens."""
    boundaries, roles, vectors = outputs
    starts = np.full(len(roles), -1, dtype=np.int64)
    size = window.end - window.start
    starts[body : body + size] = np.arange(window.start, window.end)
    if window.context_start >= 0:
        starts[1 : 1 + len(window.context)] = window.context_start + np.arange(len(window.context))
    spans = span_scores(boundaries, roles, heads, _limits(starts), LOWEST_START)
    return ReadWindow(window, starts, spans, vectors, heads, body)


def _limits(starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each token the number of tokens up to the end of the text of the window, or of its context."""
    limits = np.zeros(len(starts), dtype=np.int64)
    for t in range(len(starts) - 1, -1, -1):
        if starts[t] >= 0:
            limits[t] = 1 + (limits[t + 1] if t + 1 < len(starts) else 0)
    return limits


def best_spans(found: ReadWindow, role: int, lowest: float = LOWEST) -> list[tuple[float, int, int]]:
    """Return the spans of a role, without overlap, the most probable first: probability, first and last position."""
    ranked = sorted(
        (
            (float(ends[n]), t, t + int(n))
            for t, ends in found.spans.of_role(role)
            for n in np.flatnonzero(ends >= lowest)
        ),
        key=lambda c: (-c[0], c[1], c[2]),
    )
    kept: list[tuple[float, int, int]] = []
    for score, a, b in ranked:
        if len(kept) >= _MOST_SPANS:
            break
        if all(b < x or a > y for _, x, y in kept):
            kept.append((score, a, b))
    return kept
