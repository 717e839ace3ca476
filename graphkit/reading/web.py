"""HTML pages: the article of a page, extracted by trafilatura. A list of articles is not a report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import lxml.etree
import lxml.html

from graphkit.grammar.patterns import pattern
from graphkit.model import NoReport, Origin, Report
from graphkit.reading.characters import tidy, without_glyphs, without_icons
from graphkit.reading.decoding import check_length, decode_leniently, without_control_characters
from graphkit.reading.layout_tables import unfold_layout_tables
from graphkit.reading.mojibake import check_mojibake
from graphkit.reading.page_fields import displayed, page_date, page_publisher, shown_text
from graphkit.reading.page_metadata import Metadata, address_day, read_metadata, site_in_title
from graphkit.reading.page_origins import with_elements
from graphkit.reading.site_rules import PageParts, page_parts
from graphkit.reading.stated import describe_with
from graphkit.reading.wide_blanks import mark_wide_blanks, restored

if TYPE_CHECKING:
    from trafilatura.settings import Extractor

_SENTENCE_END = pattern("web.sentence_end")
_TEASER_END = re.compile(r"(?:\.{3}|…+)\s*$", re.M)
_LABELLED_DATE = pattern("web.labelled_date")
_NAVIGATION = pattern("web.navigation")
_FULL_STOP = pattern("web.full_stop")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
#: Share of the displayed sentences that an article must have, unless the page displays this number of teasers.
_MOST_SENTENCES, _TEASERS = 0.6, 3
#: Number of characters from which trafilatura keeps the article that it found. Chinese needs fewer than other languages;
#: of shorter texts, it searches the whole page, and joins the paragraphs.
_SHORTEST_TEXT = 80
#: Where the text of an article and the fields that the page itself lacks come from.
_JSON_LD_BODY = ("text", "JSON-LD articleBody")
_OF_SITE = {"date": "address of the page", "publisher": "name of the site"}
_ELLIPSIS = re.compile(r"…|\.\.\.|&(?:hellip|#8230|#x2026|#46|#x2e)", re.I)
_TITLE_CLASS = re.compile(r"title|tit\b|biaoti|headline|bt\b|h1|news_name", re.I)


def read_html(data: bytes, source: str, stem: str, address: str = "") -> Iterator[Report | NoReport]:
    """The report of a page, or NoReport when the page has no article.

    address: of the page, if the file states it outside of the page; site rules of hosts need it.
    """
    page = without_control_characters(without_icons(decode_leniently(data, source)))
    check_length(page[: len(page) // 20], source)
    try:
        tree = _parsed(page)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError):
        yield NoReport(source, "the page holds no readable HTML")
        return
    if _drop_attributes(tree):
        page = lxml.html.tostring(tree, encoding="unicode")
    parts = page_parts(tree, source, address, page)
    ruled, origin = (parts, parts.origin) if parts else (PageParts(""), Origin())
    shown = _Shown(shown_text(tree), read_metadata(tree), _titles(tree), _teasers(tree, page))
    text = ruled.body or _article(tree, page, shown.text, shown.teasers)
    reason = "" if ruled.body else _no_report(text, shown.teasers)
    if reason and not _no_report(shown.stated.body, 0):
        text, reason = shown.stated.body, ""
        origin = replace(origin, fields=(*origin.fields, _JSON_LD_BODY))
    if reason:
        check_mojibake(shown.text, source)
        yield NoReport(source, reason, origin=origin if parts else None)
        return
    report = _report(shown, ruled, text, source, stem)
    site = without_glyphs(shown.stated.site or site_in_title(shown.titles.page))
    whole = with_elements(replace(report, origin=origin), tree)
    yield describe_with(whole, date=address_day(shown.stated.url), publisher=site, origins=_OF_SITE)


def _report(shown: _Shown, ruled: PageParts, text: str, source: str, stem: str) -> Report:
    """Return the report of a page with the text of its article. What a site rule finds comes first."""
    title = ruled.title or shown.titles.best(shown.stated)
    begins = " ".join(text[: len(title) + 30].split())
    whole = text if not title or title in begins[: len(title) + 20] else f"{title}\n{text}"
    check_length(whole, source)
    tidied = tidy(whole, source)
    found = displayed(shown.text, title, text)
    return Report(
        id=stem,
        text=tidied.text,
        title=without_glyphs(title),
        date=ruled.date or page_date(found, shown.stated, shown.titles.page),
        publisher=without_glyphs(ruled.publisher or page_publisher(found, shown.stated)),
        place=ruled.place,
        url=shown.stated.url,
        source=source,
        note=tidied.note,
    )


def _parsed(page: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(_XML_DECLARATION.sub("", page), parser=_parser())


@cache
def _parser() -> lxml.etree.HTMLParser:
    """Return a parser whose elements are all HtmlElement: the one of lxml.html looks for a class by name for each."""
    parser = lxml.etree.HTMLParser(remove_comments=True, remove_pis=True, collect_ids=False)
    parser.set_element_class_lookup(lxml.etree.ElementDefaultClassLookup(element=lxml.html.HtmlElement))
    return parser


#: An element with more attributes than any page needs loses them: the time of later steps grows with their square.
_CROWDED = lxml.etree.XPath("//*[count(@*) > 200]")


def _drop_attributes(tree: lxml.html.HtmlElement) -> bool:
    """Remove the attributes of elements that have far too many, and tell whether there was such an element."""
    crowded = _CROWDED(tree)
    for element in crowded:
        element.attrib.clear()
    return bool(crowded)


def _article(tree: lxml.html.HtmlElement, page: str, shown: str, teasers: int) -> str:
    """Return the text of the article. The tree is changed.

    The fast method of trafilatura suffices if its result has most of the displayed sentences.
    """
    import trafilatura  # It is slow to import, and most commands read no pages.

    unfold_layout_tables(tree)
    marked = mark_wide_blanks(tree, page)
    found = trafilatura.extract(tree, options=_options(fast=True)) or ""
    if not found or (teasers < _TEASERS and found.count("。") < _MOST_SENTENCES * shown.count("。")):
        again = _parsed(page)
        unfold_layout_tables(again)
        mark_wide_blanks(again, page)
        found = trafilatura.extract(again, options=_options(fast=False)) or ""
    if marked:
        found = restored(found)
    lines = [line.strip() for line in found.split("\n")]
    return "\n".join(line for line in lines if line)


@cache
def _options(*, fast: bool) -> Extractor:
    """Return the options of trafilatura. Each of its calls would read them from its configuration again."""
    from trafilatura.settings import Extractor

    options = Extractor(fast=fast, comments=False, tables=True, dedup=False)
    options.min_extracted_size = _SHORTEST_TEXT
    return options


def _no_report(text: str, teasers: int) -> str:
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
    if teasers >= _TEASERS and len(prose) < 2:
        return "a list of articles, not a report"
    return ""


def _teasers(tree: lxml.html.HtmlElement, page: str) -> int:
    """Return the number of elements whose text ends like a teaser of an article."""
    if not _ELLIPSIS.search(page):
        return 0
    texts = ((e.text or "").strip() for e in tree.iter("*"))
    return sum(1 for text in texts if len(text) > 40 and _TEASER_END.search(text))


@dataclass(frozen=True, slots=True)
class _Titles:
    """Possible titles of an article: elements that look like one, the line above the date, and the title of the page."""

    marked: tuple[str, ...]
    above_date: str
    page: str

    def best(self, stated: Metadata) -> str:
        """Return the title that the page displays, preferably one that its head states, too."""
        for title in filter(None, (stated.title, self.page)):
            bare = _bare(title)
            shown = next((words for words in self.marked if _bare(words) in bare), "")
            if shown or title is stated.title:
                return shown if len(_bare(shown)) > len(bare) // 2 else title
        if self.marked or self.above_date:
            return self.marked[0] if self.marked else self.above_date
        for title in (stated.social_title, self.page):
            if len(title) >= 8:
                return re.split(r"\s*[-_|–—]\s*", title)[0]
        return ""


def _bare(words: str) -> str:
    return "".join(words.split())


def _titles(tree: lxml.html.HtmlElement) -> _Titles:
    """Return the possible titles: the text of h1, or of an element whose class is that of a title."""
    found: list[str] = []
    for element in tree.iter("h1", "h2", "h3", "div", "p", "span", "td"):
        if (element.tag not in ("h1", "h2") and not _is_named_title(element)) or len(element) >= 6:
            continue
        words = re.sub(r"\s+", " ", element.text_content()).strip()
        if 8 <= len(words) <= 90 and not _SENTENCE_END.search(words) and not _NAVIGATION.search(words):
            found.append(words)
    page_title = " ".join((tree.findtext(".//title") or "").split())
    return _Titles(tuple(found), "" if found else _line_above_date(tree), page_title)


def _is_named_title(element: lxml.html.HtmlElement) -> bool:
    """Tell whether the class or id of an element is that of a title."""
    return any((name := element.get(kind)) and _TITLE_CLASS.search(name) for kind in ("class", "id"))


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a page displays and states. teasers: number of elements that end like a teaser of an article."""

    text: str
    stated: Metadata
    titles: _Titles
    teasers: int


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
