"""Reads Word files (.docx) as Word shows them with all changes accepted, without deletions and hidden text.

The document part is read as a stream of elements, so that the time is linear in its size, whatever the counts in it
(gridSpan, nested fields, entities) are.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

import lxml.etree

from graphkit.errors import ReadingError
from graphkit.model import NoReport, Report
from graphkit.reading.characters import tidy
from graphkit.reading.decoding import MAX_CHARACTERS, check_length
from graphkit.reading.fields import describe

#: Maximum unpacked size of the document part, in bytes and as a multiple of its packed size.
MAX_PART = 32 * 1024 * 1024
MAX_RATIO = 200
#: Unpacked size up to which MAX_RATIO does not apply, in bytes.
SMALL = 4 * 1024 * 1024
_BLOCK = 64 * 1024

_WORD = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MAIN = "word/document.xml"
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Elements whose content Word does not show: deleted or moved text, field codes, phonetic guides, notes.
_HIDDEN = frozenset(("del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "footnote", "endnote", "comment"))
_OFF = ("0", "false", "off", "none")


class _TooLong(Exception):
    """The text is longer than a report may be."""


class _Text:
    """Collects the lines of a document; it is the target of an XML parser."""

    def __init__(self, *, fields: bool) -> None:
        """fields: whether field codes are left out. A document with a field that does not end is read with False."""
        self.lines: list[str] = []
        self.length = 0
        self._fields = fields
        #: For each open field: whether its code has not ended.
        self._codes: list[bool] = []
        self._in_code = 0
        #: Number of open elements that hide their content, and of open w:t elements.
        self._hidden = 0
        self._in_text = 0
        self._path: list[str] = []
        #: For each element of the path: whether it hides its content.
        self._hides: list[bool] = []
        #: The current line, and the outer lines while a text box is read.
        self._line: list[str] = []
        self._outer: list[tuple[list[str], list[str]]] = []
        self._after: list[str] = []
        #: Whether the mark at the end of the paragraph is deleted: the next paragraph continues the line.
        self._joined = False
        self._chosen: list[bool] = []
        self._run_hidden = False

    @property
    def is_whole(self) -> bool:
        return not self._in_code

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _name(tag)
        hides = name in _HIDDEN and not self._is_property()
        parent = self._path[-1] if self._path else ""
        if name == "mc:AlternateContent":
            self._chosen.append(False)
        elif name in ("mc:Choice", "mc:Fallback") and self._chosen:
            # Word shows one of them; both contain the same words.
            hides = self._chosen[-1]
            self._chosen[-1] = True
        elif name == "r":
            self._run_hidden = False
        elif name == "p":
            self._joined = False
        elif name == "txbxContent":
            self._outer.append((self._line, self._after))
            self._line, self._after = [], []
        elif parent == "rPr" and name == "vanish" and "r" in self._path[-2:] and _is_on(attributes):
            self._run_hidden = True
        elif parent == "rPr" and name in ("del", "moveFrom") and "pPr" in self._path[-2:]:
            self._joined = True
        elif name in ("vMerge", "hMerge") and parent == "tcPr":
            self._hide_cell(2, attributes)
        elif name in ("del", "cellDel") and parent in ("trPr", "tcPr"):
            self._hide_cell(2, {})
        elif name == "fldChar" and self._fields:
            self._field(_value(attributes, "fldCharType"))
        elif name in ("tab", "ptab", "br", "cr", "noBreakHyphen") and parent == "r":
            self._add({"br": "\n", "cr": "\n", "noBreakHyphen": "-"}.get(name, "\t"))
        self._path.append(name)
        self._hides.append(hides)
        self._hidden += hides
        self._in_text += name == "t"

    def end(self, tag: str) -> None:
        name = self._path.pop()
        self._hidden -= self._hides.pop()
        self._in_text -= name == "t"
        if name == "p" and not self._joined:
            self._end_line()
        elif name == "r":
            self._run_hidden = False
        elif name == "txbxContent" and self._outer:
            self._end_line()
            shown = self._after
            self._line, self._after = self._outer.pop()
            self._after += shown
        elif name == "mc:AlternateContent" and self._chosen:
            self._chosen.pop()

    def data(self, words: str) -> None:
        if self._in_text:
            self._add(words)

    def doctype(self, *_: object) -> None:
        raise ValueError("it declares a document type, which Word files never do")

    def close(self) -> _Text:
        self._end_line()
        return self

    def _add(self, words: str) -> None:
        if self._hidden or self._run_hidden or self._in_code:
            return
        self._line.append(words)
        self.length += len(words)
        if self.length > MAX_CHARACTERS:
            raise _TooLong

    def _end_line(self) -> None:
        """End the line. The lines of the text boxes that are anchored in it follow."""
        done = ["".join(self._line), *self._after]
        self._line, self._after = [], []
        if self._outer:
            self._after += done
        else:
            self.lines += done

    def _is_property(self) -> bool:
        return bool(self._path) and self._path[-1] in ("rPr", "trPr", "tcPr", "numPr", "pPr")

    def _hide_cell(self, above: int, attributes: dict[str, str]) -> None:
        """Hide the cell or row with these properties. Word shows only the first of merged cells."""
        if _value(attributes, "val") != "restart" and len(self._hides) >= above and not self._hides[-above]:
            self._hides[-above] = True
            self._hidden += 1

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._codes.append(True)
            self._in_code += 1
        elif kind == "separate" and self._codes:
            self._in_code -= self._codes[-1]
            self._codes[-1] = False
        elif kind == "end" and self._codes:
            self._in_code -= self._codes.pop()


def read_docx(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport]:
    """Yield a Word file as one report, with paragraphs, tables and text boxes in reading order."""
    if data[:8] == _OLD:
        raise ReadingError(source, "an encrypted or old-format (.doc) Word file; save it as an unprotected .docx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            text = _read(package, source)
    except zipfile.BadZipFile as error:
        raise ReadingError(source, f"not a whole .docx file ({len(data):,} bytes): {error}") from None
    except (
        lxml.etree.XMLSyntaxError,
        ValueError,
        KeyError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        zlib.error,
    ) as error:
        raise ReadingError(source, f"a damaged .docx file: {error}") from None
    except _TooLong:
        raise ReadingError(source, f"more than {MAX_CHARACTERS:,} characters; the limit of a report") from None
    yield from one_report(text.lines, source, stem, "the Word file holds no text")


def _read(package: zipfile.ZipFile, source: str) -> _Text:
    part = _document(package)
    if part is None:
        raise ReadingError(source, "not a Word file: the document is missing in it")
    if part.flag_bits & 1:
        raise ReadingError(source, "an encrypted Word file; save it as an unprotected .docx")
    if part.file_size > MAX_PART or part.file_size > max(MAX_RATIO * part.compress_size, SMALL):
        raise ReadingError(
            source,
            f"the document unpacks to {part.file_size:,} bytes; refused as a bomb (at most {MAX_PART:,} are read)",
        )
    found = _parse(package, part, fields=True)
    return found if found.is_whole else _parse(package, part, fields=False)


def _parse(package: zipfile.ZipFile, part: zipfile.ZipInfo, *, fields: bool) -> _Text:
    target = _Text(fields=fields)
    parser = lxml.etree.XMLParser(
        target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    with package.open(part) as file:
        for block in _blocks(file):
            parser.feed(block)
    parser.close()
    return target


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    left = MAX_PART
    while left > 0 and (block := file.read(min(_BLOCK, left))):
        yield block
        left -= len(block)


def _document(package: zipfile.ZipFile) -> zipfile.ZipInfo | None:
    """Return the part that the package names as its document."""
    names = {i.filename.lower(): i for i in package.infolist()}
    relations = names.get("_rels/.rels")
    if relations is not None and relations.file_size < _BLOCK:
        with package.open(relations) as file:
            words = file.read(_BLOCK).decode("utf-8", "replace")
        for relation in re.findall(r"<[^<>]{0,2000}/officeDocument\"[^<>]{0,2000}>", words):
            target = re.search(r"Target=\"/?([^\"]+)\"", relation)
            if target and target[1].lower() in names:
                return names[target[1].lower()]
    return names.get(_MAIN)


def _name(tag: str) -> str:
    """Return the local name of an element of Word. Names of other elements get a prefix."""
    for space in _WORD:
        if tag.startswith(space):
            return tag[len(space) :]
    if tag.startswith(_COMPATIBILITY):
        return f"mc:{tag[len(_COMPATIBILITY) :]}"
    return f"other:{tag}"


def _value(attributes: dict[str, str], name: str) -> str:
    return next((attributes[space + name] for space in _WORD if space + name in attributes), "")


def _is_on(attributes: dict[str, str]) -> bool:
    return _value(attributes, "val").lower() not in _OFF


def one_report(lines: list[str], source: str, stem: str, empty: str) -> Iterator[Report | NoReport]:
    """Yield the report that consists of the lines that are not blank."""
    text = "\n".join(line.strip(" \t\xa0") for line in lines if line.strip())
    if not re.search(r"\w", text):
        yield NoReport(source, empty)
        return
    check_length(text, source)
    tidied = tidy(text, source)
    yield describe(Report(id=stem, text=tidied.text, source=source, note=tidied.note))
