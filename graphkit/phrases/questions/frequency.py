"""Frequencies: lists, trends, tiers and movers.

They count reports and divide by the reports of the period that have text.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import UsageError
from graphkit.phrases.index.reader import SHOWN, VOICES, PhraseIndex
from graphkit.phrases.questions.scope import AnswerRow, Scope, days_of, gaps, per_report, period_of
from graphkit.phrases.questions.statistics import byar, discoveries, log_likelihood, p_value, wilson

TIERS = Path(__file__).parent.parent / "data" / "tiers.toml"
UNITS = ("reports", "characters")


def counts(index: PhraseIndex, scope: Scope) -> tuple[NDArray[np.int64], int]:
    """Return (N,) the reports of the scope that use each phrase, and the number of reports with text."""
    phrase, _ = per_report(index, scope)
    return np.bincount(phrase, minlength=len(index.names)), total(index, scope)


def total(index: PhraseIndex, scope: Scope) -> int:
    """Return the number of reports of the scope that have text."""
    return int((scope.reports(index) & ~index.empty).sum())


def list_phrases(index: PhraseIndex, scope: Scope = Scope(), *, top: int = 50, least: float = SHOWN) -> list[AnswerRow]:
    """Return the phrases with the number of reports that use them, the most frequent first."""
    count, reports = counts(index, scope)
    chosen = np.flatnonzero((count > 0) & index.shown(least))
    chosen = chosen[np.lexsort((chosen, -count[chosen]))][:top]
    rows = []
    for k in chosen.tolist():
        uses = index.uses(k)
        uses = uses.only(scope.uses(index, uses))
        voice = np.bincount(uses.voice, minlength=len(VOICES))
        dates = [d for r in uses.report.tolist() if (d := index.dates[r])] or [""]
        rows.append(
            {
                "phrase": index.names[k],
                "count": int(count[k]),
                "mentions": len(uses),
                "share": float(count[k] / reports) if reports else 0.0,
                "first": dates[0],
                "last": dates[-1],
                **{name: int(voice[n]) for n, name in enumerate(VOICES)},
                "variants": [w for w, _ in index.forms(k)[1:6]],
                "score": round(float(index.quality[k]), 3),
            }
        )
    return rows


@dataclass(frozen=True, slots=True)
class _Periods:
    """The P periods of a scope in order.

    of_report: (R,) the period of each report, -1 if none; reports, characters: (P,) reports with text, and their
    characters.
    """

    names: list[str]
    of_report: NDArray[np.int64]
    reports: NDArray[np.int64]
    characters: NDArray[Any]

    def count(self, reports: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return (P,) how many of these reports are in each period."""
        found = self.of_report[reports]
        return np.bincount(found[found >= 0], minlength=len(self.names))


def _periods(index: PhraseIndex, scope: Scope, by: str) -> _Periods:
    chosen = scope.reports(index).tolist()
    period = [p if inside else "" for p, inside in zip(period_of(index.dates, by), chosen, strict=True)]
    names = sorted({p for p in period if p})
    number = {p: n for n, p in enumerate(names)}
    of_report = np.array([number.get(p, -1) for p in period])
    dated = of_report >= 0
    reports = np.bincount(of_report[dated & ~index.empty], minlength=len(names))
    characters = np.bincount(of_report[dated], weights=index.characters[dated], minlength=len(names))
    return _Periods(names, of_report, reports, characters)


def _share(count: int, reports: int) -> tuple[float, float, float]:
    """Return the share of the reports with its 95% interval."""
    return count / reports if reports else 0.0, *wilson(count, reports)


def _density(mentions: int, characters: float) -> tuple[float, float, float]:
    """Return the mentions per million characters with their 95% interval."""
    scale = 1e6 / characters if characters else 0.0
    low, high = byar(mentions)
    return mentions * scale, low * scale, high * scale


def trend(
    index: PhraseIndex, phrases: Sequence[int], scope: Scope, *, by: str = "month", per: str = "reports"
) -> list[AnswerRow]:
    """Return one row for each phrase and period, also for periods without a use.

    per: `reports` for the share of the period's reports, `characters` for the mentions per million characters, both
    with a 95% interval. missing_days, empty_reports: gaps of the collection in the period.
    """
    if per not in UNITS:
        raise UsageError(f"cannot count per {per!r}; one of {', '.join(UNITS)}")
    periods = _periods(index, scope, by)
    lacking = gaps(index)
    rows = []
    for k in phrases:
        uses = index.uses(k)
        uses = uses.only(scope.uses(index, uses))
        mentions = periods.count(uses.report)
        count = periods.count(np.unique(uses.report[~index.empty[uses.report]]))
        for n, name in enumerate(periods.names):
            if per == "reports":
                value, low, high = _share(int(count[n]), int(periods.reports[n]))
            else:
                value, low, high = _density(int(mentions[n]), float(periods.characters[n]))
            missing, empty = lacking.between(*days_of(name))
            rows.append(
                {
                    "phrase": index.names[k],
                    "period": name,
                    "count": int(count[n]),
                    "mentions": int(mentions[n]),
                    "reports": int(periods.reports[n]),
                    "share" if per == "reports" else "per_million": value,
                    "low": low,
                    "high": high,
                    "first": index.first[k],
                    "missing_days": missing,
                    "empty_reports": empty,
                }
            )
    return rows


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier of use. least: its lower limit in reports per thousand."""

    name: str
    least: float


def read_tiers(path: Path = TIERS) -> list[Tier]:
    """Return the tiers of a file, the highest first. Raises UsageError if it cannot be read."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        found = [Tier(str(t["name"]), float(t["least"])) for t in table["tier"]]
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path} is no file of tiers: {error}; see graphkit/phrases/data/tiers.toml") from None
    return sorted(found, key=lambda t: -t.least)


def tiers(
    index: PhraseIndex,
    year: int,
    scope: Scope = Scope(),
    *,
    levels: Sequence[Tier] = (),
    top: int = 0,
    least: float = SHOWN,
) -> list[AnswerRow]:
    """Return the phrases of a year by tiers of use, with their tier of the year before.

    top: maximum number of phrases of each tier, 0 for all.
    """
    steps = list(levels) or read_tiers()
    now, reports = counts(index, _year(scope, year))
    before, earlier = counts(index, _year(scope, year - 1))
    rows: list[AnswerRow] = []
    filled: dict[str, int] = {}
    shown = np.flatnonzero(((now > 0) | (before > 0)) & index.shown(least))
    for k in shown[np.lexsort((shown, -now[shown]))].tolist():
        tier, old = _tier(steps, int(now[k]), reports), _tier(steps, int(before[k]), earlier)
        if not tier and not old:
            continue
        filled[tier] = filled.get(tier, 0) + 1
        if top and filled[tier] > top:
            continue
        rows.append(
            {
                "phrase": index.names[k],
                "tier": tier,
                "count": int(now[k]),
                "per_thousand": float(1000 * now[k] / reports) if reports else 0.0,
                "tier_before": old,
                "count_before": int(before[k]),
                "moved": _moved(steps, old, tier),
                "first": index.first[k],
            }
        )
    return rows


def _year(scope: Scope, year: int) -> Scope:
    return Scope(f"{year:04d}", f"{year:04d}", scope.levels, scope.voices, scope.place)


def _tier(steps: Sequence[Tier], count: int, reports: int) -> str:
    return next((t.name for t in steps if count and reports and 1000 * count / reports >= t.least), "")


def _moved(steps: Sequence[Tier], old: str, new: str) -> int:
    """Return by how many tiers a phrase moved up, negative for down. Below the lowest tier is one tier more."""
    place = {t.name: len(steps) - n for n, t in enumerate(steps)}
    return place.get(new, 0) - place.get(old, 0)


def movers(index: PhraseIndex, scope: Scope, before: Scope, *, top: int = 50, least: float = SHOWN) -> list[AnswerRow]:
    """Return the phrases whose share changed between two periods, the most significant change first.

    score: signed root of G² of the two shares; p: two-sided; q: false discovery rate over all phrases.
    """
    now, reports = counts(index, scope)
    old, earlier = counts(index, before)
    chosen = np.flatnonzero((now + old > 0) & index.shown(least))
    score = log_likelihood(now[chosen], reports, old[chosen], earlier)
    p = p_value(score)
    q = discoveries(p)
    rows = []
    for n in np.lexsort((chosen, -np.abs(score)))[:top].tolist():
        k = int(chosen[n])
        share, share_before = now[k] / max(reports, 1), old[k] / max(earlier, 1)
        rows.append(
            {
                "phrase": index.names[k],
                "count": int(now[k]),
                "count_before": int(old[k]),
                "share": float(share),
                "share_before": float(share_before),
                "change": float(share - share_before),
                "score": round(float(score[n]), 3),
                "p": float(p[n]),
                "q": float(q[n]),
                "first": index.first[k],
            }
        )
    return rows
