"""Finds what surrounds the sentences of a paragraph: dateline, bylines, photographers, and words of the page.

All offsets are those of the normalized text. No rule reads these parts.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphkit.grammar.patterns import pattern
from graphkit.model import PassageKind

#: Kind, start and end of a part that is not read, and the number of its item.
Part = tuple[PassageKind, int, int, int]

_BYLINE = pattern("passages.byline")
_SOURCE_AT_END = pattern("passages.source_at_end")
_DATELINE = pattern("passages.dateline")
_DATELINE_HEAD = pattern("passages.dateline_head")
_DATELINE_REPORTERS = pattern("passages.dateline_reporters")
_NAMES_IN_BRACKETS = pattern("passages.names_in_brackets")
_DATELINE_WORD = pattern("passages.dateline_word")
_DATELINE_MEDIUM = pattern("passages.dateline_medium")
_PHOTO_CREDIT = pattern("passages.photo_credit")
_CREDIT_IN_BRACKETS = pattern("passages.credit_in_brackets")
_FURNITURE_IN_BRACKETS = pattern("passages.furniture_in_brackets")
_FURNITURE_AT_END = pattern("passages.furniture_at_end")
_END_MARKS = "。！？!?"
#: Maximum length of a byline or of words of the page at the end of a paragraph, and of a photographer, in characters.
_LONGEST_BYLINE = 400
_LONGEST_CREDIT = 60


def dateline_end(line: str) -> int:
    """Return the length of the dateline at the beginning of a line, 0 if there is none."""
    end = 0
    if (head := _DATELINE_HEAD.match(line)) is not None:
        end = head.end()
    else:
        m = _DATELINE.match(line)
        if m and (
            m.group().rstrip().endswith(("：", ":"))
            or (_DATELINE_WORD.search(m.group()) and _DATELINE_MEDIUM.match(m.group()))
        ):
            end = m.end()
    by = _DATELINE_REPORTERS.match(line[end:]) or (_NAMES_IN_BRACKETS.match(line[end:]) if head else None)
    return end + by.end() if by else end


def skip_dateline(text: str, start: int, end: int, frame: list[Part], item: int) -> int:
    """Add the dateline of the paragraph `text[start:end]` to the frame. Return where the paragraph begins after it."""
    length = dateline_end(text[start:end])
    if not length:
        return start
    frame.append((PassageKind.DATELINE, start, start + length, item))
    start += length
    while start < end and text[start] == " ":
        start += 1
    return start


def cut_end(text: str, start: int, end: int, frame: list[Part], item: int) -> int:
    """Add bylines and words of the page at the end of a paragraph to the frame. Return where the paragraph ends."""
    for kind, at in _parts_at_end(text, start, end):
        frame.append((kind, at, end, item))
        end = at
    return end


def _parts_at_end(text: str, start: int, end: int) -> Iterator[tuple[PassageKind, int]]:
    """Yield the kinds and the beginnings of the parts that follow the last sentence, the last one first."""
    at = max(start, end - _LONGEST_BYLINE)
    if (m := _FURNITURE_AT_END.search(text, at, end)) and m.start() > start:
        end = m.start()
        yield PassageKind.TAIL, end
    while (at := _byline_at_end(text, start, end)) > start:
        end = at
        yield PassageKind.BYLINE, end


def _byline_at_end(text: str, start: int, end: int) -> int:
    """Return where the last byline or photographer begins after a sentence, and 0 if there is none."""
    for form in (_SOURCE_AT_END, _BYLINE):
        m = form.search(text, max(start, end - _LONGEST_BYLINE), end)
        if m and text[m.start() - 1] in "。！？”）］ ":
            return m.start()
    after = max(text.rfind(mark, max(start, end - _LONGEST_CREDIT), end) for mark in "。！？”）") + 1
    bracket = text.rfind("（", max(start, end - _LONGEST_CREDIT), end)
    if bracket > start and text[bracket - 1] in "。！？”" and _CREDIT_IN_BRACKETS.fullmatch(text, bracket, end):
        return bracket
    while after and after < end and text[after] == " ":
        after += 1
    return after if 0 < after < end and _PHOTO_CREDIT.fullmatch(text, after, end) else 0


def without_credits(text: str, start: int, end: int, frame: list[Part], item: int) -> tuple[int, int]:
    """Return the range of a sentence without photographers and words of the page at its ends, which join the frame."""
    while start < end and (m := _at_start(text, start, end)):
        kind = PassageKind.TAIL if m[0] is _FURNITURE_IN_BRACKETS else PassageKind.BYLINE
        frame.append((kind, start, m[1], item))
        start = m[1]
        while start < end and text[start] in " ”）" + _END_MARKS:
            start += 1
    closed = end
    while closed > start and text[closed - 1] in _END_MARKS:
        closed -= 1
    if closed > start and text[closed - 1] == "）":
        opened = text.rfind("（", max(start, closed - _LONGEST_CREDIT), closed)
        if opened > start and _CREDIT_IN_BRACKETS.fullmatch(text, opened, closed):
            frame.append((PassageKind.BYLINE, opened, end, item))
            end = opened
    return start, end


def _at_start(text: str, start: int, end: int) -> tuple[object, int] | None:
    """Return the pattern that matches at the beginning of a sentence, and the end of its match."""
    for form in (_PHOTO_CREDIT, _CREDIT_IN_BRACKETS, _FURNITURE_IN_BRACKETS):
        if m := form.match(text, start, end):
            return form, m.end()
    return None
