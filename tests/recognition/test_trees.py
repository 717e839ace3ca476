"""Trees that are evaluated at once give the sum of the leaves that each tree reaches."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from graphkit.recognition.trees import LEAF, Node, read_trees, write_trees

STUMP: list[Node] = [("a", 0.5, 1, 2, 0.0), (LEAF, 0.0, 0, 0, -1.25), (LEAF, 0.0, 0, 0, 2.5)]
DEEP: list[Node] = [
    ("b", 0.0, 1, 2, 0.0),
    ("a", -1.0, 3, 4, 0.0),
    (LEAF, 0.0, 0, 0, 0.5),
    (LEAF, 0.0, 0, 0, 0.25),
    ("b", -2.0, 5, 6, 0.0),
    (LEAF, 0.0, 0, 0, -3.0),
    (LEAF, 0.0, 0, 0, 4.0),
]
SINGLE: list[Node] = [(LEAF, 0.0, 0, 0, 0.125)]


def leaf(tree: list[Node], row: dict[str, float]) -> float:
    """Walk one tree node by node."""
    at = 0
    while tree[at][0] != LEAF:
        feature, threshold, left, right, _ = tree[at]
        at = left if row[feature] <= threshold else right
    return tree[at][4]


def test_probabilities_are_those_of_the_single_trees(tmp_path: Path) -> None:
    trees = [STUMP, DEEP, SINGLE, STUMP]
    write_trees(0.75, trees, tmp_path / "trees.tsv", "")
    found = read_trees(tmp_path / "trees.tsv", ["a", "b"])
    rows = np.random.default_rng(5).normal(size=(2500, 2)).astype(np.float32) * 2
    rows[:4] = [[0.5, 0.0], [-1.0, 0.0], [0.0, -2.0], [7.0, 7.0]]
    expected = [
        1 / (1 + math.exp(-0.75 - sum(leaf(t, {"a": float(a), "b": float(b)}) for t in trees))) for a, b in rows
    ]
    probability = found.probability(rows)
    assert probability.tolist() == pytest.approx(expected, abs=1e-12)
    assert [found.probability(rows[n : n + 1])[0] for n in range(8)] == probability[:8].tolist()


def test_no_rows_and_no_trees(tmp_path: Path) -> None:
    write_trees(0.0, [], tmp_path / "none.tsv", "")
    none = read_trees(tmp_path / "none.tsv", ["a"])
    assert none.probability(np.zeros((3, 1), dtype=np.float32)).tolist() == [0.5] * 3
    write_trees(0.0, [STUMP], tmp_path / "trees.tsv", "")
    assert read_trees(tmp_path / "trees.tsv", ["a"]).probability(np.zeros((0, 1), dtype=np.float32)).tolist() == []


def test_a_table_with_a_loop_or_another_feature_is_rejected(tmp_path: Path) -> None:
    write_trees(0.0, [[("a", 0.0, 0, 1, 0.0), (LEAF, 0.0, 0, 0, 1.0)]], tmp_path / "loop.tsv", "")
    with pytest.raises(ValueError, match="successor"):
        read_trees(tmp_path / "loop.tsv", ["a"])
    write_trees(0.0, [STUMP], tmp_path / "trees.tsv", "")
    with pytest.raises(ValueError, match="unknown feature"):
        read_trees(tmp_path / "trees.tsv", ["b"])
