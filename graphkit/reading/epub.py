"""Books (.epub): one report for each chapter document, in the order of reading."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

import lxml.etree

from graphkit.errors import ReadingError
from graphkit.grammar.patterns import pattern
from graphkit.model import Failure, Ignored, NoReport, NotRead, Origin, Report
from graphkit.reading import archives
from graphkit.reading.book import Chapter, Entry, Package, chapter_of, package_of
from graphkit.reading.decoding import check_length, check_text, decode
from graphkit.reading.markup import with_title
from graphkit.reading.naming import printable
from graphkit.reading.safe_xml import xml_tree
from graphkit.reading.stated import describe_with

Found = Report | NoReport | Failure | Ignored

#: Maximum unpacked size of one document and of all documents of a book, in bytes.
MAX_DOCUMENT = 64 * 1024 * 1024
MAX_BOOK = 256 * 1024 * 1024
_COVER = re.compile(r"(?:^|[/_-])(?:cover|title-?_?page|frontcover|halftitle)[^/]*$", re.I)
_CONTENTS = pattern("markdown.contents")
#: Where the fields of a report come from: the document, or the list of documents of the book.
_ORIGIN = Origin((("title", "heading or title of the document"), ("url", "dc:source or dc:identifier")))
_OF_BOOK = {"date": "dc:date", "publisher": "dc:publisher"}


@dataclass(slots=True)
class _Book:
    """An open book. names: its files by their names in lower case."""

    archive: archives.Archive
    names: dict[str, zipfile.ZipInfo]
    source: str

    def read(self, path: str) -> str:
        """Return the text of a file of the book. Raises ReadingError if it is missing, damaged or refused."""
        place = f"{self.source}!{printable(path)}"
        info = self.names.get(path.lower())
        if info is None:
            raise ReadingError(place, "the book names this document but does not contain it")
        data = archives.read_member(self.archive, info, place, MAX_DOCUMENT, lambda name: True)
        if not isinstance(data, bytes):
            raise ReadingError(place, data.reason)
        return decode(data, place)


def read_epub(data: bytes, source: str, stem: str) -> Iterator[Found]:
    """Yield the reports of a book; the cover, the table of contents and documents without text with the reason."""
    if not data:
        raise ReadingError(source, "the file is empty")
    try:
        file = zipfile.ZipFile(io.BytesIO(data))
    except (*archives.BROKEN, NotImplementedError, ValueError, OverflowError) as error:
        raise ReadingError(source, f"not a whole .epub file: {error}") from None
    with file:
        archives.check_members(file, source)
        infos = [i for i in file.infolist() if not i.is_dir()]
        names = {archives.member_name(i).lower(): i for i in infos}
        book = _Book(archives.Archive(file, infos, ("", 0, 0)), names, source)
        path = _package_path(book)
        package = package_of(_root(book, path), path)
        _check_size(book, package)
        yield from _chapters(book, package, stem)


def _root(book: _Book, path: str) -> lxml.etree._Element:
    return xml_tree(book.read(path), f"{book.source}!{printable(path)}")


def _package_path(book: _Book) -> str:
    """Return the path of the file that lists the documents of the book."""
    container = "META-INF/container.xml"
    if container.lower() in book.names:
        for element in _root(book, container).iter("{*}rootfile"):
            path = posixpath.normpath(unquote(element.get("full-path") or ""))
            if path.lower() in book.names:
                return path
    found = sorted(name for name in book.names if name.endswith(".opf"))
    if not found:
        raise ReadingError(book.source, "no book: it has no list of its documents (.opf)")
    return archives.member_name(book.names[found[0]])


def _check_size(book: _Book, package: Package) -> None:
    found = (book.names.get(e.path.lower()) for e in package.entries)
    total = sum(info.file_size for info in found if info is not None)
    if total > MAX_BOOK:
        raise ReadingError(book.source, f"unpacks to {total:,} bytes; a book has at most {MAX_BOOK:,}: split it")


def _chapters(book: _Book, package: Package, stem: str) -> Iterator[Found]:
    encrypted = _encrypted(book)
    number = 0
    if not package.entries:
        yield NoReport(book.source, "the book lists no documents")
    for entry in package.entries:
        place = f"{book.source}!{printable(entry.path)}"
        number += entry.in_order
        try:
            if entry.path.lower() in encrypted:
                raise ReadingError(place, "the document is encrypted (copy protection); save its text without it")
            yield _document(book, package, entry, f"{stem}-{number:02d}", place)
        except ReadingError as error:
            yield Failure(error.source, error.reason)


def _document(book: _Book, package: Package, entry: Entry, name: str, place: str) -> Found:
    if entry.role:
        return Ignored(place, f"the {entry.role} of the book")
    if not entry.is_text:
        return NotRead(place, f"a document of the kind {entry.media or 'unknown'}; only the text of XHTML is read")
    if not entry.in_order:
        return NoReport(place, "the document does not belong to the reading order of the book")
    chapter = chapter_of(book.read(entry.path), place)
    if chapter.role:
        return Ignored(place, f"the {chapter.role} of the book")
    if not any(c.isalnum() for c in chapter.text):
        if entry.first or _COVER.search(entry.path.rpartition(".")[0]):
            return Ignored(place, "the cover of the book")
        return NoReport(place, "the document holds no words; it may be a picture")
    return _report(package, chapter, name, place)


def _report(package: Package, chapter: Chapter, name: str, place: str) -> Report | NoReport | Ignored:
    if chapter.is_list or (chapter.linked and _CONTENTS.fullmatch(chapter.text.split("\n")[0])):
        return Ignored(place, "the table of contents of the book")
    title = chapter.heading or ("" if chapter.title == package.title else chapter.title)
    if chapter.text in (title, chapter.heading):
        return NoReport(place, f"heading without text: {title[:60]}")
    text = with_title(title, chapter.text)
    check_length(text, place)
    report = Report(
        id=name,
        text=check_text(text, place),
        title=check_text(title, place),
        url=package.url,
        source=place,
        origin=_ORIGIN,
    )
    return describe_with(report, date=package.date, publisher=package.publisher, origins=_OF_BOOK)


def _encrypted(book: _Book) -> frozenset[str]:
    """Return the paths of encrypted documents in lower case; fonts are usually encrypted without protecting the text."""
    path = "META-INF/encryption.xml"
    if path.lower() not in book.names:
        return frozenset()
    found = (e.get("URI") or "" for e in _root(book, path).iter("{*}CipherReference"))
    return frozenset(posixpath.normpath(unquote(uri)).lower() for uri in found)
