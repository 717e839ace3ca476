"""Messages about inputs that were not read, duplicates, reports without a date, and statements that were rejected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from graphkit.building.outcome import Refusal, reason_kind
from graphkit.ledger.overview import FIELDS, Overview
from graphkit.reading import printable

#: Maximum number of inputs that are listed individually; a longer list is grouped by reason.
MAX_LISTED = 20
#: Number of inputs that are shown for each reason.
EXAMPLES = 3
#: Maximum number of characters of an invalid date that are shown.
MAX_DATE_LENGTH = 60


def input_lines(label: str, inputs: Sequence[tuple[str, str]], *, everything: bool = False) -> Iterator[str]:
    """Yield a line for each (source, reason); a long list is shortened to examples and counts for each reason."""
    if everything or len(inputs) <= MAX_LISTED:
        yield from (_line(label, *one) for one in inputs)
        return
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in inputs:
        groups.setdefault(reason_kind(one[1]), []).append(one)
    # The most frequent reasons come first; the number of reasons is limited as well.
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    for kind, members in ordered[:MAX_LISTED]:
        yield from (_line(label, *one) for one in members[:EXAMPLES])
        if len(members) > EXAMPLES:
            yield f"{label}: {len(members) - EXAMPLES} more: {printable(kind)}"
    others = sum(len(members) for _, members in ordered[MAX_LISTED:])
    if others:
        yield f"{label}: {others} more for {len(ordered) - MAX_LISTED} other reasons"


def _line(label: str, source: str, reason: str) -> str:
    return f"{label}: {printable(source)}: {printable(reason)}"


def is_shortened(*lists: Sequence[object]) -> bool:
    """Return whether `input_lines` shortens at least one of these lists."""
    return any(len(one) > MAX_LISTED for one in lists)


def missing_line(missing: Mapping[str, int], reports: int) -> str:
    """Return the number of reports without a date, place or publisher as text; "" if there are none."""
    counted = [f"{missing[name]} without a {name}" for name in FIELDS if missing[name]]
    return f"of {reports} report{'' if reports == 1 else 's'}: {', '.join(counted)}" if counted else ""


def unread_dates_line(number: int, first: tuple[str, str]) -> str:
    """Return a message about reports whose date is not a calendar day, with the first example; "" if there are none."""
    if not number:
        return ""
    source, date = first
    cut = date if len(date) <= MAX_DATE_LENGTH else date[:MAX_DATE_LENGTH] + "…"
    shown = f"{printable(source)}: date “{printable(cut)}”"
    if number == 1:
        return f"1 report has a date that is not a day in the form 2024-03-05 and was read without a date: {shown}"
    return (
        f"{number} reports have dates that are not days in the form 2024-03-05 and were read without a date; "
        f"the first is {shown}"
    )


def notes_line(number: int, first: tuple[str, str]) -> str:
    """Return a message about reports with characters that were removed or could not be read; "" if there are none."""
    if not number:
        return ""
    shown = f"{printable(first[0])}: {printable(first[1])}"
    if number == 1:
        return f"1 report was read without some of its characters: {shown}"
    return f"{number} reports were read without some of their characters; the first is {shown}"


def overview_lines(overview: Overview) -> Iterator[str]:
    """Yield a line each for repeated reports, equal ids, equal and similar texts, and inferred places, with an example."""
    if overview.repeated:
        first = overview.repeated[0]
        yield (
            f"{_reports(len(overview.repeated))} in several files with the same id and content, stored once; "
            f"for example {printable(first.report)} in {printable(', '.join(first.files[:EXAMPLES]))}"
        )
    if overview.suffixed:
        base, reports = next(iter(overview.suffixed.items()))
        named = ", ".join(f"{r.report} ({', '.join(r.files[:1]) or 'file unknown'})" for r in reports[:EXAMPLES])
        number = sum(map(len, overview.suffixed.values()))
        yield (
            f"{_reports(number)} with the id of another report and different content got a suffix; "
            f"for example {printable(base)}: {printable(named)}"
        )
    if overview.equal:
        number = sum(len(ids) - 1 for ids in overview.equal)
        other, report = overview.equal[0][:2]
        example = f"for example {printable(report)} and {printable(other)}"
        yield f"{_reports(number)} with the text of another report; {example}"
    if overview.similar:
        found = overview.similar[0]
        yield (
            f"{_reports(len(overview.similar))} similar to another report (a hint; the graph is not changed); "
            f"for example {printable(found.report)} and {printable(found.other)}: about {found.similarity:.0%} in common"
        )
    if overview.inferred:
        first_place = overview.inferred[0]
        yield (
            f"{_reports(len(overview.inferred))} whose place is from the name of the publisher; for example "
            f"{printable(first_place.report)}: {printable(first_place.place)} from {printable(first_place.publisher)}; "
            "`graphkit status --inferred place` lists all of them"
        )


def missing_hint(missing: Mapping[str, int]) -> str:
    """Return how to list the reports without a date, place or publisher; "" if there are none."""
    first, *others = [name for name in FIELDS if missing[name]] or [""]
    alternatives = f" (or {', '.join(others)})" if others else ""
    return f"`graphkit status --missing {first}`{alternatives} lists these reports" if first else ""


def _reports(number: int) -> str:
    return f"{number} report{'' if number == 1 else 's'}"


def refusal_lines(refusals: Iterable[Refusal]) -> Iterator[str]:
    """Yield a line for each reason for which statements or answers were rejected, the most frequent first."""
    for refusal in sorted(refusals, key=lambda r: (-r.number, r.reason)):
        number = f"{refusal.number} statement{' was' if refusal.number == 1 else 's were'} rejected"
        example = f"for example in report {printable(refusal.report)}: {printable(refusal.example)}"
        yield f"{number}: {printable(refusal.reason)} ({example})"
