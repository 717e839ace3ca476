"""What an argument of `graphkit show` refers to in a graph: a report, an entity, a span, a statement or a claim."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from itertools import islice

from graphkit.errors import UsageError
from graphkit.graph import Graph
from graphkit.model import Claim, Entity, Reading, Statement

#: REPORT:START-END, as exports and `graphkit show` print it. The id of a report may contain colons.
_SPAN = re.compile(r"(?P<report>.+):(?P<start>\d{1,12})[-–—](?P<end>\d{1,12})", re.S)
#: The id of a statement or a claim, or its beginning; `Claim:` precedes it in the id of a node.
_ID = re.compile(r"(?:Claim:)?(?P<id>[0-9a-f]{6,24})", re.I)
#: Maximum number of statements, claims or names that a message lists, and of names that an unknown one is compared with.
_MOST_LISTED = 5
_MOST_COMPARED = 200_000
#: Minimum similarity of a name that a message lists, 0-1.
_LEAST_SIMILAR = 0.6
#: Number of first characters that similar ids of statements and claims have in common.
_SIMILAR_START = 6


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `start:end` of the text of a report, with the statements whose quotes overlap them."""

    reading: Reading
    start: int
    end: int
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement with its report."""

    statement: Statement
    reading: Reading


#: A report, entities with the same name, a span, a statement, or a claim.
Target = Reading | list[Entity] | Span | Stated | Claim


def find(graph: Graph, what: str) -> Target:
    """Return what an argument refers to: the first kind of `Target` that exists.

    Raises UsageError, with similar names, if there is nothing of this name, and for a span that is not in its report or
    the beginning of several ids.
    """
    reading = graph.reading(what)
    if reading is not None:
        return reading
    entities = graph.entities(what)
    if entities:
        return entities
    span = _SPAN.fullmatch(what)
    if span is not None:
        reading = graph.reading(span["report"])
        if reading is not None:
            return _span(reading, int(span["start"]), int(span["end"]))
    identifier = _ID.fullmatch(what.strip())
    found = _with_id(graph, identifier["id"].lower()) if identifier else None
    if found is not None:
        return found
    raise UsageError(_not_found(graph, what, span["report"] if span else ""))


def _span(reading: Reading, start: int, end: int) -> Span:
    """Return a span with the statements that have exactly this quote, or, if there is none, with those that overlap it."""
    length = len(reading.report.text)
    if not start < end <= length:
        raise UsageError(
            f"{reading.report.id}:{start}-{end}: START must be less than END, and END at most {length}, the number of "
            "characters of the report"
        )
    overlapping = tuple(s for s in reading.statements if s.start < end and start < s.end)
    exact = tuple(s for s in overlapping if (s.start, s.end) == (start, end))
    return Span(reading, start, end, exact or overlapping)


def _with_id(graph: Graph, start: str) -> Target | None:
    """Return the statement or the claim whose id begins with `start`. Raises UsageError if there are several."""
    found = _candidates(graph, start)
    exact = [target for identifier, _, target in found if identifier == start]
    if exact or len(found) == 1:
        return exact[0] if exact else found[0][2]
    if found:
        listed = ", ".join(f"{kind} {identifier}" for identifier, kind, _ in found[:_MOST_LISTED])
        raise UsageError(f"{start}: several ids begin with these characters; give more characters: {listed}")
    return None


def _candidates(graph: Graph, start: str) -> list[tuple[str, str, Target]]:
    """Return id, kind and target of the first statements and claims whose id begins with `start`."""
    found: list[tuple[str, str, Target]] = [(s.statement.id, "statement", s) for s in _statements(graph, start)]
    return found + [(c.id, "claim", c) for c in graph.content().claims.with_id(start, _MOST_LISTED + 1)]


def _statements(graph: Graph, start: str) -> list[Stated]:
    """Return the first statements, with the decisions of reviewers, whose id begins with `start`."""
    reports = {report for _, report in graph.ledger.statement_ids(start)} | set(graph.ledger.decided_reports())
    readings = (graph.reading(report) for report in sorted(reports))
    found = (Stated(s, r) for r in readings if r is not None for s in r.statements if s.id.startswith(start))
    return list(islice(found, _MOST_LISTED + 1))


def _not_found(graph: Graph, what: str, report: str) -> str:
    """Return the message for an unknown name. report: the id in front of a span, "" if `what` is no span."""
    reports = graph.ledger.ids()
    if report:
        return f"{what}: {graph.folder} contains no report {report}{_hint(_similar(report, reports))}"
    entities = islice(graph.content().resolution.entities(), _MOST_COMPARED)
    identifier = _ID.fullmatch(what.strip())
    ids = _candidates(graph, identifier["id"][:_SIMILAR_START].lower()) if identifier else []
    near = [f"{kind} {i}" for i, kind, _ in ids[:_MOST_LISTED]]
    near += _similar(what, [*reports, *dict.fromkeys(e.name for e in entities)])
    return (
        f"{what}: there is no such file, and {graph.folder} contains no report, entity, statement or claim with this "
        f"name or id{_hint(near)}"
    )


def _similar(what: str, names: list[str]) -> list[str]:
    """Return the most similar names: the shortest that contain the words, then those that differ in few characters."""
    containing = sorted((n for n in names if what in n), key=lambda n: (len(n), n))
    close = difflib.get_close_matches(what, names[:_MOST_COMPARED], _MOST_LISTED, _LEAST_SIMILAR)
    return list(dict.fromkeys((*containing[:_MOST_LISTED], *close)))[:_MOST_LISTED]


def _hint(near: list[str]) -> str:
    if near:
        return f"; similar: {', '.join(near)}"
    return "; `graphkit query 'MATCH (r:Report) RETURN r.report_id'` lists the reports"
