"""Relationships as the page displays them: claims with their first quote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphkit.explorer.lookup import Filters
from graphkit.files.tables import Tables

Answer = dict[str, Any]
#: Maximum number of relationships in an answer.
MAX_STATEMENTS = 500

_ORDERS = {"new": "day DESC, c.number", "old": "day, c.number"}
#: Numbers of the claims of the entity ?1.
OF = (
    "SELECT number FROM claim WHERE subject = (SELECT max(number) FROM entity WHERE id = ?1) "
    "UNION SELECT number FROM claim WHERE object = (SELECT max(number) FROM entity WHERE id = ?1)"
)
#: Claims with subject, object, evidence and report. There is no object if it is a value.
JOINED = (
    "FROM claim c JOIN entity s ON s.number = c.subject LEFT JOIN entity o ON o.number = c.object "
    "JOIN evidence e ON e.claim = c.number JOIN look.report r ON r.id = e.report"
)
#: Day of a claim, otherwise that of its first report.
DAY = "coalesce(nullif(c.date, ''), min(r.date))"


def read_statements(
    tables: Tables, conditions: str, values: Sequence[object], order: str = "new", limit: int = 50, offset: int = 0
) -> list[Answer]:
    """Return the relationships that satisfy a condition on the tables of `JOINED`. order: "new" or "old"."""
    sql = (
        f"SELECT c.id, c.relation, c.kind, c.status, {DAY} AS day, c.date, s.id, s.type, s.name, o.id, o.type, o.name, "
        "c.value, e.report, e.start, e.end, e.quote, e.statement, e.rule, max(e.confidence), r.title, r.date, r.level, "
        f"count(DISTINCT e.report) {JOINED} WHERE {conditions} GROUP BY c.number ORDER BY {_ORDERS[order]} "
        f"LIMIT {max(0, min(limit, MAX_STATEMENTS))} OFFSET {max(0, offset)}"
    )
    return [
        {
            "claim": row[0],
            "relation": row[1],
            "kind": row[2],
            "status": row[3],
            "date": row[5],
            "subject": {"id": row[6], "type": row[7], "name": row[8]},
            "object": {"id": row[9], "type": row[10], "name": row[11]}
            if row[9]
            else {"id": "", "type": "Value", "name": row[12]},
            "report": row[13],
            "start": row[14],
            "end": row[15],
            "quote": row[16],
            "statement": row[17],
            "rule": row[18],
            "confidence": row[19],
            "title": row[20],
            "report_date": row[21],
            "level": row[22],
            "reports": row[23],
        }
        for row in tables.rows(sql, *values)
    ]


def count_statements(tables: Tables, conditions: str, values: Sequence[object]) -> int:
    """Return the number of relationships that satisfy a condition."""
    return int(tables.value(f"SELECT count(DISTINCT c.number) {JOINED} WHERE {conditions}", *values))


def statements_by_month(tables: Tables, conditions: str, values: Sequence[object]) -> list[list[Any]]:
    """Return [month, number of relationships] for the relationships that satisfy a condition and have a day, sorted."""
    sql = (
        f"SELECT substr(day, 1, 7), count(*) FROM (SELECT {DAY} AS day {JOINED} WHERE {conditions} GROUP BY c.number) "
        "WHERE day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]*' GROUP BY 1 ORDER BY 1"
    )
    return [list(row) for row in tables.rows(sql, *values)]


def statements_between(tables: Tables, first: str, second: str, filters: Filters, limit: int = 20) -> list[Answer]:
    """Return the relationships between two entities."""
    where, values = filters.where()
    both = "((s.id = ?1 AND o.id = ?2) OR (s.id = ?2 AND o.id = ?1))"
    return read_statements(tables, f"c.number IN ({OF}) AND {both}{where}", (first, second, *values), limit=limit)


def statements_among(tables: Tables, ids: Sequence[str], filters: Filters, limit: int = MAX_STATEMENTS) -> list[Answer]:
    """Return the relationships between the entities with these ids."""
    where, values = filters.where()
    numbers = f"SELECT number FROM entity WHERE id IN ({','.join('?' * len(ids))})"
    return read_statements(
        tables, f"c.subject IN ({numbers}) AND c.object IN ({numbers}){where}", (*ids, *ids, *values), limit=limit
    )
