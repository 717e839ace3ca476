"""What would be read from inputs: kinds of files, origins of the fields, examples. Nothing is extracted or written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from graphkit.building.outcome import Outcome
from graphkit.ledger.overview import FIELDS
from graphkit.model import Failure, NoReport, Report
from graphkit.reading import ReadingOptions, read_paths
from graphkit.reading.formats import file_of, kind_of
from graphkit.reading.origins import BY_NAME, IN_FILE

#: Fields of a report in the order of the output.
SHOWN_FIELDS = ("text", "title", "date", "publisher", "place", "url", "id")
#: Number of examples for each kind of file, and of characters of their texts.
EXAMPLES = 3
EXAMPLE_LENGTH = 60


@dataclass(slots=True)
class Kind:
    """The reports of one kind of file. origins: number of reports by field and origin of its value."""

    files: int = 0
    reports: int = 0
    origins: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in SHOWN_FIELDS})
    examples: list[dict[str, str]] = field(default_factory=list)

    def missing(self, name: str) -> int:
        """Return the number of reports without a field."""
        return self.reports - self.origins[name].total()


@dataclass(slots=True)
class Inspection:
    """What would be read. kinds: by ending of the files; outcome: the inputs without a report, and counts."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    outcome: Outcome = field(default_factory=Outcome)
    files: int = 0

    @property
    def reports(self) -> int:
        """Number of reports."""
        return self.outcome.added

    def unused(self, kind: str) -> list[str]:
        """Return the names of the fields of the records of a kind of file that are not used."""
        return self.outcome.field_use.unused().get(kind, [])

    def as_dict(self) -> dict[str, Any]:
        """Return the inspection as JSON values."""
        return {
            "reports": self.reports,
            "files": self.files,
            "missing": dict(self.outcome.missing),
            "kinds": [self._kind(name, kind) for name, kind in self.kinds.items()],
            "unread_dates": _first(self.outcome.unread_dates, self.outcome.first_unread_date),
            "changed_texts": _first(self.outcome.noted, self.outcome.first_note),
            "site_rules": [
                {"rule": name, "pages": use.pages, "without_body": use.without_body, "first": use.first_without_body}
                for name, use in self.outcome.field_use.rules.items()
            ],
            "warnings": self.outcome.warnings,
            "inputs_not_read": [
                {"source": item.source, "kind": getattr(item, "kind", "failed"), "reason": item.reason}
                for item in self._not_read()
            ],
            "inputs_ignored": [{"source": item.source, "reason": item.reason} for item in self.outcome.ignored],
        }

    def _not_read(self) -> Iterator[Failure | NoReport]:
        yield from self.outcome.failures
        yield from self.outcome.not_read
        yield from self.outcome.empty

    def _kind(self, name: str, kind: Kind) -> dict[str, Any]:
        return {
            "kind": name,
            "files": kind.files,
            "reports": kind.reports,
            "fields": {field: dict(counts.most_common()) for field, counts in kind.origins.items()},
            "missing": {field: kind.missing(field) for field in FIELDS},
            "not_used": self.unused(name),
            "examples": kind.examples,
        }


def _first(number: int, first: tuple[str, str]) -> dict[str, Any]:
    return {"number": number, "first": {"source": first[0], "value": first[1]} if number else None}


def inspect_inputs(paths: Iterable[str | Path], options: ReadingOptions | None = None) -> Inspection:
    """Return what would be read from files, folders, glob patterns, archives or standard input.

    Raises UsageError for a path that does not exist.
    """
    found = Inspection()
    last_file = ""
    options = replace(options or ReadingOptions(), with_elements=True)
    for item in read_paths(paths, options):
        if not isinstance(item, Report):
            found.outcome.list(item)
            continue
        kind = found.kinds.setdefault(kind_of(item.source), Kind())
        file = file_of(item.source)
        if file != last_file:
            last_file = file
            kind.files += 1
            found.files += 1
        _add(item, kind, found.outcome)
    found.outcome.warnings = found.outcome.field_use.warnings(options)
    return found


def _add(report: Report, kind: Kind, outcome: Outcome) -> None:
    kind.reports += 1
    origins = dict(report.origin.fields) if report.origin else {}
    for name in SHOWN_FIELDS:
        if value := getattr(report, name):
            kind.origins[name][origins.get(name, BY_NAME if name == "id" else IN_FILE)] += bool(value)
    if len(kind.examples) < EXAMPLES:
        shown = {name: getattr(report, name) for name in SHOWN_FIELDS if name != "text"}
        kind.examples.append({**shown, "text": report.text[:EXAMPLE_LENGTH]})
    outcome.count(report.id, 0, (), {name: bool(getattr(report, name)) for name in FIELDS})
    outcome.count_unread_date(report.source, report.unread_date)
    outcome.count_note(report.source, report.note)
    outcome.field_use.add_item(report)
