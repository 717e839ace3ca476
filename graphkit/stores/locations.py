"""The administrative division of each entity, for maps.

The division follows from the name of an entity, from its scope or from statements. The place of a report is otherwise
not used, because a report can be about entities in other places; the scope is that place for short names only (古井村).
"""

from __future__ import annotations

from graphkit.files.tables import Tables
from graphkit.model import Entity, Level
from graphkit.recognition import gazetteer
from graphkit.stores.content import Content

#: Maximum number of `located_in` relationships that are followed, for example workshop → factory → park → county.
STEPS = 4
#: Types of entities without a location.
_WITHOUT_LOCATION = frozenset({"Person", "Post", "Phrase", "Document"})


def write_locations(tables: Tables, content: Content) -> None:
    """Write the table `location` (entity id, division code) to a working file."""
    tables.run(
        "CREATE TABLE location (id TEXT PRIMARY KEY, code TEXT) WITHOUT ROWID",
        "CREATE TABLE within (part TEXT, whole TEXT)",
    )
    tables.write("location", ((e.id, code) for e in content.resolution.entities() if (code := location_of(e))))
    tables.write("within", content.claims.pairs("located_in"))
    tables.write("within", ((part, whole) for whole, part in content.claims.pairs("has_part")))
    for _ in range(STEPS):
        # If there are several locations, the smallest division is used: a county, not its city.
        tables.run(
            "INSERT OR IGNORE INTO location "
            "SELECT w.part, substr(min(((s.code LIKE '%00') + (s.code LIKE '%0000')) || s.code), 2) "
            "FROM within w JOIN location s ON s.id = w.whole WHERE w.part NOT LIKE 'Person:%' GROUP BY w.part"
        )
    tables.run("DROP TABLE within", "CREATE INDEX location_code ON location (code)")


def location_of(entity: Entity) -> str:
    """Return the code of the division in the code, scope or name of an entity, or "".

    >>> location_of(Entity("Park:苏州工业园区", "Park", "苏州工业园区"))
    '320500'
    """
    if entity.code:
        return entity.code
    if entity.type in _WITHOUT_LOCATION:
        return ""
    for words in entity.scope.partition("@")[0].split("/")[::-1]:
        if (division := gazetteer.find(words, entity.scope)) is not None:
            return gazetteer.today(division).code
    return _leading_division(entity.name, entity.type)


def _leading_division(name: str, kind: str) -> str:
    """Return the code of the last division at the beginning of a name: 山西省临汾市洪洞县大槐树镇 → 洪洞县."""
    found, start = "", 0
    while start < len(name):
        for size in range(min(12, len(name) - start), 1, -1):
            words = name[start : start + size]
            division = gazetteer.find(words, name[:start])
            # A short form is only used in names of parks and for cities and provinces: 长安汽车 is not in 长安区.
            if division is not None and (
                division.name == words or (kind == "Park" and division.level is not Level.COUNTY)
            ):
                found, start = gazetteer.today(division).code, start + size
                break
        else:
            return found
    return found
