"""Chooses among the candidates of a report by their probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from graphkit.encoder.proposals import ReadWindow
from graphkit.errors import UsageError
from graphkit.merging.candidates import candidates
from graphkit.merging.distinct import distinct
from graphkit.merging.features import NAMES, Candidate
from graphkit.merging.neighbours import NEIGHBOURS, neighbour_features
from graphkit.merging.together import together
from graphkit.model import Statement, Status
from graphkit.recognition.trees import Trees, read_trees
from graphkit.relations.drafting import Context
from graphkit.relations.speech import said_once

DATA = Path(__file__).parent / "data"
#: The first classifier sees each candidate alone, the second one also what the first says of the others.
FIRST_TREES = DATA / "first.tsv"
TREES = DATA / "merger.tsv"
THRESHOLDS = DATA / "thresholds.tsv"
#: Decimal places of a confidence.
_PLACES = 3


def _unusable(error: Exception) -> UsageError:
    return UsageError(
        f"the model of the merger cannot be loaded ({error}); install graphkit again, or read with --fast"
    )


@cache
def _trees() -> tuple[Trees, Trees]:
    """Return the two classifiers."""
    try:
        return read_trees(FIRST_TREES, NAMES), read_trees(TREES, (*NAMES, *NEIGHBOURS))
    except (OSError, ValueError, IndexError) as error:
        raise _unusable(error) from None


@cache
def thresholds() -> dict[str, float]:
    """Return the minimum probability of a statement of each relation."""
    try:
        lines = THRESHOLDS.read_text(encoding="utf-8").splitlines()
        rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
        return {name: float(value) for name, value in rows}
    except (OSError, ValueError) as error:
        raise _unusable(error) from None


def probabilities(found: Sequence[Candidate]) -> list[float]:
    """Return the probability of each candidate, 0–1."""
    if not found:
        return []
    first, second = _trees()
    table = np.array([c.features for c in found], dtype=np.float32)
    others = neighbour_features([c.statement for c in found], first.probability(table).tolist())
    return [round(float(p), _PLACES) for p in second.probability(np.hstack([table, others]))]


def merged(context: Context, ruled: Sequence[Statement], windows: Sequence[ReadWindow]) -> list[Statement]:
    """Return the statements of a report, ordered by position: the candidates that are probable enough.

    The merger was trained on actual events. A statement of a rule about a planned, negated or urged event keeps the
    confidence of its rule, and the encoder alone proposes none. So does a statement behind the last window.
    """
    found = candidates(context, ruled, windows)
    limits = thresholds()
    end = windows[-1].window.end if windows else 0
    unread = context.marked.normalized.original(end - 1, end)[1] if end else 0
    kept: list[Statement] = []
    weighed: list[tuple[float, Statement]] = []
    for candidate, probability in zip(found, probabilities(found), strict=True):
        statement = candidate.statement
        if statement.status is not Status.ACTUAL or statement.relation not in limits or statement.start >= unread:
            if candidate.from_rule:
                kept.append(statement)
        elif probability >= limits[statement.relation]:
            weighed.append((probability, replace(statement, confidence=probability)))
    chosen = distinct(weighed, context.marked.report.text)
    weighed_kept = [s for (_, s), keep in zip(weighed, chosen, strict=True) if keep]
    kept += (*weighed_kept, *together(context, weighed_kept))
    ordered = sorted(kept, key=lambda s: (s.start, s.relation, s.object.start, s.subject.name, s.object.name, s.rule))
    return list(said_once(ordered))
