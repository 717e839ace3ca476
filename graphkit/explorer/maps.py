"""What happened where: counts by division, for a map of points and a grid of provinces."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from graphkit.explorer.lookup import Filters
from graphkit.explorer.statements import DAY, JOINED, OF, Answer
from graphkit.files.tables import Tables
from graphkit.recognition import gazetteer


@cache
def provinces() -> list[Answer]:
    """Names and points of the provinces."""
    found = (gazetteer.coded(f"{n}0000") for n in range(11, 83))
    return [
        {"name": d.name, "point": gazetteer.point(d.code)}
        for d in found
        if d is not None and gazetteer.point(d.code) is not None
    ]


def places(
    tables: Tables, filters: Filters, *, entity_id: str = "", kind: str = "", relations: Sequence[str] = ("visited",)
) -> Answer:
    """Lines of some relations by the division where what they lead to lies (table `location`); all lines of an entity, if one is given.

    A phrase is nowhere: its lines are counted where their reports are from. Gives places (code, name, province, point, count,
    first, last, the place's own id if it is an entity here), provinces (name and point, to find one's way), `unplaced`: lines of unknown place, `unmapped`: places without coordinates.
    """
    where, values = filters.where()
    conditions, given = (
        (f"c.number IN ({OF})", [entity_id])
        if entity_id
        else (f"c.relation IN ({','.join('?' * len(relations))})", list(relations))
    )
    # An entity's lines lie where the other end does; those that lead to it from a person, where it lies itself.
    location = (
        "nullif(r.home, '')"
        if kind == "Phrase"
        else "coalesce((SELECT code FROM look.location WHERE id = o.id), (SELECT code FROM look.location WHERE id = s.id))"
    )
    sql = (
        f"SELECT code, count(*), min(nullif(day, '')), max(day) FROM (SELECT {location} AS code, {DAY} AS day {JOINED} WHERE {conditions}{where} GROUP BY c.number) "
        "GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    found: list[Answer] = []
    unplaced = 0
    for code, number, first, last in tables.rows(sql, *given, *values):
        division = gazetteer.coded(code) if code else None
        if division is None:
            unplaced += number
            continue
        found.append(
            {
                "code": code,
                "name": division.name,
                "province": division.province,
                "point": gazetteer.point(code),
                "count": number,
                "first": (first or "").split("/")[0],
                "last": (last or "").split("/")[-1],
                "id": tables.value("SELECT id FROM look.entity WHERE id = ?", f"Place:{code}") or "",
            }
        )
    return {
        "places": found,
        "provinces": provinces(),
        "unplaced": unplaced,
        "unmapped": sum(p["point"] is None for p in found),
    }
