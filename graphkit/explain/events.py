"""The events of an explanation: one for each candidate of a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from graphkit.model import Report, Statement


class Stage(StrEnum):
    """The stage of reading that decides on a candidate, in the order of the stages."""

    RECOGNITION = "recognition"
    DISCOURSE = "discourse"
    RELATIONS = "relations"
    VALIDATION = "validation"
    MERGING = "merging"


@dataclass(frozen=True, slots=True)
class Event:
    """A candidate and what became of it.

    Attributes
    ----------
    stage
        The stage that decided.
    name
        The rule (visits.at_stop), `encoder` for a statement that only the encoder proposes, or what the candidate could
        be: person, name, organization, meeting, speech, leader or phrase.
    proposed_by
        What proposed the candidate: a pattern, the tagger, the phrase model, or a mention of an earlier stage. It is
        empty for a rule that found no candidate in the sentence.
    start, end
        The span of the candidate in the text of the report.
    accepted
        Whether it became part of the result.
    reason
        Why it was accepted or rejected.
    steps
        The decisions that led to the reason, the last one first.
    statement
        The statement that a rule made of the candidate, also if it was rejected afterwards.
    score
        The score of a policy phrase, or the probability that the merger gives a statement, 0–1; otherwise 1.
    """

    stage: Stage
    name: str
    proposed_by: str
    start: int
    end: int
    accepted: bool
    reason: str
    steps: tuple[str, ...] = ()
    statement: Statement | None = None
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class SentenceExplanation:
    """A sentence with its scene and its events.

    number: the position in the report, from 1. kind: headline, lead, sentence or caption. scene: lines about the
    leading person, meeting, day and speakers.
    """

    number: int
    start: int
    end: int
    kind: str
    scene: tuple[str, ...]
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of a report. statements: those that the extractor returns. extractor: its name."""

    report: Report
    sentences: tuple[SentenceExplanation, ...]
    statements: tuple[Statement, ...] = field(default=())
    extractor: str = "fast"

    def records(self, number: int = 0) -> Iterator[dict[str, Any]]:
        """Yield a JSON object for each event, of all sentences or of the one with this number (docs/explain.md)."""
        for sentence in self.sentences:
            if number in (0, sentence.number):
                for event in sentence.events:
                    yield self._record(sentence, event)

    def _record(self, sentence: SentenceExplanation, event: Event) -> dict[str, Any]:
        found = event.statement
        return {
            "report": self.report.id,
            "sentence": sentence.number,
            "sentence_span": [sentence.start, sentence.end],
            "stage": event.stage.value,
            "name": event.name,
            "proposed_by": event.proposed_by,
            "quote": self.report.text[event.start : event.end],
            "start": event.start,
            "end": event.end,
            "outcome": "accepted" if event.accepted else "rejected",
            "reason": event.reason,
            "score": round(event.score, 3),
            "steps": list(event.steps),
            "statement": None if found is None else _statement_record(found),
        }


def _statement_record(found: Statement) -> dict[str, Any]:
    return {
        "id": found.id,
        "subject": found.subject.name,
        "relation": found.relation,
        "object": found.object.name,
        "kind": found.kind,
        "status": found.status.value,
        "date": found.date,
        "confidence": found.confidence,
    }
