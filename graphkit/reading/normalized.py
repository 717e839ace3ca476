"""The normalized text of a report: a copy for matching, with the offset of each character in the original text.

It has half-width letters and digits, Chinese punctuation, simplified characters, no white space inside a paragraph and
one `\\n` between paragraphs. The original text never changes: `NormalizedText.original` maps a span back to it.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from opencc_pyo3 import OpenCC

from graphkit.grammar.patterns import pattern

_PUNCTUATION = {
    ",": "，",
    ";": "；",
    ":": "：",
    "?": "？",
    "!": "！",
    "(": "（",
    ")": "）",
    "[": "［",
    "]": "］",
    "「": "“",
    "」": "”",
    "『": "“",
    "』": "”",
    "〝": "“",
    "〞": "”",
    "﹁": "“",
    "﹂": "”",
    "•": "·",
    "・": "·",
    "‧": "·",
    "∙": "·",
    "―": "—",
    "─": "—",
    "〈": "《",
    "〉": "》",
    "｡": "。",
    "､": "、",
}
#: Characters of the block CJK Radicals Supplement, which PDF files contain in place of ideographs, and the ideographs
#: that they represent (Unicode, EquivalentUnifiedIdeograph.txt). NFKC converts the Kangxi radicals, but not these.
_RADICALS = dict(
    zip(
        "⺃⺅⺇⺉⺋⺎⺏⺐⺒⺓⺔⺖⺘⺙⺛⺞⺟⺠⺡⺢⺣⺦⺨⺫⺬⺭⺯⺱⺲⺹⺺⺽⺾⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻍⻎⻐⻓⻔⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
        "乚亻几刂卩兀尣尢巳幺彑忄扌攵旡歺母民氵氺灬丬犭罒示礻糹罓罒耂肀臼艹虎衤覀西见角讠贝车辶辶辶钅长门雨青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
        strict=True,
    )
)
_RADICAL = re.compile("[\u2e80-\u2fd5]")
#: Characters that may be replaced.
_OTHER = re.compile("[^\u3400-\u9fff0-9A-Za-z，。、；：！？（）《》“”%.+=/-]+")
_INVISIBLE = {"\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u200f", "\u202a", "\u202c"}
_SENTENCE_END = "。！？；：”）》…!?;:"
_DIGIT_COMMA = pattern("normalized.digit_comma")
_SPACES = re.compile(r"\s+")
#: White space within a line that may separate two paragraphs, and the least width of it, in quarters of a character.
_BLANKS = re.compile("[ \t\u00a0\u2000-\u200a\u3000]{2,}+")
_WIDE = {" ": 1, "\u00a0": 1, "\t": 4, "\u2001": 4, "\u2003": 4, "\u3000": 4, "\u2000": 2, "\u2002": 2}
_LEAST_WIDTH = 8
_BREAK_AFTER = pattern("normalized.break_after")
_BREAK_BEFORE = pattern("normalized.break_before")
#: Number of characters before a wide blank that show whether it separates two paragraphs.
_SEEN_BEFORE = 30
_TRADITIONAL = pattern("normalized.traditional")
_UNCHANGED = pattern("normalized.unchanged")


@dataclass(frozen=True, slots=True)
class NormalizedText:
    """A text for matching: `offsets[i]` is the offset of its character `i` in the original text."""

    text: str
    offsets: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text for the span `start:end`, which must not be empty."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def index(self, offset: int) -> int:
        """Return the index of the first character at or after an offset of the original text."""
        return bisect.bisect_left(self.offsets, offset)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@cache
def _simplified(char: str) -> str:
    out = _converter().convert(char)
    return out if len(out) == 1 else char


@cache
def _normalized(char: str) -> str:
    """Return the character that replaces a character in the normalized text."""
    if (known := _PUNCTUATION.get(char) or _RADICALS.get(char)) is not None:
        return known
    if "\uff01" <= char <= "\uff5e":
        narrow = chr(ord(char) - 0xFEE0)
        return narrow if narrow.isalnum() or narrow in "%+-=/." else char
    if "\u3400" <= char <= "\u9fff" or char < "\u0080":
        return char
    wide = unicodedata.normalize("NFKC", char)
    if len(wide) != 1 or wide.isspace() or char in "“”‘’…—·":
        return char
    return _PUNCTUATION.get(wide, wide)  # Forms for vertical text: U+FE10 is a comma.


def without_radicals(text: str) -> str:
    """Return a text in which characters of the blocks of radicals are replaced by ideographs."""
    return _RADICAL.sub(lambda m: _normalized(m.group()), text)


def usual_characters(text: str) -> str:
    """Return a text of the same length with the usual characters for radicals and for full-width letters and digits."""
    return _OTHER.sub(lambda m: "".join(map(_normalized, m.group())), text)


def simplified(words: str) -> str:
    """Return words of a report, of the same length, in simplified characters, full-width digits and punctuation marks.

    In contrast to `normalize`, which looks at a whole text, single words in traditional characters are converted.
    """
    return _DIGIT_COMMA.sub(",", "".join(_simplified(_normalized(char)) for char in words))


def normalize(text: str) -> NormalizedText:
    """Return the normalized text of a report. The time is linear in the length."""
    traditional = _is_traditional(text)
    chars: list[str] = []
    offsets: list[int] = []
    for start, end in _paragraphs(text):
        if chars:
            chars.append("\n")
            offsets.append(max(start - 1, offsets[-1]))
        _add_paragraph(text, start, end, traditional, chars, offsets)
    return NormalizedText(_DIGIT_COMMA.sub(",", "".join(chars)), tuple(offsets))


def _add_paragraph(text: str, start: int, end: int, traditional: bool, chars: list[str], offsets: list[int]) -> None:
    """Append the normalized characters of the paragraph `text[start:end]` and their offsets."""
    quote_open = False
    at = start
    while at < end:
        if (plain := _UNCHANGED.match(text, at, end)) is not None:
            chars += map(_simplified, plain.group()) if traditional else plain.group()
            offsets += range(at, plain.end())
            at = plain.end()
            continue
        if (spaces := _SPACES.match(text, at, end)) is not None:
            # In names and lists a space may be the only boundary: headline lines keep theirs.
            if chars and chars[-1] not in " \n" and _keeps_space(text, at, spaces.end()):
                chars.append(" ")
                offsets.append(at)
            at = spaces.end()
            continue
        char = text[at]
        at += 1
        if char in _INVISIBLE:
            continue
        if char == '"':
            char = "”" if quote_open else "“"
            quote_open = not quote_open
        else:
            char = _normalized(char)
            if traditional and char >= "\u3400":
                char = _simplified(char)
        chars.append(char)
        offsets.append(at - 1)


def _keeps_space(text: str, start: int, end: int) -> bool:
    """Tell whether the white space `start:end` is a boundary between two words, as between the parts of a headline.

    A line break is not.
    """
    return "\n" not in text[start:end] and _is_word(text[start - 1 : start]) and _is_word(text[end : end + 1])


def _is_word(char: str) -> bool:
    return bool(char) and (char.isalnum() or char in "“”‘’》《】【（）()")


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the spans of the paragraphs. Hard-wrapped lines (all of one width, broken within sentences) are joined."""
    lines = list(_lines(text))
    width = max((end - start for start, end in lines), default=0)
    in_blocks = _wrapped_blocks(text, lines, width)
    if not in_blocks and not _hard_wrapped(text, lines):
        return lines
    joined: list[tuple[int, int]] = []
    for n, (start, end) in enumerate(lines):
        previous = lines[n - 1] if n else None
        indented = text[start - 1 : start] in ("\u3000", "\t", " ") if start else False
        if (
            joined
            and previous is not None
            and not indented
            and not (in_blocks and text.count("\n", previous[1], start) > 1)
            and previous[1] - previous[0] >= width - 4
            and text[previous[1] - 1] not in "。！？”"
        ):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the lines that are not blank, without the white space around them.

    White space of the width of two characters separates two lines as a line break does, if what is before or after it
    shows that a paragraph ends there: 调研。　　会议指出.
    """
    start = 0
    for piece in text.split("\n"):
        at = 0
        for blanks in _BLANKS.finditer(piece):
            if blanks.start() > at and blanks.end() < len(piece) and _parts_paragraphs(piece, at, blanks):
                yield from _trimmed(piece, at, blanks.start(), start)
                at = blanks.end()
        yield from _trimmed(piece, at, len(piece), start)
        start += len(piece) + 1


def _trimmed(piece: str, at: int, end: int, start: int) -> Iterator[tuple[int, int]]:
    stripped = piece[at:end].strip()
    if stripped:
        first = start + at + len(piece[at:end]) - len(piece[at:end].lstrip())
        yield first, first + len(stripped)


def _parts_paragraphs(piece: str, at: int, blanks: re.Match[str]) -> bool:
    if sum(_WIDE.get(blank, 1) for blank in blanks.group()) < _LEAST_WIDTH:
        return False
    before = piece[max(at, blanks.start() - _SEEN_BEFORE) : blanks.start()]
    return bool(_BREAK_AFTER.search(before) or _BREAK_BEFORE.match(piece, blanks.end()))


def _hard_wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """Tell whether most lines have nearly the width of the longest one and end without a full stop."""
    if len(lines) < 4:
        return False
    widths = [end - start for start, end in lines]
    width = max(widths)
    if not 15 <= width <= 120:
        return False
    full = sum(w >= width - 4 for w in widths)
    cut = sum(w >= width - 4 and text[end - 1] not in _SENTENCE_END for w, (_, end) in zip(widths, lines, strict=True))
    return full >= 0.5 * len(lines) and cut >= 0.3 * len(lines)


def _wrapped_blocks(text: str, lines: list[tuple[int, int]], width: int) -> bool:
    """Tell whether blank lines separate the paragraphs, and only full lines of a paragraph are followed by another one.

    The lines before the first full one are not compared. At least two lines end within a sentence.
    """
    if not 15 <= width <= 120:
        return False
    first = next(n for n, (start, end) in enumerate(lines) if end - start >= width - 4)
    cut = blank = 0
    for (start, end), (following, _) in pairwise(lines[first:]):
        if text.count("\n", end, following) > 1:
            blank += 1
        elif end - start < width - 4:
            return False
        else:
            cut += text[end - 1] not in _SENTENCE_END
    return cut > 1 and blank > 0


def _is_traditional(text: str) -> bool:
    return len(_TRADITIONAL.findall(text[:4000])) >= 3
