"""The text of a Word file as a stream of elements, so that the time is linear in its size, whatever the counts in it
(gridSpan, nested fields, entities) are.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphkit.reading.decoding import MAX_CHARACTERS
from graphkit.reading.word_numbering import Numbering

SPACES = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
#: Elements whose content Word does not show: deleted or moved text, field codes, phonetic guides, notes.
_HIDDEN = frozenset(("del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "footnote", "endnote", "comment"))
_OFF = ("0", "false", "off", "none")
NOTES = ("footnote", "endnote")
#: Elements of Word that become a character.
_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


class TooLong(Exception):
    """The text is longer than a report may be."""


@dataclass(slots=True)
class _Paragraph:
    """What a paragraph states about its list. The number of a list is "" if it states none."""

    number: str = ""
    level: int | None = None
    style: str = ""


class Text:
    """Collects the lines of a document; it is the target of an XML parser."""

    def __init__(self, *, fields: bool, numbering: Numbering | None = None) -> None:
        """fields: whether field codes are left out. A document with a field that does not end is read with False."""
        self.lines: list[str] = []
        #: The notes to which the text refers, in its order: `footnote` or `endnote`, and the id of the note.
        self.references: list[tuple[str, str]] = []
        #: The lines of each note, if the part holds notes, by id.
        self.notes: dict[str, list[str]] = {}
        self._note = ("", 0)
        self._numbering = numbering
        self._paragraphs: list[_Paragraph] = []
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
            self._paragraphs.append(_Paragraph())
        elif name in NOTES and len(self._path) == 1:
            hides = False
            self._note = (_value(attributes, "id"), len(self.lines))
        elif name == "txbxContent":
            self._outer.append((self._line, self._after))
            self._line, self._after = [], []
        elif name == "fldChar" or parent == "r":
            self._start_content(name, attributes)
        else:
            self._start_property(name, parent, attributes)
        self._path.append(name)
        self._hides.append(hides)
        self._hidden += hides
        self._in_text += name == "t"

    def _start_content(self, name: str, attributes: dict[str, str]) -> None:
        """Take an element of a run: a character, a mark of a field, or a reference to a note."""
        if name == "fldChar" and self._fields:
            self._field(_value(attributes, "fldCharType"))
        elif name in _CHARACTERS:
            self._add(_CHARACTERS[name])
        elif name in ("footnoteReference", "endnoteReference") and self._is_shown:
            self.references.append((name.removesuffix("Reference"), _value(attributes, "id")))

    def _start_property(self, name: str, parent: str, attributes: dict[str, str]) -> None:
        """Take a property of a run, paragraph, cell, row or content control."""
        if parent == "rPr" and name == "vanish" and "r" in self._path[-2:] and _is_on(attributes):
            self._run_hidden = True
        elif parent == "rPr" and name in ("del", "moveFrom") and "pPr" in self._path[-2:]:
            self._joined = True
        elif name in ("vMerge", "hMerge") and parent == "tcPr":
            self._hide_cell(2, attributes)
        elif name in ("del", "cellDel") and parent in ("trPr", "tcPr"):
            self._hide_cell(2, {})
        elif name in ("numId", "ilvl", "pStyle"):
            self._list(name, _value(attributes, "val"))
        elif name == "showingPlcHdr" and parent == "sdtPr" and _is_on(attributes):
            self._hide(2)

    def end(self, tag: str) -> None:
        name = self._path.pop()
        self._hidden -= self._hides.pop()
        self._in_text -= name == "t"
        if name == "p":
            paragraph = self._paragraphs.pop() if self._paragraphs else _Paragraph()
            if not self._joined:
                self._end_line(self._label(paragraph))
        elif name in NOTES and len(self._path) == 1:
            number, start = self._note
            self.notes[number] = self.lines[start:]
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

    def close(self) -> Text:
        self._end_line()
        return self

    @property
    def _is_shown(self) -> bool:
        return not (self._hidden or self._run_hidden or self._in_code)

    def _add(self, words: str) -> None:
        if not self._is_shown:
            return
        self._line.append(words)
        self.length += len(words)
        if self.length > MAX_CHARACTERS:
            raise TooLong

    def _list(self, name: str, value: str) -> None:
        """Take what the properties of a paragraph state about its list, but not what they were before a change."""
        above = self._path[-3:] if name != "pStyle" else [*self._path[-2:], "numPr"]
        if above != ["p", "pPr", "numPr"] or not self._paragraphs:
            return
        paragraph = self._paragraphs[-1]
        if name == "numId":
            paragraph.number = value
        elif name == "pStyle":
            paragraph.style = value
        elif value.isascii() and value.isdecimal() and len(value) < 3:
            paragraph.level = int(value)

    def _label(self, paragraph: _Paragraph) -> str:
        """Return the number that Word displays before a paragraph, and count it."""
        if self._numbering is None or self._hidden:
            return ""
        return self._numbering.label(paragraph.number, paragraph.level, paragraph.style)

    def _end_line(self, label: str = "") -> None:
        """End the line. The lines of the text boxes that are anchored in it follow."""
        words = "".join(self._line)
        done = [label + words.lstrip() if label and words.strip() else words, *self._after]
        self._line, self._after = [], []
        if self._outer:
            self._after += done
        else:
            self.lines += done

    def _is_property(self) -> bool:
        return bool(self._path) and self._path[-1] in ("rPr", "trPr", "tcPr", "numPr", "pPr")

    def _hide_cell(self, above: int, attributes: dict[str, str]) -> None:
        """Hide the cell or row with these properties. Word shows only the first of merged cells."""
        if _value(attributes, "val") != "restart":
            self._hide(above)

    def _hide(self, above: int) -> None:
        """Hide the content of an open element: 1 is the innermost one."""
        if len(self._hides) >= above and not self._hides[-above]:
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


def _name(tag: str) -> str:
    """Return the local name of an element of Word. Names of other elements get a prefix."""
    for space in SPACES:
        if tag.startswith(space):
            return tag[len(space) :]
    if tag.startswith(_COMPATIBILITY):
        return f"mc:{tag[len(_COMPATIBILITY) :]}"
    return f"other:{tag}"


def _value(attributes: dict[str, str], name: str) -> str:
    return next((attributes[space + name] for space in SPACES if space + name in attributes), "")


def _is_on(attributes: dict[str, str]) -> bool:
    return _value(attributes, "val").lower() not in _OFF
