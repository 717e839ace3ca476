"""Recognises numbers with their hedge and unit, as printed and as a number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphkit.grammar.patterns import pattern

_QUANTITY = pattern("quantities.quantity")
#: Its captures are named e3 to e12, after the power of ten.
_SCALE = pattern("quantities.scale")
_YUAN = pattern("quantities.yuan")
_AREA = pattern("quantities.area")
#: Square metres of each unit of area, by the capture of `quantities.area`.
_SQUARE_METRES = {"square_metre": 1.0, "mu": 10000 / 15, "hectare": 1e4, "square_kilometre": 1e6}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its hedge at `start:end` of the text that was searched.

    unit: CNY, m² or the printed unit. value: the number in this unit.
    """

    start: int
    end: int
    value: float | None
    unit: str
    hedge: str


def _parsed(m: re.Match[str]) -> Quantity:
    """Return the quantity of a match of the pattern `quantity`."""
    scale = _SCALE.fullmatch(m["scale"])
    number = float(m["number"].replace(",", "")) * (float(f"1{scale.lastgroup}") if scale else 1)
    printed = m["unit"]
    hedge = m["hedge"] + (m["more"] or m["more2"] or "") + (m["after"] or "")
    if _YUAN.fullmatch(printed):
        return Quantity(m.start(), m.end(), round(number, 4), "CNY", hedge)
    area = _AREA.fullmatch(printed)
    if area:
        return Quantity(m.start(), m.end(), round(number * _SQUARE_METRES[area.lastgroup or ""], 2), "m²", hedge)
    return Quantity(m.start(), m.end(), round(number, 4), printed, hedge)


def first_quantity(text: str) -> Quantity | None:
    """Return the first quantity of a text such as `一期约5.7亿元`."""
    m = _QUANTITY.search(text)
    return _parsed(m) if m else None
