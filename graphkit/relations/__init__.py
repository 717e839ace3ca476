"""Scenes → statements, one file for each group of relations. Rules are found in RULES of the files of this folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import replace

from graphkit.model import Statement
from graphkit.relations import attributes, companions, documents, meetings, places, posts, speech, visits
from graphkit.relations.drafting import Context, Rule

#: Of two rules that produce the same statement, the first one is named.
_FIRST = (visits, posts, companions, meetings, speech, places, attributes, documents)


def _all_rules() -> Iterator[Rule]:
    """Yield the rules of the files in _FIRST, then those of the other files of this folder, by file name."""
    for module in _FIRST:
        yield from module.RULES
    named = {module.__name__ for module in _FIRST}
    for found in sorted(pkgutil.iter_modules(__path__, f"{__name__}."), key=lambda m: m.name):
        if found.name not in named:
            yield from getattr(importlib.import_module(found.name), "RULES", ())


ALL_RULES: tuple[Rule, ...] = tuple(_all_rules())


def statement_key(found: Statement) -> tuple[str, ...]:
    """Return what two statements of a report have in common if they say the same of the same sentence."""
    return found.subject.name, found.relation, found.kind, found.object.name, found.status.value, str(found.start)


def statements(context: Context) -> Iterator[Statement]:
    """Yield the statements of all rules.

    If two rules produce the same statement about the same characters, the statement names the first rule and has the
    higher confidence.
    """
    best: dict[tuple[str, ...], Statement] = {}
    for rule in ALL_RULES:
        for found in rule.run(context, rule.name):
            key = statement_key(found)
            known = best.get(key)
            if known is None:
                best[key] = found
            elif found.confidence > known.confidence:
                best[key] = replace(known, confidence=found.confidence)
    ordered = sorted(
        best.values(), key=lambda s: (s.start, s.relation, s.object.start, s.subject.name, s.object.name, s.rule)
    )
    yield from speech.said_once(ordered)
