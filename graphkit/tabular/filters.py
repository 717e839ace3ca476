"""Selection of rows by date, place, relation and status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from graphkit.errors import UsageError
from graphkit.places import division_code
from graphkit.recognition import gazetteer
from graphkit.vocabulary import check_relation, check_status

#: Tables whose rows are statements.
OF_STATEMENTS = ("visits", "posts", "companions", "meetings", "phrases", "statements")
#: Columns with division codes.
_CODES = ("object_code", "site_code", "report_place_code", "place_code", "located_in_code")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which rows a table has.

    since, until: first and last day of a period; a row is selected if its event has a day in it. An event without a
    date, or without a year, has the day of its report. "" for all. place: the name or the code of a division. A row is
    selected if a code in it (_CODES) is that of the division, or of one inside it. relation, status: "" for all.
    """

    since: str = ""
    until: str = ""
    place: str = ""
    relation: str = ""
    status: str = ""

    def selection(self, table: str) -> Selection:
        """Return the selection of rows of a table.

        Raises UsageError for an invalid value, and for a filter that the table does not have.
        """
        selection = Selection(
            _day("since", self.since) or date.min,
            _day("until", self.until) or date.max,
            self.code(),
            check_relation(self.relation) if self.relation else "",
            check_status(self.status) if self.status else "",
        )
        if lacking := self._lacking(table):
            raise UsageError(f"the table {table} cannot be filtered by {' and '.join(lacking)}")
        return selection

    def applies_to(self, table: str) -> bool:
        """Tell whether a table has the columns of the filters."""
        return not self._lacking(table)

    def _lacking(self, table: str) -> list[str]:
        lacking = {"relation": self.relation, "status": self.status} if table not in OF_STATEMENTS else {}
        if table in ("projects", "parks"):
            lacking |= {"since": self.since, "until": self.until}
        return [name for name, value in lacking.items() if value]

    def code(self) -> str:
        """Return the beginning of the codes of the divisions in `place`, "" for all. Raises UsageError."""
        return gazetteer.inside(division_code(self.place)) if self.place else ""


@dataclass(frozen=True, slots=True)
class Selection:
    """The checked values of filters. since, until: first and last day; code: beginning of division codes, "" for all."""

    since: date
    until: date
    code: str
    relation: str
    status: str

    def matches(self, row: dict[str, Any]) -> bool:
        """Tell whether a row is selected."""
        if self.relation and row.get("relation") != self.relation:
            return False
        if self.status and row.get("status") != self.status:
            return False
        codes = (c for name in _CODES for c in str(row.get(name) or "").split("|"))
        if self.code and not any(c.startswith(self.code) for c in codes):
            return False
        if (self.since, self.until) == (date.min, date.max):
            return True
        first = row.get("date_from") or row.get("report_date") or row.get("date")
        last = row.get("date_to") or first
        return isinstance(first, date) and isinstance(last, date) and self.since <= last and first <= self.until


def _day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except (ValueError, TypeError):
        raise UsageError(f"{name}: {str(text)[:80]!r} is not a day in the form YYYY-MM-DD") from None
