"""An extractor that states what two other extractors do not agree on, so that a reviewer decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from graphkit.evaluation.comparison import Comparison, statements_of
from graphkit.extractors import Extractor, checked
from graphkit.model import Reading, Report, mentions_of


class ComparingExtractor:
    """Reads each report with two extractors. Its readings contain the statements of one of them only."""

    name = "compare"

    def __init__(self, first: Extractor, second: Extractor) -> None:
        self._first, self._second = first, second
        #: Agreement and differences of all reports so far.
        self.comparison = Comparison()

    @property
    def version(self) -> str:
        """The names and versions of both extractors."""
        return " / ".join(f"{e.name} {e.version}" for e in (self._first, self._second))

    def read(self, reports: Sequence[Report]) -> Iterator[Reading]:
        """Yield the differences of each report, in order."""
        both = zip(checked(self._first.read(reports)), checked(self._second.read(reports)), strict=True)
        for first, second in both:
            statements = statements_of(self.comparison.add(first, second))
            yield replace(
                first,
                statements=statements,
                mentions=mentions_of(statements),
                refused=(*first.refused, *second.refused),
            )
