"""Workbooks (.xlsx, .ods): each row of a sheet below its header is a report. They are read by calamine."""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from graphkit.errors import ReadingError
from graphkit.model import Failure, NoReport
from graphkit.reading.merged_cells import fill_merged
from graphkit.reading.naming import printable
from graphkit.reading.old_sheet_sizes import check_old_sizes
from graphkit.reading.sheet_sizes import check_sizes
from graphkit.reading.tables import Found, Row, read_rows

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


def read_workbook(data: bytes, source: str, stem: str) -> Iterator[Found]:
    """Yield the reports of the sheets of a workbook that are shown. A sheet without a text column is a Failure.

    Raises
    ------
    ReadingError
        The workbook is damaged, encrypted or too large.
    """
    check_sizes(data, source)
    yield from _read_book(_open(data, source), source, stem)


def read_old_workbook(data: bytes, source: str, stem: str) -> Iterator[Found]:
    """Yield the reports of a workbook of Excel 5 to 2003 (.xls), as `read_workbook`."""
    check_old_sizes(data, source)
    yield from _read_book(_open(data, source), source, stem)


def _read_book(book: CalamineWorkbook, source: str, stem: str) -> Iterator[Found]:
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
    rows = [[*map(_text, row)] for row in cells]
    fill_merged(rows, sheet.merged_cell_ranges or [], "")
    return [(number, words) for number, words in enumerate(rows, 1) if any(words)]


def _text(cell: Cell) -> str:
    """Return the text of a cell. A day without a time is YYYY-MM-DD; `field_day` reads the numbers of days."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and math.isfinite(cell) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, (datetime.date, datetime.time)):
        return cell.isoformat()
    return str(cell)
