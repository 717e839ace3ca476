"""Divides the reports of a graph into blocks that fit into memory, in the order of their dates."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.ledger import Ledger
from graphkit.phrases.day_numbers import days
from graphkit.phrases.keys import Numbers

#: Maximum number of characters of a block, unless a single report is longer. It needs about two GiB of memory.
BLOCK = 12_000_000


@dataclass(slots=True)
class Outline:
    """Properties of the R reports by which they are divided into blocks, in the order of their ids.

    ids, dates: (R,). day: (R,) number of the day, -1 without a date. characters: (R,) length of the text; text: (R,)
    its hash.
    """

    ids: list[str]
    dates: list[str]
    day: Numbers
    characters: NDArray[np.int64]
    text: NDArray[np.uint64]

    def distinct(self) -> Numbers:
        """Return the numbers of the reports, without those with the same text as an earlier one."""
        _, first = np.unique(self.text, return_index=True)
        return np.sort(first).astype(np.int32)

    def blocks(self, size: int = BLOCK) -> Iterator[Numbers]:
        """Yield the numbers of all reports in blocks of about equal length.

        The blocks are in the order of the dates, the reports of a block in the order of the ids.
        """
        ordered, reached = self._by_date(np.arange(len(self.ids), dtype=np.int32))
        total = int(reached[-1]) if len(reached) else 0
        count = max(1, math.ceil(total / size))
        ends = np.searchsorted(reached, [total * n / count for n in range(1, count)]) + 1
        yield from (np.sort(part) for part in np.split(ordered, ends) if len(part))

    def windows(self, chosen: Numbers, size: int = BLOCK) -> Iterator[Numbers]:
        """Yield the numbers of these reports in full blocks. The last block overlaps with the one before it.

        So the latest reports are compared with as many other reports as the earlier ones.
        """
        ordered, reached = self._by_date(chosen)
        begin = 0
        while begin < len(ordered):
            before = int(reached[begin - 1]) if begin else 0
            end = max(int(np.searchsorted(reached, before + size, side="right")), begin + 1)
            if end == len(ordered) and begin:
                begin = min(begin, int(np.searchsorted(reached, int(reached[-1]) - size)) + 1)
            yield np.sort(ordered[begin:end])
            begin = end

    def _by_date(self, numbers: Numbers) -> tuple[Numbers, NDArray[np.int64]]:
        """Return the numbers in the order of date and id, and the cumulative number of characters."""
        dated = np.where(self.day < 0, np.iinfo(np.int32).max, self.day)[numbers]
        ordered = numbers[np.lexsort((numbers, dated))]
        return ordered, np.cumsum(self.characters[ordered])


def outline(ledger: Ledger) -> Outline:
    """Return the outline of a ledger."""
    ids, dates, characters, text = [], [], [], []
    for row in ledger.reports(text=True):
        ids.append(row.report.id)
        dates.append(row.report.date)
        characters.append(len(row.report.text))
        digest = hashlib.blake2b(row.report.text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        text.append(int.from_bytes(digest, "little"))
    return Outline(ids, dates, days(dates), np.array(characters, dtype=np.int64), np.array(text, dtype=np.uint64))
