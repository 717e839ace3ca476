"""What a build did."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphkit.model import Failure, NoReport


@dataclass(slots=True)
class Outcome:
    """Sums of a build. failures: listed with reason; empty: inputs that hold no report; refused: statements."""

    added: int = 0
    skipped: int = 0
    statements: int = 0
    refused: int = 0
    failures: list[Failure] = field(default_factory=list)
    empty: list[NoReport] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def done(self) -> int:
        """Inputs that are behind us."""
        return self.added + self.skipped + len(self.failures) + len(self.empty)

    def count(self, statements: int, refused: int) -> None:
        """One more report was read."""
        self.added += 1
        self.statements += statements
        self.refused += refused
