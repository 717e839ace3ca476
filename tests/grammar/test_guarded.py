"""The necessary words (`needs`) of a pattern never hide a match."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

import graphkit
from graphkit.grammar.patterns import Guarded
from graphkit.reading.normalized import normalize

#: Forms that do not occur in the gold reports.
MADE_UP = "在阿卜杜勒的陪同下，林知远来到石渡县。县委深入学习贯彻《石渡县条例》精神。青禾社区位于城南。林知远来到这个社区。县长加措·旺堆到会。"


def patterns() -> Iterator[tuple[str, Guarded]]:
    for folder in ("recognition", "relations", "discourse", "resolution"):
        for module in pkgutil.iter_modules([str(p) + f"/{folder}" for p in graphkit.__path__], f"graphkit.{folder}."):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, Guarded):
                    yield f"{module.name}.{name}", value


def test_some_patterns_have_necessary_words() -> None:
    assert len(list(patterns())) >= 10


@pytest.mark.parametrize("pattern", [pytest.param(p, id=name) for name, p in patterns()])
def test_necessary_words_hide_no_match(pattern: Guarded, dev_records: list[dict[str, Any]]) -> None:
    seen = 0
    for text in (MADE_UP, *(normalize(record["text"]).text for record in dev_records)):
        for start in range(0, len(text), 60):
            end = min(len(text), start + 90)
            whole = [m.span() for m in pattern.pattern.finditer(text, start, end)]
            assert [m.span() for m in pattern.finditer(text, start, end)] == whole
            first = pattern.search(text, start, end)
            assert (first.span() if first else None) == (whole[0] if whole else None)
            seen += len(whole)
    assert seen, "no text has a match: nothing was tried"
