"""Which element of a page states a field of its report, for `graphkit inspect`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import lxml.etree
import lxml.html

from graphkit.model import Origin, Report
from graphkit.reading.date_fields import field_day
from graphkit.reading.options import current_options
from graphkit.reading.page_metadata import JSON_LD_KEYS, json_ld, words_of

#: Attributes that name a <meta> element.
_NAMES = ("name", "property", "itemprop", "http-equiv")
_HEADINGS = ("h1", "h2", "h3")
_DISPLAYED = "displayed on the page"
#: Maximum number of characters of a text that is compared with a value.
_LONGEST = 500


def with_elements(report: Report, tree: lxml.html.HtmlElement) -> Report:
    """Return the report of a page with the elements that state its fields as their origin, if they are asked for."""
    if not current_options().with_elements:
        return report
    origin = report.origin or Origin()
    known = dict(origin.fields)
    for name in ("title", "date", "publisher", "place", "url"):
        value = getattr(report, name)
        if value and name not in known:
            known[name] = _element(tree, name, value) or _DISPLAYED
    return replace(report, origin=replace(origin, fields=tuple(known.items())))


def _element(tree: lxml.html.HtmlElement, name: str, value: str) -> str:
    """Return the first element that states the value: a heading, one in the head of the page, or "" if there is none."""
    wanted = " ".join(value.split())
    day = field_day(value) if name == "date" else ""
    for label, words in _stated(tree):
        words = " ".join(words[:_LONGEST].split())
        if words == wanted or (day and field_day(words) == day):
            return label
        if name == "publisher" and len(words) <= len(wanted) + 4 and words.endswith(wanted):
            return label
        if name == "title" and label == "<title>" and words.startswith(wanted):
            return label
    return ""


def _stated(tree: lxml.html.HtmlElement) -> Iterator[tuple[str, str]]:
    for element in tree.iter(*_HEADINGS):
        yield f"<{element.tag}>", str(element.text_content())
    for element in tree.iter("meta"):
        name = next((found for key in _NAMES if (found := element.get(key))), "")
        if name:
            yield f"<meta {name.strip()}>", element.get("content") or ""
    for article in json_ld(tree):
        yield from ((f"JSON-LD {key}", words_of(article[key])) for key in JSON_LD_KEYS if key in article)
    for element in tree.iter("time"):
        yield "<time>", element.get("datetime") or str(element.text_content())
    for element in tree.iter("link"):
        if (element.get("rel") or "").lower() == "canonical":
            yield "<link canonical>", element.get("href") or ""
    yield "<title>", tree.findtext(".//title") or ""
