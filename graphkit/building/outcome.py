"""What a build did."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from graphkit.model import Failure, Ignored, NoReport, NotRead

#: Fields of a report that are counted where they are unknown.
FIELDS = ("date", "place", "publisher")
#: What differs between reasons of one kind: names in brackets or quotes, numbers.
_DETAIL = re.compile(r"\([^()]{0,400}\)|'[^']{0,400}'|\d[\d,]*")


def reason_kind(reason: str) -> str:
    """The reason without the names and numbers of the single case."""
    return " ".join(_DETAIL.sub("…", reason).split())


@dataclass(slots=True)
class Refusal:
    """Statements that the schema refused for one kind of reason: how many, and the first of them."""

    reason: str
    number: int
    report: str
    example: str

    def as_dict(self) -> dict[str, str | int]:
        return {"reason": self.reason, "number": self.number, "report": self.report, "example": self.example}


def group_refusals(refused: Iterable[tuple[str, str]], groups: dict[str, Refusal]) -> None:
    """Adds (report id, reason) pairs to `groups`, which are keyed by the kind of reason."""
    for report, reason in refused:
        kind = reason_kind(reason)
        if kind in groups:
            groups[kind].number += 1
        else:
            groups[kind] = Refusal(kind, 1, report, reason)


@dataclass(slots=True)
class Outcome:
    """Sums of a build.

    failures: inputs that cannot be read; not_read: files that were not opened; empty: inputs that hold no report;
    ignored: system files; each with its reason. refused: statements that the schema refused, by reason in `refusals`.
    missing: reports that were read now and have no date, place or publisher. unread_dates: how many of these state a date that
    is not a day; first_unread_date: the source and the words of the first of them.
    """

    added: int = 0
    skipped: int = 0
    statements: int = 0
    refused: int = 0
    failures: list[Failure] = field(default_factory=list)
    empty: list[NoReport] = field(default_factory=list)
    seconds: float = 0.0
    not_read: list[NotRead] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    refusals: dict[str, Refusal] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    unread_dates: int = 0
    first_unread_date: tuple[str, str] = ("", "")

    @property
    def done(self) -> int:
        """Inputs that are behind us."""
        return self.added + self.skipped + len(self.failures) + len(self.empty)

    @property
    def is_complete(self) -> bool:
        """Was every input read as a report, system files apart?"""
        return not (self.failures or self.not_read or self.empty)

    def list(self, item: Failure | NoReport | Ignored) -> None:
        """One more input that gave no report."""
        if isinstance(item, NotRead):
            self.not_read.append(item)
        elif isinstance(item, Failure):
            self.failures.append(item)
        elif isinstance(item, NoReport):
            self.empty.append(item)
        else:
            self.ignored.append(item)

    def count_unread_date(self, source: str, words: str) -> None:
        """One more report was read; words: its date, when that is not a day."""
        if words and not self.unread_dates:
            self.first_unread_date = (source, words)
        self.unread_dates += bool(words)

    def count(self, report: str, statements: int, refused: tuple[str, ...], known: dict[str, bool]) -> None:
        """One more report was read. known: whether each of FIELDS is known."""
        self.added += 1
        self.statements += statements
        self.refused += len(refused)
        group_refusals(((report, reason) for reason in refused), self.refusals)
        for name in FIELDS:
            self.missing[name] += not known[name]
