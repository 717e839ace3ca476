"""The candidates of a report: the statements of the rules, and those that only the encoder proposes."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from graphkit.discourse.scene import Scene
from graphkit.encoder.proposals import Proposal, ReadWindow, best_spans, proposals
from graphkit.encoder.roles import pairings
from graphkit.encoder.windows import BODY
from graphkit.merging.features import LOCAL_SUBJECT, Candidate, Evidence, features_of
from graphkit.merging.mentions import mention_of
from graphkit.model import Mention, Statement
from graphkit.recognition.occurrences import occurrences
from graphkit.relations.drafting import Context
from graphkit.schema import load_schema

Span = tuple[int, int]
#: Name of the rule of a statement that only the encoder proposes.
RULE = "encoder"
#: Proposals with a lower product of probabilities are no candidates.
LEAST_SCORE = 0.03
#: Maximum number of mentions of a subject that are compared in a window.
_MOST_MENTIONS = 6
_IGNORED = re.compile(r"[\s“”\"'‘’《》〈〉()（）\[\]·、，。；：！？—–\-~]+")


def _plain(name: str) -> str:
    return _IGNORED.sub("", unicodedata.normalize("NFKC", name))


def _names(mention: Mention) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p for n in (mention.name, *mention.aliases) if (p := _plain(n))))


def same_name(a: Mention, b: Mention) -> bool:
    """Tell whether two mentions have a name in common, or one name contains the other and is half as long."""
    for x in _names(a):
        for y in _names(b):
            short, long = sorted((x, y), key=len)
            if short == long or (len(short) >= 2 and short in long and 2 * len(short) >= len(long)):
                return True
    return False


class _Support:
    """Looks up in the windows of a report what the encoder says about two mentions."""

    def __init__(self, context: Context, windows: Sequence[ReadWindow]) -> None:
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
        k = bisect_right(self._windows, at[0], key=lambda w: w.window.start) - 1
        if k < 0 or at[0] >= self._windows[k].window.end:
            return Evidence()
        window = self._windows[k]
        pairing = pairings()[number]
        near_role, far_role = (pairing.subject, pairing.object) if local_subject else (pairing.object, pairing.subject)
        near_score, place = window.support(near_role, at)
        best = (0.0, 0.0)
        for span in self._mentions(far, window):
            score, there = window.support(far_role, span)
            if place is None or there is None:
                continue
            subject, obj = (place, there) if local_subject else (there, place)
            link = window.link(number, subject, obj)
            best = max(best, (link, score))
        present = best != (0.0, 0.0)
        scores = (near_score, best[1]) if local_subject else (best[1], near_score)
        return Evidence(scores[0], scores[1], best[0], present)

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


def _drafted(context: Context, proposal: Proposal) -> Statement | None:
    """Return the statement that a proposal makes, or None if one of its sides cannot be a mention."""
    p = pairings()[proposal.pairing]
    subject = mention_of(context, p.relation, "s", proposal.subject)
    obj = mention_of(context, p.relation, "o", proposal.object)
    if subject is None or obj is None or subject.name == obj.name:
        return None
    local = proposal.subject[0] if p.relation in LOCAL_SUBJECT else proposal.object[0]
    scene = context.scene_at(local)
    relation = load_schema().relations[p.relation]
    status = context.status(scene.sentence, local)
    date = None if relation.event or p.relation == "emphasized" else ""
    return context.state(
        scene, p.relation, subject, obj, RULE, confidence=proposal.score, status=status, kind=p.kind, date=date
    )


def _proposed(context: Context, windows: Iterable[ReadWindow]) -> list[tuple[Statement, Evidence]]:
    """Statements of the proposals, each once, with the evidence of the best of its proposals."""
    best: dict[tuple[str, str, str, str], tuple[Statement, Proposal]] = {}
    rivals: dict[tuple[int, Span], list[tuple[float, Span]]] = defaultdict(list)
    for window in windows:
        for proposal in proposals(window):
            if proposal.score < LEAST_SCORE:
                continue
            rivals[proposal.pairing, proposal.object].append((proposal.score, proposal.subject))
            drafted = _drafted(context, proposal)
            if drafted is None:
                continue
            key = (drafted.relation, drafted.kind, _plain(drafted.subject.name), _plain(drafted.object.name))
            if key not in best or best[key][1].score < proposal.score:
                best[key] = (drafted, proposal)
    found = []
    for statement, p in best.values():
        others = [score for score, subject in rivals[p.pairing, p.object] if subject != p.subject]
        found.append(
            (statement, Evidence(p.subject_score, p.object_score, p.link, True, 0.0, max(others, default=0.0)))
        )
    return found


def _completed(context: Context, windows: Iterable[ReadWindow], support: _Support) -> list[tuple[Statement, Evidence]]:
    """Statements of a span of the encoder and of the leader, speaker or meeting that the discourse gives its sentence."""
    found: dict[tuple[str, str, str], tuple[Statement, Evidence]] = {}
    for window in windows:
        for p in pairings():
            if p.relation not in _COMPLETED:
                continue
            local_subject = p.relation in LOCAL_SUBJECT
            for score, first, last in best_spans(window, p.subject if local_subject else p.object, _LEAST_ALONE):
                if first < window.body:
                    continue
                span = window.original(first, last)
                scene = context.scene_at(span[0])
                other = _by_discourse(context, p.relation, scene, span[0])
                near = mention_of(context, p.relation, "s" if local_subject else "o", span)
                if other is None or near is None or near.name == other.name:
                    continue
                subject, obj = (near, other) if local_subject else (other, near)
                drafted = context.state(
                    scene,
                    p.relation,
                    subject,
                    obj,
                    RULE,
                    confidence=score,
                    status=context.status(scene.sentence, span[0]),
                )
                key = (p.relation, _plain(subject.name), _plain(obj.name))
                if key not in found:
                    found[key] = (drafted, support.of(drafted))
    return list(found.values())


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


class _Known:
    """The statements so far. A new one is compared with those of equal names and those of the same part of the text."""

    def __init__(self, context: Context) -> None:
        self._index = context.marked.normalized.index
        self._groups: dict[tuple[str, str, str | int], list[Statement]] = defaultdict(list)

    def _keys(self, s: Statement) -> Iterator[tuple[str, str, str | int]]:
        for name in _names(s.object):
            yield s.relation, s.kind, name
        part = self._index(s.object.start) // BODY
        for number in (part - 1, part, part + 1):
            yield s.relation, s.kind, number

    def add(self, s: Statement) -> None:
        for name in _names(s.object):
            self._groups[s.relation, s.kind, name].append(s)
        self._groups[s.relation, s.kind, self._index(s.object.start) // BODY].append(s)

    def has(self, s: Statement) -> bool:
        """Tell whether a statement with the same relation and agreeing names is known."""
        return any(
            same_name(s.object, k.object) and same_name(s.subject, k.subject)
            for key in self._keys(s)
            for k in self._groups.get(key, ())
        )


def candidates(context: Context, ruled: Sequence[Statement], windows: Sequence[ReadWindow]) -> list[Candidate]:
    """Return the candidates of a report: all statements of the rules, then the other proposals of the encoder."""
    support = _Support(context, windows)
    drafts: list[tuple[Statement, bool, Evidence]] = [(s, True, support.of(s)) for s in ruled]
    known = _Known(context)
    for s in ruled:
        known.add(s)
    for statement, evidence in (*_proposed(context, windows), *_completed(context, windows, support)):
        if not known.has(statement):
            drafts.append((statement, False, evidence))
            known.add(statement)
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
