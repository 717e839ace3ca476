"""Cuts a report into passages: headline, dateline, lead, sentences, quotations, captions, byline, tail.

It works on the normalized text. Everything that is not part of the report (menus, editors, disclaimers, links to other
reports) becomes `tail`, which no rule reads. docs/genre.md describes the forms.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphkit.grammar.patterns import pattern
from graphkit.model import Passage, PassageKind
from graphkit.reading.clauses import last_mark
from graphkit.reading.frame import cut_end, dateline_end, skip_dateline, without_credits
from graphkit.reading.normalized import NormalizedText

_SENTENCE_END = pattern("passages.sentence_end")
_METADATA = pattern("passages.metadata")
_TAIL = pattern("passages.tail")
_TEASER = pattern("passages.teaser")
_MENU = pattern("passages.menu")
_FURNITURE = pattern("passages.furniture")
_BYLINE_LINE = pattern("passages.byline_line")
_BYLINE = pattern("passages.byline")
_SOURCE_AT_END = pattern("passages.source_at_end")
_CAPTION = pattern("passages.caption")
_SHOWS_PICTURE = pattern("passages.shows_picture")
_BEGINS_REPORT = pattern("passages.begins_report")
_DIGEST_TITLE = pattern("passages.digest_title")
_QUOTATION = pattern("passages.quotation")
_SENTENCE_CLOSED = pattern("passages.sentence_closed")
_CLAUSE_CLOSED = pattern("passages.clause_closed")
_NO_ITEM_TITLE = pattern("passages.no_item_title")
_MARKED_ITEM = pattern("passages.marked_item")
#: Maximum length of a sentence, in characters. A longer one is cut, so that the time stays linear.
#: The longest sentence of 30,000 reports has 1,978 characters.
LONGEST_SENTENCE = 2000
#: A long sentence is cut at the last of these marks in the last `_CUT_WINDOW` characters of a piece.
_CUT_MARKS = "，；、： "
_CUT_WINDOW = 200


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the normalized text, of which `start` and `end` are offsets.

    Attributes
    ----------
    paragraph
        Number of its paragraph.
    item
        Number of the item of the digest.
    first
        Whether it is the first sentence of its paragraph.
    """

    kind: PassageKind
    start: int
    end: int
    paragraph: int
    item: int
    first: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """The sentences of a report in reading order, and the ranges of its datelines, bylines and tails."""

    sentences: tuple[Sentence, ...]
    frame: tuple[tuple[PassageKind, int, int, int], ...]


@dataclass(slots=True)
class _Paragraph:
    start: int
    end: int
    kind: PassageKind
    item: int = 0


def make_layout(normalized: NormalizedText, title: str = "") -> Layout:
    """Return the layout of a report from its normalized text. `title` helps to recognise a digest."""
    paragraphs = _classify(normalized.text, _spans(normalized.text))
    _number_items(normalized.text, paragraphs, title)
    sentences: list[Sentence] = []
    frame: list[tuple[PassageKind, int, int, int]] = []
    lead_of: set[int] = set()
    for n, paragraph in enumerate(paragraphs):
        start, end = paragraph.start, paragraph.end
        if paragraph.kind is PassageKind.TAIL or paragraph.kind is PassageKind.BYLINE:
            frame.append((paragraph.kind, start, end, paragraph.item))
            continue
        if paragraph.kind is PassageKind.HEADLINE:
            for a, b in _headline_parts(normalized.text, start, end):
                sentences.append(Sentence(PassageKind.HEADLINE, a, b, n, paragraph.item, a == start))
            continue
        start = skip_dateline(normalized.text, start, end, frame, paragraph.item)
        end = cut_end(normalized.text, start, end, frame, paragraph.item)
        first = True
        for a, b in _split(normalized.text, start, end):
            if paragraph.kind in (PassageKind.SENTENCE, PassageKind.CAPTION):
                a, b = _trim(normalized.text, *without_credits(normalized.text, a, b, frame, paragraph.item))
                if not any(map(str.isalnum, normalized.text[a:b])):
                    continue
            kind = paragraph.kind
            if kind is PassageKind.SENTENCE and paragraph.item not in lead_of:
                kind = PassageKind.LEAD
                lead_of.add(paragraph.item)
            sentences.append(Sentence(kind, a, b, n, paragraph.item, first))
            first = False
    return Layout(tuple(sentences), tuple(frame))


def passages(normalized: NormalizedText, layout: Layout) -> tuple[Passage, ...]:
    """Return the layout as passages of the original text, with the quotations, in order of their start."""
    found = [Passage(s.kind, *normalized.original(s.start, s.end), s.item) for s in layout.sentences]
    found += [Passage(kind, *normalized.original(a, b), item) for kind, a, b, item in layout.frame if a < b]
    for s in layout.sentences:
        for m in _QUOTATION.finditer(normalized.text, s.start, s.end):
            found.append(Passage(PassageKind.QUOTATION, *normalized.original(m.start(), m.end()), s.item))
    return tuple(sorted(found, key=lambda p: (p.start, -p.end, p.kind.value)))


def _spans(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for piece in text.split("\n"):
        if piece.strip():
            spans.append((start, start + len(piece)))
        start += len(piece) + 1
    return spans


def _classify(text: str, spans: list[tuple[int, int]]) -> list[_Paragraph]:
    found: list[_Paragraph] = []
    in_head, cut = True, False
    for start, end in spans:
        line = text[start:end]
        kind = PassageKind.SENTENCE
        if cut or not any(c.isalnum() for c in line):
            kind = PassageKind.TAIL
        elif _TEASER.match(line) and not in_head:
            kind, cut = PassageKind.TAIL, True
        elif _is_tail(line):
            kind = PassageKind.TAIL
        elif (_BYLINE.fullmatch(line) and not _SHOWS_PICTURE.search(line)) or _BYLINE_LINE.fullmatch(line):
            kind = PassageKind.BYLINE
        elif len(line) <= 80 and _CAPTION.search(line) and not dateline_end(line):
            kind = PassageKind.CAPTION
        elif in_head and _is_headline(text[start : cut_end(text, start, end, [], 0)]):
            kind = PassageKind.HEADLINE
        elif not in_head and len(line) <= 40 and not _CLAUSE_CLOSED.search(line):
            kind = PassageKind.CAPTION
        if kind is PassageKind.SENTENCE:
            in_head = False
        found.append(_Paragraph(start, end, kind))
    _lead_with_picture(text, found)
    if found and not any(p.kind is PassageKind.SENTENCE for p in found):
        _one_line_text(text, found)
    return found


def _lead_with_picture(text: str, found: list[_Paragraph]) -> None:
    """Treat a paragraph that ends with a photographer as the lead if it names a day and the next one is no lead."""
    lead = next((n for n, p in enumerate(found) if p.kind is PassageKind.SENTENCE), len(found))
    if lead < len(found) and _can_be_lead(text[found[lead].start : found[lead].end]):
        return
    for p in found[:lead]:
        line = text[p.start : p.end]
        if p.kind is PassageKind.CAPTION and _can_be_lead(line) and "。" in line and not _SHOWS_PICTURE.search(line):
            p.kind = PassageKind.SENTENCE
            return


def _can_be_lead(line: str) -> bool:
    return dateline_end(line) > 0 or _BEGINS_REPORT.match(line) is not None


def _is_tail(line: str) -> bool:
    """Tell whether a line is metadata, a menu or another line that is not part of the report."""
    if _METADATA.match(line) or _TAIL.match(line) or _SOURCE_AT_END.fullmatch(line):
        return True
    return len(_MENU.findall(line)) >= 2 or _FURNITURE.fullmatch(line) is not None


def _is_headline(line: str) -> bool:
    """Tell whether a line before the first sentence is a headline."""
    if len(line) > 80 and (len(line) > 160 or " " not in line or "。" in line):
        return False
    return not dateline_end(line) and not _SENTENCE_CLOSED.search(line)


def _one_line_text(text: str, found: list[_Paragraph]) -> None:
    """Treat headlines as sentences in a text that has no other sentences, if they are long or have a full stop."""
    for p in found:
        if p.kind is PassageKind.HEADLINE and ("。" in text[p.start : p.end] or p.end - p.start > 60):
            p.kind = PassageKind.SENTENCE


def _number_items(text: str, paragraphs: list[_Paragraph], title: str) -> None:
    """Number the items of a digest. An item begins with a line without a full stop before a paragraph with one."""
    marked = {p.start for p in paragraphs if _MARKED_ITEM.match(text, p.start, p.end)}
    if len(marked) > 1:
        # ●7月20日，甲…; ●7月21日，乙…: each of these paragraphs is an item.
        item = 0
        for p in paragraphs:
            item += p.start in marked
            p.item = item
        return
    head = next((text[p.start : p.end] for p in paragraphs if p.kind is PassageKind.HEADLINE), "")
    if not (_DIGEST_TITLE.search(title.strip()) or _DIGEST_TITLE.search(head)):
        return
    item = 0
    seen_head = False
    own = [p for p in paragraphs if p.kind is not PassageKind.TAIL]
    after = iter(own[1:])
    for p in paragraphs:
        if p.kind is PassageKind.TAIL:
            p.item = item
            continue
        following = next(after, None)
        line = text[p.start : p.end]
        is_head = (
            following is not None
            and p.end - p.start <= 50
            and not _NO_ITEM_TITLE.search(line)
            and text[following.start : following.end].rstrip("”）").endswith("。")
        )
        if is_head and (seen_head or p.kind is not PassageKind.HEADLINE or not _DIGEST_TITLE.search(line)):
            item += 1
            p.kind = PassageKind.HEADLINE
            seen_head = True
        p.item = item


def _headline_parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    parts, a = [], start
    for part in text[start:end].split(" "):
        b = a + len(part)
        if b > a:
            parts.append((a, b))
        a = b + 1
    return parts


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    parts, a = [], start
    holds_words, read = False, start
    for m in _SENTENCE_END.finditer(text, start, end):
        b = m.end()
        if text[m.start() : m.end()].rstrip("”’）》").endswith("…") and b < end and text[b] not in "“\n":
            continue
        holds_words = holds_words or any(map(str.isalnum, text[read:b]))
        read = b
        if holds_words:
            parts.append((a, b))
            a, holds_words = b, False
    if holds_words or any(map(str.isalnum, text[read:end])):
        parts.append((a, end))
    return [piece for a, b in parts for piece in _pieces(text, *_trim(text, a, b))]


def _pieces(text: str, a: int, b: int) -> list[tuple[int, int]]:
    """Cut a sentence into pieces of at most LONGEST_SENTENCE characters, after a mark if possible."""
    found = []
    while b - a > LONGEST_SENTENCE:
        limit = a + LONGEST_SENTENCE
        mark = last_mark(text, limit - _CUT_WINDOW, limit, _CUT_MARKS)
        cut = mark + 1 if mark >= 0 else limit
        found.append((a, cut))
        a = cut
    return [*found, (a, b)]


def _trim(text: str, a: int, b: int) -> tuple[int, int]:
    while a < b and text[a] in " ”）":
        a += 1
    while b > a and text[b - 1] == " ":
        b -= 1
    return a, b
