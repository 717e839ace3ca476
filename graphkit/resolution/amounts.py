"""The number of an attribute of an entity, for example `investment_cny`, chosen from the values of all reports.

An investment is the whole investment of an entity. What has been invested so far, the investment of a phase or a period,
and the investment in one purpose are values of the attribute, too, but never its number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphkit.files.tables import Tables
from graphkit.model import Report, Statement, Status
from graphkit.reading.clauses import clause_start
from graphkit.reading.normalized import simplified
from graphkit.recognition.quantities import Scope, first_quantity, scope_of
from graphkit.schema import load_schema

#: Number of characters in front of a value in which the words for its scope are looked for.
_LONGEST_LABEL = 60
TABLE = "CREATE TABLE amount (entity INTEGER, property TEXT, number REAL, scope INTEGER, day TEXT, confidence REAL, at TEXT)"


def number_of(kind: str, printed: str) -> float | None:
    """Return the number of a printed value in the unit of the schema, None if it has none or another unit."""
    unit = load_schema().attributes[kind].unit
    quantity = first_quantity(printed)
    if quantity is None or quantity.value is None or (unit and quantity.unit != unit):
        return None
    return quantity.value


def amount_row(entity: int, report: Report, s: Statement) -> tuple[Any, ...] | None:
    """Return the row of the table `amount` for a statement, None if it gives no number of a whole entity."""
    if s.relation != "has_attribute" or s.status is not Status.ACTUAL:
        return None
    name = load_schema().attributes[s.kind].number
    number = number_of(s.kind, s.object.name) if name else None
    if number is None:
        return None
    before = "".join(simplified(report.text[max(0, s.object.start - _LONGEST_LABEL) : s.object.start]).split())
    scope = scope_of(before[clause_start(before, 0, len(before)) :], s.object.name)
    if scope is Scope.PART:
        return None
    # The place in the text decides between equal values, so that the result does not depend on the order of reading.
    return entity, name, number, int(scope), report.date, s.confidence, f"{report.id}:{s.object.start:09}"


def amounts(tables: Tables) -> Iterator[tuple[str, str, float]]:
    """Yield entity id, property and number of each entity with a number, in the order of the ids.

    A value that is printed as the whole amount (总投资) precedes others, then the value of the report with the latest
    date, then the most probable one, and then the one that comes first.
    """
    rows = tables.rows(
        "SELECT e.id, a.property, a.number FROM amount a JOIN entity e ON e.number = a.entity "
        "ORDER BY e.id, a.property, a.scope DESC, a.day DESC, a.confidence DESC, a.at"
    )
    last = None
    for entity, name, number in rows:
        if (entity, name) != last:
            yield entity, name, number
        last = entity, name
