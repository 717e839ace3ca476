"""Names that mean something only in their report: 市委, 县政府, 我市, 省发改委."""

from __future__ import annotations

import re
from functools import lru_cache

from graphkit.model import Level, Report
from graphkit.recognition import gazetteer

_RELATIVE = re.compile(r"^(?P<our>我|全|本|该)?(?P<level>[省市县区州盟旗])(?P<rest>.*)$")
_BODY_START = re.compile(
    r"^(?:委|政府|人大|政协|纪委|监委|直|级|长|人民|公安|教育|发展|发改|财政|商务|卫|民政|农|水|交通|住建|自然|生态|应急|市场|文|科技|工|统|组织|宣传|政法|法院|检察|供销|"
    r"妇联|团委|总工会|税务|气象|消防|人社|审计|信访|林|国土|规划|城|环|食|药|乡村|扶贫|招商|行政|大数据|司法|退役|医保|经|党|机关|委员|办|局|应对|防|协|旅|广|体|档案|史|残联|科协|文联|侨|台|红十字|人才|医院|第|博物|图书|中心|开发|高新|$|管理|院|所)"
)
_LEVELS = {"省": Level.PROVINCE, "市": Level.CITY, "州": Level.CITY, "盟": Level.CITY, "县": Level.COUNTY, "区": Level.COUNTY, "旗": Level.COUNTY}
_NATIONAL_POST = re.compile(r"^(?:中共中央|中央|党中央|国家|国务院|国务委员|全国|最高人民|外交部|商务部|教育部|科技部|公安部|财政部|国防部|[\u4e00-\u9fff]{2,8}部部长)")


def is_relative(name: str) -> bool:
    """Does the name begin with a bare level (市委, 我市, 县公安局)?"""
    if name.startswith(("自治区", "自治州", "自治县")):
        return True
    m = _RELATIVE.match(name)
    return bool(m and _BODY_START.match(m["rest"]))


def is_national_post(name: str) -> bool:
    return bool(_NATIONAL_POST.match(name))


@lru_cache(maxsize=4096)
def place_chain(place: str) -> tuple[str, ...]:
    """Full names of a place from province down: 山西省临汾市洪洞县 → (山西省, 临汾市, 洪洞县); () if unknown."""
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
    """The division that a report's place names last: 山西省临汾市洪洞县 → 洪洞县; None if it is unknown."""
    chain = place_chain(place) if place else ()
    return gazetteer.find(chain[-1], place) if chain else None


def expand(name: str, report: Report) -> tuple[str, str] | None:
    """The full name of a relative one in this report, with the reason; None when the place is unknown.

    >>> expand("市委", report of 山西省临汾市)
    ('临汾市委', 'short form 市委 in a report of 临汾市')
    """
    if name.startswith("自治"):
        unit = next((u for u in place_chain(report.place) if u.endswith(name[:3])), None) if report.place else None
        return (unit + name[3:], f"short form {name} in a report of {unit}") if unit else None
    m = _RELATIVE.match(name)
    chain = place_chain(report.place) if report.place else ()
    if m is None or not chain or not _BODY_START.match(m["rest"]):
        return None
    home = _unit(chain, m["level"])
    if home is None:
        return None
    if not m["rest"]:
        return home, f"{name} in a report of {home}"
    return home + m["rest"], f"short form {name} in a report of {home}"


def _unit(chain: tuple[str, ...], level: str) -> str | None:
    """The unit of the chain that a level word means: 市 in a county-level city's report is that city."""
    if level == "省":
        return chain[0] if chain[0].endswith(("省", "自治区", "市")) else None
    own = chain[-1]
    if own.endswith(level):
        return own
    for unit in reversed(chain):
        if unit.endswith(level):
            return unit
    if level == "市" and len(chain) > 1:
        return chain[1] if chain[1].endswith(("市", "州", "盟", "地区")) else None
    return None
