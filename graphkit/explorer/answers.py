"""What the page asks, answered as plain values. All calls come from one thread."""

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

#: Other entities of an entity's name that its page leads to.
NAMESAKES = 8
#: Rows of the tables on a phrase; values of a Cypher answer that are looked for in the graph.
PHRASE_ROWS, MOST_VALUES = 200, 2_000


class Answers:
    """Answers on one state of a graph."""

    def __init__(self, graph: Graph, content: Content, lookup: Lookup) -> None:
        self._graph, self._content, self.lookup = graph, content, lookup
        self.tables = content.tables_with(lookup.path, "look")

    # -- the whole -----------------------------------------------------------------------------------------------

    def about(self) -> Answer:
        """What there is: numbers, days, levels, types and relations with their names in both languages."""
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
        """Entities by name, reports by their words."""
        words = words.strip()
        if not words:
            return {"entities": [], "reports": []}
        return {
            "entities": self.lookup.entities(words, kinds=kinds),
            "reports": [] if kinds else self.lookup.texts(words, filters),
        }

    # -- an entity -------------------------------------------------------------------------------------------------

    def entity(self, entity_id: str, filters: Filters) -> Answer:
        """An entity with its names, why they are one, and how many lines of each relation it has. Raises UsageError."""
        known = self._known(entity_id)
        entity = self._content.resolution.by_id(entity_id)
        where, values = filters.where()
        sql = (
            "SELECT c.relation, c.kind, s.id = ?1 AS out, count(DISTINCT c.number) FROM claim c JOIN entity s ON s.number = c.subject "
            f"JOIN evidence e ON e.claim = c.number JOIN look.report r ON r.id = e.report WHERE c.number IN ({OF}){where} GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3"
        )
        relations = [
            {"relation": relation, "kind": kind, "out": bool(out), "count": count}
            for relation, kind, out, count in self.tables.rows(sql, entity_id, *values)
        ]
        point = gazetteer.point(entity.code) if entity.code else None
        names = [{"type": entity.type, "name": name, "report": report} for name, report in self._names(entity_id)]
        namesakes = [
            x
            for x in self.lookup.entities(entity.name, limit=NAMESAKES + 1)
            if x["name"] == entity.name and x["id"] != entity_id
        ]
        return {
            "namesakes": namesakes[:NAMESAKES],
            **known,
            "aliases": list(entity.aliases),
            "scope": entity.scope,
            "code": entity.code,
            "labels": list(entity.labels),
            "point": point,
            "merges": [{"name": m.name, "reason": m.reason} for m in self._content.resolution.merges(entity_id)],
            "relations": relations,
            "names": names,
        }

    def _known(self, entity_id: str) -> Answer:
        known = self.lookup.entity(entity_id)
        if known is None:
            raise UsageError(f"there is nothing called {entity_id!r} in this graph")
        return known

    def named(self, kind: str, name: str, report: str) -> Answer:
        """The entity that a name stands for in a report. Raises UsageError."""
        number = self.tables.value(
            "SELECT entity FROM mention WHERE report = ? AND type = ? AND name = ?", report, kind, name
        )
        if number is None:
            raise UsageError(f"report {report!r} has no {kind} {name!r}")
        return {"id": self._content.resolution.numbered(number).id}

    def _names(self, entity_id: str) -> Iterator[tuple[str, str]]:
        """Some names of an entity, each with a report that has it."""
        yield from self.tables.rows(
            "SELECT name, min(report) FROM mention WHERE entity = (SELECT max(number) FROM entity WHERE id = ?) GROUP BY name ORDER BY count(*) DESC LIMIT 20",
            entity_id,
        )

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
        """Lines of an entity: claims with their first words. out: only those in which it is the subject, or only the others."""
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
        """What is asked first of an entity of its type, section by section (graphkit.explorer.profiles). Raises UsageError."""
        return profile(self.tables, entity_id, self._known(entity_id)["type"], filters)

    def map(self, entity_id: str, filters: Filters) -> Answer:
        """Where the lines of an entity are, or all visits (graphkit.explorer.maps). Raises UsageError."""
        if not entity_id:
            return {"name": "", "type": "", **places(self.tables, filters)}
        known = self._known(entity_id)
        return {
            "name": known["name"],
            "type": known["type"],
            **places(self.tables, filters, entity_id=entity_id, kind=known["type"]),
        }

    def among(self, values: Sequence[str], filters: Filters) -> list[Answer]:
        """Lines between the entities that these values are: ids, or names that one entity alone has."""
        marks = json.dumps(list(values)[:MOST_VALUES])
        sql = (
            "SELECT id FROM look.entity WHERE id IN (SELECT value FROM json_each(?1)) UNION "
            "SELECT min(id) FROM look.entity WHERE name IN (SELECT value FROM json_each(?1)) GROUP BY name HAVING count(*) = 1"
        )
        return statements_among(self.tables, [row[0] for row in self.tables.rows(sql, marks)], filters)

    # -- paths ---------------------------------------------------------------------------------------------------

    def path(self, first: str, second: str, filters: Filters) -> Answer:
        """A shortest way between two entities (graphkit.explorer.paths), each step with its lines. `found` is False when there is none."""
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
        """A report with its text, and its statements with their places in it. Offsets count code points. Raises UsageError."""
        row = self._graph.ledger.report(report_id)
        if row is None:
            raise UsageError(f"there is no report {report_id!r} in this graph")
        report = row.report
        decided = self._graph.ledger.decisions_on(report_id)
        said = list(self._graph.ledger.statements(report_id))
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
            "statements": [self._statement(s, self._verdict(s, decided, report)) for s in said]
            + [self._statement(s, "reject") for s in rejected],
        }

    @staticmethod
    def _verdict(statement: Statement, decided: Sequence[Decision], report: Any) -> str:
        for d in decided:
            there = moved(d, report)
            if is_meant(statement, d, report) or (there is not None and there.id == statement.id):
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
            # (A name that was corrected after this content was made is no entity yet.)
            with suppress(KeyError):
                found["id"] = self._content.resolution.entity(s, m).id
        return found

    # -- a phrase ------------------------------------------------------------------------------------------------

    def knows_phrase(self, words: str) -> bool:
        """Does the index of phrases know these words?"""
        return self._graph.phrases().index.find(words) is not None

    def phrase(self, words: str, filters: Filters) -> Answer:
        """What the index knows of a phrase: trend by month, first uses, spread over levels. Raises UsageError."""
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
        """The rest of it, which takes longer: spread over places, what goes with it, the last uses. Raises UsageError."""
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
        """The trend of a phrase as SVG. Raises UsageError."""
        from graphkit.phrases.charts import to_svg

        rows = self._graph.phrases().trend(words, by="month", **self._scope(filters))
        return to_svg("trend", rows, source=f"{len(self._content)} reports")

    # -- review --------------------------------------------------------------------------------------------------

    def decide(
        self, statement_id: str, report_id: str, verdict: str, who: str, note: str, instead: dict[str, Any] | None
    ) -> Answer:
        """Decide on a statement of a report. Raises UsageError."""
        review = self._graph.review(who)
        statement, report = review.find(statement_id, report_id)
        decision = review.decide(statement, report, verdict, note=note, instead=instead)
        return {"key": decision.key, "verdict": decision.verdict.value, "who": decision.who, "made": decision.made}

    def corrected(self, statement_id: str, report_id: str, who: str, instead: dict[str, Any] | None) -> Answer:
        """A statement before and after a correction; nothing is written. Raises UsageError as `decide` does."""
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
        """Decide on two names. Raises UsageError."""
        try:
            names = Name(**first), Name(**second)
        except TypeError:
            raise FieldError("names", "each name has a type, a name and a report") from None
        decision = self._graph.review(who).decide_names(*names, verdict, note=note)
        return {"key": decision.key, "verdict": decision.verdict.value, "who": decision.who, "made": decision.made}
