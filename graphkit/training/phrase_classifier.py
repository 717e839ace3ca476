"""Trains the classifier of policy phrases: `python -m graphkit.training.phrase_classifier GRAPH`.

GRAPH is a graph of the corpus in ../shared. The training data have four sources:

- `phrase_labels.tsv`: manually labelled spans of the corpus, 1 if an analyst of policy would index the span, otherwise 0;
- `expert_phrases.tsv`: phrases that experts date, 1; only those of the quarters for tuning (`is_tuning`);
- annotated reports (`--gold`): the objects of `emphasized`, 1; places, organizations, posts, meetings, documents and
  values, 0;
- spans that are selected at random, 0: most spans are no phrases.

The training data also contain the features of the same spans in parts of the corpus (a year, a quarter, every tenth
report), so that the classifier works for small collections. The printed figures come from ten-fold cross-validation
over the manually labelled spans.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import graphkit
from graphkit.model import Statement
from graphkit.phrases.discovery.classifier import FILE
from graphkit.phrases.discovery.features import NAMES, features
from graphkit.phrases.discovery.ngrams import SIZES, edges, repeated, vocabulary
from graphkit.phrases.discovery.word_arrays import WordArrays, read_word_arrays
from graphkit.phrases.discovery.word_sequence import make_word_sequence
from graphkit.phrases.keys import bare, key_of
from graphkit.recognition.trees import nodes_of, write_trees
from graphkit.training.expert_phrases import expert_phrases, is_tuning

LABELS = Path(__file__).parent / "data" / "phrase_labels.tsv"
SETTINGS = {"max_depth": 4, "learning_rate": 0.06, "max_iter": 300, "l2_regularization": 1.0, "random_state": 1}
FOLDS = 10
#: Weight of a span in a part of the corpus, relative to the whole corpus.
PART_WEIGHT = 0.3
#: Weights of the names of annotated reports and of random spans, relative to a manual label.
GOLD_WEIGHT, RANDOM_WEIGHT = 0.3, 0.4
#: Number of random spans of the whole corpus, and of a part of it.
RANDOM_SPANS, RANDOM_PART = 4000, 2000
#: Relations of annotated reports, and the sides of their statements that are no phrases.
_NAMES = {
    "holds_post": "o",
    "visited": "o",
    "located_in": "so",
    "has_part": "so",
    "attended": "o",
    "presided": "o",
    "implements": "o",
    "reported_to": "o",
    "has_attribute": "o",
}


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a span. value: 1 for a phrase, otherwise 0; weight: of the label; manual: it is a manual label."""

    value: int
    weight: float = 1.0
    manual: bool = False


def labels(gold: Iterable[Path] = ()) -> dict[int, Label]:
    """Return the label of each span by its key. gold: files of annotated reports."""
    found = {key_of(words): Label(int(value), manual=True) for words, value in _rows(LABELS)}
    for phrase in expert_phrases():
        if is_tuning(phrase.quarter):
            found.setdefault(key_of(phrase.forms[0]), Label(1))
    names: dict[int, int] = {}
    for words, value in _gold_names(gold):
        if len(bare(words)) >= SIZES.start:
            names[key_of(words)] = max(value, names.get(key_of(words), 0))
    return {key: Label(value, GOLD_WEIGHT) for key, value in names.items()} | found


def _rows(path: Path) -> Iterator[list[str]]:
    return (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))


def _gold_names(gold: Iterable[Path]) -> Iterator[tuple[str, int]]:
    """Yield the names of annotated reports, 1 for an emphasized phrase and 0 for another name."""
    for path in gold:
        for line in path.read_text(encoding="utf-8").splitlines():
            for relation in json.loads(line)["relations"]:
                if relation["r"] == "emphasized":
                    yield relation["o"], 1
                for side in _NAMES.get(relation["r"], ""):
                    yield relation[side], 0


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


@dataclass(slots=True)
class Examples:
    """N rows of training data. table: (N, F) features; label, weight: (N,); group: (N,) key; manual: (N,) see Label;
    whole: (N,) whether the features are those of the whole corpus."""

    table: NDArray[np.float32]
    label: NDArray[np.int64]
    weight: NDArray[np.float64]
    group: NDArray[np.uint64]
    manual: NDArray[np.bool_]
    whole: NDArray[np.bool_]


def examples(arrays: WordArrays, statements: list[Statement], known: dict[int, Label]) -> Examples:
    """Return the training data: the labelled and the random spans of the corpus and of its parts."""
    random = np.random.default_rng(1)
    columns: list[tuple[Any, ...]] = []
    for name, chosen in parts(arrays):
        part = arrays.only(chosen)
        whole = name == "whole"
        row = make_word_sequence(part)
        words = vocabulary(row)
        keys, spans = repeated(row, 3 if whole else 2, *edges(row, words))
        table = features(row, words, spans, len(keys), statements)
        some = random.choice(len(keys), min(RANDOM_SPANS if whole else RANDOM_PART, len(keys)), replace=False)
        drawn = set(some.tolist())
        unknown = Label(0, RANDOM_WEIGHT)
        used = [(n, known.get(k, unknown)) for n, k in enumerate(keys.tolist()) if k in known or n in drawn]
        at, found = [n for n, _ in used], [label for _, label in used]
        scale = 1.0 if whole else PART_WEIGHT
        values, weights = [x.value for x in found], [x.weight * scale for x in found]
        columns.append((table[at], values, weights, keys[at], [x.manual for x in found], [whole] * len(at)))
        print(f"{name}: {len(keys):,} candidates, {len(at)} used", file=sys.stderr)
    return Examples(*(np.concatenate(c) for c in zip(*columns, strict=True)))


def evaluate(data: Examples) -> None:
    """Print the figures of ten-fold cross-validation on the manually labelled spans."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import average_precision_score, roc_auc_score
    from sklearn.model_selection import GroupKFold

    scores = np.zeros(len(data.label))
    for train, test in GroupKFold(FOLDS, shuffle=True, random_state=1).split(data.table, data.label, data.group):
        model = HistGradientBoostingClassifier(**SETTINGS)
        model.fit(data.table[train], data.label[train], sample_weight=data.weight[train])
        scores[test] = model.predict_proba(data.table[test])[:, 1]
    for name, chosen in (("whole", data.whole), ("parts", ~data.whole)):
        right, score = data.label[chosen & data.manual], scores[chosen & data.manual]
        area, average = roc_auc_score(right, score), average_precision_score(right, score)
        print(f"{name}: {len(right)} rows, area under the curve {area:.3f}, average precision {average:.3f}")
        for threshold in (0.3, 0.5, 0.7):
            precision, recall = right[score > threshold].mean(), (score[right == 1] > threshold).mean()
            print(f"  from {threshold}: precision {precision:.3f}, recall {recall:.3f}")


def main() -> None:
    """Write the classifier and print the figures of the folds."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--gold", type=Path, nargs="*", default=[], help="files of annotated reports")
    options = parser.parse_args()
    with graphkit.open(options.graph) as graph:
        statements = [s for s in graph.statements() if s.object.type == "Phrase"]
        data = examples(read_word_arrays(graph.ledger), statements, labels(options.gold))
    model = HistGradientBoostingClassifier(**SETTINGS).fit(data.table, data.label, sample_weight=data.weight)
    base = float(model._baseline_prediction[0, 0])
    write_trees(base, nodes_of(model, NAMES), FILE, "Written by `make train-phrases`; see docs/decisions/009.")
    print(f"written: {FILE}")
    evaluate(data)


if __name__ == "__main__":
    main()
