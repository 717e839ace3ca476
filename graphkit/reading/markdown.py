"""Finds headings, links and tags of Markdown in one pass. The time is linear in the length of the text."""

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
_HAN = re.compile("[\u4e00-\u9fff]")
#: The marks of a quotation at the beginning of a line.
_QUOTE_MARKS = re.compile(r"^(?:>[ \t]?)+")
#: A web address in a link; its maximum length is 2,000 characters.
_ADDRESS = re.compile(r"\]\((https?://[^)\s]{1,2000})\)")
#: The beginning of a character reference with more digits than any character has. It is not decoded.
_LONG_NUMBER = re.compile(r"&(?=#[xX]?[0-9a-fA-F]{8})")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line at `start:end` of the text.

    above: index of the nearest heading before it with a higher level, -1 if there is none.
    """

    level: int
    title: str
    start: int
    end: int
    above: int


def headings_in(text: str) -> list[Heading]:
    """Return the headings that begin with `#`, in order."""
    found: list[Heading] = []
    for m in _HEADING.finditer(text):
        level = len(m[1])
        above = len(found) - 1
        while above >= 0 and found[above].level >= level:
            above = found[above].above
        found.append(Heading(level, _title(m[2]), m.start(), m.end(), above))
    return found


def _title(words: str) -> str:
    """Return the words of a heading without `#` and spaces at their end; at least one character remains."""
    bare = words.rstrip("#").rstrip(" \t")
    return bare or words[0]


def without_heading_marks(text: str, headings: list[Heading]) -> str:
    """Return the text with the titles instead of the heading lines."""
    parts: list[str] = []
    at = 0
    for heading in headings:
        parts += (text[at : heading.start], heading.title)
        at = heading.end
    return "".join([*parts, text[at:]])


def first_address(text: str) -> str:
    """Return the first web address of a link, or "" if there is none."""
    m = _ADDRESS.search(text)
    return m[1] if m else ""


def plain(text: str) -> str:
    """Return the text without tags, links and rules, with one line for each paragraph."""
    text = _TAG_BREAK.sub("\n", text)
    text = html.unescape(_LONG_NUMBER.sub("&amp;", _TAG.sub("", text)))
    lines = []
    for line in text.split("\n"):
        line = _QUOTE_MARKS.sub("", line.strip(" \t\u3000\xa0"))
        if line and not _LINK_LINE.match(line) and not _NO_CONTENT.match(line):
            lines.append(_BOLD.sub(r"\1", without_links(line)))
    return "\n".join(line for line in lines if line)


def without_links(line: str) -> str:
    """Return the line with the words of links instead of the links: [words](address), ![caption](address of a picture).

    The words of a picture without Chinese characters are omitted.

    >>> without_links("[甲](http://x.cn/a)、[乙]")
    '甲、[乙]'
    """
    return "".join(_link_parts(line)) if "](" in line else line


def _link_parts(line: str) -> Iterator[str]:
    """Yield the parts of a line without links. Each bracket is visited once, so the time is linear."""
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
            picture = opening > at and line[opening - 1] == "!"
            yield line[at : opening - picture]
            if not picture or _HAN.search(line, opening, bracket):
                yield line[opening + 1 : bracket]
            at = end + 1
        opening = line.find("[", max(bracket + 1, at))
    yield line[at:]


def _next(found: int, line: str) -> int:
    """Return where a character was found, or the end of the line if it was not found."""
    return found if found >= 0 else len(line)
