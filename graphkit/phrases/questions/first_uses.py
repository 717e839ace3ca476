"""Who used a phrase first, and who took it up: always the first in this collection, with what the collection lacks before it."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import UsageError
from graphkit.phrases.index.reader import LEVELS, PhraseIndex, Uses
from graphkit.phrases.questions.cooccurrence import Companions
from graphkit.phrases.questions.quotes import Quotes
from graphkit.phrases.questions.scope import AnswerRow, Scope, gaps

#: What the first uses can be told apart by, and what a spread can be told over.
FIRST_BY = ("all", "level", "place")
SPREAD_OVER = ("places", "levels", "speakers")


def first_uses(
    index: PhraseIndex, quotes: Quotes, phrase: int, scope: Scope = Scope(), *, by: str = "all", top: int = 3
) -> list[AnswerRow]:
    """The first `top` reports that use a phrase; with `by` of each level or place. One row a report, in order of date.

    gap_before: what the collection lacks nearest before the first of them. companions: which of the phrases that go with this
    one most are in the same report; none means that this use is unlike the others and may be another thing of the same name.
    """
    if by not in FIRST_BY:
        raise UsageError(f"cannot tell first uses by {by!r}; one of {', '.join(FIRST_BY)}")
    uses = _dated(index, phrase, scope)
    lacking = gaps(index)
    groups = [""] * len(uses)
    if by == "level":
        groups = [LEVELS[n] or "unknown" for n in index.level[uses.report].tolist()]
    elif by == "place":
        groups = [_name(index, code) or "unknown" for code in place_codes(index, uses)]
    taken: dict[str, list[int]] = {}
    seen: set[tuple[str, int]] = set()
    for row, (group, report) in enumerate(zip(groups, uses.report.tolist(), strict=True)):
        if (group, report) not in seen and len(taken.setdefault(group, [])) < top:
            taken[group].append(row)
            seen.add((group, report))
    company = Companions(index, phrase)
    rows = []
    for group, places in sorted(taken.items(), key=lambda x: x[1][0]):
        for rank, row in enumerate(places, start=1):
            told = quotes.row(uses, row)
            rows.append(
                {
                    "phrase": index.names[phrase],
                    **({by: group} if by != "all" else {}),
                    "rank": rank,
                    "count": int(index.reports[phrase]),
                    "first": index.first[phrase],
                    "wording": index.lists["forms"][int(uses.form[row])],
                    **told,
                    "level": LEVELS[int(index.level[uses.report[row]])],
                    "place": _name(index, place_codes(index, uses.only(slice(row, row + 1)))[0]),
                    "companions": company.in_unit(int(uses.unit[row])),
                    "gap_before": lacking.before(str(told["date"])) if rank == 1 else "",
                }
            )
    return rows


def spread(
    index: PhraseIndex, quotes: Quotes, phrase: int, scope: Scope = Scope(), *, over: str = "places"
) -> list[AnswerRow]:
    """Places, levels or speakers in the order in which they first use a phrase, with the days since its first use of all."""
    if over not in SPREAD_OVER:
        raise UsageError(f"cannot tell a spread over {over!r}; one of {', '.join(SPREAD_OVER)}")
    uses = _dated(index, phrase, scope)
    if over == "levels":
        groups = [LEVELS[n] for n in index.level[uses.report].tolist()]
    elif over == "speakers":
        groups = [index.lists["speakers"][s][1] if s >= 0 else "" for s in uses.speaker.tolist()]
    else:
        groups = place_codes(index, uses)
    first: dict[str, int] = {}
    reports: dict[str, set[int]] = {}
    for row, (group, report) in enumerate(zip(groups, uses.report.tolist(), strict=True)):
        if group:
            first.setdefault(group, row)
            reports.setdefault(group, set()).add(report)
    rows: list[AnswerRow] = []
    begin = _ordinal(str(index.dates[int(uses.report[0])])) if len(uses) else 0
    for order, (group, row) in enumerate(sorted(first.items(), key=lambda x: (x[1], x[0])), start=1):
        told = quotes.row(uses, row)
        where = (
            {"place": _name(index, group), "code": group, "place_level": index.lists["places"][group][1]}
            if over == "places"
            else {over[:-1]: group}
        )
        rows.append(
            {
                "phrase": index.names[phrase],
                "order": order,
                **where,
                "first": told["date"],
                "days_after": _ordinal(str(told["date"])) - begin,
                "count": len(reports[group]),
                **{k: v for k, v in told.items() if k not in where and k != "date"},
            }
        )
    return rows


def place_codes(index: PhraseIndex, uses: Uses) -> list[str]:
    """Division of each use: that of its report's place, else the one that its report or digest item is about; "" if neither."""
    codes = index.lists["codes"]
    return [
        index.homes[r] or (codes[a] if a >= 0 else "")
        for r, a in zip(uses.report.tolist(), uses.about.tolist(), strict=True)
    ]


def _dated(index: PhraseIndex, phrase: int, scope: Scope) -> Uses:
    uses = index.uses(phrase)
    dated: NDArray[np.bool_] = index.day[uses.report] >= 0
    return uses.only(scope.uses(index, uses) & dated)


def _ordinal(day: str) -> int:
    parts = [*map(int, day.split("-")), 1, 1][:3]
    return date(*parts).toordinal()


def _name(index: PhraseIndex, code: str) -> str:
    return str(index.lists["places"][code][0]) if code else ""
