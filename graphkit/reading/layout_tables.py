"""Tables with which old pages arrange their parts: their cells are parts of the page and not of a table."""

from __future__ import annotations

from collections import Counter

import lxml.etree
import lxml.html

#: Texts in a table that end a sentence.
_SENTENCES = lxml.etree.XPath("//table//text()[contains(., '。')]")
_CELLS = ("td", "th")
_PARTS = ("thead", "tbody", "tfoot", "tr", "td", "th", "caption")
#: Number of sentences from which a cell is prose.
_PROSE = 2


def unfold_layout_tables(tree: lxml.html.HtmlElement) -> None:
    """Replace the tables that contain an article by blocks, so that its paragraphs are not joined to the row of a table.

    Such a table has a cell with at least two sentences that is the only one with a text in its row, or in the only row.
    """
    sentences: Counter[lxml.html.HtmlElement] = Counter()
    for text in _SENTENCES(tree):
        element = text.getparent()
        around = element.iterancestors(*_CELLS)
        cell = element if element.tag in _CELLS and not text.is_tail else next(around, None)
        if cell is not None:
            sentences[cell] += text.count("。")
    tables: set[lxml.html.HtmlElement] = set()
    for cell, number in sentences.items():
        if number >= _PROSE and _is_alone(cell):
            tables.update(cell.iterancestors("table"))
    if tables:
        parts = [part for part in tree.iter(*_PARTS) if next(part.iterancestors("table"), None) in tables]
        for part in (*parts, *tables):
            part.tag = "div"


def _is_alone(cell: lxml.html.HtmlElement) -> bool:
    """Tell whether a cell is the only one with a text in its row, or its row the only one of the table."""
    row = cell.getparent()
    table = next(cell.iterancestors("table"), None)
    if row is None or table is None:
        return False
    others = [one for one in row if one is not cell and one.tag in _CELLS and one.text_content().strip()]
    return not others or not any(
        one is not row and one.text_content().strip() for one in row.getparent().iterchildren(row.tag)
    )
