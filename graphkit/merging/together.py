"""Leaders who are named together: each of them visits what one of them visits (docs/annotation.md, Special cases)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from graphkit.discourse.scene import actor_of
from graphkit.grammar.patterns import pattern
from graphkit.merging.distinct import Kept, coordinated
from graphkit.model import Statement
from graphkit.recognition.marks import PersonMark
from graphkit.relations.drafting import Context

RULE = "encoder.together"
_APART = pattern("merging.apart")
#: Confidence of the statement about the other leader, as a share of the confidence of the first: 25 of 31 were right
#: in three folds.
_SHARE = 0.85
#: Maximum number of persons on each side of the first leader.
_MOST = 3


def _companions(context: Context, statement: Statement) -> Iterator[PersonMark]:
    """Yield the persons who are subjects together with the subject of a statement, in its sentence."""
    marked = context.marked
    at = marked.normalized.index(statement.subject.start)
    sentence = context.scene_at(at).sentence
    persons = sentence.persons
    here = next((n for n, p in enumerate(persons) if p.start <= at < p.end), None)
    if here is None or _APART.search(context.text, sentence.start, sentence.end):
        return
    for step in (-1, 1):
        n, last = here, here + step * _MOST
        while n != last and 0 <= n + step < len(persons):
            pair = [context.mention(actor_of(persons[k])) for k in (n, n + step)]
            if not coordinated(pair[0], pair[1], marked.report.text):
                break
            n += step
            yield persons[n]


def together(context: Context, kept: Sequence[Statement]) -> Iterator[Statement]:
    """Yield a visit of each leader who is named together with the subject of a kept visit and has none there."""
    visits = [s for s in kept if s.relation == "visited"]
    known = Kept(context.marked.report.text)
    for s in visits:
        known.add(s)
    for s in visits:
        if s.subject.type != "Person" or not s.start <= s.subject.start < s.end:
            continue
        for person in _companions(context, s):
            other = context.mention(actor_of(person))
            drafted = replace(s, subject=other, rule=RULE, confidence=round(_SHARE * s.confidence, 3))
            if other.name != s.object.name and not known.states(drafted):
                known.add(drafted)
                yield drafted
