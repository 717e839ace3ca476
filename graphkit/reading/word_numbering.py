"""The numbers of lists and headings in Word files: 一、 or 1., which Word displays but does not store in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

#: Largest number that is written in Chinese or Roman numerals.
_LARGEST = 9999
_LARGEST_ROMAN = 3999
_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
#: Maximum number of characters of the text around the numbers.
_MAX_TEXT = 40
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_DIGITS, _UNITS = "〇一二三四五六七八九", ("", "十", "百", "千")
_LEGAL_DIGITS, _LEGAL_UNITS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")
_CLOSED = re.compile(r"[、．。）)】〕：]\Z")
_PICTURES = ("bullet", "none")


@dataclass(slots=True)
class _Level:
    format: str = "decimal"
    text: str = ""
    start: int = 1
    #: The level after whose next number this one begins again; -1: never.
    restart: int | None = None


@dataclass(slots=True)
class _Counters:
    numbers: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


class Numbering:
    """The lists of a document and their current numbers. Paragraphs are passed in the order of the document."""

    def __init__(self, numbering: Any, styles: Any, space: str) -> None:
        """numbering, styles: the root elements of these parts of the file, or None. space: `{namespace}` of Word."""
        self._space = space
        self._lists: dict[str, dict[int, _Level]] = {}
        #: Number of a list → its definition and the levels that it changes.
        self._instances: dict[str, tuple[str, dict[int, _Level]]] = {}
        #: Name of a style → list and level of its paragraphs.
        self.styles: dict[str, tuple[str, int | None]] = {}
        self._based: dict[str, str] = {}
        self._counters: dict[str, _Counters] = {}
        self._started: set[tuple[str, int]] = set()
        self._levels_of_styles: dict[tuple[str, str], int] = {}
        if numbering is not None:
            self._read_lists(numbering)
        if styles is not None:
            self._read_styles(styles)

    def _read_lists(self, root: Any) -> None:
        for element in root.iterchildren(f"{self._space}abstractNum"):
            number = self._get(element, "abstractNumId")
            self._lists[number] = {}
            for level in element.iterchildren(f"{self._space}lvl"):
                self._add_level(self._lists[number], level, number)
        for element in root.iterchildren(f"{self._space}num"):
            own: dict[int, _Level] = {}
            list_id = self._value(element, "abstractNumId")
            for override in element.iterchildren(f"{self._space}lvlOverride"):
                at = _integer(self._get(override, "ilvl"), 0)
                for level in override.iterchildren(f"{self._space}lvl"):
                    self._add_level(own, level, list_id)
                start = self._value(override, "startOverride")
                if start:
                    before = own.get(at) or self._lists.get(list_id, {}).get(at) or _Level()
                    own[at] = _Level(before.format, before.text, _integer(start, 1), before.restart)
            self._instances[self._get(element, "numId")] = (list_id, own)

    def _add_level(self, levels: dict[int, _Level], element: Any, list_id: str) -> None:
        at = _integer(self._get(element, "ilvl"), 0)
        restart = self._value(element, "lvlRestart")
        levels[at] = _Level(
            self._value(element, "numFmt") or "decimal",
            self._value(element, "lvlText")[:_MAX_TEXT],
            _integer(self._value(element, "start"), 0),
            _integer(restart, 0) - 1 if restart else None,
        )
        style = self._value(element, "pStyle")
        if style:
            self._levels_of_styles[list_id, style] = at

    def _read_styles(self, root: Any) -> None:
        for style in root.iterchildren(f"{self._space}style"):
            name = self._get(style, "styleId")
            self._based[name] = self._value(style, "basedOn")
            properties = style.find(f"{self._space}pPr/{self._space}numPr")
            if properties is not None:
                level = self._value(properties, "ilvl")
                number = self._value(properties, "numId")
                if number:
                    self.styles[name] = (number, _integer(level, 0) if level else None)

    def label(self, number: str, level: int | None, style: str) -> str:
        """Return the number before a paragraph and count it. number, level, style: "" or None if it states none."""
        name = style
        if not number:
            for _ in range(20):
                if name in self.styles:
                    number, of_style = self.styles[name]
                    level = of_style if level is None else level
                    break
                name = self._based.get(name, "")
        if number not in self._instances or number == "0":
            return ""
        list_id, own = self._instances[number]
        if level is None:
            level = self._levels_of_styles.get((list_id, name), 0)
        if not 0 <= level < _LEVELS:
            return ""
        levels = {**self._lists.get(list_id, {}), **own}
        if level not in levels:
            return ""
        self._count(number, list_id, level, levels, own)
        return self._written(levels, level, self._counters[list_id].numbers)

    def _count(self, number: str, list_id: str, level: int, levels: dict[int, _Level], own: dict[int, _Level]) -> None:
        numbers = self._counters.setdefault(list_id, _Counters()).numbers
        first = level in own and (number, level) not in self._started
        self._started.add((number, level))
        before = numbers[level]
        numbers[level] = levels[level].start if first or before is None else before + 1
        for upper in range(level):
            if numbers[upper] is None:
                numbers[upper] = levels.get(upper, _Level()).start
        for lower in range(level + 1, _LEVELS):
            restart = levels.get(lower, _Level()).restart
            if restart is None or restart >= level:
                numbers[lower] = None

    def _written(self, levels: dict[int, _Level], level: int, numbers: list[int | None]) -> str:
        found = levels[level]
        if found.format in _PICTURES:
            return ""

        def one(m: re.Match[str]) -> str:
            at = int(m[1]) - 1
            return written(numbers[at] or 0, levels.get(at, _Level()).format) if at <= level else ""

        label = _PLACE.sub(one, found.text).strip()
        return label if not label or _CLOSED.search(label) else f"{label} "

    def _get(self, element: Any, name: str) -> str:
        return str(element.get(f"{self._space}{name}", ""))

    def _value(self, element: Any, name: str) -> str:
        found = element.find(f"{self._space}{name}")
        return "" if found is None else self._get(found, "val")


def written(number: int, kind: str) -> str:
    """Return a number in the format of a list: 二十一 for 21 in chineseCounting.

    >>> written(21, "chineseCounting"), written(4, "upperRoman"), written(3, "decimalEnclosedCircle")
    ('二十一', 'IV', '③')
    """
    if kind in _PICTURES:
        return ""
    if kind in ("upperLetter", "lowerLetter") and 0 < number <= _LARGEST:
        letters = chr(65 + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters if kind == "upperLetter" else letters.lower()
    if kind in ("upperRoman", "lowerRoman") and 0 < number <= _LARGEST_ROMAN:
        roman = _roman(number)
        return roman if kind == "upperRoman" else roman.lower()
    if kind.startswith("decimalEnclosedCircle") and 0 < number <= 20:
        return chr(0x2460 + number - 1)
    if kind == "decimalZero":
        return f"{number:02d}"
    if kind == "decimalFullWidth":
        return "".join(chr(0xFF10 + int(digit)) for digit in str(number))
    if kind in ("chineseLegalSimplified", "ideographLegalTraditional") and 0 < number <= _LARGEST:
        return _chinese(number, _LEGAL_DIGITS, _LEGAL_UNITS)
    if kind in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"):
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    if ("hinese" in kind or "taiwanese" in kind or kind == "japaneseCounting") and 0 < number <= _LARGEST:
        words = _chinese(number, "零" + _DIGITS[1:], _UNITS)
        return words[1:] if words.startswith("一十") else words
    return str(number)


def _roman(number: int) -> str:
    parts = []
    for value, letters in _ROMAN:
        parts.append(letters * (number // value))
        number %= value
    return "".join(parts)


def _chinese(number: int, digits: str, units: tuple[str, ...]) -> str:
    words = str(number)
    parts = []
    for place, digit in enumerate(words):
        if digit != "0":
            parts.append(digits[int(digit)] + units[len(words) - place - 1])
        elif words[place + 1 :].strip("0") and words[place - 1] != "0":
            parts.append(digits[0])
    return "".join(parts)


def _integer(words: str, otherwise: int) -> int:
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 7 else otherwise
