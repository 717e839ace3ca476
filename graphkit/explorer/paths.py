"""A shortest way between two entities, searched from both ends."""

from __future__ import annotations

import json

from graphkit.explorer.lookup import Filters
from graphkit.explorer.statements import JOINED
from graphkit.files.tables import Tables

#: Steps between two entities on a path, and entities that are looked at for it, at most.
MOST_STEPS, MOST_LOOKED_AT = 6, 60_000
_EVERY = Filters()


class _End:
    """What was reached from one end: entity → the one before it."""

    def __init__(self, start: int) -> None:
        self.came = {start: 0}
        self.edge = [start]

    def way(self, entity: int) -> list[int]:
        found = [entity]
        while self.came[found[-1]]:
            found.append(self.came[found[-1]])
        return found


def shortest(tables: Tables, first: int, second: int, filters: Filters) -> list[int]:
    """Rows of `entity` from the first to the second; [] when no way is found within MOST_STEPS.

    Only over what is said to have happened, unless the filters ask for another status. Entities that nearly everything touches
    (table `hub`) are no steps of it. Of ways of the same length always the same one.
    """
    if first == second:
        return [first]
    hubs = {row[0] for row in tables.rows("SELECT entity FROM look.hub")} - {first, second}
    ends = (_End(first), _End(second))
    for _ in range(MOST_STEPS):
        near, far = sorted(ends, key=lambda e: len(e.edge))
        ahead: dict[int, int] = {}
        for entity, other in _steps(tables, [n for n in near.edge if n not in hubs], filters):
            if other not in near.came and other not in ahead:
                ahead[other] = entity
        near.came.update(ahead)
        near.edge = list(ahead)
        # Where both meet, the way that comes first by its numbers.
        met = [[*ends[0].way(n)[::-1], *ends[1].way(n)[1:]] for n in ahead if n in far.came and n not in hubs]
        if met:
            return min(met)
        if not ahead or sum(len(e.came) for e in ends) > MOST_LOOKED_AT:
            break
    return []


def _steps(tables: Tables, entities: list[int], filters: Filters) -> list[tuple[int, int]]:
    """(entity, neighbour) of all these, in order."""
    wanted = json.dumps(entities)
    if filters == _EVERY:
        return list(
            tables.rows(
                "SELECT entity, other FROM look.near WHERE entity IN (SELECT value FROM json_each(?)) ORDER BY 1, 2",
                wanted,
            )
        )
    where, values = filters.where()
    status = "" if filters.statuses else " AND c.status = 'actual'"
    one = (
        "SELECT {} "
        + JOINED
        + " WHERE {} IN (SELECT value FROM json_each(?)) AND c.object IS NOT NULL"
        + status
        + where
    )
    sql = f"{one.format('c.subject, c.object', 'c.subject')} UNION {one.format('c.object, c.subject', 'c.object')} ORDER BY 1, 2"
    return list(tables.rows(sql, wanted, *values, wanted, *values))
