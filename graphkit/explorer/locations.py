"""Where entities are: the division of each, for maps. Only what a name or a text says; a report's own place is no place of what it tells of."""

from __future__ import annotations

from graphkit.files.tables import Tables
from graphkit.model import Entity, Level
from graphkit.recognition import gazetteer
from graphkit.stores.content import Content

#: Steps of "lies in" that are followed: a workshop in a works in a park in a county.
STEPS = 4
#: Types that are nowhere.
_NOWHERE = frozenset({"Person", "Post", "Phrase", "Document"})


def write_locations(tables: Tables, content: Content) -> None:
    """Write the table `location` (id of an entity, division code) into a working file."""
    tables.run(
        "CREATE TABLE location (id TEXT PRIMARY KEY, code TEXT) WITHOUT ROWID",
        "CREATE TABLE within (part TEXT, whole TEXT)",
    )
    tables.write("location", ((e.id, code) for e in content.resolution.entities() if (code := location_of(e))))
    tables.write("within", content.claims.pairs("located_in"))
    tables.write("within", ((part, whole) for whole, part in content.claims.pairs("has_part")))
    for _ in range(STEPS):
        # Of several places the smallest: a county stands before its city.
        tables.run(
            "INSERT OR IGNORE INTO location SELECT w.part, substr(min((s.code LIKE '%00') + (s.code LIKE '%0000') || s.code), 2) "
            "FROM within w JOIN location s ON s.id = w.whole WHERE w.part NOT LIKE 'Person:%' GROUP BY w.part"
        )
    tables.run("DROP TABLE within", "CREATE INDEX location_code ON location (code)")


def location_of(entity: Entity) -> str:
    """Code of the division that an entity itself names, "" if it names none.

    >>> location_of(Entity("Park:苏州工业园区", "Park", "苏州工业园区"))
    '320500'
    """
    if entity.code:
        return entity.code
    if entity.type in _NOWHERE:
        return ""
    for words in entity.scope.partition("@")[0].split("/")[::-1]:
        if (division := gazetteer.find(words, entity.scope)) is not None:
            return gazetteer.today(division).code
    return _in_front(entity.name, entity.type)


def _in_front(name: str, kind: str) -> str:
    """The last of the divisions with which a name begins: 山西省临汾市洪洞县大槐树镇 → 洪洞县."""
    found, start = "", 0
    while start < len(name):
        for size in range(min(12, len(name) - start), 1, -1):
            words = name[start : start + size]
            division = gazetteer.find(words, name[:start])
            # A short name is a place only in the name of a park, and only of a city or province: 长安汽车 is not of 长安区.
            if division is not None and (
                division.name == words or (kind == "Park" and division.level is not Level.COUNTY)
            ):
                found, start = gazetteer.today(division).code, start + size
                break
        else:
            return found
    return found
