"""Conversion of a reading into the rows of the ledger, which can be sent to other processes or written to files."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from graphkit.ledger.word_encoding import pack
from graphkit.model import Mention, Reading, Statement, statement_id
from graphkit.reading.fields import level
from graphkit.reading.origins import has_inferred_place
from graphkit.reading.sketches import sketch_of

Row = tuple[str | int | float, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """The rows of one report, with values in the order of the table's columns (graphkit.ledger.migrations).

    words: encoded words, empty if there are none. refused: a reason for each statement that the schema rejected.
    sketch: sketch of the text (graphkit.reading.sketches). inferred: whether the place is from the name of the publisher.
    """

    report: Row
    passages: tuple[Row, ...]
    words: bytes
    utterances: tuple[Row, ...]
    statements: tuple[Row, ...]
    refused: tuple[str, ...] = ()
    sketch: bytes = b""
    inferred: bool = False

    @property
    def id(self) -> str:
        return str(self.report[0])

    @property
    def fingerprint(self) -> str:
        return str(self.report[1])

    @property
    def known(self) -> dict[str, bool]:
        """Return for date, publisher and place whether the report states it."""
        return {"date": bool(self.report[4]), "publisher": bool(self.report[5]), "place": bool(self.report[6])}


def entry_of(reading: Reading, extractor: str, version: str) -> Entry:
    """Return the rows of a reading by this version of this extractor."""
    report = reading.report
    place = level(report)
    return Entry(
        (
            report.id,
            report.fingerprint,
            report.sha256,
            report.title,
            report.date,
            report.publisher,
            report.place,
            place.value if place else "",
            report.url,
            report.text,
            extractor,
            version,
        ),
        tuple((report.id, p.kind.value, p.start, p.end, p.item) for p in reading.passages),
        pack(reading.words) if reading.words else b"",
        tuple((report.id, u.start, u.end, u.type, u.speaker) for u in reading.utterances),
        tuple(_statement(s) for s in reading.statements),
        tuple(_storable(reason) for reason in reading.refused),
        sketch_of(report.text),
        has_inferred_place(report),
    )


def with_id(entry: Entry, report_id: str) -> Entry:
    """Return the entry under another id of its report."""
    if entry.id == report_id:
        return entry
    return replace(
        entry,
        report=(report_id, *entry.report[1:]),
        passages=tuple((report_id, *row[1:]) for row in entry.passages),
        utterances=tuple((report_id, *row[1:]) for row in entry.utterances),
        statements=tuple(statement_with_id(row, report_id) for row in entry.statements),
    )


def statement_with_id(row: Row, report_id: str) -> Row:
    """Return the row of a statement under another id of its report; its own id depends on that of the report."""
    _, _, relation, kind, status, _, _, start, end, *_ = row
    s_type, s_name, s_start, s_end = row[11:15]
    o_type, o_name, o_start, o_end = row[17:21]
    own = (relation, kind, status, s_type, s_name, s_start, s_end, o_type, o_name, o_start, o_end, start, end)
    return (statement_id(report_id, *own), report_id, *row[2:])  # type: ignore[arg-type]


def _storable(reason: str) -> str:
    """Return a reason with characters escaped that cannot be encoded in UTF-8 (an extractor may return any text)."""
    return reason.encode("utf-8", "backslashreplace").decode("utf-8")


def _statement(s: Statement) -> Row:
    return (
        s.id,
        s.report,
        s.relation,
        s.kind,
        s.status.value,
        s.speaker,
        s.date,
        s.start,
        s.end,
        s.rule,
        s.confidence,
        *_mention(s.subject),
        *_mention(s.object),
        s.date_basis,
    )


def _mention(m: Mention) -> Row:
    anchor = f"{m.antecedent[0]}-{m.antecedent[1]}" if m.antecedent else ""
    return m.type, m.name, m.start, m.end, json.dumps(m.aliases, ensure_ascii=False) if m.aliases else "", anchor
