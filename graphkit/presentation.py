"""Statements, claims and reports as dictionaries, and as HTML with the marked sentence for notebooks."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphkit.model import Claim, Entity, Mention, Reading, Report, Statement

#: Maximum number of statements or quotes that a notebook shows.
SHOWN = 50
_CELL = 'style="text-align:left;vertical-align:top"'


def statement_dict(s: Statement, text: str) -> dict[str, Any]:
    """Return a statement with names, types and spans. text: the text of its report."""
    return {
        "report": s.report,
        "id": s.id,
        "subject": s.subject.name,
        "subject_type": s.subject.type,
        "subject_span": [s.subject.start, s.subject.end],
        "relation": s.relation,
        "object": s.object.name,
        "object_type": s.object.type,
        "object_span": [s.object.start, s.object.end],
        "kind": s.kind,
        "status": s.status.value,
        "speaker": s.speaker,
        "date": s.date,
        "date_basis": s.date_basis,
        "quote": text[s.start : s.end],
        "start": s.start,
        "end": s.end,
        "rule": s.rule,
        "confidence": s.confidence,
        "extractor": s.extractor,
    }


def claim_dict(c: Claim) -> dict[str, Any]:
    """Return a claim with the names and ids of its entities and the lists of its quotes and reports."""
    return {
        "id": c.id,
        "subject": c.subject.name,
        "subject_id": c.subject.id,
        "relation": c.relation,
        "object": c.object.name,
        "object_id": c.object.id,
        "kind": c.kind,
        "status": c.status.value,
        "date": c.date,
        "confidence": c.confidence,
        "quotes": list(c.quotes),
        "reports": list(dict.fromkeys(e.report for e in c.evidence)),
    }


def entity_dict(e: Entity) -> dict[str, Any]:
    """Return the fields of an entity, with lists instead of tuples."""
    return {
        "id": e.id,
        "type": e.type,
        "name": e.name,
        "aliases": list(e.aliases),
        "scope": e.scope,
        "code": e.code,
        "labels": list(e.labels),
    }


def report_dict(r: Report) -> dict[str, Any]:
    """Return the fields of a report that `Graph.add` reads."""
    return {name: getattr(r, name) for name in ("id", "text", "title", "date", "publisher", "place", "url")}


def marked(text: str, start: int, end: int, spans: Iterable[tuple[int, int]]) -> str:
    """Return `text[start:end]` as HTML, with the parts of the spans in it marked."""
    covered = [False] * (end - start)
    for first, last in spans:
        for n in range(max(first, start), min(last, end)):
            covered[n - start] = True
    parts, is_open = [], False
    for character, mark in zip(text[start:end], covered, strict=True):
        if mark != is_open:
            parts.append("<mark>" if mark else "</mark>")
            is_open = mark
        parts.append(escape(character).replace("\n", "<br>"))
    return "".join(parts) + ("</mark>" if is_open else "")


def _spans(*mentions: Mention) -> list[tuple[int, int]]:
    return [(m.start, m.end) for m in mentions if m.end > m.start]


def statement_html(s: Statement) -> str:
    """Return a statement with its marked sentence, or without it if the text is not known."""
    value = f"{s.kind} = {s.object.name}" if s.kind else s.object.name
    about = " · ".join(filter(None, (s.status.value, s.date, s.report, s.rule, f"{s.confidence:.2f}")))
    head = f"<b>{escape(s.subject.name)}</b> {escape(s.relation)} <b>{escape(value)}</b>"
    quote = f"<blockquote>{_sentence(s)}</blockquote>" if s.report_text else ""
    return f"<div>{head} <small>({escape(about)})</small>{quote}</div>"


def _sentence(s: Statement) -> str:
    return marked(s.report_text, s.start, s.end, _spans(s.subject, s.object))


def claim_html(c: Claim) -> str:
    """Return a claim with its quotes."""
    value = f"{c.kind} = {c.object.name}" if c.kind else c.object.name
    about = " · ".join(filter(None, (c.status.value, c.date, f"{c.confidence:.2f}")))
    quotes = "".join(
        f"<li>{escape(e.quote)} <small>({escape(e.report)}:{e.start}-{e.end})</small></li>" for e in c.evidence[:SHOWN]
    )
    head = f"<b>{escape(c.subject.name)}</b> {escape(c.relation)} <b>{escape(value)}</b>"
    return f"<div>{head} <small>({escape(about)})</small><ul>{quotes}</ul>{_rest(len(c.evidence))}</div>"


def reading_html(r: Reading) -> str:
    """Return a table of the statements of a reading, each with its marked sentence."""
    names = ("subject", "relation", "object", "status", "date", "quote")
    head = "".join(f"<th {_CELL}>{name}</th>" for name in names)
    rows = "".join(_row(s.with_text(r.report.text)) for s in r.statements[:SHOWN])
    title = escape(" ".join(filter(None, (r.report.id, r.report.date, r.report.title))))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<div><b>{title}</b>{table}{_rest(len(r.statements))}</div>"


def _row(s: Statement) -> str:
    value = f"{s.kind} = {s.object.name}" if s.kind else s.object.name
    cells = [escape(x) for x in (s.subject.name, s.relation, value, s.status.value, s.date)] + [_sentence(s)]
    return f"<tr>{''.join(f'<td {_CELL}>{cell}</td>' for cell in cells)}</tr>"


def _rest(number: int) -> str:
    return f"<small>and {number - SHOWN} more</small>" if number > SHOWN else ""
