"""HTML fragments and XHTML documents → lines of text, without an extractor: all of their text belongs to the report."""

from __future__ import annotations

import html
import re

import lxml.etree
import lxml.html

_HIDDEN = frozenset(
    ("script", "style", "template", "noscript", "head", "title", "iframe", "object", "svg", "math", "button", "select",
     "textarea", "audio", "video", "rt", "rp")
)  # fmt: skip
_BLOCKS = frozenset(
    ("p", "div", "br", "hr", "li", "ul", "ol", "dl", "dt", "dd", "tr", "table", "caption", "thead", "tbody", "tfoot",
     "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "section", "article", "header", "footer", "aside", "nav",
     "main", "figure", "figcaption", "address", "center", "fieldset", "form", "details", "summary", "body", "html")
)  # fmt: skip
_CELLS = frozenset(("td", "th"))
_NOT_DISPLAYED = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.I)
_SPACES = re.compile(r"[ \t\r\n\f]+")
#: An attribute, whose name is ASCII; and a `<` with the tag or declaration that it begins. A tag whose attributes are
#: broken is read without them, unless Chinese characters are in it.
_ATTRIBUTE = r"""(?:[!#-&(-.0-;?-~]++(?:\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'|[^\s"'<>]++))?+)"""
_ANGLE = re.compile(
    rf"<(?:(?P<tag>/?[a-zA-Z][\w:.-]*+(?:[\s/]++{_ATTRIBUTE}?+)*+>)"
    r"|(?P<loose>/?[a-zA-Z][\w:.-]*+)[\s/\"'=][^<>\u2e80-\uffff]*+>"
    r"|(?P<declaration>![a-zA-Z\[][^<>\u2e80-\uffff]*+>|\?[a-zA-Z][^<>\u2e80-\uffff]*+>)|)",
    re.A,
)
_COMMENT = ("<!--", "-->")
_CDATA = ("<![CDATA[", "]]>")
#: A closing tag or line break that is still in the text: the markup was escaped twice.
_ESCAPED_TAG = re.compile(r"</(?:p|div|span|strong|a|li|td|h[1-6])\s*>|<br\s*/?>", re.I)
#: A tag of HTML, and a reference, by which a field with HTML differs from a text with `<` or `&`.
_KNOWN_TAG = re.compile(
    r"</?(?:p|br|hr|div|span|strong|b|i|em|u|a|img|font|table|tbody|tr|td|th|section|article|h[1-6]|ul|ol|li|figure"
    r"|center|blockquote|sup|sub|video|iframe|script|style|html|body)(?:\s+[a-z][^<>]*)?\s*/?>",
    re.I,
)
_KNOWN_REFERENCE = re.compile(
    r"&(?:nbsp|ensp|emsp|thinsp|[lr]dquo|[lr]squo|[lr]aquo|mdash|ndash|hellip|middot|bull|times|amp|lt|gt|quot|apos"
    r"|#\d{2,7}|#[xX][0-9a-fA-F]{2,6});"
)
#: Escapes of JSON that are still in a text, because it was written as JSON twice.
_ESCAPE = re.compile(r"\\u(?P<code>[0-9a-fA-F]{4})|(?<![A-Za-z0-9:\\])(?P<letters>(?:\\[nrt])+)(?![a-z])")
#: Blanks that are removed at the ends of lines.
_BLANK = " \t\r\u3000\xa0\ufeff" + "".join(map(chr, range(0x2000, 0x200C)))
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
#: The beginning of a character reference with more digits than any character has. It is not decoded.
_LONG_NUMBER = re.compile(r"&(?=#[xX]?[0-9a-fA-F]{8})")


def fragment_text(markup: str) -> str:
    """Return the text of an HTML fragment, one line for each block. A text without tags keeps its lines.

    >>> fragment_text("<p>甲&nbsp;乙</p><p>丙<br/>丁</p>").split("\\n")
    ['甲\\xa0乙', '丙', '丁']
    """
    text = _once(markup)
    return _once(text) if _ESCAPED_TAG.search(text) else text


def plain_text(text: str) -> str:
    """Return a text without HTML tags, and with the characters instead of references and of escapes of JSON.

    A text without any of these is returned unchanged.

    >>> plain_text("<p>石渡县&ldquo;链长制&rdquo;</p>"), plain_text("甲\\\\n乙"), plain_text("a<b 且 c>d")
    ('石渡县“链长制”', '甲\\n乙', 'a<b 且 c>d')
    """
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
    if ("<" in text and _KNOWN_TAG.search(text)) or ("&" in text and _KNOWN_REFERENCE.search(text)):
        try:
            text = fragment_text(text)
        except ValueError:
            return text
    return text


def _unescaped(m: re.Match[str]) -> str:
    """Return what an escape means. JSON escapes no printable ASCII in this way, so such an escape is kept."""
    if m["code"]:
        char = chr(int(m["code"], 16))
        return m.group() if "\ud800" <= char <= "\udfff" or char < "\x80" else char
    return m["letters"].replace("\\r\\n", "\n").replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\n")


def _once(markup: str) -> str:
    escaped, tags = _escaped(_without_comments(markup))
    if not tags:
        return clean_lines(html.unescape(_LONG_NUMBER.sub("&amp;", escaped)))
    try:
        return tree_text(html_tree(escaped))
    except ValueError:  # There are only closing tags.
        return clean_lines(html.unescape(_LONG_NUMBER.sub("&amp;", _ANGLE.sub(" ", escaped))))


def _without_comments(markup: str) -> str:
    """Return the markup without comments. The beginning of a comment that does not end is a text, as is CDATA."""
    if _CDATA[0] in markup:
        markup = markup.replace(_CDATA[0], "").replace(_CDATA[1], "")
    opening, closing = _COMMENT
    pieces: list[str] = []
    at = 0
    while (start := markup.find(opening, at)) >= 0 and (end := markup.find(closing, start + len(opening))) >= 0:
        pieces.append(markup[at:start])
        at = end + len(closing)
    return "".join([*pieces, markup[at:]])


def _escaped(markup: str) -> tuple[str, int]:
    """Return the markup with a reference for each `<` that begins no tag, and the number of its tags.

    The name of a tag is followed by white space, `/` or `>`: `a<c3月5日` contains none. The parser would omit the words
    up to the next `>`.
    """
    tags = 0

    def repaired(m: re.Match[str]) -> str:
        nonlocal tags
        tags += bool(m["tag"] or m["loose"])
        if m["tag"] or m["declaration"]:
            return m.group()
        return f"<{m['loose']}>" if m["loose"] else "&lt;"

    return _ANGLE.sub(repaired, markup), tags


def html_tree(markup: str) -> lxml.html.HtmlElement:
    """Return the tree of an HTML page or fragment. Raises ValueError if there is none."""
    parser = lxml.html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    page = _DECLARATION.sub("", markup)
    try:
        return lxml.html.document_fromstring(page, parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError) as error:
        raise ValueError(str(error)) from None


def tree_text(tree: lxml.etree._Element) -> str:
    """Return the text that an element displays, one line for each block; cells of a row are separated by tabs."""
    words: list[str] = []
    hidden = preformatted = 0
    for event, element in lxml.etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            if not hidden and element is not tree:
                words.append(_spaced(element.tail, preformatted))
            continue
        name = local_name(element)
        hides = name in _HIDDEN or "hidden" in element.attrib or bool(_NOT_DISPLAYED.search(element.get("style") or ""))
        step = 1 if event == "start" else -1
        hidden += hides * step
        preformatted += (name == "pre") * step
        if hidden:
            continue
        if name in _BLOCKS:
            words.append("\n")
        elif name in _CELLS and event == "end":
            words.append("\t")
        if event == "start":
            words.append(_spaced(element.text, preformatted))
        elif element is not tree:
            words.append(_spaced(element.tail, preformatted))
    return clean_lines("".join(words))


def local_name(element: lxml.etree._Element) -> str:
    """Return the name of an element without its namespace, in lower case; "" for comments and the like."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def clean_lines(text: str) -> str:
    """Return the lines that are not blank, without white space at their ends."""
    lines = (line.strip(_BLANK) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def with_title(title: str, body: str) -> str:
    """Return the text of a report: the title and the body, unless the body begins with the title."""
    return body if not title or title in body[: len(title) + 20] else f"{title}\n{body}"


def _spaced(text: str | None, preformatted: int) -> str:
    return text or "" if preformatted else _SPACES.sub(" ", text or "")
