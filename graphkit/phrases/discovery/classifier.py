"""The probability that a word sequence is a policy phrase: a random forest over its features.

`data/phrase_quality.tsv` is trained by `graphkit.training.phrase_classifier` on manually labelled candidates
(docs/decisions/009). Each line is a node: tree, node, feature, threshold, left, right, value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graphkit.phrases.discovery.features import NAMES

FILE = Path(__file__).parent.parent / "data" / "phrase_quality.tsv"
LEAF = "-"


@dataclass(frozen=True, slots=True)
class Tree:
    """The nodes of a tree as arrays, the root first.

    feature: position in NAMES, -1 for a leaf; value: log-odds of a leaf.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]

    def values(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        node = np.zeros(len(features), dtype=np.int32)
        rows = np.arange(len(features))
        while (inner := self.feature[node] >= 0).any():
            here, which = node[inner], rows[inner]
            goes_left = features[which, self.feature[here]] <= self.threshold[here]
            node[inner] = np.where(goes_left, self.left[here], self.right[here])
        found: NDArray[np.float64] = self.value[node]
        return found


@dataclass(frozen=True, slots=True)
class RandomForest:
    """The trees of the classifier. base: log-odds without any tree."""

    base: float
    trees: tuple[Tree, ...]

    def odds(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the log-odds of being a policy phrase for each row of features."""
        return self.base + sum((t.values(features) for t in self.trees), start=np.zeros(len(features)))

    def probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the probability of being a policy phrase for each row of features, 0–1."""
        odds: NDArray[np.float64] = 1 / (1 + np.exp(-self.odds(features)))
        return odds


@cache
def load_classifier() -> RandomForest:
    """Return the classifier of the package."""
    base = 0.0
    nodes: dict[int, list[list[str]]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        tree, *rest = line.split("\t")
        if tree == "base":
            base = float(rest[0])
        else:
            nodes.setdefault(int(tree), []).append(rest)
    return RandomForest(base, tuple(_tree(nodes[k]) for k in sorted(nodes)))


def _tree(rows: list[list[str]]) -> Tree:
    column = {name: n for n, name in enumerate(NAMES)}
    _, feature, threshold, left, right, value = zip(*rows, strict=True)
    return Tree(
        np.array([-1 if s == LEAF else column[s] for s in feature], dtype=np.int32),
        np.array([float(t) for t in threshold]),
        np.array([int(x) for x in left], dtype=np.int32),
        np.array([int(x) for x in right], dtype=np.int32),
        np.array([float(v) for v in value]),
    )


def write_classifier(base: float, trees: Iterable[list[tuple[str, float, int, int, float]]], path: Path = FILE) -> None:
    """Write trees, each a list of nodes (feature or LEAF, threshold, left, right, value)."""
    lines = [
        "# tree, node, feature, threshold, left, right, value. Made by `make train-phrases`; see docs/decisions/009.",
        f"base\t{base:.5f}",
    ]
    for number, nodes in enumerate(trees):
        for node, (feature, threshold, left, right, value) in enumerate(nodes):
            lines.append(f"{number}\t{node}\t{feature}\t{threshold:.6g}\t{left}\t{right}\t{value:.5f}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
