"""How often: lists, trends, tiers and movers. The unit is the report, the denominator the reports of the period that have text."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import UsageError
from graphkit.phrases.index.reader import SHOWN, VOICES, PhraseIndex
from graphkit.phrases.questions.scope import AnswerRow, Scope, days_of, gaps, per_report, period_of
from graphkit.phrases.questions.statistics import byar, discoveries, log_likelihood, p_value, wilson

TIERS = Path(__file__).parent.parent / "data" / "tiers.toml"
UNITS = ("reports", "characters")


def counts(index: PhraseIndex, scope: Scope) -> tuple[NDArray[np.int64], int]:
    """(N,) reports of the scope that use each phrase, and how many reports with text the scope has."""
    phrase, _ = per_report(index, scope)
    return np.bincount(phrase, minlength=len(index.names)), total(index, scope)


def total(index: PhraseIndex, scope: Scope) -> int:
    return int((scope.reports(index) & ~index.empty).sum())


def list_phrases(index: PhraseIndex, scope: Scope = Scope(), *, top: int = 50, least: float = SHOWN) -> list[AnswerRow]:
    """Phrases by the reports that use them, the commonest first."""
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


def trend(
    index: PhraseIndex, phrases: Sequence[int], scope: Scope, *, by: str = "month", per: str = "reports"
) -> list[AnswerRow]:
    """One row a phrase and period, periods without a use included: share with a 95% interval, and what the period lacks.

    per: `reports`: share of the period's reports; `characters`: mentions a million characters.
    """
    if per not in UNITS:
        raise UsageError(f"cannot count per {per!r}; one of {', '.join(UNITS)}")
    inside = scope.reports(index)
    period = period_of(index.dates, by)
    known = sorted({p for p, chosen in zip(period, inside.tolist(), strict=True) if chosen and p})
    number = {p: n for n, p in enumerate(known)}
    of_report = np.array(
        [number.get(p, -1) if chosen else -1 for p, chosen in zip(period, inside.tolist(), strict=True)]
    )
    dated = of_report >= 0
    reports = np.bincount(of_report[dated & ~index.empty], minlength=len(known))
    characters = np.bincount(of_report[dated], weights=index.characters[dated], minlength=len(known))
    lacking = gaps(index)
    rows = []
    for k in phrases:
        uses = index.uses(k)
        uses = uses.only(scope.uses(index, uses))
        there = of_report[uses.report]
        mentions = np.bincount(there[there >= 0], minlength=len(known))
        unique = of_report[np.unique(uses.report[~index.empty[uses.report]])]
        count = np.bincount(unique[unique >= 0], minlength=len(known))
        for n, name in enumerate(known):
            if per == "reports":
                value = count[n] / reports[n] if reports[n] else 0.0
                low, high = wilson(int(count[n]), int(reports[n]))
            else:
                scale = 1e6 / characters[n] if characters[n] else 0.0
                value, (low, high) = mentions[n] * scale, (x * scale for x in byar(int(mentions[n])))
            missing, empty = lacking.between(*days_of(name))
            rows.append(
                {
                    "phrase": index.names[k],
                    "period": name,
                    "count": int(count[n]),
                    "mentions": int(mentions[n]),
                    "reports": int(reports[n]),
                    "share" if per == "reports" else "per_million": float(value),
                    "low": float(low),
                    "high": float(high),
                    "first": index.first[k],
                    "missing_days": missing,
                    "empty_reports": empty,
                }
            )
    return rows


@dataclass(frozen=True, slots=True)
class Tier:
    """least: of a tier, in reports of a thousand."""

    name: str
    least: float


def read_tiers(path: Path = TIERS) -> list[Tier]:
    """Tiers of a file, the highest first. Raises UsageError when it cannot be read."""
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
    """Phrases of a year by tiers of use, with their tier of the year before. top: at most so many of each tier, 0 for all."""
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
    """Tiers upward, negative for downward; being in none is one below the lowest."""
    place = {t.name: len(steps) - n for n, t in enumerate(steps)}
    return place.get(new, 0) - place.get(old, 0)


def movers(index: PhraseIndex, scope: Scope, before: Scope, *, top: int = 50, least: float = SHOWN) -> list[AnswerRow]:
    """Phrases whose share changed most between two periods, the surest change first, with a test.

    score: signed root of G² of the two shares; p two-sided; q the false discovery rate over all phrases.
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
