"""Folds by place: all reports of a place are in the same fold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from zlib import crc32

FOLDS = 5
#: First words of ids of reports that are not grouped by place: of national news, and of reports with invented places.
_WITHOUT_PLACE = ("xwlb", "beijing", "wa", "wb", "wc")


def place_of(report: str) -> str:
    """The place in the id of an annotated report: `t-xunyi-14` and `dev-xunyi-2` are both of xunyi."""
    words = [w for w in re.split(r"[-_]", report) if not w.isdigit() and w not in ("t", "dev", "x")]
    return words[0] if words else report


def fold_of(report: str, folds: int = FOLDS) -> int:
    """The number of the fold of a report. National reports have no place: each is a place of its own."""
    place = place_of(report)
    return crc32((report if place in _WITHOUT_PLACE else place).encode()) % folds


def held_out(reports: Iterable[str], fold: int) -> set[str]:
    """The reports of a fold."""
    return {r for r in reports if fold_of(r) == fold}
