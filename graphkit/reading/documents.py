"""What the readers of documents (.docx, .odt, .rtf, .pdf) share: packages with limits, and the report of a document."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import lxml.etree

from graphkit.errors import ReadingError
from graphkit.model import NoReport, Report
from graphkit.reading.characters import tidy, without_glyphs
from graphkit.reading.decoding import MAX_CHARACTERS, check_length
from graphkit.reading.fields import describe
from graphkit.reading.labelled import labelled_reports
from graphkit.reading.word_text import TooLong

#: Maximum unpacked size of the document part, in bytes and as a multiple of its packed size.
MAX_PART = 32 * 1024 * 1024
MAX_RATIO = 200
#: Unpacked size up to which MAX_RATIO does not apply, in bytes.
SMALL = 4 * 1024 * 1024
_BLOCK = 64 * 1024
#: Errors that zipfile and lxml raise for damaged packages.
_DAMAGED = (
    lxml.etree.XMLSyntaxError, ValueError, KeyError, NotImplementedError, RuntimeError, EOFError, zlib.error,
)  # fmt: skip


@contextmanager
def open_package(data: bytes, source: str, ending: str) -> Iterator[zipfile.ZipFile]:
    """Open the package of an office document. ending: its extension, for messages.

    Raises
    ------
    ReadingError
        The package is damaged, also if this is noticed while it is read, or its text is too long.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            yield package
    except zipfile.BadZipFile as error:
        raise ReadingError(source, f"not a whole {ending} file ({len(data):,} bytes): {error}") from None
    except TooLong:
        raise ReadingError(source, f"more than {MAX_CHARACTERS:,} characters; the limit of a report") from None
    except _DAMAGED as error:
        raise ReadingError(source, f"a damaged {ending} file: {error}") from None


def check_part(part: zipfile.ZipInfo, source: str, largest: int = MAX_PART) -> None:
    """Raise ReadingError if a part of a document is encrypted or too large."""
    if part.flag_bits & 1:
        raise ReadingError(source, "an encrypted document; save it without a password")
    if part.file_size > largest or part.file_size > max(MAX_RATIO * part.compress_size, SMALL):
        raise ReadingError(
            source,
            f"the document unpacks to {part.file_size:,} bytes; refused as a bomb (at most {largest:,} are read)",
        )


def blocks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the bytes of a part, at most MAX_PART."""
    left = MAX_PART
    while left > 0 and (block := file.read(min(_BLOCK, left))):
        yield block
        left -= len(block)


def one_report(lines: list[str], source: str, stem: str, empty: str, title: str = "") -> Iterator[Report | NoReport]:
    """Yield the report that consists of the lines that are not blank, or the reports whose fields have labels.

    empty: why there is none if all lines are blank.
    """
    text = "\n".join(line.strip(" \t\xa0") for line in lines if line.strip())
    if not re.search(r"\w", text):
        yield NoReport(source, empty)
        return
    check_length(text, source)
    tidied = tidy(text, source)
    report = Report(id=stem, title=without_glyphs(title), text=tidied.text, source=source, note=tidied.note)
    yield from map(describe, labelled_reports(report))
