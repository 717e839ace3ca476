"""Reports that are not in files: dictionaries, `Report`s, rows of databases and data frames, and iterators of them.

They are checked like records of JSON files. Messages name the index of a report in its list or iterator, from 0.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from graphkit.errors import ReadingError, UsageError
from graphkit.model import Failure, NoReport, Report
from graphkit.reading.characters import tidy
from graphkit.reading.decoding import check_characters, check_length
from graphkit.reading.fields import describe
from graphkit.reading.record_fields import MAX_DEPTH, records_in
from graphkit.reading.records import read_record

#: What `Graph.build` and `extract_many` accept: a path, a report, or several of them. Rows of databases and of data
#: frames are `Any`, because they have no common type.
Reports = str | Path | Report | Mapping[str, Any] | Iterable[Any]
Found = Report | NoReport | Failure

_SOURCE = re.compile(r"reports\[\d+\](?:[ /].*)?", re.S)
#: Values of pandas that state that a field is missing.
_MISSING = ("NAType", "NaTType")
#: A longer string is a text and not a path.
_LONGEST_PATH = 1000
#: Fields of `Report` that are texts in one line.
_FIELDS = ("title", "date", "publisher", "place", "url")
#: Number of hexadecimal digits in the id of a report without one.
_DIGITS = 12


class Inputs:
    """The inputs of a call, divided into paths and reports in memory.

    paths: the paths. Those of an iterator are only known when `reports` has been consumed.
    """

    def __init__(self, inputs: object) -> None:
        """Raises UsageError if `inputs` is neither an input nor iterable."""
        self._items = _items(inputs)
        self.paths: list[str | Path] = []
        self._is_divided = isinstance(self._items, (list, tuple))
        if isinstance(self._items, (list, tuple)):
            self.paths += [_path(item, n) for n, item in enumerate(self._items) if _is_path(item)]

    def reports(self) -> Iterator[Found]:
        """Yield the reports in memory, and a Failure or NoReport for each item that is none."""
        for number, item in enumerate(self._items):
            if not _is_path(item):
                yield from read_item(item, f"reports[{number}]")
            elif not self._is_divided:
                self.paths.append(_path(item, number))


def is_in_memory(source: str) -> bool:
    """Tell whether the source of a report or failure is an item of a list or iterator."""
    return _SOURCE.fullmatch(source) is not None and not os.path.lexists(source)


def _items(inputs: Any) -> Iterable[Any]:
    if hasattr(inputs, "iter_rows") and hasattr(inputs, "columns"):  # A data frame of polars.
        rows: Iterable[Any] = inputs.iter_rows(named=True)
        return rows
    if hasattr(inputs, "itertuples") and hasattr(inputs, "columns"):  # A data frame of pandas.
        names = [str(name) for name in inputs.columns]
        return (dict(zip(names, row, strict=True)) for row in inputs.itertuples(index=False, name=None))
    if _is_path(inputs) or isinstance(inputs, Report) or _is_record(inputs):
        return [inputs]
    if isinstance(inputs, (bytes, bytearray)) or not isinstance(inputs, Iterable):
        raise UsageError(
            f"a path, a dictionary, a Report or an iterable of them was expected, not {type(inputs).__name__}"
        )
    return inputs


def _is_path(item: object) -> bool:
    return isinstance(item, (str, os.PathLike))


def _path(item: Any, number: int) -> str | Path:
    text = os.fspath(item)
    if isinstance(text, bytes):
        return os.fsdecode(text)
    if "\n" in text or len(text) > _LONGEST_PATH:
        raise UsageError(
            f"reports[{number}] is a text of {len(text):,} characters, not a path; "
            'give a dictionary such as {"id": …, "text": …}'
        )
    return item if isinstance(item, Path) else text


def _is_record(item: object) -> bool:
    """Tell whether an item has named values: a dictionary, a row of sqlite3 or a named tuple."""
    return (
        isinstance(item, Mapping)
        or hasattr(item, "_asdict")
        or (hasattr(item, "keys") and hasattr(item, "__getitem__"))
    )


def read_item(item: object, place: str) -> Iterator[Found]:
    """Yield the report of an item, or the reports in a dictionary that contains several, as in a line of JSON Lines.

    place: position of the item in messages.
    """
    if isinstance(item, Report):
        yield _checked(item, place)
        return
    record = _record(item)
    if record is None:
        yield Failure(place, f"a path, a dictionary or a Report was expected, not {type(item).__name__}")
        return
    for path, inner in records_in(record) or [("", record)]:
        yield _with_id(read_record(inner, f"{place}/{path}" if path else place, "the record"))


def _record(item: Any) -> dict[str, Any] | None:
    if isinstance(item, Mapping):
        return {str(name): _simple(value, MAX_DEPTH) for name, value in item.items()}
    if hasattr(item, "_asdict"):
        return _record(item._asdict())
    if hasattr(item, "keys") and hasattr(item, "__getitem__"):
        return {str(name): _simple(item[name], MAX_DEPTH) for name in item.keys()}  # noqa: SIM118
    return None


def _simple(value: Any, depth: int) -> Any:
    """Return a value as JSON has it: a date as text, a number of numpy as a number, a missing value as None."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if type(value).__name__ in _MISSING:
        return None
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _simple(inner, depth - 1) for name, inner in value.items()} if depth else value
    if isinstance(value, (list, tuple)):
        return [_simple(inner, depth - 1) for inner in value] if depth else value
    item = getattr(value, "item", None)
    return _simple(item(), 0) if callable(item) and depth and getattr(value, "ndim", None) == 0 else value


def _with_id(found: Found) -> Found:
    """Return a report without an id with one that depends on its content, so that it is the same in every call."""
    if not isinstance(found, Report) or (found.origin and "id" in dict(found.origin.fields)):
        return found
    return replace(found, id=_content_id(found))


def _content_id(report: Report) -> str:
    return f"report-{report.fingerprint[:_DIGITS]}"


def _checked(report: Report, place: str) -> Found:
    """Return a report with the fields that its text states, after the checks of files."""
    try:
        for name in ("id", "text", *_FIELDS):
            value = getattr(report, name)
            if not isinstance(value, str):
                raise ReadingError(place, f"`{name}` is {type(value).__name__}, not a string")
        if not any(c.isalnum() for c in report.text):
            return NoReport(place, f"{report.id or 'the report'} has no text")
        check_length(report.text, place)
        tidied = tidy(report.text, place)
        for name in ("id", *_FIELDS):
            check_characters(getattr(report, name), f"{place} ({name})")
        stated = replace(report, id=report.id or "report", text=tidied.text, note=tidied.note, source=place)
        found = describe(replace(stated, unread_date="", origin=None))
        return found if report.id else replace(found, id=_content_id(found))
    except ReadingError as error:
        return Failure(error.source, error.reason)
