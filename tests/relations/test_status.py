"""Planned, urged and denied events are never actual: the cases of status_cases.txt, and the same events as facts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import graphkit
from graphkit.model import Statement

_LINE = re.compile(
    r"(?P<text>.+?) => (?P<subject>\S+) (?P<relation>\S+) (?:(?P<kind>\w+)=)?(?P<object>\S+) : (?P<status>\w+)"
)
_CASES = [
    line
    for line in (Path(__file__).parent / "status_cases.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


def _names(said: str, wanted: str) -> bool:
    return said in wanted or wanted in said


def _matching(case: re.Match[str]) -> list[Statement]:
    reading = graphkit.extract(case["text"], date="2024-09-05", place="山西省临汾市")
    return [
        s
        for s in reading.statements
        if s.relation == case["relation"]
        and s.kind == (case["kind"] or "")
        and _names(s.subject.name, case["subject"])
        and _names(s.object.name, case["object"])
    ]


def test_there_are_at_least_ninety_cases() -> None:
    parsed = [_LINE.fullmatch(line) for line in _CASES]
    assert all(parsed), [line for line, m in zip(_CASES, parsed, strict=True) if m is None]
    no_facts = [m for m in parsed if m and m["status"] != "actual"]
    assert len(no_facts) >= 60
    assert {m["relation"] for m in no_facts} >= {
        "visited",
        "accompanied",
        "attended",
        "presided",
        "reported_to",
        "holds_post",
        "has_attribute",
        "has_part",
        "located_in",
        "implements",
        "pursues",
        "emphasized",
    }


@pytest.mark.parametrize("line", _CASES)
def test_each_case_has_its_status(line: str) -> None:
    case = _LINE.fullmatch(line)
    assert case is not None
    found = {s.status.value for s in _matching(case)}
    if case["status"] == "none":
        assert "actual" not in found
    else:
        assert found == {case["status"]}


def test_a_plan_in_another_clause_does_not_affect_the_visit() -> None:
    statements = graphkit.extract("县长李强将参加会议，市委书记林知远到石渡县调研。").statements
    assert [s.status for s in statements if s.relation == "visited"] == [graphkit.Status.ACTUAL]
