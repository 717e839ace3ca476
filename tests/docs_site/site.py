"""Reads the pages of a built site: their anchors, their links, and the files that the browser loads with them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: Attributes with an address that the browser loads with the page; `a` is loaded only by a click.
_LOADED = {
    ("link", "href"),
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("video", "src"),
    ("audio", "src"),
    ("object", "data"),
    ("embed", "src"),
    ("use", "href"),
}
#: `link` elements of these kinds only name another page.
_NAMES = {"canonical", "alternate", "prev", "next", "author", "license"}
_STYLE_ADDRESS = re.compile(r"url\(\s*[\"']?([^\"')]+)|@import\s+[\"']([^\"']+)")


@dataclass
class PageParser(HTMLParser):
    """What one page contains."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    #: Text directly in paragraphs, to find lists and tables that are not shown as such.
    paragraphs: list[str] = field(default_factory=list)
    in_paragraph: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values[n] for n in ("id", "name") if n in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        names_only = tag == "link" and _NAMES & set(values.get("rel", "").split())
        for name, value in values.items():
            if (tag, name) in _LOADED:
                (self.links if names_only else self.loaded).append(value)
            if name == "style":
                self.loaded += style_addresses(value)
        if tag == "p":
            self.in_paragraph = True
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self.in_paragraph = False

    def handle_data(self, data: str) -> None:
        if self.in_paragraph:
            self.paragraphs[-1] += data


def style_addresses(text: str) -> list[str]:
    """Return the addresses that a style sheet loads."""
    return [a or b for a, b in _STYLE_ADDRESS.findall(text)]


def parsed(file: Path) -> PageParser:
    page = PageParser()
    page.feed(file.read_text(encoding="utf-8"))
    return page


def is_elsewhere(address: str) -> bool:
    """Whether an address is on another host."""
    return bool(urlsplit(address).netloc)


@dataclass
class Site:
    """A built site."""

    folder: Path
    pages: dict[Path, PageParser] = field(init=False)

    def __post_init__(self) -> None:
        # The page 404.html is for servers that show it under any address; its links begin at the root of the site.
        files = (f for f in sorted(self.folder.glob("**/*.html")) if f.name != "404.html")
        self.pages = {f: parsed(f) for f in files}

    def dead_links(self) -> list[str]:
        """Return the links and loaded files without a target, with the page."""
        dead = []
        for file, page in self.pages.items():
            for address in [*page.links, *page.loaded]:
                if not is_elsewhere(address) and not self._exists(file, address):
                    dead.append(f"{file.relative_to(self.folder)}: {address}")
        return dead

    def _exists(self, file: Path, address: str) -> bool:
        parts = urlsplit(address)
        if parts.scheme in ("data", "mailto"):
            return True
        target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
        if target.is_dir():
            target /= "index.html"
        if not target.is_file():
            return False
        anchor = unquote(parts.fragment)
        return not anchor or target.suffix != ".html" or anchor in self.pages[target].anchors

    def loaded_elsewhere(self) -> list[str]:
        """Return the files of other hosts that pages or style sheets load."""
        found = [f"{f.name}: {a}" for f, page in self.pages.items() for a in page.loaded if is_elsewhere(a)]
        for file in self.folder.glob("**/*.css"):
            found += [f"{file.name}: {a}" for a in style_addresses(file.read_text(encoding="utf-8")) if is_elsewhere(a)]
        return found

    def number_of_links(self) -> int:
        return sum(len(p.links) + len(p.loaded) for p in self.pages.values())
