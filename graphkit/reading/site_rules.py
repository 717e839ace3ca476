"""Applies site rules: the title, body and other fields of a page that the user's selectors find."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import lxml.etree
import lxml.html

from graphkit.errors import ReadingError
from graphkit.grammar.patterns import pattern
from graphkit.model import Origin
from graphkit.reading.characters import without_glyphs
from graphkit.reading.date_fields import field_day
from graphkit.reading.markup import clean_lines, tree_text
from graphkit.reading.options import current_options
from graphkit.reading.site_rule_files import ERRORS, NAMESPACES, REMOVE, Rule, path_pattern

_LABELLED_DATE = pattern("fields.labelled_date")
_SOURCE = pattern("fields.source")
_SOURCE_LABEL = pattern("page_fields.source_label")
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(?P<address>\S+)")
#: Number of characters at the beginning of a page in which browsers write its address.
_HEAD = 4000
#: Attributes that contain the value of an element without text.
_VALUES = {"meta": "content", "time": "datetime", "input": "value"}
#: Maximum number of characters of a field other than the body.
_LONGEST_FIELD = 500


@dataclass(frozen=True, slots=True)
class PageParts:
    """What a rule finds in a page; a field is "" if it finds nothing.

    rule: name of the rule; is_used: False if the rule states a body that the page does not have.
    """

    rule: str
    is_used: bool = True
    body: str = ""
    title: str = ""
    date: str = ""
    publisher: str = ""
    place: str = ""

    @property
    def origin(self) -> Origin:
        """The origin of a report of this page."""
        names = {"text": self.body, "title": self.title, "date": self.date, "publisher": self.publisher,
                 "place": self.place}  # fmt: skip
        found = tuple((name, f"site rule {self.rule}") for name, value in names.items() if value)
        return Origin(found, rule=self.rule, has_body=self.is_used)


def page_parts(tree: lxml.html.HtmlElement, source: str, address: str, page: str) -> PageParts | None:
    """Return what the first rule for this page finds, None if there is no rule.

    If the rule states a body and does not find it, nothing of the page is read with it. source: name of the file;
    address: of the page, "" if it is not known; page: its markup.
    """
    rules = current_options().rules
    if not rules.rules:
        return None
    hosts = _hosts(tree, address, page) if rules.need_hosts else frozenset()
    places = _places(source)
    rule = next((rule for rule in rules.rules if _matches(rule, hosts, places)), None)
    try:
        return None if rule is None else _parts(tree, rule)
    except ERRORS as error:
        raise ReadingError(source, f"the site rule [{rule and rule.name}] cannot be applied: {error}") from None


def _matches(rule: Rule, hosts: frozenset[str], places: tuple[str, ...]) -> bool:
    if rule.is_of_path:
        form = path_pattern(rule.name)
        return any(form.fullmatch(place) for place in places)
    wanted = rule.name.strip().lower().rstrip(".")
    return any(host == wanted or host.endswith(f".{wanted}") for host in hosts)


def _places(source: str) -> tuple[str, ...]:
    """Return the path of a file as it was named, and from the root; a file in an archive is below the archive."""
    archive, mark, member = source.partition("!")
    whole = os.path.abspath(archive) + mark + member
    return tuple(path.replace("\\", "/").replace("!", "/") for path in dict.fromkeys((source, whole)))


def _hosts(tree: lxml.html.HtmlElement, address: str, page: str) -> frozenset[str]:
    """Return the hosts that the page states as its own."""
    found = [address]
    for element in tree.iter("link", "base", "meta"):
        if element.tag == "meta":
            if (element.get("property") or element.get("name") or "").lower() == "og:url":
                found.append(element.get("content") or "")
        elif element.tag == "base" or (element.get("rel") or "").lower() == "canonical":
            found.append(element.get("href") or "")
    if m := _SAVED_FROM.search(page, 0, _HEAD):
        found.append(m["address"])
    return frozenset(host for one in found if (host := _host(one)))


def _host(address: str) -> str:
    try:
        return (urlsplit(address.strip()).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""


def _parts(tree: lxml.html.HtmlElement, rule: Rule) -> PageParts:
    """Return what a rule finds. Elements to remove are removed from a copy."""
    if rule.paths(REMOVE):
        tree = copy.deepcopy(tree)
        for path in rule.paths(REMOVE):
            for element in _selected(tree, path):
                if isinstance(element, lxml.etree._Element) and element.getparent() is not None:
                    _remove(element)
    body = _body(tree, rule.paths("body"))
    if rule.paths("body") and not any(char.isalnum() for char in body):
        return PageParts(rule.name, is_used=False)
    date = _value(tree, rule.paths("date"))
    return PageParts(
        rule.name,
        body=body,
        title=_value(tree, rule.paths("title")),
        date=_day(date),
        publisher=_name(_value(tree, rule.paths("publisher"))),
        place=_value(tree, rule.paths("place")),
    )


def _remove(element: lxml.etree._Element) -> None:
    """Remove an element; the text after it remains."""
    parent, before = element.getparent(), element.getprevious()
    if element.tail:
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


@lru_cache(maxsize=256)
def _compiled(path: str) -> lxml.etree.XPath:
    return lxml.etree.XPath(path, namespaces=NAMESPACES)


def _selected(tree: lxml.html.HtmlElement, path: str) -> list[lxml.etree._Element | str]:
    found = _compiled(path)(tree)
    return [found] if isinstance(found, str) else list(found)


def _body(tree: lxml.html.HtmlElement, paths: tuple[str, ...]) -> str:
    """Return the texts that the selectors find in the order of the page, each once."""
    found = [(path, _selected(tree, path)) for path in paths]
    lists = [path for path, items in found if items and not _is_value(items)]
    # A union of sets of nodes is in the order of the page. Values such as string(//p) follow it.
    nodes = _selected(tree, " | ".join(f"({path})" for path in lists)) if lists else []
    values = [str(item) for _, items in found if _is_value(items) for item in items]
    elements = {item for item in nodes if not isinstance(item, str)}
    texts = [_body_text(item) for item in nodes if not any(outer in elements for outer in _around(item))]
    return "\n".join(text for text in (*texts, *values) if text.strip())


def _is_value(items: list[lxml.etree._Element | str]) -> bool:
    """Tell whether the result of a selector is a text that is no node of the page."""
    return len(items) == 1 and isinstance(items[0], str) and _parent(items[0]) is None


def _body_text(item: lxml.etree._Element | str) -> str:
    return clean_lines(str(item)) if isinstance(item, str) else tree_text(item)


def _around(item: lxml.etree._Element | str) -> Iterator[lxml.etree._Element]:
    """Yield the elements around a node; a text after an element is not in it."""
    if not isinstance(item, str):
        yield from item.iterancestors()
        return
    parent = _parent(item)
    if parent is not None:
        if not getattr(item, "is_tail", False):
            yield parent
        yield from parent.iterancestors()


def _parent(text: object) -> lxml.etree._Element | None:
    return text.getparent() if hasattr(text, "getparent") else None


def _value(tree: lxml.html.HtmlElement, paths: tuple[str, ...]) -> str:
    """Return the first text that the selectors find, in one line."""
    for path in paths:
        for item in _selected(tree, path):
            words = " ".join((item if isinstance(item, str) else _text(item)).split())
            if words and len(words) <= _LONGEST_FIELD:
                return without_glyphs(words)
    return ""


def _text(element: lxml.etree._Element) -> str:
    """Return the text of an element, or the value of one such as <meta> that has none."""
    if element.tag == "title":
        return str(element.text or "")
    return tree_text(element) or element.get(_VALUES.get(str(element.tag), ""), "")


def _name(words: str) -> str:
    """Return the publisher in the words of a field: what follows 来源：, otherwise all of them."""
    m = _SOURCE.search(words)
    return m["publisher"] if m else _SOURCE_LABEL.sub("", words).strip()


def _day(words: str) -> str:
    """Return the day in the words of a field of dates, or the words if they state none."""
    m = _LABELLED_DATE.search(words)
    return field_day(words) or (field_day(m["day"]) if m else "") or words
