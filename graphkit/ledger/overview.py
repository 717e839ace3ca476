"""What the inputs of a graph lack: duplicates, similar texts, equal ids, and reports without date, place or publisher.

Reports whose place no file states, because it is from the name of the publisher, are listed, too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from graphkit.ledger.origins import OriginTables
from graphkit.reading.identity import MEMORY, base_of, is_plain
from graphkit.reading.sketches import BINS, Similar, similar_reports

#: Fields of a report whose absence is listed.
FIELDS = ("date", "place", "publisher")


@dataclass(frozen=True, slots=True)
class Filed:
    """A report with the files that contain it."""

    report: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inferred:
    """A report with a place that is from the name of its publisher."""

    report: str
    place: str
    publisher: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The reports of a graph that need attention.

    repeated: reports that several files contain with the same id. equal: ids of reports with the same text. similar:
    reports whose texts differ only a little. suffixed: default id → the reports with different content that have it.
    without: field → ids of reports without it. inferred: reports whose place is the one with which the name of their
    publisher begins, because their file states no place.
    """

    repeated: list[Filed]
    equal: list[list[str]]
    similar: list[Similar]
    suffixed: dict[str, list[Filed]]
    without: dict[str, list[str]]
    inferred: list[Inferred]


class OverviewTables(OriginTables):
    """Finds reports that need attention."""

    def overview(self) -> Overview:
        """Return the reports that need attention, in a fixed order."""
        equal = self._equal()
        return Overview(
            repeated=self._repeated(),
            equal=equal,
            similar=self._similar({i for ids in equal for i in ids[1:]}),
            suffixed=self._suffixed(),
            without={name: self._without(name) for name in FIELDS},
            inferred=self._inferred(),
        )

    def _repeated(self) -> list[Filed]:
        sql = "SELECT report FROM origin GROUP BY report HAVING count(*) > 1 ORDER BY report"
        return [self._filed(i) for i in list(self._rows(sql, lambda r: str(r[0])))]

    def _equal(self) -> list[list[str]]:
        hashes = "SELECT sha256 FROM report GROUP BY sha256 HAVING count(*) > 1"
        sql = f"SELECT sha256, id FROM report WHERE sha256 IN ({hashes}) ORDER BY sha256, id"
        rows = self._rows(sql, lambda r: (str(r[0]), str(r[1])))
        return sorted([i for _, i in group] for _, group in groupby(rows, lambda row: row[0]))

    def _similar(self, copies: set[str]) -> list[Similar]:
        """Return similar reports, apart from those with the text of another report."""
        sql = "SELECT report, bins FROM sketch ORDER BY report"
        rows = [row for row in self._rows(sql, lambda r: (str(r[0]), r[1])) if _is_sketch(row[1])]
        rows = [row for row in rows if row[0] not in copies]
        return similar_reports([i for i, _ in rows], [sketch for _, sketch in rows])

    def _suffixed(self) -> dict[str, list[Filed]]:
        # The index of the hashes is much smaller than the table with the texts.
        ids = self._rows("SELECT id FROM report INDEXED BY report_sha256", lambda r: str(r[0]))
        found: dict[str, list[Filed]] = {}
        for report_id in sorted(i for i in ids if not is_plain(i)):
            found.setdefault(base_of(report_id), []).append(self._filed(report_id))
        return found

    def _without(self, name: str) -> list[str]:
        return list(self._rows(f"SELECT id FROM report WHERE {name} = '' ORDER BY id", lambda r: str(r[0])))

    def _inferred(self) -> list[Inferred]:
        sql = "SELECT id, place, publisher FROM report JOIN inferred ON report = id ORDER BY id"
        return list(self._rows(sql, lambda r: Inferred(str(r[0]), str(r[1]), str(r[2]))))

    def _filed(self, report_id: str) -> Filed:
        return Filed(report_id, tuple(self.files(report_id)))

    def files(self, report_id: str) -> Iterator[str]:
        """Yield the files of a report. Their paths begin with that of the graph, or with `..` if they are next to it."""
        sql = "SELECT source FROM origin WHERE report = ? ORDER BY source"
        for source in list(self._rows(sql, lambda r: str(r[0]), report_id)):
            path = os.path.normpath(os.path.join(self.path.parent, source))
            yield {"-": "standard input", MEMORY: "no file"}.get(source, path)


def _is_sketch(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == BINS
