"""Reads Word files (.docx) as Word shows them with all changes accepted, without deletions and hidden text.

The notes follow at the end: they interrupt neither a sentence nor the speech of a person.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator

import lxml.etree

from graphkit.errors import ReadingError
from graphkit.model import NoReport, Report
from graphkit.reading.decoding import MAX_CHARACTERS
from graphkit.reading.documents import blocks, check_part, one_report, open_package
from graphkit.reading.first_bytes import OLE
from graphkit.reading.word_numbering import Numbering
from graphkit.reading.word_text import NOTES, SPACES, Text, TooLong

#: Maximum unpacked size of the parts with lists and styles, and of those with relations.
MAX_LISTS = 8 * 1024 * 1024
_MAX_RELATIONS = 1024 * 1024
_TYPE = re.compile(r"\sType=[\"'][^\"']*/(\w+)[\"']")
_TARGET = re.compile(r"\sTarget=[\"']([^\"']+)[\"']")
_MAIN = "word/document.xml"


def read_docx(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport]:
    """Yield a Word file as one report, with paragraphs, tables and text boxes in reading order."""
    if data.startswith(OLE):
        raise ReadingError(source, "an encrypted or old-format (.doc) Word file; save it as an unprotected .docx")
    with open_package(data, source, ".docx") as package:
        lines = _read(package, source)
    yield from one_report(lines, source, stem, "the Word file holds no text")


def _read(package: zipfile.ZipFile, source: str) -> list[str]:
    """Return the lines of the document and, after them, those of the notes to which it refers."""
    names = {i.filename.lower(): i for i in package.infolist()}
    part = _document(package, names)
    if part is None:
        raise ReadingError(source, "not a Word file: the document is missing in it")
    check_part(part, source)
    related = _Related(package, names, part, source)
    text = _parse(package, part, related, fields=True)
    if not text.is_whole:
        text = _parse(package, part, related, fields=False)
    lines = text.lines
    length = text.length
    for kind in NOTES:
        wanted = [number for name, number in text.references if name == kind]
        found = related.part(f"{kind}s") if wanted else None
        if found is None:
            continue
        check_part(found, source)
        notes = _parse(package, found, related, fields=True)
        length += notes.length
        if length > MAX_CHARACTERS:
            raise TooLong
        lines = [*lines, *(line for number in dict.fromkeys(wanted) for line in notes.notes.get(number, ()))]
    return lines


class _Related:
    """The parts that belong to the document: notes, lists and styles."""

    def __init__(
        self, package: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo], document: zipfile.ZipInfo, source: str
    ) -> None:
        self._package = package
        self._names = names
        self._source = source
        self._folder, _, file = document.filename.rpartition("/")
        self._relations = _relations(package, names.get(f"{self._folder}/_rels/{file}.rels".lstrip("/").lower()))

    def part(self, kind: str) -> zipfile.ZipInfo | None:
        """Return the part of a kind, such as `footnotes`, None if there is none."""
        target = self._relations.get(kind, f"{kind}.xml")
        path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(self._folder, target))
        return self._names.get(path.lower())

    def numbering(self) -> Numbering | None:
        """Return the lists of the document, None if it has none."""
        lists = self._root("numbering")
        if lists is None:
            return None
        space = next((space for space in SPACES if str(lists.tag).startswith(space)), SPACES[0])
        return Numbering(lists, self._root("styles"), space)

    def _root(self, kind: str) -> lxml.etree._Element | None:
        part = self.part(kind)
        if part is None:
            return None
        check_part(part, self._source, MAX_LISTS)
        data = self._package.read(part)
        if b"<!DOCTYPE" in data.replace(b"\0", b""):
            raise ValueError("it declares a document type, which Word files never do")
        parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        return lxml.etree.fromstring(data, parser)


def _parse(package: zipfile.ZipFile, part: zipfile.ZipInfo, related: _Related, *, fields: bool) -> Text:
    target = Text(fields=fields, numbering=related.numbering())
    parser = lxml.etree.XMLParser(
        target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    with package.open(part) as file:
        for block in blocks(file):
            parser.feed(block)
    parser.close()
    return target


def _document(package: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]) -> zipfile.ZipInfo | None:
    """Return the part that the package names as its document."""
    target = _relations(package, names.get("_rels/.rels")).get("officeDocument", _MAIN)
    return names.get(target.lstrip("/").lower()) or names.get(_MAIN)


def _relations(package: zipfile.ZipFile, part: zipfile.ZipInfo | None) -> dict[str, str]:
    """Return the targets of the relations in a part by the last word of their type, such as `footnotes`."""
    if part is None or part.file_size >= _MAX_RELATIONS:
        return {}
    with package.open(part) as file:
        words = file.read(_MAX_RELATIONS).decode("utf-8", "replace")
    found: dict[str, str] = {}
    for relation in re.findall(r"<[^<>]{0,2000}>", words):
        kind, target = _TYPE.search(relation), _TARGET.search(relation)
        if kind and target:
            found.setdefault(kind[1], target[1])
    return found
