"""Numbers of relationships by administrative division, for the map of points and the grid of provinces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from graphkit.explorer.lookup import Filters
from graphkit.explorer.statements import DAY, JOINED, OF, Answer
from graphkit.files.tables import Tables
from graphkit.recognition import gazetteer


@cache
def provinces() -> list[Answer]:
    """Return the names and points of the provinces."""
    found = (gazetteer.coded(f"{n}0000") for n in range(11, 83))
    return [
        {"name": d.name, "point": gazetteer.point(d.code)}
        for d in found
        if d is not None and gazetteer.point(d.code) is not None
    ]


def places(
    tables: Tables, filters: Filters, *, entity_id: str = "", kind: str = "", relations: Sequence[str] = ("visited",)
) -> Answer:
    """Count the relationships of some relations, or all relationships of an entity, by administrative division.

    The division is that of the object, otherwise that of the subject (table `location`). For a phrase it is the place
    of the report. Return `places` (with code, name, province, point, count, first and last day, and the id of the place
    if it is an entity), `provinces` (with name and point), `unplaced` (number of relationships without a division) and
    `unmapped` (number of places without coordinates).
    """
    found: list[Answer] = []
    unplaced = 0
    for code, number, first, last in _counts(tables, filters, entity_id, kind, relations):
        division = gazetteer.coded(code) if code else None
        if division is None:
            unplaced += number
            continue
        found.append(
            {
                "code": code,
                "name": division.name,
                "province": division.province,
                "point": gazetteer.point(division.code),
                "count": number,
                "first": (first or "").split("/")[0],
                "last": (last or "").split("/")[-1],
                "id": tables.value("SELECT id FROM look.entity WHERE id = ?", f"Place:{code}") or "",
            }
        )
    unmapped = sum(p["point"] is None for p in found)
    return {"places": found, "provinces": provinces(), "unplaced": unplaced, "unmapped": unmapped}


def _counts(
    tables: Tables, filters: Filters, entity_id: str, kind: str, relations: Sequence[str]
) -> Iterator[tuple[str | None, int, str | None, str | None]]:
    """Yield division codes with the number of relationships, the first and the last day."""
    where, values = filters.where()
    conditions, given = (
        (f"c.number IN ({OF})", [entity_id])
        if entity_id
        else (f"c.relation IN ({','.join('?' * len(relations))})", list(relations))
    )
    code_of = "(SELECT code FROM look.location WHERE id = {}.id)"
    location = "nullif(r.home, '')" if kind == "Phrase" else f"coalesce({code_of.format('o')}, {code_of.format('s')})"
    sql = (
        f"SELECT code, count(*), min(nullif(day, '')), max(day) FROM (SELECT {location} AS code, {DAY} AS day {JOINED} "
        f"WHERE {conditions}{where} GROUP BY c.number) GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    yield from tables.rows(sql, *given, *values)
