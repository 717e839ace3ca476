"""How the commands list inputs that were not read, reports without a date, and refused statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from graphkit.building.outcome import FIELDS, Refusal, reason_kind
from graphkit.reading import printable

#: Largest number of inputs of a kind that are listed one by one; more are grouped by their reason, each with a few examples.
SINGLY = 20
EXAMPLES = 3
#: Characters of an unreadable date that are shown.
LONGEST_DATE = 60


def input_lines(label: str, inputs: Sequence[tuple[str, str]], *, everything: bool = False) -> Iterator[str]:
    """A line for each (source, reason); if there are many, a few for each kind of reason and the number of the others."""
    if everything or len(inputs) <= SINGLY:
        yield from (_line(label, *one) for one in inputs)
        return
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in inputs:
        groups.setdefault(reason_kind(one[1]), []).append(one)
    # The most frequent reasons first; reasons that are all different would fill the screen as well.
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    for kind, members in ordered[:SINGLY]:
        yield from (_line(label, *one) for one in members[:EXAMPLES])
        if len(members) > EXAMPLES:
            yield f"{label}: {len(members) - EXAMPLES} more: {printable(kind)}"
    others = sum(len(members) for _, members in ordered[SINGLY:])
    if others:
        yield f"{label}: {others} more for {len(ordered) - SINGLY} other reasons"


def _line(label: str, source: str, reason: str) -> str:
    return f"{label}: {printable(source)}: {printable(reason)}"


def is_shortened(*lists: Sequence[object]) -> bool:
    """Does `input_lines` leave out some of one of these lists?"""
    return any(len(one) > SINGLY for one in lists)


def missing_line(missing: Mapping[str, int], reports: int) -> str:
    """How many reports have no date, place or publisher; "" if all have them."""
    counted = [f"{missing[name]} without a {name}" for name in FIELDS if missing[name]]
    return f"of {reports} report{'' if reports == 1 else 's'}: {', '.join(counted)}" if counted else ""


def unread_dates_line(number: int, first: tuple[str, str]) -> str:
    """How many of the reports without a date state one that is not a day, with the first of them; "" if there are none."""
    if not number:
        return ""
    source, words = first
    cut = words if len(words) <= LONGEST_DATE else words[:LONGEST_DATE] + "…"
    shown = f"{printable(source)}: date “{printable(cut)}”"
    if number == 1:
        return f"1 report states a date that is not a day such as 2024-03-05, and was read without a date: {shown}"
    return f"{number} reports state dates that are not days such as 2024-03-05, and were read without a date; the first is {shown}"


def refusal_lines(refusals: Iterable[Refusal]) -> Iterator[str]:
    """A line for each kind of reason, the most frequent first."""
    for refusal in sorted(refusals, key=lambda r: (-r.number, r.reason)):
        number = f"{refusal.number} statement{' was' if refusal.number == 1 else 's were'} refused by the schema"
        yield f"{number}: {printable(refusal.reason)} (for example in report {printable(refusal.report)}: {printable(refusal.example)})"
