"""Reads the title, date, publisher and place of a report from its text where the file does not state them.

A field that the text does not state either stays empty.
"""

from __future__ import annotations

import re
from dataclasses import replace

from graphkit.errors import ReadingError
from graphkit.grammar.patterns import pattern
from graphkit.model import Level, Report
from graphkit.reading.date_fields import field_day
from graphkit.reading.normalized import usual_characters
from graphkit.reading.origins import completed
from graphkit.recognition import gazetteer
from graphkit.schema.values import report_flaws

_LABELLED_DATE = pattern("fields.labelled_date")
_BARE_DATE = pattern("fields.bare_date")
_DATELINE_DATE = pattern("fields.dateline_date")
_DATE_BESIDE_SOURCE = pattern("fields.date_beside_source")
_DATE_AT_END = pattern("fields.date_at_end")
_SOURCE = pattern("fields.source")
_DATELINE = pattern("fields.dateline")
_AGENCY = pattern("fields.agency")
_NATIONAL_PUBLISHER = pattern("fields.national_publisher")
_UNKNOWN_SOURCE = pattern("fields.unknown_source")
_SENTENCE_CLOSED = pattern("fields.sentence_closed")
_BEFORE_TITLE = pattern("fields.before_title")
#: Lines that state the day and the publisher.
_BOTH = (pattern("fields.publisher_beside_day"), pattern("fields.account_line"))

#: Maximum length of a line of metadata, in characters.
_LONGEST_LINE = 100


def describe(report: Report) -> Report:
    """Return the report with the fields that its first lines state.

    Fields that it has are kept, with the date in ISO format. A date that is not a day is kept as
    `unread_date`, and the report has no date.

    Raises
    ------
    ReadingError
        No export can contain one of the fields. The message names the field and the position.
    """
    lines = [line for line in report.text[:1500].split("\n") if line.strip()][:8]
    head = [usual_characters(line) for line in lines]
    end = usual_characters(report.text[-400:]).split("\n")
    date = field_day(report.date) if report.date else _date(head, end)
    unread = report.date if report.date and not date else ""
    publisher = report.publisher or _publisher(head, end)
    title = report.title or _title(lines)
    place = report.place or place_of_publisher(publisher)
    values = {"title": title, "date": date, "publisher": publisher, "place": place}
    found = replace(report, **values, unread_date=unread, origin=completed(report, values))
    for field, reason in report_flaws(found, with_text=False):
        raise ReadingError(report.source or report.id, f"{field}: {reason}")
    return found


def _date(head: list[str], end: list[str]) -> str:
    for line in head:
        m = _LABELLED_DATE.search(line) or _BARE_DATE.match(line) or _DATELINE_DATE.match(line)
        if m is None and len(line) <= _LONGEST_LINE:
            m = _DATE_BESIDE_SOURCE.fullmatch(line)
        if m:
            return field_day(m["day"])
        if both := _stated_together(line):
            return both[0]
    last = next((line for line in reversed(end) if line.strip()), "")
    m = _DATE_AT_END.fullmatch(last) if len(last) <= _LONGEST_LINE else None
    return field_day(m["day"]) if m else ""


def _publisher(head: list[str], end: list[str]) -> str:
    for line in head:
        for form in (_AGENCY, _DATELINE):
            m = form.match(line)
            if m and _is_publisher(m):
                return m["publisher"]
    for line in [*head, *end]:
        m = _SOURCE.search(line)
        if m and not _UNKNOWN_SOURCE.fullmatch(m["publisher"]):
            return m["publisher"]
    return next((both[1] for line in head if (both := _stated_together(line))), "")


def _stated_together(line: str) -> tuple[str, str] | None:
    """Return the day and the publisher of a line that states both, None for another line."""
    m = next((m for form in _BOTH if len(line) <= _LONGEST_LINE and (m := form.fullmatch(line))), None)
    if m is None:
        return None
    found = {name: words for name, words in m.groupdict().items() if words}
    days = [found.pop(name) for name in list(found) if name.endswith("day")]
    return field_day(days[0]), next(iter(found.values()))


def _is_publisher(m: re.Match[str]) -> bool:
    """Tell whether the words of a dateline are a publisher.

    Before a space, only a national publisher and one with the name of a place are: 多项金融举措发布 before a space is the
    first of two headlines.
    """
    name = m["publisher"]
    return not m.group()[-1].isspace() or _NATIONAL_PUBLISHER.match(name) is not None or bool(place_of_publisher(name))


def _title(lines: list[str]) -> str:
    """Return the first line if it looks like a headline, with the characters of the text.

    An address, a day of the week or the page of a newspaper can precede it.
    """
    skipped = next((n for n, line in enumerate(lines) if not _BEFORE_TITLE.fullmatch(usual_characters(line))), 0)
    lines = lines[skipped:]
    if len(lines) > 1 and len(lines[0].strip()) <= 60 and not _SENTENCE_CLOSED.search(lines[0]):
        return lines[0].strip()
    return ""


def place_of_publisher(publisher: str) -> str:
    """Return the division whose name begins the name of the publisher: 山西省临汾市 for 临汾新闻网.

    The result is empty if there is no such division.
    """
    if not publisher or _NATIONAL_PUBLISHER.match(publisher):
        return ""
    for size in range(min(8, len(publisher) - 1), 1, -1):
        division = gazetteer.find(publisher[:size])
        if division is not None:
            parts = [division.province, division.city, division.name]
            return "".join(dict.fromkeys(p for p in parts if p))
    return ""


def level(report: Report) -> Level | None:
    """Return the level of a report by its place, otherwise by a national publisher, and None if it is unknown."""
    if report.place:
        return gazetteer.level_of(report.place)
    return Level.NATIONAL if report.publisher and _NATIONAL_PUBLISHER.match(report.publisher) else None
