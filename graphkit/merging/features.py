"""The features of a candidate statement: what the rules and the encoder say about it, and how its names look."""

from __future__ import annotations

import math
from dataclasses import dataclass

from graphkit.encoder.roles import KINDS, RELATIONS
from graphkit.merging.names import all_names, plain
from graphkit.merging.pairs import LOCAL_SUBJECT, Evidence
from graphkit.model import Mention, PassageKind, Statement
from graphkit.recognition.names import has_suffix
from graphkit.relations.drafting import Context

#: Types of entities, each of which is a feature of both sides.
TYPES = ("Person", "Post", "Organization", "Place", "Site", "Project", "Park", "Meeting", "Document", "Phrase", "Value")
#: Names of the features, in the order of `Candidate.features`.
NAMES = (
    *(f"relation {r}" for r in RELATIONS),
    "from a rule",
    "confidence of the rule",
    "score of the subject",
    "score of the object",
    "link",
    "rival link",
    "rank of the link",
    "spans between",
    "nearest before",
    "nearest after",
    "sentence ends between",
    "commas between",
    "list marks between",
    "both in one window",
    "same sentence",
    "distance",
    "length of the subject",
    "length of the object",
    "subject begins a word",
    "subject ends a word",
    "object begins a word",
    "object ends a word",
    "subject is a known person",
    "subject is the leader",
    "subject is the speaker",
    "object is the leader",
    "in speech",
    "object has a known ending",
    "subject has a known ending",
    "headline",
    "lead",
    "caption or end",
    "mentions of the object",
    "mentions of the subject",
    "other rule with this object",
    "position",
    "subject as the encoder cuts it",
    "object as the encoder cuts it",
    "status is actual",
    *(f"kind {k}" for k in KINDS),
    *(f"subject is a {t}" for t in TYPES),
    *(f"object is a {t}" for t in TYPES),
    "object is inside the subject",
    "subject is inside the object",
    "object begins the name of the subject",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement that may be right, with its features."""

    statement: Statement
    from_rule: bool
    evidence: Evidence
    features: tuple[float, ...]


def logit(p: float) -> float:
    """Log odds of a probability, limited to ±7."""
    p = min(max(p, 0.0009), 0.9991)
    return math.log(p / (1 - p))


def features_of(
    context: Context, statement: Statement, from_rule: bool, evidence: Evidence, shared: tuple[int, int, int]
) -> tuple[float, ...]:
    """Return the features. shared: mentions of the object and of the subject, and rules with the same object."""
    s = statement
    index = context.marked.normalized.index
    a, c = index(s.subject.start), index(s.object.start)
    b, d = index(s.subject.end - 1) + 1, index(s.object.end - 1) + 1
    local = a if s.relation in LOCAL_SUBJECT else c
    return (
        *(float(s.relation == r) for r in RELATIONS),
        float(from_rule),
        s.confidence if from_rule else 0.0,
        *_of_encoder(evidence),
        float(context.scene_at(a) is context.scene_at(c)),
        math.log1p(abs(a - c)),
        math.log1p(len(s.subject.name)),
        math.log1p(len(s.object.name)),
        *_word_edges(context, a, b),
        *_word_edges(context, c, d),
        *_of_scene(context, s, local),
        math.log1p(shared[0]),
        math.log1p(shared[1]),
        float(min(shared[2], 3)),
        local / max(1, len(context.text)),
        float(_equal(context, evidence.subject_span, s.subject)),
        float(_equal(context, evidence.object_span, s.object)),
        float(s.status.value == "actual"),
        *_of_types(s),
    )


def _of_scene(context: Context, s: Statement, local: int) -> tuple[float, ...]:
    """Return the features of the sentence of the local side: leader, speaker, kind of passage, endings of names."""
    scene = context.scene_at(local)
    speech = next((x for x in scene.speeches if x.start <= local < x.end), None)
    kind = scene.sentence.frame.kind
    leader = scene.leader.name if scene.leader else ""
    return (
        float(_known_person(context, s.subject)),
        float(s.subject.name == leader),
        float(speech is not None and speech.speaker.name == s.subject.name),
        float(s.object.name == leader),
        float(speech is not None),
        float(has_suffix(s.object.name)),
        float(has_suffix(s.subject.name)),
        float(kind is PassageKind.HEADLINE),
        float(kind is PassageKind.LEAD),
        float(kind in (PassageKind.CAPTION, PassageKind.TAIL, PassageKind.BYLINE)),
    )


def _of_types(s: Statement) -> tuple[float, ...]:
    """Return the features of attribute kind, types, and whether one side is a part of the other side's text."""
    a, b = s.subject, s.object
    return (
        *(float(s.kind == k) for k in KINDS),
        *(float(a.type == t) for t in TYPES),
        *(float(b.type == t) for t in TYPES),
        float(a.start <= b.start and b.end <= a.end),
        float(b.start <= a.start and a.end <= b.end),
        float(a.name.startswith(b.name)),
    )


def _of_encoder(evidence: Evidence) -> tuple[float, ...]:
    """Return the features of the encoder's probabilities and of what lies between the two spans."""
    return (
        logit(evidence.subject),
        logit(evidence.object),
        evidence.link,
        evidence.rival,
        float(min(evidence.rank, 9)),
        float(min(evidence.between, 9)),
        float(evidence.nearest_before),
        float(evidence.nearest_after),
        float(min(evidence.sentence_ends, 9)),
        float(min(evidence.commas, 9)),
        float(min(evidence.list_marks, 9)),
        float(evidence.present),
    )


def _word_edges(context: Context, a: int, b: int) -> tuple[float, float]:
    sentence = context.scene_at(a).sentence
    ends = b >= sentence.end or sentence.starts_word(b)
    return float(sentence.starts_word(a)), float(ends)


def _equal(context: Context, span: tuple[int, int], mention: Mention) -> bool:
    return plain(context.text[slice(*span)]) in all_names(mention)


def _known_person(context: Context, mention: Mention) -> bool:
    at = context.marked.normalized.index(mention.start)
    return any(p.start <= at < p.end for p in context.scene_at(at).sentence.persons)
