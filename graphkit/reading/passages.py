"""Cuts a report into passages: headline, dateline, lead, sentences, quotations, captions, byline, tail.

Works on the shadow; everything that is not the report itself (menus, editors, disclaimers, the teaser of
another report) becomes `tail` and no rule looks at it. The forms are those of GENRE.md 1–9 and 17–21.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphkit.model import Passage, PassageKind
from graphkit.reading.shadow import Shadow

_END = re.compile(r"[。！？!?]+[”’）》]*|…{2}[”’）]*")
_META = re.compile(
    r"^(?:日期|发布时间|发布日期|时间|来源|作者|信息来源|文章来源|稿源|点击数?|点击量|浏览次数|浏览量|阅读次数?|阅读量|访问量|文章字数|"
    r"字号|字体|打印|分享到?|编辑|供稿|撰稿|发布者|发布人|发布机构|索引号|当前位置|您现在的位置|首页)[^。]{0,60}$"
    r"|^\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?[^。]{0,30}$|^[\d:\-/\s年月日]+$"
)
_TAIL = re.compile(
    r"^[（(【［]?(?:责任?编辑?|责编|编辑|编审|校对|审核|审签|监制|主编|总编|值班|初审|复审|终审|一审|二审|三审|统筹|来源|供稿|撰稿|图/?文|文/?图|文字|摄影|"
    r"通讯员|记者|作者|关键词|标签|上一篇|下一篇|上一条|下一条|打印本页|关闭窗口|关闭|扫一扫|分享|点击|版权|免责|声明|附件|相关(?:新闻|阅读|链接)|"
    r"推荐阅读|延伸阅读|更多)(?:[：:／/|｜ ].*|[）)】］]?)$"
    r"|^(?:本文系|本站|免责声明|版权声明|特别声明|凡注明|转载请).*"
)
_TEASER = re.compile(r"^(?:新闻推荐|相关推荐|推荐阅读|相关新闻|热门推荐|猜你喜欢|相关阅读|延伸阅读|下一篇|上一篇)[：:]?.{0,30}$")
_MENU = re.compile(r"首\s*页|网站地图|加入收藏|设为首页|信息公开|政务服务|互动交流")
_BYLINE_END = re.compile(
    r"[（(［](?:本报|本网|见习|实习|特约|全媒体|融媒体?|首席)*(?:记者|通讯员|责编|来源|作者|图文|文图|摄影|供稿|撰稿|编辑)?[：: ]?"
    r"(?:[\u4e00-\u9fff·]{2,4}[ 、/]?)(?:[\u4e00-\u9fff·]{1,8}+[ 、/：:]?+){0,8}+[）)］] ?$"
)
_SOURCE_END = re.compile(r"[（(［]《[^》]+》[^）)］]{0,30}[）)］]$|［(?:责编|来源)[^］]*］$")
_DATELINE = re.compile(
    r"^(?:[\u4e00-\u9fff（）“”]{0,16}(?:网|社|台|报|客户端|融媒|传媒|新闻|中心|发布|热线|日报|晚报)?(?:消息|讯|电)"
    r"(?:（[^）]{1,24}）)?(?:[：:]| ?(?=（|(?:\d|近|日|今|昨|为|由|在|[\u4e00-\u9fff])))"
    r"|新华社[\u4e00-\u9fff]{1,10}\d{1,2}月\d{1,2}日(?:电|讯)"
    r"|本报[\u4e00-\u9fff]{0,6}(?:\d{1,2}月\d{1,2}日)?(?:电|讯))"
)
_DATELINE_BY = re.compile(r"^ ?（(?:(?:全媒体|融媒体?|首席|见习|实习|本报|特约)*(?:记者|通讯员|特派员)[^）]{1,60})）[：:]?")
_DATELINE_WORDS = re.compile(r"(?:网|社|台|报|端|媒|闻|心|布|视)?(?:消息|讯|电)")
_CAPTION = re.compile(r"^[（(]?(?:图为|图片?[一二三四五六七八九十\d]?[：:]|▲|△|↑)|[^。]{0,40}摄(?:影)?[）)]?$")
_DIGEST_TITLE = re.compile(r"快讯$|快讯[ 】）]|简讯|一句话新闻|要闻速览|简明新闻|新闻集锦|每日要闻")
#: No real sentence is longer (the longest of 30,000 reports has 1,978 characters); a longer one is cut so that time stays linear.
LONGEST_SENTENCE = 2000
#: A long sentence is cut at one of these marks when one stands among so many last characters of the piece.
_CUT_MARKS = "，；、： "
_CUT_WINDOW = 200
#: A byline at the end of a paragraph has at most so many characters.
_LONGEST_BYLINE = 400
_QUOTATION = re.compile(r"“[^“”]{1,200}”")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the shadow (`start`, `end` are shadow offsets).

    paragraph: number of its paragraph; item: number of the digest item; first: opens its paragraph.
    """

    kind: PassageKind
    start: int
    end: int
    paragraph: int
    item: int
    first: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """The frame of a report: sentences in reading order and the stretches that are no part of it."""

    sentences: tuple[Sentence, ...]
    frame: tuple[tuple[PassageKind, int, int, int], ...]


@dataclass(slots=True)
class _Paragraph:
    start: int
    end: int
    kind: PassageKind
    item: int = 0


def make_layout(shadow: Shadow, title: str = "") -> Layout:
    """Frame and sentences of a report's shadow. `title` helps to know a digest."""
    paragraphs = _classify(shadow.text, _spans(shadow.text))
    _number_items(shadow.text, paragraphs, title)
    sentences: list[Sentence] = []
    frame: list[tuple[PassageKind, int, int, int]] = []
    lead_of: set[int] = set()
    for n, paragraph in enumerate(paragraphs):
        start, end = paragraph.start, paragraph.end
        if paragraph.kind is PassageKind.TAIL or paragraph.kind is PassageKind.BYLINE:
            frame.append((paragraph.kind, start, end, paragraph.item))
            continue
        if paragraph.kind is PassageKind.HEADLINE:
            for a, b in _headline_parts(shadow.text, start, end):
                sentences.append(Sentence(PassageKind.HEADLINE, a, b, n, paragraph.item, a == start))
            continue
        start = _skip_dateline(shadow.text, start, end, frame, paragraph.item)
        end = _cut_byline(shadow.text, start, end, frame, paragraph.item)
        first = True
        for a, b in _split(shadow.text, start, end):
            kind = paragraph.kind
            if kind is PassageKind.SENTENCE and paragraph.item not in lead_of:
                kind = PassageKind.LEAD
                lead_of.add(paragraph.item)
            sentences.append(Sentence(kind, a, b, n, paragraph.item, first))
            first = False
    return Layout(tuple(sentences), tuple(frame))


def passages(shadow: Shadow, layout: Layout) -> tuple[Passage, ...]:
    """The layout as passages with original offsets, quotations added, in order of their start."""
    found = [Passage(s.kind, *shadow.original(s.start, s.end), s.item) for s in layout.sentences]
    found += [Passage(kind, *shadow.original(a, b), item) for kind, a, b, item in layout.frame if a < b]
    for s in layout.sentences:
        for m in _QUOTATION.finditer(shadow.text, s.start, s.end):
            found.append(Passage(PassageKind.QUOTATION, *shadow.original(m.start(), m.end()), s.item))
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
        elif _META.match(line) or _TAIL.match(line) or len(_MENU.findall(line)) >= 2 or _SOURCE_END.fullmatch(line):
            kind = PassageKind.TAIL
        elif _BYLINE_END.fullmatch(line):
            kind = PassageKind.BYLINE
        elif len(line) <= 80 and _CAPTION.search(line):
            kind = PassageKind.CAPTION
        elif in_head and (len(line) <= 80 or (len(line) <= 160 and " " in line and "。" not in line)) and not _dateline_end(line) and not re.search(r"[。；]$|。[”）]?$", line):
            kind = PassageKind.HEADLINE
        elif not in_head and len(line) <= 40 and not re.search(r"[。！？；：…，”）]$", line):
            kind = PassageKind.CAPTION
        if kind is PassageKind.SENTENCE:
            in_head = False
        found.append(_Paragraph(start, end, kind))
    if found and not any(p.kind is PassageKind.SENTENCE for p in found):
        _one_line_text(text, found)
    return found


def _one_line_text(text: str, found: list[_Paragraph]) -> None:
    """A text whose only paragraph looks like a headline but holds sentences."""
    for p in found:
        if p.kind is PassageKind.HEADLINE and ("。" in text[p.start : p.end] or p.end - p.start > 60):
            p.kind = PassageKind.SENTENCE


def _number_items(text: str, paragraphs: list[_Paragraph], title: str) -> None:
    """A digest is cut into items: a line without a full stop before a paragraph that ends with one."""
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
            following is not None and p.end - p.start <= 50 and not re.search(r"[。：]$", line)
            and text[following.start : following.end].rstrip("”）").endswith("。")
        )
        if is_head and (seen_head or p.kind is not PassageKind.HEADLINE or not _DIGEST_TITLE.search(line)):
            item += 1
            p.kind = PassageKind.HEADLINE
            seen_head = True
        p.item = item


def _headline_parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    parts, a = [], start
    for m in re.finditer(" ", text[start:end]):
        b = start + m.start()
        if b > a:
            parts.append((a, b))
        a = b + 1
    if a < end:
        parts.append((a, end))
    return parts


def _dateline_end(line: str) -> int:
    """Length of the dateline that opens a line, 0 if there is none."""
    m = _DATELINE.match(line)
    end = 0
    if m and (m.group().rstrip().endswith(("：", ":")) or (_DATELINE_WORDS.search(m.group()) and _known_dateline(m.group()))):
        end = m.end()
    by = _DATELINE_BY.match(line[end:])
    if by:
        end += by.end()
    return end


def _known_dateline(words: str) -> bool:
    return bool(re.match(r"(?:本报|本网|本台|新华社|中新社|人民网|央视网|[\u4e00-\u9fff]{2,8}(?:网|日报|晚报|社|台|客户端|发布|中心))", words))


def _skip_dateline(
    text: str, start: int, end: int, frame: list[tuple[PassageKind, int, int, int]], item: int
) -> int:
    length = _dateline_end(text[start:end])
    if not length:
        return start
    frame.append((PassageKind.DATELINE, start, start + length, item))
    start += length
    while start < end and text[start] == " ":
        start += 1
    return start


def _cut_byline(
    text: str, start: int, end: int, frame: list[tuple[PassageKind, int, int, int]], item: int
) -> int:
    for pattern in (_SOURCE_END, _BYLINE_END, _SOURCE_END):
        m = pattern.search(text, max(start, end - _LONGEST_BYLINE), end)
        if m and m.start() > start and text[m.start() - 1] in "。！？”）］ ":
            frame.append((PassageKind.BYLINE, m.start(), m.end(), item))
            end = m.start()
    return end


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    parts, a = [], start
    holds_words, read = False, start
    for m in _END.finditer(text, start, end):
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
    """A sentence as it is; one that no writer writes in pieces of at most LONGEST_SENTENCE characters, cut after a mark if possible."""
    found = []
    while b - a > LONGEST_SENTENCE:
        limit = a + LONGEST_SENTENCE
        mark = max(text.rfind(c, limit - _CUT_WINDOW, limit) for c in _CUT_MARKS)
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
