"""A text made even for matching, with the way back to the original offsets.

The shadow has half-width letters and digits, Chinese punctuation, simplified characters, no white space
inside a paragraph and one `\\n` between paragraphs. The original text is never changed: a span of the
shadow is mapped back with `original`.
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
    """text: the even text. offsets[i]: where the shadow's character i stands in the original."""

    text: str
    offsets: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Original span of the shadow span `start:end` (not empty)."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def index(self, offset: int) -> int:
        """First shadow character at or after an original offset."""
        return bisect.bisect_left(self.offsets, offset)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@cache
def _simplified(char: str) -> str:
    out = _converter().convert(char)
    return out if len(out) == 1 else char


@cache
def _even(char: str) -> str:
    """One character for one character."""
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
    """Shadow of a report's text. Linear in the length."""
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
                # In names and lists a space may be the only boundary: headline lines keep theirs.
                if chars and chars[-1] not in " \n" and _keeps_space(text, i - 1, spaces.end()):
                    chars.append(" ")
                    offsets.append(i - 1)
                i = spaces.end()
                continue
            if char in _INVISIBLE:
                continue
            if char == '"':
                even = "”" if quote_open else "“"
                quote_open = not quote_open
            else:
                even = _even(char)
                if traditional and even >= "\u3400":
                    even = _simplified(even)
            chars.append(even)
            offsets.append(i - 1)
    return Shadow(_DIGIT_COMMA.sub(",", "".join(chars)), tuple(offsets))


def _keeps_space(text: str, start: int, end: int) -> bool:
    """White space `start:end` between two ideographs is a boundary (headline parts, names in a byline); a line break is none."""
    return "\n" not in text[start:end] and _is_word(text[start - 1 : start]) and _is_word(text[end : end + 1])


def _is_word(char: str) -> bool:
    return bool(char) and (char.isalnum() or char in "“”‘’》《】【（）()")


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Spans of paragraphs; hard-wrapped lines (all of one width, broken in mid-sentence) are joined."""
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
    """Most lines have nearly the width of the longest one and end without a full stop."""
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
