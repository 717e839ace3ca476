"""Follows the day from sentence to sentence of a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graphkit.grammar.lexicon import words
from graphkit.grammar.patterns import pattern
from graphkit.model import PassageKind
from graphkit.recognition.dates import find_dates
from graphkit.recognition.marks import MarkedReport, MarkedSentence

_HOLDS_FROM = pattern("scene.holds_from")
_HOLDS_UNTIL = pattern("scene.holds_until")
_ANNOUNCES_DAY = words("announces_day")
_MONTH = "month"
#: Bases of the days of datelines, which print at least month and day.
_PRINTED_DAYS = frozenset(["printed", "publication year", "last year"])
#: Maximum number of days between the day of a dateline and the day of publication.
_LONGEST_DELAY = 14


def _day_of_dateline(marked: MarkedReport, sentence: MarkedSentence) -> str:
    """Return the day in the dateline of the item of a sentence, "" if it has none: 新华社石渡3月5日电.

    Such a report means this day with 今天, although it can be published later.
    """
    published = marked.report.date
    for kind, start, end, item in marked.layout.frame:
        if kind is not PassageKind.DATELINE or item != sentence.frame.item or start > sentence.start:
            continue
        days = [m.value for m in find_dates(marked.text, published, start, end) if m.basis in _PRINTED_DAYS]
        if days and _is_day(days[0]) and _precedes(days[0], published):
            return days[0]
    return ""


def _is_day(value: str) -> bool:
    return not value.startswith("-") and "/" not in value


def _precedes(day: str, published: str) -> bool:
    """Tell whether a day is at most a few days before the day of publication, if this is known."""
    if not published:
        return True
    return 0 <= (date.fromisoformat(published) - date.fromisoformat(day)).days <= _LONGEST_DELAY


@dataclass(slots=True)
class Day:
    """The day of the current sentence, "" if none is known, and its basis (graphkit.recognition.dates.BASES)."""

    value: str = ""
    basis: str = ""
    #: Value and basis before a sentence that names only a month; they hold again after it.
    _before_month: tuple[str, str] = ("", "")

    def read(self, marked: MarkedReport, sentence: MarkedSentence) -> bool:
        """Set the day from a date near the beginning of the sentence. Return whether there is one.

        A month without a day holds only for its sentence if the report has named a day before.
        """
        if self._before_month[0]:
            (self.value, self.basis), self._before_month = self._before_month, ("", "")
        if sentence.frame.kind is PassageKind.HEADLINE:
            return False
        in_lead = sentence.frame.kind is PassageKind.LEAD
        limit = sentence.start + (40 if in_lead else 12)
        actors = sentence.actors()
        if actors and in_lead:
            limit = max(limit, actors[0].end + 16)
        told = _day_of_dateline(marked, sentence)
        for mark in find_dates(marked.text, marked.report.date, sentence.start, sentence.end, self.value, told):
            # A day from which on, or until which, something holds is not the day on which it is decided.
            before = marked.text[max(sentence.start, mark.start - 4) : mark.start]
            bounds = _HOLDS_FROM.match(marked.text, mark.end, sentence.end) or _HOLDS_UNTIL.search(before)
            announced = in_lead and marked.text.endswith(_ANNOUNCES_DAY, sentence.start, mark.start)
            if (mark.start <= limit or announced) and not bounds:
                if mark.basis == _MONTH and self.basis != _MONTH:
                    self._before_month = self.value, self.basis
                self.value, self.basis = mark.value, mark.basis
                return True
        return False
