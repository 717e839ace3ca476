"""Profiles of entities: the first tables on the page of a person, project, park, place, meeting or other entity.

Each table lists the entities at the other end of some relations, or the relationships in order of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphkit.explorer.lookup import Filters
from graphkit.explorer.statements import DAY, JOINED, OF, Answer, read_statements
from graphkit.files.tables import Tables
from graphkit.schema import load_schema

#: Maximum number of rows of a section.
ROWS = 40


@dataclass(frozen=True, slots=True)
class Section:
    """A table of a profile.

    out: the entity is the subject of the relations. other: type of the other entities, "" for all types. over_time: one
    row for each relationship, in order of time; otherwise one row for each other entity, most frequent first. facts:
    kinds of attributes of the other entities that are displayed as well. statuses: only these statuses, () for all.
    """

    name: str
    relations: tuple[str, ...]
    out: bool
    other: str = ""
    over_time: bool = False
    facts: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()


_CURRENT = ("actual",)
_VISITS = Section("visitors", ("visited",), False)
_WHERE = Section("where", ("located_in",), True)
_FACTS = Section("facts", ("has_attribute",), True, over_time=True)
_PROJECTS = Section("projects", ("located_in", "has_part"), False, "Project", facts=("investment", "status", "phase"))
_AIMS = Section("aims", ("pursues",), True)
_INSIDE = Section("inside", ("located_in",), False)
_PARTS = Section("parts", ("has_part",), True)
_CARRIES_OUT = Section("carries_out", ("implements",), True)

SECTIONS: dict[str, tuple[Section, ...]] = {
    "Person": (
        Section("posts", ("holds_post",), True, statuses=_CURRENT),
        Section("former_posts", ("holds_post",), True, statuses=("denied",)),
        Section("coming_posts", ("holds_post",), True, statuses=("planned", "urged")),
        Section("visits", ("visited",), True),
        Section("companions", ("accompanied",), False),
        Section("leaders", ("accompanied",), True),
        Section("meetings", ("presided", "attended"), True),
        Section("said", ("emphasized",), True),
        _CARRIES_OUT,
    ),
    "Project": (_FACTS, _VISITS, _WHERE, _PARTS, _AIMS),
    "Park": (_PROJECTS, _VISITS, _FACTS, _AIMS, _WHERE, Section("inside", ("located_in",), False, "Organization")),
    "Place": (
        Section("inside", ("located_in",), False, "Park"),
        _PROJECTS,
        _VISITS,
        _AIMS,
        _FACTS,
        Section("sites", ("located_in",), False, "Site"),
        _CARRIES_OUT,
    ),
    "Meeting": (
        Section("presided_by", ("presided",), False),
        Section("attended_by", ("attended",), False),
        Section("said", ("emphasized",), True),
        _CARRIES_OUT,
        Section("heard", ("reported_to",), False),
        _WHERE,
    ),
    "Organization": (_VISITS, _AIMS, _FACTS, Section("said", ("emphasized",), True), _CARRIES_OUT, _WHERE, _PARTS),
    "Site": (_VISITS, _WHERE, _FACTS, _INSIDE),
    "Post": (
        Section("holders", ("holds_post",), False, statuses=_CURRENT),
        Section("former_holders", ("holds_post",), False, statuses=("denied",)),
    ),
    "Document": (Section("carried_out_by", ("implements",), False),),
    "Phrase": (Section("said_by", ("emphasized",), False), Section("aimed_at_by", ("pursues",), False)),
}


def sections(kind: str) -> tuple[Section, ...]:
    """Return the sections of an entity type: those of SECTIONS, and one for each relation that is not in SECTIONS."""
    included = {relation for every in SECTIONS.values() for section in every for relation in section.relations}
    more = []
    for relation in load_schema().relations.values():
        if relation.name not in included:
            more += [Section(relation.name, (relation.name,), True)] if kind in relation.subject else []
            more += [Section(f"{relation.name}_by", (relation.name,), False)] if kind in relation.object else []
    return (*SECTIONS.get(kind, ()), *more)


def profile(tables: Tables, entity_id: str, kind: str, filters: Filters) -> list[Answer]:
    """Return the sections of an entity that have rows: {name, over_time, facts, total, rows}.

    A row is a relationship (over time), or {entity, count, first, last, line: the latest relationship, facts}.
    """
    found = []
    for section in sections(kind):
        conditions, values = _conditions(section, entity_id, filters)
        if section.over_time:
            rows = read_statements(tables, conditions, values, "old", 200)
            total = len(rows)
        else:
            rows, total = _others(tables, section, conditions, values, filters)
        if rows:
            found.append(
                {
                    "name": section.name,
                    "over_time": section.over_time,
                    "facts": list(section.facts),
                    "total": total,
                    "rows": rows,
                }
            )
    return found


def _conditions(section: Section, entity_id: str, filters: Filters) -> tuple[str, list[str]]:
    where, values = filters.where()
    side = "s.id" if section.out else "o.id"
    parts = f"c.number IN ({OF}) AND {side} = ?1 AND c.relation IN ({','.join('?' * len(section.relations))})"
    given = [entity_id, *section.relations]
    if section.other:
        parts += f" AND {'o' if section.out else 's'}.type = ?"
        given.append(section.other)
    if section.statuses:
        parts += f" AND c.status IN ({','.join('?' * len(section.statuses))})"
        given += section.statuses
    return parts + where, [*given, *values]


def _others(
    tables: Tables, section: Section, conditions: str, values: list[str], filters: Filters
) -> tuple[list[Answer], int]:
    """Return the other entities, most frequent first, and their number."""
    side = "o" if section.out else "s"
    sql = (
        f"SELECT {side}, count(*), min(nullif(day, '')), max(day), "
        "max(day || '/' || printf('%012d', claim)) AS newest "
        f"FROM (SELECT {side}.number AS {side}, c.number AS claim, {DAY} AS day {JOINED} "
        f"WHERE {conditions} GROUP BY c.number) GROUP BY 1 ORDER BY 2 DESC, 4 DESC, 1"
    )
    every = list(tables.rows(sql, *values))
    where, given = filters.where()
    rows = []
    for number, times, first, last, newest in every[:ROWS]:
        (line,) = read_statements(tables, f"c.number = ?{where}", (int(newest.rpartition("/")[2]), *given), limit=1)
        rows.append(
            {
                "entity": line["object" if section.out else "subject"],
                "count": times,
                "first": (first or "").split("/")[0],
                "last": (last or "").split("/")[-1],
                "line": line,
                "facts": _facts(tables, number, section.facts),
            }
        )
    return rows, len(every)


def _facts(tables: Tables, number: int, kinds: tuple[str, ...]) -> dict[str, Any]:
    """Return the latest value of each kind of attribute of an entity."""
    sql = (
        "SELECT value FROM claim WHERE subject = ? AND relation = 'has_attribute' AND kind = ? AND status = 'actual' "
        "ORDER BY date DESC, number LIMIT 1"
    )
    return {kind: tables.value(sql, number, kind) or "" for kind in kinds}
