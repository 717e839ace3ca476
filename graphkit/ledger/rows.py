"""Rows of the ledger as objects of the model."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from graphkit.errors import DamagedError
from graphkit.model import Mention, Report, Statement, Status

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listed:
    """An input that gave no report and is no failure. kind: unknown type, link, no report, ignored …"""

    source: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report as the ledger knows it, with or without its text."""

    report: Report
    level: str


def each(path: Path, make: Callable[[S], T], rows: Iterable[S]) -> Iterator[T]:
    """What `make` makes of each row. Raises DamagedError for one that holds what no row of ours can."""
    try:
        yield from map(make, rows)
    except (ValueError, TypeError, OverflowError) as error:
        raise DamagedError(f"{path}: a row is damaged ({error})") from None


_STATUS = {status.value: status for status in Status}
_MENTION = (str, str, int, int, str, str)
_STATEMENT = (str, str, str, str, str, str, str, int, int, str, float, *_MENTION, *_MENTION, str)


def _mention(kind: str, name: str, start: int, end: int, aliases: str, anchor: str) -> Mention:
    back = None
    if anchor:
        a, b = anchor.split("-")
        back = (int(a), int(b))
    return Mention(kind, name, start, end, _aliases(aliases) if aliases else (), back)


@lru_cache(4096)
def _aliases(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def statement_of(row: tuple[Any, ...]) -> Statement:
    if tuple(map(type, row)) != _STATEMENT:
        # What was written is of these types; anything else is damage, or raises here.
        row = tuple(kind(str(value)) for kind, value in zip(_STATEMENT, row, strict=True))
    (_, report, relation, kind, status, speaker, date, start, end, rule, confidence, *rest, date_basis) = row
    return Statement(
        report,
        _mention(*rest[:6]),
        relation,
        _mention(*rest[6:]),
        start,
        end,
        rule,
        kind,
        _STATUS.get(status) or Status(status),
        speaker,
        date,
        confidence,
        date_basis=date_basis,
    )
