"""XML without external entities, entity declarations and network access."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator

import lxml.etree

from graphkit.errors import ReadingError

_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_SPECIAL = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|(?P<entity><!ENTITY)"
    r"|&(?:\#(?P<decimal>[0-9]{1,9});|\#[xX](?P<hex>[0-9a-fA-F]{1,8});|(?P<name>[A-Za-z][A-Za-z0-9]{1,31});)?",
    re.S,
)
_XML_NAMES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_REMEDY = "open it in a browser to see the place, correct it, or save its reports as .jsonl"


def xml_bytes(text: str, source: str) -> bytes:
    """Return a decoded XML file for the parser, with the same lines.

    The names of characters in HTML (`&nbsp;`) become numbers, an ampersand that begins no reference becomes `&amp;`,
    and references to characters that XML does not allow become spaces. Raises ReadingError if the file declares
    entities.
    """

    declaration = _DECLARATION.match(text)
    start = declaration.end() if declaration else 0

    def safe(m: re.Match[str]) -> str:
        if m["entity"]:
            line = text.count("\n", 0, start + m.start()) + 1
            raise ReadingError(
                f"{source}:{line}", "the XML declares entities; refused, since they can expand endlessly"
            )
        return _reference(m)

    blank = "\n" * text.count("\n", 0, start)
    return (blank + _SPECIAL.sub(safe, text[start:])).rstrip("\x00\x1a \t\r\n").encode("utf-8")


def _reference(m: re.Match[str]) -> str:
    words = m.group()
    if not words.startswith("&"):
        return words
    if m["name"]:
        if m["name"] in _XML_NAMES:
            return words
        char = html.unescape(words)
        return "".join(f"&#{ord(c)};" for c in char) if char != words else f"&amp;{words[1:]}"
    if m["decimal"] or m["hex"]:
        code = int(m["decimal"]) if m["decimal"] else int(m["hex"], 16)
        return words if _is_allowed(code) else " "
    return "&amp;"


def _is_allowed(code: int) -> bool:
    """Tell whether XML allows the character."""
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF


def events(data: bytes, source: str) -> Iterator[tuple[str, lxml.etree._Element]]:
    """Yield the start and end of each element. Raises ReadingError with the line where the XML is not well-formed."""
    try:
        yield from lxml.etree.iterparse(
            io.BytesIO(data),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
    except lxml.etree.XMLSyntaxError as error:
        line = error.lineno or 1
        reason = re.sub(r",? line \d+, column \d+.*|, got .*| \(<string>.*", "", str(error.msg))
        raise ReadingError(f"{source}:{line}", f"the XML is not well-formed: {reason}; {_REMEDY}") from None


def xml_tree(text: str, source: str) -> lxml.etree._Element:
    """Return the root element. Raises ReadingError if the XML is not well-formed."""
    root = None
    for _, element in events(xml_bytes(text, source), source):
        root = element if root is None else root
    if root is None:
        raise ReadingError(source, "the XML holds no element")
    return root
