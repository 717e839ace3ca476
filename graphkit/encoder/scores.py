"""From the outputs of the network to the probabilities of spans and pairs. NumPy only.

The formulas are those of graphkit.training.encoder.network; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heads:
    """The weights of the heads that are applied outside of the network.

    match: (relations, width); alone: (relations, 2, width); distance: (relations, 16); length: (roles, longest span).
    """

    match: Array
    alone: Array
    distance: Array
    length: Array

    @property
    def longest(self) -> int:
        """Maximum number of characters of a span."""
        return int(self.length.shape[1])


def sigmoid(x: Array | float) -> Array:
    """Return the probabilities of log odds (the logistic function, without overflow)."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -30.0, 30.0))), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class SpanScores:
    """Probabilities of the spans of a window, for the characters at which a span of some role can begin.

    row: (T, roles) number of the row for a character and a role, or -1. ends: (N, longest) the probability of the span
    that begins there and has n + 1 characters.
    """

    row: NDArray[np.int64]
    ends: Array

    def of_role(self, role: int) -> list[tuple[int, Array]]:
        """Return the first characters of the spans of a role, in order, with the probabilities of their ends."""
        rows = self.row[:, role]
        return [(int(t), self.ends[rows[t]]) for t in np.flatnonzero(rows >= 0)]


def span_scores(boundaries: Array, roles: Array, heads: Heads, limits: NDArray[np.int64], lowest: float) -> SpanScores:
    """Return the probabilities of spans: that of the beginning times that of the end.

    boundaries: (T, 2·width), roles: (T, 3·roles). limits: (T,) maximum number of characters of a span that begins at a
    character, 0 where none begins. lowest: minimum probability of a beginning.
    """
    width, longest = boundaries.shape[1] // 2, heads.longest
    start, end, inside = np.split(roles, 3, axis=1)
    begins = sigmoid(start) * (limits > 0)[:, None]
    at, role = np.nonzero(begins >= lowest)
    row = np.full(start.shape, -1, dtype=np.int64)
    row[at, role] = np.arange(len(at))
    columns = np.arange(longest)[None]
    ends = np.minimum(at[:, None] + columns, len(roles) - 1)
    first, last = boundaries[:, :width], boundaries[:, width:]
    band = np.einsum("nd,nkd->nk", first[at], last[ends]) / width**0.5
    total = np.concatenate([np.zeros((1, inside.shape[1]), dtype=np.float32), inside.cumsum(0, dtype=np.float32)])
    mean = (total[ends + 1, role[:, None]] - total[at, role][:, None]) / (columns + 1)
    scores = band + end[ends, role[:, None]] + mean + heads.length[role]
    scores[columns >= limits[at][:, None]] = -np.inf
    scores -= scores.max(1, keepdims=True, initial=-1e4)
    share = np.exp(scores)
    share /= np.maximum(share.sum(1, keepdims=True), 1e-9)
    return SpanScores(row, np.asarray(share * begins[at, role][:, None], dtype=np.float32))


def _gelu(x: Array) -> Array:
    # The error function of NumPy's own functions: Abramowitz and Stegun 7.1.26, error below 1.5e-7.
    z = np.abs(x) / np.sqrt(2.0)
    t = 1.0 / (1.0 + 0.3275911 * z)
    tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = np.sign(x) * (1.0 - tail * np.exp(-z * z))
    return np.asarray(0.5 * x * (1.0 + erf), dtype=np.float32)


def pair_scores(
    vectors: Array, relation: int, subjects: NDArray[np.int64], objects: NDArray[np.int64], heads: Heads
) -> Array:
    """Return the scores (subjects, objects) of pairs of spans.

    vectors: (T, 4·width). subjects, objects: (N, 2), first and last token of each span.
    """
    parts = vectors.reshape(len(vectors), 4, -1)
    s = _gelu(parts[subjects[:, 0], 0] + parts[subjects[:, 1], 1])
    o = _gelu(parts[objects[:, 0], 2] + parts[objects[:, 1], 3])
    linked = (s * heads.match[relation]) @ o.T
    single = (s @ heads.alone[relation, 0])[:, None] + (o @ heads.alone[relation, 1])[None]
    near = heads.distance[relation][_distance_classes(subjects, objects)]
    return np.asarray(linked + single + near, dtype=np.float32)


def _distance_classes(subjects: NDArray[np.int64], objects: NDArray[np.int64]) -> NDArray[np.int64]:
    a, b = subjects[:, None, 0], subjects[:, None, 1]
    c, d = objects[None, :, 0], objects[None, :, 1]
    after = a > c
    gap = np.maximum(np.where(after, a - d, c - b), 0)
    size = np.minimum(np.floor(np.log2(gap + 1.0)).astype(np.int64), 7)
    return np.asarray(size + 8 * after, dtype=np.int64)
