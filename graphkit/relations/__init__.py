"""Scenes → statements, one small file a group of relations. Adding a rule is adding it to its group's RULES."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graphkit.model import Statement
from graphkit.relations import attributes, companions, documents, meetings, places, posts, speech, visits
from graphkit.relations.drafting import Context, Rule

ALL_RULES: tuple[Rule, ...] = (
    *visits.RULES,
    *posts.RULES,
    *companions.RULES,
    *meetings.RULES,
    *speech.RULES,
    *places.RULES,
    *attributes.RULES,
    *documents.RULES,
)


def statements(context: Context) -> Iterator[Statement]:
    """Statements of all rules; what two rules say of the same characters is said once, by the first, as sure as the surer."""
    best: dict[tuple[str, ...], Statement] = {}
    for rule in ALL_RULES:
        for found in rule.run(context, rule.name):
            key = (found.subject.name, found.relation, found.kind, found.object.name, found.status.value, str(found.start))
            known = best.get(key)
            if known is None:
                best[key] = found
            elif found.confidence > known.confidence:
                best[key] = replace(known, confidence=found.confidence)
    ordered = sorted(best.values(), key=lambda s: (s.start, s.relation, s.object.start, s.subject.name, s.object.name, s.rule))
    yield from speech.said_once(ordered)
