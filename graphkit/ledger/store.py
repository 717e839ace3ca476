"""The ledger: one SQLite file with reports, passages, statements and failures. It is the only truth.

WAL, one writer, reports that come together in one transaction; `PRAGMA user_version` numbers the migrations.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from graphkit.errors import DamagedError, LedgerError
from graphkit.ledger.decided import Decided, InvalidDecision
from graphkit.ledger.digests import DECISION, EMPTY, ENTRY, STATEMENTS, Digest, Digests, digest_of, is_text_of
from graphkit.ledger.entry import Entry
from graphkit.ledger.log import lost_commits
from graphkit.ledger.opening import FILE as FILE
from graphkit.ledger.opening import open_file, read_only_hint
from graphkit.model import (
    Failure,
    Ignored,
    Mention,
    NoReport,
    NotRead,
    Passage,
    PassageKind,
    Report,
    Statement,
    Status,
    Utterance,
)
from graphkit.review.decisions import Decision, apply
from graphkit.values import for_shell

#: Words of SQLite's operational errors that are no damage → what to do. All others come of rows or tables that are not what was written.
_HINTS = (
    ("full", "; the disk is full: make room and run the same command again, what was committed is kept"),
    ("locked", "; another graphkit is writing to this graph: wait for it and try again"),
    ("readonly", "; check the rights of the folder"),
    ("unable to open", "; check the rights of the folder"),
    ("I/O error", "; the disk could not be read or written: run the same command again, what was committed is kept"),
    ("interrupted", ""),
)
S = TypeVar("S")
T = TypeVar("T")


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


class Ledger:
    """Reads and writes one ledger. Use it as a context manager, or call `close`."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open `folder/ledger.sqlite`.

        create: make folder and file when they are not there. Raises LedgerError when the folder is no graph,
        cannot be written, or the file is newer than this program.
        """
        self.path = folder / FILE
        if not self.path.exists() and not self.path.is_symlink() and not create:
            raise LedgerError(f"{folder} is no graph: there is no {FILE} in it; make one with `graphkit build REPORTS… --graph {for_shell(folder)}`")
        if create:
            _make_folder(folder, self.path)
        #: In a snapshot: which tables were compared with their digests as a whole; nothing changes in them afterwards.
        self._compared: set[str] | None = None
        with self._border("open"):
            self._opened = open_file(self.path, create)
        self._db = self._opened.db
        self._digests = Digests(self._db)
        self._decided = Decided(self._rows, lambda: self.revision)

    @property
    def read_only(self) -> bool:
        """Is the graph on a disk or in a folder that cannot be written?"""
        return self._opened.read_only

    def require_writable(self) -> None:
        """Raises LedgerError for a graph that cannot be changed."""
        if self.read_only:
            raise LedgerError(f"{self.path.parent} is read-only: {read_only_hint(self.path)}")

    def close(self) -> None:
        self._opened.close()

    def snapshot(self) -> Ledger:
        """The ledger as it is now, for reading; what is written later does not show in it. To be closed."""
        other = Ledger(self.path.parent)
        other._compared = set()
        with other._border("read"):
            other._db.execute("BEGIN")
        # SQLite takes the state at the first reading.
        other.content_key()
        return other

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _border(self, what: str) -> Iterator[None]:
        """SQLite's errors as LedgerError with the file's name."""
        try:
            yield
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            # SQLite's message may quote the damage itself, then it cannot be decoded.
            said = f"{self.path}: cannot {what}: {error}"
            hint = next((hint for words, hint in _HINTS if words in str(error)), None) if isinstance(error, sqlite3.OperationalError) else None
            if hint is None:
                raise DamagedError(f"{said}; the file is damaged or no ledger") from None
            raise LedgerError(said + hint) from None

    @contextmanager
    def _transaction(self, what: str) -> Iterator[None]:
        self.require_writable()
        with self._border(what):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._digests.begin()
                yield
                self._db.execute("UPDATE state SET revision = revision + 1")
                self._digests.finish()
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    # -- reports ---------------------------------------------------------------------------------------------

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
                with self._border(f"write report {entry.id}"):
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

    def phrases(self) -> Iterator[tuple[str, float]]:
        """Each wording of a phrase in statements as they were read, with the highest confidence."""
        sql = "SELECT o_name, max(confidence) FROM statement WHERE o_type = 'Phrase' GROUP BY o_name ORDER BY o_name"
        yield from self._rows(sql, lambda r: (str(r[0]), float(r[1])))

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
        return _each(self.path, _statement, rows)

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
        grouped = groupby(self._rows("SELECT * FROM statement ORDER BY report, start, id", tuple), lambda row: str(row[1]))
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
            raise DamagedError(f"{self.path}: a row of the statements of report {report_id!r} is damaged or was changed outside graphkit")

    # -- decisions -------------------------------------------------------------------------------------------

    def add_decisions(self, decisions: Iterable[Decision], *, made_here: bool = False) -> int:
        """Put decisions behind the others, those that are in already left out; gives the number of new ones. All or nothing.

        Their order is that of their sequence numbers; those without one follow what is known of their key, in the order given.
        made_here: they have just been made, and none of them is in.
        """
        writing = partial(self._transaction, "write decisions")
        return self._decided.add(decisions, writing, self._db.execute, self._digests.remove_decision, made_here=made_here)

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
        """Decisions that hold, each with another one that was made without knowledge of it and says otherwise. keys: only of these."""
        return self._decided.contested(keys)

    def invalid_decisions(self) -> Iterator[InvalidDecision]:
        """Decisions that are passed over, because their rows are damaged or not valid."""
        return self._decided.invalid()

    def statement_ids(self, start: str) -> list[tuple[str, str]]:
        """Id and report of statements as they were read whose id begins so, in order of id."""
        sql = "SELECT id, report FROM statement WHERE id >= ? AND id < ? ORDER BY id LIMIT 100"
        return list(self._rows(sql, lambda r: (str(r[0]), str(r[1])), start, start + "\U0010ffff"))

    def _rows(self, sql: str, make: Callable[[tuple[Any, ...]], T], *arguments: object) -> Iterator[T]:
        """What `make` makes of each row. A row that cannot be read, or holds what no row of ours can, is a LedgerError."""
        try:
            yield from _each(self.path, make, self._db.execute(sql, arguments))
        except sqlite3.Error as error:
            with self._border("read"):
                raise error

    def problems(self) -> Iterator[str]:
        """What does not agree with its digest in the ledger as a whole: reports added or removed, decisions, failures."""
        yield from self._said(self._digests.problems())

    def report_problems(self, report_id: str) -> Iterator[str]:
        """What does not agree with its digests in the rows of one report."""
        yield from self._said(self._digests.report_problems(report_id))

    def _said(self, problems: Iterator[str]) -> Iterator[str]:
        try:
            yield from _each(self.path, str, problems)
        except sqlite3.Error as error:
            with self._border("read"):
                raise error

    def require_whole(self, *, reports: bool = False) -> None:
        """Raises DamagedError for reports added or removed, or a decision changed, outside graphkit. reports: or any row of a report."""
        for problem in self.problems():
            raise DamagedError(f"{self.path}: {problem}")
        for report_id in self.ids() if reports else ():
            for problem in self.report_problems(report_id):
                raise DamagedError(f"{self.path}: {problem}")

    def digests(self, report_id: str) -> tuple[Digest | None, Digest | None]:
        """The digests that a report was written with, and those of its rows as they are. Raises DamagedError for rows that cannot be read."""
        found: list[tuple[Digest | None, Digest | None]] = []
        with self._border("read"):
            found += _each(self.path, lambda key: (self._digests.stored(key), self._digests.computed(key)), [report_id])
        return found[0]

    def identities(self) -> dict[str, str]:
        """Id → digest of id and fingerprint of the reports that have a digest and are not in."""
        sql = "SELECT report, identity FROM digest WHERE report NOT IN (SELECT id FROM report)"
        return dict(self._rows(sql, lambda r: (str(r[0]), str(r[1]))))

    def unchecked_report(self, report_id: str) -> tuple[Report, str, str] | None:
        """A report, its stored fingerprint and its extractor, whatever its digests say."""
        sql = "SELECT id, text, title, date, publisher, place, url, fingerprint, extractor FROM report WHERE id = ?"
        return next(self._rows(sql, lambda r: (Report(*map(str, r[:7])), str(r[7]), str(r[8])), report_id), None)

    def drop_damaged_decisions(self) -> list[int]:
        """Takes out decisions that do not agree with their digest; gives their numbers."""
        sql = f"SELECT {DECISION}, digest FROM decision ORDER BY number"
        found = [n for n in self._rows(sql, lambda r: int(r[0]) if digest_of([r[:-1]]) != r[-1] else None) if n is not None]
        if found:
            with self._transaction("take out damaged decisions"):
                self._db.executemany("DELETE FROM decision WHERE number = ?", [(n,) for n in found])
        return found

    def accept(self) -> None:
        """Compute all sums anew, after a repair has said what is lost."""
        with self._transaction("write digests"):
            self._db.execute("DELETE FROM digest WHERE report NOT IN (SELECT id FROM report)")
            self._digests.renew_sums()

    def check(self, *, thorough: bool = False) -> None:
        """SQLite's own check of the file; thorough: of its indices too. Raises LedgerError when it is damaged."""
        with self._border("check"):
            lost = lost_commits(self._opened.file)
            if lost:
                raise DamagedError(f"{self.path}: the file is damaged: {lost}")
            words = [row[0] for row in self._db.execute("PRAGMA integrity_check" if thorough else "PRAGMA quick_check")]
        if words != ["ok"]:
            raise DamagedError(f"{self.path}: the file is damaged: {words[0]}")

    def exclude_others(self) -> None:
        """Raises LedgerError when another process is writing at this moment."""
        with self._border("write"):
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("ROLLBACK")

    def has_text(self, report: Report) -> bool:
        """Do text and fields of a report agree with the fingerprint that it was written with?"""
        sql = "SELECT fingerprint FROM report WHERE id = ?"
        return next(self._rows(sql, lambda r: str(r[0]), report.id), "") == report.fingerprint

    def extractor_of(self, report_id: str) -> str:
        """Name of the extractor that read a report."""
        return next(self._rows("SELECT extractor FROM report WHERE id = ?", lambda r: str(r[0]), report_id), "")

    def drop_orphans(self) -> int:
        """Takes out rows of reports that are not in, as only damage leaves them; gives their number."""
        with self._transaction("take out rows without a report"):
            return sum(
                self._db.execute(f"DELETE FROM {table} WHERE report NOT IN (SELECT id FROM report)").rowcount
                for table in ("passage", "words", "utterance", "statement", "refused")
            )

    def adopt(self, identity: str) -> None:
        """Take the identity of the ledger that this one replaces."""
        with self._transaction("take an identity"):
            self._db.execute("UPDATE state SET identity = ?", (identity,))

    def counts(self) -> dict[str, int]:
        """`reports`, those `without_date`, `without_place`, `without_publisher`; inputs that `failed`, were `not_read`, held
        `no_report` or were `ignored`; `statements`, and statements that the schema `refused`."""
        wanted = {
            "reports": "report", "without_date": "report WHERE date = ''", "without_place": "report WHERE place = ''",
            "without_publisher": "report WHERE publisher = ''", "failed": "failure",
            "not_read": "not_read WHERE kind NOT IN ('no report', 'ignored')", "no_report": "not_read WHERE kind = 'no report'",
            "ignored": "not_read WHERE kind = 'ignored'", "statements": "statement", "refused": "refused",
        }
        return {name: next(self._rows(f"SELECT count(*) FROM {rows}", lambda r: int(r[0]))) for name, rows in wanted.items()}

    @property
    def revision(self) -> int:
        """Grows with every change; a view made at another revision is out of date."""
        return next(self._rows("SELECT revision FROM state", lambda r: int(r[0])), 0)

    @property
    def identity(self) -> str:
        """32 hexadecimal digits made at random with the ledger: two graphs of the same reports differ in it."""
        return next(self._rows("SELECT identity FROM state", lambda r: str(r[0])), "")

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


def _is_under(source: str, folder: str) -> bool:
    """Was this input found in a search of the folder?"""
    if folder == ".":
        return not os.path.isabs(source) and not source.startswith("..") and source != "standard input"
    return source == folder or source.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def _make_folder(folder: Path, path: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists() and any(p.name not in ("views",) and not p.name.startswith((".", FILE)) for p in folder.iterdir()):
            raise LedgerError(f"{folder} holds other files and no {FILE}; name a new or empty folder for the graph")
    except NotADirectoryError:
        raise LedgerError(f"{folder} is a file; --graph wants a folder") from None
    except FileExistsError:
        raise LedgerError(f"{folder} is a file; --graph wants a folder") from None
    except OSError as error:
        raise LedgerError(f"{folder} cannot be made: {error.strerror or error}") from None


def _marks(count: int) -> str:
    return ",".join("?" * count)


def _each(path: Path, make: Callable[[S], T], rows: Iterable[S]) -> Iterator[T]:
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


def _statement(row: tuple[Any, ...]) -> Statement:
    if tuple(map(type, row)) != _STATEMENT:
        # What was written is of these types; anything else is damage, or raises here.
        row = tuple(kind(str(value)) for kind, value in zip(_STATEMENT, row, strict=True))
    (_, report, relation, kind, status, speaker, date, start, end, rule, confidence, *rest, date_basis) = row
    return Statement(
        report, _mention(*rest[:6]), relation, _mention(*rest[6:]), start, end, rule, kind, _STATUS.get(status) or Status(status), speaker, date, confidence,
        date_basis=date_basis,
    )
