"""Where reports come from, and their ids: which file contains which report, and which ids need a suffix.

The ids are a function of the stored content: reports with the same default id and different content all have a suffix,
the only report with a default id has none. A build therefore ends with the same ids, whatever the order of reading and
however often it was interrupted.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graphkit.ledger.entry import Entry, statement_with_id, with_id
from graphkit.ledger.reports import ReportTables
from graphkit.reading.identity import MEMORY, base_of, is_plain, with_suffix
from graphkit.reading.naming import source_name

#: Tables whose rows belong to a report, apart from statements.
_PARTS = ("passage", "words", "utterance", "refused", "origin", "sketch", "inferred")
#: Default id → beginnings of the fingerprints of the reports of a file.
Seen = Mapping[str, set[str]]
#: Number of hexadecimal digits of a fingerprint in `Seen`.
SHORT = 32


@dataclass(frozen=True, slots=True)
class Place:
    """A report that was read, and is in the graph already. base: its default id. file: where it was read."""

    base: str
    fingerprint: str
    file: str


class OriginTables(ReportTables):
    """Reads and writes where reports come from, and gives reports their ids."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        super().__init__(folder, create=create)
        #: Former and new ids of reports that were renamed in the current transaction, in order.
        self._renamed: list[tuple[str, str]] = []
        #: Ids of removed reports, and default id and fingerprint of the reports that take their place.
        self._succeeded: list[tuple[str, str, str]] = []

    def _follow(self, moves: Mapping[str, str]) -> None:
        """Change what refers to reports with another id now. moves: former id → new id. See `DecisionTables`."""

    def roots(self) -> frozenset[str]:
        """Return the absolute paths of all folders from which reports were read."""
        folder = os.path.abspath(self.path.parent)
        return frozenset(
            self._rows("SELECT path FROM root", lambda r: os.path.normpath(os.path.join(folder, str(r[0]))))
        )

    def add_roots(self, folders: Iterable[str]) -> None:
        """Add folders, given as absolute paths, to those from which reports were read."""
        new = sorted(set(folders) - self.roots())
        if new:
            with self._transaction("write the folders of the reports"):
                self._db.executemany("INSERT OR IGNORE INTO root VALUES (?)", [(self.origin_of(f),) for f in new])

    def origin_of(self, path: Path | str) -> str:
        """Return the path of a file relative to the graph's folder, `-` for standard input, MEMORY for no file."""
        if path in ("-", MEMORY):
            return str(path)
        try:
            return source_name(os.path.relpath(path, self.path.parent)).replace(os.sep, "/")
        except ValueError:  # Another drive of Windows.
            return source_name(os.path.abspath(path)).replace(os.sep, "/")

    def remove(self, report_id: str) -> bool:
        """Delete a report with its statements. Return False if the report does not exist."""
        with self._transaction(f"remove report {report_id}"):
            exists = self._remove(report_id)
            self._settle(base_of(report_id))
            self._follow(self._moves())
            return exists

    def update(
        self, read: Iterable[tuple[Entry, str]], known: Iterable[Place], finished: Mapping[str, Seen]
    ) -> list[Place]:
        """Write reports and where they were read, in one transaction, and return the known ones that do not exist.

        read: reports with their default ids, and the origins (`origin_of`) of their files. known: unchanged reports.
        finished: origins of files that were read completely, with all their reports; reports that the graph has from
        an earlier version of these files and that they no longer contain are replaced.
        """
        touched: set[str] = set()
        with self._transaction("write reports"):
            missing = [place for place in known if not self._confirm(place, touched)]
            for file, seen in finished.items():
                self._replace(file, seen, touched)
            for entry, file in read:
                with self._translated_errors(f"write report {entry.id}"):
                    self._place(entry, file, touched)
            # A report may be known from another file of the same call.
            missing = [place for place in missing if not self._confirm(place, touched)]
            for base in sorted(touched):
                self._settle(base)
            self._follow(self._moves())
        return missing

    def _moves(self) -> dict[str, str]:
        """Return former id → new id of the reports whose ids changed in this transaction, and forget them."""
        found: dict[str, str] = {}
        for old, new in self._renamed:
            for first, last in found.items():
                if last == old:
                    found[first] = new
            found.setdefault(old, new)
        for old, base, fingerprint in self._succeeded:
            group = self._group(base)
            same = [i for i, f in group.items() if f == fingerprint] or (list(group) if len(group) == 1 else [])
            if same:
                found.setdefault(old, same[0])
        self._renamed, self._succeeded = [], []
        return {old: new for old, new in found.items() if old != new}

    def _group(self, base: str) -> dict[str, str]:
        """Return id → fingerprint of the stored reports with this default id."""
        sql = "SELECT id, fingerprint FROM report WHERE id = ? OR (id > ? AND id < ?)"
        rows = self._db.execute(sql, (base, f"{base}~", f"{base}\x7f"))
        return {str(i): str(f) for i, f in rows if base_of(i) == base}

    def _confirm(self, place: Place, touched: set[str]) -> bool:
        """Note the file of a known report. Return False if the graph does not contain the report any more."""
        found = next((i for i, f in self._group(place.base).items() if f == place.fingerprint), None)
        if found is None:
            return False
        self._add_origin(found, place.file)
        self._forget_former_id(place.base, place.fingerprint, touched)
        return True

    def _add_origin(self, report_id: str, file: str) -> None:
        """Note that a report is in this file. Files of it that do not exist any more were renamed to this one."""
        others = [s for s in self._origins(report_id) if s != file]
        gone = [(report_id, s) for s in others if not self._exists(s)]
        self._db.executemany("DELETE FROM origin WHERE report = ? AND source = ?", gone)
        self._db.execute("INSERT OR IGNORE INTO origin VALUES (?,?)", (report_id, file))

    def _origins(self, report_id: str) -> list[str]:
        sql = "SELECT source FROM origin WHERE report = ? ORDER BY source"
        return [str(r[0]) for r in self._db.execute(sql, (report_id,))]

    def _exists(self, origin: str) -> bool:
        # A name with an escaped character cannot be looked up.
        return origin in ("-", MEMORY) or "\\" in origin or os.path.lexists(os.path.join(self.path.parent, origin))

    def _replace(self, file: str, seen: Seen, touched: set[str]) -> None:
        """Remove the reports that an earlier version of a file contained.

        These are reports with an id for which the file now has other content, reports whose content now has another id,
        and those that had a shorter id before a folder around the file was read. Other reports of the file, for example
        of deleted lines, remain. Reports in memory are replaced by those with the same id only.
        """
        is_file = file != MEMORY
        bases = {f: base for base, fingerprints in seen.items() for f in fingerprints} if is_file else {}
        former = dict(_former_ids(file, seen))
        sql = "SELECT r.id, r.fingerprint FROM origin o JOIN report r ON r.id = o.report WHERE o.source = ?"
        for report_id, fingerprint in self._db.execute(sql, (file,)).fetchall():
            short, base = fingerprint[:SHORT], base_of(report_id)
            if (short not in seen[base]) if base in seen else (short in bases or base in former):
                self._db.execute("DELETE FROM origin WHERE report = ? AND source = ?", (report_id, file))
                if not self._origins(report_id):
                    self._remove(report_id)
                    if base not in seen:
                        self._succeeded.append((report_id, former.get(base) or bases[short], fingerprint))
                    touched.add(base)

    def _place(self, entry: Entry, file: str, touched: set[str]) -> None:
        """Write a report under the id that it gets, given the stored ones."""
        base, group = entry.id, self._group(entry.id)
        report_id = next((i for i, f in group.items() if f == entry.fingerprint), None)
        if report_id is None:
            # It is not known from which files the reports of graphs of earlier versions are; they are replaced.
            unknown = [i for i in group if not self._origins(i)]
            for other in unknown:
                self._remove(other)
                del group[other]
            if base in group:
                self._rename(base, with_suffix(base, group[base]))
            report_id = with_suffix(base, entry.fingerprint) if group or not is_plain(base) else base
        self._put(with_id(entry, report_id))
        self._add_origin(report_id, file)
        self._forget_former_id(base, entry.fingerprint, touched)
        touched.add(base)

    def _forget_former_id(self, base: str, fingerprint: str, touched: set[str]) -> None:
        """Remove the report under the id that it had before ids contained folders."""
        former = base.rpartition("/")[2]
        if former == base or not former:
            return
        sql = "SELECT 1 FROM report WHERE id = ? AND fingerprint = ?"
        if self._db.execute(sql, (former, fingerprint)).fetchone() and not self._origins(former):
            self._remove(former)
            self._succeeded.append((former, base, fingerprint))
            touched.add(former)

    def _settle(self, base: str) -> None:
        """Give the reports with this default id the ids that they need."""
        group = self._group(base)
        if len(group) == 1 and is_plain(base) and base not in group:
            self._rename(next(iter(group)), base)
        elif len(group) > 1 and base in group:
            self._rename(base, with_suffix(base, group[base]))

    def _remove(self, report_id: str) -> bool:
        self._digests.remove(report_id)
        return self._db.execute("DELETE FROM report WHERE id = ?", (report_id,)).rowcount > 0

    def _rename(self, old: str, new: str) -> None:
        """Change the id of a report in all its rows."""
        self._digests.remove(old)
        # The rows of a report are changed after the report; the references are compared at the end of the transaction.
        self._db.execute("PRAGMA defer_foreign_keys = ON")
        self._db.execute("UPDATE report SET id = ? WHERE id = ?", (new, old))
        for table in _PARTS:
            self._db.execute(f"UPDATE {table} SET report = ? WHERE report = ?", (new, old))
        rows = self._db.execute("SELECT * FROM statement WHERE report = ? ORDER BY id", (old,)).fetchall()
        self._db.execute("DELETE FROM statement WHERE report = ?", (old,))
        self._db.executemany(
            f"INSERT OR IGNORE INTO statement VALUES ({','.join('?' * 24)})",
            [statement_with_id(row, new) for row in rows],
        )
        self._digests.put(new)
        self._renamed.append((old, new))


def _former_ids(file: str, seen: Seen) -> Iterator[tuple[str, str]]:
    """Yield the ids that the reports of a file would have if only an inner folder were read, with the new ones."""
    path = f"/{file.rpartition('.')[0]}/"
    for base in seen:
        at = base.find("/")
        while at >= 0:
            # The part before is a folder of the file; an own id of a record can contain any characters.
            if f"/{base[:at]}/" in path:
                yield base[at + 1 :], base
            at = base.find("/", at + 1)
