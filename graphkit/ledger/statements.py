"""Access to statements in the ledger, with and without the decisions on them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from graphkit.decisions.application import apply
from graphkit.decisions.model import Decision
from graphkit.errors import DamagedError
from graphkit.ledger.connection import convert_rows
from graphkit.ledger.decision_tables import DecisionTables
from graphkit.ledger.digests import EMPTY, STATEMENTS, digest_of
from graphkit.model import Mention, Statement, Status


class StatementTables(DecisionTables):
    """Reads statements and compares the statements of each report with their digest."""

    def phrases(self) -> Iterator[tuple[str, float]]:
        """Yield each phrase in extracted statements with its highest confidence."""
        sql = "SELECT o_name, max(confidence) FROM statement WHERE o_type = 'Phrase' GROUP BY o_name ORDER BY o_name"
        yield from self._rows(sql, lambda r: (str(r[0]), float(r[1])))

    def statements(self, report_id: str | None = None) -> Iterator[Statement]:
        """Yield the statements with decisions applied, ordered by report, position and id. report_id: of one report."""
        if report_id is not None:
            decided = self.decisions_on(report_id)
            found = self.read_statements(report_id)
            return iter(self._after(report_id, found, decided)) if decided else found
        reports = self._decided.reports()
        return self._with_decisions(reports) if reports else self.read_statements()

    def _with_decisions(self, decided: list[str]) -> Iterator[Statement]:
        waiting = decided[::-1]
        for report_id, found in groupby(self.read_statements(), lambda s: s.report):
            while waiting and waiting[-1] < report_id:
                other = waiting.pop()
                yield from self._after(other, (), self.decisions_on(other))
            if waiting and waiting[-1] == report_id:
                waiting.pop()
                yield from self._after(report_id, found, self.decisions_on(report_id))
            else:
                yield from found
        for other in reversed(waiting):
            yield from self._after(other, (), self.decisions_on(other))

    def _after(self, report_id: str, statements: Iterable[Statement], decisions: list[Decision]) -> list[Statement]:
        row = self.report(report_id)
        return list(statements) if row is None else apply(row.report, statements, decisions)

    def read_statements(self, report_id: str | None = None) -> Iterator[Statement]:
        """Yield the extracted statements without decisions, ordered by report, position and id."""
        rows = self._statements_of(report_id) if report_id is not None else self._all_statements()
        names = self._extractors(report_id)
        return convert_rows(self.path, lambda row: _statement(row, names), rows)

    def _extractors(self, report_id: str | None) -> dict[str, str]:
        """Return the name of the extractor of each report, or of one report."""
        if report_id is not None:
            return {report_id: self.extractor_of(report_id)}
        return dict(self._rows("SELECT id, extractor FROM report", lambda r: (str(r[0]), str(r[1]))))

    def _statements_of(self, report_id: str) -> Iterator[tuple[Any, ...]]:
        """Return the rows of one report's statements. Raises DamagedError if they do not agree with their digest."""
        digest = next(self._rows("SELECT statements FROM digest WHERE report = ?", itemgetter(0), report_id), EMPTY)
        rows = list(self._rows(STATEMENTS, tuple, report_id))
        self._compare(report_id, rows, digest)
        return iter(rows)

    def _all_statements(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of all statements. Raises DamagedError if those of a report do not agree with their digest."""
        if self._compared is not None and "statement" in self._compared:
            yield from self._rows("SELECT * FROM statement ORDER BY report, start, id", tuple)
            return
        grouped = groupby(
            self._rows("SELECT * FROM statement ORDER BY report, start, id", tuple), lambda row: str(row[1])
        )
        waiting = next(grouped, None)
        for report_id, digest in self._rows("SELECT report, statements FROM digest ORDER BY report", tuple):
            rows: list[tuple[Any, ...]] = []
            if waiting is not None and waiting[0] == report_id:
                rows = list(waiting[1])
                waiting = next(grouped, None)
            self._compare(report_id, rows, digest)
            yield from rows
        if waiting is not None:
            raise DamagedError(f"{self.path}: the report {waiting[0]!r} of some statements is missing")
        if self._compared is not None:
            self._compared.add("statement")

    def _compare(self, report_id: str, rows: list[tuple[Any, ...]], digest: object) -> None:
        try:
            same = digest_of(rows) == digest
        except TypeError:
            same = False
        if not same:
            raise DamagedError(
                f"{self.path}: a statement of report {report_id!r} is damaged or was changed outside graphkit"
            )

    def statement_ids(self, start: str) -> list[tuple[str, str]]:
        """Return id and report of at most 100 extracted statements whose id starts with `start`, ordered by id."""
        sql = "SELECT id, report FROM statement WHERE id >= ? AND id < ? ORDER BY id LIMIT 100"
        return list(self._rows(sql, lambda r: (str(r[0]), str(r[1])), start, start + "\U0010ffff"))


_STATUS = {status.value: status for status in Status}
_MENTION = (str, str, int, int, str, str)
_STATEMENT = (str, str, str, str, str, str, str, int, int, str, float, *_MENTION, *_MENTION, str)


def _mention(kind: str, name: str, start: int, end: int, aliases: str, anchor: str) -> Mention:
    antecedent = None
    if anchor:
        first, last = anchor.split("-")
        antecedent = (int(first), int(last))
    return Mention(kind, name, start, end, _aliases(aliases) if aliases else (), antecedent)


@lru_cache(4096)
def _aliases(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _statement(row: tuple[Any, ...], extractors: dict[str, str]) -> Statement:
    if tuple(map(type, row)) != _STATEMENT:
        # graphkit writes these types only. A value that cannot be converted raises an error here.
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
        extractors.get(report, ""),
        date_basis,
    )
