"""All questions about the phrases of a graph as methods of one class.

An answer is a list of rows with the same keys.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphkit.errors import UsageError
from graphkit.grammar import lexicon
from graphkit.ledger import Ledger
from graphkit.phrases.index.reader import SHOWN, PhraseIndex
from graphkit.phrases.index.text_search import search
from graphkit.phrases.questions import frequency
from graphkit.phrases.questions.cooccurrence import cooccurring_phrases
from graphkit.phrases.questions.emerging import emerging
from graphkit.phrases.questions.first_uses import first_uses, spread
from graphkit.phrases.questions.intensity import intensity
from graphkit.phrases.questions.quotes import Quotes
from graphkit.phrases.questions.scope import AnswerRow, Scope
from graphkit.phrases.questions.silent import silent
from graphkit.phrases.questions.wording import wording
from graphkit.wording import advice

if TYPE_CHECKING:
    from pandas import DataFrame


class Rows(list[AnswerRow]):
    """The rows of an answer: dictionaries with the same keys."""

    def frame(self) -> DataFrame:
        """Return the rows as a pandas data frame."""
        import pandas

        return pandas.DataFrame(list(self))


class Phrases:
    """Questions about the phrases of a graph; `graph.phrases()` returns an instance.

    since, until: first and last day (`2023-09-01`, a month or a year). level: national, province, city or county (one
    or several). voice: leader, meeting, reporter or guest (one or several). place: code or name of a
    division. A phrase can be given in any of its wordings. The methods raise UsageError for an unknown phrase, period,
    level, voice or place.
    """

    def __init__(self, index: PhraseIndex, ledger: Ledger) -> None:
        self.index = index
        self._ledger = ledger
        self._quotes = Quotes(ledger, index)
        self._searching = threading.Lock()

    def __len__(self) -> int:
        return len(self.index.names)

    def find(self, words: str) -> int:
        """Return the number of a phrase in the index.

        A phrase that is not in the index is searched for in the texts and added to it. Raises UsageError, with similar
        phrases, if no text contains it.
        """
        place = self._indexed(words)
        if place is None:
            place = self._searched(words)
        if place is None:
            near = [n for n in self.index.names if words in n][:5] or [
                n for n in self.index.names if len(n) > 2 and n in words
            ][:5]
            hint = f"; there are {', '.join(near)}" if near else ""
            raise UsageError(f"no report of this graph uses the phrase {words!r}{hint}")
        return place

    def _indexed(self, words: str) -> int | None:
        wordings = (words, *_without_front(words))
        return next((p for wording in wordings if (p := self.index.find(wording)) is not None), None)

    def _searched(self, words: str) -> int | None:
        """Search the texts for a wording. Other threads keep the index with which they began."""
        with self._searching:
            place = self._indexed(words)  # Another thread may have searched for it.
            if place is None:
                extended = self.index.extended()
                place = search(extended, self._ledger, words)
                if place is not None:
                    self._quotes, self.index = Quotes(self._ledger, extended), extended
            return place

    def list(self, *, top: int = 50, min_score: float = SHOWN, **scope: Any) -> Rows:
        """Return the phrases with the number of reports that use them."""
        return Rows(frequency.list_phrases(self.index, _scope(**scope), top=top, least=min_score))

    def trend(self, phrases: str | Sequence[str], *, by: str = "month", per: str = "reports", **scope: Any) -> Rows:
        """Return the share of the reports of each period or the mentions per million characters, with 95% intervals."""
        places = self._several(phrases)
        return Rows(frequency.trend(self.index, places, _scope(**scope), by=by, per=per))

    def first(self, phrase: str, *, by: str = "all", top: int = 3, **scope: Any) -> Rows:
        """Return the first uses in this collection with their quotes. by: all, level or place."""
        place = self.find(phrase)
        return Rows(first_uses(self.index, self._quotes, place, _scope(**scope), by=by, top=top))

    def emerging(self, *, top: int = 30, hindsight: bool = True, **scope: Any) -> Rows:
        """Return the phrases that are new in a window or more frequent than before it."""
        return Rows(emerging(self.index, _scope(**scope), top=top, hindsight=hindsight))

    def silent(self, *, top: int = 30, min_score: float = SHOWN, **scope: Any) -> Rows:
        """Return the phrases that were used regularly before a window and rarely in it."""
        return Rows(silent(self.index, _scope(**scope), top=top, least=min_score))

    def tiers(
        self, year: int, *, tiers: str | Path | None = None, top: int = 0, min_score: float = SHOWN, **scope: Any
    ) -> Rows:
        """Return the phrases of a year in six tiers of use, with their tier of the year before.

        tiers: a file of limits.
        """
        steps = frequency.read_tiers(Path(tiers)) if tiers else frequency.read_tiers()
        return Rows(frequency.tiers(self.index, year, _scope(**scope), levels=steps, top=top, least=min_score))

    def movers(
        self, *, before_since: str = "", before_until: str = "", top: int = 50, min_score: float = SHOWN, **scope: Any
    ) -> Rows:
        """Return the largest changes of share between a period and an earlier one.

        The earlier period ends before_until, by default before the period; without before_since, it has the same length.
        """
        now = _scope(**scope)
        if not now.since:
            day = advice('since="2024-01-01"', "--since 2024-01-01")
            raise UsageError(f"movers needs the first day of the period: {day}")
        if before_until and not before_since:
            raise UsageError(advice("before_until needs before_since", "--before-until needs --before-since"))
        before_until = before_until or _day(now.begin - 1)
        earlier = (
            Scope(before_since, before_until, now.levels, now.voices, now.place)
            if before_since
            else self._same_length_before(now)
        )
        return Rows(frequency.movers(self.index, now, earlier, top=top, least=min_score))

    def spread(self, phrase: str, *, over: str = "places", **scope: Any) -> Rows:
        """Return places, levels or speakers in the order of their first use."""
        place = self.find(phrase)
        return Rows(spread(self.index, self._quotes, place, _scope(**scope), over=over))

    def together(self, phrase: str, *, top: int = 50, min_score: float = SHOWN, **scope: Any) -> Rows:
        """Return the phrases that occur together with this one more often than by chance."""
        place = self.find(phrase)
        return Rows(cooccurring_phrases(self.index, place, _scope(**scope), top=top, least=min_score))

    def wording(self, phrase: str, *, top: int = 40, **scope: Any) -> Rows:
        """Return the wordings of a phrase: parts added and dropped, with dates."""
        place = self.find(phrase)
        return Rows(wording(self.index, self._ledger, self._quotes, place, _scope(**scope), top=top))

    def intensity(self, phrase: str, *, by: str = "month", **scope: Any) -> Rows:
        """Return how strongly a phrase is promoted in each period, from study to enforcement."""
        place = self.find(phrase)
        return Rows(intensity(self.index, self._ledger, place, _scope(**scope), by=by))

    def uses(self, phrase: str, *, top: int = 0, **scope: Any) -> Rows:
        """Return the uses of a phrase with their quotes in the order of their dates. top: maximum number, 0 for all."""
        place = self.find(phrase)
        uses = self.index.uses(place)
        uses = uses.only(_scope(**scope).uses(self.index, uses))
        rows = range(len(uses))[: top or None]
        known = {
            "phrase": self.index.names[place],
            "count": int(self.index.reports[place]),
            "first": self.index.first[place],
        }
        return Rows(
            {**known, "wording": self.index.lists["forms"][int(uses.form[n])], **self._quotes.row(uses, n)}
            for n in rows
        )

    def _several(self, phrases: str | Sequence[str]) -> Sequence[int]:
        return [self.find(p) for p in ([phrases] if isinstance(phrases, str) else phrases)]

    def _same_length_before(self, now: Scope) -> Scope:
        last = min(now.end, int(self.index.day.max(initial=0)))
        length = last - now.begin + 1
        begin = max(now.begin - length, 0)
        return Scope(_day(begin), _day(now.begin - 1), now.levels, now.voices, now.place)


def _without_front(words: str) -> Iterator[str]:
    """Yield the wording without one, two and more leading adverbs such as 要, 着力 and 加快."""
    front = lexicon.words("phrase_front")
    while (word := next((f for f in front if words.startswith(f) and len(words) > len(f) + 1), "")) != "":
        words = words[len(word) :]
        yield words


def _day(number: int) -> str:
    """Return the day of a number of day_numbers.days. It can be the 31st of a shorter month."""
    month, day = divmod(number - 1, 31)
    year, month = divmod(month - 1, 12)
    return f"{year:04d}-{month + 1:02d}-{day + 1:02d}"


def _scope(
    *,
    since: str = "",
    until: str = "",
    level: str | Iterable[str] = (),
    voice: str | Iterable[str] = (),
    place: str = "",
) -> Scope:
    return Scope(since, until, _many(level), _many(voice), place)


def _many(values: str | Iterable[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)
