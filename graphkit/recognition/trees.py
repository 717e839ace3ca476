"""Boosted decision trees: they are read from a table and applied with NumPy.

Each line of the table is a node: tree, node, feature, threshold, left, right, value. The line `base` is the log odds
before any tree. The trees are trained with scikit-learn, which is not needed to apply them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAF = "-"
Node = tuple[str, float, int, int, float]


@dataclass(frozen=True, slots=True)
class Tree:
    """Arrays over the nodes of a tree, root first. feature: column of the features, -1 for a leaf; value: log odds."""

    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]

    def values(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the value of the leaf that each row of features reaches."""
        node = np.zeros(len(features), dtype=np.int32)
        rows = np.arange(len(features))
        while (inner := self.feature[node] >= 0).any():
            here, which = node[inner], rows[inner]
            goes_left = features[which, self.feature[here]] <= self.threshold[here]
            node[inner] = np.where(goes_left, self.left[here], self.right[here])
        found: NDArray[np.float64] = self.value[node]
        return found


@dataclass(frozen=True, slots=True)
class Trees:
    """base: log odds before any tree."""

    base: float
    trees: tuple[Tree, ...]

    def probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the probability of each row of features, 0–1."""
        odds = self.base + sum((t.values(features) for t in self.trees), start=np.zeros(len(features)))
        found: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
        return found


def read_trees(path: Path, names: Sequence[str]) -> Trees:
    """Read a table of trees. names: the features in the order of their columns. Raises ValueError for another table."""
    base = 0.0
    nodes: dict[int, list[list[str]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        tree, *rest = line.split("\t")
        if tree == "base":
            base = float(rest[0])
        else:
            nodes.setdefault(int(tree), []).append(rest)
    column = {name: n for n, name in enumerate(names)}
    try:
        return Trees(base, tuple(_tree(nodes[k], column) for k in sorted(nodes)))
    except KeyError as error:
        raise ValueError(f"{path}: unknown feature {error}") from None


def _tree(rows: list[list[str]], column: dict[str, int]) -> Tree:
    _, feature, threshold, left, right, value = zip(*rows, strict=True)
    return Tree(
        np.array([-1 if s == LEAF else column[s] for s in feature], dtype=np.int32),
        np.array([float(t) for t in threshold]),
        np.array([int(x) for x in left], dtype=np.int32),
        np.array([int(x) for x in right], dtype=np.int32),
        np.array([float(v) for v in value]),
    )


def write_trees(base: float, trees: Iterable[list[Node]], path: Path, comment: str) -> None:
    """Write trees, each a list of nodes (feature or LEAF, threshold, left, right, value)."""
    lines = [f"# tree, node, feature, threshold, left, right, value. {comment}", f"base\t{base:.5f}"]
    for number, nodes in enumerate(trees):
        for node, (feature, threshold, left, right, value) in enumerate(nodes):
            lines.append(f"{number}\t{node}\t{feature}\t{threshold:.6g}\t{left}\t{right}\t{value:.5f}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def nodes_of(model: Any, names: Sequence[str]) -> list[list[Node]]:
    """Return the trees of a HistGradientBoostingClassifier of scikit-learn with two classes."""
    return [
        [
            (LEAF, 0.0, 0, 0, float(n["value"]))
            if n["is_leaf"]
            else (names[n["feature_idx"]], float(n["num_threshold"]), int(n["left"]), int(n["right"]), 0.0)
            for n in predictor[0].nodes
        ]
        for predictor in model._predictors
    ]
