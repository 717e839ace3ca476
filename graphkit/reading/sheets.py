"""Workbooks (.xlsx, .ods): each row of a sheet below its header is a report. They are read by calamine."""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from graphkit.errors import ReadingError
from graphkit.grammar.columns import column_keys, name_key
from graphkit.model import Failure, NoReport
from graphkit.reading.field_paths import name_in
from graphkit.reading.naming import printable
from graphkit.reading.options import current_options
from graphkit.reading.sheet_sizes import check_sizes
from graphkit.reading.tables import HEADER_ROWS, Found, Row, header_of, read_rows

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta
#: Day 0 of the numbers of days in workbooks, and the numbers that are read as days: 1954 to 2064.
_DAY_0 = datetime.date(1899, 12, 30)
_DAYS = range(20_000, 60_000)


def read_workbook(data: bytes, source: str, stem: str) -> Iterator[Found]:
    """Yield the reports of the sheets of a workbook that are shown. A sheet without a text column is a Failure.

    Raises
    ------
    ReadingError
        The workbook is damaged, encrypted or too large.
    """
    check_sizes(data, source)
    book = _open(data, source)
    shown = [sheet for sheet in book.sheets_metadata if _is_table(sheet.typ)]
    empty = True
    for sheet in shown:
        rows = _rows(book, sheet.name, source)
        if rows:
            empty = False
            name = printable(sheet.name) if len(shown) > 1 else ""
            yield from _read_sheet(rows, name, _is_hidden(sheet.visible), source, stem)
    if empty:
        yield NoReport(source, "all sheets are empty")


def _read_sheet(rows: list[Row], name: str, hidden: bool, source: str, stem: str) -> Iterator[Found]:
    """Yield the reports of a sheet. name: "" if it is the only one."""
    place, own = (f"{source}!{name}", f"{stem}-{name}") if name else (source, stem)
    if hidden:
        yield NoReport(place, "a hidden sheet; show it in the spreadsheet program to read it")
        return
    try:
        yield from read_rows(rows, place, lambda number: f"{place}:{number}", lambda number: f"{own}-{number}")
    except ReadingError as error:
        yield Failure(error.source, error.reason)


def _open(data: bytes, source: str) -> CalamineWorkbook:
    try:
        import python_calamine
    except ModuleNotFoundError:
        raise ReadingError(
            source, "reading workbooks needs the package python-calamine: run `pip install python-calamine`"
        ) from None
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except BaseException as error:
        raise _damaged(error, source) from None


def _damaged(error: BaseException, source: str) -> BaseException:
    """Return the error of a damaged workbook. Where the library stops at once, it is a BaseException."""
    if isinstance(error, Exception) or type(error).__name__ == "PanicException":
        return ReadingError(
            source, f"a damaged workbook: {printable(str(error))[:200]}; save it again as .xlsx or .csv"
        )
    return error


def _is_table(kind: object) -> bool:
    return str(kind).endswith("WorkSheet")


def _is_hidden(visible: object) -> bool:
    return not str(visible).endswith("Visible")


def _rows(book: CalamineWorkbook, name: str, source: str) -> list[Row]:
    """Return the numbers of the rows of a sheet that are not empty, from 1, and their cells as text."""
    try:
        sheet: CalamineSheet = book.get_sheet_by_name(name)
        cells = sheet.to_python(skip_empty_area=False)
    except BaseException as error:
        raise _damaged(error, source) from None
    days: set[int] = set()
    rows: list[Row] = []
    examined = 0
    for number, row in enumerate(cells, 1):
        words = [_text(cell, column in days) for column, cell in enumerate(row)]
        if not any(words):
            continue
        rows.append((number, words))
        if not days and examined <= HEADER_ROWS:
            examined += 1
            days = _date_columns(words)
    return rows


def _date_columns(words: list[str]) -> set[int]:
    """Return the numbers of the columns of dates if the row is a header."""
    header = header_of(words)
    if header is None:
        return set()
    names = column_keys()["date"]
    given = {name_in(header.names, path.path) for path in current_options().paths("date")}
    return {n for n, name in enumerate(header.names) if name_key(name) in names or name in given}


def _text(cell: Cell, is_date: bool) -> str:
    """Return the text of a cell. A day without a time is YYYY-MM-DD, as is the number of a day in a column of dates."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and math.isfinite(cell) and (is_date or cell.is_integer()):
        cell = int(cell)
    if is_date and isinstance(cell, int) and cell in _DAYS:
        return (_DAY_0 + datetime.timedelta(days=cell)).isoformat()
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, (datetime.date, datetime.time)):
        return cell.isoformat()
    return str(cell)
