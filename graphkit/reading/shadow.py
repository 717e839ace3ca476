"""The normalized text of a report, which is used for matching, with the offsets of its characters in the original text.

It has half-width letters and digits, Chinese punctuation marks, simplified characters, no white space inside a
paragraph, and one `\\n` between paragraphs. The original text is never changed: `original` maps a span to it.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

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
_INVISIBLE = {"\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u200f", "\u202a", "\u202c"}
_SENTENCE_END = "。！？；：”）》…!?;:"
_DIGIT_COMMA = pattern("shadow.digit_comma")
_SPACES = re.compile(r"\s+")
_TRADITIONAL = pattern("shadow.traditional")
_UNCHANGED = pattern("shadow.unchanged")


@dataclass(frozen=True, slots=True)
class Shadow:
    """A normalized text. offsets[i]: the offset of its character i in the original text."""

    text: str
    offsets: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in the original text of a span that is not empty."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def index(self, offset: int) -> int:
        """Return the offset of the first character at or after an offset of the original text."""
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
    """Return the normalized form of a character, which is one character."""
    if char in _PUNCTUATION:
        return _PUNCTUATION[char]
    if "\uff01" <= char <= "\uff5e":
        narrow = chr(ord(char) - 0xFEE0)
        return narrow if narrow.isalnum() or narrow in "%+-=/." else char
    if "\u3400" <= char <= "\u9fff" or char < "\u0080":
        return char
    wide = unicodedata.normalize("NFKC", char)
    return wide if len(wide) == 1 and not wide.isspace() and char not in "“”‘’…—·" else char


def make_shadow(text: str) -> Shadow:
    """Return the normalized text of a report in linear time."""
    traditional = _is_traditional(text)
    chars: list[str] = []
    offsets: list[int] = []
    quote_open = False
    for start, end in _paragraphs(text):
        if chars:
            chars.append("\n")
            offsets.append(max(start - 1, offsets[-1]))
            quote_open = False
        i = start
        while i < end:
            plain = _UNCHANGED.match(text, i, end)
            if plain:
                chars += map(_simplified, plain.group()) if traditional else plain.group()
                offsets += range(i, plain.end())
                i = plain.end()
                continue
            char = text[i]
            i += 1
            if (spaces := _SPACES.match(text, i - 1, end)) is not None:
                # In headlines and lists of names a space can be the only boundary.
                if chars and chars[-1] not in " \n" and _keeps_space(text, i - 1, spaces.end()):
                    chars.append(" ")
                    offsets.append(i - 1)
                i = spaces.end()
                continue
            if char in _INVISIBLE:
                continue
            if char == '"':
                normalized = "”" if quote_open else "“"
                quote_open = not quote_open
            else:
                normalized = _normalized(char)
                if traditional and normalized >= "\u3400":
                    normalized = _simplified(normalized)
            chars.append(normalized)
            offsets.append(i - 1)
    return Shadow(_DIGIT_COMMA.sub(",", "".join(chars)), tuple(offsets))


def _keeps_space(text: str, start: int, end: int) -> bool:
    """Tell whether white space is a boundary: it is between two words or names, and no line break."""
    return "\n" not in text[start:end] and _is_word(text[start - 1 : start]) and _is_word(text[end : end + 1])


def _is_word(char: str) -> bool:
    return bool(char) and (char.isalnum() or char in "“”‘’》《】【（）()")


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the spans of the paragraphs. Lines of equal width that end inside a sentence are joined."""
    lines: list[tuple[int, int]] = []
    start = 0
    for piece in text.split("\n"):
        end = start + len(piece)
        stripped = piece.strip()
        if stripped:
            lead = len(piece) - len(piece.lstrip())
            lines.append((start + lead, start + lead + len(stripped)))
        start = end + 1
    if not _hard_wrapped(text, lines):
        return lines
    width = max(end - start for start, end in lines)
    joined: list[tuple[int, int]] = []
    for n, (start, end) in enumerate(lines):
        previous = lines[n - 1] if n else None
        indented = text[start - 1 : start] in ("\u3000", "\t", " ") if start else False
        if (
            joined
            and previous is not None
            and not indented
            and previous[1] - previous[0] >= width - 4
            and text[previous[1] - 1] not in "。！？”"
        ):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _hard_wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """Tell whether most lines have nearly the width of the longest one, and many end inside a sentence."""
    if len(lines) < 4:
        return False
    widths = [end - start for start, end in lines]
    width = max(widths)
    if not 15 <= width <= 120:
        return False
    full = sum(w >= width - 4 for w in widths)
    cut = sum(w >= width - 4 and text[end - 1] not in _SENTENCE_END for w, (_, end) in zip(widths, lines, strict=True))
    return full >= 0.5 * len(lines) and cut >= 0.3 * len(lines)


def _is_traditional(text: str) -> bool:
    return len(_TRADITIONAL.findall(text[:4000])) >= 3
