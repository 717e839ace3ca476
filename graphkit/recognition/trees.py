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


#: Number of rows that are evaluated at once; it limits the memory.
_ROWS = 1024


@dataclass(frozen=True, slots=True)
class Trees:
    """Arrays over the nodes of all trees. Both successors of a leaf are the leaf itself.

    base: log odds before any tree. roots: first node of each tree. depth: maximum number of inner nodes on a path.
    feature: column of the features. value: log odds of a leaf.
    """

    base: float
    roots: NDArray[np.intp]
    depth: int
    feature: NDArray[np.intp]
    threshold: NDArray[np.float64]
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    value: NDArray[np.float64]

    def probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the probability of each row of features, 0–1."""
        parts = [self._odds(features[n : n + _ROWS]) for n in range(0, len(features), _ROWS)]
        odds = np.concatenate(parts) if parts else np.zeros(0)
        found: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
        return found

    def _odds(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        node = np.repeat(self.roots[:, None], len(features), axis=1)
        columns = features.T.ravel()
        rows = np.arange(len(features))[None]
        first = self.feature * len(features)
        successors = np.column_stack([self.left, self.right]).ravel()
        for _ in range(self.depth):
            goes_right = columns.take(first.take(node) + rows) > self.threshold.take(node)
            node = successors.take(2 * node + goes_right)
        # The values are added in the order of the trees, so that the result of a row does not depend on other rows.
        total = np.add.accumulate(self.value[node], axis=0)[-1] if len(self.roots) else np.zeros(len(features))
        found: NDArray[np.float64] = self.base + total
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
        return _joined(base, [nodes[k] for k in sorted(nodes)], column)
    except KeyError as error:
        raise ValueError(f"{path}: unknown feature {error}") from None


def _joined(base: float, trees: Sequence[Sequence[Sequence[str]]], column: dict[str, int]) -> Trees:
    """Return all trees. Each line of a tree: node, feature, threshold, left, right, value."""
    roots: list[int] = []
    rows: list[tuple[int, float, int, int, float]] = []
    depth = 0
    for lines in trees:
        first = len(rows)
        roots.append(first)
        for at, (_, feature, threshold, left, right, value) in enumerate(lines):
            if feature == LEAF:
                rows.append((0, 0.0, first + at, first + at, float(value)))
            else:
                if not (at < int(left) < len(lines) and at < int(right) < len(lines)):
                    raise ValueError(f"a node of tree {len(roots) - 1} has a successor that is not behind it")
                rows.append((column[feature], float(threshold), first + int(left), first + int(right), 0.0))
        depth = max(depth, _depth(rows[first:], first))
    features, thresholds, lefts, rights, values = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return Trees(
        base,
        np.array(roots, dtype=np.intp),
        depth,
        np.array(features, dtype=np.intp),
        np.array(thresholds, dtype=np.float64),
        np.array(lefts, dtype=np.intp),
        np.array(rights, dtype=np.intp),
        np.array(values, dtype=np.float64),
    )


def _depth(rows: Sequence[tuple[int, float, int, int, float]], first: int) -> int:
    """Return the maximum number of inner nodes on a path of a tree. The successors of a node are behind it."""
    depths = [0] * len(rows)
    for at in range(len(rows) - 1, -1, -1):
        left, right = rows[at][2] - first, rows[at][3] - first
        depths[at] = 0 if left == at else 1 + max(depths[left], depths[right])
    return depths[0]


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
