"""Recognises numbers with their hedge and unit, as printed and as a number, and whether they are a whole amount."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from graphkit.grammar.patterns import pattern
from graphkit.reading.normalized import simplified

_QUANTITY = pattern("quantities.quantity")
#: Its captures are named e3 to e12, after the power of ten.
_SCALE = pattern("quantities.scale")
_YUAN = pattern("quantities.yuan")
_AREA = pattern("quantities.area")
_PARTIAL_AMOUNT = pattern("quantities.partial_amount")
_WHOLE_AMOUNT = pattern("quantities.whole_amount")
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
    """Return the first quantity of a text such as `一期约5.7亿元`, also if it is in traditional characters."""
    m = _QUANTITY.search(simplified(text))
    return _parsed(m) if m else None


class Scope(IntEnum):
    """What an amount is the amount of, the most useful one last.

    PART: of a phase or a period, of what has been invested so far, or of one purpose. UNSTATED: the words in front of
    the amount do not say it (投资30亿元). WHOLE: they say that it is the whole amount (总投资30亿元).
    """

    PART = 0
    UNSTATED = 1
    WHOLE = 2


def scope_of(before: str, printed: str) -> Scope:
    """Return the scope of the first quantity of a printed value. before: the words in front of it in its clause."""
    before, printed = simplified(before), simplified(printed)
    m = _QUANTITY.search(printed)
    words = before + (printed[: m.start("number")] if m else "")
    if _PARTIAL_AMOUNT.search(words):
        return Scope.PART
    return Scope.WHOLE if _WHOLE_AMOUNT.search(words) else Scope.UNSTATED


def amount_start(text: str, floor: int, start: int, end: int) -> int:
    """Return where an amount `text[start:end]` begins together with the words that show that it is a part.

    For 5亿元 in 已完成投资5亿元 this is the offset of 已. floor: where its clause begins. If no such words are in front of the
    first quantity of the range, or the range has no quantity or an area, the result is `start`.
    """
    m = _QUANTITY.search(text, start, end)
    is_amount = m is not None and not _AREA.fullmatch(m["unit"])
    label = _PARTIAL_AMOUNT.search(text, floor, m.start("number")) if m and is_amount else None
    return min(start, label.start()) if label else start
