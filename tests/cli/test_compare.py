"""`graphkit compare`, and the other commands with an extractor of a language model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.evaluation.comparison import Agreement, Comparison
from graphkit.evaluation.gold import gold_record
from graphkit.model import Mention, Reading, Report, Statement, Status
from tests.commands import run_command
from tests.llm.fake_model import FakeModel, item, of_passage, saying, serving
from tests.llm.reports import KNOWN, TEXT

#: A statement that the offline extractors do not make.
OWN = item("pursues", "石渡县", "项目推进会", "石渡县将召开项目推进会", "Place", "planned")


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModel]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRAPHKIT_EXTRACTOR", "fast")
    monkeypatch.delenv("GRAPHKIT_LLM", raising=False)
    (tmp_path / "tour.txt").write_text(TEXT, encoding="utf-8")
    with serving(saying(of_passage([*KNOWN, OWN]))) as found:
        (tmp_path / "llm.toml").write_text(
            f'url = "{found.url}"\nmodel = "invented-1"\ncache = "answers"\nattempts = 1\n', encoding="utf-8"
        )
        yield found


def rows(words: str) -> Any:
    return json.loads(words)


def test_the_comparison_counts_and_lists_differences(model: FakeModel) -> None:
    done = run_command("compare", "fast", "llm", "tour.txt", "--llm", "llm.toml", "--format", "json")
    assert done.returncode == 0, done.stderr
    found = rows(done.stdout)
    by_relation = {row["relation"]: row for row in found["agreement"]}
    assert by_relation["pursues"] == {"relation": "pursues", "both": 0, "A only": 0, "B only": 1, "agreement": 0.0}
    assert by_relation["visited"]["both"] == 1
    total = by_relation["all"]
    assert total["A only"] + total["B only"] >= len(found["differences"]) > 0
    own = next(row for row in found["differences"] if row["relation"] == "pursues")
    assert (own["A"], own["B"]) == ("", "石渡县 → 项目推进会 (planned)")
    assert own["quote"] in TEXT
    assert "1 requests, 1 answers and 0 stored ones" in done.stderr
    again = run_command("compare", "llm", "fast", "tour.txt", "--llm", "llm.toml", "--format", "json")
    assert {row["relation"]: row["A only"] for row in rows(again.stdout)["agreement"]}["pursues"] == 1
    assert "0 requests, 0 answers and 1 stored ones" in again.stderr
    assert len(model.received) == 1


@pytest.mark.parametrize("format_", ["table", "csv"])
def test_the_other_formats(format_: str, model: FakeModel) -> None:
    done = run_command("compare", "fast", "llm", "tour.txt", "--llm", "llm.toml", "--format", format_)
    assert "石渡县 → 项目推进会 (planned)" in done.stdout
    assert ("agreement" in done.stdout) == (format_ == "table")


def test_differences_are_sent_to_review_and_decided(model: FakeModel, tmp_path: Path) -> None:
    done = run_command("compare", "fast", "llm", "tour.txt", "--llm", "llm.toml", "--to-review", "differences")
    assert done.returncode == 0, done.stderr
    assert "graphkit review --graph differences" in done.stderr
    listed = run_command("review", "--graph", "differences", "--list", "--format", "json", "--top", "100")
    undecided = rows(listed.stdout)
    assert any("项目推进会" in json.dumps(row, ensure_ascii=False) for row in undecided)
    with graphkit.open("differences") as graph:
        statements = list(graph.statements())
        assert {s.extractor for s in statements} == {"compare"}
        assert len({s.rule == "llm" for s in statements}) == 2
        assert len(statements) == len(undecided)
        assert list(graph.validate()) == []
        own = next(s for s in statements if s.relation == "pursues")
    assert run_command("review", "--graph", "differences", "--accept", own.id).returncode == 0
    run_command("review", "--graph", "differences", "--export", "decisions.jsonl")
    # The decision is valid for a graph of the offline extractor, which does not make this statement.
    assert run_command("build", "tour.txt", "--graph", "main", "--fast").returncode == 0
    imported = run_command("review", "--graph", "main", "--import", "decisions.jsonl")
    assert imported.returncode == 0, imported.stderr
    with graphkit.open("main") as graph:
        assert [s.confidence for s in graph.statements() if s.relation == "pursues"] == [1.0]
    for extractor, recall in (("llm", 1.0), ("fast", 0.0)):
        scored = run_command(
            *("evaluate", "decisions.jsonl", "--graph", "main", "--format", "json", "--extractor", extractor),
            *(("--llm", "llm.toml") if extractor == "llm" else ()),
        )
        assert rows(scored.stdout)["relations"]["pursues"]["r"] == recall


def test_a_folder_that_is_not_empty_is_not_changed(model: FakeModel, tmp_path: Path) -> None:
    done = run_command("compare", "fast", "llm", "tour.txt", "--llm", "llm.toml", "--to-review", ".")
    assert done.returncode == 2
    assert "the folder is not empty" in done.stderr
    assert model.received == []


def test_two_extractors_are_needed(model: FakeModel) -> None:
    done = run_command("compare", "fast", "fast", "tour.txt")
    assert done.returncode == 2
    assert "the same extractor" in done.stderr


@pytest.mark.parametrize("extractor", ["llm", "llm-propose", "llm-judge"])
def test_evaluate_measures_the_model(extractor: str, model: FakeModel, tmp_path: Path) -> None:
    (reading,) = _read_known(tmp_path)
    (tmp_path / "gold.jsonl").write_text(json.dumps(gold_record(reading), ensure_ascii=False) + "\n", encoding="utf-8")
    done = run_command(
        *("evaluate", "gold.jsonl", "--reports", "tour.txt", "--format", "json"),
        *("--extractor", extractor, "--llm", "llm.toml"),
    )
    assert done.returncode == 0, done.stderr
    expected = 1.0 if extractor == "llm" else 0.5
    assert rows(done.stdout)["micro"]["f"] >= expected
    assert "language model invented-1: " in done.stderr
    assert extractor != "llm-judge" or "has no list verdicts" in done.stderr


def _read_known(folder: Path) -> list[Reading]:
    from graphkit.building import Outcome, read_in_chunks
    from graphkit.extractors import load_extractor
    from graphkit.llm import read_settings, using

    with using(read_settings(folder / "llm.toml")):
        return list(read_in_chunks([folder / "tour.txt"], load_extractor("llm"), Outcome()))


def test_prices_give_an_estimate_and_a_cost(model: FakeModel) -> None:
    done = run_command("extract", "tour.txt", "--extractor", "llm", "--llm", "llm.toml", "--price", "0.4/1.6")
    assert "llm: estimate for 1 reports: 1 requests without a stored answer, at most " in done.stderr
    assert "1,000 input and 100 output tokens, cost 0.0006" in done.stderr
    assert len(done.stdout.splitlines()) == len(KNOWN)


def test_an_estimate_above_the_budget_sends_nothing(model: FakeModel) -> None:
    done = run_command(
        *("build", "tour.txt", "--graph", "graph", "--extractor", "llm", "--llm", "llm.toml"),
        *("--price", "400/1600", "--max-cost", "0.5"),
    )
    assert done.returncode == 2
    assert "more than --max-cost 0.5; no request was sent" in done.stderr
    assert model.received == []


def test_the_budget_stops_the_command(model: FakeModel) -> None:
    done = run_command(
        *("extract", "tour.txt", "--extractor", "llm", "--llm", "llm.toml"),
        *("--price", "4/1600", "--max-cost", "1"),
    )
    assert done.returncode == 3
    assert "stopped before a request that could cost" in done.stderr
    assert model.received == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--extractor", "fast", "--max-cost", "1"], "need an extractor of a language model"),
        (["--extractor", "fast", "--llm", "llm.toml"], "need an extractor of a language model"),
        (["--extractor", "llm", "--llm", "llm.toml", "--max-cost", "1"], "the prices are needed"),
        (["--extractor", "llm", "--llm", "llm.toml", "--price", "1"], "expected two numbers"),
        (["--extractor", "llm", "--llm", "llm.toml", "--price", "-1/2"], "is not between 0"),
        (["--extractor", "llm", "--llm", "nothing.toml"], "nothing.toml: the settings"),
        (["--extractor", "llm"], "needs url"),
    ],
)
def test_options_without_effect_and_missing_settings_are_usage_errors(
    options: list[str], message: str, model: FakeModel
) -> None:
    done = run_command("extract", "tour.txt", *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert model.received == []


def test_a_report_that_is_not_answered_is_listed_and_retried(model: FakeModel, tmp_path: Path) -> None:
    answering, model.behaviour = model.behaviour, lambda handler: handler.send(500, b"{}")
    options = ("--graph", "graph", "--extractor", "llm", "--llm", "llm.toml")
    done = run_command("build", "tour.txt", *options)
    assert done.returncode == 1
    assert "the extractor llm failed: the server answered with status 500" in done.stderr
    model.behaviour = answering
    done = run_command("retry", *options)
    assert done.returncode == 0, done.stderr
    with graphkit.open("graph") as graph:
        assert len(list(graph.statements())) == len(KNOWN) + 1


def test_reasons_of_refused_statements_are_printed_with_their_numbers(model: FakeModel) -> None:
    wrong = [{**KNOWN[0], "quote": "林知远来到石渡县"}, {**KNOWN[0], "relation": "married_to"}]
    model.behaviour = saying(lambda _: json.dumps({"statements": [*KNOWN, *wrong, wrong[0]]}))
    done = run_command("extract", "tour.txt", "--extractor", "llm", "--llm", "llm.toml")
    assert "2 statements were rejected: llm: the quote is not in the text" in done.stderr
    assert "1 statement was rejected: llm: there is no relation …" in done.stderr


def statement(subject: str, relation: str, obj: str, **changes: Any) -> Statement:
    mentions = [Mention("Person", subject, 0, 1), Mention("Place", obj, 1, 2)]
    found = {"report": "r", "start": 0, "end": 9, "rule": "x", **changes}
    return Statement(subject=mentions[0], relation=relation, object=mentions[1], **found)


def compare(first: list[Statement], second: list[Statement]) -> Comparison:
    report, found = Report("r", "市委书记林知远到石渡县调研。"), Comparison()
    found.add(Reading(report, tuple(first)), Reading(report, tuple(second)))
    return found


def test_names_match_as_in_the_evaluation() -> None:
    same = compare([statement("林知远", "visited", "石渡县")], [statement("林知远", "visited", "云泽市石渡县")])
    assert (same.total, same.differences) == (Agreement(both=1), [])


@pytest.mark.parametrize(
    "other",
    [
        statement("林知远", "visited", "青槐县"),
        statement("林知远", "visited", "石渡县", status=Status.PLANNED),
        statement("容清越", "visited", "石渡县"),
    ],
)
def test_statements_about_the_same_thing_are_side_by_side(other: Statement) -> None:
    found = compare([statement("林知远", "visited", "石渡县")], [other])
    assert found.total == Agreement(first=1, second=1)
    assert [len(d.statements) for d in found.differences] == [2]


@pytest.mark.parametrize(
    "other",
    [
        statement("林知远", "attended", "石渡县"),
        statement("容清越", "visited", "青槐县"),
        statement("林知远", "visited", "青槐县", start=9, end=12),
    ],
)
def test_other_statements_are_different_rows(other: Statement) -> None:
    found = compare([statement("林知远", "visited", "石渡县")], [other])
    assert [len(d.statements) for d in found.differences] == [1, 1]


def test_agreement_is_one_without_statements() -> None:
    assert compare([], []).total.share == 1.0
    assert Agreement(both=1, first=1, second=2).share == pytest.approx(0.4)
