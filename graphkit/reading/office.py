"""Word (.docx) and PDF files with a text layer."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

from graphkit.errors import ReadingError
from graphkit.model import NoReport, Report
from graphkit.reading.word import one_report, read_docx

__all__ = ["read_docx", "read_pdf"]

_MISSING = "reading {kind} files needs the package {package}: run `pip install {package}`"


def read_pdf(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport]:
    """The text layer of a PDF as one report; hard line breaks stay, the reader joins them when it matches."""
    try:
        import pypdf
        from pypdf.errors import PyPdfError
    except ModuleNotFoundError:
        raise ReadingError(source, _MISSING.format(kind=".pdf", package="pypdf")) from None
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
    yield from one_report(lines, source, stem, "the PDF holds no text layer; it may be a scan")
