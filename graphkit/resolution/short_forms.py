"""Names that have a meaning only in the place of their report: 市委, 县政府, 我市, 省发改委."""

from __future__ import annotations

import re
from functools import lru_cache

from graphkit.grammar.patterns import pattern
from graphkit.model import Level, Report
from graphkit.recognition import gazetteer

_RELATIVE = pattern("short_forms.relative")
_BODY_AFTER_LEVEL = pattern("short_forms.body_after_level")
_AUTONOMOUS_UNIT = pattern("short_forms.autonomous_unit")
_PROVINCE_NAME = pattern("short_forms.province_name")
_CITY_NAME = pattern("short_forms.city_name")
_NATIONAL_POST = pattern("short_forms.national_post")


def is_relative(name: str) -> bool:
    """Tell whether a name begins with the level of a division and not with its name (市委, 我市, 县公安局)."""
    if _AUTONOMOUS_UNIT.match(name):
        return True
    m = _RELATIVE.match(name)
    return bool(m and _BODY_AFTER_LEVEL.match(m["rest"]))


def is_national_post(name: str) -> bool:
    """Tell whether a post or body is one of the nation (全国政协主席, 外交部)."""
    return bool(_NATIONAL_POST.match(name))


@lru_cache(maxsize=4096)
def place_chain(place: str) -> tuple[str, ...]:
    """Return the full names of the divisions of a place, from the province down, or () if the place is unknown.

    山西省临汾市洪洞县 gives (山西省, 临汾市, 洪洞县).
    """
    for size in range(len(place), 1, -1):
        division = gazetteer.find(place[-size:], place)
        if division is not None:
            chain = [division.province]
            if division.level is not Level.PROVINCE and division.city and division.city not in chain:
                chain.append(division.city)
            if division.name not in chain:
                chain.append(division.name)
            return tuple(chain)
    return ()


def home(place: str) -> gazetteer.Division | None:
    """Return the lowest division of a report's place (洪洞县 of 山西省临汾市洪洞县), or None if it is unknown."""
    chain = place_chain(place) if place else ()
    return gazetteer.find(chain[-1], place) if chain else None


def expand(name: str, report: Report) -> tuple[str, str] | None:
    """Return the full name of a relative name in this report, with the reason, or None if the place is unknown.

    >>> expand("市委", report of 山西省临汾市)
    ('临汾市委', 'short form 市委 in a report of 临汾市')
    """
    chain = place_chain(report.place) if report.place else ()
    autonomous = _AUTONOMOUS_UNIT.match(name)
    if autonomous:
        unit = next((u for u in chain if u.endswith(autonomous["level"])), None)
        return (unit + name[autonomous.end() :], f"short form {name} in a report of {unit}") if unit else None
    m = _RELATIVE.match(name)
    if m is None or not chain or not _BODY_AFTER_LEVEL.match(m["rest"]):
        return None
    unit = _unit(chain, m)
    if unit is None:
        return None
    if not m["rest"]:
        return unit, f"{name} in a report of {unit}"
    return unit + m["rest"], f"short form {name} in a report of {unit}"


def _unit(chain: tuple[str, ...], relative: re.Match[str]) -> str | None:
    """Return the division that a level means. 市 in a report of a county-level city means that city."""
    if relative["province"]:
        return chain[0] if _PROVINCE_NAME.search(chain[0]) else None
    for unit in reversed(chain):
        if unit.endswith(relative["level"]):
            return unit
    if relative["city"] and len(chain) > 1:
        return chain[1] if _CITY_NAME.search(chain[1]) else None
    return None
