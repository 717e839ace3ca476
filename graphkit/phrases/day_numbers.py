"""Days as numbers since year 0. Each month has 31 days, so that the month of a day is computed by one division."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from graphkit.phrases.keys import Numbers


def days(dates: Iterable[str]) -> Numbers:
    """Return (R,) the number of the day of each date, -1 without a date."""
    parts = [[*date[:10].split("-"), "1", "1"][:3] if date[:4].isdigit() else None for date in dates]
    return np.array([(int(p[0]) * 12 + int(p[1])) * 31 + int(p[2]) if p else -1 for p in parts], dtype=np.int32)


def day_number(text: str, *, last: bool = False) -> int | None:
    """Return the number of a day, or of the first or last day of a month or year; None if the text is no date."""
    parts = text.split("-")
    if len(parts) > 3 or not all(p.isdecimal() for p in parts) or len(parts[0]) != 4:
        return None
    year, month, day = (
        (*map(int, parts), *((12, 31) if last else (1, 1))[len(parts) - 1 :])[:3] if len(parts) < 3 else map(int, parts)
    )
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return (year * 12 + month) * 31 + day


def month_of(day: Any) -> Any:
    """Return the number of the month of a day number or of an array of them."""
    return (day - 1) // 31
