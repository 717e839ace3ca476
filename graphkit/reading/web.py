"""HTML pages: the article of a page, extracted by trafilatura. A list of articles is not a report."""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.etree
import lxml.html

from graphkit.grammar.patterns import pattern
from graphkit.model import NoReport, Report
from graphkit.reading.characters import tidy, without_glyphs, without_icons
from graphkit.reading.decoding import check_length, decode_leniently
from graphkit.reading.fields import describe
from graphkit.reading.mojibake import check_mojibake
from graphkit.reading.page_fields import page_date, page_publisher, shown_text
from graphkit.reading.page_origins import with_elements
from graphkit.reading.site_rules import PageParts, page_parts

_SENTENCE_END = pattern("web.sentence_end")
_TEASER_END = re.compile(r"(?:\.{3}|…+)\s*$", re.M)
_LABELLED_DATE = pattern("web.labelled_date")
_NAVIGATION = pattern("web.navigation")
_FULL_STOP = pattern("web.full_stop")
_TITLE_CLASS = re.compile(r"title|tit\b|biaoti|headline|bt\b|h1|news_name", re.I)


def read_html(data: bytes, source: str, stem: str, address: str = "") -> Iterator[Report | NoReport]:
    """The report of a page, or NoReport when the page has no article.

    address: of the page, if the file states it outside of the page; site rules of hosts need it.
    """
    page = without_icons(decode_leniently(data, source))
    check_length(page[: len(page) // 20], source)
    try:
        tree = lxml.html.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", page))
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError):
        yield NoReport(source, "the page holds no readable HTML")
        return
    if _drop_attributes(tree):
        page = lxml.html.tostring(tree, encoding="unicode")
    parts = page_parts(tree, source, address, page)
    ruled = parts or PageParts("")
    origin = ruled.origin if parts else None
    text = ruled.body or _article(page)
    reason = "" if ruled.body else _no_report(text, tree)
    if reason:
        check_mojibake(shown_text(tree), source)
        yield NoReport(source, reason, origin=origin)
        return
    title = ruled.title or _title(tree, text)
    whole = text if not title or title in text[: len(title) + 20] else f"{title}\n{text}"
    import trafilatura  # It is slow to import, and most commands read no pages.

    meta = trafilatura.extract_metadata(page)
    fields = meta.as_dict() if meta is not None else {}
    check_length(whole, source)
    tidied = tidy(whole, source)
    report = with_elements(
        Report(
            id=stem,
            text=tidied.text,
            title=without_glyphs(title or str(fields.get("title") or "")),
            date=ruled.date or page_date(tree) or str(fields.get("date") or ""),
            publisher=without_glyphs(ruled.publisher or page_publisher(tree) or str(fields.get("sitename") or "")),
            place=ruled.place,
            url=str(fields.get("url") or ""),
            source=source,
            note=tidied.note,
            origin=origin,
        ),
        tree,
    )
    yield describe(report)


#: An element with more attributes than any page needs loses them: the time of later steps grows with their square.
_MOST_ATTRIBUTES = 200


def _drop_attributes(tree: lxml.html.HtmlElement) -> bool:
    """Remove the attributes of elements that have far too many, and tell whether there was such an element."""
    crowded = [element for element in tree.iter("*") if len(element.attrib) > _MOST_ATTRIBUTES]
    for element in crowded:
        element.attrib.clear()
    return bool(crowded)


def _article(page: str) -> str:
    import trafilatura

    found = trafilatura.extract(page, include_comments=False, include_tables=True, deduplicate=False)
    lines = [line.strip(" \t\u3000\xa0") for line in (found or "").split("\n")]
    return "\n".join(line for line in lines if line)


def _no_report(text: str, tree: lxml.html.HtmlElement) -> str:
    if len(text) < 40:
        return "the page holds no article text"
    lines = text.split("\n")
    prose = [
        line
        for line in lines
        if len(_SENTENCE_END.findall(line)) >= 2 or (len(line) >= 60 and _SENTENCE_END.search(line[-3:]))
    ]
    if len(_TEASER_END.findall(text)) >= 3 or (not prose and len(lines) >= 3):
        return "a list of articles, not a report"
    if not prose and not _SENTENCE_END.search(text):
        return "the page holds no sentences"
    teasers = sum(
        1
        for e in tree.iter()
        if isinstance(e.tag, str) and len((e.text or "").strip()) > 40 and _TEASER_END.search((e.text or "").strip())
    )
    if teasers >= 3 and len(prose) < 2:
        return "a list of articles, not a report"
    return ""


def _title(tree: lxml.html.HtmlElement, text: str) -> str:
    """Return the title of the article: the text of h1, or of an element whose class is that of a title."""
    found: list[str] = []
    for element in tree.iter("h1", "h2", "h3", "div", "p", "span", "td"):
        words = re.sub(r"\s+", " ", element.text_content()).strip() if len(element) < 6 else ""
        if not 8 <= len(words) <= 90 or _SENTENCE_END.search(words) or _NAVIGATION.search(words):
            continue
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if element.tag in ("h1", "h2") or _TITLE_CLASS.search(names):
            found.append(words)
    page_title = (tree.findtext(".//title") or "").strip()
    for words in found:
        if page_title and words in page_title:
            return words
    if found:
        return found[0]
    above = _line_above_date(tree)
    if above:
        return above
    return re.split(r"\s*[-_|–—]\s*", page_title)[0] if len(page_title) >= 8 else ""


def _line_above_date(tree: lxml.html.HtmlElement) -> str:
    """The last short line before 发布时间：2024-05-30: a title that its markup does not show."""
    last = ""
    for words in tree.itertext():
        line = re.sub(r"\s+", " ", words).strip()
        if _LABELLED_DATE.search(line):
            return last
        if 8 <= len(line) <= 90 and not _FULL_STOP.search(line) and not _NAVIGATION.search(line):
            last = line
    return ""
