"""Text in XML files. A character that XML does not allow is an error with report and field; it is never replaced."""

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
#: Characters that XML 1.0 does not allow. Reading rejects them, but a ledger of an older version may contain them.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class _NotInXmlError(Exception):
    """Raised for a text that XML does not allow. `text_of_xml` adds report and field."""


def checked(words: str) -> str:
    """Return a text if XML allows all its characters."""
    if _NOT_IN_XML.search(words):
        raise _NotInXmlError(words)
    return words


def element_text(words: object) -> str:
    """Return an escaped text as the content of an element."""
    return escape(checked(str(words)), {"\r": "&#13;", "\t": "&#9;", "\n": "&#10;"})


def attribute(words: object) -> str:
    """Return an escaped text as the value of an attribute, in quotation marks."""
    return quoteattr(checked(str(words)))


def text_of_xml(write: Writer) -> Writer:
    """Decorate a function that writes XML: it raises ExportError, with report and field, for a text that is invalid."""

    @wraps(write)
    def writer(content: Content, out: BinaryIO, options: ExportOptions) -> None:
        try:
            write(content, out, options)
        except _NotInXmlError as error:
            raise ExportError(_place(content, str(error))) from None

    return writer


def _place(content: Content, words: str) -> str:
    hint = "XML does not allow it: build the report again from a corrected file, or export as nquads"
    for row, statements in content.by_report():
        for field, value in (*_fields(row.report), *(f for s in statements for f in _statement_fields(s))):
            bad = _NOT_IN_XML.search(value)
            if bad:
                return f"report {row.report.id!a}: {field}: character {bad.start()} is {named(bad.group())}; {hint}"
    return f"{words[:80]!a}: {hint}"


def _fields(report: Report) -> Iterator[tuple[str, str]]:
    for field in ("id", "title", "date", "publisher", "place", "url", "text"):
        yield field, getattr(report, field)


def _statement_fields(s: Statement) -> Iterator[tuple[str, str]]:
    for field in ("speaker", "date", "rule", "kind"):
        yield field, getattr(s, field)
    for role, mention in (("subject", s.subject), ("object", s.object)):
        yield from ((f"{role} name", name) for name in (mention.name, *mention.aliases))
