"""Lines of the pages of a PDF → paragraphs, without what is repeated on the pages and without page numbers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from graphkit.grammar.patterns import pattern
from graphkit.reading.pdf_lines import Line, blocks, needs_blank, width

_PAGE_NUMBER = pattern("pdf.page_number")
_BARE_NUMBER = pattern("pdf.bare_number")
_SENTENCE_CLOSED = pattern("fields.sentence_closed")
_DIGITS = re.compile(r"\d+")
#: Number of lines at the top and at the bottom of a page that may be repeated on other pages.
_EDGE = 3
#: Maximum number of characters of a repeated line.
_LONGEST = 60
#: How far, in font sizes, a line may end before the right edge of its column and still be full: Chinese punctuation
#: does not begin a line. In other languages, the first word of the next line did not fit.
_FULL = 2.0
_WORD_FULL = 1.0
_INDENT = 0.8
_SAME_SIZE = 1.15
#: Distance of two lines as a multiple of the usual one from which on the second begins a paragraph.
_APART = 1.35


@dataclass(slots=True)
class _Placed:
    """A line with the edges of its column.

    Attributes
    ----------
    parted
        Whether a gap above parts it from the line before.
    first
        Whether it is the first one of its column.
    is_row
        Whether it is a row of a table: several texts at the same height.
    """

    line: Line
    left: float
    right: float
    parted: bool
    first: bool
    is_row: bool

    def is_full(self, following: str) -> bool:
        """Tell whether the line is so long that the first word of the next line was not written in it."""
        size = self.line.size
        word = following.split(" ", 1)[0]
        if needs_blank(self.line.text[-1], word[0]):
            return self.line.end + width(word, size) >= self.right - _WORD_FULL * size
        return self.line.end >= self.right - _FULL * size

    @property
    def is_indented(self) -> bool:
        return self.line.x > self.left + _INDENT * self.line.size


def paragraphs(pages: list[list[Line]]) -> list[str]:
    """Return the paragraphs of all pages. A paragraph can continue in the next column or on the next page."""
    found: list[str] = []
    before: _Placed | None = None
    for lines in _without_edges(pages):
        for block in blocks(lines):
            for placed in _placed(block):
                if before is not None and found and _continues(before, placed):
                    found[-1] = _joined(found[-1], placed.line.text)
                else:
                    found.append(placed.line.text)
                before = placed
    return found


def _placed(block: list[Line]) -> list[_Placed]:
    """Return the lines of a block, those of one row as one line, with the edges of the block."""
    rows: list[Line] = []
    joined: set[int] = set()
    for line in block:
        if rows and abs(rows[-1].y - line.y) <= 0.4 * line.size:
            rows[-1] = Line(rows[-1].x, line.end, line.y, line.size, f"{rows[-1].text} {line.text}")
            joined.add(len(rows) - 1)
        else:
            rows.append(line)
    steps = sorted(above.y - below.y for above, below in pairwise(rows))
    usual = steps[len(steps) // 2] if steps else 0.0
    size = sorted(line.size for line in rows)[len(rows) // 2]
    text = [line for line in rows if max(line.size, size) <= _SAME_SIZE * min(line.size, size)]
    left, right = min(line.x for line in text), max(line.end for line in text)
    return [
        _Placed(row, left, right, n > 0 and rows[n - 1].y - row.y > _APART * usual, n == 0, n in joined)
        for n, row in enumerate(rows)
    ]


def _continues(before: _Placed, after: _Placed) -> bool:
    """Tell whether a line continues the paragraph of the line before it."""
    sizes = sorted((before.line.size, after.line.size))
    if before.is_row or after.is_row or after.is_indented or sizes[1] > _SAME_SIZE * sizes[0]:
        return False
    if not before.is_full(after.line.text):
        return False
    if after.first:
        return _SENTENCE_CLOSED.search(before.line.text) is None
    return not after.parted


def _joined(before: str, after: str) -> str:
    """Join two lines: Chinese ones without a blank, and the parts of a hyphenated word without the hyphen."""
    if before.endswith("\xad"):
        return before[:-1] + after
    if before.endswith("-") and before[-2:-1].isalpha() and before[-2:-1].isascii() and after[:1].islower():
        return before[:-1] + after
    return f"{before} {after}" if needs_blank(before[-1], after[0]) else before + after


def _without_edges(pages: list[list[Line]]) -> list[list[Line]]:
    """Remove the lines at the edges that are repeated on other pages, and the page numbers."""
    shown = [lines for lines in pages if lines]
    counts = Counter(key for lines in shown for key in {_key(line) for line in _edges(lines)})
    # The left and the right pages of a newspaper or book can have different headers.
    least = max(2, (len(shown) + 2) // 3)
    numbers = sum(any(_BARE_NUMBER.fullmatch(line.text) for line in _edges(lines)) for lines in shown)
    kept = []
    for lines in shown:
        edges = {id(line) for line in _edges(lines)}
        outer = {id(lines[0]), id(lines[-1])}
        kept.append(
            [
                line
                for line in lines
                if not (
                    (id(line) in edges and len(line.text) <= _LONGEST and counts[_key(line)] >= least)
                    or (id(line) in edges and _PAGE_NUMBER.fullmatch(line.text))
                    or (id(line) in outer and 2 * numbers > len(shown) and _is_lone_number(lines, line))
                )
            ]
        )
    return kept


def _is_lone_number(lines: list[Line], line: Line) -> bool:
    """Tell whether a line is a number that is away from the other lines of its page."""
    if not _BARE_NUMBER.fullmatch(line.text) or len(lines) < 2:
        return False
    other = lines[1] if line is lines[0] else lines[-2]
    return abs(other.y - line.y) > 1.5 * max(other.size, line.size)


def _edges(lines: list[Line]) -> list[Line]:
    return lines[:_EDGE] + lines[max(_EDGE, len(lines) - _EDGE) :]


def _key(line: Line) -> tuple[str, int]:
    """Return the text of a line with any number, and its place: a header is at the same height on all pages."""
    return _DIGITS.sub("0", "".join(line.text.split())), round(line.y / 4)
