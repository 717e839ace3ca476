"""Reads the date and publisher of a web page from the text that it displays, where the page prints them.

Attributes and scripts are not searched here; graphkit/reading/page_metadata.py reads the head of a page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import lxml.etree
import lxml.html

from graphkit.grammar.patterns import pattern
from graphkit.reading.date_fields import field_day
from graphkit.reading.page_metadata import Metadata, as_publisher

_PUBLISHED = pattern("page_fields.published")
_DATED = pattern("page_fields.dated")
_BARE = pattern("page_fields.bare_day")
_TODAY = pattern("page_fields.today")
_SPLIT_DAY = pattern("page_fields.split_day")
_ABOVE_TITLE = pattern("page_fields.above_title")
_ORIGINAL_TITLE = pattern("page_fields.original_title")
_DIGITAL_NEWSPAPER = pattern("page_fields.digital_newspaper")
_SOURCE = pattern("page_fields.shown_source")
_BESIDE_DAY = pattern("page_fields.beside_day")
_UNSHOWN = frozenset(("script", "style", "template", "noscript", "head"))
_BLOCKS = frozenset(
    ("p", "div", "br", "li", "tr", "td", "h1", "h2", "h3", "h4", "ul", "table", "section", "article", "header")
)
_NOT_DISPLAYED = re.compile(r"display\s*:\s*none", re.I)
#: Number of characters by which the beginning of the article is found, and that are searched around it.
_BEGINNING, _AROUND = 16, 600
#: Maximum length of the label of the original title, and of what is between a date above the title and the title.
_LABEL, _CLOSE = 8, 80


@dataclass(frozen=True, slots=True)
class Displayed:
    """The displayed text of a page with single spaces.

    The article is at `start:end`, its title at `title_start:title_end`, both 0 if it is not displayed above the article.
    """

    text: str
    title_end: int
    start: int
    end: int
    title_start: int = 0

    def head(self) -> str:
        """Return what is between the title and the article: date, source and the like."""
        if self.title_end:
            return self.text[self.title_end : self.start]
        return _TODAY.sub(" ", self.text[max(0, self.start - _AROUND) : self.start])

    def above(self) -> str:
        """Return what is right above the title."""
        return self.text[max(0, self.title_start - _AROUND) : self.title_start]

    def foot(self) -> str:
        """Return what follows the article."""
        return self.text[self.end : self.end + _AROUND]


def displayed(shown: str, title: str, article: str) -> Displayed:
    """Find the title and the article in the displayed text of a page."""
    text = " ".join(shown.split())
    lines = [" ".join(line.split()) for line in article.split("\n")]
    body = [line for line in lines if len(line) > 2 * _BEGINNING and not (title and line.startswith(title))] or lines[
        -1:
    ]
    start = text.find(body[0][:_BEGINNING]) if body and body[0] else -1
    if start < 0:
        return Displayed(text, 0, len(text), len(text))
    last = text.rfind(body[-1][-_BEGINNING:])
    end = last + _BEGINNING if last >= start else start
    words = " ".join(title.split())
    above = text.rfind(words, 0, start) if words else -1
    while above >= 0 and _ORIGINAL_TITLE.search(text, max(0, above - _LABEL), above):
        above = text.rfind(words, 0, above)
    return Displayed(text, above + len(words) if above >= 0 else 0, start, end, max(above, 0))


def page_date(page: Displayed, stated: Metadata, site_title: str = "") -> str:
    """Return the day of publication as the page displays or states it, "" if it is unknown.

    A day with the label 发布时间 next to the article comes first, then the head of the page, then a day with another
    label or without one between the title and the article, then 发布时间 elsewhere. site_title: the title of the page,
    with the name of the site.
    """
    near = page.head()
    return (
        _first(_PUBLISHED, near)
        or stated.date
        or _first(_DATED, near)
        or _first(_BARE, near)
        or _day_above(page, site_title)
        or _first(_PUBLISHED, page.foot())
        or _first(_DATED, page.foot())
        or (_first(_PUBLISHED, page.text[: page.start]) if not page.title_end else "")
    )


def _day_above(page: Displayed, site_title: str) -> str:
    """Return a day that is displayed right above the title, or in the head of a page of a newspaper."""
    above = page.above()
    for m in _SPLIT_DAY.finditer(above[-_CLOSE:]):
        if day := field_day(f"{m['y']}-{m['m']}-{m['d']}"):
            return day
    if day := _first(_ABOVE_TITLE, above[-_CLOSE:]):
        return day
    return _first(_BARE, _TODAY.sub(" ", above)) if _DIGITAL_NEWSPAPER.search(site_title) else ""


def page_publisher(page: Displayed, stated: Metadata) -> str:
    """Return the publisher that the head of the page states or that is displayed as its source, "" if there is none."""
    if stated.publisher:
        return stated.publisher
    for words in (page.head(), page.foot(), page.above()[-_CLOSE:]):
        for m in _SOURCE.finditer(words):
            if publisher := as_publisher(m["publisher"]):
                return publisher
    for m in _BESIDE_DAY.finditer(page.head()):
        if publisher := as_publisher(m["after"] or m["before"]):
            return publisher
    return ""


def shown_text(tree: lxml.html.HtmlElement) -> str:
    """Return the text that a browser shows, without attributes, scripts and hidden elements.

    The tree must not contain comments and processing instructions.
    """
    words: list[str] = []
    unshown = 0
    for event, element in lxml.etree.iterwalk(tree, events=("start", "end")):
        tag, style = element.tag, element.get("style")
        hides = tag in _UNSHOWN or element.get("hidden") is not None or bool(style and _NOT_DISPLAYED.search(style))
        if event == "start":
            unshown += hides
            text = element.text
        else:
            unshown -= hides
            text = element.tail
        if not unshown:
            if tag in _BLOCKS:
                words.append("\n")
            if text:
                words.append(text)
    return "".join(words)


def _first(form: re.Pattern[str], words: str) -> str:
    return next((day for m in form.finditer(words) if (day := field_day(m["day"]))), "")
