"""First uses of a phrase in the collection, by place, level or speaker, and the gaps of the collection before them."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import UsageError
from graphkit.phrases.index.reader import LEVELS, PhraseIndex, Uses
from graphkit.phrases.questions.cooccurrence import Companions
from graphkit.phrases.questions.quotes import Quotes
from graphkit.phrases.questions.scope import AnswerRow, Scope, gaps

#: By what the first uses can be grouped, and what a spread can list.
FIRST_BY = ("all", "level", "place")
SPREAD_OVER = ("places", "levels", "speakers")


def first_uses(
    index: PhraseIndex, quotes: Quotes, phrase: int, scope: Scope = Scope(), *, by: str = "all", top: int = 3
) -> list[AnswerRow]:
    """Return one row for each of the first `top` reports that use a phrase, with `by` of each level or place.

    gap_before: the nearest gap of the collection before the first report. companions: those of the phrases that most
    often occur together with this one that are in the same report. A use without any can be of another entity with
    the same name.
    """
    if by not in FIRST_BY:
        raise UsageError(f"cannot tell first uses by {by!r}; one of {', '.join(FIRST_BY)}")
    uses = _dated(index, phrase, scope)
    lacking = gaps(index)
    taken = _first_of_each(_groups(index, uses, by), uses, top)
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


def _groups(index: PhraseIndex, uses: Uses, by: str) -> list[str]:
    if by == "level":
        return [LEVELS[n] or "unknown" for n in index.level[uses.report].tolist()]
    if by == "place":
        return [_name(index, code) or "unknown" for code in place_codes(index, uses)]
    return [""] * len(uses)


def _first_of_each(groups: list[str], uses: Uses, top: int) -> dict[str, list[int]]:
    """Return for each group its uses in the first `top` reports, one for each report."""
    taken: dict[str, list[int]] = {}
    seen: set[tuple[str, int]] = set()
    for row, (group, report) in enumerate(zip(groups, uses.report.tolist(), strict=True)):
        if (group, report) not in seen and len(taken.setdefault(group, [])) < top:
            taken[group].append(row)
            seen.add((group, report))
    return taken


def spread(
    index: PhraseIndex, quotes: Quotes, phrase: int, scope: Scope = Scope(), *, over: str = "places"
) -> list[AnswerRow]:
    """Return places, levels or speakers in the order of their first use, with the days since the first use of all."""
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
    """Return the division of each use: of its report, else the one that its report or digest item is about, else ""."""
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
