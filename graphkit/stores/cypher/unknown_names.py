"""Messages about names in a query that neither the graph nor the schema has."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from graphkit.stores.property_names import node_names, relationship_names

#: Messages of kglite about unknown names.
_LABEL = re.compile(r"unknown node label '(?P<name>[^']*)'")
_TYPE = re.compile(r"unknown relationship type '(?P<name>[^']*)'")
_PROPERTY = re.compile(
    r"^(?P<clause>[A-Z ]+?) \w+(?: \w+)? property '(?P<name>[^']*)' which no (?P<label>\w+) (?P<what>\w+) has"
)
_EFFECTS = {
    "WHERE": "the condition never holds, and the result is empty",
    "ORDER BY": "the order does not depend on it",
}
#: Labels that are not the first one of a node, and properties that every node or relationship of the store has.
_FURTHER_LABELS = ("Official",)
_ALWAYS = ("id",)


def messages(found: Iterable[str]) -> Iterator[str]:
    """Yield a message for each warning of kglite: what is unknown, what follows, and the nearest known name.

    Names that the schema has are no mistakes, even if nothing in this graph has them, and get no message.
    """
    for warning in dict.fromkeys(found):
        message = _message(warning)
        if message:
            yield message


def _message(warning: str) -> str:
    if m := _LABEL.search(warning):
        empty = "no node has it, so a MATCH with it finds nothing and the result is empty"
        return _unknown("label", m["name"], empty, (*node_names(), *_FURTHER_LABELS))
    if m := _TYPE.search(warning):
        empty = "no relationship has it, so a MATCH with it finds nothing and the result is empty"
        return _unknown("relationship type", m["name"], empty, relationship_names())
    if m := _PROPERTY.search(warning):
        known = {**node_names(), **relationship_names()}.get(m["label"], frozenset())
        effect = _EFFECTS.get(m["clause"].strip(), "its values are empty")
        return _unknown(
            "property", m["name"], f"no {m['label']} {m['what']} has it, so {effect}", (*known, *_ALWAYS), m["label"]
        )
    return warning


def _unknown(kind: str, name: str, effect: str, known: Iterable[str], of: str = "") -> str:
    """Return the message about an unknown name, "" if the name is known. of: the label whose properties are known."""
    names = sorted(known)
    if name in names:
        return ""
    near = nearest(name, names)
    hint = f"did you mean {near}?" if near else f"known names: {', '.join(names)}"
    return f"unknown {kind} {name}{f' of {of}' if of else ''}: {effect}; {hint}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that is most similar to a name, regardless of case, or "" if none is similar."""
    by_form = {k.lower(): k for k in known}
    close = difflib.get_close_matches(name.lower(), list(by_form), 1)
    return by_form[close[0]] if close else ""
