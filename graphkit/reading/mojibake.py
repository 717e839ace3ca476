"""Recognizes texts that were decoded with a wrong encoding (mojibake), by reversing the wrong decoding.

A text is mojibake if its bytes in the encoding that was wrongly used are Chinese in another encoding. Chinese that was
decoded correctly almost never has such bytes: in UTF-8, most of them are invalid.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from graphkit.errors import ReadingError

#: Minimum number of Chinese characters that the reversal must recover, in a line or in the text.
_MIN_RECOVERED = 4
#: Minimum share of the bytes (without ASCII) that the recovered characters must cover.
_MIN_SHARE = 0.5
#: Share of the bytes of the whole text that makes it worth examining its lines.
_SUSPICIOUS = 0.04
#: Minimum share of frequent characters in recovered Chinese, and the maximum one in a text suspected to be Big5.
_MIN_COMMON = 0.7
_MAX_COMMON = 0.75
#: Number and share (of the characters without ASCII) of lost characters from which the text is refused.
_MIN_LOST = 3
_MAX_LOST = 0.03
#: Maximum number of wrong decodings, one after the other.
_MAX_DEPTH = 2

_ASCII = re.compile("[\x00-\x7f]+")
_HAN = re.compile("[\u4e00-\u9fff]")
#: What remains of lost characters: U+FFFD, and its bytes in UTF-8 read as GB18030 or Windows-1252.
_LOST = re.compile("锟斤拷|\ufffd|ï¿½")
_HIGH = bytes(range(0x80, 0x100))
#: The 3,755 most frequent Chinese characters: the first level of GB2312.
_COMMON = frozenset(
    bytes([row, cell]).decode("gb2312", "ignore") for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)
)
#: The 5,401 most frequent Chinese characters of Big5.
_COMMON_BIG5 = frozenset(
    bytes([row, cell]).decode("big5", "ignore")
    for row in range(0xA4, 0xC7)
    for cell in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
)
_BOTH = (_COMMON, _COMMON_BIG5)
#: Several characters in UTF-8, Chinese or Latin, next to each other. Two patterns are searched faster than one.
_UTF8 = (re.compile(rb"(?:[\xe3-\xef][\x80-\xbf]{2}){3}"), re.compile(rb"(?:[\xc2-\xc5][\x80-\xbf]){4}"))


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong decoding. right: encoding of the bytes; used: encoding that they were read in; size: bytes of Chinese."""

    right: str
    used: str
    size: int
    common: frozenset[str] | None = None

    @property
    def codec(self) -> str:
        """Name in Python of the encoding that was used."""
        return "cp1252" if self.used == "Windows-1252" else self.used.lower()


_WRONG = (
    Wrong("UTF-8", "GB18030", 3),
    Wrong("UTF-8", "Windows-1252", 3),
    Wrong("GB18030", "Windows-1252", 2, _COMMON),
    Wrong("Big5", "GB18030", 2, _COMMON_BIG5),
)


def check_mojibake(text: str, source: str) -> None:
    """Raise ReadingError with the wrong decoding, its position and the remedy if the text is mojibake."""
    if text.isascii():
        return
    found = _find(text)
    if found is None:
        _check_lost(text, source)
        return
    start, line, steps = found
    read = " and then ".join(f"{step.right} text that was read as {step.used}" for step in reversed(steps))
    right = steps[-1].right
    shown = line
    for step in steps:
        shown = _reversed(shown, step)
    calls = "".join(f".encode('{s.codec}', 'replace').decode('{s.right.lower()}', 'replace')" for s in steps)
    raise ReadingError(
        source,
        f"character {start} begins mojibake: {read}; it means “{shown.strip()[:20]}”. Fetch the original again and "
        f"save it as UTF-8 (its encoding is {right}), or repair it in Python with text{calls}",
    )


def _check_lost(text: str, source: str) -> None:
    lost = list(_LOST.finditer(text))
    if len(lost) < _MIN_LOST:
        return
    if sum(len(m.group()) for m in lost) / len(_ASCII.sub("", text)) > _MAX_LOST:
        raise ReadingError(
            source,
            f"character {lost[0].start()} is the first of {len(lost)} characters that were lost ({lost[0].group()}) "
            "when the text was read in a wrong encoding, probably GB18030 as UTF-8. They cannot be repaired: fetch the "
            "original again and save it as UTF-8",
        )


def _find(text: str) -> tuple[int, str, list[Wrong]] | None:
    """Return the position and the words of the first mojibake, and its wrong decodings, the last one first."""
    if not any(_share(_reversed(text, wrong), text, wrong, han=False) >= _SUSPICIOUS for wrong in _possible(text)):
        return None
    start = 0
    for line in text.splitlines(keepends=True):
        steps = _explain(line)
        if steps:
            return start, line, steps
        start += len(line)
    steps = _explain(text)
    return (0, text, steps) if steps else None


def _explain(text: str, depth: int = _MAX_DEPTH) -> list[Wrong]:
    """Return the wrong decodings of a text, the last one first; none if it is not mojibake."""
    for wrong in _possible(text):
        found = _reversed(text, wrong)
        if _share(found, text, wrong) >= _MIN_SHARE and len(_HAN.findall(found)) >= _MIN_RECOVERED:
            return [wrong]
        if depth > 1 and wrong.right == "UTF-8" and _share(found, text, wrong, han=False) >= _MIN_SHARE:
            earlier = _explain(found, depth - 1)
            if earlier:
                return [wrong, *earlier]
    return []


def _possible(text: str) -> list[Wrong]:
    """Return the wrong decodings that the characters of the text allow."""
    counts = Counter(text)
    own = Counter({c: number for c, number in counts.items() if "\u4e00" <= c <= "\u9fff"})
    chinese = own.total()
    found = []
    for wrong in _WRONG:
        if wrong.used == "Windows-1252":
            possible = chinese * 4 < sum([number for c, number in counts.items() if c > "\x7f"])
        elif wrong.right == "Big5":
            possible = chinese >= 2 * _MIN_RECOVERED and all(_common(own, c) < _MAX_COMMON for c in _BOTH)
        else:
            data = _bytes(text, wrong.used) if own else b""
            possible = any(form.search(data) for form in _UTF8)
        if possible:
            found.append(wrong)
    return found


def _share(found: str, text: str, wrong: Wrong, *, han: bool = True) -> float:
    """Return which share of the bytes without ASCII the reversal has recovered, counting only Chinese by default."""
    data = _bytes(text, wrong.used)
    high = len(data) - len(data.translate(None, _HIGH))
    if wrong.size == 2:  # The second byte of a character can be ASCII.
        high = max(high, 1)
    chinese = _HAN.findall(found)
    if wrong.common is not None and _common(Counter(chinese), wrong.common) < _MIN_COMMON:
        return 0.0
    recovered = wrong.size * len(chinese) if han else len(_ASCII.sub("", found).encode("utf-8")) * wrong.size / 3
    return recovered / high if high else 0.0


def _common(chinese: Counter[str], common: frozenset[str]) -> float:
    return sum([number for c, number in chinese.items() if c in common]) / chinese.total() if chinese else 0.0


def _latin() -> dict[str, bytes]:
    """Return the byte of each character of Windows-1252 and of Latin-1."""
    table = {chr(n): bytes([n]) for n in range(256)}
    return table | {c: bytes([n]) for n in range(0x80, 0xA0) if (c := bytes([n]).decode("cp1252", "ignore"))}


_LATIN = _latin()


def _bytes(text: str, used: str) -> bytes:
    """Return the bytes from which a text was decoded. What the encoding lacks becomes a question mark."""
    if used == "GB18030":
        return text.replace("\ufffd", "?").encode("gb18030", "replace")
    return b"".join(_LATIN.get(c, b"?") for c in text)


def _reversed(text: str, wrong: Wrong) -> str:
    return _bytes(text, wrong.used).decode(wrong.right.lower(), "ignore")
