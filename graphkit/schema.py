"""Reads `schemas/graphkit.toml`: entity types, relations, and who may stand where."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graphkit.errors import SchemaError
from graphkit.model import Report, Statement, Status

_STATUSES = tuple(Status)
#: What no name may hold: no store or format carries all of these.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_PLACES = (Path(__file__).parent / "schemas", Path(__file__).parent.parent / "schemas")


@dataclass(frozen=True, slots=True)
class EntityType:
    name: str
    cls: str
    also: tuple[str, ...]
    zh: str
    definition: str


@dataclass(frozen=True, slots=True)
class Relation:
    name: str
    term: str
    subject: frozenset[str]
    object: frozenset[str]
    zh: str
    definition: str

    @property
    def label(self) -> str:
        """The relationship type of the property graph: VISITED."""
        return self.name.upper()


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    zh: str
    definition: str
    number: str
    unit: str


@dataclass(frozen=True, slots=True)
class Schema:
    """All that `schemas/graphkit.toml` says, in the order of the file."""

    namespace: str
    version: str
    prefixes: dict[str, str]
    types: dict[str, EntityType]
    relations: dict[str, Relation]
    attributes: dict[str, Attribute]
    status: dict[str, str]

    def expand(self, term: str) -> str:
        """`gk:visited` → its IRI."""
        prefix, _, local = term.partition(":")
        return self.prefixes[prefix] + local

    def check(self, statement: Statement, report: Report) -> None:
        """Raise SchemaError if the statement's types are forbidden or its spans are not the text."""
        relation = self.relations.get(statement.relation)
        if relation is None:
            raise SchemaError(f"unknown relation {statement.relation!r}")
        for role, mention, allowed in (
            ("subject", statement.subject, relation.subject),
            ("object", statement.object, relation.object),
        ):
            if mention.type not in allowed:
                raise SchemaError(f"{statement.relation}: {mention.type} may not be {role} ({mention.name})")
            if not mention.name.strip():
                raise SchemaError(f"{statement.relation}: {role} without a name")
            if _CONTROL.search(mention.name) or any(map(_CONTROL.search, mention.aliases)):
                raise SchemaError(f"{statement.relation}: the name of the {role} has control characters ({mention.name!r})")
            if not 0 <= mention.start < mention.end <= len(report.text):
                raise SchemaError(f"{role} span {mention.start}-{mention.end} is outside of the text")
        if (statement.relation == "has_attribute") != (statement.kind in self.attributes):
            raise SchemaError(f"{statement.relation}: kind {statement.kind!r}")
        if not 0 <= statement.start < statement.end <= len(report.text):
            raise SchemaError(f"evidence span {statement.start}-{statement.end} is outside of the text")
        if statement.report != report.id:
            raise SchemaError(f"statement of {statement.report!r} in report {report.id!r}")
        if not 0.0 <= statement.confidence <= 1.0:
            raise SchemaError(f"confidence {statement.confidence} is not in 0–1")
        if statement.status not in _STATUSES:
            raise SchemaError(f"unknown status {statement.status!r}")


def schema_path() -> Path:
    """Where `graphkit.toml` lies: in the wheel inside the package, in a checkout beside it."""
    for folder in _PLACES:
        if (folder / "graphkit.toml").is_file():
            return folder / "graphkit.toml"
    raise SchemaError("schemas/graphkit.toml is missing: reinstall policy-graphkit")


@cache
def load_schema() -> Schema:
    """The schema, read once."""
    raw = tomllib.loads(schema_path().read_text(encoding="utf-8"))
    return Schema(
        namespace=raw["namespace"],
        version=raw["version"],
        prefixes=raw["prefixes"],
        types={
            n: EntityType(n, t["class"], tuple(t["also"]), t["zh"], t["definition"])
            for n, t in raw["types"].items()
        },
        relations={
            n: Relation(n, r["property"], frozenset(r["subject"]), frozenset(r["object"]), r["zh"], r["definition"])
            for n, r in raw["relations"].items()
        },
        attributes={
            n: Attribute(n, a["zh"], a["definition"], a.get("number", ""), a.get("unit", ""))
            for n, a in raw["attributes"].items()
        },
        status=raw["status"],
    )
