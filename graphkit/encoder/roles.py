"""Roles: what a span can be in a statement, and the pairs of roles that form statements."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Pairing:
    """A relation (with the kind of an attribute, otherwise "") and the numbers of its roles of subject and object.

    number: position of the relation in RELATIONS.
    """

    number: int
    relation: str
    kind: str
    subject: int
    object: int


@cache
def pairings() -> tuple[Pairing, ...]:
    """Return one pairing for each relation, and for has_attribute one for each kind of attribute."""
    found: list[Pairing] = []
    number = 0
    for position, name in enumerate(RELATIONS):
        kinds = KINDS if name == "has_attribute" else ("",)
        subject = number
        number += 1
        for kind in kinds:
            found.append(Pairing(position, name, kind, subject, number))
            number += 1
    return tuple(found)


#: The relations that the encoder was trained for, in the order of its outputs.
RELATIONS = (
    "visited",
    "accompanied",
    "attended",
    "presided",
    "reported_to",
    "emphasized",
    "located_in",
    "holds_post",
    "implements",
    "pursues",
    "has_part",
    "has_attribute",
)
#: The kinds of attributes, in the order of the outputs.
KINDS = ("investment", "area", "phase", "status", "capacity", "output", "count", "date")


@cache
def role_names() -> tuple[str, ...]:
    """Return the names of all roles by their number, such as `visited.o` or `has_attribute.o:investment`."""
    names: dict[int, str] = {}
    for p in pairings():
        names[p.subject] = f"{p.relation}.s"
        names[p.object] = f"{p.relation}.o" + (f":{p.kind}" if p.kind else "")
    return tuple(names[n] for n in range(len(names)))
