"""The ledger: one SQLite file with reports, passages, statements and failures. It is the only truth.

WAL, one writer, reports that come together in one transaction; `PRAGMA user_version` numbers the migrations.
The classes build on each other: `LedgerConnection`, `LedgerReader`, `CheckedLedger` and, for writing, `Ledger`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial

from graphkit.ledger.entry import Entry
from graphkit.ledger.integrity import CheckedLedger
from graphkit.ledger.opening import FILE as FILE
from graphkit.ledger.rows import Listed as Listed
from graphkit.ledger.rows import ReportRow as ReportRow
from graphkit.model import Failure, Ignored, NoReport, NotRead
from graphkit.review.decisions import Decision

WithoutReport = NotRead | NoReport | Ignored | Listed


class Ledger(CheckedLedger):
    """Reads and writes one ledger. Use it as a context manager, or call `close`."""

    def snapshot(self) -> Ledger:
        """The ledger as it is now, for reading; what is written later does not show in it. To be closed."""
        other = Ledger(self.path.parent)
        other._compared = set()
        with other._border("read"):
            other._db.execute("BEGIN")
        # SQLite takes the state at the first reading.
        other.content_key()
        return other

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

    def replace_failures(
        self,
        read: list[str],
        failures: Iterable[Failure],
        others: Iterable[WithoutReport] = (),
        folders: Iterable[str] = (),
    ) -> None:
        """List failures, and others that gave no report, in the place of those that the same inputs had before.

        read: files that were read to their end; their members and lines (`path!member`, `path:line`) are their own.
        folders: folders whose files were all read or listed; what was listed under them before is theirs.
        """
        now = {f.source: (f.kind if isinstance(f, NotRead) else "failed", f.reason) for f in failures}
        now |= {o.source: (o.kind, o.reason) for o in others if o.source not in now}
        known = {f.source: ("failed", f.reason) for f in self.failures()}
        known |= {o.source: (o.kind, o.reason) for o in self.not_read()}
        owners, under = set(read), list(folders)
        gone = [(s,) for s, said in known.items() if (now[s] != said if s in now else _belongs_to(s, owners, under))]
        new = sorted((s, *said) for s, said in now.items() if known.get(s) != said)
        if not gone and not new:
            return
        failed = [(source, reason) for source, kind, reason in new if kind == "failed"]
        with self._transaction("list the inputs that were not read"):
            self._db.executemany("DELETE FROM failure WHERE source = ?", gone)
            self._db.executemany("DELETE FROM not_read WHERE source = ?", gone)
            self._db.executemany("INSERT OR REPLACE INTO failure VALUES (?,?)", failed)
            self._db.executemany(
                "INSERT OR REPLACE INTO not_read VALUES (?,?,?)", [row for row in new if row[1] != "failed"]
            )
            self._digests.put_failures()

    def add_decisions(self, decisions: Iterable[Decision], *, made_here: bool = False) -> int:
        """Add decisions that are not in yet; gives the number of new ones. All or nothing.

        Their order is that of their sequence numbers; those without one follow what is known of their key, in the order
        given.
        made_here: they have just been made, and none of them is in.
        """
        writing = partial(self._transaction, "write decisions")
        return self._decided.add(
            decisions, writing, self._db.execute, self._digests.remove_decision, made_here=made_here
        )


def _belongs_to(source: str, files: set[str], folders: list[str]) -> bool:
    """Is this input one of the files, a member or line of one (`path!member`, `path:line`), or in one of the folders?"""
    if source in files or source.split("!")[0] in files or source.rpartition(":")[0] in files:
        return True
    return any(_is_under(source, folder) for folder in folders)


def _is_under(source: str, folder: str) -> bool:
    """Was this input found in a search of the folder?"""
    if folder == ".":
        return not os.path.isabs(source) and not source.startswith("..") and source != "standard input"
    return source == folder or source.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def _marks(count: int) -> str:
    return ",".join("?" * count)
