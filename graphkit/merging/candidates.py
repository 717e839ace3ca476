"""The candidates of a report: the statements of the rules, and those that only the encoder proposes."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp

from graphkit.discourse.scene import Scene
from graphkit.encoder.proposals import ReadWindow
from graphkit.encoder.roles import pairings
from graphkit.grammar.patterns import pattern
from graphkit.merging.checks import is_possible, is_stated
from graphkit.merging.distinct import Kept
from graphkit.merging.features import Candidate, features_of
from graphkit.merging.mentions import mention_of
from graphkit.merging.names import plain
from graphkit.merging.pairs import LOCAL_SUBJECT, Evidence, Scored, WindowPairs, sides
from graphkit.model import Mention, Statement, Status
from graphkit.reading.clauses import clause_end
from graphkit.recognition.occurrences import occurrences
from graphkit.relations.drafting import Context
from graphkit.schema import load_schema

Span = tuple[int, int]
_NEGATION = pattern("drafting.negation")
#: Name of the rule of a statement that only the encoder proposes.
RULE = "encoder"
#: Pairs of spans with a lower product of probabilities are no candidates.
LEAST_SCORE = 0.04
#: Maximum number of mentions of a subject that are compared in a window.
_MOST_MENTIONS = 6


class _Support:
    """Looks up in the windows of a report what the encoder says about two mentions."""

    def __init__(self, context: Context, windows: Sequence[WindowPairs]) -> None:
        self._context, self._windows = context, windows
        self._numbers: dict[tuple[str, str], int] = {(p.relation, p.kind): n for n, p in enumerate(pairings())}

    def of(self, statement: Statement) -> Evidence:
        """Return the best support of a statement by any window that contains its local side."""
        number = self._numbers.get((statement.relation, statement.kind))
        if number is None:
            return Evidence()
        local_subject = statement.relation in LOCAL_SUBJECT
        near, far = (statement.subject, statement.object) if local_subject else (statement.object, statement.subject)
        at = self._span(near)
        k = bisect_right(self._windows, at[0], key=lambda w: w.window.window.start) - 1
        if k < 0 or at[0] >= self._windows[k].window.window.end:
            return Evidence()
        pairs = self._windows[k]
        near_role, far_role = sides(pairings()[number])
        near_score, place = pairs.window.support(near_role, at)
        best = Evidence()
        for span in self._mentions(far, pairs.window) if place else ():
            score, there = pairs.window.support(far_role, span)
            if place is not None and there is not None:
                found = pairs.evidence(number, (near_score, *place), (score, *there))
                best = max(best, found, key=lambda e: (e.link, e.subject + e.object))
        if best.present:
            return best
        return Evidence(subject=near_score) if local_subject else Evidence(object=near_score)

    def _span(self, mention: Mention) -> Span:
        index = self._context.marked.normalized.index
        return index(mention.start), index(mention.end - 1) + 1

    def _mentions(self, mention: Mention, window: ReadWindow) -> list[Span]:
        """Spans of an entity in the window and its context: the mention, its antecedent and equal names."""
        index = self._context.marked.normalized.index
        found = [self._span(mention)]
        if mention.antecedent:
            found.append((index(mention.antecedent[0]), index(mention.antecedent[1] - 1) + 1))
        name = self._context.text[slice(*found[-1])]
        if len(name) >= 2:
            w = window.window
            for begin, end in ((w.start, w.end), (0, len(w.context)) if w.context_start == 0 else (0, 0)):
                at = self._context.text.find(name, begin, end)
                while at >= 0 and len(found) < _MOST_MENTIONS:
                    found.append((at, at + len(name)))
                    at = self._context.text.find(name, at + 1, end)
        return list(dict.fromkeys(s for s in found if window.place(s) is not None))


class _Mentions:
    """Mentions of spans, each computed once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._found: dict[tuple[str, str, Span], Mention | None] = {}

    def of(self, relation: str, side: str, span: Span) -> Mention | None:
        """Return what `mention_of` returns."""
        key = relation, side, span
        if key not in self._found:
            self._found[key] = mention_of(self._context, relation, side, span)
        return self._found[key]


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A pair of a local and another span. number: of the pairing."""

    score: float
    pairs: WindowPairs
    number: int
    near: Scored
    far: Scored
    subject: Mention
    object: Mention

    def drafted(self, context: Context) -> tuple[Statement, Evidence]:
        """Return the statement of the pair and what the encoder says about it."""
        pairing, original = pairings()[self.number], self.pairs.window.original
        here, there = original(*self.near[1:]), original(*self.far[1:])
        scene = context.scene_at(here[0])
        dated = load_schema().relations[pairing.relation].event or pairing.relation == "emphasized"
        statement = context.state(
            scene,
            pairing.relation,
            self.subject,
            self.object,
            RULE,
            confidence=self.score,
            status=_status(context, pairing.relation, scene, here, there),
            kind=pairing.kind,
            date=None if dated else "",
        )
        return statement, self.pairs.evidence(self.number, self.near, self.far)


def _status(context: Context, relation: str, scene: Scene, near: Span, far: Span) -> Status:
    """Return the status at the local side, or DENIED if a negation belongs to it: 王建国缺席了会议.

    An event of a person (王建国15日将举行会谈) is planned if words between the person and the event say so.
    """
    status = context.status(scene.sentence, near[0])
    if status is not Status.ACTUAL:
        return status
    if near[0] < far[0] < scene.sentence.end:
        stated = context.status(scene.sentence, far[0])
        is_other = stated is Status.DENIED or (stated is Status.PLANNED and relation in LOCAL_SUBJECT)
        return stated if is_other else status
    return _status_in_clause(context, scene, near) if relation in LOCAL_SUBJECT else status


def _proposals(pairs: WindowPairs, mentions: _Mentions) -> Iterator[_Proposal]:
    """All pairs of spans of a window that can be a statement."""
    window = pairs.window
    for number, p in enumerate(pairings()):
        local_subject = p.relation in LOCAL_SUBJECT
        for near in pairs.spans(sides(p)[0]):
            for far, link in pairs.partners(number, near[1:]):
                if near[0] * far[0] < LEAST_SCORE or max(near[1], far[1]) < window.body:
                    continue
                here, there = window.original(*near[1:]), window.original(*far[1:])
                subject = mentions.of(p.relation, "s", here if local_subject else there)
                obj = mentions.of(p.relation, "o", there if local_subject else here)
                if subject is None or obj is None or subject.name == obj.name:
                    continue
                if is_possible(p.relation, p.kind, subject, obj):
                    score = near[0] * far[0] / (1.0 + exp(-link))
                    yield _Proposal(score, pairs, number, near, far, subject, obj)


def _proposed(
    context: Context, windows: Iterable[WindowPairs], mentions: _Mentions
) -> list[tuple[Statement, Evidence]]:
    """Statements of the proposals, each once, with the evidence of the best of its proposals."""
    best: dict[tuple[int, str, str], _Proposal] = {}
    for pairs in windows:
        for proposal in _proposals(pairs, mentions):
            key = proposal.number, plain(proposal.subject.name), plain(proposal.object.name)
            if key not in best or best[key].score < proposal.score:
                best[key] = proposal
    return [proposal.drafted(context) for proposal in sorted(best.values(), key=lambda x: -x.score)]


def _completed(
    context: Context, windows: Iterable[WindowPairs], mentions: _Mentions, support: _Support
) -> list[tuple[Statement, Evidence]]:
    """Statements of a span of the encoder with the leader, speaker or meeting that the discourse gives its sentence."""
    found: dict[tuple[str, str, str], tuple[Statement, Evidence]] = {}
    for pairs in windows:
        window = pairs.window
        for p in pairings():
            if p.relation not in _COMPLETED:
                continue
            local_subject = p.relation in LOCAL_SUBJECT
            for score, first, last in pairs.spans(sides(p)[0]):
                if score < _LEAST_ALONE or first < window.body:
                    continue
                span = window.original(first, last)
                near = mentions.of(p.relation, "s" if local_subject else "o", span)
                if near is None:
                    continue
                scene = context.scene_at(span[0])
                other = _by_discourse(context, p.relation, scene, span[0])
                if other is None or near.name == other.name:
                    continue
                subject, obj = (near, other) if local_subject else (other, near)
                key = (p.relation, plain(subject.name), plain(obj.name))
                if key not in found:
                    status = _status_in_clause(context, scene, span)
                    drafted = context.state(scene, p.relation, subject, obj, RULE, confidence=score, status=status)
                    found[key] = (drafted, support.of(drafted))
    return list(found.values())


def _status_in_clause(context: Context, scene: Scene, span: Span) -> Status:
    """Return the status of a span, or DENIED if the rest of its clause denies something: 王建国谢绝参加."""
    end = min(clause_end(context.text, span[1], scene.sentence.end), span[1] + _LONGEST_REST)
    denied = _NEGATION.search(context.text, span[1], end)
    return Status.DENIED if denied else context.status(scene.sentence, span[0])


#: Maximum number of characters after a span in which a negation is looked for.
_LONGEST_REST = 60
#: Relations for which the discourse supplies the other side.
_COMPLETED = ("visited", "emphasized", "accompanied", "attended", "presided", "reported_to")
#: Minimum probability of a span whose other side is supplied by the discourse.
_LEAST_ALONE = 0.2


def _by_discourse(context: Context, relation: str, scene: Scene, at: int) -> Mention | None:
    """The speaker of a phrase, the leader of a visit, or the meeting of a person."""
    if relation == "emphasized":
        speech = next((x for x in scene.speeches if x.start <= at < x.end), None)
        return context.mention(speech.speaker) if speech and speech.speaker.type in ("Person", "Meeting") else None
    if relation in ("visited", "accompanied"):
        return context.mention(scene.leader) if scene.leader and scene.leader.type == "Person" else None
    return context.mention(scene.meeting) if scene.meeting else None


def candidates(
    context: Context, ruled: Sequence[Statement], windows: Sequence[ReadWindow], unread: Sequence[Statement] = ()
) -> list[Candidate]:
    """Return the candidates of a report: the statements of the rules, then the other proposals of the encoder.

    ruled: statements of the rules in the windows; unread: those behind the last window, which are no candidates.
    """
    ruled = [s for s in ruled if is_stated(context, s) and is_possible(s.relation, s.kind, s.subject, s.object)]
    pairs = [WindowPairs(w, context.text) for w in windows]
    support = _Support(context, pairs)
    drafts: list[tuple[Statement, bool, Evidence]] = [(s, True, support.of(s)) for s in ruled]
    known = Kept(context.marked.report.text)
    for s in (*ruled, *unread):
        known.add(s)
    mentions = _Mentions(context)
    for statement, evidence in (*_proposed(context, pairs, mentions), *_completed(context, pairs, mentions, support)):
        if is_stated(context, statement) and known.add_new(statement):
            drafts.append((statement, False, evidence))
    with_object = Counter((s.relation, s.kind, s.object.name) for s in ruled)
    places = occurrences(context.text)
    found = []
    for statement, ours, evidence in drafts:
        shared = (
            places.count(statement.object.name),
            places.count(statement.subject.name),
            with_object[statement.relation, statement.kind, statement.object.name] - int(ours),
        )
        found.append(Candidate(statement, ours, evidence, features_of(context, statement, ours, evidence, shared)))
    return found
