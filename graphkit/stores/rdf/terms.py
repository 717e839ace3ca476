"""RDF terms as N-Quads writes them: IRIs of instances under a base, terms of the schema, literals."""

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


#: Characters that RFC 3987 does not allow in a segment of an IRI as they are, and blanks and invisible characters among those it does.
_NOT_IN_IRI = re.compile(
    "[^A-Za-z0-9._~@:\\-\u00a1-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fef\u2ff0-\u2fff\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufeef"
    "\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd]|[\u00ad\u061c\u1680\u180e]"
)


def named(iri: str) -> str:
    """An absolute IRI in angle brackets. Raises ValueError for any other text, which therefore never becomes part of RDF or of a SPARQL request."""
    return str(NamedNode(iri))


@cache
def term(name: str) -> str:
    """`gk:visited` → `<https://…#visited>`."""
    return named(load_schema().expand(name))


def encode(words: str) -> str:
    """Percent-encode what may not stand in a segment of an IRI; Chinese characters stay readable."""
    return _NOT_IN_IRI.sub(lambda m: quote(m.group(), safe="-._~@:"), words)


class Iris:
    """IRIs of instances under a base that the user sets, in angle brackets."""

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
        """The IRI of a report that a server names. Raises ValueError unless it is one of a report under the base."""
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
        """`phrases` → `<https://example.org/graph/phrases>`; the path must need no encoding."""
        return f"<{self.base}{path}>"


_ESCAPED = re.compile('[\x00-\x1f"\\\\\x7f]')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def literal(words: str) -> str:
    """A plain literal, escaped as canonical N-Quads has it."""
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
    """kind: a term of the schema's prefixes, `geo:wktLiteral`."""
    return f"{literal(words)}^^{term(kind)}"


def date(words: str) -> str:
    """A day as xsd:date; `--03-02` (the year is not known) as xsd:gMonthDay. Anything else is a plain literal, escaped like all others."""
    if is_day(words):
        return f"{literal(words)}^^<{_XSD}date>"
    return f"{literal(words)}^^<{_XSD}gMonthDay>" if is_partial_day(words) else literal(words)
