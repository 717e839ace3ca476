"""Decodes bytes: as UTF-8, as UTF-16, or as GB18030, in this order, and checks the characters of texts.

`decode` is strict. `decode_leniently` also reads files with a few invalid bytes; each of them becomes U+FFFD.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from graphkit.errors import ReadingError

_BREAKS = re.compile("[\x0b\x0c\x85]")
_TEXT_BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U0010ffff"
_CONTROL = "\x00-\x08\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff"
_SUSPECT = re.compile(f"[{_CONTROL}\ufffd{_PRIVATE}]")
_UNREADABLE = re.compile(f"[{_CONTROL}]")
#: Ctrl-Z (the end of a file in DOS) and NUL (padding).
_PADDING = "\x00\x1a"
_WHITE_SPACE = "".join(chr(n) for n in range(0x3001) if chr(n).isspace())
#: Maximum length of a report, in characters.
MAX_CHARACTERS = 1_000_000
#: Maximum number of invalid sequences of a file that is read leniently: this number, or one in _PER_INVALID characters.
_MAX_INVALID = 3
_PER_INVALID = 300
#: Minimum number of characters for each control character that is removed; a file with fewer is binary.
_PER_CONTROL = 10
#: Minimum share of Chinese and ASCII characters in a text without a byte order mark or with invalid bytes.
_MIN_PLAUSIBLE = 0.9
_PLAUSIBLE = re.compile("[\t\n\r\x20-\x7e\u2010-\u2026\u3000-\u3017\u4e00-\u9fff\uff01-\uff5e\ufffd·]")
#: Characters that GB18030 has assigned since the codec was written, and the ideographic space of older GBK files, by
#: the private-use character that the codec returns.
_GB18030 = str.maketrans(
    {0xE5E5: 0x3000, 0xE7C7: 0x1E3F}
    | dict(zip(range(0xE78D, 0xE797), (*(0xFE10, 0xFE12, 0xFE11), *range(0xFE13, 0xFE1A)), strict=True))
    | {0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE831: 0x215D7, 0xE83B: 0x2298F, 0xE855: 0x241FE}
    | {0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE832: 0x9FB8, 0xE843: 0x9FB9}
    | {0xE854: 0x9FBA, 0xE864: 0x9FBB}
)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decode(data: bytes, source: str) -> str:
    """Return the text of a file, with `\\n` as line break and without a byte order mark.

    Raises ReadingError with the byte offset if the bytes are empty, binary or in an unknown encoding. The result has no
    replacement or private-use characters for bytes that cannot be decoded.
    """
    check_not_empty(data, source)
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _strict(data[len(bom) :], name, source, len(bom))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _checked(as_gb18030(data, source, error.start), "gb18030", source, 0)
    return _checked(text, "utf-8", source, 0)


def decode_leniently(data: bytes, source: str) -> str:
    """Return the text of a file as `decode` does, but with U+FFFD for invalid bytes if there are only a few.

    Private-use characters are kept. Ctrl-Z and NUL at the end of the file are omitted.

    Raises
    ------
    ReadingError
        The bytes are empty, binary, or in an unknown encoding. The message contains the byte offset.
    """
    check_not_empty(data, source)
    for bom, name in _BOMS:
        if data.startswith(bom):
            text = data[len(bom) :].decode(name, "replace")
            _check_invalid(text, data, source, name)
            return _checked(_without_padding(text), name, source, len(bom), few=True)
    text, name = _without_mark(data, source)
    return _checked(_without_padding(text), name, source, 0, few=True)


def _without_padding(text: str) -> str:
    """Return the text without Ctrl-Z and NUL at its end, and without the white space before and between them."""
    kept = text.rstrip(_PADDING + _WHITE_SPACE)
    return kept if any(mark in text[len(kept) :] for mark in _PADDING) else text


def _without_mark(data: bytes, source: str) -> tuple[str, str]:
    """Return the text of a file without a byte order mark, and its encoding."""
    if b"\x00" in data:
        for name in ("utf-16-le", "utf-16-be"):
            text = data.decode(name, "replace")
            if "\x00" not in text and _is_plausible(text):
                return text, name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030").translate(_GB18030), "gb18030"
    except UnicodeDecodeError:
        pass
    found = [(data.decode(name, "replace"), name) for name in ("utf-8", "gb18030")]
    text, name = min(found, key=lambda item: item[0].count("\ufffd"))
    _check_invalid(text, data, source, name)
    return (text if name == "utf-8" else text.translate(_GB18030)), name


def _check_invalid(text: str, data: bytes, source: str, name: str) -> None:
    """Raise ReadingError if too many bytes are invalid in the encoding, or the rest is not Chinese."""
    try:
        data.decode(name)
        return
    except UnicodeDecodeError as error:
        start = error.start
    lost = text.count("\ufffd")
    if _is_plausible(text) and lost <= max(_MAX_INVALID, len(text) // _PER_INVALID) and 2 * lost < len(text):
        return
    if name.startswith("utf-16"):
        raise ReadingError(source, f"byte {start} is not {name.upper()}; save the file as UTF-8 and try again")
    as_gb18030(data, source, _first_invalid(data, "utf-8"))


def _is_plausible(text: str) -> bool:
    return len(_PLAUSIBLE.findall(text)) >= _MIN_PLAUSIBLE * len(text)


def _first_invalid(data: bytes, encoding: str) -> int:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return 0


def check_not_empty(data: bytes, source: str) -> None:
    """Raise ReadingError if a file has no bytes, or only white space and padding."""
    if not data.strip(b"\x00\x1a \t\r\n"):
        raise ReadingError(source, "the file is empty" if not data else "the file holds no text")


def as_gb18030(data: bytes, source: str, utf8_error: int) -> str:
    """Return the text of bytes in GB18030, with any characters. utf8_error: offset of the first byte that is not UTF-8.

    Raises ReadingError with the offset of the first byte that is not GB18030.
    """
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise ReadingError(
            source,
            f"byte {error.start} is neither UTF-8 (first wrong byte {utf8_error}) nor GB18030; "
            "save the file as UTF-8 and try again",
        ) from None


def _strict(data: bytes, encoding: str, source: str, skipped: int) -> str:
    try:
        return _checked(data.decode(encoding), encoding, source, skipped)
    except UnicodeDecodeError as error:
        raise ReadingError(source, f"byte {skipped + error.start} is not {encoding.upper()}") from None


def few_control_characters(text: str) -> bool:
    """Tell whether a text contains so few control characters that they can be removed."""
    number = len(_UNREADABLE.findall(text))
    return number <= max(_MAX_INVALID, len(text) // _PER_INVALID) and _PER_CONTROL * number <= len(text)


def without_control_characters(text: str) -> str:
    """Return a text without control characters, except white space."""
    return _UNREADABLE.sub("", text)


def control_characters(text: str) -> list[re.Match[str]]:
    """Return the control characters of a text, except white space."""
    return list(_UNREADABLE.finditer(text))


def _checked(text: str, encoding: str, source: str, skipped: int, *, few: bool = False) -> str:
    """Return the text with the usual line breaks. few: whether a few control characters and all others are allowed."""
    bad = (_UNREADABLE if few else _SUSPECT).search(text)
    if bad and not (few and few_control_characters(text)):
        byte = skipped + len(text[: bad.start()].encode(encoding, "replace"))
        raise ReadingError(source, f"byte {byte} is {_name(bad.group())}: a binary file, or not {encoding.upper()}")
    return _BREAKS.sub("\n", text.replace("\r\n", "\n").replace("\r", "\n"))


def check_text(text: str, source: str, *, lost: bool = False) -> str:
    """Return a decoded text (JSON, CSV, a library) with the usual line breaks, one character for one.

    lost: whether U+FFFD is allowed. Raises ReadingError with the character offset if the text contains characters that
    no text has.
    """
    return _TEXT_BREAKS.sub("\n", check_characters(text, source, lost=lost))


def check_characters(text: str, source: str, *, lost: bool = False) -> str:
    """Return the string. Raises ReadingError with the character offset if it contains characters that no text has."""
    bad = (_UNREADABLE if lost else _SUSPECT).search(text)
    if bad:
        raise ReadingError(source, f"character {bad.start()} is {_name(bad.group())}")
    return text


def check_length(text: str, source: str) -> None:
    """Raise ReadingError if a text is longer than a report may be."""
    if len(text) > MAX_CHARACTERS:
        raise ReadingError(source, f"{len(text):,} characters; a report has at most {MAX_CHARACTERS:,}")


def _name(char: str) -> str:
    return f"U+{ord(char):04X} ({unicodedata.name(char, 'control or private-use character').lower()})"
