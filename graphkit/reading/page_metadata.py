"""What the head of a web page states about its article: <meta> elements, JSON-LD, <time>, and the address.

Other scripts are searched on pages of WeChat only, and other attributes are not searched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import lxml.etree
import lxml.html

from graphkit.grammar.patterns import pattern
from graphkit.reading.date_fields import field_day
from graphkit.reading.markup import fragment_text

_SOURCE_LABEL = pattern("page_fields.source_label")
_UNKNOWN_SOURCE = pattern("page_fields.unknown_source")
_PORTAL = pattern("page_fields.portal")
_SITE_WORDS = pattern("page_fields.site_words")
_IS_SITE = pattern("page_fields.site_name")
_SCRIPT_DAY = pattern("page_fields.script_day")
_SCRIPT_ACCOUNT = pattern("page_fields.script_account")
#: Elements of a page of WeChat: its article, and the name of the account.
_WECHAT = lxml.etree.XPath("//*[@id='js_content' or @id='js_article'][1]")
_ACCOUNT = lxml.etree.XPath("//*[@id='js_name']")
_DAY_IN_ADDRESS = pattern("page_fields.day_in_address")
#: Names of <meta> elements without `-`, `_` and spaces, the most reliable first. PubDate, ContentSource and ArticleTitle
#: are those of Chinese government sites.
_DATES = (
    "pubdate", "publishdate", "publishedtime", "publishtime", "pubtime", "article:publishedtime", "og:publishedtime",
    "datepublished", "og:releasedate", "weibo:article:createat", "article:createat", "bytedance:publishedtime",
    "dc.date.issued", "dcterms.issued", "dcterms.date", "dc.date", "firstcreatetime", "createdate", "releasedate",
    "parselypubdate", "sailthru.date", "date",
)  # fmt: skip
_PUBLISHERS = (
    "contentsource", "article:source", "og:source", "newssource", "source", "mediaid", "dc.source", "dc.publisher",
)  # fmt: skip
_TITLES = ("articletitle", "article:title", "headline", "dc.title")
_SOCIAL_TITLES = ("og:title", "twitter:title", "weibo:article:title")
_SITES = ("og:sitename", "sitename", "applicationname", "copyright")
_ARTICLES = ("article", "posting", "report")
_JSON_LD_TITLES = ("headline", "title")
_JSON_LD_DATES = ("datePublished", "pubDate", "dateCreated", "uploadDate")
_JSON_LD_PUBLISHERS = ("sourceOrganization", "isBasedOn", "publisher", "provider")
_JSON_LD_ADDRESSES = ("url", "@id")
#: All of these properties, the preferred ones first.
JSON_LD_KEYS = (*_JSON_LD_TITLES, *_JSON_LD_DATES, *_JSON_LD_PUBLISHERS, *_JSON_LD_ADDRESSES)
#: Maximum length of a JSON-LD script in characters, and maximum depth and number of the objects that are searched.
_LONGEST_SCRIPT, _DEEPEST, _MOST_OBJECTS = 1_000_000, 8, 1000
_LONGEST_TITLE = 120


@dataclass(slots=True)
class Metadata:
    """Fields that the head of a page states; what it does not state is "".

    social_title: the title for social networks, which may contain the name of the site. site: the name of the site or
    of the publisher of the site, which may be a portal. body: the text of the article in JSON-LD.
    """

    title: str = ""
    social_title: str = ""
    date: str = ""
    publisher: str = ""
    site: str = ""
    url: str = ""
    body: str = ""


def read_metadata(tree: lxml.html.HtmlElement) -> Metadata:
    """Return what the head of a page states. <meta> elements precede JSON-LD."""
    stated = _meta(tree)
    found = Metadata(
        title=next((t for name in _TITLES if (t := _as_title(stated.get(name, "")))), ""),
        social_title=next((t for name in _SOCIAL_TITLES if (t := _as_title(stated.get(name, "")))), ""),
        date=next((day for name in _DATES if (day := field_day(stated.get(name, "")))), ""),
        publisher=next((p for name in _PUBLISHERS if (p := as_publisher(stated.get(name, "")))), ""),
        site=next((p for name in _SITES if (p := _as_site(stated.get(name, "")))), ""),
        url=_address(tree, stated),
    )
    for article in json_ld(tree):
        _add(found, article)
    found.date = found.date or _time(tree)
    if not (found.date and found.publisher):
        _add_account(found, tree)
    return found


def _add_account(found: Metadata, tree: lxml.html.HtmlElement) -> None:
    """Add the account and the day of a page of WeChat, which scripts display."""
    name = next((" ".join(e.text_content().split()) for e in _ACCOUNT(tree)), "")
    scripts = (
        [e.text for e in tree.iter("script") if e.text and len(e.text) <= _LONGEST_SCRIPT] if _WECHAT(tree) else []
    )
    for text in scripts:
        if not found.date and (m := _SCRIPT_DAY.search(text)):
            found.date = field_day(m["day"])
        if not name and (m := _SCRIPT_ACCOUNT.search(text)):
            name = m["publisher"]
    found.publisher = found.publisher or as_publisher(name)


def address_day(url: str) -> str:
    """Return the day in the address of an article, "" if there is none: …/2024-04/05/content_1.html, …/t20240405_1.shtml.

    >>> address_day("http://www.example.cn/art/2024/4/5/art_1.html")
    '2024-04-05'
    """
    m = _DAY_IN_ADDRESS.search(url)
    return field_day(f"{m['y']}-{m['m'] or m['m1']}-{m['d'] or m['d1']}") if m else ""


def as_publisher(value: str) -> str:
    """Return a stated publisher without its label, "" if it is none: an address, a number, 本站."""
    publisher = _SOURCE_LABEL.sub("", value).strip()
    if not 2 <= len(publisher) <= 20 or _UNKNOWN_SOURCE.fullmatch(publisher):
        return ""
    return "" if publisher.isdigit() or "://" in publisher or (publisher.isascii() and "." in publisher) else publisher


def _as_site(value: str) -> str:
    """Return the name of a site as the publisher of its pages, "" for a portal and for words that are no name."""
    name = _SITE_WORDS.sub("", value).strip()
    return "" if _PORTAL.search(value) else as_publisher(name)


def site_in_title(title: str) -> str:
    """Return the publisher that follows the title of a page: 石渡县举行推介会_石渡新闻网, "" if there is none."""
    parts = re.split(r"[_|｜—–]+|\s-\s|-", title)
    for part in reversed(parts[1:]):
        if (m := _SITE_WORDS.sub("", part).strip()) and _IS_SITE.search(m) and (name := _as_site(m)):
            return name
    return ""


def _as_title(value: str) -> str:
    words = " ".join(value.split())
    return words if 4 <= len(words) <= _LONGEST_TITLE and not words.isascii() else ""


def _meta(tree: lxml.html.HtmlElement) -> dict[str, str]:
    """Return the contents of the <meta> elements by name in lower case. The first one with content counts."""
    stated: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        for kind in ("name", "property", "itemprop"):
            name = re.sub(r"[-_\s]", "", element.get(kind) or "").lower()
            if name and content:
                stated.setdefault(name, content)
    return stated


def _address(tree: lxml.html.HtmlElement, stated: dict[str, str]) -> str:
    links = (e.get("href") or "" for e in tree.iter("link") if (e.get("rel") or "").strip().lower() == "canonical")
    for address in (*links, stated.get("og:url", ""), stated.get("url", "")):
        if re.match(r"https?://[^\s/]+", address.strip()):
            return address.strip()
    return ""


def json_ld(tree: lxml.html.HtmlElement) -> Iterator[dict[str, Any]]:
    """Yield the objects of JSON-LD that describe an article."""
    for script in tree.iter("script"):
        text = script.text or ""
        if "ld+json" not in (script.get("type") or "").lower() or len(text) > _LONGEST_SCRIPT:
            continue
        try:
            value = json.loads(text.strip().removeprefix("<!--").removesuffix("-->").rstrip("; \n"), strict=False)
        except (ValueError, RecursionError):
            continue
        yield from filter(_is_article, _objects(value))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    waiting: list[tuple[Any, int]] = [(value, 0)]
    seen = 0
    while waiting and seen < _MOST_OBJECTS:
        item, depth = waiting.pop(0)
        seen += 1
        if isinstance(item, dict):
            yield item
            item = list(item.values())
        if isinstance(item, list) and depth < _DEEPEST:
            waiting += [(child, depth + 1) for child in item if isinstance(child, (dict, list))]


def _is_article(item: dict[str, Any]) -> bool:
    kinds = item.get("@type")
    words = " ".join(map(str, kinds)) if isinstance(kinds, list) else str(kinds or "")
    return any(kind in words.lower() for kind in _ARTICLES) or ("pubDate" in item and "title" in item)


def _add(found: Metadata, article: dict[str, Any]) -> None:
    """Add the fields of a JSON-LD object that the page has not stated before."""
    found.title = found.title or next((t for k in _JSON_LD_TITLES if (t := _as_title(words_of(article.get(k))))), "")
    found.date = found.date or next((d for k in _JSON_LD_DATES if (d := field_day(words_of(article.get(k))))), "")
    for key in _JSON_LD_PUBLISHERS:
        name = words_of(article.get(key))
        if key in ("publisher", "provider"):
            found.site = found.site or _as_site(name)
        else:
            found.publisher = found.publisher or as_publisher(name)
    found.body = found.body or fragment_text(words_of(article.get("articleBody")))
    address = next((a for k in _JSON_LD_ADDRESSES if (a := words_of(article.get(k)))), "")
    if not found.url and address.startswith(("http://", "https://")):
        found.url = address


def words_of(value: Any) -> str:
    """Return a text, the first text of a list, or the name of an object."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value")
    return value if isinstance(value, str) else str(value) if type(value) is int else ""


def _time(tree: lxml.html.HtmlElement) -> str:
    """Return the day of the <time> elements: of one that is marked, or the only day in the article or the page."""
    inside: list[str] = []
    every: list[str] = []
    for element in tree.iter("time"):
        day = field_day(element.get("datetime") or "") or field_day(" ".join(element.text_content().split())[:40])
        if not day:
            continue
        if "pubdate" in element.attrib or (element.get("itemprop") or "").lower() == "datepublished":
            return day
        every.append(day)
        if any(parent.tag in ("article", "main", "header") for parent in element.iterancestors()):
            inside.append(day)
    days = inside or every
    return days[0] if len(set(days)) == 1 else ""
