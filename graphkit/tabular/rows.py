"""The rows of the tables, as dictionaries with the values of all columns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any

from graphkit.ledger import ReportRow
from graphkit.model import Claim, Entity, Statement, Status
from graphkit.resolution.names import place_of
from graphkit.resolution.short_forms import home
from graphkit.stores.content import Content
from graphkit.stores.property_graph_builder import attribute_properties
from graphkit.tabular.codebook import check_table
from graphkit.tabular.filters import Filters, Selection
from graphkit.tabular.panel import panel

Row = dict[str, Any]
#: Table → its relations and the names of subject and object in its columns. No relations: all.
_ROLES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "visits": (("visited",), "person", "site"),
    "posts": (("holds_post",), "person", "post"),
    "companions": (("accompanied",), "companion", "leader"),
    "meetings": (("attended", "presided"), "participant", "meeting"),
    "phrases": (("emphasized",), "voice", "phrase"),
    "statements": ((), "subject", "object"),
}
#: Type of the entities of a table → the name of the entity in its columns.
_ENTITIES = {"projects": ("Project", "project"), "parks": ("Park", "park")}
_SEPARATOR = "|"


def rows_of(content: Content, table: str, filters: Filters) -> Iterator[Row]:
    """Yield the rows of a table in a fixed order. Raises UsageError for an unknown table or an invalid filter."""
    check_table(table)
    selection = filters.selection(table)
    if table == "panel":
        return _panel(content, selection)
    rows = _reports(content) if table == "reports" else _entities(content, table) if table in _ENTITIES else None
    if rows is None:
        rows = _statements(content, table)
    return (row for row in rows if selection.matches(row))


def _panel(content: Content, selection: Selection) -> Iterator[Row]:
    """Yield the rows of the panel: the period selects the visits that are counted, the place selects rows."""
    in_period, in_place = replace(selection, code=""), replace(selection, since=date.min, until=date.max)
    visits = (row for row in _statements(content, "visits") if in_period.matches(row))
    return (row for row in panel(content, visits, _statements(content, "posts")) if in_place.matches(row))


def _statements(content: Content, table: str) -> Iterator[Row]:
    relations, subject, object_ = _ROLES[table]
    entities = {number: (e.id, e.name, e.type, e.code) for number, e in content.resolution.by_number().items()}
    names = [tuple(part.format(role) for part in ("{}_id", "{}", "{}_type", "{}_code")) for role in (subject, object_)]
    by_report = content.resolution.numbers_by_report()
    waiting = next(by_report, ("", {}))
    for row, statements in content.by_report():
        about = _about_report(row)
        numbers = waiting[1] if waiting[0] == row.report.id else {}
        if numbers:
            waiting = next(by_report, ("", {}))
        for s in statements:
            if not relations or s.relation in relations:
                found = dict(zip(names[0], entities[numbers[place_of(s, s.subject)]], strict=True))
                is_value = s.object.type == "Value"
                value = ("", s.object.name, "Value", "") if is_value else entities[numbers[place_of(s, s.object)]]
                found.update(zip(names[1], value, strict=True))
                found.update(_of_statement(s, row.report.text))
                found.update(about)
                yield found


def _of_statement(s: Statement, text: str) -> Row:
    first, last, precision = date_parts(s.date)
    return {
        "relation": s.relation,
        "kind": s.kind,
        "status": s.status.value,
        "date": s.date,
        "date_from": first,
        "date_to": last,
        "date_precision": precision,
        "date_basis": s.date_basis,
        "speaker": s.speaker,
        "quote": text[s.start : s.end],
        "confidence": s.confidence,
        "start": s.start,
        "end": s.end,
        "rule": s.rule,
        "statement_id": s.id,
    }


@lru_cache(4096)
def date_parts(text: str) -> tuple[date | None, date | None, str]:
    """Return the first and the last day of a date, and its precision: day, period, no year, or "".

    >>> date_parts("--03-02"), date_parts("")
    ((None, None, 'no year'), (None, None, ''))
    """
    if not text:
        return None, None, ""
    first, _, last = text.partition("/")
    days = [None if day.startswith("--") else date.fromisoformat(day) for day in (first, last or first)]
    return days[0], days[1], "no year" if None in days else "period" if last else "day"


def _about_report(row: ReportRow) -> Row:
    report = row.report
    return {
        "report": report.id,
        "report_date": _day(report.date),
        "report_title": report.title,
        "publisher": report.publisher,
        "report_place": report.place,
        "report_place_code": _code(report.place),
        "url": report.url,
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@lru_cache(1024)
def _code(place: str) -> str:
    division = home(place)
    return division.code if division else ""


def _reports(content: Content) -> Iterator[Row]:
    for row, statements in content.by_report():
        report = row.report
        yield {
            "report": report.id,
            "title": report.title,
            "date": _day(report.date),
            "publisher": report.publisher,
            "place": report.place,
            "place_code": _code(report.place),
            "level": row.level,
            "url": report.url,
            "characters": len(report.text),
            "statements": len(statements),
        }


class _About:
    """What claims say about the entities of one type, by entity id."""

    def __init__(self, content: Content, kind: str) -> None:
        self.located: defaultdict[str, dict[str, Entity]] = defaultdict(dict)
        self.holds: Counter[str] = Counter()
        self.visits: Counter[str] = Counter()
        self.reports: defaultdict[str, set[str]] = defaultdict(set)
        for claim in content.claims:
            self._add(claim, kind)

    def _add(self, claim: Claim, kind: str) -> None:
        ends = [e for e in (claim.subject, claim.object) if e.type == kind]
        for entity in ends:
            self.reports[entity.id].update(e.report for e in claim.evidence)
        if claim.status is not Status.ACTUAL or not ends:
            return
        if claim.relation == "located_in" and claim.subject.type == kind:
            self.located[claim.subject.id][claim.object.id] = claim.object
        if claim.relation == "located_in" and claim.object.type == kind and claim.subject.type == "Project":
            self.holds[claim.object.id] += 1
        if claim.relation == "visited" and claim.object.type == kind:
            self.visits[claim.object.id] += len(claim.evidence)


def _entities(content: Content, table: str) -> Iterator[Row]:
    kind, name = _ENTITIES[table]
    about = _About(content, kind)
    days = {row.report.id: _day(row.report.date) for row in content.reports()}
    attributes = dict(attribute_properties(content.claims))
    for _, same in groupby(content.resolution.entities(), lambda e: e.id):
        entity = list(same)[-1]
        if entity.type != kind:
            continue
        located = [about.located[entity.id][i] for i in sorted(about.located[entity.id])]
        dated = sorted(day for r in about.reports[entity.id] if (day := days[r]) is not None)
        yield {
            f"{name}_id": entity.id,
            name: entity.name,
            "aliases": _joined(entity.aliases),
            "located_in_id": _joined(e.id for e in located),
            "located_in": _joined(e.name for e in located),
            "located_in_code": _joined(e.code for e in located if e.code),
            **attributes.get(entity.id, {}),
            "projects": about.holds[entity.id],
            "visits": about.visits[entity.id],
            "reports": len(about.reports[entity.id]),
            "first_report": dated[0] if dated else None,
            "last_report": dated[-1] if dated else None,
        }


def _joined(values: Iterable[str]) -> str:
    return _SEPARATOR.join(values)
