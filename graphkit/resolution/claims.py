"""Claims: statements with the same entities, relation, kind, date and status, with all their evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from graphkit.files.tables import Tables
from graphkit.model import Claim, Entity, Evidence, Report, Statement, Status
from graphkit.resolution import amounts
from graphkit.resolution.names import Place, place_of
from graphkit.resolution.resolver import Resolution
from graphkit.resolution.spread import Said


class Claims:
    """The claims of a set of statements, in the tables that `make_claims` has written, in order of id."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._resolution = Resolution(tables)

    def __len__(self) -> int:
        return int(self._tables.value("SELECT count(*) FROM claim"))

    def __iter__(self) -> Iterator[Claim]:
        evidence = groupby(self._tables.rows(f"SELECT claim, {_EVIDENCE} FROM evidence ORDER BY rowid"), lambda r: r[0])
        for row, (_, found) in zip(
            self._tables.rows(f"SELECT {_CLAIM} FROM claim ORDER BY number"), evidence, strict=True
        ):
            yield self._claim(row, [r[1:] for r in found])

    def of(self, entity_id: str) -> Iterator[Claim]:
        """Yield the claims whose subject or object is this entity, in order of id."""
        sql = (
            f"SELECT {_CLAIM} FROM claim WHERE subject IN (SELECT number FROM entity WHERE id = ?1) "
            "OR object IN (SELECT number FROM entity WHERE id = ?1) ORDER BY number"
        )
        for row in list(self._tables.rows(sql, entity_id)):
            yield self._claim(
                row, self._tables.rows(f"SELECT {_EVIDENCE} FROM evidence WHERE claim = ? ORDER BY rowid", row[0])
            )

    def with_id(self, start: str, most: int) -> list[Claim]:
        """Return the first claims whose id begins with some characters, in order of id. most: maximum number."""
        rows = self._tables.rows(
            f"SELECT {_CLAIM} FROM claim WHERE id >= ? AND id < ? ORDER BY number LIMIT ?", start, start + "g", most
        )
        return [
            self._claim(
                row, self._tables.rows(f"SELECT {_EVIDENCE} FROM evidence WHERE claim = ? ORDER BY rowid", row[0])
            )
            for row in list(rows)
        ]

    def uses(self) -> Iterator[tuple[str, int, str]]:
        """Yield id, number of claims and day of the latest claim of each entity with claims."""
        yield from self._tables.rows(
            "SELECT e.id, count(*), max(substr(c.date, 1, 10)) FROM (SELECT subject AS entity, date FROM claim "
            "UNION ALL SELECT object, date FROM claim WHERE object IS NOT NULL) c "
            "JOIN entity e ON e.number = c.entity GROUP BY e.id"
        )

    def pairs(self, relation: str) -> Iterator[tuple[str, str]]:
        """Yield the ids of subject and object of the actual claims of a relation between two entities."""
        yield from self._tables.rows(
            "SELECT DISTINCT s.id, o.id FROM claim c JOIN entity s ON s.number = c.subject "
            "JOIN entity o ON o.number = c.object WHERE c.relation = ? AND c.status = ? ORDER BY 1, 2",
            relation,
            Status.ACTUAL.value,
        )

    def neighbours(self) -> Iterator[tuple[int, int]]:
        """Yield the pairs of numbers of entities with an actual claim, the lower number first."""
        yield from self._tables.rows(
            "SELECT DISTINCT min(subject, object), max(subject, object) FROM claim "
            "WHERE object IS NOT NULL AND subject <> object AND status = ? ORDER BY 1, 2",
            Status.ACTUAL.value,
        )

    def attributes(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield entity id, kind, date and value of the actual attributes, in this order."""
        yield from self._tables.rows(
            "SELECT e.id, c.kind, c.date, c.value FROM claim c JOIN entity e ON e.number = c.subject "
            "WHERE c.relation = 'has_attribute' AND c.status = ? ORDER BY e.id, c.kind, c.date, c.value, c.id",
            Status.ACTUAL.value,
        )

    def amounts(self) -> Iterator[tuple[str, str, float]]:
        """Yield entity id, property and number of each entity with an attribute that has a number, in this order."""
        yield from amounts.amounts(self._tables)

    def _claim(self, row: Sequence[Any], evidence: Any) -> Claim:
        _, claim_id, subject, relation, obj, value, kind, status, date = row
        entity = self._resolution.numbered(obj) if obj else Entity(f"Value:{value}", "Value", value)
        found = tuple(Evidence(*e) for e in evidence)
        return Claim(
            claim_id,
            self._resolution.numbered(subject),
            relation,
            entity,
            kind,
            Status(status),
            date,
            max(e.confidence for e in found),
            found,
        )


_CLAIM = "number, id, subject, relation, object, value, kind, status, date"
_EVIDENCE = "report, start, end, quote, statement, rule, confidence"


def make_claims(tables: Tables, reports: Iterable[Said]) -> None:
    """Write the tables `claim` and `evidence` next to those of `resolve`. reports: in order of id, with their texts."""
    tables.run(
        "CREATE TABLE said (id TEXT, subject INTEGER, relation TEXT, object INTEGER, value TEXT, kind TEXT, "
        f"status TEXT, date TEXT, {_EVIDENCE})",
        "CREATE TABLE claim (number INTEGER PRIMARY KEY, id TEXT, subject INTEGER, relation TEXT, object INTEGER, "
        "value TEXT, kind TEXT, status TEXT, date TEXT)",
        f"CREATE TABLE evidence (claim INTEGER, {_EVIDENCE})",
        amounts.TABLE,
    )
    for report, statements, entities in _with_entities(tables, reports):
        for s in statements:
            row = _row(entities, report, s)
            tables.put("said", row)
            amount = amounts.amount_row(row[1], report, s)
            if amount is not None:
                tables.put("amount", amount)
    rows = tables.rows("SELECT * FROM said ORDER BY id, report, start, statement")
    for number, (_, found) in enumerate(groupby(rows, lambda r: r[0]), 1):
        for n, row in enumerate(found):
            if n == 0:
                tables.put("claim", (number, *row[:8]))
            tables.put("evidence", (number, *row[8:]))
    tables.run(
        "DROP TABLE said",
        "CREATE INDEX claim_id ON claim (id)",
        "CREATE INDEX claim_subject ON claim (subject)",
        "CREATE INDEX claim_object ON claim (object)",
        "CREATE INDEX evidence_claim ON evidence (claim)",
    )


#: The key of a mention in its report → number and id of the entity.
_Entities = dict[Place, tuple[int, str]]


def _with_entities(tables: Tables, reports: Iterable[Said]) -> Iterator[tuple[Report, Sequence[Statement], _Entities]]:
    mentions = tables.rows(
        "SELECT m.report, m.type, m.name, m.day, e.number, e.id FROM mention m JOIN entity e ON e.number = m.entity "
        "ORDER BY m.report"
    )
    found = groupby(mentions, lambda r: str(r[0]))
    waiting = next(found, None)
    for report, statements in reports:
        entities: _Entities = {}
        if waiting is not None and waiting[0] == report.id:
            entities = {(kind, name, day): (number, entity_id) for _, kind, name, day, number, entity_id in waiting[1]}
            waiting = next(found, None)
        yield report, statements, entities


def _row(entities: _Entities, report: Report, s: Statement) -> tuple[Any, ...]:
    subject, subject_id = entities[place_of(s, s.subject)]
    is_value = s.object.type == "Value"
    obj, object_id = (None, f"Value:{s.object.name}") if is_value else entities[place_of(s, s.object)]
    key = (subject_id, s.relation, s.kind, object_id, s.date, s.status.value)
    claim_id = hashlib.sha256("\x1f".join(key).encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return (
        claim_id,
        subject,
        s.relation,
        obj,
        s.object.name if is_value else "",
        s.kind,
        s.status.value,
        s.date,
        report.id,
        s.start,
        s.end,
        report.text[s.start : s.end],
        s.id,
        s.rule,
        s.confidence,
    )
