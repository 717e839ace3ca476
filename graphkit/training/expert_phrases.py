"""Phrases that experts date: the list with which the discovery of new phrases is tuned and measured.

`data/expert_phrases.tsv` contains for each phrase the quarter in which official sources first used it, and where this
date comes from. The quarters alternate: the phrases of one half are used for tuning, those of the other half only for
measuring.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from graphkit.phrases.keys import key_of

FILE = Path(__file__).parent / "data" / "expert_phrases.tsv"


@dataclass(frozen=True, slots=True)
class ExpertPhrase:
    """A dated phrase.

    quarter: `2023-Q3`. forms: wordings of the phrase; the first one is the usual one. report: id of a report of the
    corpus of this quarter with the phrase. source: address of a page that dates the phrase, "" if only the report does.
    """

    quarter: str
    forms: tuple[str, ...]
    report: str
    source: str


def expert_phrases(path: Path = FILE) -> list[ExpertPhrase]:
    """Return the phrases of a list, in the order of the file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [ExpertPhrase(quarter, tuple(forms.split("|")), report, source) for quarter, forms, report, source in rows]


def is_tuning(quarter: str) -> bool:
    """Tell whether a quarter is one of those for tuning: every second one, counted from 2022-Q4."""
    year, number = quarter.split("-Q")
    return (int(year) * 4 + int(number)) % 2 == 0


def months_of(quarter: str) -> tuple[str, str]:
    """Return the first and last month of a quarter."""
    year, number = quarter.split("-Q")
    return f"{year}-{int(number) * 3 - 2:02d}", f"{year}-{int(number) * 3:02d}"


def rank_of(forms: Iterable[str], rows: Iterable[str]) -> int:
    """Return the position of the first row, from 1, that is one of the wordings; 0 if none is."""
    keys = {key_of(form) for form in forms}
    return next((n for n, row in enumerate(rows, 1) if key_of(row) in keys), 0)
