"""Builds the property graph: nodes and relationships for entities, reports, claims, phrases and visits."""

from __future__ import annotations

import marshal
from collections import defaultdict
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from graphkit.files.tables import Tables
from graphkit.ledger import ReportRow
from graphkit.model import Claim, Entity, Statement, Status
from graphkit.recognition import gazetteer
from graphkit.resolution.amounts import number_of
from graphkit.resolution.claims import Claims
from graphkit.schema import load_schema
from graphkit.schema.neo4j import types_without_phrases
from graphkit.stores.content import Content
from graphkit.stores.phrase_facts import PhraseUse
from graphkit.stores.property_graph import Edge, Node, Value
from graphkit.stores.report_places import place_of, report_places
from graphkit.stores.visits import Visit, hash_of, visits


def build_property_graph(content: Content, path: Path, *, phrases: bool = True) -> None:
    """Write the nodes and relationships of a content to a new working file.

    phrases: with False, without Phrase nodes and the types of relationships that can have one, and so without the
    phrase index, which takes the longest to build.
    """
    tables = Tables(path)
    tables.run(
        "CREATE TABLE node_found (id TEXT, kind TEXT, data BLOB)",
        "CREATE TABLE edge_found (id TEXT, kind TEXT, start TEXT, end TEXT, data BLOB)",
    )
    for item in _all(content) if phrases else _without_phrases(content):
        if isinstance(item, Node):
            tables.put("node_found", (item.id, item.labels[0], marshal.dumps((item.labels, item.properties), 2)))
        else:
            tables.put("edge_found", (item.id, item.type, item.start, item.end, marshal.dumps(item.properties, 2)))
    tables.run(
        "CREATE TABLE node (id TEXT PRIMARY KEY, kind TEXT, data BLOB) WITHOUT ROWID",
        "CREATE TABLE edge (id TEXT PRIMARY KEY, kind TEXT, start TEXT, end TEXT, data BLOB) WITHOUT ROWID",
        "INSERT INTO node SELECT * FROM node_found ORDER BY id",
        "INSERT INTO edge SELECT * FROM edge_found ORDER BY id",
        "DROP TABLE node_found",
        "DROP TABLE edge_found",
    )
    tables.finish()
    tables.close()


def _all(content: Content) -> Iterator[Node | Edge]:
    for items in (_entities(content), _reports(content), _claims(content), _phrases(content), _of_reports(content)):
        yield from items


def _without_phrases(content: Content) -> Iterator[Node | Edge]:
    types = types_without_phrases()
    events = (item for _, found in content.by_report() for v in visits(content, found) for item in _visit(content, v))
    for items in (_entities(content, phrases=False), _reports(content), _claims(content), events):
        yield from (item for item in items if isinstance(item, Node) or item.type in types)


def _edge(start: str, kind: str, end: str) -> Edge:
    return Edge(hash_of(start, kind, end), kind, start, end)


def _entity_node(entity: Entity) -> Node:
    properties: dict[str, Value] = {"name": entity.name, "aliases": list(entity.aliases)}
    if entity.scope:
        properties["scope"] = entity.scope
    if entity.code:
        properties["code"] = entity.code
        division = gazetteer.find(entity.name) or gazetteer.find(entity.name, entity.code)
        if division is not None and division.code == entity.code:
            properties["level"] = division.level.value
            properties["province"] = division.province
        point = gazetteer.point(entity.code)
        if point is not None:
            properties["longitude"], properties["latitude"] = point
    return Node(entity.id, [entity.type, *entity.labels], properties)


def report_node_id(report_id: str) -> str:
    return f"Report:{report_id}"


def _entities(content: Content, *, phrases: bool = True) -> Iterator[Node]:
    """Yield the nodes of all entities with their attributes and phrase facts. phrases: whether to yield Phrase nodes.

    Places that only occur as the place of a report follow at the end.
    """
    attributes = attribute_properties(content.claims)
    with_attributes, properties = next(attributes, ("", {}))
    for entity_id, same in groupby(content.resolution.entities(), lambda e: e.id):
        node = _entity_node(list(same)[-1])
        if with_attributes == entity_id:
            node.properties.update(properties)
            with_attributes, properties = next(attributes, ("", {}))
        if node.labels[0] == "Phrase" and not phrases:
            continue
        fact = content.phrases().get(entity_id) if node.labels[0] == "Phrase" else None
        if fact is not None:
            node.properties["report_count"], node.properties["mention_count"] = fact.reports, fact.mentions
            if fact.first:
                node.properties["first"], node.properties["last"] = fact.first, fact.last
        yield node
    for place in report_places(content):
        yield _entity_node(place)


def _reports(content: Content) -> Iterator[Node | Edge]:
    for row, _ in content.by_report():
        yield from _report(row)


def _report(row: ReportRow) -> Iterator[Node | Edge]:
    report = row.report
    properties: dict[str, Value] = {
        "name": report.title or report.id,
        "aliases": [],
        "report_id": report.id,
        "sha256": report.sha256,
        "characters": len(report.text),
    }
    for name in ("title", "date", "publisher", "place", "url"):
        value = getattr(report, name)
        if value:
            properties[name] = value
    if row.level:
        properties["level"] = row.level
    node_id = report_node_id(report.id)
    yield Node(node_id, ["Report"], properties)
    place = place_of(report)
    if place is not None:
        yield _edge(node_id, "FROM_PLACE", place.id)


def _evidence(claim: Claim) -> dict[str, Value]:
    properties: dict[str, Value] = {
        "reports": list(dict.fromkeys(e.report for e in claim.evidence)),
        "evidence": [e.quote for e in claim.evidence],
        "spans": [f"{e.report}:{e.start}-{e.end}" for e in claim.evidence],
        "rules": sorted({e.rule for e in claim.evidence}),
        "confidence": round(claim.confidence, 4),
    }
    if claim.date:
        properties["date"] = claim.date
    return properties


def _claims(content: Content) -> Iterator[Node | Edge]:
    for claim in content.claims:
        if claim.relation == "has_attribute" or claim.status is not Status.ACTUAL:
            yield from _claim_node(claim)
        else:
            label = load_schema().relations[claim.relation].label
            yield Edge(claim.id, label, claim.subject.id, claim.object.id, _evidence(claim))


def _claim_node(claim: Claim) -> Iterator[Node | Edge]:
    node_id = f"Claim:{claim.id}"
    properties: dict[str, Value] = {
        "name": f"{claim.subject.name} {claim.relation} {claim.object.name}",
        "aliases": [],
        "relation": claim.relation,
        "status": claim.status.value,
        **_evidence(claim),
    }
    if claim.kind:
        properties["kind"] = claim.kind
        properties["value"] = claim.object.name
        number = number_of(claim.kind, claim.object.name)
        if number is not None:
            properties["number"] = number
    yield Node(node_id, ["Claim"], properties)
    yield _edge(node_id, "SUBJECT", claim.subject.id)
    if claim.object.type != "Value":
        yield _edge(node_id, "OBJECT", claim.object.id)
    for report in dict.fromkeys(e.report for e in claim.evidence):
        yield _edge(node_id, "IN_REPORT", report_node_id(report))


def attribute_properties(claims: Claims) -> Iterator[tuple[str, dict[str, Value]]]:
    """Yield entity id and properties of each entity with attributes, in the order of the ids.

    The printed values of an attribute are joined by `；` in the order of their dates; numbers follow (investment_cny).
    """
    rows: Iterator[tuple[str, str, str | float]] = ((entity, kind, v) for entity, kind, _, v in claims.attributes())
    amounts: Iterator[tuple[str, str, str | float]] = (row for row in claims.amounts())
    for entity, found in groupby(merge(rows, amounts, key=itemgetter(0)), itemgetter(0)):
        printed: dict[str, list[str]] = {}
        numbers: dict[str, Value] = {}
        for _, name, value in found:
            if isinstance(value, str):
                printed.setdefault(name, []).append(value)
            else:
                numbers[name] = value
        yield entity, {**{name: "；".join(dict.fromkeys(values)) for name, values in printed.items()}, **numbers}


def _voice(statement: Statement) -> str:
    if statement.relation != "emphasized":
        return "reporter"
    return "meeting" if statement.subject.type == "Meeting" else "leader"


def _phrases(content: Content) -> Iterator[Edge]:
    """Yield (:Phrase)-[:BROADER]->(a phrase inside it) and (a variant)-[:VARIANT_OF]->(the main entity of a phrase)."""
    for entity_id, fact in content.phrases().items():
        for target in fact.broader:
            yield _edge(entity_id, "BROADER", target)
        if fact.variant_of:
            yield _edge(entity_id, "VARIANT_OF", fact.variant_of)


def _of_reports(content: Content) -> Iterator[Node | Edge]:
    for row, statements in content.by_report():
        yield from _mentions(content, row.report.id, statements, content.phrases().in_report(row.report.id))
        for visit in visits(content, statements):
            yield from _visit(content, visit)


def _mentions(
    content: Content, report_id: str, statements: Sequence[Statement], uses: Sequence[PhraseUse]
) -> Iterator[Edge]:
    """Yield (:Report)-[:MENTIONS {count, voice}]->(entity) with the number of mentions in the report.

    For a phrase, occurrences of all variants are counted, also those outside of statements.
    """
    spans: dict[str, set[tuple[int, int]]] = defaultdict(set)
    voices: dict[str, set[str]] = defaultdict(set)
    for s in statements:
        for mention in (s.subject, s.object):
            if mention.type == "Value":
                continue
            entity_id = content.resolution.entity(s, mention).id
            spans[entity_id].add((mention.start, mention.end))
            if mention.type == "Phrase":
                voices[entity_id].add(_voice(s))
    counts = {entity_id: len(places) for entity_id, places in spans.items()}
    for use in uses:
        counts[use.phrase] = max(use.count, counts.get(use.phrase, 0))
        voices[use.phrase].update(use.voices)
    start = report_node_id(report_id)
    for entity_id, count in counts.items():
        edge = _edge(start, "MENTIONS", entity_id)
        edge.properties["count"] = count
        if voices[entity_id]:
            edge.properties["voice"] = sorted(voices[entity_id])
        yield edge


def _visit(content: Content, visit: Visit) -> Iterator[Node | Edge]:
    """Yield the node of a visit and its relationships to leader, report, stops and companions."""
    node_id = f"Visit:{visit.key}"
    properties: dict[str, Value] = {
        "name": f"{content.resolution.by_id(visit.leader).name} {visit.date}".strip(),
        "aliases": [],
    }
    if visit.date:
        properties["date"] = visit.date
    yield Node(node_id, ["Visit"], properties)
    yield _edge(node_id, "LED_BY", visit.leader)
    yield _edge(node_id, "IN_REPORT", report_node_id(visit.report))
    for companion in visit.companions:
        yield _edge(node_id, "JOINED_BY", companion)
    for stop in visit.stops:
        yield _edge(node_id, "STOPPED_AT", stop)
