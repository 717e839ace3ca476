"""RDF terms in the syntax of N-Quads: IRIs of instances, terms of the schema, literals."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import quote

from pyoxigraph import NamedNode

from graphkit.errors import UsageError
from graphkit.model import Entity
from graphkit.schema import load_schema
from graphkit.schema.values import is_day, is_partial_day
from graphkit.stores.options import DEFAULT_BASE

_XSD = "http://www.w3.org/2001/XMLSchema#"
#: The last segment of the IRI of a report, as `encode` makes it.
_REPORT = re.compile(r"[^/?#]+")
_FOLDERS = {
    "Person": "person",
    "Post": "post",
    "Organization": "organization",
    "Place": "place",
    "Park": "park",
    "Project": "project",
    "Site": "site",
    "Meeting": "meeting",
    "Document": "document",
    "Phrase": "phrase",
}


#: Characters that RFC 3987 does not allow unescaped in a segment of an IRI, and the spaces and invisible characters
#: that it allows.
_NOT_IN_IRI = re.compile(
    "[^A-Za-z0-9._~@:\\-\u00a1-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fef\u2ff0-\u2fff\u3001-\ud7ff"
    "\uf900-\ufdcf\ufdf0-\ufeef\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd]"
    "|[\u00ad\u061c\u1680\u180e]"
)


def named(iri: str) -> str:
    """Return an absolute IRI in angle brackets. Raises ValueError if the text is not an absolute IRI.

    Texts from outside pass this check before they become part of RDF or of a SPARQL request.
    """
    return str(NamedNode(iri))


@cache
def term(name: str) -> str:
    """Return the IRI of a prefixed name in angle brackets: `gk:visited` → `<https://…#visited>`."""
    return named(load_schema().expand(name))


def encode(words: str) -> str:
    """Percent-encode the characters that a segment of an IRI cannot contain. Chinese characters remain readable."""
    return _NOT_IN_IRI.sub(lambda m: quote(m.group(), safe="-._~@:"), words)


class Iris:
    """The IRIs of instances under a base, in angle brackets."""

    def __init__(self, base: str = DEFAULT_BASE) -> None:
        self.base = base if base.endswith("/") else base + "/"
        try:
            named(f"{self.base}report/a#claims")
        except ValueError as error:
            reason = " ".join(str(error).split())
            raise UsageError(
                f"the base {base!r} is not an IRI: {reason}; an example is https://example.org/graph/"
            ) from None
        self._entities: dict[str, str] = {}
        self._reports: dict[str, str] = {}

    def entity(self, entity: Entity) -> str:
        found = self._entities.get(entity.id)
        if found is None:
            kind, _, rest = entity.id.partition(":")
            found = self._entities[entity.id] = f"<{self.base}{_FOLDERS[kind]}/{encode(rest)}>"
        return found

    def report(self, report_id: str, folder: str = "report", part: str = "") -> str:
        found = self._reports.get(report_id)
        if found is None:
            found = self._reports[report_id] = encode(report_id)
        return f"<{self.base}{folder}/{found}{part}>"

    def known_report(self, iri: str) -> str:
        """Return the IRI of a report that a server sent. Raises ValueError if it is not a report under the base."""
        start = f"{self.base}report/"
        try:
            if iri.startswith(start) and _REPORT.fullmatch(iri, len(start)):
                return named(iri)
        except ValueError:
            pass
        raise ValueError(f"{iri[:200]!a} is not the IRI of a report under {self.base}")

    def claims_graph(self, report_id: str) -> str:
        return self.report(report_id, part="#claims")

    def of(self, path: str) -> str:
        """Return the IRI of a path, which must need no encoding: `phrases` → `<https://example.org/graph/phrases>`."""
        return f"<{self.base}{path}>"


_ESCAPED = re.compile('[\x00-\x1f"\\\\\x7f]')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def literal(words: str) -> str:
    """Return a plain literal, escaped as in canonical N-Quads."""
    if _ESCAPED.search(words):
        words = _ESCAPED.sub(lambda m: _ESCAPES.get(m.group()) or f"\\u{ord(m.group()):04X}", words)
    return f'"{words}"'


def zh(words: str) -> str:
    return f"{literal(words)}@zh"


def integer(number: int) -> str:
    return f'"{number}"^^<{_XSD}integer>'


def decimal(number: float) -> str:
    words = f"{number:.4f}".rstrip("0").rstrip(".")
    return f'"{words if "." in words else words + ".0"}"^^<{_XSD}decimal>'


def typed(words: str, kind: str) -> str:
    """Return a literal of a datatype. kind: the prefixed name of the datatype, for example `geo:wktLiteral`."""
    return f"{literal(words)}^^{term(kind)}"


def date(words: str) -> str:
    """Return a day as xsd:date, a day without a year (`--03-02`) as xsd:gMonthDay, another text as a plain literal."""
    if is_day(words):
        return f"{literal(words)}^^<{_XSD}date>"
    return f"{literal(words)}^^<{_XSD}gMonthDay>" if is_partial_day(words) else literal(words)


def date_lines(node: str, day: str, graph: str) -> str:
    """Return the lines of the date of a node: dcterms:date for a day, gk:from and gk:to for a range."""
    if not day:
        return ""
    if "/" in day:
        first, _, last = day.partition("/")
        return f"{node} {term('gk:from')} {date(first)} {graph} .\n{node} {term('gk:to')} {date(last)} {graph} .\n"
    return f"{node} {term('dcterms:date')} {date(day)} {graph} .\n"
