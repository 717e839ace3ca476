"""The features of a candidate statement: what the rules and the encoder say about it, and how its names look."""

from __future__ import annotations

import math
from dataclasses import dataclass

from graphkit.encoder.roles import RELATIONS
from graphkit.model import Mention, PassageKind, Statement
from graphkit.recognition.names import has_suffix
from graphkit.relations.drafting import Context

#: Names of the features, in the order of `Candidate.features`.
NAMES = (
    *(f"relation {r}" for r in RELATIONS),
    "from a rule",
    "confidence of the rule",
    "score of the subject",
    "score of the object",
    "link",
    "subject in the window",
    "rival objects",
    "rival subject",
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
    "status is actual",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the encoder says about a candidate: probabilities of its subject, its object and their link, 0–1.

    present: whether both sides are in one window. rival_object, rival_subject: highest probability of another span
    of the same role that overlaps, and of another subject for the same object.
    """

    subject: float = 0.0
    object: float = 0.0
    link: float = 0.0
    present: bool = False
    rival_object: float = 0.0
    rival_subject: float = 0.0


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
    scene = context.scene_at(local)
    speech = next((x for x in scene.speeches if x.start <= local < x.end), None)
    kind = scene.sentence.frame.kind
    leader = scene.leader.name if scene.leader else ""
    same = context.scene_at(a) is context.scene_at(c)
    return (
        *(float(s.relation == r) for r in RELATIONS),
        float(from_rule),
        s.confidence if from_rule else 0.0,
        logit(evidence.subject),
        logit(evidence.object),
        logit(evidence.link),
        float(evidence.present),
        logit(evidence.rival_object),
        logit(evidence.rival_subject),
        float(same),
        math.log1p(abs(a - c)),
        math.log1p(len(s.subject.name)),
        math.log1p(len(s.object.name)),
        *_word_edges(context, a, b),
        *_word_edges(context, c, d),
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
        math.log1p(shared[0]),
        math.log1p(shared[1]),
        float(min(shared[2], 3)),
        local / max(1, len(context.text)),
        float(s.status.value == "actual"),
    )


#: Relations whose subject is where the sentence states the event; of the others it is the object.
LOCAL_SUBJECT = frozenset(["accompanied", "attended", "presided", "reported_to"])


def _word_edges(context: Context, a: int, b: int) -> tuple[float, float]:
    sentence = context.scene_at(a).sentence
    ends = b >= sentence.end or sentence.starts_word(b)
    return float(sentence.starts_word(a)), float(ends)


def _known_person(context: Context, mention: Mention) -> bool:
    at = context.marked.normalized.index(mention.start)
    return any(p.start <= at < p.end for p in context.scene_at(at).sentence.persons)
