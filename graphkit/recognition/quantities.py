"""Numbers with their hedge and unit, as printed and as a number (findings/NLP.md: one grammar)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_HEDGE = r"(?:约|近|超过?|逾|达到?|将近|不低于|不少于|至少|大约|突破)?"
_SCALE = r"(?:万亿|千亿|百亿|十亿|亿|千万|百万|万|千)?"
_SCALES = {"": 1, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9, "百亿": 1e10, "千亿": 1e11, "万亿": 1e12}
_MONEY = {"元": 1.0, "人民币": 1.0, "元人民币": 1.0}
_AREA = {"平方米": 1.0, "平米": 1.0, "㎡": 1.0, "亩": 10000 / 15, "公顷": 1e4, "平方公里": 1e6, "平方千米": 1e6}

QUANTITY = re.compile(
    rf"(?P<hedge>{_HEDGE})(?P<number>{_NUMBER})(?P<more>多|余)?(?P<scale>{_SCALE})(?P<more2>多|余)?(?P<unit>元人民币|人民币|美元|欧元|港元|元|平方公里|平方千米|平方米|平米|㎡|公顷|亩|"
    rf"公里|千米|吨|千瓦时|千瓦|兆瓦|立方米|度|户|人次|人|名|个|家|台|套|辆|条|座|栋|张|支|件|头|只|株|项)(?P<after>左右|以上|以内|以下|上下)?"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """value: in `unit` (CNY, m² or the printed counter), None if the money is not CNY."""

    start: int
    end: int
    value: float | None
    unit: str
    hedge: str


def parse(m: re.Match[str]) -> Quantity:
    """Quantity of a match of QUANTITY."""
    number = float(m["number"].replace(",", "")) * _SCALES[m["scale"] or ""]
    printed = m["unit"]
    hedge = m["hedge"] + (m["more"] or m["more2"] or "") + (m["after"] or "")
    if printed in _MONEY:
        return Quantity(m.start(), m.end(), round(number, 4), "CNY", hedge)
    if printed in _AREA:
        return Quantity(m.start(), m.end(), round(number * _AREA[printed], 2), "m²", hedge)
    return Quantity(m.start(), m.end(), round(number, 4), printed, hedge)


def first_quantity(text: str) -> Quantity | None:
    """First quantity of a wording such as `一期约5.7亿元`."""
    m = QUANTITY.search(text)
    return parse(m) if m else None
