"""RDF terms as N-Quads writes them: IRIs of instances under a base, terms of the schema, literals."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import quote

from pyoxigraph import NamedNode

from graphkit.errors import UsageError
from graphkit.model import Entity
from graphkit.schema import load_schema

#: Base of instance IRIs when the user sets none.
BASE = "https://example.org/graph/"

_XSD = "http://www.w3.org/2001/XMLSchema#"
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_FOLDERS = {
    "Person": "person", "Post": "post", "Organization": "organization", "Place": "place", "Park": "park",
    "Project": "project", "Site": "site", "Meeting": "meeting", "Document": "document", "Phrase": "phrase",
}


@cache
def term(name: str) -> str:
    """`gk:visited` → `<https://…#visited>`."""
    return f"<{load_schema().expand(name)}>"


def encode(words: str) -> str:
    """Percent-encode what may not stand in a segment of an IRI; Chinese characters stay readable."""
    return "".join(c if c >= "\u00a0" and c.isprintable() and not c.isspace() else quote(c, safe="-._~@:") for c in words)


class Iris:
    """IRIs of instances under a base that the user sets, in angle brackets."""

    def __init__(self, base: str = BASE) -> None:
        self.base = base if base.endswith(("/", "#")) else base + "/"
        try:
            NamedNode(self.base)
        except ValueError as error:
            raise UsageError(f"the base {base!r} is no IRI: {error}") from None
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


def is_day(words: str) -> bool:
    return _DAY.match(words) is not None


def date(words: str) -> str:
    """A day as xsd:date; `--03-02` (the year is not known) as xsd:gMonthDay."""
    return f'"{words}"^^<{_XSD}{"date" if is_day(words) else "gMonthDay"}>'
