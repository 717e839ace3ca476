"""Date and publisher of a web page: what it shows, then what its head states. Attributes and scripts are not searched."""

from __future__ import annotations

import re

import lxml.etree
import lxml.html

from graphkit.recognition.dates import iso_day

_DAY = r"((?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2})"
_PUBLISHED = re.compile(rf"(?:发布时间|发布日期)[^0-9<>]{{0,8}}\s*{_DAY}")
_DATED = re.compile(rf"(?:发布时间|发布日期|日期|时间)[^0-9<>]{{0,8}}\s*{_DAY}")
#: Names of <meta> elements, in the order of their weight; PubDate and ContentSource are those of government sites.
_DATES = ("pubdate", "publishdate", "publish_date", "publishedtime", "article:published_time", "og:published_time", "datepublished", "dc.date.issued")
_PUBLISHERS = ("contentsource", "content_source", "article:source", "mediaid", "dc.source")
_NO_PUBLISHER = ("", "未知", "本站", "本网", "网络", "互联网", "原创", "转载", "其他")
_UNSHOWN = ("script", "style", "template", "noscript", "head")
_NOT_DISPLAYED = re.compile(r"display\s*:\s*none", re.I)


def page_date(tree: lxml.html.HtmlElement) -> str:
    """The day of publication as the page prints it, or as its head states it; "" if unknown.

    A day that is shown as 发布时间 comes first, then the head, then a day that is shown as 时间 or 日期.
    """
    shown = shown_text(tree)
    for found in (_PUBLISHED.search(shown), _stated_date(tree), _DATED.search(shown)):
        if isinstance(found, str):
            if found:
                return found
        elif found and iso_day(found[1]):
            return found[1]
    return ""


def page_publisher(tree: lxml.html.HtmlElement) -> str:
    """The source that the head of a page states; "" if it states none."""
    stated = _meta(tree)
    for name in _PUBLISHERS:
        publisher = re.sub(r"^来源\s*[:：]\s*", "", stated.get(name, "")).strip()
        if publisher not in _NO_PUBLISHER and 2 <= len(publisher) <= 20 and not publisher.isdigit() and "://" not in publisher:
            return publisher
    return ""


def shown_text(tree: lxml.html.HtmlElement) -> str:
    """The words that a browser shows, without those of attributes, comments, scripts and elements that are not displayed."""
    words: list[str] = []
    unshown = 0
    for event, element in lxml.etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            if not unshown:
                words.append(element.tail or "")
            continue
        hides = element.tag in _UNSHOWN or "hidden" in element.attrib or bool(_NOT_DISPLAYED.search(element.get("style") or ""))
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
    """Name (in lower case) → content of the <meta> elements, the first one of each name."""
    stated: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (element.get("name") or element.get("property") or element.get("itemprop") or "").strip().lower()
        if name:
            stated.setdefault(name, (element.get("content") or "").strip())
    return stated
