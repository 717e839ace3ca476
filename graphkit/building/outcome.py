"""The outcome of a build: counts, failures and reasons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from graphkit.building.field_use import FieldUse
from graphkit.ledger.overview import FIELDS
from graphkit.model import Failure, Ignored, NoReport, NotRead

#: Details that differ between reasons of the same kind: names in brackets or quotes, numbers.
_DETAIL = re.compile(r"\([^()]{0,400}\)|'[^']{0,400}'|\d[\d,]*")


def reason_kind(reason: str) -> str:
    """Return the reason without names and numbers, for grouping."""
    return " ".join(_DETAIL.sub("…", reason).split())


@dataclass(slots=True)
class Refusal:
    """Statements that the schema rejected for one kind of reason: their number and the first example."""

    reason: str
    number: int
    report: str
    example: str

    def as_dict(self) -> dict[str, str | int]:
        return {"reason": self.reason, "number": self.number, "report": self.report, "example": self.example}


def group_refusals(refused: Iterable[tuple[str, str]], groups: dict[str, Refusal]) -> None:
    """Add (report id, reason) pairs to `groups`, which has the kind of reason as key."""
    for report, reason in refused:
        kind = reason_kind(reason)
        if kind in groups:
            groups[kind].number += 1
        else:
            groups[kind] = Refusal(kind, 1, report, reason)


@dataclass(slots=True)
class Outcome:
    """Counts and lists of a build.

    added, skipped: reports that were read or were already in the graph. failures: inputs that could not be read;
    not_read: files that were not opened; empty: inputs without a report; ignored: system files; each with its reason.
    refused: number of statements that the schema rejected, grouped by reason in `refusals`.
    missing: number of reports without a date, place or publisher. unread_dates: number of reports with a date that is
    not a calendar day; first_unread_date: source and date of the first one. noted: number of reports from which
    characters were removed or could not be read; first_note: source and note of the first one. repeated: number of
    reports with the id and content of an earlier report of the build. field_use: use of the fields of records, of the
    options `--field` and of site rules; warnings: about options without effect. seconds: duration.
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
    noted: int = 0
    first_note: tuple[str, str] = ("", "")
    repeated: int = 0
    field_use: FieldUse = field(default_factory=FieldUse)
    warnings: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Number of processed inputs."""
        return self.added + self.skipped + self.repeated + len(self.failures) + len(self.empty)

    @property
    def is_complete(self) -> bool:
        """Whether every input was read as a report; system files are not counted."""
        return not (self.failures or self.not_read or self.empty)

    def list(self, item: Failure | NoReport | Ignored) -> None:
        """Add an input without a report to the list for its kind."""
        self.field_use.add_item(item)
        if isinstance(item, NotRead):
            self.not_read.append(item)
        elif isinstance(item, Failure):
            self.failures.append(item)
        elif isinstance(item, NoReport):
            self.empty.append(item)
        else:
            self.ignored.append(item)

    def count_unread_date(self, source: str, date: str) -> None:
        """Count a report with an invalid date. date: the invalid date, or "" if there is none."""
        if date and not self.unread_dates:
            self.first_unread_date = (source, date)
        self.unread_dates += bool(date)

    def count_note(self, source: str, note: str) -> None:
        """Count a report from which characters were removed or could not be read. note: "" if there were none."""
        if note and not self.noted:
            self.first_note = (source, note)
        self.noted += bool(note)

    def count(self, report: str, statements: int, refused: tuple[str, ...], known: dict[str, bool]) -> None:
        """Count a report that was read. known: whether each of FIELDS is known."""
        self.added += 1
        self.statements += statements
        self.refused += len(refused)
        group_refusals(((report, reason) for reason in refused), self.refusals)
        for name in FIELDS:
            self.missing[name] += not known[name]
