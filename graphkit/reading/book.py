"""The list of documents of a book (.opf), and the text of one document."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import unquote

import lxml.etree

from graphkit.errors import ReadingError
from graphkit.reading.markup import html_tree, local_name, tree_text
from graphkit.reading.safe_xml import xml_tree
from graphkit.reading.stated import stated_day

_XHTML = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")
_COVERS = ("cover", "titlepage", "title-page", "halftitlepage", "frontcover")
_TABLES = ("toc", "landmarks", "page-list", "lot", "loi")
_TYPE = "{http://www.idpf.org/2007/ops}type"
_HEADINGS = ("h1", "h2", "h3")
#: Share of the characters of a table of contents that belong to links, and their minimum number.
_LINK_SHARE = 0.8
_LINKS = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of a book.

    role: "cover" or "table of contents" if the list says so; in_order: whether it belongs to the reading order; first:
    whether it is the first one.
    """

    path: str
    media: str
    role: str
    in_order: bool
    first: bool

    @property
    def is_text(self) -> bool:
        """Whether the document contains text."""
        return self.media in _XHTML


@dataclass(slots=True)
class Package:
    """What the list of documents states."""

    title: str
    date: str
    publisher: str
    url: str
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The text of a document, its first heading and its title; linked: whether it has links."""

    text: str
    heading: str
    title: str
    role: str
    is_list: bool
    linked: bool


def package_of(root: lxml.etree._Element, path: str) -> Package:
    """Return what the list of documents states: first the documents in their order, then the others with text."""
    folder = posixpath.dirname(path)
    items = {e.get("id") or "": e for e in root.iter("{*}item")}
    guide = {_path(folder, e.get("href")): _guide_role(e.get("type") or "") for e in root.iter("{*}reference")}
    order = dict.fromkeys(items[i] for e in root.iter("{*}itemref") if (i := e.get("idref") or "") in items)
    others = [e for e in items.values() if e not in order and (e.get("media-type") or "").lower() in _XHTML]
    entries = []
    for number, item in enumerate([*order, *others]):
        where = _path(folder, item.get("href"))
        role = "table of contents" if "nav" in (item.get("properties") or "").split() else guide.get(where, "")
        media = (item.get("media-type") or "").lower()
        entries.append(Entry(where, media, role, number < len(order), number == 0))
    date = next((d for t in _values(root, "date") if re.fullmatch(r"\d{4}-\d\d-\d\d", d := stated_day(t))), "")
    urls = (v for name in ("source", "identifier") for v in _values(root, name) if re.fullmatch(r"https?://\S+", v))
    publisher = next(iter(_values(root, "publisher")), "")
    return Package(next(iter(_values(root, "title")), ""), date, publisher, next(urls, ""), entries)


def _path(folder: str, reference: str | None) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote((reference or "").split("#")[0])))


def _guide_role(kind: str) -> str:
    return "cover" if kind.lower() in _COVERS else "table of contents" if kind.lower() in _TABLES else ""


def _values(root: lxml.etree._Element, name: str) -> list[str]:
    found = (" ".join("".join(e.itertext()).split()) for e in root.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}"))
    return [value for value in found if value]


def chapter_of(markup: str, place: str) -> Chapter:
    """Return the text of a document. One that is not well-formed is read as a browser would read it."""
    try:
        tree = xml_tree(markup, place)
    except ReadingError as error:
        if "entities" in error.reason:
            raise
        tree = html_tree(markup)
    elements = list(tree.iter("{*}*"))
    body = next((e for e in elements if local_name(e) == "body"), tree)
    title = next((" ".join("".join(e.itertext()).split()) for e in elements if local_name(e) == "title"), "")
    heads = (" ".join(tree_text(e).split()) for e in elements if local_name(e) in _HEADINGS)
    links = [tree_text(e) for e in elements if local_name(e) == "a" and e.get("href")]
    text = tree_text(body)
    size = len(re.sub(r"\s", "", text))
    linked = sum(len(re.sub(r"\s", "", words)) for words in links)
    return Chapter(
        text=text,
        heading=next((h for h in heads if any(c.isalnum() for c in h)), ""),
        title=title,
        role=_role(body),
        is_list=len(links) >= _LINKS and linked >= _LINK_SHARE * size,
        linked=len(links) >= _LINKS,
    )


def _role(body: lxml.etree._Element) -> str:
    """Return the role that the body or its only element states."""
    kinds = (body.get(_TYPE) or body.get("epub:type") or "").lower().split()
    if not kinds and len(body) == 1:
        kinds = (body[0].get(_TYPE) or body[0].get("epub:type") or "").lower().split()
    return next((role for kind in kinds if (role := _guide_role(kind))), "")
