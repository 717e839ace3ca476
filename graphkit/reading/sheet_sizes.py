"""Sizes of the sheets of a workbook, before a library reads it: a few bytes can claim a table of any size."""

from __future__ import annotations

import io
import re
import zipfile
from xml.parsers import expat

from graphkit.errors import ReadingError
from graphkit.reading.archives import BROKEN
from graphkit.reading.first_bytes import OLE

#: Maximum unpacked size of the parts of a workbook together, in bytes, and of a part as a multiple of its packed size.
MAX_UNPACKED = 256 * 1024 * 1024
MAX_RATIO = 200
#: Unpacked size up to which MAX_RATIO does not apply, in bytes.
SMALL = 4 * 1024 * 1024
#: Maximum number of cells of all sheets, each from its first row and column to its last ones. Each needs 32 bytes.
MAX_CELLS = 4_000_000
#: Maximum number of parts (sheets, styles, images …) of a workbook.
MAX_PARTS = 10_000

_BROKEN = (*BROKEN, NotImplementedError, RuntimeError)
_XML = (".xml", ".rels")
_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf")
_ELEMENT = re.compile(rb"<(?:\w+:)?(?P<name>row|c)(?=[\s/>])(?P<attributes>[^>]*)>")
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']\$?(?P<letters>[A-Za-z]*)\$?(?P<row>\d*)[\"']")
_ODS_ELEMENT = re.compile(
    rb"<(?P<close>/?)(?:\w+:)?(?P<name>table-row|table-cell|covered-table-cell|table)(?=[\s/>])(?P<attributes>[^>]*)>"
)
_REPEATED = re.compile(rb"number-(?:columns|rows)-repeated\s*=\s*[\"'](?P<number>\d+)[\"']")


def check_sizes(data: bytes, source: str) -> None:
    """Raise ReadingError if a workbook (.xlsx, .ods) is damaged, encrypted or too large to be read."""
    if data.startswith(OLE):
        raise ReadingError(
            source, "an encrypted or old-format workbook (.xls); save it as an unprotected .xlsx or .csv"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_parts(package, source)
            cells = 0
            for part in package.infolist():
                if part.filename.lower().endswith(_IMAGES):
                    continue
                xml = package.read(part)
                _check_xml(xml, source, part.filename)
                rows, columns = _ods_size(xml) if part.filename == "content.xml" else _xlsx_size(xml)
                cells += rows * columns
                _check_cells(cells, rows, columns, source, part.filename)
    except ReadingError:
        raise
    except (*_BROKEN, ValueError, OverflowError) as error:
        raise ReadingError(source, f"not a whole workbook: {error}; save it again as .xlsx or .csv") from None


def _check_parts(package: zipfile.ZipFile, source: str) -> None:
    parts = package.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise ReadingError(source, "an encrypted workbook; save it without a password")
    unpacked = sum(part.file_size for part in parts)
    bomb = any(part.file_size > max(MAX_RATIO * part.compress_size, SMALL) for part in parts)
    if unpacked > MAX_UNPACKED or bomb or len(parts) > MAX_PARTS:
        raise ReadingError(
            source,
            f"the workbook unpacks to {unpacked:,} bytes in {len(parts):,} parts; refused as a bomb (at most "
            f"{MAX_UNPACKED:,} are read); save its sheets as .csv",
        )


def _check_xml(xml: bytes, source: str, part: str) -> None:
    """Raise ReadingError for XML that is damaged or has a document type: the library does not end on some of it."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or xml.startswith((b"\xff\xfe<\x00", b"\xfe\xff\x00<")):
        raise ReadingError(
            source, f"{part} has a document type or is in UTF-16, which no spreadsheet program writes; save it again"
        )
    if not part.lower().endswith(_XML):
        return
    try:
        expat.ParserCreate().Parse(xml, True)
    except expat.ExpatError as error:
        raise ReadingError(source, f"a damaged workbook: {part}: {error}; save it again as .xlsx or .csv") from None


def _check_cells(cells: int, rows: int, columns: int, source: str, part: str) -> None:
    if cells > MAX_CELLS:
        raise ReadingError(
            source,
            f"{part} has cells in {rows:,} rows and {columns:,} columns; at most {MAX_CELLS:,} cells of a workbook are read: delete "
            "the cells far from the table, or save it as .csv",
        )


def _xlsx_size(xml: bytes) -> tuple[int, int]:
    """Return the last row and the last column of the cells that are not empty."""
    row = column = last_row = last_column = 0
    for element in _ELEMENT.finditer(xml):
        attributes = element["attributes"]
        reference = _REFERENCE.search(attributes)
        if element["name"] == b"row":
            row = int(reference["row"] or row + 1) if reference else row + 1
            column = 0
            continue
        column = _number(reference["letters"]) if reference and reference["letters"] else column + 1
        if reference and reference["row"]:
            row = int(reference["row"])
        if not attributes.endswith(b"/"):
            last_row, last_column = max(last_row, row), max(last_column, column)
    return last_row, last_column


def _number(letters: bytes) -> int:
    """Return the number of a column: 1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


def _ods_size(xml: bytes) -> tuple[int, int]:
    """Return the last row and the last column of the cells that are not empty, of all sheets together."""
    row = column = last_row = last_column = rows = 0
    for element in _ODS_ELEMENT.finditer(xml):
        name, attributes = element["name"], element["attributes"]
        if element["close"]:
            continue
        repeated = _REPEATED.search(attributes)
        number = int(repeated["number"]) if repeated else 1
        if name == b"table":
            row = rows = 0
        elif name == b"table-row":
            row, rows, column = row + rows, number, 0
        else:
            column += number
            if not attributes.endswith(b"/") or b"value" in attributes:
                last_row, last_column = max(last_row, row + rows), max(last_column, column)
    return last_row, last_column
