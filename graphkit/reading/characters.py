"""Characters that no text has: glyphs of icon fonts are removed, lost characters are counted, mojibake is an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graphkit.reading.decoding import (
    check_text,
    control_characters,
    few_control_characters,
    without_control_characters,
)
from graphkit.reading.mojibake import check_mojibake

_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_PRIVATE_CHARACTER = re.compile(f"[{_PRIVATE}]")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
#: A private-use character within a word: a rare character that only the font of the writer has.
_IN_WORD = re.compile(f"(?<=[{_HAN}])[{_PRIVATE}](?=[{_HAN}])")
_UNKNOWN = re.compile(f"\ufffd|{_IN_WORD.pattern}")
#: The same character as an entity: &#xe62c; or &#58924; (the decimal numbers from 57000 to 63999).
_ICON = (
    f"(?:[{_PRIVATE}]|&#(?:x(?:e[0-9a-f]|f[0-8])[0-9a-f]{{2}}|x(?:f|10)[0-9a-f]{{4}}|5[7-9]\\d{{3}}|6[0-3]\\d{{3}});)"
)
#: The content of an element that only displays icons.
_ICONS = re.compile(f">\\s*(?:{_ICON}\\s*)+<", re.I)


@dataclass(frozen=True, slots=True)
class Tidied:
    """A text without private-use characters. note: what was changed or lost, "" if nothing."""

    text: str
    note: str = ""


def tidy(text: str, source: str) -> Tidied:
    """Return a decoded text with the usual line breaks and without characters that no text has.

    A private-use character between two Chinese characters is a rare character whose form only a certain font knows; it
    becomes U+FFFD, so that no other name arises. All others are glyphs of icon fonts and are removed, as are a few
    control characters.

    Raises
    ------
    ReadingError
        The text contains many control characters, or is mojibake. The message contains the position and the remedy.
    """
    check_mojibake(text, source)
    removed = ""
    if (found := control_characters(text)) and few_control_characters(text):
        removed = _removed(len(found), "control character", found[0])
        text = without_control_characters(text)
    tidied = _without_private(text, source)
    return Tidied(tidied.text, "; ".join(filter(None, (removed, tidied.note))))


def _without_private(text: str, source: str) -> Tidied:
    if not _PRIVATE_CHARACTER.search(text) and "\ufffd" not in text:
        return Tidied(check_text(text, source))
    notes = list(_notes(text))
    kept = _PRIVATE_CHARACTER.sub("", _IN_WORD.sub("\ufffd", _without_cut_character(text)))
    return Tidied(check_text(kept, source, lost=True), "; ".join(notes))


def _without_cut_character(text: str) -> str:
    """Return the text without U+FFFD at its end: the file was cut within a character."""
    kept = text.rstrip()
    return kept.rstrip("\ufffd").rstrip() if kept.endswith("\ufffd") else text


def _notes(text: str) -> Iterator[str]:
    unknown = list(_UNKNOWN.finditer(text))
    if unknown:
        number = f"{len(unknown)} character{'' if len(unknown) == 1 else 's'} could not be read"
        yield f"{number} (U+FFFD), the first at character {unknown[0].start()}"
    glyphs = list(_PRIVATE_CHARACTER.finditer(_IN_WORD.sub("\ufffd", text)))
    if glyphs:
        yield _removed(len(glyphs), "private-use character", glyphs[0])


def _removed(number: int, what: str, first: re.Match[str]) -> str:
    removed = f"{number} {what}{' was' if number == 1 else 's were'} removed"
    return f"{removed}, the first at character {first.start()} (U+{ord(first.group()):04X})"


def without_glyphs(text: str) -> str:
    """Return a field of a page (title, publisher) without private-use characters."""
    return _PRIVATE_CHARACTER.sub("", text).strip() if _PRIVATE_CHARACTER.search(text) else text


def without_icons(page: str) -> str:
    """Return a page without the content of the elements that consist of private-use characters: icons."""
    return _ICONS.sub("><", page)
