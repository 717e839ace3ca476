"""Plain text and Markdown. A Markdown file with several headings of one level holds several reports."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from graphkit.model import NoReport, Report
from graphkit.reading.decoding import check_length, decode
from graphkit.reading.fields import describe
from graphkit.recognition.dates import iso_day

_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t]*#*$", re.M)
_TAG_BREAK = re.compile(r"</p\s*>|<br\s*/?>|</(?:div|li|h\d|tr)\s*>", re.I)
_TAG = re.compile(r"<[/!]?[a-zA-Z][^<>]{0,300}>")
_LINK_LINE = re.compile(r"^\[[^\]]*\]\([^)]*\)$")
_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
_RULE = re.compile(r"^(?:-{3,}|\*{3,}|_{3,})$|^\((?:更新时间戳|timestamp)[^)]*\)$")
_CONTENTS = re.compile(r"摘要|目录|提要|导读|内容简介|contents", re.I)


def read_text(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport]:
    """One report from a text file."""
    text = decode(data, source)
    check_length(text, source)
    if not any(c.isalnum() for c in text):
        yield NoReport(source, "the file holds no words")
        return
    yield describe(Report(id=stem, text=text.strip("\n"), source=source))


def read_markdown(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport]:
    """Reports from a Markdown file: one for each heading of the deepest repeated level that has text under it."""
    text = decode(data, source)
    headings = list(_HEADING.finditer(text))
    levels = [len(h[1]) for h in headings]
    deepest = max((lv for lv in set(levels) if levels.count(lv) > 1), default=0)
    day = iso_day(stem) or next((iso_day(h[2]) for h in headings if iso_day(h[2])), "")
    if deepest < 2:
        body = _clean(_HEADING.sub(lambda h: h[2], text))
        check_length(body, source)
        if any(c.isalnum() for c in body):
            yield describe(Report(id=stem, text=body, date=day, source=source))
        else:
            yield NoReport(source, "the file holds no words")
        return
    number = 0
    for n, heading in enumerate(headings):
        if len(heading[1]) != deepest or _under_contents(headings, n):
            continue
        end = headings[n + 1].start() if n + 1 < len(headings) else len(text)
        body = _clean(text[heading.end() : end])
        number += 1
        place = f"{source}:{text.count(chr(10), 0, heading.start()) + 1}"
        if not body:
            yield NoReport(place, f"heading without text: {heading[2]}")
            continue
        url = next((u for u in re.findall(r"\]\((https?://[^)\s]+)\)", text[heading.end() : end])), "")
        title = _clean(heading[2])
        whole = f"{title}\n{body}"
        check_length(whole, place)
        yield describe(Report(id=f"{stem}-{number:02d}", text=whole, title=title, date=day, url=url, source=place))


def _under_contents(headings: list[re.Match[str]], n: int) -> bool:
    level = len(headings[n][1])
    for heading in reversed(headings[:n]):
        if len(heading[1]) < level:
            return bool(_CONTENTS.search(heading[2]))
    return False


def _clean(text: str) -> str:
    """Text without leftover tags, links and rules; paragraphs on lines of their own."""
    text = _TAG_BREAK.sub("\n", text)
    text = html.unescape(_TAG.sub("", text))
    lines = []
    for line in text.split("\n"):
        line = line.strip(" \t\u3000\xa0")
        if line and not _LINK_LINE.match(line) and not _RULE.match(line):
            lines.append(re.sub(r"\*\*(.+?)\*\*", r"\1", _LINK.sub(r"\1", line)))
    return "\n".join(lines)
