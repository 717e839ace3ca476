"""The names that users write: relations, statuses, and terms of queries. Errors name the most similar known name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum

from graphkit.errors import UsageError
from graphkit.model import Status
from graphkit.schema import load_schema
from graphkit.schema.own_terms import OTHER_CLASSES, OTHER_TERMS
from graphkit.wording import did_you_mean

#: Further names in the namespace `gk:`: a class, and a datatype.
_OTHERS = ("Status", "divisionCode")


class Relation(StrEnum):
    """The relations of the schema. Each is equal to its name: `Relation.VISITED == "visited"`."""

    VISITED = "visited"
    LOCATED_IN = "located_in"
    HOLDS_POST = "holds_post"
    ACCOMPANIED = "accompanied"
    ATTENDED = "attended"
    PRESIDED = "presided"
    REPORTED_TO = "reported_to"
    EMPHASIZED = "emphasized"
    IMPLEMENTS = "implements"
    PURSUES = "pursues"
    HAS_PART = "has_part"
    HAS_ATTRIBUTE = "has_attribute"


def check_name(what: str, name: object, known: Collection[str]) -> str:
    """Return the name as a string. what: what it is a name of. Raises UsageError if it is not known."""
    if isinstance(name, str) and str(name) in known:
        return str(name)
    shown = f"{name!r:.80}" if not isinstance(name, str) else repr(str(name)[:80])
    similar = did_you_mean(str(name), known)
    raise UsageError(f"unknown {what} {shown}{similar or '; one of ' + ', '.join(sorted(known)[:40])}")


def check_relation(name: object) -> str:
    """Return the name of a relation. Raises UsageError for an unknown one."""
    return check_name("relation", name, load_schema().relations)


def check_status(name: object) -> str:
    """Return the name of a status. Raises UsageError for an unknown one."""
    return check_name("status", name, [s.value for s in Status])


def unknown_id(what: str, wanted: object, ids: Iterable[str]) -> UsageError:
    """Return the error for an id that a graph does not contain. what: report or entity; ids: those that it contains."""
    return UsageError(f"the graph contains no {what} {str(wanted)[:80]!r}{did_you_mean(str(wanted)[:200], ids)}")


def own_terms() -> frozenset[str]:
    """Return the names of all classes, properties and values in the namespace `gk:`."""
    schema = load_schema()
    named = [kind.cls for kind in schema.types.values()]
    named += [term for kind in schema.types.values() for term in kind.also]
    named += [relation.term for relation in schema.relations.values()]
    found = {term.removeprefix("gk:") for term in named if term.startswith("gk:")}
    found |= {row[0] for row in (*OTHER_CLASSES, *OTHER_TERMS)} | {*schema.attributes, *schema.status, *_OTHERS}
    return frozenset(found)
