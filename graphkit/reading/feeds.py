"""Feeds: RSS 0.9 to 2.0, RSS 1.0 (RDF) and Atom. Each item with a text is a report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

import lxml.etree

from graphkit.errors import ReadingError
from graphkit.grammar.patterns import pattern
from graphkit.model import Failure, NoReport, NotRead, Origin, Report
from graphkit.reading.decoding import check_length, check_text, decode
from graphkit.reading.markup import clean_lines, fragment_text, local_name, tree_text, with_title
from graphkit.reading.options import current_options
from graphkit.reading.safe_xml import events, xml_bytes
from graphkit.reading.stated import describe_with, stated_day
from graphkit.reading.web import read_html

_MORE = pattern("feeds.more")
_UNKNOWN_SOURCE = pattern("page_fields.unknown_source")
_FEEDS = ("rss", "rdf", "feed", "channel")
_ATOM = ("{http://www.w3.org/2005/Atom}", "{http://purl.org/atom/ns#}")
_DC = ("{http://purl.org/dc/elements/1.1/}", "{http://purl.org/dc/terms/}")
_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)?(?:<!doctype\s+html[^>]*>\s*)?<html\b|\s*<!doctype\s+html", re.I | re.S
)
#: Elements with the day of publication, the preferred one first.
_DATES = ("pubDate", "published", "issued", "date", "created", "updated", "modified")
_ADDRESS = re.compile(r"https?://\S+")
#: Number of characters of a title in messages.
_SHOWN = 60


@dataclass(slots=True)
class _Feed:
    """The elements of a feed. broken: why its end could not be read."""

    channel: lxml.etree._Element
    items: list[lxml.etree._Element]
    broken: ReadingError | None = None


def read_xml(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport | Failure]:
    """Yield the reports of a feed. A page with this ending is read as a page; other XML is not read."""
    text = decode(data, source)
    if _HTML.match(text[:4000]):
        yield from read_html(data, source, stem)
        return
    feed = _parse(text, source)
    if isinstance(feed, NotRead):
        yield feed
        return
    if not feed.items and feed.broken is None:
        yield NoReport(source, "the feed has no items")
    publisher, base = _plain(feed.channel, "title"), _link(feed.channel, "")
    lines = Counter(item.sourceline for item in feed.items)
    for number, item in enumerate(feed.items, 1):
        line = item.sourceline
        place = f"{source}:{line}" if lines[line] == 1 else f"{source}:{line} item {number}"
        try:
            yield _report(item, place, f"{stem}-{number}", publisher, base)
        except ReadingError as error:
            yield Failure(error.source, error.reason)
    if feed.broken is not None:
        raise feed.broken


def is_feed(head: str) -> bool:
    """Tell whether a text begins like a feed."""
    return re.match(r"\s*(?:<[?!][^>]*>\s*)*<(?:rss|feed|rdf:RDF)\b", head) is not None


def _parse(text: str, source: str) -> _Feed | NotRead:
    root: lxml.etree._Element | None = None
    items: list[lxml.etree._Element] = []
    broken: ReadingError | None = None
    try:
        for event, element in events(xml_bytes(text, source), source):
            if root is None:
                root = element
                if local_name(root) not in _FEEDS:
                    break
            if event == "end" and local_name(element) in ("item", "entry") and _is_item(element, root):
                items.append(element)
    except ReadingError as error:
        broken = error
    if root is None:
        raise broken or ReadingError(source, "the XML holds no element")
    if local_name(root) not in _FEEDS:
        name = str(root.tag).rpartition("}")[2][:_SHOWN]
        return NotRead(
            source,
            f"XML with the root element <{name}>; only feeds (RSS, Atom) are read: "
            "save its reports as .jsonl, one JSON object in each line",
        )
    channel = next((e for e in root if local_name(e) == "channel"), root)
    return _Feed(channel, items, broken)


def _is_item(element: lxml.etree._Element, root: lxml.etree._Element) -> bool:
    """Tell whether an element is an item of the feed and not a part of the content of one."""
    parent = element.getparent()
    if parent is None or parent is root:
        return parent is root
    return local_name(parent) == "channel" and parent.getparent() is root


def _report(item: lxml.etree._Element, place: str, name: str, feed_title: str, base: str) -> Report | NoReport:
    title = _plain(item, "title")
    body = "\n".join(line for line in _body(item).split("\n") if not _MORE.fullmatch(line))
    shown = f": {title[:_SHOWN]}" if title else ""
    if not any(c.isalnum() for c in body):
        elsewhere = next((e.get("src") for e in _named(item, "content") if e.get("src")), "")
        return NoReport(place, f"the item has no text{shown}" + (f"; its text is at {elsewhere}" if elsewhere else ""))
    if body == title:
        return NoReport(place, f"the item has only a title{shown}")
    text = with_title(title, body)
    check_length(text, place)
    return describe_with(
        Report(
            id=name,
            text=check_text(text, place),
            title=check_text(title, place),
            date=_date(item),
            publisher=_publisher(item),
            url=_link(item, base),
            source=place,
            origin=_origin(item),
        ),
        publisher=feed_title,
        origins={"publisher": "<title> of the feed"},
    )


def _origin(item: lxml.etree._Element) -> Origin | None:
    """Return the elements of the fields of an item, if they are asked for."""
    if not current_options().with_elements:
        return None
    day, body = _date(item), _body(item)
    dated = next((e for name in _DATES for e in _named(item, name) if stated_day(e.text or "") == day), None)
    longest = next((e for e in _bodies(item) if _content(e) == body), None)
    found = {"text": _label(longest), "title": "<title>", "date": _label(dated), "url": "<link> or <guid>"}
    if _publisher(item):
        found["publisher"] = "<source> or <dc:publisher>"
    return Origin(tuple((name, label) for name, label in found.items() if label))


def _label(element: lxml.etree._Element | None) -> str:
    return "" if element is None else f"<{str(element.tag).rpartition('}')[2]}>"


def _named(item: lxml.etree._Element, *names: str) -> list[lxml.etree._Element]:
    """Return the children with these names in the namespace of the item, then in that of Atom and Dublin Core."""
    own = str(item.tag).rpartition("}")
    spaces = (f"{own[0]}}}" if own[0] else "", *_ATOM, *_DC)
    return [e for name in names for space in dict.fromkeys(spaces) for e in item.iterchildren(f"{space}{name}")]


def _content(element: lxml.etree._Element) -> str:
    """Return the text of an element that contains text, escaped HTML or elements."""
    kind = (element.get("type") or "").lower()
    if len(element):
        return tree_text(element)
    text = element.text or ""
    if not str(element.tag).startswith(_ATOM):
        return fragment_text(text)
    if kind in ("html", "text/html"):
        return fragment_text(text)
    return clean_lines(text) if kind in ("", "text", "xhtml") or kind.startswith("text/") else ""


def _plain(item: lxml.etree._Element, name: str) -> str:
    """Return the first value of a field in one line."""
    return next((words for e in _named(item, name) if (words := " ".join(_content(e).split()))), "")


def _body(item: lxml.etree._Element) -> str:
    """Return the longest of the texts of an item: its content, its description or its summary."""
    return max(map(_content, _bodies(item)), key=len, default="")


def _bodies(item: lxml.etree._Element) -> list[lxml.etree._Element]:
    """Return the elements of an item that can contain its text."""
    found = [*item.iterchildren(_ENCODED, f"{_XHTML}body", f"{_XHTML}div")]
    return [*found, *_named(item, "content", "description", "summary")]


def _date(item: lxml.etree._Element) -> str:
    """Return the day of publication; what is no day is returned as it is, and counted later."""
    found = [day for name in _DATES for e in _named(item, name) if (day := stated_day(e.text or ""))]
    return next((day for day in found if re.fullmatch(r"\d{4}-\d\d-\d\d", day)), found[0] if found else "")


def _publisher(item: lxml.etree._Element) -> str:
    """Return the publisher that the item itself states, for example the source of an item that was taken over."""
    for element in _named(item, "publisher", "source"):
        name = _plain(element, "title") if len(element) else " ".join(fragment_text(element.text or "").split())
        if 2 <= len(name) <= 40 and not _ADDRESS.match(name) and not _UNKNOWN_SOURCE.fullmatch(name):
            return name
    return ""


def _link(item: lxml.etree._Element, base: str) -> str:
    """Return the address of the page of an item."""
    links = [e for e in _named(item, "link") if (e.get("rel") or "alternate") == "alternate"]
    found = [(e.get("href") or e.text or "").strip() for e in links]
    found += [(e.text or "").strip() for e in _named(item, "guid") if (e.get("isPermaLink") or "true") != "false"]
    found += [(item.get(_ABOUT) or "").strip(), *((e.text or "").strip() for e in _named(item, "id"))]
    for number, address in enumerate(found):
        try:
            whole = urljoin(base, address) if address and (base or _ADDRESS.match(address)) else ""
        except ValueError:
            continue
        # Only a link can be relative; an identifier that is no address stays out.
        if _ADDRESS.fullmatch(whole) and (whole == address or number < len(links)):
            return whole
    return ""
