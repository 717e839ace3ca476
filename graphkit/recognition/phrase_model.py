"""Weights of the features of policy phrases, trained by `graphkit.training.phrase_model` (docs/decisions/006).

Two data files: `phrase_model.tsv` contains the weights, the threshold and the calibration, `phrase_counts.tsv.gz` the
number of occurrences of phrases in the speeches of the training corpus.
"""

from __future__ import annotations

import gzip
import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from pathlib import Path

from graphkit.recognition.phrase_candidates import Known
from graphkit.recognition.phrase_features import Candidate

FOLDER = Path(__file__).parent / "data"
MODEL_FILE = FOLDER / "phrase_model.tsv"
COUNTS_FILE = FOLDER / "phrase_counts.tsv.gz"


@dataclass(frozen=True, slots=True)
class PhraseModel:
    """A linear model over features.

    Attributes
    ----------
    weights
        The log-odds of each feature that a candidate is a phrase.
    threshold
        The minimum score of a phrase, from 0 to 1.
    calibration
        Scores in ascending order, each with the precision of the phrases of this score.
    """

    weights: dict[str, float]
    threshold: float
    calibration: tuple[tuple[float, float], ...]

    def score(self, features: Iterable[str]) -> float:
        """Return the score of a candidate with these features, from 0 to 1."""
        return _share(self._weight(features))

    def scores(self, candidates: Iterable[Candidate]) -> Iterator[float]:
        """Yield the score of each candidate. The weight of common parts is computed once."""
        weighed: dict[int, float] = {}
        for _, _, (*common, own) in candidates:
            total = self._weight(own)
            for part in common:
                weight = weighed.get(id(part))
                if weight is None:
                    weight = weighed[id(part)] = self._weight(part)
                total += weight
            yield _share(total)

    def _weight(self, features: Iterable[str]) -> float:
        return sum(map(self.weights.get, features, repeat(0.0)))

    def confidence(self, score: float) -> float:
        """Return the precision of phrases with this score, from 0 to 1."""
        at = bisect_right(self.calibration, (score, 2.0)) - 1
        return self.calibration[max(at, 0)][1] if self.calibration else score


def _share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


@cache
def phrase_model() -> PhraseModel:
    """Return the model that is part of the package."""
    weights: dict[str, float] = {}
    threshold, calibration = 0.5, []
    for line in MODEL_FILE.read_text(encoding="utf-8").splitlines():
        name, *values = line.split("\t")
        if name == "@threshold":
            threshold = float(values[0])
        elif name == "@calibration":
            calibration.append((float(values[0]), float(values[1])))
        elif not name.startswith("#"):
            weights[name] = float(values[0])
    return PhraseModel(weights, threshold, tuple(calibration))


def write_model(model: PhraseModel, path: Path = MODEL_FILE) -> None:
    """Write a model with its features in alphabetical order, so that two trainings can be compared."""
    lines = ["# feature, weight. Made by `make train`; see docs/decisions/006.", f"@threshold\t{model.threshold}"]
    lines += [f"@calibration\t{score:.3f}\t{share:.3f}" for score, share in model.calibration]
    lines += [f"{name}\t{weight:.3f}" for name, weight in sorted(model.weights.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@cache
def phrase_counts() -> dict[str, Known]:
    """Return the known phrases with their counts in the training corpus."""
    found = {}
    with gzip.open(COUNTS_FILE, "rt", encoding="utf-8") as lines:
        for line in lines:
            words, reports, left = line.rstrip("\n").split("\t")
            found[words] = Known(int(reports), int(left))
    return found


def write_counts(counts: dict[str, Known], path: Path = COUNTS_FILE) -> None:
    """Write the counts. Equal counts result in equal bytes."""
    rows = "".join(f"{words}\t{k.reports}\t{k.left}\n" for words, k in sorted(counts.items()))
    path.write_bytes(gzip.compress(rows.encode("utf-8"), 9, mtime=0))
