"""JSON schemas of the answers, from the schema of the project."""

from __future__ import annotations

from functools import cache
from typing import Any

from graphkit.model import Status
from graphkit.schema import Relation, load_schema

VERDICTS = ("correct", "wrong", "unclear")
_TEXT = {"type": "string"}


def sides_with_type(relation: Relation) -> dict[str, frozenset[str]]:
    """Return the sides of a relation for which an answer states the type, because several are allowed."""
    sides = {"subject": relation.subject, "object": relation.object}
    return {side: allowed for side, allowed in sides.items() if len(allowed) > 1}


@cache
def statements_form() -> dict[str, Any]:
    """Return the JSON schema of a list of statements: for each relation, an object with the types that it allows."""
    return _listed("statements", {"anyOf": [_statement(relation) for relation in load_schema().relations.values()]})


@cache
def verdicts_form() -> dict[str, Any]:
    """Return the JSON schema of a list of verdicts."""
    return _listed("verdicts", _object({"number": {"type": "integer"}, "verdict": _one_of(VERDICTS), "quote": _TEXT}))


def _statement(relation: Relation) -> dict[str, Any]:
    typed = sides_with_type(relation)
    properties: dict[str, Any] = {"relation": _one_of([relation.name])}
    for side in ("subject", "object"):
        properties[side] = _TEXT
        if side in typed:
            properties[f"{side}_type"] = _one_of(sorted(typed[side]))
    if relation.has_value:
        properties["kind"] = _one_of(list(load_schema().attributes))
    return _object({**properties, "status": _one_of([s.value for s in Status]), "quote": _TEXT})


def _listed(name: str, item: dict[str, Any]) -> dict[str, Any]:
    return _object({name: {"type": "array", "items": item}})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _one_of(values: Any) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}
