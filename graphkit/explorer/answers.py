"""The answers to the requests of the page, as values for JSON. All calls come from one thread."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

from graphkit.decisions.application import is_meant, moved
from graphkit.decisions.model import Decision, Name
from graphkit.errors import FieldError, UsageError
from graphkit.explorer.lookup import Filters, Lookup
from graphkit.explorer.maps import places
from graphkit.explorer.paths import shortest
from graphkit.explorer.profiles import profile
from graphkit.explorer.statements import (
    OF,
    Answer,
    count_statements,
    read_statements,
    statements_among,
    statements_between,
    statements_by_month,
)
from graphkit.graph import Graph
from graphkit.model import Mention, Statement
from graphkit.recognition import gazetteer
from graphkit.schema import load_schema
from graphkit.stores.content import Content

#: Maximum number of entities with the same name that the page of an entity links to.
SAME_NAME = 8
#: Maximum number of rows of a table about a phrase, and of values of a Cypher result that are searched in the graph.
PHRASE_ROWS, MOST_VALUES = 200, 2_000


class Answers:
    """The answers for one state of a graph."""

    def __init__(self, graph: Graph, content: Content, lookup: Lookup) -> None:
        self._graph, self._content, self.lookup = graph, content, lookup
        self.tables = content.tables_with(lookup.path, "look")

    # -- the graph -----------------------------------------------------------------------------------------------

    def about(self) -> Answer:
        """Return the numbers, days and levels of the graph, and the labels of types and relations in both languages."""
        schema = load_schema()
        return {
            **self.lookup.span(),
            "entities": len(self._content.resolution),
            "claims": len(self._content.claims),
            "phrases": self._graph.has_phrases,
            "types": {name: {"zh": t.zh, "en": name} for name, t in schema.types.items()},
            "relations": {name: {"zh": r.zh, "en": name} for name, r in schema.relations.items()},
            "kinds": {name: {"zh": a.zh, "en": name} for name, a in schema.attributes.items()},
            "most_used": self._most_used(),
        }

    def _most_used(self) -> dict[str, list[Answer]]:
        return {
            kind: self.lookup.entities("", kinds=[kind], limit=8)
            for kind in ("Person", "Park", "Project", "Place", "Meeting", "Phrase")
        }

    def search(self, words: str, filters: Filters, *, kinds: Sequence[str] = ()) -> Answer:
        """Return the entities whose names contain the words, and the reports whose texts contain them."""
        words = words.strip()
        if not words:
            return {"entities": [], "reports": []}
        return {
            "entities": self.lookup.entities(words, kinds=kinds),
            "reports": [] if kinds else self.lookup.texts(words, filters),
        }

    # -- an entity -------------------------------------------------------------------------------------------------

    def entity(self, entity_id: str, filters: Filters) -> Answer:
        """Return an entity with its names, the reasons of its merges and its relations with counts.

        Raises UsageError.
        """
        known = self._known(entity_id)
        entity = self._content.resolution.by_id(entity_id)
        point = gazetteer.point(entity.code) if entity.code else None
        names = [{"type": entity.type, "name": name, "report": report} for name, report in self._names(entity_id)]
        same_name = [
            x
            for x in self.lookup.entities(entity.name, limit=SAME_NAME + 1)
            if x["name"] == entity.name and x["id"] != entity_id
        ]
        return {
            "same_name": same_name[:SAME_NAME],
            **known,
            "aliases": list(entity.aliases),
            "scope": entity.scope,
            "code": entity.code,
            "labels": list(entity.labels),
            "point": point,
            "merges": [{"name": m.name, "reason": m.reason} for m in self._content.resolution.merges(entity_id)],
            "relations": self._relations(entity_id, filters),
            "names": names,
        }

    def _relations(self, entity_id: str, filters: Filters) -> list[Answer]:
        """Return the relations of an entity with the number of relationships, as subject (`out`) and as object."""
        where, values = filters.where()
        sql = (
            "SELECT c.relation, c.kind, s.id = ?1 AS out, count(DISTINCT c.number) FROM claim c "
            "JOIN entity s ON s.number = c.subject JOIN evidence e ON e.claim = c.number "
            f"JOIN look.report r ON r.id = e.report WHERE c.number IN ({OF}){where} "
            "GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3"
        )
        return [
            {"relation": relation, "kind": kind, "out": bool(out), "count": count}
            for relation, kind, out, count in self.tables.rows(sql, entity_id, *values)
        ]

    def _known(self, entity_id: str) -> Answer:
        known = self.lookup.entity(entity_id)
        if known is None:
            raise UsageError(f"there is no entity {entity_id!r} in this graph")
        return known

    def named(self, kind: str, name: str, report: str) -> Answer:
        """Return the id of the entity to which a name in a report refers. Raises UsageError."""
        number = self.tables.value(
            "SELECT entity FROM mention WHERE report = ? AND type = ? AND name = ?", report, kind, name
        )
        if number is None:
            raise UsageError(f"report {report!r} has no {kind} {name!r}")
        return {"id": self._content.resolution.numbered(number).id}

    def _names(self, entity_id: str) -> Iterator[tuple[str, str]]:
        """Yield the most frequent names of an entity, each with the id of a report that contains it."""
        sql = (
            "SELECT name, min(report) FROM mention WHERE entity = (SELECT max(number) FROM entity WHERE id = ?) "
            "GROUP BY name ORDER BY count(*) DESC LIMIT 20"
        )
        yield from self.tables.rows(sql, entity_id)

    def statements(
        self,
        entity_id: str,
        filters: Filters,
        *,
        relation: str = "",
        kind: str = "",
        out: bool | None = None,
        order: str = "new",
        limit: int = 50,
        offset: int = 0,
    ) -> Answer:
        """Return the relationships of an entity. out: only those with it as subject (True) or object (False)."""
        where, values = filters.where()
        conditions = f"c.number IN ({OF}){where}"
        for column, value in (("c.relation", relation), ("c.kind", kind)):
            if value:
                conditions += f" AND {column} = ?"
                values.append(value)
        if out is not None:
            conditions += f" AND (s.id = ?1) = {int(out)}"
        given = (entity_id, *values)
        return {
            "total": count_statements(self.tables, conditions, given),
            "rows": read_statements(self.tables, conditions, given, order, limit, offset),
            "months": [] if offset else statements_by_month(self.tables, conditions, given),
        }

    def profile(self, entity_id: str, filters: Filters) -> list[Answer]:
        """Return the profile of an entity (graphkit.explorer.profiles). Raises UsageError."""
        return profile(self.tables, entity_id, self._known(entity_id)["type"], filters)

    def map(self, entity_id: str, filters: Filters) -> Answer:
        """Return the places of the relationships of an entity, or of all visits (graphkit.explorer.maps).

        Raises UsageError.
        """
        if not entity_id:
            return {"name": "", "type": "", **places(self.tables, filters)}
        known = self._known(entity_id)
        return {
            "name": known["name"],
            "type": known["type"],
            **places(self.tables, filters, entity_id=entity_id, kind=known["type"]),
        }

    def among(self, values: Sequence[str], filters: Filters) -> list[Answer]:
        """Return the relationships between the entities whose ids, or unambiguous names, are among the values."""
        wanted = json.dumps(list(values)[:MOST_VALUES])
        sql = (
            "SELECT id FROM look.entity WHERE id IN (SELECT value FROM json_each(?1)) UNION "
            "SELECT min(id) FROM look.entity WHERE name IN (SELECT value FROM json_each(?1)) "
            "GROUP BY name HAVING count(*) = 1"
        )
        return statements_among(self.tables, [row[0] for row in self.tables.rows(sql, wanted)], filters)

    # -- paths ---------------------------------------------------------------------------------------------------

    def path(self, first: str, second: str, filters: Filters) -> Answer:
        """Return a shortest path between two entities, and the relationships of each step (graphkit.explorer.paths).

        `found` is False if there is no path.
        """
        one, other = (self._content.resolution.number_of(self._known(i)["id"]) for i in (first, second))
        ids = [self._content.resolution.numbered(n).id for n in shortest(self.tables, one, other, filters)]
        return {
            "found": bool(ids),
            "steps": [
                {"from": a, "to": b, "lines": statements_between(self.tables, a, b, filters, 3)}
                for a, b in pairwise(ids)
            ],
        }

    # -- a report ------------------------------------------------------------------------------------------------

    def report(self, report_id: str) -> Answer:
        """Return a report with its text and its statements. Offsets count code points. Raises UsageError."""
        row = self._graph.ledger.report(report_id)
        if row is None:
            raise UsageError(f"there is no report {report_id!r} in this graph")
        report = row.report
        decided = self._graph.ledger.decisions_on(report_id)
        statements = list(self._graph.ledger.statements(report_id))
        rejected = [
            s
            for s in self._graph.ledger.read_statements(report_id)
            if any(d.verdict == "reject" and is_meant(s, d, report) for d in decided)
        ]
        return {
            "id": report.id,
            "title": report.title,
            "date": report.date,
            "publisher": report.publisher,
            "place": report.place,
            "level": row.level,
            "url": report.url,
            "text": report.text,
            "statements": [self._statement(s, self._verdict(s, decided, report)) for s in statements]
            + [self._statement(s, "reject") for s in rejected],
        }

    @staticmethod
    def _verdict(statement: Statement, decided: Sequence[Decision], report: Any) -> str:
        for d in decided:
            current = moved(d, report)
            if is_meant(statement, d, report) or (current is not None and current.id == statement.id):
                return d.verdict.value
        return ""

    def _statement(self, s: Statement, verdict: str) -> Answer:
        return {
            "id": s.id,
            "relation": s.relation,
            "kind": s.kind,
            "status": s.status.value,
            "date": s.date,
            "speaker": s.speaker,
            "rule": s.rule,
            "confidence": s.confidence,
            "start": s.start,
            "end": s.end,
            "verdict": verdict,
            "subject": self._mention(s, s.subject, verdict),
            "object": self._mention(s, s.object, verdict),
        }

    def _mention(self, s: Statement, m: Mention, verdict: str) -> Answer:
        found: Answer = {"type": m.type, "name": m.name, "start": m.start, "end": m.end, "id": ""}
        if m.aliases:
            found["aliases"] = list(m.aliases)
        if m.antecedent is not None:
            found["antecedent"] = list(m.antecedent)
        if m.type != "Value" and verdict != "reject":
            # A name from a correction that is newer than the content is not an entity yet.
            with suppress(KeyError):
                found["id"] = self._content.resolution.entity(s, m).id
        return found

    # -- a phrase ------------------------------------------------------------------------------------------------

    def knows_phrase(self, words: str) -> bool:
        """Return whether the phrase index contains a phrase."""
        return self._graph.phrases().index.find(words) is not None

    def phrase(self, words: str, filters: Filters) -> Answer:
        """Return the use of a phrase: trend by month, first uses and first use by level. Raises UsageError."""
        phrases, scope = self._graph.phrases(), self._scope(filters)
        place = phrases.find(words)
        return {
            "phrase": phrases.index.names[place],
            "forms": [{"words": w, "count": c} for w, c in phrases.index.forms(place)[:20]],
            "reports": int(phrases.index.reports[place]),
            "mentions": int(phrases.index.mentions[place]),
            "trend": list(phrases.trend(words, by="month", **scope)),
            "first": list(phrases.first(words, **scope)),
            "levels": list(phrases.spread(words, over="levels", **scope)),
        }

    def cooccurring(self, words: str, filters: Filters) -> Answer:
        """Return first uses by place, co-occurring phrases and the first uses, which take longer. Raises UsageError."""
        phrases, scope = self._graph.phrases(), self._scope(filters)
        return {
            "places": list(phrases.spread(words, over="places", **scope))[:PHRASE_ROWS],
            "together": list(phrases.together(words, top=20, **scope)),
            "uses": list(phrases.uses(words, top=50, **scope)),
        }

    @staticmethod
    def _scope(filters: Filters) -> dict[str, Any]:
        return {"since": filters.since, "until": filters.until, "level": list(filters.levels), "place": filters.place}

    def chart(self, words: str, filters: Filters) -> str:
        """Return a chart of the trend of a phrase as SVG. Raises UsageError."""
        from graphkit.phrases.charts import to_svg

        rows = self._graph.phrases().trend(words, by="month", **self._scope(filters))
        return to_svg("trend", rows, source=f"{len(self._content)} reports")

    # -- review --------------------------------------------------------------------------------------------------

    def decide(
        self, statement_id: str, report_id: str, verdict: str, who: str, note: str, instead: dict[str, Any] | None
    ) -> Answer:
        """Record a decision on a statement of a report. Raises UsageError."""
        review = self._graph.review(who)
        statement, report = review.find(statement_id, report_id)
        decision = review.decide(statement, report, verdict, note=note, instead=instead)
        return {"key": decision.key, "verdict": decision.verdict.value, "who": decision.who, "made": decision.made}

    def corrected(self, statement_id: str, report_id: str, who: str, instead: dict[str, Any] | None) -> Answer:
        """Return a statement before and after a correction, without saving it. Raises UsageError like `decide`."""
        review = self._graph.review(who)
        statement, report = review.find(statement_id, report_id)
        return {
            name: {
                "relation": s.relation,
                "kind": s.kind,
                "status": s.status.value,
                "date": s.date,
                "speaker": s.speaker,
                "quote": report.text[s.start : s.end],
                "subject": {"type": s.subject.type, "name": s.subject.name},
                "object": {"type": s.object.type, "name": s.object.name},
            }
            for name, s in (("before", statement), ("after", review.corrected(statement, report, instead or {})))
        }

    def decide_names(self, first: dict[str, str], second: dict[str, str], verdict: str, who: str, note: str) -> Answer:
        """Record a decision on two names. Raises UsageError."""
        try:
            names = Name(**first), Name(**second)
        except TypeError:
            raise FieldError("names", "each name has a type, a name and a report") from None
        decision = self._graph.review(who).decide_names(*names, verdict, note=note)
        return {"key": decision.key, "verdict": decision.verdict.value, "who": decision.who, "made": decision.made}
