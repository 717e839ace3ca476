"""The extractor that lets a model judge doubtful statements."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphkit.extractors.offline import OfflineExtractor
from graphkit.llm.extractor import JudgingExtractor
from graphkit.llm.judging import JUDGED_WRONG, decided, is_doubtful
from graphkit.model import Statement
from graphkit.recognition.tagger import Tagger
from tests.llm.fake_model import saying, serving
from tests.llm.reading import context_of, judging, read, triples
from tests.llm.reports import REPORT, TEXT

#: The range in which all statements of the invented report are doubtful.
ALL: dict[str, Any] = {"doubtful": (0.0, 1.0)}


def offline_statements() -> tuple[Statement, ...]:
    (reading,) = OfflineExtractor().read([REPORT])
    return reading.statements


def test_the_judge_is_asked_about_doubtful_statements_only(tmp_path: Path) -> None:
    with serving(judging({})) as model:
        reading = read(JudgingExtractor, model, tmp_path, doubtful=(0.9, 0.95))
        (raw,) = model.received
    asked = json.loads(json.loads(raw)["messages"][1]["content"])["statements"]
    within = [s for s in offline_statements() if 0.9 <= s.confidence <= 0.95 and s.status == "actual"]
    assert {(s.subject.name, s.object.name) for s in within} <= {(a["subject"], a["object"]) for a in asked}
    assert len(asked) < len(offline_statements())
    assert [a["number"] for a in asked] == list(range(1, len(asked) + 1))
    assert triples(reading) == {(s.subject.name, s.relation, s.object.name) for s in offline_statements()}


def test_without_doubtful_statements_nothing_is_sent(tmp_path: Path) -> None:
    with serving(judging({})) as model:
        reading = read(JudgingExtractor, model, tmp_path, doubtful=(0.0, 0.0))
        assert model.received == []
    assert len(reading.statements) == len(offline_statements())


def test_a_statement_that_is_judged_to_be_wrong_is_removed_and_counted(tmp_path: Path) -> None:
    with serving(judging({"优化营商环境": "wrong"})) as model:
        reading = read(JudgingExtractor, model, tmp_path, **ALL)
    before = {(s.subject.name, s.relation, s.object.name) for s in offline_statements()}
    assert before - triples(reading) == {("林知远", "emphasized", "优化营商环境")}
    assert triples(reading) <= before
    assert reading.refused == (f"llm-judge: {JUDGED_WRONG}",)


def test_a_confirmed_statement_is_kept_unless_a_kept_one_excludes_it(tagger: Tagger) -> None:
    context = context_of(REPORT, tagger)
    found = OfflineExtractor().verdicts(context)
    place, rejected = next((n, v) for n, v in enumerate(found) if v.kept and v.statement.relation == "visited")
    found[place] = replace(rejected, kept=False, probability=0.4)
    without, _ = decided(found, {}, TEXT)
    confirmed, refused = decided(found, {place: True}, TEXT)
    added = [s for s in confirmed if s not in without]
    assert [(s.object.name, s.confidence) for s in added] == [("石渡县白鹭洲社区", 0.4)]
    assert refused == []
    twice = [*found, replace(found[place], kept=True)]
    assert decided(twice, {place: True}, TEXT)[1] == [
        "the model confirmed a statement that a kept one repeats or excludes"
    ]


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        ("", "the verdict correct has no quote"),
        ("林知远没有强调", "the quote is not in the text"),
        ("县长陈若川陪同调研", "the quote is not in the sentence of the statement"),
    ],
)
def test_a_confirmation_needs_a_quote_of_the_sentence(quote: str, reason: str, tmp_path: Path) -> None:
    with serving(judging({"优化营商环境": "correct"}, {"优化营商环境": quote})) as model:
        reading = read(JudgingExtractor, model, tmp_path, **ALL)
    assert reading.refused == (f"llm-judge: {reason}",)
    assert len(reading.statements) == len(offline_statements())


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([{"number": 99, "verdict": "wrong", "quote": ""}], "was not asked about"),
        ([{"number": "1", "verdict": "wrong", "quote": ""}], "was not asked about"),
        ([{"number": 1, "verdict": "maybe", "quote": ""}], "there is no verdict 'maybe'"),
        (["wrong"], "an entry is not an object"),
        ([{"number": 1, "verdict": v, "quote": ""} for v in ("wrong", "unclear")], "contradicts itself"),
        ([{"number": 1, "verdict": "wrong", "quote": ""}] * 1000, "has more than"),
    ],
)
def test_verdicts_that_are_not_valid_change_nothing(entries: list[Any], reason: str, tmp_path: Path) -> None:
    with serving(saying(lambda _: json.dumps({"verdicts": entries}))) as model:
        reading = read(JudgingExtractor, model, tmp_path, **ALL)
    (refused,) = reading.refused
    assert reason in refused
    assert len(reading.statements) == len(offline_statements())


def test_only_weighed_statements_are_doubtful(tagger: Tagger) -> None:
    found = OfflineExtractor().verdicts(context_of(REPORT, tagger))
    assert not any(is_doubtful(v, (0, 1)) for v in found if v.statement.status != "actual")
