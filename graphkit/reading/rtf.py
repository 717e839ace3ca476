"""Reads .rtf files as Word displays them with all changes accepted, without deletions and hidden text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from graphkit.errors import ReadingError
from graphkit.model import NoReport, Report
from graphkit.reading.decoding import MAX_CHARACTERS
from graphkit.reading.documents import one_report
from graphkit.reading.first_bytes import RTF

_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]+)(?P<number>-?\d{1,10})?[ ]?|\\'(?P<byte>[0-9A-Fa-f]{2})|\\(?P<symbol>[^A-Za-z])"
    r"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n\0]+)|[\r\n\0\\]",
    re.S,
)
#: Groups whose text is no text of the document. All groups that begin with \* and are not known are others.
_OTHER = frozenset(
    re.findall(
        r"\w+",
        "fonttbl colortbl stylesheet info pict object objdata header headerl headerr headerf footer footerl footerr "
        "footerf listtable listoverridetable revtbl rsidtbl generator fldinst themedata colorschememapping datastore "
        "xmlnstbl annotation atnid atnauthor atnref bkmkstart bkmkend nonshppict sp sn sv filetbl latentstyles mmathPr "
        "pgptbl ftnsep ftnsepc aftnsep aftnsepc xe tc txe rxe nonesttables listpicture upr private",
    )
)
#: Groups that begin with \* and contain text of the document.
_SHOWN = frozenset(("shpinst", "shptxt", "ud", "nesttableprops", "pntext", "shppict"))
_SYMBOLS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "column": "\n", "row": "\n", "nestrow": "\n",
    "tab": "\t", "cell": "\t", "nestcell": "\t",
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "emspace": "\u2003", "enspace": "\u2002", "qmspace": " ",
}  # fmt: skip
_ESCAPED = {"~": "\xa0", "_": "-", "\n": "\n", "\r": "\n"}
_CHARSETS = {
    128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254", 204: "cp1251", 238: "cp1250",
}  # fmt: skip
_PAGES = {936: "gb18030", 950: "cp950", 932: "cp932", 949: "cp949", 65001: "utf-8", 10008: "gb18030", 54936: "gb18030"}
#: Maximum number of groups within each other.
_DEPTH = 10_000


@dataclass(slots=True)
class _State:
    """What applies in a group: whether its text is left out, its font, and how many characters follow each \\u."""

    other: bool = False
    hidden: bool = False
    deleted: bool = False
    note: bool = False
    fonts: bool = False
    font: int = -1
    skipped: int = 1


@dataclass(slots=True)
class _Document:
    state: _State = field(default_factory=_State)
    outer: list[_State] = field(default_factory=list)
    page: str = "cp1252"
    first_font: int = -1
    charsets: dict[int, str] = field(default_factory=dict)
    #: Bytes that are not decoded yet, and characters left to skip after \u.
    waiting: bytearray = field(default_factory=bytearray)
    left: int = 0
    high: int = 0
    text: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    length: int = 0
    #: Whether the group has just begun, or has begun with \*.
    begun: bool = False
    starred: bool = False

    def add(self, words: str) -> None:
        state = self.state
        if state.other or state.hidden or state.deleted or state.fonts:
            return
        (self.notes if state.note else self.text).append(words)
        self.length += len(words)

    def flush(self) -> None:
        """Decode the bytes that were collected. They can be one character in two tokens."""
        if not self.waiting:
            return
        state = self.state
        codec = self.charsets.get(state.font if state.font >= 0 else self.first_font, self.page)
        words = bytes(self.waiting).decode(codec, "replace")
        self.waiting.clear()
        self.add(words)

    def token(self, m: re.Match[str]) -> None:
        begun, starred = self.begun, self.starred
        self.begun = self.starred = False
        if m["byte"] is not None:
            self._byte(bytes((int(m["byte"], 16),)))
        elif m["text"] is not None:
            self._byte(m["text"].encode("latin-1"))
        elif m["brace"] is not None:
            self._brace(m["brace"])
        elif m["symbol"] is not None:
            self._symbol(m["symbol"], begun)
        elif m["word"] is not None:
            self._word(m["word"], m["number"], begun, starred)

    def _byte(self, data: bytes) -> None:
        cut = min(self.left, len(data))
        self.left -= cut
        self.waiting += data[cut:]

    def _brace(self, brace: str) -> None:
        self.flush()
        self.left = 0
        if brace == "{":
            if len(self.outer) >= _DEPTH:
                raise ValueError(f"more than {_DEPTH:,} groups within each other")
            self.outer.append(replace(self.state))
            self.begun = True
        elif self.outer:
            if self.state.note and not self.outer[-1].note:
                self.add("\n")
            self.state = self.outer.pop()

    def _symbol(self, symbol: str, begun: bool) -> None:
        if symbol in "\\{}":
            self._byte(symbol.encode())
        elif symbol == "*":
            self.starred = begun
        elif symbol in _ESCAPED:
            self.flush()
            self.add(_ESCAPED[symbol])

    def _word(self, word: str, digits: str | None, begun: bool, starred: bool) -> None:
        number = int(digits) if digits is not None else None
        if word == "u" and number is not None:
            self._unicode(number % 0x10000)
            return
        self.flush()
        state = self.state
        if begun or starred:
            if word == "fonttbl":
                state.fonts = True
            elif word in ("footnote", "endnote"):
                state.note = True
            elif word in _OTHER or (starred and word not in _SHOWN):
                state.other = True
        if word in _SYMBOLS:
            self.add(_SYMBOLS[word])
        else:
            self._property(word, number)

    def _property(self, word: str, number: int | None) -> None:
        state = self.state
        if word == "uc":
            state.skipped = max(number or 0, 0)
        elif word == "v":
            state.hidden = number != 0
        elif word == "deleted":
            state.deleted = number != 0
        elif word == "plain":
            state.hidden = state.deleted = False
        elif word == "f" and number is not None:
            state.font = number
        elif word == "deff" and number is not None:
            self.first_font = number
        elif word == "ansicpg" and number is not None:
            self.page = _codec(number)
        elif word == "fcharset" and state.fonts and number in _CHARSETS:
            self.charsets[state.font] = _CHARSETS[number]

    def _unicode(self, code: int) -> None:
        self.flush()
        if 0xD800 <= code < 0xDC00:
            self.high = code
        elif 0xDC00 <= code < 0xE000 and self.high:
            self.add(chr(0x10000 + ((self.high - 0xD800) << 10) + code - 0xDC00))
            self.high = 0
        else:
            self.add("\ufffd" if 0xD800 <= code < 0xE000 else chr(code))
        self.left = self.state.skipped


def _codec(page: int) -> str:
    try:
        return codecs.lookup(_PAGES.get(page, f"cp{page}")).name
    except LookupError:
        return "cp1252"


def read_rtf(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport]:
    """Yield an .rtf file as one report. Footnotes follow at the end of the text.

    Raises
    ------
    ReadingError
        The file is no .rtf file, or damaged, or its text is too long.
    """
    start = data.find(RTF, 0, 100)
    if start < 0:
        raise ReadingError(source, "not an .rtf file: it does not begin with {\\rtf; save it as .docx")
    document = _Document()
    text = data.decode("latin-1")
    while m := _TOKEN.match(text, start):
        start = m.end()
        try:
            if m["word"] == "bin":
                start += max(int(m["number"] or 0), 0)
            else:
                document.token(m)
        except ValueError as error:
            raise ReadingError(source, f"the .rtf file cannot be read at byte {m.start()}: {error}") from None
        if document.length > MAX_CHARACTERS:
            raise ReadingError(source, f"more than {MAX_CHARACTERS:,} characters; the limit of a report")
    document.flush()
    if document.outer:
        raise ReadingError(source, "the .rtf file is cut off: its last group does not end; download or save it again")
    lines = f"{''.join(document.text)}\n{''.join(document.notes)}".split("\n")
    yield from one_report(lines, source, stem, "the file holds no text")
