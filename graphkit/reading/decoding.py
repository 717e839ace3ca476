"""Decodes bytes: as UTF-8, as UTF-16 with a byte order mark, or as strict GB18030, in this order."""

from __future__ import annotations

import codecs
import re
import unicodedata

from graphkit.errors import ReadingError

_BREAKS = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\x85": "\n"})
_SUSPECT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd\ufffe\uffff\ue000-\uf8ff\U000f0000-\U0010ffff\ud800-\udfff]")
#: Maximum length of a report, in characters.
MAX_CHARACTERS = 1_000_000


def decode(data: bytes, source: str) -> str:
    """Return the text of a file, with `\\n` as line break and without a byte order mark.

    Raises ReadingError with the byte offset if the bytes are empty, binary or in an unknown encoding. The result has no
    replacement or private-use characters for bytes that cannot be decoded.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise ReadingError(source, "the file is empty" if not data else "the file holds no text")
    for bom, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(bom):
            return _strict(data[len(bom) :], name, source, len(bom))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _as_gb18030(data, source, error.start)
    return _checked(text, "utf-8", source, 0)


def _as_gb18030(data: bytes, source: str, utf8_error: int) -> str:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise ReadingError(
            source,
            f"byte {error.start} is neither UTF-8 (first wrong byte {utf8_error}) nor GB18030; "
            "save the file as UTF-8 and try again",
        ) from None
    return _checked(text, "gb18030", source, 0)


def _strict(data: bytes, encoding: str, source: str, skipped: int) -> str:
    try:
        return _checked(data.decode(encoding), encoding, source, skipped)
    except UnicodeDecodeError as error:
        raise ReadingError(source, f"byte {skipped + error.start} is not {encoding.upper()}") from None


def _checked(text: str, encoding: str, source: str, skipped: int) -> str:
    bad = _SUSPECT.search(text)
    if bad:
        byte = skipped + len(text[: bad.start()].encode(encoding))
        raise ReadingError(source, f"byte {byte} is {_name(bad.group())}: a binary file, or not {encoding.upper()}")
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_BREAKS)


def check_text(text: str, source: str) -> str:
    """Return a decoded text (JSON, CSV, a library) with the usual line breaks, one character for one.

    Raises ReadingError with the character offset if it contains characters that no text has.
    """
    return check_characters(text, source).translate(_BREAKS)


def check_characters(text: str, source: str) -> str:
    """Return the string. Raises ReadingError with the character offset if it contains characters that no text has."""
    bad = _SUSPECT.search(text)
    if bad:
        raise ReadingError(source, f"character {bad.start()} is {_name(bad.group())}")
    return text


def check_length(text: str, source: str) -> None:
    """Raise ReadingError if a text is longer than a report may be."""
    if len(text) > MAX_CHARACTERS:
        raise ReadingError(source, f"{len(text):,} characters; a report has at most {MAX_CHARACTERS:,}")


def _name(char: str) -> str:
    return f"U+{ord(char):04X} ({unicodedata.name(char, 'control or private-use character').lower()})"
