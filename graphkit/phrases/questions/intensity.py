"""How strongly a phrase is promoted, by the words before it on a scale of seven steps."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from graphkit.ledger import Ledger
from graphkit.phrases.index.reader import PhraseIndex, Uses
from graphkit.phrases.keys import BREAKS
from graphkit.phrases.questions.scope import AnswerRow, Scope, days_of, gaps, period_of

#: Characters before a phrase, in the same clause, in which the words of the scale are searched.
REACH = 12


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the scale. level: 1 is the weakest."""

    level: int
    name: str
    words: tuple[str, ...]


@cache
def scale() -> tuple[Step, ...]:
    """Return the steps of data/ladder.toml, the weakest first."""
    table = tomllib.loads((Path(__file__).parent.parent / "data" / "ladder.toml").read_text(encoding="utf-8"))
    return tuple(Step(int(s["level"]), str(s["name"]), tuple(s["words"])) for s in table["step"])


def intensity(
    index: PhraseIndex, ledger: Ledger, phrase: int, scope: Scope = Scope(), *, by: str = "month"
) -> list[AnswerRow]:
    """Return for each period the mean and the highest step of the scale, over the uses that have a step.

    A use has the highest step of the words before it in its clause and of the first word of the phrase itself.
    """
    uses = index.uses(phrase)
    uses = uses.only(scope.uses(index, uses) & (index.day[uses.report] >= 0))
    period = period_of(index.dates, by)
    found: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    for report, level, word in _graded(index, ledger, index.names[phrase], uses):
        found[period[report]].append((level, word, report))
    lacking = gaps(index)
    rows = []
    for name in sorted(found):
        graded = [(level, word) for level, word, _ in found[name] if level]
        levels = [level for level, _ in graded]
        missing, empty = lacking.between(*days_of(name))
        rows.append(
            {
                "phrase": index.names[phrase],
                "period": name,
                "count": len({r for _, _, r in found[name]}),
                "mentions": len(found[name]),
                "graded": len(graded),
                "mean": round(float(np.mean(levels)), 3) if levels else None,
                "highest": max(levels, default=None),
                "word": max(graded)[1] if graded else "",
                **{f"step_{s.level}_{s.name}": levels.count(s.level) for s in scale()},
                "first": index.first[phrase],
                "missing_days": missing,
                "empty_reports": empty,
            }
        )
    return rows


def _graded(index: PhraseIndex, ledger: Ledger, name: str, uses: Uses) -> Iterator[tuple[int, int, str]]:
    """Yield for each use its report, its step (0 if none) and the word of the scale."""
    step_of = {word: step.level for step in scale() for word in step.words}
    longest = max(map(len, step_of))
    texts: dict[int, str] = {}
    for row, report in enumerate(uses.report.tolist()):
        if report not in texts:
            stored = ledger.report(index.report_ids[report])
            texts[report] = stored.report.text if stored else ""
        start = int(uses.start[row])
        clause = texts[report][max(0, start - REACH) : start]
        clause = clause[max((clause.rfind(c) + 1 for c in BREAKS), default=0) :] + name[:longest]
        steps = [
            (step_of[clause[a:b]], clause[a:b])
            for a in range(len(clause))
            for b in range(a + 1, min(a + longest, len(clause)) + 1)
            if clause[a:b] in step_of
        ]
        yield report, *max(steps, default=(0, ""))
