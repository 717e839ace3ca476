"""PDF files with text: pages, columns and paragraphs in reading order."""

from __future__ import annotations

import io
import logging
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from graphkit.errors import ReadingError
from graphkit.model import NoReport, Report
from graphkit.reading.decoding import MAX_CHARACTERS
from graphkit.reading.documents import one_report
from graphkit.reading.pdf_lines import Fragment, lines_of
from graphkit.reading.pdf_pages import paragraphs, title_of

if TYPE_CHECKING:
    from pypdf import PageObject

#: Maximum number of pages.
MAX_PAGES = 5_000


def read_pdf(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport]:
    """Yield the text of a PDF as one report: a line for each paragraph, without page numbers and repeated lines.

    Raises
    ------
    ReadingError
        The PDF is damaged or encrypted, or its text is too long.
    """
    try:
        import pypdf
        from pypdf.errors import PyPdfError
    except ModuleNotFoundError:
        raise ReadingError(source, "reading .pdf files needs the package pypdf: run `pip install pypdf`") from None
    # What pypdf would log about a broken file is in the reason of its failure.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadingError(source, "the PDF is encrypted; remove its password and try again")
        lines, title = _lines(reader, source)
    except PyPdfError as error:
        raise ReadingError(source, f"a damaged PDF: {error}") from None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, NotImplementedError) as error:
        # pypdf lets these through for broken objects.
        kind = "an encrypted" if "rypt" in str(error) or "AES" in str(error) else "a damaged"
        raise ReadingError(source, f"{kind} PDF: {error or type(error).__name__}") from None
    yield from one_report(lines, source, stem, "the PDF holds no text layer; it may be a scan", title)


def _lines(reader: Any, source: str) -> tuple[list[str], str]:
    """Return the lines of the text and the title, "" if it does not stand out."""
    if len(reader.pages) > MAX_PAGES:
        raise ReadingError(source, f"{len(reader.pages):,} pages; at most {MAX_PAGES:,} are read: split the PDF")
    pages: list[list[Fragment]] = []
    plain: list[str] = []
    length = turned = 0
    for page in reader.pages:
        found, text = _fragments(page)
        turned += sum(len(f.text) for f in found if f.turned)
        pages.append([f for f in found if not f.turned])
        plain += text.split("\n")
        length += len(text)
        if length > 2 * MAX_CHARACTERS:
            raise ReadingError(source, f"more than {MAX_CHARACTERS:,} characters; the limit of a report")
    if 3 * turned > length:
        # A page that is turned has other columns and edges; the order in the file is the best guess.
        return plain, ""
    parts = paragraphs([lines_of(page) for page in pages])
    return [paragraph.text for paragraph in parts], title_of(parts)


def _fragments(page: PageObject) -> tuple[list[Fragment], str]:
    """Return the pieces of text of a page, in the order of the file, each with its place, and the plain text."""
    found: list[Fragment] = []

    def add(text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        words = text.strip("\n")
        if not words.strip():
            return
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        right = (tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3])
        scale = math.hypot(*right)
        if not all(map(math.isfinite, (x, y, scale, size))):
            return
        turned = right[0] <= abs(right[1])
        found.append(Fragment(x, y, max(abs(size) * scale, 1.0), words.replace("\n", " "), turned))

    return found, page.extract_text(visitor_text=add)
