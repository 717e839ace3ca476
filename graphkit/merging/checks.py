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
#: Kinds of attributes whose values contain a number.
_COUNTED = frozenset(["investment", "area", "capacity", "output", "count"])
#: Maximum number of characters of a clause around a name that are read.
_LONGEST_CLAUSE = 120
#: Relations that say that the subject was there.
_PRESENCE = frozenset(["attended", "visited", "presided"])


def is_possible(relation: str, kind: str, subject: Mention, obj: Mention) -> bool:
    """Tell whether two mentions can form a statement: a counted value has a number, and no place lies in itself."""
    if kind in _COUNTED and not _AMOUNT.search(obj.name):
        return False
    return not (relation == "located_in" and obj.name.endswith(subject.name))


def is_stated(context: Context, statement: Statement) -> bool:
    """Tell whether a statement about an actual presence is not contradicted by the words around its names.

    A person who only sends a letter to a meeting (向大会致贺信) does not attend it. A place from which visitors come
    (来自青石村的群众), or through which a road leads (途经青石村), is not visited.
    """
    if statement.relation not in _PRESENCE or statement.status is not Status.ACTUAL:
        return True
    text, index = context.text, context.marked.normalized.index
    at = index(statement.subject.start)
    start = clause_start(text, max(0, at - _LONGEST_CLAUSE), at)
    end = clause_end(text, at, min(len(text), at + _LONGEST_CLAUSE))
    if _BY_LETTER.search(text, at, end) and not _IS_THERE.search(text, start, end):
        return False
    if statement.relation != "visited":
        return True
    place = index(statement.object.start)
    return not _NOT_GONE_TO.search(text[max(0, place - _LONGEST_CLAUSE) : place])
