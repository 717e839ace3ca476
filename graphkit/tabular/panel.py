"""The panel: the visits of each person in each division and month, for regressions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from graphkit.files.tables import Tables
from graphkit.model import Level, Status
from graphkit.recognition import gazetteer
from graphkit.resolution.short_forms import home
from graphkit.stores.content import Content
from graphkit.stores.locations import write_locations

Row = dict[str, Any]
#: Person id, division code, month.
_Key = tuple[str, str, str]
_ACTUAL = Status.ACTUAL.value


@dataclass(slots=True)
class _Cell:
    """What the statements say about a person in a division and a month. located, dated: numbers of statements."""

    person: str
    statements: int = 0
    located: int = 0
    dated: int = 0
    visits: set[tuple[str, str]] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    reports: set[str] = field(default_factory=set)


def panel(content: Content, visits: Iterable[Row], posts: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows of the panel, ordered by person, month and division.

    visits, posts: rows of these tables. Only statements with the status actual about persons count. The division is that
    of the visited entity (graphkit.stores.locations), or of the report if it is unknown; the month is that of the visit, or of the report if the visit
    has no date. A row with an unknown division or month has an empty text there.
    """
    cells = _cells(visits, _locations(content))
    held: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in posts:
        if row["status"] == _ACTUAL:
            held[row["person_id"], row["report"]].add(row["post"])
    for (person_id, code, month), cell in sorted(cells.items(), key=lambda item: (item[0][0], item[0][2], item[0][1])):
        yield {
            "month": month,
            "person_id": person_id,
            "person": cell.person,
            "posts": "|".join(sorted({post for report in cell.reports for post in held.get((person_id, report), ())})),
            **_division(code),
            "visits": len(cell.visits),
            "sites": len(cell.sites),
            "days": len(cell.days),
            "reports": len(cell.reports),
            "statements": cell.statements,
            "located": cell.located,
            "dated": cell.dated,
        }


def _cells(visits: Iterable[Row], located: dict[str, str]) -> dict[_Key, _Cell]:
    """Return the cells of the panel."""
    cells: dict[_Key, _Cell] = {}
    for row in visits:
        if row["status"] != _ACTUAL or row["person_type"] != "Person":
            continue
        own = located.get(row["site_id"], "")
        day = row["date_from"] or row["report_date"]
        key = row["person_id"], own or _home_code(row["report_place"]), f"{day:%Y-%m}" if day else ""
        cell = cells.setdefault(key, _Cell(row["person"]))
        cell.statements += 1
        cell.located += bool(own)
        cell.dated += row["date_from"] is not None
        cell.visits.add((row["site_id"], row["date"] or str(row["report_date"])))
        cell.sites.add(row["site_id"])
        cell.reports.add(row["report"])
        if row["date_from"]:
            cell.days.add(row["date_from"])
    return cells


@lru_cache(1024)
def _home_code(place: str) -> str:
    """Return the code that the lowest division of a report's place has today, or "" if the place is unknown."""
    division = home(place)
    return gazetteer.today(division).code if division else ""


def _locations(content: Content) -> dict[str, str]:
    """Return the division code of each entity that has a location."""
    tables = Tables()
    try:
        write_locations(tables, content)
        return {row[0]: row[1] for row in tables.rows("SELECT id, code FROM location")}
    finally:
        tables.close()


def _division(code: str) -> Row:
    """Return the columns of a division. A province and a county without a city (in 北京市; 济源市) have no city."""
    division = gazetteer.coded(code) if code else None
    if division is None:
        return {"place_code": code}
    found = {
        "place_code": code,
        "place": division.name,
        "place_level": division.level.value,
        "province_code": f"{code[:2]}0000",
        "province": division.province,
    }
    city = gazetteer.coded(f"{code[:4]}00")
    if city is not None and city.level is Level.CITY:
        found |= {"city_code": city.code, "city": city.name}
    return found
