"""The shortest path between two entities, by a breadth-first search from both ends."""

from __future__ import annotations

import json

from graphkit.explorer.lookup import Filters
from graphkit.explorer.statements import JOINED
from graphkit.files.tables import Tables

#: Maximum number of steps of a path, and of entities that a search visits.
MOST_STEPS, MOST_VISITED = 6, 60_000
_NO_FILTERS = Filters()


class _Search:
    """The search from one end. previous: visited entity → the entity before it, 0 for the end. frontier: last step."""

    def __init__(self, start: int) -> None:
        self.previous = {start: 0}
        self.frontier = [start]

    def path_from(self, entity: int) -> list[int]:
        """Return the path from a visited entity to the end."""
        found = [entity]
        while self.previous[found[-1]]:
            found.append(self.previous[found[-1]])
        return found


def shortest(tables: Tables, first: int, second: int, filters: Filters) -> list[int]:
    """Return the entity numbers of a shortest path, or [] if there is no path of MOST_STEPS steps or fewer.

    Only actual claims are used, unless the filters select another status. Entities with very many neighbours (table
    `hub`) are excluded. Of several paths of the same length, the one with the lowest numbers is returned.
    """
    if first == second:
        return [first]
    hubs = {row[0] for row in tables.rows("SELECT entity FROM look.hub")} - {first, second}
    searches = (_Search(first), _Search(second))
    for _ in range(MOST_STEPS):
        smaller, larger = sorted(searches, key=lambda s: len(s.frontier))
        found: dict[int, int] = {}
        for entity, other in _steps(tables, [n for n in smaller.frontier if n not in hubs], filters):
            if other not in smaller.previous and other not in found:
                found[other] = entity
        smaller.previous.update(found)
        smaller.frontier = list(found)
        paths = [
            [*searches[0].path_from(n)[::-1], *searches[1].path_from(n)[1:]]
            for n in found
            if n in larger.previous and n not in hubs
        ]
        if paths:
            return min(paths)
        if not found or sum(len(s.previous) for s in searches) > MOST_VISITED:
            break
    return []


def _steps(tables: Tables, entities: list[int], filters: Filters) -> list[tuple[int, int]]:
    """Return the pairs (entity, neighbour) of these entities, sorted."""
    wanted = json.dumps(entities)
    if filters == _NO_FILTERS:
        sql = "SELECT entity, other FROM look.near WHERE entity IN (SELECT value FROM json_each(?)) ORDER BY 1, 2"
        return list(tables.rows(sql, wanted))
    where, values = filters.where()
    status = "" if filters.statuses else " AND c.status = 'actual'"
    tail = f"IN (SELECT value FROM json_each(?)) AND c.object IS NOT NULL{status}{where}"
    sql = (
        f"SELECT c.subject, c.object {JOINED} WHERE c.subject {tail} UNION "
        f"SELECT c.object, c.subject {JOINED} WHERE c.object {tail} ORDER BY 1, 2"
    )
    return list(tables.rows(sql, wanted, *values, wanted, *values))
