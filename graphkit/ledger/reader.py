"""Reading a ledger: reports, passages, statements and decisions, each compared with its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from graphkit.errors import DamagedError
from graphkit.ledger.connection import LedgerConnection
from graphkit.ledger.decided import Decided, InvalidDecision
from graphkit.ledger.digests import EMPTY, ENTRY, STATEMENTS, digest_of, is_text_of
from graphkit.ledger.rows import Listed, ReportRow, each, statement_of
from graphkit.model import Failure, Passage, PassageKind, Report, Statement, Utterance
from graphkit.review.decisions import Decision, apply


class LedgerReader(LedgerConnection):
    """What a ledger holds: the rows as they were written, and the statements after decisions."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        super().__init__(folder, create=create)
        #: In a snapshot: tables that were compared with their digests as a whole and do not change afterwards.
        self._compared: set[str] | None = None
        self._decided = Decided(self._rows, lambda: self.revision)

    # -- inputs and reports ----------------------------------------------------------------------------------

    def has(self, report_id: str, fingerprint: str, extractor: str, version: str) -> bool:
        """Is this very report in, read by this version of this extractor?"""
        sql = "SELECT 1 FROM report WHERE id = ? AND fingerprint = ? AND extractor = ? AND extractor_version = ?"
        return next(self._rows(sql, bool, report_id, fingerprint, extractor, version), False)

    def read_by(self, extractor: str, version: str) -> Iterator[tuple[str, str]]:
        """Id and fingerprint of the reports that this version of this extractor has read."""
        sql = "SELECT id, fingerprint FROM report WHERE extractor = ? AND extractor_version = ?"
        yield from self._rows(sql, lambda r: (str(r[0]), str(r[1])), extractor, version)

    def failures(self) -> list[Failure]:
        return list(
            self._rows("SELECT source, reason FROM failure ORDER BY source", lambda r: Failure(str(r[0]), str(r[1])))
        )

    def not_read(self) -> list[Listed]:
        """Inputs that were not opened, hold no report or were ignored, in order of their source."""
        return list(
            self._rows(
                "SELECT source, kind, reason FROM not_read ORDER BY source",
                lambda r: Listed(str(r[0]), str(r[1]), str(r[2])),
            )
        )

    def refused(self) -> list[tuple[str, str]]:
        """Report id and reason of each statement that the schema refused."""
        return list(
            self._rows("SELECT report, reason FROM refused ORDER BY report, rowid", lambda r: (str(r[0]), str(r[1])))
        )

    def reports(self, *, text: bool = False) -> Iterator[ReportRow]:
        """Reports in order of id; without `text` their text is empty."""
        yield from self._checked_reports("ORDER BY r.id", text=text)
        if self._compared is not None and text:
            self._compared.add("report")

    def ids(self) -> list[str]:
        """Ids of all reports in their order."""
        return list(self._rows("SELECT id FROM report ORDER BY id", lambda r: str(r[0])))

    def report(self, report_id: str) -> ReportRow | None:
        return next(self._checked_reports("WHERE r.id = ?", report_id), None)

    def _checked_reports(self, where: str, *arguments: object, text: bool = True) -> Iterator[ReportRow]:
        """Reports that agree with their digests. Raises DamagedError for one that does not."""

        known = self._compared is not None and "report" in self._compared

        def make(row: tuple[Any, ...]) -> ReportRow:
            *entry, body, digest = row
            if not known and (digest != digest_of([entry]) or (text and not is_text_of(body, entry[2]))):
                raise ValueError(f"report {entry[0]!r} was changed outside graphkit")
            report_id, _, _, title, date, publisher, place, level, url, *_ = entry
            return ReportRow(Report(report_id, body, title, date, publisher, place, url), level)

        columns = ", ".join(f"r.{c}" for c in ENTRY.split(", "))
        body = "r.text" if text else "''"
        yield from self._rows(
            f"SELECT {columns}, {body}, d.entry FROM report r LEFT JOIN digest d ON d.report = r.id {where}",
            make,
            *arguments,
        )

    def passages(self, report_id: str) -> list[Passage]:
        sql = "SELECT kind, start, end, item FROM passage WHERE report = ? ORDER BY start, end DESC, kind"
        return list(self._rows(sql, lambda r: Passage(PassageKind(r[0]), int(r[1]), int(r[2]), int(r[3])), report_id))

    def words_of(self, report_id: str) -> bytes:
        """Packed words of one report, empty if it has none."""
        return next(self._rows("SELECT cuts FROM words WHERE report = ?", lambda r: bytes(r[0]), report_id), b"")

    def utterances(self, report_id: str) -> list[Utterance]:
        """Speeches of one report in order of their place."""
        sql = "SELECT start, end, type, speaker FROM utterance WHERE report = ? ORDER BY start, end"
        return list(self._rows(sql, lambda r: Utterance(int(r[0]), int(r[1]), str(r[2]), str(r[3])), report_id))

    def items(self, report_id: str) -> list[tuple[int, int, int]]:
        """(start, end, number) of the passages of digest items after the first, in order of their place."""
        sql = "SELECT start, end, item FROM passage WHERE report = ? AND item > 0 ORDER BY start, end DESC"
        return list(self._rows(sql, lambda r: (int(r[0]), int(r[1]), int(r[2])), report_id))

    def phrases(self) -> Iterator[tuple[str, float]]:
        """Each wording of a phrase in statements as they were read, with the highest confidence."""
        sql = "SELECT o_name, max(confidence) FROM statement WHERE o_type = 'Phrase' GROUP BY o_name ORDER BY o_name"
        yield from self._rows(sql, lambda r: (str(r[0]), float(r[1])))

    def counts(self) -> dict[str, int]:
        """`reports`, those `without_date`, `without_place`, `without_publisher`; inputs that `failed`, were `not_read`,
        held `no_report` or were `ignored`; `statements`, and statements that the schema `refused`."""
        wanted = {
            "reports": "report",
            "without_date": "report WHERE date = ''",
            "without_place": "report WHERE place = ''",
            "without_publisher": "report WHERE publisher = ''",
            "failed": "failure",
            "not_read": "not_read WHERE kind NOT IN ('no report', 'ignored')",
            "no_report": "not_read WHERE kind = 'no report'",
            "ignored": "not_read WHERE kind = 'ignored'",
            "statements": "statement",
            "refused": "refused",
        }
        return {
            name: next(self._rows(f"SELECT count(*) FROM {rows}", lambda r: int(r[0]))) for name, rows in wanted.items()
        }

    # -- statements ------------------------------------------------------------------------------------------

    def statements(self, report_id: str | None = None) -> Iterator[Statement]:
        """Statements in order of report, place and id, after what people have decided on them."""
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
        """Statements as they were read, whatever was decided, in the same order."""
        rows = self._statements_of(report_id) if report_id is not None else self._all_statements()
        return each(self.path, statement_of, rows)

    def _statements_of(self, report_id: str) -> Iterator[tuple[Any, ...]]:
        """Rows of the statements of one report, if they agree with their digest."""
        digest = next(self._rows("SELECT statements FROM digest WHERE report = ?", itemgetter(0), report_id), EMPTY)
        rows = list(self._rows(STATEMENTS, tuple, report_id))
        self._compare(report_id, rows, digest)
        return iter(rows)

    def _all_statements(self) -> Iterator[tuple[Any, ...]]:
        """Rows of all statements, each report's compared with its digest."""
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
            raise DamagedError(f"{self.path}: statements of report {waiting[0]!r} are damaged: its report is not in")
        if self._compared is not None:
            self._compared.add("statement")

    def _compare(self, report_id: str, rows: list[tuple[Any, ...]], digest: object) -> None:
        try:
            same = digest_of(rows) == digest
        except TypeError:
            same = False
        if not same:
            raise DamagedError(
                f"{self.path}: a row of the statements of report {report_id!r} is damaged "
                "or was changed outside graphkit"
            )

    def statement_ids(self, start: str) -> list[tuple[str, str]]:
        """Id and report of statements as they were read whose id begins so, in order of id."""
        sql = "SELECT id, report FROM statement WHERE id >= ? AND id < ? ORDER BY id LIMIT 100"
        return list(self._rows(sql, lambda r: (str(r[0]), str(r[1])), start, start + "\U0010ffff"))

    # -- decisions -------------------------------------------------------------------------------------------

    def all_decisions(self) -> Iterator[Decision]:
        """Every valid decision that was ever made, in the order in which this ledger took them in."""
        return self._decided.history()

    def decisions(self) -> list[Decision]:
        """The decisions that hold: the last of each key, those taken back left out; in order of key."""
        return self._decided.all()

    def each_decision(self) -> Iterator[Decision]:
        """The same, read bit by bit as they are asked for."""
        return self._decided.each()

    def decisions_on(self, report_id: str) -> list[Decision]:
        """The decisions on statements of a report that hold, in order of key."""
        return self._decided.of_report(report_id) if report_id else []

    def decisions_on_names(self) -> list[Decision]:
        """The decisions on names that hold, in order of key."""
        return [d for d in self._decided.of_report("") if d.is_of_names]

    def decided_reports(self) -> list[str]:
        """Ids of reports with decisions on their statements, whether they are in or not, in order."""
        return self._decided.reports()

    def decision(self, key: str) -> Decision | None:
        """The decision of this key, if one holds."""
        return self._decided.of_key(key)

    def decision_keys(self, start: str) -> list[str]:
        """Keys that begin so, of decisions that hold."""
        return self._decided.keys(start)

    def contested_decisions(self, keys: Iterable[str] | None = None) -> Iterator[tuple[Decision, Decision]]:
        """Decisions that hold, each with another one that was made without knowledge of it and says otherwise.

        keys: only of these.
        """
        return self._decided.contested(keys)

    def invalid_decisions(self) -> Iterator[InvalidDecision]:
        """Decisions that are passed over, because their rows are damaged or not valid."""
        return self._decided.invalid()

    # -- keys ------------------------------------------------------------------------------------------------

    def reading_key(self) -> str:
        """A key of what was read, whatever was decided on it."""
        return self._key(0)

    def content_key(self) -> str:
        """A key of all that views are made from: equal keys, equal views."""
        return self._key(self._decided.fingerprint())

    def _key(self, decisions: int) -> str:
        digest = hashlib.sha256()
        for row in self._rows("SELECT report, entry, statements, parts FROM digest ORDER BY report", "\x1f".join):
            digest.update(row.encode("utf-8", "surrogatepass"))
        # (Who decided, when and why changes no view.)
        digest.update(f"\x1f{decisions:x}".encode() if decisions else b"")
        return digest.hexdigest()[:32]
