"""Precision and recall of merges on manually judged pairs of mentions (pairs.tsv)."""

from __future__ import annotations

from pathlib import Path

import pytest

import graphkit
from graphkit.model import Mention, Report, Statement
from graphkit.resolution.resolver import Resolution

_FILE = Path(__file__).parent / "pairs.tsv"


@pytest.mark.corpus
@pytest.mark.xdist_group("corpus")
def test_precision_and_recall_of_merges_reach_their_thresholds(corpus_graph: graphkit.Graph) -> None:
    pairs = [line.split("\t") for line in _FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(pairs) >= 300
    assert sum(p[5] == "0" for p in pairs) >= 140
    names = {p[2] for p in pairs} | {p[4] for p in pairs}
    wanted = {p[1] for p in pairs} | {p[3] for p in pairs}
    # Persons with the same name are distinguished by all reports that name them, not by two alone.
    people = {p[2] for p in pairs if p[0] == "Person"}
    kept = [r for r in corpus_graph.reports() if r.id in wanted or any(n in r.text for n in people)]
    reports = [Report(r.id, r.text, r.title, r.date) for r in kept]
    read = {r.id for r in kept}
    statements = [s for s in corpus_graph.statements() if s.report in read]
    resolution = Resolution.of(reports, statements)
    found: dict[tuple[str, str, str], tuple[Statement, Mention]] = {}
    for s in statements:
        for m in (s.subject, s.object):
            if m.name in names:
                found.setdefault((s.report, m.type, m.name), (s, m))
    right = wrong = missed = unread = 0
    for kind, a, name, b, other, same in pairs:
        one, two = found.get((a, kind, name)), found.get((b, kind, other))
        if one is None or two is None:
            unread += 1
            continue
        joined = resolution.entity(*one).id == resolution.entity(*two).id
        right += joined and same == "1"
        wrong += joined and same == "0"
        missed += not joined and same == "1"
    assert unread <= 15
    assert right / (right + wrong) >= 0.98
    assert right / (right + missed) >= 0.90
