"""Reads the date and publisher of a web page from its visible text and from the <meta> elements.

Other attributes and scripts are not searched.
"""

from __future__ import annotations

import re

import lxml.etree
import lxml.html

from graphkit.grammar.patterns import pattern
from graphkit.recognition.dates import iso_day

_PUBLISHED = pattern("page_fields.published")
_DATED = pattern("page_fields.dated")
_SOURCE_LABEL = pattern("page_fields.source_label")
_UNKNOWN_SOURCE = pattern("page_fields.unknown_source")
#: Names of <meta> elements, the most reliable first. PubDate and ContentSource are those of government sites.
_DATES = (
    "pubdate", "publishdate", "publish_date", "publishedtime", "article:published_time", "og:published_time",
    "datepublished", "dc.date.issued",
)  # fmt: skip
_PUBLISHERS = ("contentsource", "content_source", "article:source", "mediaid", "dc.source")
_UNSHOWN = ("script", "style", "template", "noscript", "head")
_NOT_DISPLAYED = re.compile(r"display\s*:\s*none", re.I)


def page_date(tree: lxml.html.HtmlElement) -> str:
    """Return the day of publication as the page prints it or as a <meta> element states it, "" if it is unknown.

    A day with the label 发布时间 comes first, then the <meta> elements, then a day with the label 时间 or 日期.
    """
    shown = shown_text(tree)
    for found in (_PUBLISHED.search(shown), _stated_date(tree), _DATED.search(shown)):
        if isinstance(found, str):
            if found:
                return found
        elif found and iso_day(found["day"]):
            return found["day"]
    return ""


def page_publisher(tree: lxml.html.HtmlElement) -> str:
    """Return the publisher that a <meta> element states, "" if there is none."""
    stated = _meta(tree)
    for name in _PUBLISHERS:
        publisher = _SOURCE_LABEL.sub("", stated.get(name, "")).strip()
        if not 2 <= len(publisher) <= 20 or _UNKNOWN_SOURCE.fullmatch(publisher):
            continue
        if not publisher.isdigit() and "://" not in publisher:
            return publisher
    return ""


def shown_text(tree: lxml.html.HtmlElement) -> str:
    """Return the text that a browser shows, without attributes, comments, scripts and hidden elements."""
    words: list[str] = []
    unshown = 0
    for event, element in lxml.etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            if not unshown:
                words.append(element.tail or "")
            continue
        styled = bool(_NOT_DISPLAYED.search(element.get("style") or ""))
        hides = styled or element.tag in _UNSHOWN or "hidden" in element.attrib
        if event == "start":
            unshown += hides
            if not unshown:
                words.append(element.text or "")
        else:
            unshown -= hides
            if not unshown:
                words.append(element.tail or "")
    return "".join(words)


def _stated_date(tree: lxml.html.HtmlElement) -> str:
    stated = _meta(tree)
    for name in _DATES:
        day = iso_day(stated.get(name, ""))
        if day:
            return day
    return ""


def _meta(tree: lxml.html.HtmlElement) -> dict[str, str]:
    """Return the contents of the <meta> elements by name in lower case. The first element of each name counts."""
    stated: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (element.get("name") or element.get("property") or element.get("itemprop") or "").strip().lower()
        if name:
            stated.setdefault(name, (element.get("content") or "").strip())
    return stated
