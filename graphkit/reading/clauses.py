"""Clauses: the parts of a sentence between its punctuation marks.

This is the only place where sentences are divided into clauses. Offsets are positions in the normalized text. Each
function has the marks that end a clause as a parameter, because not every rule means the same clauses:

- CLAUSE: most rules, for which a clause has one verb with its objects.
- CLAUSE_OR_COLON: rules about subjects, because what follows a colon has a subject of its own: 王建国强调：各县要落实….
- SEMICOLON_PART: rules that look for the subject in the clauses before, because a subject often holds up to the next
  semicolon: 王建国出席会议，作了讲话，并主持….
- PROJECT_PART: rules for lists of projects, which have one project between two semicolons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

CLAUSE = "，；。"
CLAUSE_OR_COLON = CLAUSE + "："
SEMICOLON_PART = "；。"
PROJECT_PART = "；"


class Clause(NamedTuple):
    """A clause, or its part before an offset: `start:end` of the normalized text without the marks around it."""

    start: int
    end: int
    text: str


def last_mark(text: str, start: int, end: int, marks: str) -> int:
    """Return the offset of the last of these marks in `text[start:end]`, -1 if there is none."""
    last = -1
    for mark in marks:
        at = text.rfind(mark, start, end)
        if at >= 0:
            last, start = at, at + 1
    return last


def clause_start(text: str, start: int, at: int, marks: str = CLAUSE) -> int:
    """Return where the clause begins that contains the offset `at` of the sentence that begins at `start`."""
    return max(start, last_mark(text, start, at, marks) + 1)


def clause_end(text: str, at: int, end: int, marks: str = CLAUSE) -> int:
    """Return where the clause ends that contains the offset `at` of the sentence that ends at `end`."""
    for mark in marks:
        found = text.find(mark, at, end)
        if found >= 0:
            end = found
    return end


def clause_before(text: str, start: int, at: int, marks: str = CLAUSE) -> Clause:
    """Return the part before `at` of the clause that contains `at`; the sentence begins at `start`."""
    begin = clause_start(text, start, at, marks)
    return Clause(begin, at, text[begin:at])


def clauses_before(text: str, start: int, at: int, marks: str = CLAUSE) -> Iterator[Clause]:
    """Yield the part before `at` of the clause that contains `at`, then the clauses before it, the nearest first."""
    while True:
        clause = clause_before(text, start, at, marks)
        yield clause
        if clause.start <= start:
            return
        at = clause.start - 1


def clauses(text: str, start: int, end: int, marks: str = CLAUSE) -> Iterator[Clause]:
    """Yield the clauses of `text[start:end]` that are not empty, in order.

    >>> [clause.text for clause in clauses("王建国到青石县调研，听取汇报。", 0, 15)]
    ['王建国到青石县调研', '听取汇报']
    """
    for m in _between(marks).finditer(text, start, end):
        yield Clause(m.start(), m.end(), m.group())


@cache
def _between(marks: str) -> re.Pattern[str]:
    return re.compile(f"[^{re.escape(marks)}]+")


def starts_clause(text: str, start: int, at: int, marks: str = CLAUSE) -> bool:
    """Tell whether a clause begins at `at`: at the beginning of the sentence or after one of the marks."""
    return at == start or text[at - 1] in marks
