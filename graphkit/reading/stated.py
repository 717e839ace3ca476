"""Fields that a file states for its report: days of feeds and mails, and values where the text states none."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from graphkit.model import Origin, Report
from graphkit.reading.date_fields import CHINA, field_day
from graphkit.reading.fields import describe

#: The beginning of a date of a mail, also one with a year of two digits, which only mails and feeds write.
_MAIL = re.compile(r"(?:^|[\s,])\d{1,2}\s+[A-Za-z]{3,9}\.?,?\s+\d{2,4}\b")
#: In Chinese feeds and mails, CST is the time of China.
_CHINA_NAME = re.compile(r"\b(?:CST|BJT)\b|\(.*?\)")
_EARLIEST = "1900"


def stated_day(text: str) -> str:
    """Return the day in China of a date of a feed, mail or book as `YYYY-MM-DD`, or the text if it is no day.

    >>> stated_day("Thu, 04 Apr 2024 23:30:00 GMT"), stated_day("2024-04-05T08:00:00+08:00")
    ('2024-04-05', '2024-04-05')
    """
    text = " ".join(text.split())
    day = field_day(text)
    if not day and _MAIL.search(text):
        with suppress(ValueError, OverflowError, TypeError, IndexError):
            day = _day(email.utils.parsedate_to_datetime(_CHINA_NAME.sub(_zone, text)))
    return "" if day and day < _EARLIEST else day or text


def _zone(m: re.Match[str]) -> str:
    return "" if m.group().startswith("(") else "+0800"


def _day(moment: datetime) -> str:
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).astimezone(CHINA)
    return moment.date().isoformat()


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
