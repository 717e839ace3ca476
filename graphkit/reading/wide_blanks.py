"""Keeps the wide blanks between the words of a web page, which the extractor of articles replaces by single spaces.

They separate paragraphs and spread names (王　强), and quotes are exact to the characters of the page.
"""

from __future__ import annotations

import re

import lxml.etree
import lxml.html

_WIDE = "\u2001\u2002\u2003\u3000"
_BLANKS = " \t\u00a0" + "".join(map(chr, range(0x2000, 0x200B))) + "\u3000"
#: Blanks with the width of a Chinese character, or several no-break spaces.
_RUN = re.compile(f"(?=[{_BLANKS}]*(?:[{_WIDE}]|\u00a0[{_BLANKS}]*\u00a0))[{_BLANKS}]+")
_MAY_HAVE_RUNS = re.compile(f"[{_WIDE}\u00a0]|&(?:nbsp|emsp|ensp|#(?:160|819[4-5]|12288|x(?:a0|200[1-3]|3000)))", re.I)
_NODES = lxml.etree.XPath(
    f"//text()[translate(., '{_WIDE}\u00a0', '') != . and not(parent::script or parent::style or parent::title)]"
)
#: Characters of the block Braille Patterns, which the extractor keeps.
_MARKS = {ord(blank): chr(0x2801 + n) for n, blank in enumerate(_BLANKS)}
_MARKED = re.compile(f"[{''.join(_MARKS.values())}]")
_RESTORED = {ord(mark): chr(blank) for blank, mark in _MARKS.items()}
_INLINE = frozenset(("a", "b", "strong", "span", "font", "em", "i", "u"))


def mark_wide_blanks(tree: lxml.html.HtmlElement, page: str) -> bool:
    """Replace the wide blanks between words in a tree by marks, and tell whether there are any.

    page: the source of the tree. A page that contains one of the marks is not changed.
    """
    if not _MAY_HAVE_RUNS.search(page) or _MARKED.search(page):
        return False
    marked = False
    for node in _NODES(tree):
        parent = node.getparent()
        before, after = _words_around(node, parent)
        text = _between_words(str(node), before, after)
        if text == node:
            continue
        marked = True
        if node.is_tail:
            parent.tail = text
        else:
            parent.text = text
    return marked


def restored(text: str) -> str:
    """Return an extracted text with the blanks for which it contains marks."""
    return text.translate(_RESTORED)


def _words_around(node: lxml.etree._ElementUnicodeResult, parent: lxml.html.HtmlElement) -> tuple[bool, bool]:
    """Tell whether there are words of the same line right before and after a text."""
    if parent.tag not in _INLINE:
        return False, False
    if node.is_tail:
        return bool(parent.text) and len(parent) == 0 and not parent.text[-1].isspace(), False
    return False, len(parent) == 0 and bool(parent.tail) and not parent.tail[0].isspace()


def _between_words(text: str, before: bool, after: bool) -> str:
    def marked(m: re.Match[str]) -> str:
        inside = (m.start() > 0 or before) and (m.end() < len(text) or after)
        return m.group().translate(_MARKS) if inside else m.group()

    return _RUN.sub(marked, text)
