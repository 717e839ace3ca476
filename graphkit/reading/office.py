"""Word (.docx) and PDF files with a text layer; read with python-docx and pypdf."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterator

from graphkit.errors import ReadingError, UsageError
from graphkit.model import NoReport, Report
from graphkit.reading.decoding import check_length, check_text
from graphkit.reading.fields import describe

#: Unpacked size of a .docx beyond which it is refused (bytes).
MAX_UNPACKED = 64 * 1024 * 1024
_MISSING = "reading {kind} files needs the package {package}: run `pip install {package}`"


def read_docx(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport]:
    """The paragraphs and table cells of a Word file as one report."""
    try:
        import docx
        from docx.opc.exceptions import PackageNotFoundError
    except ModuleNotFoundError:
        raise UsageError(_MISSING.format(kind=".docx", package="python-docx")) from None
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise ReadingError(source, "an encrypted or old-format (.doc) Word file; save it as an unprotected .docx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            size = sum(i.file_size for i in package.infolist())
        if size > MAX_UNPACKED:
            raise ReadingError(source, f"unpacks to {size:,} bytes; at most {MAX_UNPACKED:,} are read")
        document = docx.Document(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise ReadingError(source, f"not a whole .docx file ({len(data):,} bytes): {error}") from None
    except (PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        raise ReadingError(source, f"a damaged .docx file: {error}") from None
    lines = [p.text for p in document.paragraphs]
    for table in document.tables:
        for row in table.rows:
            lines += [cell.text for cell in row.cells]
    yield from _one_report(lines, source, stem, "the Word file holds no text")


def read_pdf(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport]:
    """The text layer of a PDF as one report; hard line breaks stay, the reader joins them when it matches."""
    try:
        import pypdf
        from pypdf.errors import PyPdfError
    except ModuleNotFoundError:
        raise UsageError(_MISSING.format(kind=".pdf", package="pypdf")) from None
    # What pypdf would log about a broken file is in the reason of its failure.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadingError(source, "the PDF is encrypted; remove its password and try again")
        lines = [line for page in reader.pages for line in page.extract_text().split("\n")]
    except PyPdfError as error:
        raise ReadingError(source, f"a damaged PDF: {error}") from None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, NotImplementedError) as error:
        # pypdf lets these through for broken objects.
        kind = "an encrypted" if "rypt" in str(error) or "AES" in str(error) else "a damaged"
        raise ReadingError(source, f"{kind} PDF: {error or type(error).__name__}") from None
    yield from _one_report(lines, source, stem, "the PDF holds no text layer; it may be a scan")


def _one_report(lines: list[str], source: str, stem: str, empty: str) -> Iterator[Report | NoReport]:
    text = "\n".join(line.strip(" \t\xa0") for line in lines if line.strip())
    if not re.search(r"\w", text):
        yield NoReport(source, empty)
        return
    check_length(text, source)
    yield describe(Report(id=stem, text=check_text(text, source), source=source))
