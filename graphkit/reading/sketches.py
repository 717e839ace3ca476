"""Sketches of texts, which show which reports are reprints of each other with small changes.

A sketch (one-permutation MinHash) has one byte for each of 64 ranges of hash values: the smallest hash in the range, of
all sequences of five characters of the text. The share of equal bytes estimates the similarity of two texts: the number
of sequences that both contain, divided by the number that at least one contains (Jaccard index).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Number of bytes of a sketch.
BINS = 64
#: Number of characters in a sequence, and of sequences that a text must have for a sketch.
SEQUENCE = 5
SHORTEST = 50
#: Number of successive bytes of which at least one group must be equal in similar sketches.
BAND = 4
#: Similarity from which two reports are listed.
SIMILAR = 0.75
_MULTIPLIERS = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)


@dataclass(frozen=True, slots=True)
class Similar:
    """Two reports with similar texts. similarity: between 0 and 1, estimated."""

    report: str
    other: str
    similarity: float


def sketch_of(text: str) -> bytes:
    """Return the sketch of a text; empty if the text is too short. Only letters and digits are compared."""
    letters = "".join(c for c in text if c.isalnum())
    if len(letters) < SHORTEST + SEQUENCE - 1:
        return b""
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    last = len(codes) - SEQUENCE + 1
    hashes = np.zeros(last, np.uint64)
    first, second, third = (np.uint64(m) for m in _MULTIPLIERS)
    for n in range(SEQUENCE):
        hashes = hashes * first + codes[n : n + last]
    # The finishing steps of SplitMix64, so that all bits depend on all characters.
    hashes ^= hashes >> np.uint64(30)
    hashes *= second
    hashes ^= hashes >> np.uint64(27)
    hashes *= third
    hashes ^= hashes >> np.uint64(31)
    hashes.sort()
    filled, at = np.unique(hashes >> np.uint64(58), return_index=True)
    # An empty range takes the value of the next filled one, changed by the distance.
    after = np.searchsorted(filled, np.arange(BINS, dtype=np.uint64)) % len(filled)
    distance = (filled[after].astype(np.int64) - np.arange(BINS)) % BINS
    return bytes(((hashes[at[after]] >> np.uint64(8)).astype(np.int64) + distance * 37).astype(np.uint8))


def similar_reports(ids: Sequence[str], sketches: Sequence[bytes]) -> list[Similar]:
    """Return for each report the most similar earlier one, if there is one. The time is linear in their number.

    ids: sorted. Only reports are compared of which four successive bytes of the sketches are equal, each with the first
    and with the preceding one of them.
    """
    if len(ids) < 2:
        return []
    rows = np.frombuffer(b"".join(sketches), np.uint8).reshape(len(ids), BINS)
    best = np.zeros(len(ids), np.float64)
    partner = np.zeros(len(ids), np.int64)
    for band in np.ascontiguousarray(rows).view(np.uint32).T:
        order = np.argsort(band, kind="stable")
        starts = np.flatnonzero(np.r_[True, band[order][1:] != band[order][:-1]])
        first = order[starts].repeat(np.diff(np.r_[starts, len(order)]))
        previous = np.r_[order[:1], order[:-1]]
        for others in (first, np.where(band[previous] == band[order], previous, first)):
            _compare(rows, order, others, best, partner)
    found = np.flatnonzero(best >= SIMILAR)
    return [Similar(ids[int(n)], ids[int(partner[n])], round(float(best[n]), 2)) for n in found]


def _compare(
    rows: NDArray[np.uint8],
    order: NDArray[np.int64],
    others: NDArray[np.int64],
    best: NDArray[np.float64],
    partner: NDArray[np.int64],
) -> None:
    """Compare each report of `order` with the one in `others` and keep it if it is more similar than those before."""
    pairs = np.flatnonzero(others < order)
    reports, candidates = order[pairs], others[pairs]
    similarity = (rows[reports] == rows[candidates]).mean(axis=1)
    better = (similarity > best[reports]) | ((similarity == best[reports]) & (candidates < partner[reports]))
    best[reports[better]] = similarity[better]
    partner[reports[better]] = candidates[better]
