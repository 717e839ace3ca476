"""Lines: claims with their first words, as the page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphkit.explorer.lookup import Filters
from graphkit.files.tables import Tables

Answer = dict[str, Any]
#: Lines that are given at a time, at most.
MAX_STATEMENTS = 500

_ORDERS = {"new": "day DESC, c.number", "old": "day, c.number"}
#: Numbers of the claims of the entity ?1.
OF = (
    "SELECT number FROM claim WHERE subject = (SELECT max(number) FROM entity WHERE id = ?1) "
    "UNION SELECT number FROM claim WHERE object = (SELECT max(number) FROM entity WHERE id = ?1)"
)
#: Claims with subject, object, evidence and its report; the object is missing where it is a value.
JOINED = (
    "FROM claim c JOIN entity s ON s.number = c.subject LEFT JOIN entity o ON o.number = c.object JOIN evidence e ON e.claim = c.number "
    "JOIN look.report r ON r.id = e.report"
)
#: Day of a claim, else that of its first report.
DAY = "coalesce(nullif(c.date, ''), min(r.date))"


def read_statements(
    tables: Tables, conditions: str, values: Sequence[object], order: str = "new", limit: int = 50, offset: int = 0
) -> list[Answer]:
    """Lines that meet a condition on the tables of `JOINED`. order: "new" or "old"."""
    sql = (
        f"SELECT c.id, c.relation, c.kind, c.status, {DAY} AS day, c.date, s.id, s.type, s.name, o.id, o.type, o.name, c.value, "
        "e.report, e.start, e.end, e.quote, e.statement, e.rule, max(e.confidence), r.title, r.date, r.level, count(DISTINCT e.report) "
        f"{JOINED} WHERE {conditions} GROUP BY c.number ORDER BY {_ORDERS[order]} LIMIT {max(0, min(limit, MAX_STATEMENTS))} OFFSET {max(0, offset)}"
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
    """How many lines meet the condition."""
    return int(tables.value(f"SELECT count(DISTINCT c.number) {JOINED} WHERE {conditions}", *values))


def statements_by_month(tables: Tables, conditions: str, values: Sequence[object]) -> list[list[Any]]:
    """[month, number of lines] of those that meet the condition and have a day, in order."""
    sql = (
        f"SELECT substr(day, 1, 7), count(*) FROM (SELECT {DAY} AS day {JOINED} WHERE {conditions} GROUP BY c.number) "
        "WHERE day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]*' GROUP BY 1 ORDER BY 1"
    )
    return [list(row) for row in tables.rows(sql, *values)]


def statements_between(tables: Tables, first: str, second: str, filters: Filters, limit: int = 20) -> list[Answer]:
    """Lines between two entities."""
    where, values = filters.where()
    both = "((s.id = ?1 AND o.id = ?2) OR (s.id = ?2 AND o.id = ?1))"
    return read_statements(tables, f"c.number IN ({OF}) AND {both}{where}", (first, second, *values), limit=limit)


def statements_among(tables: Tables, ids: Sequence[str], filters: Filters, limit: int = MAX_STATEMENTS) -> list[Answer]:
    """Lines between entities of a set."""
    where, values = filters.where()
    marks = ",".join("?" * len(ids))
    numbers = f"SELECT number FROM entity WHERE id IN ({marks})"
    return read_statements(
        tables, f"c.subject IN ({numbers}) AND c.object IN ({numbers}){where}", (*ids, *ids, *values), limit=limit
    )
