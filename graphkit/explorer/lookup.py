"""The search index of the page: entities by name, and reports by date, place and text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphkit.files.tables import Tables
from graphkit.recognition import gazetteer
from graphkit.resolution.short_forms import home
from graphkit.stores.content import Content
from graphkit.stores.locations import write_locations

#: Minimum number of characters of a search that uses the index of the texts.
TRIGRAM = 3
#: Paths do not contain entities with more neighbours than this, because they connect almost all entities.
HUB = 1_500
#: Number of characters before and after a match in a snippet.
CONTEXT = 24


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of the page. An empty field does not restrict the results.

    since, until: days, months or years. levels: levels of the report. place: code of a division, which includes the
    divisions inside it. statuses: statuses of the claim.
    """

    since: str = ""
    until: str = ""
    levels: tuple[str, ...] = ()
    place: str = ""
    statuses: tuple[str, ...] = ()

    def where(self, report: str = "r", claim: str = "c") -> tuple[str, list[str]]:
        """Return an SQL condition on the tables `report` and `claim`, which begins with AND, and its values."""
        parts, values = self._of_reports(report)
        if self.statuses:
            parts.append(f"{claim}.status IN ({','.join('?' * len(self.statuses))})")
            values += self.statuses
        return "".join(f" AND {p}" for p in parts), values

    def of_reports(self, report: str = "r") -> tuple[str, list[str]]:
        """Return an SQL condition on the table `report`, which begins with AND, and its values."""
        parts, values = self._of_reports(report)
        return "".join(f" AND {p}" for p in parts), values

    def _of_reports(self, report: str) -> tuple[list[str], list[str]]:
        parts: list[str] = []
        values: list[str] = []
        if self.since:
            parts.append(f"{report}.date >= ?")
            values.append(self.since)
        if self.until:
            # 2024-05 includes 2024-05-31: no character of a date is greater than the appended one.
            parts.append(f"{report}.date <> '' AND {report}.date <= ?")
            values.append(self.until + "\U0010ffff")
        if self.levels:
            parts.append(f"{report}.level IN ({','.join('?' * len(self.levels))})")
            values += self.levels
        if self.place:
            parts.append(f"{report}.home LIKE ?")
            values.append(gazetteer.inside(self.place) + "%")
        return parts, values


def build_lookup(content: Content, path: Path) -> None:
    """Write the tables of the search index to a new working file."""
    tables = Tables(path)
    tables.run(
        "CREATE TABLE report (number INTEGER PRIMARY KEY, id TEXT, title TEXT, date TEXT, level TEXT, home TEXT, "
        "place TEXT, publisher TEXT)",
        "CREATE TABLE entity (id TEXT PRIMARY KEY, type TEXT, name TEXT, aliases TEXT, scope TEXT, claims INTEGER, "
        "last TEXT) WITHOUT ROWID",
        "CREATE VIRTUAL TABLE body USING fts5(words, content='', tokenize='trigram', detail='none')",
        "CREATE TABLE near (entity INTEGER, other INTEGER, PRIMARY KEY (entity, other)) WITHOUT ROWID",
        "CREATE TABLE hub (entity INTEGER PRIMARY KEY)",
    )
    tables.write("report", _report_rows(content, tables))
    tables.run("CREATE UNIQUE INDEX report_id ON report (id)", "CREATE INDEX report_date ON report (date)")
    tables.write("entity", _entity_rows(content))
    write_locations(tables, content)
    tables.write("near", (pair for one, other in content.claims.neighbours() for pair in ((one, other), (other, one))))
    tables.run(f"INSERT INTO hub SELECT entity FROM near GROUP BY entity HAVING count(*) > {HUB}")
    tables.finish()
    tables.close()


def _report_rows(content: Content, tables: Tables) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the table `report`, and write the texts to the table `body`."""
    for number, (row, _) in enumerate(content.by_report(), 1):
        report = row.report
        division = home(report.place)
        code = division.code if division else ""
        tables.put("body (rowid, words)", (number, report.text))
        yield number, report.id, report.title, report.date, row.level, code, report.place, report.publisher


def _entity_rows(content: Content) -> Iterator[tuple[Any, ...]]:
    counts = {entity_id: (claims, last) for entity_id, claims, last in content.claims.uses()}
    for e in content.resolution.entities():
        aliases = json.dumps(e.aliases, ensure_ascii=False) if e.aliases else ""
        yield e.id, e.type, e.name, aliases, e.scope, *counts.get(e.id, (0, ""))


class Lookup:
    """Searches in the working file that `build_lookup` has written."""

    def __init__(self, path: Path, content: Content) -> None:
        self.path = path
        self.tables = Tables(path, read_only=True)
        self._content = content

    def close(self) -> None:
        self.tables.close()

    def span(self) -> dict[str, Any]:
        """Return the number of reports, the first and the last day, and the levels."""
        reports, first, last = next(self.tables.rows("SELECT count(*), min(nullif(date, '')), max(date) FROM report"))
        levels = [r[0] for r in self.tables.rows("SELECT DISTINCT level FROM report WHERE level <> '' ORDER BY level")]
        return {"reports": reports, "first": first or "", "last": last or "", "levels": levels}

    def entities(self, words: str, *, kinds: Sequence[str] = (), limit: int = 20) -> list[dict[str, Any]]:
        """Return the entities whose name or alias contains the words.

        Entities with exactly this name come first, then names that begin with it, then the others by number of claims.
        """
        kind = f" AND type IN ({','.join('?' * len(kinds))})" if kinds else ""
        sql = (
            f"SELECT {_ENTITY_COLUMNS} FROM entity WHERE (instr(name, ?1) OR instr(aliases, ?1))"
            + kind
            + " ORDER BY name <> ?1, substr(name, 1, length(?1)) <> ?1, instr(name, ?1) = 0, claims DESC, id LIMIT "
            + str(int(limit))
        )
        return [_entity_row(row, words) for row in self.tables.rows(sql, words, *kinds)]

    def texts(self, words: str, filters: Filters, *, limit: int = 20) -> list[dict[str, Any]]:
        """Return the reports whose title or text contains the words, latest first, each with a snippet."""
        where, values = filters.of_reports()
        if len(words) >= TRIGRAM:
            inside = "r.number IN (SELECT rowid FROM body WHERE body MATCH ?1)"
            # The index contains trigrams without positions, so that its results are checked below.
            match = " AND ".join(
                '"' + words[n : n + TRIGRAM].replace('"', '""') + '"' for n in range(len(words) - TRIGRAM + 1)
            )
        else:
            inside, match = "instr(r.title, ?1)", words
        sql = f"SELECT r.id, r.title, r.date, r.level FROM report r WHERE {inside}{where} ORDER BY r.date DESC, r.id"
        found = []
        for report_id, title, date, level in self.tables.rows(sql, match, *values):
            report = self._content.report(report_id)
            at = report.text.find(words) if report is not None else -1
            if report is None or (at < 0 and words not in title):
                continue
            start, end = max(0, at - CONTEXT), at + len(words) + CONTEXT
            snippet = report.text[start:end].replace("\n", " ") if at >= 0 else ""
            found.append(
                {
                    "id": report_id,
                    "title": title,
                    "date": date,
                    "level": level,
                    "snippet": snippet,
                    "at": [at - start, at - start + len(words)] if at >= 0 else [],
                }
            )
            if len(found) >= limit:
                break
        return found

    def entity(self, entity_id: str) -> dict[str, Any] | None:
        """Return an entity, or None if there is no entity with this id."""
        rows = self.tables.rows(f"SELECT {_ENTITY_COLUMNS} FROM entity WHERE id = ?", entity_id)
        return next((_entity_row(row, "") for row in rows), None)


_ENTITY_COLUMNS = "id, type, name, aliases, scope, claims, last"


def _entity_row(row: Any, words: str) -> dict[str, Any]:
    entity_id, kind, name, aliases, scope, claims, last = row
    others = json.loads(aliases) if aliases else []
    found = next((a for a in others if words and words in a), "") if words not in name else ""
    return {"id": entity_id, "type": kind, "name": name, "alias": found, "scope": scope, "claims": claims, "last": last}
