"""The header of a forwarded mail, which programs write above its text: sender, date and subject of the original mail."""

from __future__ import annotations

import email.utils
import re
from dataclasses import dataclass

from graphkit.grammar.patterns import pattern
from graphkit.reading.stated import stated_day

_MARK = pattern("feeds.forwarded_mark")
_HEADER = pattern("feeds.forwarded_header")
_DAY = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}")
#: Maximum number of lines before the mark of a forwarded mail.
_LINES_BEFORE = 3


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The text of a mail without the header of a forwarded mail, and what this header states; "" if there is none."""

    text: str
    sender: str = ""
    date: str = ""
    subject: str = ""


def read_forwarded(text: str) -> Forwarded:
    """Return the text and the header of a forwarded mail, which follows a line such as 原始邮件 near the beginning."""
    lines = text.split("\n")
    mark = next((n for n, line in enumerate(lines[: _LINES_BEFORE + 1]) if _MARK.fullmatch(line)), None)
    if mark is None:
        return Forwarded(text)
    stated: dict[str, str] = {}
    end = mark + 1
    while end < len(lines) and (m := _HEADER.fullmatch(lines[end])):
        stated |= {name: m["value"] for name in ("sender", "date", "subject") if m[name] and name not in stated}
        end += 1
    if not stated:
        return Forwarded(text)
    day = _DAY.search(stated.get("date", ""))
    return Forwarded(
        "\n".join(lines[:mark] + lines[end:]),
        _name(stated.get("sender", "")),
        stated_day(day.group() if day else stated.get("date", "")),
        stated.get("subject", ""),
    )


def _name(sender: str) -> str:
    """Return the name of a sender, "" if there is only an address."""
    name = email.utils.parseaddr(sender)[0].strip() or ("" if "@" in sender else sender)
    return "" if "@" in name else name.strip("\"'“” ")
