"""Access to reports in the ledger, their passages, words and utterances, and inputs that contain no report."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from graphkit.ledger.connection import Connection
from graphkit.ledger.digests import ENTRY, digest_of, is_text_of
from graphkit.ledger.entry import Entry
from graphkit.model import Failure, Ignored, NoReport, NotRead, Passage, PassageKind, Report, Utterance
from graphkit.reading.identity import with_suffix


@dataclass(frozen=True, slots=True)
class Listed:
    """An input without a report that is not a failure. kind: unknown type, link, no report, ignored …"""

    source: str
    kind: str
    reason: str


WithoutReport = NotRead | NoReport | Ignored


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A stored report, with or without its text. level: administrative level of the publisher, "" if unknown."""

    report: Report
    level: str


class ReportTables(Connection):
    """Reads and writes reports and the list of inputs without a report."""

    def has(self, report_id: str, fingerprint: str, extractor: str, version: str) -> bool:
        """Return whether the ledger contains this report with this fingerprint, read by this extractor version.

        report_id: its id before a suffix is added (graphkit.reading.identity).
        """
        sql = "SELECT 1 FROM report WHERE id IN (?, ?) AND fingerprint = ? AND extractor = ? AND extractor_version = ?"
        other = with_suffix(report_id, fingerprint)
        return next(self._rows(sql, bool, report_id, other, fingerprint, extractor, version), False)

    def read_by(self, extractor: str, version: str) -> Iterator[tuple[str, str]]:
        """Yield id and fingerprint of the reports that this extractor version has read."""
        sql = "SELECT id, fingerprint FROM report WHERE extractor = ? AND extractor_version = ?"
        yield from self._rows(sql, lambda r: (str(r[0]), str(r[1])), extractor, version)

    def put(self, *entries: Entry) -> None:
        """Write reports with their passages and statements in one transaction, replacing earlier versions."""
        with self._transaction("write reports"):
            for entry in entries:
                with self._translated_errors(f"write report {entry.id}"):
                    self._put(entry)

    def _put(self, entry: Entry) -> None:
        origins = self._db.execute("SELECT report, source FROM origin WHERE report = ?", (entry.id,)).fetchall()
        self._digests.remove(entry.id)
        self._db.execute("DELETE FROM report WHERE id = ?", (entry.id,))
        self._db.execute(f"INSERT INTO report VALUES ({_placeholders(12)})", entry.report)
        self._db.executemany(f"INSERT INTO passage VALUES ({_placeholders(5)})", entry.passages)
        if entry.words:
            self._db.execute("INSERT INTO words VALUES (?,?)", (entry.id, entry.words))
        self._db.executemany(f"INSERT INTO utterance VALUES ({_placeholders(5)})", entry.utterances)
        self._db.executemany(f"INSERT OR IGNORE INTO statement VALUES ({_placeholders(24)})", entry.statements)
        self._db.executemany("INSERT INTO refused VALUES (?,?)", ((entry.id, reason) for reason in entry.refused))
        self._db.executemany("INSERT OR IGNORE INTO origin VALUES (?,?)", origins)
        if entry.sketch:
            self._db.execute("INSERT OR REPLACE INTO sketch VALUES (?,?)", (entry.id, entry.sketch))
        if entry.inferred:
            self._db.execute("INSERT INTO inferred VALUES (?)", (entry.id,))
        self._digests.put(entry.id)

    def replace_failures(
        self,
        read: list[str],
        failures: Iterable[Failure],
        others: Iterable[WithoutReport] = (),
        folders: Iterable[str] = (),
    ) -> None:
        """Replace the listed failures and inputs without a report of the same inputs.

        read: files that were read completely; entries for their members and lines (`path!member`, `path:line`) are
        replaced too. folders: folders whose files were all read or listed; earlier entries below them are replaced.
        """
        now = {f.source: (f.kind if isinstance(f, NotRead) else "failed", f.reason) for f in failures}
        now |= {o.source: (o.kind, o.reason) for o in others if o.source not in now}
        owners = set(read)
        under = list(folders)
        before = [(f.source, ("failed", f.reason)) for f in self.failures()]
        before += [(o.source, (o.kind, o.reason)) for o in self.not_read()]

        def is_replaced(source: str) -> bool:
            if source in owners or source.split("!")[0] in owners or source.rpartition(":")[0] in owners:
                return True
            return any(_is_under(source, folder) for folder in under)

        gone = [(s,) for s, entry in before if (now[s] != entry if s in now else is_replaced(s))]
        last = dict(before)
        new = sorted((s, *entry) for s, entry in now.items() if last.get(s) != entry)
        if gone or new:
            with self._transaction("list the inputs that were not read"):
                self._db.executemany("DELETE FROM failure WHERE source = ?", gone)
                self._db.executemany("DELETE FROM not_read WHERE source = ?", gone)
                failed = [(s, reason) for s, kind, reason in new if kind == "failed"]
                self._db.executemany("INSERT OR REPLACE INTO failure VALUES (?,?)", failed)
                listed = [row for row in new if row[1] != "failed"]
                self._db.executemany("INSERT OR REPLACE INTO not_read VALUES (?,?,?)", listed)
                self._digests.put_failures()

    def failures(self) -> list[Failure]:
        """Return the inputs that failed, ordered by source."""
        sql = "SELECT source, reason FROM failure ORDER BY source"
        return list(self._rows(sql, lambda r: Failure(str(r[0]), str(r[1]))))

    def not_read(self) -> list[Listed]:
        """Return the inputs that were not read, contain no report or were ignored, ordered by source."""
        sql = "SELECT source, kind, reason FROM not_read ORDER BY source"
        return list(self._rows(sql, lambda r: Listed(str(r[0]), str(r[1]), str(r[2]))))

    def refused(self) -> list[tuple[str, str]]:
        """Return report id and reason of each statement that the schema rejected."""
        sql = "SELECT report, reason FROM refused ORDER BY report, rowid"
        return list(self._rows(sql, lambda r: (str(r[0]), str(r[1]))))

    def reports(self, *, text: bool = False) -> Iterator[ReportRow]:
        """Yield the reports ordered by id. text: include the texts; they are empty otherwise."""
        yield from self._checked_reports("ORDER BY r.id", text=text)
        if self._compared is not None and text:
            self._compared.add("report")

    def ids(self) -> list[str]:
        """Return the ids of all reports, sorted."""
        return list(self._rows("SELECT id FROM report ORDER BY id", lambda r: str(r[0])))

    def report(self, report_id: str) -> ReportRow | None:
        """Return the report with this id, or None."""
        return next(self._checked_reports("WHERE r.id = ?", report_id), None)

    def _checked_reports(self, where: str, *arguments: object, text: bool = True) -> Iterator[ReportRow]:
        """Yield the selected reports. Raises DamagedError for a report that does not agree with its digest."""
        compared = self._compared is not None and "report" in self._compared

        def make(row: tuple[Any, ...]) -> ReportRow:
            *entry, body, digest = row
            if not compared and (digest != digest_of([entry]) or (text and not is_text_of(body, entry[2]))):
                raise ValueError(f"report {entry[0]!r} was changed outside graphkit")
            report_id, _, _, title, date, publisher, place, level, url, *_ = entry
            return ReportRow(Report(report_id, body, title, date, publisher, place, url), level)

        columns = ", ".join(f"r.{c}" for c in ENTRY.split(", "))
        body = "r.text" if text else "''"
        sql = f"SELECT {columns}, {body}, d.entry FROM report r LEFT JOIN digest d ON d.report = r.id {where}"
        yield from self._rows(sql, make, *arguments)

    def passages(self, report_id: str) -> list[Passage]:
        """Return the passages of a report, ordered by start; an enclosing passage precedes the enclosed ones."""
        sql = "SELECT kind, start, end, item FROM passage WHERE report = ? ORDER BY start, end DESC, kind"
        return list(self._rows(sql, lambda r: Passage(PassageKind(r[0]), int(r[1]), int(r[2]), int(r[3])), report_id))

    def words_of(self, report_id: str) -> bytes:
        """Return the encoded words of a report (`word_encoding`); empty if it has none."""
        return next(self._rows("SELECT cuts FROM words WHERE report = ?", lambda r: bytes(r[0]), report_id), b"")

    def utterances(self, report_id: str) -> list[Utterance]:
        """Return the utterances of a report, ordered by position."""
        sql = "SELECT start, end, type, speaker FROM utterance WHERE report = ? ORDER BY start, end"
        return list(self._rows(sql, lambda r: Utterance(int(r[0]), int(r[1]), str(r[2]), str(r[3])), report_id))

    def items(self, report_id: str) -> list[tuple[int, int, int]]:
        """Return (start, end, number) of the passages in the second and later items of a digest, by position."""
        sql = "SELECT start, end, item FROM passage WHERE report = ? AND item > 0 ORDER BY start, end DESC"
        return list(self._rows(sql, lambda r: (int(r[0]), int(r[1]), int(r[2])), report_id))

    def extractor_of(self, report_id: str) -> str:
        """Return the name of the extractor that read a report; "" if the report does not exist."""
        return next(self._rows("SELECT extractor FROM report WHERE id = ?", lambda r: str(r[0]), report_id), "")

    def has_text(self, report: Report) -> bool:
        """Return whether the text and the fields of a report agree with the stored fingerprint."""
        sql = "SELECT fingerprint FROM report WHERE id = ?"
        return next(self._rows(sql, lambda r: str(r[0]), report.id), "") == report.fingerprint


def _is_under(source: str, folder: str) -> bool:
    """Return whether this input is in the folder or one of its subfolders."""
    if folder == ".":
        return not os.path.isabs(source) and not source.startswith("..") and source != "standard input"
    return source == folder or source.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def _placeholders(count: int) -> str:
    return ",".join("?" * count)
