"""The value of merged cells of a sheet belongs to each of the rows that they cover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from graphkit.reading.tables import HEADER_ROWS, header_of

Value = TypeVar("Value")
#: The first and last cell of a range, each as the numbers of its row and column from 0.
Range = tuple[tuple[int, int], tuple[int, int]]


def fill_merged(rows: list[list[Value]], ranges: Sequence[Range], empty: Value) -> None:
    """Write the value of merged cells below the header into each empty cell of their first column.

    A text that covers several rows remains in the first one, so that its report is read once.

    >>> rows = [["日期", "正文"], ["5月1日", "甲"], ["", "乙"]]
    >>> fill_merged(rows, [((1, 0), (2, 0))], "")
    >>> rows[2]
    ['5月1日', '乙']
    """
    header = next(
        ((n, found) for n, row in enumerate(rows[:HEADER_ROWS]) if (found := header_of([*map(str, row)]))), None
    )
    if header is None:
        return
    for (top, column), (bottom, _) in ranges:
        if top <= header[0] or column == header[1].text:
            continue
        for row in rows[top + 1 : bottom + 1]:
            if column < min(len(row), len(rows[top])) and row[column] == empty:
                row[column] = rows[top][column]
