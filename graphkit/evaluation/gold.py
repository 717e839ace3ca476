"""Records of gold data: one JSON object for each report, with triples, alternative names and evidence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from graphkit import presentation
from graphkit.errors import UsageError
from graphkit.model import Mention, Reading, Statement, Status


def gold_record(reading: Reading, *, all_status: bool = False) -> dict[str, Any]:
    """Return the record `{"id", "relations": [...]}` of a reading. Objects of `has_attribute` are `kind=value`."""
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


def statement_record(reading: Reading, statement: Statement) -> dict[str, Any]:
    """Return a statement as a JSON object with ids, names, types, spans, quote and rule (docs/formats.md)."""
    return presentation.statement_dict(statement, reading.report.text)


def read_records(path: Path) -> list[dict[str, Any]]:
    """Return the records of a gold file. Raises UsageError with the number of an invalid line."""
    records = []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            for triple in record["relations"]:
                _ = triple["s"], triple["r"], triple["o"]
            _ = record["id"]
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise UsageError(f"{path}:{number}: not a gold record ({type(error).__name__}: {error})") from None
        records.append(record)
    return records
