"""Runs the examples (`Says:`) and counter-examples (`Not:`) in the docstrings of all rules."""

from __future__ import annotations

import re

import pytest

import graphkit
from graphkit.relations import ALL_RULES

_LINE = re.compile(r"^\s*(Says|Not): (.+?) => (\S+) (\S+) (.+)$", re.M)
_CASES = [
    pytest.param(rule.name, *m.groups(), id=f"{rule.name} {m[1]} {n}")
    for rule in ALL_RULES
    for n, m in enumerate(_LINE.finditer(rule.run.__doc__ or ""))
]


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda r: r.name)
def test_every_rule_has_an_example_and_a_counter_example(rule: object) -> None:
    kinds = {m[1] for m in _LINE.finditer(rule.run.__doc__ or "")}  # type: ignore[attr-defined]
    assert kinds == {"Says", "Not"}


@pytest.mark.parametrize(("rule", "kind", "text", "subject", "relation", "obj"), _CASES)
def test_the_examples_of_a_rule_hold(rule: str, kind: str, text: str, subject: str, relation: str, obj: str) -> None:
    reading = graphkit.extract(text.replace("\\n", "\n"))
    found = {
        (s.subject.name, s.relation, f"{s.kind}={s.object.name}" if s.kind else s.object.name)
        for s in reading.statements
        if s.rule == rule and s.status is graphkit.Status.ACTUAL
    }
    assert ((subject, relation, obj) in found) == (kind == "Says"), sorted(found)
