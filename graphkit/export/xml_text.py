"""Text of XML files. A character that XML cannot carry is an error with its report and field; it is never replaced."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from graphkit.errors import ExportError
from graphkit.model import Report, Statement
from graphkit.schema.values import named
from graphkit.stores.content import Content
from graphkit.stores.options import ExportOptions

Writer = Callable[[Content, BinaryIO, ExportOptions], None]
#: Characters that XML 1.0 does not allow. Reading refuses them; a ledger of an older version may hold them.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class _NotInXmlError(Exception):
    """A text that XML cannot carry; `text_of_xml` says where it comes from."""


def checked(words: str) -> str:
    """The text, when XML can carry it."""
    if _NOT_IN_XML.search(words):
        raise _NotInXmlError(words)
    return words


def element_text(words: object) -> str:
    """A text between tags."""
    return escape(checked(str(words)), {"\r": "&#13;", "\t": "&#9;", "\n": "&#10;"})


def attribute(words: object) -> str:
    """A text as the value of an attribute, in quotation marks."""
    return quoteattr(checked(str(words)))


def text_of_xml(write: Writer) -> Writer:
    """A writer whose texts all pass `checked`: raises ExportError, with the report and the field, for one that does not."""

    @wraps(write)
    def writer(content: Content, out: BinaryIO, options: ExportOptions) -> None:
        try:
            write(content, out, options)
        except _NotInXmlError as error:
            raise ExportError(_place(content, str(error))) from None

    return writer


def _place(content: Content, words: str) -> str:
    hint = "XML cannot carry it: build the report again from a corrected file, or export as nquads"
    for row, statements in content.by_report():
        for field, value in (*_fields(row.report), *(f for s in statements for f in _said(s))):
            bad = _NOT_IN_XML.search(value)
            if bad:
                return f"report {row.report.id!a}: {field}: character {bad.start()} is {named(bad.group())}; {hint}"
    return f"{words[:80]!a}: {hint}"


def _fields(report: Report) -> Iterator[tuple[str, str]]:
    for field in ("id", "title", "date", "publisher", "place", "url", "text"):
        yield field, getattr(report, field)


def _said(s: Statement) -> Iterator[tuple[str, str]]:
    for field in ("speaker", "date", "rule", "kind"):
        yield field, getattr(s, field)
    for role, mention in (("subject", s.subject), ("object", s.object)):
        yield from ((f"{role} name", name) for name in (mention.name, *mention.aliases))
