"""Lists: items joined by 、, 和, 及, 以及 and the like.

This is the only place where a list is divided into its items: the stops of a visit, the bodies of a roster, the parts
of a site, several posts or aims. A joint inside of brackets, quotation marks or the name of an item does not divide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from graphkit.grammar.patterns import pattern
from graphkit.recognition.marks import PersonMark, Span

_MARK = pattern("lists.mark")
_JOINS_PERSONS = pattern("lists.joins_persons")
_WITH_OR_AND = pattern("lists.with_or_and")
_FIRST_HALF = pattern("lists.first_half")
_SECOND_HALF = pattern("lists.second_half")
#: Maximum length of a match of `lists.first_half`.
_LONGEST_HALF = 4
_PAIRS = (("（", "）"), ("“", "”"), ("《", "》"))

#: From where an item begins and a possible joint, to where the joint ends, or to the same offset if it is none.
Joint = Callable[[int, int], int]


def _no_conjunction(_start: int, at: int) -> int:
    return at


def split_list(text: str, start: int, end: int, joint: Joint = _no_conjunction) -> list[Span]:
    """Return the ranges of the items of the list `text[start:end]`.

    Parameters
    ----------
    text
        The normalized text.
    start, end
        The range of the list.
    joint
        Tells which conjunctions divide the list. Without it, only 、 does.
    """
    items: list[Span] = []
    at, depth = start, 0
    for m in _MARK.finditer(text, start, end):
        i, mark = m.start(), m.group()
        if i < at:
            continue
        if mark in "（“《":
            depth += 1
        elif mark in "）”》":
            depth = max(0, depth - 1)
        elif depth == 0:
            after = i + 1 if mark == "、" else joint(at, i)
            if after > i:
                items.append((at, i))
                at = after
    items.append((at, end))
    return items


def is_inside_name(text: str, start: int, at: int, end: int) -> bool:
    """Tell whether the conjunction at `at` is part of a name: 发展和改革委员会, 科学与工程实验室.

    The name begins at `start` at the earliest and ends at `end` at the latest.
    """
    if not _WITH_OR_AND.match(text, at):
        return False
    before = text[max(start, at - _LONGEST_HALF) : at]
    return _FIRST_HALF.search(before) is not None and _SECOND_HALF.match(text, at + 1, end) is not None


def is_closed(words: str) -> bool:
    """Tell whether each bracket and quotation mark of some words has its counterpart."""
    return all(words.count(a) == words.count(b) for a, b in _PAIRS)


def further_items(item: re.Pattern[str], text: str, at: int, end: int, group: str) -> Iterator[Span]:
    """Yield the ranges of the capture `group` of each item that follows at `at`, one directly after the other."""
    while (m := item.match(text, at, end)) is not None:
        yield m.span(group)
        at = m.end()


def joined_persons(text: str, persons: Sequence[PersonMark], last: PersonMark) -> list[PersonMark]:
    """Return the persons of a list that ends with `last`, in order: 县委书记王建国、县长李志强.

    persons: those of the sentence, in order.
    """
    found = [last]
    for person in reversed(persons):
        if _JOINS_PERSONS.fullmatch(text, person.end, found[0].left):
            found.insert(0, person)
    return found
