"""Explaining a report changes nothing in what is read from it."""

from __future__ import annotations

import subprocess
import sys
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import pytest

import graphkit
from graphkit.errors import UsageError
from graphkit.explain import Explanation, explain
from graphkit.explain.events import Stage
from graphkit.extractors import checked, load_extractor
from graphkit.model import Report, Statement
from graphkit.reading import read_paths
from tests.conftest import ROOT

TEXT = "3月2日，市委书记王建国到青石县调研。王建国来到白云社区。"
#: Largest share of reasons that contain code of the reading modules in place of English.
MOST_CODE = 0.01


def reports(path: Path, number: int) -> list[Report]:
    return list(islice((r for r in read_paths([path]) if isinstance(r, Report)), number))


@pytest.fixture(scope="module")
def explanations() -> list[Explanation]:
    """Invented reports of the project with their explanations."""
    chosen = reports(ROOT / "examples" / "reports", 20) + reports(ROOT / "gold" / "dev.reports.jsonl", 12)
    return [explain(report) for report in chosen]


def test_the_statements_are_those_of_extract(explanations: list[Explanation]) -> None:
    extractor = load_extractor()
    for explanation in explanations:
        (reading,) = checked(extractor.read([explanation.report]))
        assert explanation.statements == reading.statements
    assert sum(len(e.statements) for e in explanations) > 200


def test_the_accepted_events_are_exactly_the_statements(explanations: list[Explanation]) -> None:
    for explanation in explanations:
        accepted: list[Statement] = [
            e.statement for s in explanation.sentences for e in s.events if e.accepted and e.statement is not None
        ]
        assert sorted(s.id for s in accepted) == sorted(s.id for s in explanation.statements), explanation.report.id


def test_the_verdicts_of_the_merger_are_what_the_default_extractor_returns() -> None:
    extractor = load_extractor("offline")
    rejected = 0
    for report in reports(ROOT / "examples" / "reports", 4):
        explanation = explain(report, "offline")
        (reading,) = checked(extractor.read([report]))
        assert explanation.statements == reading.statements
        events = [e for s in explanation.sentences for e in s.events if e.stage is Stage.MERGING]
        accepted = [e.statement.id for e in events if e.accepted and e.statement is not None]
        assert sorted(accepted) == sorted(s.id for s in reading.statements)
        assert all(0 <= e.score <= 1 and e.reason for e in events)
        rejected += sum(not e.accepted for e in events)
    assert rejected > 20


def test_an_extractor_of_another_package_is_not_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphkit.explain.run.load_extractor", lambda name: SimpleNamespace(name="theirs"))
    with pytest.raises(UsageError, match="'theirs' is not explained"):
        explain(Report("report", TEXT), "theirs")


def test_every_statement_is_in_the_sentence_of_its_quote(explanations: list[Explanation]) -> None:
    for explanation in explanations:
        for sentence in explanation.sentences:
            for event in sentence.events:
                assert 0 <= event.start < event.end <= len(explanation.report.text)
                if event.statement is not None:
                    assert (sentence.start, sentence.end) == (event.statement.start, event.statement.end)


def test_subjects_that_are_persons_were_proposed(explanations: list[Explanation]) -> None:
    for explanation in explanations:
        names = [e for s in explanation.sentences for e in s.events if e.name == "person" and e.accepted]
        persons = {explanation.report.text[e.start : e.end] for e in names}
        holders = {s.subject.name for s in explanation.statements if s.relation == "holds_post"}
        assert {"".join(p.split()) for p in persons} >= holders, explanation.report.id


def test_reasons_are_in_english(explanations: list[Explanation]) -> None:
    reasons = [e.reason for x in explanations for s in x.sentences for e in s.events if not e.accepted]
    assert all(reasons)
    code = [r for r in reasons if "`" in r]
    assert len(code) < MOST_CODE * len(reasons), sorted(set(code))


def test_nothing_is_traced_outside_of_explain() -> None:
    assert sys.gettrace() is None
    before = graphkit.extract(TEXT).statements
    explain(Report("report", TEXT))
    assert sys.gettrace() is None
    assert graphkit.extract(TEXT).statements == before


def test_an_active_trace_function_is_restored_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("interrupted")

    def own(*_: object) -> None:
        return None

    monkeypatch.setattr("graphkit.extractors.offline.mark_persons", fail)
    sys.settrace(own)
    try:
        with pytest.raises(RuntimeError):
            explain(Report("report", TEXT))
        assert sys.gettrace() is own
    finally:
        sys.settrace(None)


def test_extraction_does_not_load_the_recorder() -> None:
    code = (
        "import sys, graphkit\n"
        f"assert graphkit.extract({TEXT!r}).statements\n"
        "assert not [m for m in sys.modules if m.startswith('graphkit.explain')]\n"
        "assert sys.gettrace() is None\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
