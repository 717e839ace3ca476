"""Files of older office programs: .doc and .wps, which LibreOffice converts, and .xls and .et."""

from __future__ import annotations

from collections.abc import Iterator

from graphkit.errors import ReadingError
from graphkit.model import Failure, NoReport, NotRead, Report
from graphkit.reading.first_bytes import OLE, ZIP, format_of
from graphkit.reading.libreoffice import converted, find_program
from graphkit.reading.odt import read_odt
from graphkit.reading.rtf import read_rtf
from graphkit.reading.sheets import read_old_workbook, read_workbook
from graphkit.reading.web import read_html
from graphkit.reading.word import read_docx

_HEAD = 2000
_MISSING = (
    "an old Word file, which is read with LibreOffice, but LibreOffice is not installed: install it, or open the file in "
    "Word or WPS and save it as .docx"
)


def read_old_word(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport | Failure]:
    """Yield a .doc or .wps file as one report. Its first bytes tell whether it is in fact another kind of file.

    Raises
    ------
    ReadingError
        The file is empty or damaged, or LibreOffice cannot convert it.
    """
    kind = format_of(data)
    if kind == ".rtf":
        yield from read_rtf(data, source, stem)
    elif kind == ".odt":
        yield from read_odt(data, source, stem)
    elif kind in (".docx", ".zip"):
        yield from read_docx(data, source, stem)
    elif b"<html" in data[:_HEAD].lower():
        yield from read_html(data, source, stem)
    elif not data.strip(b" \t\r\n\0"):
        yield NoReport(source, "the file is empty")
    elif kind == ".xls":
        raise ReadingError(source, "a workbook, not a Word file; rename it to .xls")
    elif kind != ".doc":
        raise ReadingError(source, "not a Word file; if it is plain text, rename it to .txt")
    elif find_program() is None:
        yield NotRead(source, _MISSING, "unknown type")
    else:
        yield from read_docx(converted(data, source), source, stem)


def read_old_spreadsheet(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport | Failure]:
    """Yield the reports of an .xls or .et file, which may in fact be an .xlsx or .ods file.

    Raises
    ------
    ReadingError
        The file is damaged, or in fact a table in a text or web page.
    """
    if data.startswith(ZIP):
        yield from read_workbook(data, source, stem)
    elif data.startswith(OLE):
        yield from read_old_workbook(data, source, stem)
    else:
        kind = "a web page" if b"<" in data[:_HEAD].lstrip()[:4] else "text"
        raise ReadingError(
            source, f"not a workbook but {kind} with the ending of one; open it in Excel or WPS and save it as .xlsx"
        )
