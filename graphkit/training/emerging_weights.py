"""Fits the weights of `emerging`: `python -m graphkit.training.emerging_weights GRAPH`.

GRAPH is a graph of the corpus in ../shared. A logistic regression separates the phrases that experts date from the other
phrases of their quarter. The phrases of the quarters for tuning are used (`expert_phrases.is_tuning`), except those of
the first quarter, before which the corpus contains no reports. The printed shares of the phrases in the first 30 and
first 100 rows of their quarter are measured on all quarters, those of the tuning half in cross-validation by quarter.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import graphkit
from graphkit.phrases.index.reader import PhraseIndex
from graphkit.phrases.keys import key_of
from graphkit.phrases.questions.emerging import WEIGHTS_FILE, emerging_candidates
from graphkit.phrases.questions.families import newest_whole, representative
from graphkit.phrases.questions.nested import NestedCandidates, merge_nested
from graphkit.phrases.questions.novelty import FEATURES, Novelty, count_novelty, novelty_features
from graphkit.phrases.questions.scope import Scope
from graphkit.training.expert_phrases import ExpertPhrase, expert_phrases, is_tuning, months_of, rank_of

#: Weight of a dated phrase, relative to another one, and strength of the penalty of the regression.
POSITIVE, PENALTY = 20, 1.0
#: Numbers of rows for which shares are printed.
TOPS = (30, 100)


@dataclass(slots=True)
class Quarter:
    """The candidates of a quarter. table: (K, F) features; label: (K,) whether experts date the candidate."""

    phrases: list[ExpertPhrase]
    counts: Novelty
    chosen: NDArray[np.int64]
    table: NDArray[np.float64]
    label: NDArray[np.bool_]


def read_quarter(index: PhraseIndex, name: str, phrases: list[ExpertPhrase]) -> Quarter:
    """Return the candidates of a quarter, with the phrases that experts date."""
    counts = count_novelty(index, Scope(*months_of(name)), hindsight=True)
    chosen = emerging_candidates(index, counts)
    keys = {key_of(form) for phrase in phrases for form in phrase.forms}
    label = np.array([key_of(index.names[k]) in keys for k in chosen.tolist()], dtype=bool)
    return Quarter(phrases, counts, chosen, novelty_features(index, counts, chosen), label)


def fit(quarters: Iterable[Quarter]) -> NDArray[np.float64]:
    """Return the weights of the features."""
    from sklearn.linear_model import LogisticRegression

    used = list(quarters)
    table, label = np.concatenate([q.table for q in used]), np.concatenate([q.label for q in used])
    scale = table.std(axis=0) + 1e-9
    model = LogisticRegression(C=PENALTY, class_weight={True: POSITIVE, False: 1}, max_iter=1000)
    model.fit((table - table.mean(axis=0)) / scale, label)
    weights: NDArray[np.float64] = model.coef_[0] / scale
    return weights


def ranks(index: PhraseIndex, quarter: Quarter, weights: NDArray[np.float64]) -> list[int]:
    """Return the row of each dated phrase in the answer for its quarter, from 1; 0 if it is not in the first rows."""
    score = quarter.table @ weights
    order = quarter.chosen[np.lexsort((quarter.chosen, -score))]
    of = dict(zip(quarter.chosen.tolist(), score.tolist(), strict=True))
    c = quarter.counts
    nested = NestedCandidates(c.phrase, c.report, c.inside)
    better = newest_whole(index, c, of)
    merged = merge_nested(index, nested, order.tolist(), max(TOPS), better)
    rows = [index.names[representative(index, c, [k, *same], better)] for k, same in merged]
    return [rank_of(phrase.forms, rows) for phrase in quarter.phrases]


def describe(name: str, found: list[int]) -> str:
    """Return the shares of the ranks that are in the first rows."""
    shares = ", ".join(f"top {top} {sum(0 < r <= top for r in found) / max(len(found), 1):.1%}" for top in TOPS)
    return f"{name}: {len(found)} phrases, {shares}"


def main() -> None:
    """Write the weights and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    with graphkit.open(parser.parse_args().graph) as graph:
        index = graph.phrases().index
        listed: dict[str, list[ExpertPhrase]] = defaultdict(list)
        for phrase in expert_phrases():
            listed[phrase.quarter].append(phrase)
        quarters = {name: read_quarter(index, name, phrases) for name, phrases in sorted(listed.items())}
    first = min(quarters)
    tuning = [name for name in quarters if is_tuning(name) and name != first]
    weights = fit(quarters[name] for name in tuning)
    lines = [f"{name} = {weight:.4f}" for name, weight in zip(FEATURES, weights.tolist(), strict=True)]
    head = "# Weights of the features of new phrases. Written by `make train-emerging`; see docs/decisions/021."
    WEIGHTS_FILE.write_text("\n".join([head, "[weights]", *lines]) + "\n", encoding="utf-8")
    crossed = []
    for name in (n for n in quarters if is_tuning(n)):
        held = fit(quarters[other] for other in tuning if other != name)
        crossed += ranks(index, quarters[name], held)
    print(describe("tuning half, cross-validation", crossed))
    rest = [r for n, q in quarters.items() if not is_tuning(n) for r in ranks(index, q, weights)]
    print(describe("other half", rest))


if __name__ == "__main__":
    main()
