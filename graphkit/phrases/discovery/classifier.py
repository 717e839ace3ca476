"""The probability that a word sequence is a policy phrase: boosted trees over its features.

`data/phrase_quality.tsv` is trained by `graphkit.training.phrase_classifier` on manually labelled candidates
(docs/decisions/009). `graphkit.recognition.trees` describes its format.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graphkit.phrases.discovery.features import NAMES
from graphkit.recognition.trees import Trees, read_trees

FILE = Path(__file__).parent.parent / "data" / "phrase_quality.tsv"


@cache
def load_classifier() -> Trees:
    """Return the classifier of the package."""
    return read_trees(FILE, NAMES)
