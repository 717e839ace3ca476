"""Reports in the ledger, the inputs that gave none, and what was read from each report: passages, words, speeches."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from graphkit.ledger.connection import Connection
from graphkit.ledger.digests import ENTRY, digest_of, is_text_of
from graphkit.ledger.entry import Entry
from graphkit.model import Failure, Ignored, NoReport, NotRead, Passage, PassageKind, Report, Utterance


@dataclass(frozen=True, slots=True)
class Listed:
    """An input that gave no report and is no failure. kind: unknown type, link, no report, ignored …"""

    source: str
    kind: str
    reason: str


WithoutReport = NotRead | NoReport | Ignored


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report as the ledger knows it, with or without its text."""

    report: Report
    level: str


class ReportTables(Connection):
    """Reads and writes reports, and the list of inputs that gave no report."""

    def has(self, report_id: str, fingerprint: str, extractor: str, version: str) -> bool:
        """Is this very report in, read by this version of this extractor?"""
        sql = "SELECT 1 FROM report WHERE id = ? AND fingerprint = ? AND extractor = ? AND extractor_version = ?"
        return next(self._rows(sql, bool, report_id, fingerprint, extractor, version), False)

    def read_by(self, extractor: str, version: str) -> Iterator[tuple[str, str]]:
        """Id and fingerprint of the reports that this version of this extractor has read."""
        sql = "SELECT id, fingerprint FROM report WHERE extractor = ? AND extractor_version = ?"
        yield from self._rows(sql, lambda r: (str(r[0]), str(r[1])), extractor, version)

    def put(self, *entries: Entry) -> None:
        """Write reports with their passages and statements, replacing earlier ones; all or nothing."""
        with self._transaction("write reports"):
            for entry in entries:
                with self._translated_errors(f"write report {entry.id}"):
                    self._put(entry)

    def _put(self, entry: Entry) -> None:
        self._digests.remove(entry.id)
        self._db.execute("DELETE FROM report WHERE id = ?", (entry.id,))
        self._db.execute(f"INSERT INTO report VALUES ({_marks(12)})", entry.report)
        self._db.executemany(f"INSERT INTO passage VALUES ({_marks(5)})", entry.passages)
        if entry.words:
            self._db.execute("INSERT INTO words VALUES (?,?)", (entry.id, entry.words))
        self._db.executemany(f"INSERT INTO utterance VALUES ({_marks(5)})", entry.utterances)
        self._db.executemany(f"INSERT OR IGNORE INTO statement VALUES ({_marks(24)})", entry.statements)
        self._db.executemany("INSERT INTO refused VALUES (?,?)", ((entry.id, reason) for reason in entry.refused))
        self._digests.put(entry.id)

    def remove(self, report_id: str) -> bool:
        """Take a report out with all it said. False if it is not in."""
        with self._transaction(f"remove report {report_id}"):
            self._digests.remove(report_id)
            return self._db.execute("DELETE FROM report WHERE id = ?", (report_id,)).rowcount > 0

    def replace_failures(self, read: list[str], failures: Iterable[Failure], others: Iterable[WithoutReport] = (), folders: Iterable[str] = ()) -> None:
        """List failures, and others that gave no report, in the place of those that the same inputs had before.

        read: files that were read to their end; their members and lines (`path!member`, `path:line`) are their own.
        folders: folders whose files were all read or listed; what was listed under them before is theirs.
        """
        now = {f.source: (f.kind if isinstance(f, NotRead) else "failed", f.reason) for f in failures}
        now |= {o.source: (o.kind, o.reason) for o in others if o.source not in now}
        owners = set(read)
        under = list(folders)
        known = [*((f.source, "failed", f.reason) for f in self.failures()), *((o.source, o.kind, o.reason) for o in self.not_read())]
        gone = [
            (s,) for s, *said in known
            if (s in now and now[s] != tuple(said))
            or (s not in now and (s in owners or s.split("!")[0] in owners or s.rpartition(":")[0] in owners or any(_is_under(s, folder) for folder in under)))
        ]
        known_now = {s: (kind, reason) for s, kind, reason in known}
        new = sorted((s, *said) for s, said in now.items() if known_now.get(s) != said)
        if gone or new:
            with self._transaction("list the inputs that were not read"):
                self._db.executemany("DELETE FROM failure WHERE source = ?", gone)
                self._db.executemany("DELETE FROM not_read WHERE source = ?", gone)
                self._db.executemany("INSERT OR REPLACE INTO failure VALUES (?,?)", [(s, reason) for s, kind, reason in new if kind == "failed"])
                self._db.executemany("INSERT OR REPLACE INTO not_read VALUES (?,?,?)", [row for row in new if row[1] != "failed"])
                self._digests.put_failures()

    def failures(self) -> list[Failure]:
        return list(self._rows("SELECT source, reason FROM failure ORDER BY source", lambda r: Failure(str(r[0]), str(r[1]))))

    def not_read(self) -> list[Listed]:
        """Inputs that were not opened, hold no report or were ignored, in order of their source."""
        return list(self._rows("SELECT source, kind, reason FROM not_read ORDER BY source", lambda r: Listed(str(r[0]), str(r[1]), str(r[2]))))

    def refused(self) -> list[tuple[str, str]]:
        """Report id and reason of each statement that the schema refused."""
        return list(self._rows("SELECT report, reason FROM refused ORDER BY report, rowid", lambda r: (str(r[0]), str(r[1]))))

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
        yield from self._rows(f"SELECT {columns}, {body}, d.entry FROM report r LEFT JOIN digest d ON d.report = r.id {where}", make, *arguments)

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

    def extractor_of(self, report_id: str) -> str:
        """Name of the extractor that read a report."""
        return next(self._rows("SELECT extractor FROM report WHERE id = ?", lambda r: str(r[0]), report_id), "")

    def has_text(self, report: Report) -> bool:
        """Do text and fields of a report agree with the fingerprint that it was written with?"""
        sql = "SELECT fingerprint FROM report WHERE id = ?"
        return next(self._rows(sql, lambda r: str(r[0]), report.id), "") == report.fingerprint


def _is_under(source: str, folder: str) -> bool:
    """Was this input found in a search of the folder?"""
    if folder == ".":
        return not os.path.isabs(source) and not source.startswith("..") and source != "standard input"
    return source == folder or source.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def _marks(count: int) -> str:
    return ",".join("?" * count)
