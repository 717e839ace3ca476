"""Classes of an entity that follow from its name, in addition to the class of its type."""

from __future__ import annotations

import re

from graphkit.model import Entity

#: Names of instructions and of numbered acts.
_INSTRUCTION = re.compile(r"(?:精神|指示|批示|要求|部署|讲话|嘱托|回信)$")
_NUMBERED = re.compile(r"[〔\[［]\d{4}[〕\]］]\d+号")
#: Endings of the names of state and Party bodies. Names of companies, schools and clubs do not match.
_PUBLIC = re.compile(
    r"(?:[省市县区州盟旗党国工团资民军]委|政法委|纪委|监委|党组|政府|人大|人大常委会|政协|法院|检察院|国务院|委员会|管委会|办事处|办公室|[厅署局]"
    r"|(?<!俱乐)(?<!营业)(?<!指挥)(?<![总分])部|中央|海关)$"
)
_OFFICE = re.compile(r"办公室$|(?<!管理)办$")


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
        return (own, "m8g:PublicOrganisation") if _PUBLIC.search(name) else (own,)
    if entity.type == "Document":
        found = ["m8g:ReferenceFramework"]
        if _INSTRUCTION.search(name):
            found.append("gk:Instruction")
        if _NUMBERED.search(name):
            found += ["schema:Legislation", "eli:LegalResource"]
        return tuple(found)
    return ()
