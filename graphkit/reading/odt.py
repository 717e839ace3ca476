"""Reads .odt files as LibreOffice shows them with all changes accepted, without deletions and hidden text."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

import lxml.etree

from graphkit.errors import ReadingError
from graphkit.model import NoReport, Report
from graphkit.reading.decoding import MAX_CHARACTERS
from graphkit.reading.documents import blocks, check_part, one_report, open_package
from graphkit.reading.first_bytes import OLE
from graphkit.reading.word_text import TooLong

_SPACES = {
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0": "draw",
    "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0": "manifest",
}
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
#: Elements whose content is not shown: deletions, comments, phonetic guides, marks of notes, covered cells, forms.
_HIDDEN = frozenset(
    (
        "text:tracked-changes", "office:annotation", "text:ruby-text", "text:note-citation", "table:covered-table-cell",
        "office:forms", "text:hidden-text", "text:hidden-paragraph", "text:sequence-decls", "text:variable-decls",
        "text:user-field-decls", "text:alphabetical-index-mark", "office:event-listeners",
    )
)  # fmt: skip
_BREAKS = {"text:tab": "\t", "text:line-break": "\n", "text:soft-page-break": ""}
_PARAGRAPHS = ("text:p", "text:h")


class _Text:
    """Collects the lines of a document; it is the target of an XML parser."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.notes: list[str] = []
        self.length = 0
        self._in_body = 0
        self._hidden = 0
        self._in_notes = 0
        #: The paragraphs that are open, each in a frame or note of the one before it, and the lines that follow them.
        self._open: list[list[str]] = []
        self._after: list[list[str]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _name(tag)
        self._hidden += name in _HIDDEN
        self._in_body += name == "office:text"
        self._in_notes += name == "text:note-body"
        if name in _PARAGRAPHS:
            self._open.append([])
            self._after.append([])
        elif name == "text:s":
            count = attributes.get(f"{_TEXT}c", "1")
            self.data(" " * min(int(count) if count.isdecimal() and len(count) < 6 else 1, 1000))
        elif name in _BREAKS:
            self.data(_BREAKS[name])

    def end(self, tag: str) -> None:
        name = _name(tag)
        if name in _PARAGRAPHS and self._open:
            lines = ["".join(self._open.pop()), *self._after.pop()]
            if self._in_notes:
                self.notes += lines
            elif self._after:
                self._after[-1] += lines
            else:
                self.lines += lines
        self._hidden -= name in _HIDDEN
        self._in_body -= name == "office:text"
        self._in_notes -= name == "text:note-body"

    def data(self, words: str) -> None:
        if not self._open or self._hidden or not self._in_body:
            return
        self._open[-1].append(words)
        self.length += len(words)
        if self.length > MAX_CHARACTERS:
            raise TooLong

    def doctype(self, *_: object) -> None:
        raise ValueError("it declares a document type, which .odt files never do")

    def close(self) -> _Text:
        return self


def read_odt(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport]:
    """Yield an .odt file as one report, with its notes at the end.

    Raises
    ------
    ReadingError
        The file is damaged, encrypted, or too large.
    """
    if data.startswith(OLE):
        raise ReadingError(source, "an old Word file with the ending .odt; rename it to .doc")
    with open_package(data, source, ".odt") as package:
        text = _read(package, source)
    yield from one_report([*text.lines, *text.notes], source, stem, "the file holds no text")


def _read(package: zipfile.ZipFile, source: str) -> _Text:
    names = {i.filename: i for i in package.infolist()}
    part = names.get("content.xml")
    if part is None:
        raise ReadingError(source, "not an .odt file: content.xml is missing in it")
    manifest = names.get("META-INF/manifest.xml")
    if manifest is not None and manifest.file_size < 1024 * 1024 and b"encryption-data" in package.read(manifest):
        raise ReadingError(source, "an encrypted .odt file; save it without a password")
    check_part(part, source)
    target = _Text()
    parser = lxml.etree.XMLParser(
        target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    with package.open(part) as file:
        for block in blocks(file):
            parser.feed(block)
    parser.close()
    return target


def _name(tag: str) -> str:
    space, _, local = tag[1:].partition("}")
    return f"{_SPACES[space]}:{local}" if space in _SPACES else tag
