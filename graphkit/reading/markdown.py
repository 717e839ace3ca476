"""The elements of Markdown: headings, links and tags. They are found in one pass; the time is linear in the length of the text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from graphkit.grammar.patterns import pattern

_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+)$", re.M)
_TAG_BREAK = re.compile(r"</p\s*>|<br\s*/?>|</(?:div|li|h\d|tr)\s*>", re.I)
_TAG = re.compile(r"<[/!]?[a-zA-Z][^<>]{0,300}>")
_LINK_LINE = re.compile(r"^\[[^\]]*\]\([^)]*\)$")
_NO_CONTENT = pattern("markdown.no_content")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_SPACE = re.compile(r"\s")
#: An address in a link has at most so many characters.
_ADDRESS = re.compile(r"\]\((https?://[^)\s]{1,2000})\)")
#: No character has a number of more digits; longer ones are not decoded.
_LONG_NUMBER = re.compile(r"&(?=#[xX]?[0-9a-fA-F]{8})")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line at `start:end` of the text. above: number of the next heading before it of a higher level, -1 without one."""

    level: int
    title: str
    start: int
    end: int
    above: int


def headings_in(text: str) -> list[Heading]:
    """Headings that begin with number signs, in order."""
    found: list[Heading] = []
    for m in _HEADING.finditer(text):
        level = len(m[1])
        above = len(found) - 1
        while above >= 0 and found[above].level >= level:
            above = found[above].above
        found.append(Heading(level, _title(m[2]), m.start(), m.end(), above))
    return found


def _title(words: str) -> str:
    """The words of a heading without closing number signs and blanks; at least one character stays."""
    bare = words.rstrip("#").rstrip(" \t")
    return bare or words[0]


def without_heading_marks(text: str, headings: list[Heading]) -> str:
    """The text with the bare titles in the place of its heading lines."""
    parts: list[str] = []
    at = 0
    for heading in headings:
        parts += (text[at : heading.start], heading.title)
        at = heading.end
    return "".join([*parts, text[at:]])


def first_address(text: str) -> str:
    """The first web address that a link has, "" without one."""
    m = _ADDRESS.search(text)
    return m[1] if m else ""


def plain(text: str) -> str:
    """Text without leftover tags, links and rules; paragraphs on lines of their own."""
    text = _TAG_BREAK.sub("\n", text)
    text = html.unescape(_LONG_NUMBER.sub("&amp;", _TAG.sub("", text)))
    lines = []
    for line in text.split("\n"):
        line = line.strip(" \t\u3000\xa0")
        if line and not _LINK_LINE.match(line) and not _NO_CONTENT.match(line):
            lines.append(_BOLD.sub(r"\1", without_links(line)))
    return "\n".join(lines)


def without_links(line: str) -> str:
    """The words of links in the place of the links: [words](address).

    >>> without_links("[甲](http://x.cn/a)、[乙]")
    '甲、[乙]'
    """
    return "".join(_link_parts(line)) if "](" in line else line


def _link_parts(line: str) -> Iterator[str]:
    """Each bracket is looked at once: brackets that open before one closing bracket are one link or none."""
    at = 0
    closing = space = -1
    opening = line.find("[")
    while opening >= 0:
        bracket = line.find("]", opening)
        if bracket < 0:
            break
        end = -1
        if line.startswith("(", bracket + 1):
            if closing < bracket:
                closing = _next(line.find(")", bracket), line)
            if space < bracket:
                blank = _SPACE.search(line, bracket)
                space = blank.start() if blank else len(line)
            end = closing if closing < space else -1
        if end >= 0:
            yield line[at:opening]
            yield line[opening + 1 : bracket]
            at = end + 1
        opening = line.find("[", max(bracket + 1, at))
    yield line[at:]


def _next(found: int, line: str) -> int:
    """Where a character was found, the end of the line if it was not."""
    return found if found >= 0 else len(line)
