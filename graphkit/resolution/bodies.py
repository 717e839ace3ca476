"""Names of bodies, and names that contain a place, in one form.

In a report of 临汾, 临汾市发展和改革委员会, 临汾发改委 and 市发改委 are one body. 富阳市经济开发区 and
富阳区经济开发区 are one park. The place is found by its division code (renamed divisions by the history of the codes);
the other part is replaced by its usual form from data/bodies.txt.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graphkit.grammar.lexicon import words
from graphkit.grammar.patterns import pattern
from graphkit.model import Report
from graphkit.recognition import gazetteer
from graphkit.resolution.short_forms import expand, is_relative

_FOLDER = Path(__file__).parent / "data"
_PARTY_IN_FRONT = pattern("bodies.party_in_front")
_OF_DIVISION = pattern("bodies.of_division")
_COMMITTEE_AT_END = pattern("bodies.committee_at_end")
_AFTER_SHORT_BODY = pattern("bodies.after_short_body")
_USUAL_IN_FRONT_OF_ANY = pattern("bodies.usual_in_front_of_any")
_COMPANY_END = pattern("bodies.company_end")


def _lines(name: str) -> list[list[str]]:
    text = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


@cache
def _forms() -> tuple[tuple[str, str], ...]:
    """Return pairs of a form and the usual form that replaces it, the longest form first."""
    pairs = [(form, forms[0]) for forms in _lines("bodies") for form in forms[1:]]
    return tuple(sorted(pairs, key=lambda p: (-len(p[0]), p[0])))


def countries() -> tuple[str, ...]:
    """Return the names of states and international bodies, longest first."""
    return words("country")


@cache
def _other_names() -> dict[str, str]:
    return {other: first for first, *others in _lines("other_names") for other in others}


def first_name(name: str) -> str:
    """Return the name that the graph uses for a state or body with several names: 俄罗斯 for 俄."""
    return _other_names().get(name, name)


@dataclass(frozen=True, slots=True)
class Anchored:
    """A name in one form.

    Attributes
    ----------
    unit
        The division that the name contains, as it is called today.
    name
        The division and the rest of the name, both in their usual form.
    reason
        Why the name has this form.
    """

    unit: gazetteer.Division | None
    name: str
    reason: str


@cache
def usual_form(rest: str) -> str:
    """Return a name with its usual form: 发改委 for 发展和改革委员会, 政府办公室 for 人民政府办公室.

    A name without a known form is returned as it is.

    >>> usual_form("发展和改革委员会")
    '发改委'
    """
    for form, usual in _forms():
        at = rest.find(form)
        if at >= 0 and (at == 0 or not rest.startswith(usual)):
            end = at + len(form)
            if len(form) >= 5 or _AFTER_SHORT_BODY.match(rest, end) or _USUAL_IN_FRONT_OF_ANY.search(usual):
                return rest[:at] + usual + rest[end:]
    return rest


def anchored(name: str, report: Report) -> Anchored | None:
    """Return a name in one form, or None if it contains neither a place nor a form with a usual one."""
    plain = _PARTY_IN_FRONT.sub("", name)
    party = plain != name
    if is_relative(plain):
        full = expand(plain, report)
        if full is None:
            return None
        inner = anchored(full[0], report)
        return Anchored(inner.unit if inner else None, inner.name if inner else full[0], full[1])
    found = _leading_division(plain, report.place)
    if found is None:
        usual = usual_form(plain)
        return Anchored(None, usual, f"{name} is {usual} in full" if usual != plain else "") if usual != name else None
    division, size = found
    unit, rest = gazetteer.today(division), plain[size:]
    if party:
        rest = _COMMITTEE_AT_END.sub(r"\g<short>", rest)
    usual = usual_form(rest)
    # 临汾市 and 市委 give 临汾市委: the level is written once.
    full_name = unit.name + (usual[1:] if unit.name.endswith(rest[:1]) and len(rest) > 1 else usual)
    reasons = []
    if plain[:size] != unit.name:
        reasons.append(f"{plain[:size]} is {unit.name} (division code {unit.code})")
    if usual != rest:
        reasons.append(f"{rest} is {usual} in full")
    return Anchored(unit, full_name, "; ".join(reasons) or f"same full name, {unit.name}")


@cache
def _leading_division(name: str, within: str) -> tuple[gazetteer.Division, int] | None:
    """Return the division at the beginning of a name and its number of characters.

    If the name begins with several divisions (山西省临汾市发改委), the lowest one is returned.
    """
    best: tuple[gazetteer.Division, int] | None = None
    at = 0
    while True:
        step = None
        for size in range(min(len(name) - at - 1, 11), 1, -1):
            leading, rest = name[at : at + size], name[at + size :]
            if not gazetteer.is_division(leading):
                continue
            division = gazetteer.find(leading, name[:at] + within)
            if division is None:
                continue
            full = leading == division.name
            if (full and len(rest) >= 2) or (not full and _OF_DIVISION.match(rest)):
                step = (division, at + size)
                break
        if step is None:
            return best
        best = step
        at = step[1]


def short_of(short: str, full: str) -> bool:
    """Tell whether `short` is the short name of a company and `full` its registered name.

    Example: 青禾能源 and 青禾能源科技股份有限公司.
    """
    if len(short) < 3 or len(full) <= len(short) + 1 or not _COMPANY_END.search(full) or gazetteer.is_division(short):
        return False
    core = _COMPANY_END.sub("", short)
    if len(core) < 2 or gazetteer.is_division(core):
        return False
    place = _leading_division(full, "")
    tails = [full]
    if place is not None:
        tails.append(full[place[1] :])
    else:
        tails += [full[k:] for k in range(2, 5) if gazetteer.is_division(full[:k])]
    return any(t.startswith(core) and len(t) > len(core) for t in tails)
