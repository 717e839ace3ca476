"""Scores of an extractor against decisions: accepted and corrected statements are gold, rejected ones are errors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from graphkit.decisions.application import is_meant
from graphkit.decisions.model import Decision, Verdict
from graphkit.evaluation.scoring import Counts, Score, Triple
from graphkit.model import Reading


def score_decisions(decisions: Sequence[Decision], readings: Iterable[Reading]) -> Score:
    """Return scores by relation over the statements with decisions; undecided statements are not counted.

    Reports with decisions that are not among the readings are listed as `missing`.
    """
    of_report: dict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        if decision.verdict in (Verdict.accept, Verdict.reject, Verdict.mend):
            of_report[decision.report].append(decision)
    counts: dict[str, Counts] = defaultdict(Counts)
    found = Score(relations=counts)
    for reading in readings:
        for decision in of_report.pop(reading.report.id, ()):
            wanted = replace(decision, about={**decision.about, **decision.about.get("instead", {})})
            relation = str(wanted.about["relation"])
            if decision.verdict is not Verdict.accept and _says(reading, decision):
                counts[str(decision.about["relation"])].wrong += 1
                found.wrong.append((reading.report.id, _triple(decision)))
            if decision.verdict is not Verdict.reject:
                if _says(reading, wanted):
                    counts[relation].found += 1
                else:
                    counts[relation].missed += 1
                    found.missed.append((reading.report.id, _triple(wanted)))
    found.missing = tuple(sorted(of_report))
    found.relations = dict(sorted(counts.items()))
    return found


def _says(reading: Reading, decision: Decision) -> bool:
    return any(is_meant(s, decision, reading.report) for s in reading.statements)


def _triple(decision: Decision) -> Triple:
    about = decision.about
    return {
        "s": about["subject"]["name"],
        "r": about["relation"],
        "o": about["object"]["name"],
        "evidence": about["quote"],
    }
