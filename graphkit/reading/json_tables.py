"""Tables in JSON: the columns of a data frame (pandas `to_json`), or rows as arrays below a header."""

from __future__ import annotations

from typing import Any

from graphkit.reading.record_fields import Record
from graphkit.reading.tables import header_of


def table_records(value: Any) -> list[Record] | None:
    """Return the rows of a table as records, None if the value is no table.

    The forms are `{"text": {"0": …}}`, `{"text": […], "title": […]}`, `{"columns": […], "data": [[…]]}`, and an array
    of arrays whose first one is a header. Lists of one length are columns only if two of them have known names, because
    a list of strings can also be the paragraphs of one text.

    >>> table_records([["title", "text"], ["甲", "乙"]])
    [{'title': '甲', 'text': '乙'}]
    """
    if isinstance(value, list):
        return _from_rows(value[0], value[1:]) if value else None
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("data"), list) and "columns" in value:
        return _from_rows(value["columns"], value["data"])
    return _from_columns(value)


def _from_rows(names: Any, rows: list[Any]) -> list[Record] | None:
    if not _is_header(names) or not rows or not all(isinstance(row, list) and len(row) <= len(names) for row in rows):
        return None
    return [dict(zip(names, row, strict=False)) for row in rows]


def _from_columns(value: Record) -> list[Record] | None:
    columns = {name: column for name, column in value.items() if isinstance(column, (dict, list))}
    if not _is_header(list(columns)):
        return None
    first = next(iter(columns.values()))
    rows = list(first) if isinstance(first, dict) else list(range(len(first)))
    for column in columns.values():
        keys = list(column) if isinstance(column, dict) else list(range(len(column)))
        if type(column) is not type(first) or keys != rows:
            return None
    if isinstance(first, list) and len(rows) < 2:
        return None
    return [{name: column[row] for name, column in columns.items()} for row in rows]


def _is_header(names: Any) -> bool:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return False
    header = header_of(names)
    return header is not None and header.known > 1
