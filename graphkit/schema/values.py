"""What the values of a graph may hold: the rules that reading, the schema, decisions and `validate` share.

Every value that passes these rules is carried unchanged by every export format and server. A value that does not is refused
with its field and the position of the first character that is wrong; it is never changed silently.
"""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from graphkit.model import Report

#: Characters that some format or server cannot carry: control characters other than tab, line feed and carriage return, the two
#: noncharacters that XML excludes, and surrogates without their other half.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
#: Longest value of each field of a report, in characters. Servers index ids and titles, and refuse index keys of about 8,000 bytes.
LONGEST = {"id": 1_000, "title": 2_000, "publisher": 2_000, "place": 2_000, "url": 8_000}
#: Longest name of an entity, a speaker or a printed value; of a person; and of an identifier such as a rule.
LONGEST_NAME, LONGEST_PERSON, LONGEST_LABEL = 500, 100, 200
#: Types whose names never hold the end of a sentence. (Titles of documents and slogans may: 《怎么看？怎么干？》.)
_PLAIN_TYPES = frozenset({"Person", "Post", "Place", "Park", "Organization"})
_SENTENCE_END = re.compile("[。！？；]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH_DAY = re.compile(r"--([0-9]{2}-[0-9]{2})")


def named(char: str) -> str:
    """`U+0000 (control character)`."""
    return f"U+{ord(char):04X} ({unicodedata.name(char, 'control character or half of a character').lower()})"


def text_flaw(text: object, longest: int) -> str:
    """Why a text cannot be a value, with the position; "" when it can.

    >>> text_flaw("a\\x00", 10)
    'control characters: character 1 is U+0000 (control character or half of a character)'
    """
    if not isinstance(text, str):
        return f"{type(text).__name__} instead of a text"
    bad = UNWRITABLE.search(text)
    if bad:
        return f"control characters: character {bad.start()} is {named(bad.group())}"
    if len(text) > longest:
        return f"{len(text):,} characters: at most {longest:,} are allowed, so character {longest} is one too many"
    return ""


def name_flaw(type_: str, name: object) -> str:
    """Why a text is not the name of an entity of this type; "" when it may be."""
    flaw = text_flaw(name, LONGEST_PERSON if type_ == "Person" else LONGEST_NAME)
    if flaw or not isinstance(name, str):
        return flaw
    if not name.strip():
        return "no characters but blanks"
    end = _SENTENCE_END.search(name) if type_ in _PLAIN_TYPES else None
    return f"a sentence instead of a name: character {end.start()} is {end.group()}" if end else ""


def is_day(words: str) -> bool:
    """A day of the calendar as `YYYY-MM-DD`."""
    if not _DAY.fullmatch(words):
        return False
    try:
        date.fromisoformat(words)
    except ValueError:
        return False
    return True


def is_partial_day(words: str) -> bool:
    """A day whose year is not known, as `--MM-DD`."""
    found = _MONTH_DAY.fullmatch(words)
    return found is not None and is_day(f"2000-{found[1]}")


def is_date(words: object) -> bool:
    """The date of a statement: "", a day, a day without a year, or two of these with `/` between (a range)."""
    if not isinstance(words, str):
        return False
    return not words or (words.count("/") <= 1 and all(is_day(day) or is_partial_day(day) for day in words.split("/")))


def report_flaws(report: Report, *, with_text: bool = True) -> Iterator[tuple[str, str]]:
    """Field and reason for each field of a report that an export cannot carry."""
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
    """A value as one word of a command in a message, which the reader may copy into a shell."""
    return shlex.quote(str(value))
