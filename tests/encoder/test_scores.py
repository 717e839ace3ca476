"""The scores of spans and pairs are those of the formulas of docs/encoder.md, computed cell by cell."""

from __future__ import annotations

import math

import numpy as np
import pytest

from graphkit.encoder.scores import Heads, pair_scores, sigmoid, span_scores

ROLES, LONGEST, WIDTH, LENGTH = 3, 5, 4, 9


@pytest.fixture(scope="module")
def random() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture(scope="module")
def heads(random: np.random.Generator) -> Heads:
    def some(*shape: int) -> np.ndarray:
        return random.normal(size=shape).astype(np.float32)

    return Heads(some(2, WIDTH), some(2, 2, WIDTH), some(2, 16), some(ROLES, LONGEST))


def _softmax(values: list[float]) -> list[float]:
    shares = [math.exp(v - max(values)) for v in values]
    return [x / sum(shares) for x in shares]


def test_probabilities_of_spans(random: np.random.Generator, heads: Heads) -> None:
    boundaries = random.normal(size=(LENGTH, 2 * WIDTH)).astype(np.float32)
    roles = random.normal(size=(LENGTH, 3 * ROLES)).astype(np.float32)
    limits = np.array([0, 3, 2, 1, 0, 4, 3, 2, 1])
    lowest = 0.4
    found = span_scores(boundaries, roles, heads, limits, lowest)
    for r in range(ROLES):
        probable = {}
        for t in range(LENGTH):
            begins = 1 / (1 + math.exp(-float(roles[t, r])))
            if limits[t] == 0 or begins < lowest:
                continue
            scores = []
            for n in range(min(LONGEST, limits[t])):
                band = float(boundaries[t, :WIDTH] @ boundaries[t + n, WIDTH:]) / math.sqrt(WIDTH)
                inside = float(roles[t : t + n + 1, 2 * ROLES + r].mean())
                scores.append(band + float(roles[t + n, ROLES + r]) + inside + float(heads.length[r, n]))
            probable[t] = [begins * share for share in _softmax(scores)]
        assert [t for t, _ in found.of_role(r)] == list(probable)
        for t, ends in found.of_role(r):
            assert ends[: len(probable[t])].tolist() == pytest.approx(probable[t], abs=1e-5)
            assert not ends[len(probable[t]) :].any()


def _gelu(x: float) -> float:
    return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))


def test_scores_of_pairs(random: np.random.Generator, heads: Heads) -> None:
    vectors = random.normal(size=(LENGTH, 4 * WIDTH)).astype(np.float32)
    subjects, objects = np.array([[0, 1], [7, 8]]), np.array([[3, 4]])
    found = pair_scores(vectors, 1, subjects, objects, heads)
    parts = vectors.reshape(LENGTH, 4, WIDTH)
    # Between 0–1 and 3–4 is a gap of two (class 1); between 3–4 and 7–8, which is after the object, of three (8 + 2).
    for row, distance in ((0, 1), (1, 10)):
        s = [_gelu(float(parts[subjects[row, 0], 0, k] + parts[subjects[row, 1], 1, k])) for k in range(WIDTH)]
        o = [_gelu(float(parts[3, 2, k] + parts[4, 3, k])) for k in range(WIDTH)]
        expected = sum(a * float(m) * b for a, m, b in zip(s, heads.match[1], o, strict=True))
        expected += sum(a * float(w) for a, w in zip(s, heads.alone[1, 0], strict=True))
        expected += sum(b * float(w) for b, w in zip(o, heads.alone[1, 1], strict=True))
        expected += float(heads.distance[1, distance])
        assert found[row, 0] == pytest.approx(expected, abs=1e-4)


def test_the_logistic_function_does_not_overflow() -> None:
    assert sigmoid(np.array([-1e6, 0.0, 1e6], dtype=np.float32)).tolist() == pytest.approx([0, 0.5, 1], abs=1e-6)
