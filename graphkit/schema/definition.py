"""Reads the schema (`schemas/graphkit.toml`): entity types, and relations with the types of subject and object."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graphkit.errors import SchemaError
from graphkit.model import Mention, Report, Statement, Status
from graphkit.schema.values import LONGEST_LABEL, is_date, name_flaw, text_flaw

_PACKAGE = Path(__file__).parent.parent
_PLACES = (_PACKAGE / "schemas", _PACKAGE.parent / "schemas")


@dataclass(frozen=True, slots=True)
class EntityType:
    """A type of entities. cls: prefixed name of its RDF class. also: further classes. zh: Chinese label."""

    name: str
    cls: str
    also: tuple[str, ...]
    zh: str
    definition: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation.

    term: prefixed name of its RDF property. subject, object: allowed types. zh: Chinese label. event: whether it is an
    event on a day, for example a visit. see_also: IRIs of similar properties in other vocabularies.
    """

    name: str
    term: str
    subject: frozenset[str]
    object: frozenset[str]
    zh: str
    definition: str
    event: bool = False
    see_also: tuple[str, ...] = ()

    @property
    def has_value(self) -> bool:
        """Whether its objects are printed values, not entities."""
        return self.object == {"Value"}

    @property
    def label(self) -> str:
        """The relationship type of the property graph, for example VISITED."""
        return self.name.upper()


@dataclass(frozen=True, slots=True)
class Attribute:
    """A kind of attribute. zh: Chinese label. number: name of the numeric property, "" for none. unit: its unit."""

    name: str
    zh: str
    definition: str
    number: str
    unit: str


@dataclass(frozen=True, slots=True)
class Schema:
    """The content of `schemas/graphkit.toml`, in the order of the file."""

    namespace: str
    version: str
    prefixes: dict[str, str]
    types: dict[str, EntityType]
    relations: dict[str, Relation]
    attributes: dict[str, Attribute]
    status: dict[str, str]

    def expand(self, term: str) -> str:
        """Return the IRI of a prefixed name, for example `gk:visited`."""
        prefix, _, local = term.partition(":")
        return self.prefixes[prefix] + local

    def check(self, statement: Statement, report: Report) -> None:
        """Raise SchemaError, with the field, if a field of the statement is invalid or a span is not in the text."""
        relation = self.relations.get(statement.relation) if isinstance(statement.relation, str) else None
        if relation is None:
            raise SchemaError(f"unknown relation {statement.relation!r}")
        for role, mention, allowed in (
            ("subject", statement.subject, relation.subject),
            ("object", statement.object, relation.object),
        ):
            self._check_mention(relation.name, role, mention, allowed, report)
        if (
            not isinstance(statement.kind, str)
            or (relation.name == "has_attribute") != (statement.kind in self.attributes)
            or (statement.kind and relation.name != "has_attribute")
        ):
            raise SchemaError(f"{relation.name}: kind {statement.kind!r} does not fit the relation")
        _check_span("evidence", (statement.start, statement.end), report)
        if statement.report_text not in ("", report.text):
            raise SchemaError(f"{relation.name}: report_text is not the text of the report")
        if statement.report != report.id:
            raise SchemaError(f"statement of {statement.report!r} in report {report.id!r}")
        if not isinstance(statement.confidence, (int, float)) or not 0.0 <= statement.confidence <= 1.0:
            raise SchemaError(f"confidence {statement.confidence!r} is not in 0–1")
        if not isinstance(statement.status, Status):
            raise SchemaError(f"unknown status {statement.status!r}")
        if not is_date(statement.date):
            raise SchemaError(
                f"date {statement.date!r:.80} is not a date: YYYY-MM-DD, --MM-DD if the year is unknown, "
                "or two dates separated by /"
            )
        if statement.speaker != "" and (flaw := name_flaw("speaker", statement.speaker)):
            raise SchemaError(f"{relation.name}: speaker has {flaw}")
        for field in ("rule", "extractor", "date_basis"):
            flaw = text_flaw(getattr(statement, field), LONGEST_LABEL)
            if flaw:
                raise SchemaError(f"{relation.name}: {field} has {flaw}")

    def _check_mention(
        self, relation: str, role: str, mention: Mention, allowed: frozenset[str], report: Report
    ) -> None:
        if mention.type not in allowed:
            raise SchemaError(f"{relation}: {mention.type} is not allowed as {role} ({mention.name})")
        if isinstance(mention.name, str) and not mention.name.strip():
            raise SchemaError(f"{relation}: {role} without a name")
        if flaw := name_flaw(mention.type, mention.name):
            raise SchemaError(f"{relation}: the name of the {role} has {flaw}")
        if not isinstance(mention.aliases, tuple):
            raise SchemaError(f"{relation}: the aliases of the {role} are not a tuple of names")
        for alias in mention.aliases:
            if flaw := name_flaw(mention.type, alias):
                raise SchemaError(f"{relation}: an alias of the {role} has {flaw}")
        _check_span(role, (mention.start, mention.end), report)
        if mention.antecedent is not None:
            _check_span(f"antecedent of the {role}", mention.antecedent, report)


def _check_span(what: str, span: object, report: Report) -> None:
    """Raise SchemaError unless the span consists of two offsets in the text, the first one lower than the second."""
    if not isinstance(span, tuple) or len(span) != 2 or not all(type(n) is int for n in span):
        raise SchemaError(f"{what} span {span!r} does not consist of two integers")
    start, end = span
    if not 0 <= start < end <= len(report.text):
        raise SchemaError(f"{what} span {start}-{end} is outside of the text")


def schema_path() -> Path:
    """Return the path of `graphkit.toml`: inside the package (wheel), or next to the package (checkout)."""
    for folder in _PLACES:
        if (folder / "graphkit.toml").is_file():
            return folder / "graphkit.toml"
    raise SchemaError("schemas/graphkit.toml is missing: reinstall policy-graphkit")


@cache
def load_schema() -> Schema:
    """Return the schema. The file is read at the first call."""
    raw = tomllib.loads(schema_path().read_text(encoding="utf-8"))
    return Schema(
        namespace=raw["namespace"],
        version=raw["version"],
        prefixes=raw["prefixes"],
        types={
            n: EntityType(n, t["class"], tuple(t["also"]), t["zh"], t["definition"]) for n, t in raw["types"].items()
        },
        relations={
            n: Relation(
                n,
                r["property"],
                frozenset(r["subject"]),
                frozenset(r["object"]),
                r["zh"],
                r["definition"],
                r.get("event", False),
                tuple(r.get("see_also", ())),
            )
            for n, r in raw["relations"].items()
        },
        attributes={
            n: Attribute(n, a["zh"], a["definition"], a.get("number", ""), a.get("unit", ""))
            for n, a in raw["attributes"].items()
        },
        status=raw["status"],
    )
