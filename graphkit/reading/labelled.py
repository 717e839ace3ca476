"""Texts whose first lines are fields with their labels: 标题：…, 【日期】…, as newspaper databases and crawlers write them.

A file can contain several such texts, one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from graphkit.grammar.columns import column_keys, label_keys, name_key
from graphkit.grammar.patterns import pattern
from graphkit.model import Origin, Report
from graphkit.reading.record_fields import is_missing

_LABELLED = pattern("fields.labelled_line")
_RULE = pattern("fields.rule")
#: Fields of a report that a label can state. A labelled place is often that of a meeting.
_FIELDS = ("title", "date", "publisher", "url", "text")
_TITLE, _TEXT, _OTHER = "title", "text", "other"
#: Maximum number of lines before the text, and of characters of one of them.
_MOST_LINES, _LONGEST = 20, 200


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with a label. field: of a report, or `other`."""

    field: str
    label: str
    value: str


@cache
def _field_of(label: str) -> str:
    """Return the field with this label, "" if the label is not known."""
    key = name_key(label)
    if key in label_keys():
        return _OTHER
    return next((field for field in _FIELDS if key in column_keys()[field]), "")


def _line(words: str) -> _Line | None:
    """Return a line with a known label, None for any other line. A label without a colon or brackets is a whole line."""
    m = _LABELLED.fullmatch(words) if len(words) < _LONGEST else _LABELLED.match(words)
    label = (m["bracketed"] or m["name"]).strip() if m else words.strip()
    field = _field_of(label) if label and len(label) <= 12 else ""
    if not field or (m and len(words) >= _LONGEST and field != _TEXT):
        return None
    return _Line(field, label, words[m.start("value") :].strip() if m else "")


def labelled_reports(report: Report) -> list[Report]:
    """Return the reports of a text: itself, or one for each title with a label, without the lines of the fields.

    The id of one of several is that of the file and its number.
    """
    lines = report.text.split("\n")
    starts = [n for n, words in enumerate(lines) if (found := _line(words)) and found.field == _TITLE]
    if not starts or any(words.strip() for words in lines[: starts[0]] if not _is_preamble(words)):
        return [report]
    sections = [lines[a:b] for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)]
    read = [_read([*lines[: starts[0]], *section] if not n else section) for n, section in enumerate(sections)]
    if len(read) == 1:
        return [_with_fields(report, *read[0])] if read[0] else [report]
    if not all(read):
        return [report]
    return [
        _with_fields(replace(report, id=f"{report.id}-{n:02d}", note=report.note if n == 1 else ""), *one)
        for n, one in enumerate(filter(None, read), 1)
    ]


def _is_preamble(words: str) -> bool:
    return _line(words) is not None or _RULE.fullmatch(words) is not None


def _read(lines: list[str]) -> tuple[dict[str, str], dict[str, str], str] | None:
    """Return the fields, their labels, and the text below them; None if the lines do not state enough fields."""
    fields: dict[str, str] = {}
    labels: dict[str, str] = {}
    rest: list[str] | None = None
    waiting = ""
    for n, words in enumerate(lines[:_MOST_LINES]):
        if not words.strip() or _RULE.fullmatch(words):
            continue
        found = _line(words)
        if found is None and waiting:
            fields[waiting], waiting = words.strip(), ""
            continue
        if found is None:
            rest = rest or lines[n:]
            break
        waiting = found.field if not found.value and found.field not in (_TEXT, _OTHER) else ""
        if found.field == _TEXT:
            labels[_TEXT] = found.label
            rest = [found.value, *lines[n + 1 :]]
            break
        if found.field != _OTHER and found.field not in labels:
            fields[found.field], labels[found.field] = found.value, found.label
    stated = {name: value for name, value in fields.items() if value and not is_missing(value)}
    if rest is None or _TITLE not in stated or len(stated) + (_TEXT in labels) < 2:
        return None
    body = "\n".join(_without_rules(rest))
    return (stated, labels, body) if any(map(str.isalnum, body)) else None


def _without_rules(lines: list[str]) -> Iterator[str]:
    """Yield the lines without the rules and empty lines at the end."""
    last = max((n for n, words in enumerate(lines) if words.strip() and not _RULE.fullmatch(words)), default=-1)
    yield from lines[: last + 1]


def _with_fields(report: Report, fields: dict[str, str], labels: dict[str, str], body: str) -> Report:
    known = {name: value for name, value in fields.items() if not getattr(report, name) or name == _TITLE}
    origin = replace(report.origin or Origin(), fields=tuple((name, labels[name]) for name in known))
    title, body = fields[_TITLE], body.strip("\n")
    return replace(report, **known, text=body if body.startswith(title) else f"{title}\n{body}", origin=origin)
