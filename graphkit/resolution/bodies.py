"""Names of bodies and of what bears a place in its name, brought to one form.

临汾市发展和改革委员会, 临汾发改委 and 市发改委 in a report of 临汾 are one body; 富阳市经济开发区 and 富阳区经济开发区 one park.
Only rules: the place by its division code (renamed divisions by the code history), the rest by the general short forms
of data/bodies.txt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graphkit.grammar.lexicon import words
from graphkit.model import Report
from graphkit.recognition import gazetteer
from graphkit.resolution.short_forms import expand, is_relative

_FOLDER = Path(__file__).parent / "data"
_PARTY = re.compile(r"^(?:中国共产党|中共)(?=[\u4e00-\u9fff]{2,})")
#: A division's short name stands for it only before one of these: 洪洞经济技术开发区, 临汾市委; not 长安汽车.
_OF_DIVISION = re.compile(
    r"^(?:[省市县区州盟旗]?(?:委|政府|人大|政协|纪委|监委|人民政府|人民代表大会|政治协商会议)|(?:国家级?)?(?:经济技术|经济|高新技术产业|高新|工业|综合)?(?:开发区|经开区|高新区|工业园区|产业园区|保税区)|"
    r"(?:市|县|区|省)[\u4e00-\u9fff]{2,14}(?:局|委|办|厅|院|会|部|中心)$)"
)
_COMMITTEE = re.compile(r"委员会$")


def _lines(name: str) -> list[list[str]]:
    text = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


@cache
def _forms() -> tuple[tuple[str, str], ...]:
    """(form, the form it is brought to), longest first."""
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
    """A name with its place known. unit: the division as it is called today; name: unit and the rest in one form; reason: why."""

    unit: gazetteer.Division | None
    name: str
    reason: str


@cache
def usual_form(rest: str) -> str:
    """发展和改革委员会 → 发改委, 人民政府办公室 → 政府办公室; a name without a known part stays.

    >>> usual_form("发展和改革委员会")
    '发改委'
    """
    for form, usual in _forms():
        at = rest.find(form)
        if at >= 0 and (at == 0 or not rest.startswith(usual)):
            end = at + len(form)
            if len(form) >= 5 or rest[end : end + 1] in ("", "党", "办", "机", "副", "主", "书", "局", "委", "常", "分", "、", "的") or usual.endswith(("开区", "新区", "政府", "法院", "检察院")):
                return rest[:at] + usual + rest[end:]
    return rest


def anchored(name: str, report: Report) -> Anchored | None:
    """The name in its one form; None when it bears no place and no known short form."""
    plain = _PARTY.sub("", name)
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
        rest = _COMMITTEE.sub("委", rest)
    usual = usual_form(rest)
    # 临汾市委 is 临汾 and 市委: the level is said once.
    full_name = unit.name + (usual[1:] if unit.name.endswith(rest[:1]) and len(rest) > 1 else usual)
    reasons = []
    if plain[:size] != unit.name:
        reasons.append(f"{plain[:size]} is {unit.name} (division code {unit.code})")
    if usual != rest:
        reasons.append(f"{rest} is {usual} in full")
    return Anchored(unit, full_name, "; ".join(reasons) or f"same full name, {unit.name}")


@cache
def _leading_division(name: str, within: str) -> tuple[gazetteer.Division, int] | None:
    """The division that a name begins with, the lowest of an address, and how many characters it takes."""
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


_COMPANY = re.compile(r"(?:(?:股份|集团|控股|责任)*(?:有限(?:责任)?公司|公司|集团))+$")


def short_of(short: str, full: str) -> bool:
    """Is `short` a company's trade name, `full` its registered one (宁德时代, 宁德时代新能源科技股份有限公司)?"""
    if len(short) < 3 or len(full) <= len(short) + 1 or not _COMPANY.search(full) or gazetteer.is_division(short):
        return False
    core = _COMPANY.sub("", short)
    if len(core) < 2 or gazetteer.is_division(core):
        return False
    place = _leading_division(full, "")
    tails = [full]
    if place is not None:
        tails.append(full[place[1] :])
    else:
        tails += [full[k:] for k in range(2, 5) if gazetteer.is_division(full[:k])]
    return any(t.startswith(core) and len(t) > len(core) for t in tails)
