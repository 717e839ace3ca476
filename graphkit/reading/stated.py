"""Fields that a file states for its report: days of feeds and mails, and values where the text states none."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from graphkit.model import Origin, Report
from graphkit.reading.fields import describe
from graphkit.recognition.dates import iso_day

#: The time of China. A time with another offset belongs to the day that it is there.
_CHINA = timezone(timedelta(hours=8))
_MAIL = re.compile(r"(?:^|[\s,])\d{1,2}\s+[A-Za-z]{3,9}\.?,?\s+\d{2,4}\b")
#: In Chinese feeds and mails, CST is the time of China.
_CHINA_NAME = re.compile(r"\b(?:CST|BJT)\b|\(.*?\)")
_ISO = re.compile(r"\s*\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?\s*(?P<zone>Z|[+-]\d\d:?\d\d)\s*", re.I)
_EARLIEST = "1900"


def stated_day(text: str) -> str:
    """Return the day in China of a date of a feed, mail or book as `YYYY-MM-DD`, or the text if it is no day.

    >>> stated_day("Thu, 04 Apr 2024 23:30:00 GMT"), stated_day("2024-04-05T08:00:00+08:00")
    ('2024-04-05', '2024-04-05')
    """
    text = " ".join(text.split())
    try:
        if _MAIL.search(text):
            return _day(email.utils.parsedate_to_datetime(_CHINA_NAME.sub(_zone, text)))
        if _ISO.fullmatch(text):
            return _day(datetime.fromisoformat(text.replace(" +", "+").upper()))
    except (ValueError, OverflowError, TypeError, IndexError):
        pass
    day = iso_day(text)
    return "" if day and day < _EARLIEST else day or text


def _zone(m: re.Match[str]) -> str:
    return "" if m.group().startswith("(") else "+0800"


def _day(moment: datetime) -> str:
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).astimezone(_CHINA)
    return moment.date().isoformat() if moment.date().isoformat() >= _EARLIEST else ""


def describe_with(
    report: Report, *, date: str = "", publisher: str = "", origins: Mapping[str, str] | None = None
) -> Report:
    """Return the report with the fields that its text states, otherwise with this date and publisher.

    origins: names of the elements of the file from which these fields are.
    """
    found = describe(report)
    if (found.date or not date) and (found.publisher or not publisher):
        return found
    added = {name: place for name, place in (origins or {}).items() if not getattr(found, name)}
    origin = replace(found.origin or Origin(), fields=(*(found.origin or Origin()).fields, *added.items()))
    whole = replace(found, date=found.date or date, publisher=found.publisher or publisher, origin=origin)
    filled = describe(whole)
    return replace(filled, unread_date=found.unread_date or filled.unread_date)
