"""How often statements of a rule are right: measured, not guessed (docs/quality.md, Confidence).

A rule gives a first value; the table holds what statements of this rule, relation and first value came to on the gold
set and on judged samples of the corpus. `graphkit.training.calibration` makes the table.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "confidence.tsv"


@cache
def _table() -> dict[tuple[str, str, str], float]:
    found = {}
    if FILE.exists():
        for line in FILE.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                rule, relation, first, share, *_ = line.split("\t")
                found[rule, relation, first] = float(share)
    return found


def calibrated(rule: str, relation: str, first: float) -> float:
    """The measured share of right statements, 0–1; the rule's own value where nothing was measured."""
    return _table().get((rule, relation, f"{first:.2f}"), first)
