"""The names of the property graph that do not depend on its content: labels, relationship types and properties.

docs/formats.md (Property graph) describes them. A graph may have no node or relationship with some of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphkit.schema import load_schema

_CLAIM = ("confidence", "date", "evidence", "reports", "rules", "spans")
#: Properties of nodes that are no entities.
_OTHER_NODES = {
    "Report": (
        "characters",
        "date",
        "level",
        "place",
        "publisher",
        "report_id",
        "sha256",
        "title",
        "url",
    ),
    "Claim": (*_CLAIM, "kind", "number", "relation", "status", "value"),
    "Visit": ("date",),
}
#: Further properties of entities of a type.
_OF_TYPE = {
    "Place": ("code", "latitude", "level", "longitude", "province"),
    "Phrase": ("first", "last", "mention_count", "report_count"),
}
#: Properties of relationships that are no claims.
_OTHER_RELATIONSHIPS = {
    "MENTIONS": ("count", "voice"),
    "FROM_PLACE": (),
    "BROADER": (),
    "VARIANT_OF": (),
    "LED_BY": (),
    "JOINED_BY": (),
    "STOPPED_AT": (),
    "IN_REPORT": (),
    "SUBJECT": (),
    "OBJECT": (),
}


def node_names() -> dict[str, frozenset[str]]:
    """Return the properties, without `id`, of the nodes with each first label."""
    schema = load_schema()
    attributes = {a.name for a in schema.attributes.values()} | {a.number for a in schema.attributes.values()} - {""}
    with_attributes = {t for r in schema.relations.values() if r.has_value for t in r.subject}
    found = {}
    for label in schema.types.keys() - {"Value"}:
        own: Iterable[str] = ("name", "aliases", "scope", *_OF_TYPE.get(label, ()))
        found[label] = frozenset(own) | (attributes if label in with_attributes else frozenset())
    return found | {label: frozenset(("name", "aliases", *own)) for label, own in _OTHER_NODES.items()}


def relationship_names() -> dict[str, frozenset[str]]:
    """Return the properties, without `id`, of the relationships of each type."""
    claims = {r.label: frozenset(_CLAIM) for r in load_schema().relations.values() if not r.has_value}
    return claims | {kind: frozenset(own) for kind, own in _OTHER_RELATIONSHIPS.items()}
