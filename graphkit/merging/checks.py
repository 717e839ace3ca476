"""Conditions that a proposal of the encoder, or a statement of a rule, must meet before the merger weighs it."""

from __future__ import annotations

from graphkit.grammar.patterns import pattern
from graphkit.model import Mention, Statement, Status
from graphkit.reading.clauses import clause_end, clause_start
from graphkit.relations.drafting import Context

_AMOUNT = pattern("merging.amount")
_BY_LETTER = pattern("merging.by_letter")
_IS_THERE = pattern("merging.is_there")
_NOT_GONE_TO = pattern("merging.not_gone_to")
_PASSES = pattern("merging.passes")
_OF_A_WAY = pattern("merging.of_a_way")
_EVENT = pattern("merging.event")
_JOINT = pattern("merging.joint")
_ENDS_POST = pattern("merging.ends_post")
#: Kinds of attributes whose values contain a number.
_COUNTED = frozenset(["investment", "area", "capacity", "output", "count"])
#: Maximum number of characters of a clause around a name that are read.
_LONGEST_CLAUSE = 120
#: Relations that say that the subject was there.
_PRESENCE = frozenset(["attended", "visited", "presided"])


def is_possible(relation: str, kind: str, subject: Mention, obj: Mention) -> bool:
    """Tell whether two mentions can form a statement.

    A counted value has a number, no place lies in itself, and an event is attended and not visited.
    """
    if kind in _COUNTED and not _AMOUNT.search(obj.name):
        return False
    if relation == "visited":
        return _EVENT.search(obj.name) is None
    return not (relation == "located_in" and obj.name.endswith(subject.name))


def is_stated(context: Context, statement: Statement) -> bool:
    """Tell whether an actual statement is not contradicted by the words around its names.

    A person who only sends a letter to a meeting (向大会致贺信) does not attend it. A place from which visitors come
    (来自青石村的群众) is not visited. In 王建国和县长李志强, the post is that of the second person.
    """
    if statement.status is not Status.ACTUAL:
        return True
    if statement.relation == "holds_post":
        return not _is_of_next_person(context, statement)
    if statement.relation not in _PRESENCE:
        return True
    if _only_writes(context, statement):
        return False
    return statement.relation != "visited" or not _is_not_gone_to(context, statement)


def _is_of_next_person(context: Context, statement: Statement) -> bool:
    """Tell whether a post belongs to the person who is named behind it, and not to the one before it."""
    text, index = context.marked.report.text, context.marked.normalized.index
    person, post = statement.subject, statement.object
    if person.end > post.start or not _JOINT.fullmatch(text, person.end, post.start):
        return False
    sentence = context.scene_at(index(post.start)).sentence
    after = index(post.end - 1) + 1
    is_person = any(p.start == after for p in sentence.persons)
    return is_person and not _ENDS_POST.match(context.text, after)


def _only_writes(context: Context, statement: Statement) -> bool:
    """Tell whether the subject sends a letter or a recorded speech in the clause, and is not said to be there."""
    text, at = context.text, context.marked.normalized.index(statement.subject.start)
    start = clause_start(text, max(0, at - _LONGEST_CLAUSE), at)
    end = clause_end(text, at, min(len(text), at + _LONGEST_CLAUSE))
    return _BY_LETTER.search(text, at, end) is not None and not _IS_THERE.search(text, start, end)


def _is_not_gone_to(context: Context, statement: Statement) -> bool:
    """Tell whether the words around a place say that it is an origin, is praised, or lies on a road."""
    text, index = context.text, context.marked.normalized.index
    place, end = index(statement.object.start), index(statement.object.end - 1) + 1
    before = text[max(0, place - _LONGEST_CLAUSE) : place]
    if _NOT_GONE_TO.search(before):
        return True
    return _PASSES.search(before) is not None and _OF_A_WAY.match(text, end) is not None
