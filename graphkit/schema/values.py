"""Rules for the values of a graph, which reading, schema, decisions and `validate` share.

All export formats and servers preserve values that satisfy these rules. Other values are rejected with the field and
the position of the first invalid character; they are never changed silently.
"""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from graphkit.model import Report

#: Characters that some format or server cannot contain: control characters other than tab, line feed and carriage
#: return, the two noncharacters that XML excludes, and surrogates.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
#: Maximum length of each field of a report in characters. Servers index ids and titles, and the keys of an index are
#: limited to about 8,000 bytes.
LONGEST = {"id": 1_000, "title": 2_000, "publisher": 2_000, "place": 2_000, "url": 8_000}
#: Maximum length of a name or a printed value, of the name of a person, and of an identifier such as a rule.
LONGEST_NAME, LONGEST_PERSON, LONGEST_LABEL = 500, 100, 200
#: Types whose names never contain the end of a sentence. (Titles of documents can: 《怎么看？怎么干？》.)
_PLAIN_TYPES = frozenset({"Person", "Post", "Place", "Park", "Organization"})
_SENTENCE_END = re.compile("[。！？；]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH_DAY = re.compile(r"--([0-9]{2}-[0-9]{2})")


def named(char: str) -> str:
    """Return the code point and the name of a character, for example `U+0000 (control character or surrogate)`."""
    return f"U+{ord(char):04X} ({unicodedata.name(char, 'control character or surrogate').lower()})"


def text_flaw(text: object, longest: int) -> str:
    """Return why a text is not a valid value, with the position, or "" if it is valid.

    >>> text_flaw("a\\x00", 10)
    'control characters: character 1 is U+0000 (control character or surrogate)'
    """
    if not isinstance(text, str):
        return f"{type(text).__name__} instead of a text"
    bad = UNWRITABLE.search(text)
    if bad:
        return f"control characters: character {bad.start()} is {named(bad.group())}"
    if len(text) > longest:
        return f"{len(text):,} characters, but the maximum is {longest:,} (character {longest} is the first excess one)"
    return ""


def name_flaw(type_: str, name: object) -> str:
    """Return why a text is not a valid name of an entity of this type, or "" if it is valid."""
    flaw = text_flaw(name, LONGEST_PERSON if type_ == "Person" else LONGEST_NAME)
    if flaw or not isinstance(name, str):
        return flaw
    if not name.strip():
        return "only white space"
    end = _SENTENCE_END.search(name) if type_ in _PLAIN_TYPES else None
    return f"a sentence instead of a name: character {end.start()} is {end.group()}" if end else ""


def is_day(words: str) -> bool:
    """Return whether a text is a day of the calendar in the form `YYYY-MM-DD`."""
    if not _DAY.fullmatch(words):
        return False
    try:
        date.fromisoformat(words)
    except ValueError:
        return False
    return True


def is_partial_day(words: str) -> bool:
    """Return whether a text is a day without a year in the form `--MM-DD`."""
    found = _MONTH_DAY.fullmatch(words)
    return found is not None and is_day(f"2000-{found[1]}")


def is_date(words: object) -> bool:
    """Return whether a value is a valid date of a statement: "", a day, a day without a year, or a range (`/`)."""
    if not isinstance(words, str):
        return False
    return not words or (words.count("/") <= 1 and all(is_day(day) or is_partial_day(day) for day in words.split("/")))


def report_flaws(report: Report, *, with_text: bool = True) -> Iterator[tuple[str, str]]:
    """Yield the field and the reason for each invalid field of a report."""
    for field, longest in LONGEST.items():
        flaw = text_flaw(getattr(report, field), longest)
        if flaw:
            yield field, flaw
    if not report.id:
        yield "id", "the id is empty"
    if report.date and not (isinstance(report.date, str) and is_day(report.date)):
        yield "date", f"{report.date!r:.80} is not a day of the form YYYY-MM-DD"
    bad = UNWRITABLE.search(report.text) if with_text else None
    if bad:
        yield "text", f"control characters: character {bad.start()} is {named(bad.group())}"


def for_shell(value: str | Path) -> str:
    """Return a value quoted as one word of a shell command, for messages."""
    return shlex.quote(str(value))
