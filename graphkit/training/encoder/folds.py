"""Folds by place: all reports of a place are in the same fold."""

from __future__ import annotations

import re
from zlib import crc32

FOLDS = 5
#: First words of ids of reports that are not grouped by place: of national news, and of reports with invented places.
_WITHOUT_PLACE = re.compile(r"xwlb|beijing|w[a-z]")


def place_of(report: str) -> str:
    """The place in the id of an annotated report: `t-xunyi-14` and `dev-xunyi-2` are both of xunyi."""
    words = [w for w in re.split(r"[-_]", report) if not w.isdigit() and w not in ("t", "dev", "x")]
    return words[0] if words else report


def group_of(report: str) -> str:
    """The place of a report; a report without a place is a group of its own."""
    place = place_of(report)
    return report if _WITHOUT_PLACE.fullmatch(place) else place


def fold_of(report: str, folds: int = FOLDS) -> int:
    """The number of the fold of a report."""
    return crc32(group_of(report).encode()) % folds
