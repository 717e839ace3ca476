"""Classes of an entity that follow from its name, in addition to the class of its type."""

from __future__ import annotations

from graphkit.grammar.patterns import pattern
from graphkit.model import Entity

_INSTRUCTION = pattern("entity_classes.instruction")
_NUMBERED_ACT = pattern("entity_classes.numbered_act")
_PUBLIC_BODY = pattern("entity_classes.public_body")
_OFFICE = pattern("entity_classes.office")


def further_classes(entity: Entity) -> tuple[str, ...]:
    """Return the prefixed names of the classes, in a fixed order.

    >>> further_classes(the Organization 临汾市委)
    ('org:FormalOrganization', 'm8g:PublicOrganisation')
    """
    name = entity.name
    if entity.type == "Phrase":
        return ("schema:DefinedTerm",)
    if entity.type == "Organization":
        own = "org:OrganizationalUnit" if _OFFICE.search(name) else "org:FormalOrganization"
        return (own, "m8g:PublicOrganisation") if _PUBLIC_BODY.search(name) else (own,)
    if entity.type == "Document":
        found = ["m8g:ReferenceFramework"]
        if _INSTRUCTION.search(name):
            found.append("gk:Instruction")
        if _NUMBERED_ACT.search(name):
            found += ["schema:Legislation", "eli:LegalResource"]
        return tuple(found)
    return ()
