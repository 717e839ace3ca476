"""Messages about properties in a query that neither the graph nor the schema has.

Unknown labels and relationship types are errors (`query_checks.check_vocabulary`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from graphkit.stores.property_names import node_names, relationship_names
from graphkit.wording import did_you_mean

#: Messages of kglite about names that `check_vocabulary` has already accepted: the schema has them, this graph does not.
_ACCEPTED = re.compile(r"unknown (?:node label|relationship type) '[^']*'")
_PROPERTY = re.compile(
    r"^(?P<clause>[A-Z ]+?) \w+(?: \w+)? property '(?P<name>[^']*)' which no (?P<label>\w+) (?P<what>\w+) has"
)
_EFFECTS = {
    "WHERE": "the condition never holds, and the result is empty",
    "ORDER BY": "the order does not depend on it",
}
#: Properties that every node or relationship of the store has.
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
    if _ACCEPTED.search(warning):
        return ""
    m = _PROPERTY.search(warning)
    if m is None:
        return warning
    name, label = m["name"], m["label"]
    known = sorted({*{**node_names(), **relationship_names()}.get(label, frozenset()), *_ALWAYS})
    if name in known:
        return ""
    effect = _EFFECTS.get(m["clause"].strip(), "its values are empty")
    hint = did_you_mean(name, known) or f"; known names: {', '.join(known)}"
    return f"unknown property {name} of {label}: no {label} {m['what']} has it, so {effect}{hint}"
