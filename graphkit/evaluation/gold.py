"""The interchange shape of the gold set: one object a report, triples with other wordings and evidence."""

from __future__ import annotations

from typing import Any

from graphkit.model import Mention, Reading, Statement, Status


def gold_record(reading: Reading, *, all_status: bool = False) -> dict[str, Any]:
    """`{"id", "relations": [...]}` of a reading; `has_attribute` objects as `kind=value`."""
    kept = [s for s in reading.statements if all_status or s.status is Status.ACTUAL]
    seen: set[tuple[str, str, str, str]] = set()
    relations = []
    for statement in kept:
        row = _row(reading, statement)
        key = (row["s"], row["r"], row["o"], row["status"])
        if key not in seen:
            seen.add(key)
            relations.append(row)
    return {"id": reading.report.id, "relations": relations}


def _row(reading: Reading, statement: Statement) -> dict[str, Any]:
    prefix = f"{statement.kind}=" if statement.kind else ""
    return {
        "s": statement.subject.name,
        "r": statement.relation,
        "o": prefix + statement.object.name,
        "s_alt": list(_others(statement.subject)),
        "o_alt": [prefix + a for a in _others(statement.object)],
        "evidence": reading.report.text[statement.start : statement.end],
        "start": statement.start,
        "end": statement.end,
        "status": statement.status.value,
    }


def _others(mention: Mention) -> tuple[str, ...]:
    return tuple(a for a in mention.aliases if a != mention.name)
