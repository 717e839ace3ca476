"""Trains the classifier of policy phrases: `python -m graphkit.training.phrase_classifier GRAPH`.

GRAPH is a graph of the corpus in ../shared. `phrase_labels.tsv` contains manually labelled spans of the corpus: 1 if an
analyst of policy would index the span, otherwise 0. The training data also contain the features of the same spans in
parts of the corpus (a year, a quarter, every tenth report), so that the classifier works for small collections. The
printed figures come from ten-fold cross-validation over the spans.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import graphkit
from graphkit.model import Statement
from graphkit.phrases.discovery.classifier import FILE
from graphkit.phrases.discovery.features import NAMES, features
from graphkit.phrases.discovery.ngrams import edges, repeated, vocabulary
from graphkit.phrases.discovery.word_arrays import WordArrays, read_word_arrays
from graphkit.phrases.discovery.word_sequence import make_word_sequence
from graphkit.phrases.keys import key_of
from graphkit.recognition.trees import nodes_of, write_trees

LABELS = Path(__file__).parent / "data" / "phrase_labels.tsv"
SETTINGS = {"max_depth": 4, "learning_rate": 0.06, "max_iter": 300, "l2_regularization": 1.0, "random_state": 1}
FOLDS = 10
#: Weight of a span in a part of the corpus, relative to the whole corpus.
PART_WEIGHT = 0.3


def labels() -> dict[int, int]:
    """Return the label (1 or 0) of each span by its key."""
    rows = (line.split("\t") for line in LABELS.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {key_of(words): int(label) for words, label in rows}


def parts(arrays: WordArrays) -> list[tuple[str, NDArray[np.bool_]]]:
    """Return the name and the reports of the whole corpus and of its parts."""
    dates = np.array([r.date for r in arrays.reports])
    every = np.arange(len(dates))
    return [
        ("whole", every >= 0),
        ("2024", np.char.startswith(dates, "2024")),
        ("2025", np.char.startswith(dates, "2025")),
        ("summer 2023", (dates >= "2023-06") & (dates < "2023-09")),
        ("spring 2025", (dates >= "2025-03") & (dates < "2025-06")),
        ("every tenth", every % 10 == 0),
    ]


def labelled(
    arrays: WordArrays, statements: list[Statement]
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the features, the labels, the numbers of the spans and the weights of the training data."""
    known = labels()
    order = {key: n for n, key in enumerate(known)}
    columns: list[tuple[Any, ...]] = []
    for name, chosen in parts(arrays):
        part = arrays.only(chosen)
        row = make_word_sequence(part)
        words = vocabulary(row)
        keys, spans = repeated(row, 3 if name == "whole" else 2, *edges(row, words))
        table = features(row, words, spans, len(keys), statements)
        at = [n for n, key in enumerate(keys.tolist()) if key in known]
        found = [int(keys[n]) for n in at]
        weight = 1.0 if name == "whole" else PART_WEIGHT
        columns.append((table[at], [known[k] for k in found], [order[k] for k in found], [weight] * len(at)))
        print(f"{name}: {len(keys):,} candidates, {len(at)} labelled", file=sys.stderr)
    table, label, group, weights = (np.concatenate(c) for c in zip(*columns, strict=True))
    return table, label, group, weights


def main() -> None:
    """Print the figures of the folds and write the classifier."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import average_precision_score, roc_auc_score
    from sklearn.model_selection import GroupKFold

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    with graphkit.open(parser.parse_args().graph) as graph:
        statements = [s for s in graph.statements() if s.object.type == "Phrase"]
        table, label, group, weights = labelled(read_word_arrays(graph.ledger), statements)
    scores = np.zeros(len(label))
    for train, test in GroupKFold(FOLDS, shuffle=True, random_state=1).split(table, label, group):
        model = HistGradientBoostingClassifier(**SETTINGS).fit(table[train], label[train], sample_weight=weights[train])
        scores[test] = model.predict_proba(table[test])[:, 1]
    for name, chosen in (("whole", weights == 1.0), ("parts", weights < 1.0)):
        right, score = label[chosen], scores[chosen]
        area, average = roc_auc_score(right, score), average_precision_score(right, score)
        print(f"{name}: {len(right)} rows, area under the curve {area:.3f}, average precision {average:.3f}")
        for threshold in (0.3, 0.5, 0.7):
            precision, recall = right[score > threshold].mean(), (score[right == 1] > threshold).mean()
            print(f"  from {threshold}: precision {precision:.3f}, recall {recall:.3f}")
    model = HistGradientBoostingClassifier(**SETTINGS).fit(table, label, sample_weight=weights)
    base = float(model._baseline_prediction[0, 0])
    write_trees(base, nodes_of(model, NAMES), FILE, "Written by `make train-phrases`; see docs/decisions/009.")
    print(f"written: {FILE}")


if __name__ == "__main__":
    main()
