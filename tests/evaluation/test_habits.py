"""Samples for manual inspection, and the measurement of confidence."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from graphkit.evaluation import sampling
from graphkit.extractors import checked, load_extractor
from graphkit.relations.confidence import calibrated
from graphkit.training import calibration
from tests.conftest import write_records

_RECORDS = [
    {
        "id": f"r{n}",
        "title": f"林知远调研{n}",
        "text": f"3月{n + 1}日，市委书记林知远来到青禾社区，看望<户>第{n}户居民</户>。",
    }
    for n in range(8)
]


def test_the_same_seed_draws_the_same_reports(tmp_path: Path) -> None:
    path = write_records(tmp_path / "r.jsonl", _RECORDS)
    first = [r.id for r in sampling.draw([path], 3, 5, "")]
    assert first == [r.id for r in sampling.draw([path], 3, 5, "")]
    assert len(first) == 3
    assert [r.id for r in sampling.draw([path], 20, 1, "调研3|调研4")] in (["r3", "r4"], ["r4", "r3"])


def test_samples_show_text_and_statements_side_by_side(tmp_path: Path) -> None:
    path = write_records(tmp_path / "r.jsonl", _RECORDS)
    readings = list(checked(load_extractor().read(sampling.draw([path], 2, 1, ""))))
    page = sampling.page(readings, frozenset())
    assert "<户>第" not in page
    assert "&lt;户&gt;第" in page
    assert "林知远 visited 青禾社区" in page
    out = io.StringIO()
    sampling.show(readings, frozenset({"visited"}), Console(file=out, width=140))
    assert "holds_post" not in out.getvalue()
    assert "visited" in out.getvalue()


def test_measured_precision_is_smoothed_towards_the_initial_value() -> None:
    judged = [calibration.Judged("r", "a.b", "visited", 0.9, True)] * 2 + [
        calibration.Judged("q", "a.b", "visited", 0.9, False)
    ] * 2
    ((share, number),) = calibration.shares(judged).values()
    assert number == 4
    assert 0.5 < share < 0.9


def test_the_reliability_table_counts_every_statement_once() -> None:
    rows = calibration.reliability([(0.92, True), (0.93, False), (0.97, True), (0.2, False)])
    assert sum(row[1] for row in rows) == 4
    assert {row[0]: row[3] for row in rows}["0.90–0.95"] == 0.5
    assert calibration.plot(rows).count("<circle") == len(rows)


def test_an_unknown_rule_keeps_its_initial_confidence() -> None:
    assert calibrated("no.rule", "visited", 0.5) == 0.5
    assert 0 < calibrated("posts.printed_with_name", "holds_post", 0.96) <= 0.98


def test_high_confidence_statements_are_correct_on_gold(each_gold_folder: Path) -> None:
    """On the gold set, nine in ten statements with a confidence of at least 0.9 are correct."""
    judged = calibration.from_gold(each_gold_folder / "dev.gold.jsonl", each_gold_folder / "dev.reports.jsonl")
    sure = [j.right for j in judged if j.first >= 0.9]
    assert len(sure) > 350
    assert sum(sure) / len(sure) >= 0.9
