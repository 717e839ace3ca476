"""Trains the merger: which candidates are right, by features of rules, encoder and names (docs/encoder.md)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from graphkit.discourse.scene import read_scenes
from graphkit.encoder.proposals import ReadWindow
from graphkit.encoder.roles import RELATIONS
from graphkit.errors import SchemaError
from graphkit.evaluation.gold import gold_record
from graphkit.evaluation.scoring import Counts, explained, plain, score
from graphkit.merging.candidates import candidates
from graphkit.merging.distinct import distinct
from graphkit.merging.features import NAMES
from graphkit.merging.merger import FIRST_TREES, THRESHOLDS, TREES
from graphkit.merging.neighbours import NEIGHBOURS, neighbour_features
from graphkit.model import Reading, Report, Statement, Status
from graphkit.recognition.marks import mark_words
from graphkit.recognition.persons import mark_persons
from graphkit.recognition.tagger import shared_tagger
from graphkit.recognition.trees import nodes_of, write_trees
from graphkit.relations import statements
from graphkit.relations.drafting import Context
from graphkit.schema import load_schema
from graphkit.training.encoder.folds import FOLDS, group_of

SETTINGS: dict[str, Any] = {
    "max_iter": 150,
    "learning_rate": 0.06,
    "max_leaf_nodes": 12,
    "min_samples_leaf": 15,
    "l2_regularization": 1.0,
    "random_state": 0,
}
#: Weight of recall in the choice of thresholds. Below 1, a wrong statement counts more than a missing one.
BETA = 0.7
#: Thresholds that are tried for each relation. A statement that is more probably wrong than right is never kept.
TRIED = [round(0.5 + 0.05 * n, 2) for n in range(8)]


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate as a triple, with its features and whether an annotated triple agrees with it. text: its report."""

    report: str
    text: str
    statement: Statement
    triple: dict[str, Any]
    features: tuple[float, ...]
    from_rule: bool
    right: bool


def contexts(reports: Sequence[Report]) -> Iterator[Context]:
    """Yield the context of each report."""
    for words in mark_words(reports, shared_tagger()):
        marked = mark_persons(words)
        yield Context(marked, tuple(read_scenes(marked)))


def judged(context: Context, windows: Sequence[ReadWindow], gold: list[dict[str, Any]]) -> list[Judged]:
    """Return the candidates of a report that the schema allows."""
    report = context.marked.report
    found = []
    for candidate in candidates(context, tuple(statements(context)), windows):
        try:
            load_schema().check(candidate.statement, report)
        except SchemaError:
            continue
        found.append(candidate)
    # One reading for each candidate: a record of a whole reading drops repeated triples.
    rows = [gold_record(Reading(report, (c.statement,)), all_status=True)["relations"][0] for c in found]
    hits = explained(gold, rows)
    return [
        Judged(
            report.id,
            report.text,
            c.statement,
            row,
            c.features,
            c.from_rule,
            hit and _names_agree(c.statement, row, gold),
        )
        for c, row, hit in zip(found, rows, hits, strict=True)
    ]


def _names_agree(statement: Statement, row: dict[str, Any], gold: list[dict[str, Any]]) -> bool:
    """Tell whether a statement is actual and the annotation has the names of its persons exactly, not only in part."""
    known = {plain(w) for t in gold for side in "so" for w in (t[side], *t.get(f"{side}_alt", []))}
    persons = [row[side] for side, m in (("s", statement.subject), ("o", statement.object)) if m.type == "Person"]
    return statement.status is Status.ACTUAL and all(plain(name) in known for name in persons)


def fold_within(report: str) -> int:
    """Fold of a report for the merger, from 0 to 4: other groups than those of the encoder, so that both vary."""
    return crc32(("merger " + group_of(report)).encode()) % FOLDS


def fitted(table: NDArray[np.float32], right: NDArray[np.bool_]) -> Any:
    """Return a trained classifier."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(**SETTINGS).fit(table, right)


def out_of_fold(found: Sequence[Judged], table: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the probability of each candidate by a classifier that has not seen its place."""
    right = np.array([j.right for j in found])
    fold = np.array([fold_within(j.report) for j in found])
    probability = np.zeros(len(found))
    for n in range(FOLDS):
        if (fold == n).any():
            probability[fold == n] = fitted(table[fold != n], right[fold != n]).predict_proba(table[fold == n])[:, 1]
    return probability


def tables(found: Sequence[Judged]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the features of the first and of the second classifier, which contain probabilities of the first."""
    alone = np.array([j.features for j in found], dtype=np.float32)
    probability = out_of_fold(found, alone)
    others = np.zeros((len(found), len(NEIGHBOURS)), dtype=np.float32)
    by_report: dict[str, list[int]] = {}
    for n, j in enumerate(found):
        by_report.setdefault(j.report, []).append(n)
    for own in by_report.values():
        others[own] = neighbour_features([found[n].statement for n in own], probability[own].tolist())
    return alone, np.hstack([alone, others])


def records(found: Sequence[Judged], keep: Sequence[bool]) -> list[dict[str, Any]]:
    """Return the kept candidates as records of a gold file."""
    rows: dict[str, list[dict[str, Any]]] = {j.report: [] for j in found}
    for j, kept in zip(found, keep, strict=True):
        if kept:
            rows[j.report].append(j.triple)
    return [{"id": report, "relations": triples} for report, triples in rows.items()]


def kept(found: Sequence[Judged], probability: NDArray[np.float64]) -> list[bool]:
    """Return for each candidate whether it states an actual event and no more probable candidate excludes it."""
    by_report: dict[str, list[int]] = {}
    for n, j in enumerate(found):
        if j.statement.status is Status.ACTUAL:
            by_report.setdefault(j.report, []).append(n)
    keep = [False] * len(found)
    for chosen in by_report.values():
        weighed = [(float(probability[n]), found[n].statement) for n in chosen]
        for n, ok in zip(chosen, distinct(weighed, found[chosen[0]].text), strict=True):
            keep[n] = ok
    return keep


def f_measure(counts: Counts) -> float:
    """Return the weighted harmonic mean of precision and recall."""
    p, r = counts.precision, counts.recall
    return (1 + BETA**2) * p * r / (BETA**2 * p + r) if p + r else 0.0


def best_thresholds(
    found: Sequence[Judged], probability: NDArray[np.float64], gold: Sequence[dict[str, Any]]
) -> dict[str, float]:
    """Return for each relation the threshold with the highest F (BETA); of two that are equal, the higher one."""
    possible = kept(found, probability)
    best = {}
    for relation in RELATIONS:
        scores = []
        for limit in TRIED:
            keep = [
                k and j.triple["r"] == relation and p >= limit
                for j, p, k in zip(found, probability, possible, strict=True)
            ]
            counts = score(gold, records(found, keep)).relations.get(relation)
            scores.append((f_measure(counts) if counts else 0.0, limit))
        best[relation] = max(scores)[1]
    return best


def train(found: Sequence[Judged], gold: Sequence[dict[str, Any]]) -> None:
    """Print the figures of the folds, and write the trees and the thresholds of the package."""
    alone, with_others = tables(found)
    probability = out_of_fold(found, with_others)
    limits = best_thresholds(found, probability, gold)
    merged = [
        k and p >= limits[j.triple["r"]] for j, p, k in zip(found, probability, kept(found, probability), strict=True)
    ]
    ruled = [j.from_rule and j.statement.status is Status.ACTUAL for j in found]
    for name, keep in (("rules", ruled), ("merged", merged)):
        result = score(gold, records(found, keep))
        print(name, json.dumps({k: v for k, v in result.as_dict().items() if k != "missing_docs"}), file=sys.stderr)
    right = np.array([j.right for j in found])
    TREES.parent.mkdir(exist_ok=True)
    for table, names, path in ((alone, NAMES, FIRST_TREES), (with_others, (*NAMES, *NEIGHBOURS), TREES)):
        model = fitted(table, right)
        nodes = nodes_of(model, names)
        write_trees(float(model._baseline_prediction[0, 0]), nodes, path, "Written by `make train-encoder`.")
    lines = ["# Relation and minimum probability of a statement, by folds. Written by `make train-encoder`."]
    THRESHOLDS.write_text("\n".join([*lines, *(f"{r}\t{limits[r]:.2f}" for r in RELATIONS)]) + "\n", encoding="utf-8")
