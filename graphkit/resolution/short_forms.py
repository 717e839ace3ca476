"""Names that have a meaning only in the place of their report: 市委, 县政府, 我市, 省发改委."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from graphkit.grammar.lexicon import words
from graphkit.grammar.patterns import pattern
from graphkit.model import Level, Report
from graphkit.recognition import gazetteer

_RELATIVE = pattern("short_forms.relative")
_BODY_AFTER_LEVEL = pattern("short_forms.body_after_level")
_AUTONOMOUS_UNIT = pattern("short_forms.autonomous_unit")
_PROVINCE_NAME = pattern("short_forms.province_name")
_CITY_NAME = pattern("short_forms.city_name")
_NATIONAL_POST = pattern("short_forms.national_post")
_GENERAL_MODIFIER = pattern("short_forms.general_modifier")
_GENERAL_NAME = pattern("short_forms.general_name")
_NATIONAL_BODY = pattern("short_forms.national_body")
#: Maximum number of characters of a general name. Longer ones are specific enough, even if they have common words only.
_LONGEST_GENERAL = 8


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
def is_general(name: str) -> bool:
    """Tell whether a name has nothing that only a proper name has: 一期, 该项目, 与会人员, 生产线, 九个项目.

    It means another entity in each report.
    """
    if len(name) > _LONGEST_GENERAL or _NATIONAL_BODY.search(name):
        return False
    if _GENERAL_NAME.fullmatch(name):
        return True
    common = _common_words()
    reached = [True] + [False] * len(name)
    for start in range(len(name)):
        if reached[start]:
            if (m := _GENERAL_MODIFIER.match(name, start)) is not None:
                reached[m.end()] = True
            for end in range(start + 2, len(name) + 1):
                reached[end] |= name[start:end] in common
    return reached[-1]


@cache
def _common_words() -> frozenset[str]:
    return frozenset(words("common_word"))


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
