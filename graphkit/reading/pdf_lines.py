"""Pieces of text of a PDF page → lines, and lines → blocks: columns, and what spans them, in reading order."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

#: Width of a Latin letter as a part of the size of the font. A Chinese character is as wide as the font size.
_NARROW = 0.5
#: How much the places of pieces in one line can differ, as a part of the size of the font.
_SAME_LINE = 0.4
#: Gap between the pieces of a line from which on they are different lines (of columns or cells), in font sizes.
_FAR = 1.5
_BLANK = 0.25
#: Minimum number of lines of a column, and how many times more lines it must have than those that cross the gap. The
#: last column of a text can be shorter.
_COLUMN_LINES = 6
_CROSSING = 3
#: Part of the width of a column that half of its lines must fill: cells of a table do not.
_FILLED = 0.75
_COLUMN_WIDTH = 8
_MAX_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text. y grows upwards. turned: whether it is not written from left to right."""

    x: float
    y: float
    size: float
    text: str
    turned: bool = False


@dataclass(slots=True)
class Line:
    """A line, or the part of it in one column."""

    x: float
    end: float
    y: float
    size: float
    text: str


def width(text: str, size: float) -> float:
    """Return the approximate width of a text."""
    return sum(size if unicodedata.east_asian_width(c) in "WFA" else size * _NARROW for c in text)


def lines_of(fragments: list[Fragment]) -> list[Line]:
    """Return the lines from top to bottom, and those at the same height from left to right."""
    lines: list[Line] = []
    for row in _rows(sorted(fragments, key=lambda f: -f.y)):
        lines += _joined(sorted(row, key=lambda f: f.x))
    return lines


def _rows(fragments: list[Fragment]) -> Iterator[list[Fragment]]:
    row: list[Fragment] = []
    for fragment in fragments:
        if row and row[0].y - fragment.y > _SAME_LINE * max(row[0].size, fragment.size):
            yield row
            row = []
        row.append(fragment)
    if row:
        yield row


def _joined(row: list[Fragment]) -> Iterator[Line]:
    """Join the pieces of a row that are next to each other."""
    line: Line | None = None
    last = ""
    for piece in row:
        words = piece.text.strip(" \t\xa0")
        if line is not None and words == last and piece.x - line.x < 0.3 * piece.size:
            continue  # Written twice at almost the same place, to look bold.
        start = piece.x + width(piece.text[: len(piece.text) - len(piece.text.lstrip())], piece.size)
        shown = words.strip()
        if line is None or start - line.end > _FAR * max(piece.size, line.size):
            if line is not None:
                yield line
            line = Line(start, start, piece.y, piece.size, "")
        gap = start - line.end
        if line.text and needs_blank(line.text[-1], words[0]) and (gap > _BLANK * piece.size or _is_parted(piece)):
            line.text += " "
        line.text += words
        line.end = max(line.end, start + width(shown, piece.size))
        line.size = max(line.size, piece.size)
        last = words
    if line is not None:
        yield line


def _is_parted(piece: Fragment) -> bool:
    """Tell whether a piece begins with a blank."""
    return piece.text[:1].isspace()


def needs_blank(before: str, after: str) -> bool:
    """Tell whether words that end and begin with these characters are separated by a blank: not next to Chinese ones."""
    return not (is_wide(before) or is_wide(after))


def is_wide(char: str) -> bool:
    """Tell whether a character is as wide as a Chinese one."""
    return unicodedata.east_asian_width(char) in "WF"


def blocks(lines: list[Line], columns: int = _MAX_COLUMNS) -> Iterator[list[Line]]:
    """Yield the lines of a page in reading order, as blocks: a column, or lines that are below each other."""
    gutter = _gutter(lines, columns)
    if gutter is None:
        if lines:
            yield lines
        return
    band: list[Line] = []
    across: list[Line] = []
    for line in lines:
        crosses = line.x < gutter < line.end
        if crosses and band:
            yield from _sides(band, gutter, columns)
            band = []
        elif not crosses and across:
            yield across
            across = []
        (across if crosses else band).append(line)
    if across:
        yield across
    yield from _sides(band, gutter, columns)


def _sides(lines: list[Line], gutter: float, columns: int) -> Iterator[list[Line]]:
    for side in ([s for s in lines if s.end <= gutter], [s for s in lines if s.end > gutter]):
        yield from blocks(side, columns - 1)


def _gutter(lines: list[Line], columns: int) -> float | None:
    """Return the middle of the vertical gap between columns of text, None if there is none.

    columns: the number of columns that the lines can have.
    """
    if columns < 2 or len(lines) <= _COLUMN_LINES:
        return None
    size = sorted(line.size for line in lines)[len(lines) // 2]
    events = sorted([(line.x, 1) for line in lines] + [(line.end, -1) for line in lines])
    best: tuple[int, float, float] | None = None
    open_lines = begun = 0
    for (place, change), (following, _) in pairwise(events):
        open_lines += change
        begun += change > 0
        left, right = begun - open_lines, len(lines) - begun
        longer = max(left, right)
        if (
            following - place < 0.8 * size
            or not min(left, right)
            or longer < max(_COLUMN_LINES, _CROSSING * open_lines)
        ):
            continue
        found = (-open_lines, following - place, (place + following) / 2)
        best = found if best is None or found > best else best
    if best is None:
        return None
    gutter = best[2]
    sides = [s for s in lines if s.end <= gutter], [s for s in lines if s.x >= gutter]
    are_columns = all(
        _is_column(side, size)
        or _gutter(side, columns - 1) is not None
        or (len(side) < _COLUMN_LINES and len(side) < max(map(len, sides)))
        for side in sides
    )
    return gutter if are_columns and _beside(*sides) else None


def _is_column(lines: list[Line], size: float) -> bool:
    """Tell whether lines are text that fills its width. The cells of a table do not, and side by side they are rows."""
    start, end = min(s.x for s in lines), max(s.end for s in lines)
    full = sum(s.end - s.x >= _FILLED * (end - start) for s in lines)
    return end - start >= _COLUMN_WIDTH * size and 2 * full >= len(lines)


def _beside(left: list[Line], right: list[Line]) -> bool:
    """Tell whether most of the lines of the shorter side are at the same height as the other side."""
    low, high = max(left[-1].y, right[-1].y), min(left[0].y, right[0].y)
    return all(
        2 * sum(low - s.size <= s.y <= high + s.size for s in side) >= len(side) for side in (left, right)
    ) or any(all(low - s.size <= s.y <= high + s.size for s in side) for side in (left, right))
