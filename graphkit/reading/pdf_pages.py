"""Lines of the pages of a PDF → paragraphs, without what is repeated on the pages and without page numbers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import dropwhile, pairwise, takewhile

from graphkit.grammar.patterns import pattern
from graphkit.reading.pdf_lines import Line, blocks, is_wide, width

_PAGE_NUMBER = pattern("pdf.page_number")
_BARE_NUMBER = pattern("pdf.bare_number")
_SENTENCE_CLOSED = pattern("fields.sentence_closed")
_DIGITS = re.compile(r"\d+")
#: How many times larger than that of the text the font of a title is, and among how many first lines it is.
_TITLE_SIZE = 1.2
_TITLE_WITHIN = 8
#: Number of lines at the top and at the bottom of a page that may be repeated on other pages.
_EDGE = 3
#: Maximum number of characters of a repeated line.
_LONGEST = 60
#: How far, in font sizes, a line and the first word of the next one may end before the right edge of the column. A
#: word is a character of Chinese with the punctuation after it, which does not begin a line, or what has no blank.
_SLACK = 1.0
_FIRST_WORD = re.compile(r"[!-~]+[，。；：！？、”’）》】]{0,3}|.[，。；：！？、”’）》】]{0,3}")
#: From how many lines on, and where among their ends, the right edge is found: a few lines can be longer.
_MANY = 10
_EDGE_AT = 0.9
#: Minimum indentation of the first line of a paragraph, in font sizes: two characters in Chinese.
_INDENT = 1.5
_LATIN_INDENT = 0.8
#: Number of indented lines from which on every paragraph is taken to begin with one.
_INDENTED = 2
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
        word = _FIRST_WORD.match(following)
        return self.line.end + (width(word.group(), size) if word else size) >= self.right - _SLACK * size

    @property
    def is_indented(self) -> bool:
        least = _INDENT if is_wide(self.line.text.lstrip()[:1] or " ") else _LATIN_INDENT
        return self.line.x > self.left + least * self.line.size


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and the size of its font."""

    text: str
    size: float


def paragraphs(pages: list[list[Line]]) -> list[Paragraph]:
    """Return the paragraphs of all pages. A paragraph can continue in the next column or on the next page."""
    lines = [placed for page in _without_edges(pages) for block in blocks(page) for placed in _placed(block)]
    indented = sum(line.is_indented and not line.is_row for line in lines) >= _INDENTED
    found: list[list[str]] = []
    sizes: list[float] = []
    before: _Placed | None = None
    for placed in lines:
        if before is not None and _continues(before, placed, indented):
            _add(found[-1], placed.line.text)
        else:
            found.append([placed.line.text])
            sizes.append(placed.line.size)
        before = placed
    return [Paragraph("".join(parts).strip(), size) for parts, size in zip(found, sizes, strict=True)]


def title_of(found: list[Paragraph]) -> str:
    """Return the title: the first lines in the largest font, if it is clearly larger than that of the text."""
    weights: Counter[float] = Counter()
    for paragraph in found:
        weights[round(paragraph.size, 1)] += len(paragraph.text)
    first = found[:_TITLE_WITHIN]
    largest = max((paragraph.size for paragraph in first), default=0.0)
    if not weights or largest < _TITLE_SIZE * weights.most_common(1)[0][0]:
        return ""
    lines = list(takewhile(lambda p: p.size > 0.95 * largest, dropwhile(lambda p: p.size <= 0.95 * largest, first)))
    title = " ".join(line.text for line in lines)
    return title if len(title) <= _LONGEST and not _SENTENCE_CLOSED.search(title) else ""


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
    ends = sorted(line.end for line in text)
    left, right = min(line.x for line in text), ends[int(_EDGE_AT * len(ends)) if len(ends) >= _MANY else -1]
    return [
        _Placed(row, left, right, n > 0 and rows[n - 1].y - row.y > _APART * usual, n == 0, n in joined)
        for n, row in enumerate(rows)
    ]


def _continues(before: _Placed, after: _Placed, indented: bool) -> bool:
    """Tell whether a line continues the paragraph of the line before it. indented: whether paragraphs are indented."""
    sizes = sorted((before.line.size, after.line.size))
    if before.is_row or after.is_row or after.is_indented or sizes[1] > _SAME_SIZE * sizes[0]:
        return False
    if not before.is_full(after.line.text):
        return False
    if after.first:
        return indented or _SENTENCE_CLOSED.search(before.line.text) is None
    return not after.parted


def _add(parts: list[str], after: str) -> None:
    """Add a line to the lines of a paragraph, in Chinese without a blank and in other languages with one.

    The parts of a hyphenated word are joined without the hyphen.
    """
    before = parts[-1]
    if before.endswith("\xad") or (before.endswith("-") and _is_letter(before[-2:-1]) and after[:1].islower()):
        parts[-1] = before[:-1]
    elif not _is_chinese(before + after) or (_is_letter(before[-1]) and _is_letter(after[0])):
        parts[-1] += " "
    parts.append(after)


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _is_chinese(line: str) -> bool:
    """Tell whether a line contains Chinese characters or punctuation, so that lines can be broken anywhere."""
    return any(map(is_wide, line))


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
