"""Reports with the same content, as when several newspapers reprint a report, are read once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from graphkit.model import Reading, Report

#: Number of readings that are kept from one call to the next, and the maximum length of their texts.
_MOST_READINGS = 64
_LONGEST_TEXT = 4000


class RepeatedReports:
    """Keeps readings for reports that have the same text and the same other fields that influence the reading."""

    def __init__(self) -> None:
        self._last: dict[str, Reading] = {}

    def read(
        self, reports: Sequence[Report], read_new: Callable[[Sequence[Report]], Iterator[Reading]]
    ) -> Iterator[Reading]:
        """Yield a reading for each report, in order. read_new: yields readings for reports, in order."""
        contents = [report.fingerprint for report in reports]
        numbers = Counter(contents)
        known = {content: reading for content, reading in self._last.items() if content in numbers}
        new: dict[str, Report] = {}
        for content, report in zip(contents, reports, strict=True):
            if content not in known:
                new.setdefault(content, report)
        readings = read_new([*new.values()])
        for content, report in zip(contents, reports, strict=True):
            reading = known[content] if content in known else next(readings)
            if numbers[content] > 1:
                known[content] = reading
            self._keep(content, reading)
            yield _of_report(reading, report)

    def _keep(self, content: str, reading: Reading) -> None:
        if len(reading.report.text) <= _LONGEST_TEXT and content not in self._last:
            self._last[content] = reading
            if len(self._last) > _MOST_READINGS:
                del self._last[next(iter(self._last))]


def _of_report(reading: Reading, report: Report) -> Reading:
    """Return the reading as that of another report with the same content."""
    if reading.report is report:
        return reading
    found = tuple(replace(s, report=report.id) for s in reading.statements)
    return replace(reading, report=report, statements=found)
