"""Chooses among the candidates of a report by their probability."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
from graphkit.model import PassageKind, Statement, Status
from graphkit.recognition.trees import Trees, read_trees
from graphkit.relations.drafting import Context
from graphkit.relations.speech import said_once
from graphkit.wording import advice

DATA = Path(__file__).parent / "data"
#: The first classifier sees each candidate alone, the second one also what the first says of the others.
FIRST_TREES = DATA / "first.tsv"
TREES = DATA / "merger.tsv"
THRESHOLDS = DATA / "thresholds.tsv"
#: Decimal places of a confidence.
_PLACES = 3


def _unusable(error: Exception) -> UsageError:
    return UsageError(
        f"the model of the merger cannot be loaded ({error}); install graphkit again, or read with "
        + advice('extractor="fast"', "--fast")
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the merger decides on a candidate.

    statement: with its probability as confidence, if it is kept because of it. from_rule: whether a rule states it, too.
    probability: 0–1. kept: whether it is in the result. reason: why, in English. is_comparable: whether only a more
    probable statement can exclude it.
    """

    statement: Statement
    from_rule: bool
    probability: float
    kept: bool
    reason: str
    is_comparable: bool = False


def verdicts(context: Context, ruled: Sequence[Statement], windows: Sequence[ReadWindow]) -> list[Verdict]:
    """Return a verdict on each candidate of a report.

    The merger was trained on actual events. Statements about planned, denied or urged events, and statements behind
    the last window, are kept with the confidence of their rule if a rule states them, otherwise they are rejected.
    """
    end = windows[-1].window.end if windows else 0
    read_end = context.marked.normalized.original(end - 1, end)[1] if end else 0
    read, unread = [s for s in ruled if s.start < read_end], [s for s in ruled if s.start >= read_end]
    found = candidates(context, read, windows, unread)
    judged = [_verdict(c, p) for c, p in zip(found, probabilities(found), strict=True)]
    judged += [Verdict(s, True, s.confidence, True, _NOT_READ) for s in unread]
    weighed = [n for n, v in enumerate(judged) if v.is_comparable]
    chosen = distinct([(judged[n].probability, judged[n].statement) for n in weighed], context.marked.report.text)
    quoted = _quoted_from_body(context, [judged[n].statement for n in weighed], chosen)
    for n, was_chosen, keep in zip(weighed, chosen, quoted, strict=True):
        if not keep:
            judged[n] = replace(judged[n], kept=False, reason=_IN_BODY if was_chosen else _EXCLUDED)
    kept = [judged[n].statement for n, keep in zip(weighed, quoted, strict=True) if keep]
    return judged + [Verdict(s, False, s.confidence, True, _TOGETHER) for s in together(context, kept)]


def _quoted_from_body(context: Context, statements: Sequence[Statement], chosen: Sequence[bool]) -> list[bool]:
    """Return the choice, with statements of headlines and captions replaced by equal ones of the body.

    A sentence of the body is the better quote, because it names the day and the post. Without this preference, small
    differences of the probabilities between processors would change the quote.
    """
    index = context.marked.normalized.index
    found, in_body = list(chosen), {}
    keys = [(s.relation, s.kind, s.subject.name, s.object.name) for s in statements]
    kinds = [context.scene_at(index(s.start)).sentence.frame.kind for s in statements]
    for n, (key, kind) in enumerate(zip(keys, kinds, strict=True)):
        if kind not in _OUTSIDE_BODY and (key not in in_body or chosen[n]):
            in_body[key] = n
    for n, (key, kind) in enumerate(zip(keys, kinds, strict=True)):
        if chosen[n] and kind in _OUTSIDE_BODY and key in in_body:
            found[n], found[in_body[key]] = False, True
    return found


_OUTSIDE_BODY = (PassageKind.HEADLINE, PassageKind.CAPTION)
_NOT_READ = "the encoder has not read this sentence or relation"
_PROBABLE = "its probability reaches the threshold of the relation"
_EXCLUDED = "a more probable statement says the same or excludes it"
_IN_BODY = "a sentence of the body says the same"
_TOGETHER = "two leaders are named together, and the other one visited this place"


def _verdict(candidate: Candidate, probability: float) -> Verdict:
    """Return the verdict on a candidate without a comparison with the others."""
    statement, ours, limits = candidate.statement, candidate.from_rule, thresholds()
    if statement.status is not Status.ACTUAL:
        reason = f"the status is {statement.status.value}, and the merger decides on actual events only"
        return Verdict(statement, ours, probability, ours, reason)
    if statement.relation not in limits:
        return Verdict(statement, ours, probability, ours, _NOT_READ)
    limit = limits[statement.relation]
    if probability < limit:
        reason = f"its probability is below the threshold of the relation, {limit:.2f}"
        return Verdict(statement, ours, probability, False, reason)
    probable = replace(statement, confidence=probability)
    return Verdict(probable, ours, probability, True, _PROBABLE, is_comparable=True)


def in_order(found: Iterable[Verdict]) -> list[Statement]:
    """Return the statements that are kept, ordered by position, each phrase of a speaker once."""
    kept = [v.statement for v in found if v.kept]
    ordered = sorted(kept, key=lambda s: (s.start, s.relation, s.object.start, s.subject.name, s.object.name, s.rule))
    return list(said_once(ordered))
