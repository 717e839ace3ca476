"""The property graph of a ledger as nodes and relationships: what Cypher, Neo4j, networkx and the files are made of.

Labels, relationship types and properties are those of DESIGN.md. Everything comes in one fixed order.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from graphkit.errors import DamagedError, SchemaError
from graphkit.ledger import Ledger, ReportRow
from graphkit.model import Claim, Entity, Report, Statement, Status
from graphkit.phrases.index import PhraseIndex
from graphkit.recognition import gazetteer
from graphkit.recognition.quantities import first_quantity
from graphkit.resolution.claims import make_claims
from graphkit.resolution.resolver import Resolution
from graphkit.resolution.short_forms import home
from graphkit.schema import load_schema
from graphkit.views.phrase_facts import PhraseFact, phrase_facts

Value = str | int | float | list[str]
#: Changes when views of the same ledger would look otherwise.
VIEW_VERSION = "5"


@dataclass(slots=True)
class Node:
    """labels: the entity type first. properties never hold None; lists are lists of strings."""

    id: str
    labels: list[str]
    properties: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True)
class Edge:
    """A relationship `start`–`type`–`end` between node ids."""

    id: str
    type: str
    start: str
    end: str
    properties: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True)
class Content:
    """All that views are made from, read from the ledger once. key: equal keys, equal views; index: finds the phrases."""

    reports: list[ReportRow]
    statements: list[Statement]
    resolution: Resolution
    claims: list[Claim]
    key: str
    index: Callable[[], PhraseIndex]
    _facts: dict[str, PhraseFact] | None = None

    def phrases(self) -> dict[str, PhraseFact]:
        """What is known of each Phrase entity, by id; found when it is first asked for."""
        if self._facts is None:
            has_phrases = any(e.type == "Phrase" for e in self.resolution.entities())
            self._facts = phrase_facts(self.index(), self.resolution.entities()) if has_phrases else {}
        return self._facts

    @classmethod
    def read(cls, ledger: Ledger, index: Callable[[], PhraseIndex]) -> Content:
        reports = list(ledger.reports(text=True))
        statements = list(_sound(ledger, {r.report.id: r.report for r in reports}))
        resolution = Resolution((r.report for r in reports), statements)
        claims = make_claims(statements, resolution, {r.report.id: r.report.text for r in reports})
        return cls(reports, statements, resolution, claims, content_key(ledger), index)


def _sound(ledger: Ledger, reports: dict[str, Report]) -> Iterator[Statement]:
    """All statements. Raises DamagedError for one that the schema or its report's text forbids: no view may show it."""
    schema = load_schema()
    for statement in ledger.statements():
        report = reports.get(statement.report)
        try:
            if report is None:
                raise SchemaError("its report is not in")
            schema.check(statement, report)
        except SchemaError as error:
            raise DamagedError(f"{ledger.path}: a statement of report {statement.report!r} is damaged ({error})") from None
        yield statement


def content_key(ledger: Ledger) -> str:
    """The key of what is made from a ledger in its present state."""
    return f"{VIEW_VERSION}-{ledger.content_key()}"


@dataclass(slots=True)
class PropertyGraph:
    """nodes in order of id, edges in order of id."""

    nodes: list[Node]
    edges: list[Edge]


def property_graph(content: Content) -> PropertyGraph:
    """Nodes and relationships of a ledger's content."""
    nodes: dict[str, Node] = {}
    edges: dict[str, Edge] = {}
    for entity in content.resolution.entities():
        nodes[entity.id] = _entity_node(entity)
    for row in content.reports:
        _add_report(row, nodes, edges)
    attributes: dict[str, dict[str, list[Claim]]] = defaultdict(lambda: defaultdict(list))
    for claim in content.claims:
        if claim.relation == "has_attribute" and claim.status is Status.ACTUAL:
            attributes[claim.subject.id][claim.kind].append(claim)
        if claim.relation == "has_attribute" or claim.status is not Status.ACTUAL:
            _add_claim_node(claim, nodes, edges)
        else:
            _add_claim_edge(claim, edges)
    for entity_id, kinds in attributes.items():
        nodes[entity_id].properties.update(_attribute_properties(kinds))
    _add_phrases(content, nodes, edges)
    _add_mentions(content, edges)
    _add_visits(content, nodes, edges)
    return PropertyGraph([nodes[k] for k in sorted(nodes)], [edges[k] for k in sorted(edges)])


def _key(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


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


def _add_report(row: ReportRow, nodes: dict[str, Node], edges: dict[str, Edge]) -> None:
    report = row.report
    properties: dict[str, Value] = {
        "name": report.title or report.id, "aliases": [], "report_id": report.id, "sha256": report.sha256,
        "characters": len(report.text),
    }
    for name in ("title", "date", "publisher", "place", "url"):
        value = getattr(report, name)
        if value:
            properties[name] = value
    if row.level:
        properties["level"] = row.level
    node_id = report_node_id(report.id)
    nodes[node_id] = Node(node_id, ["Report"], properties)
    place = home_of(report)
    if place is not None:
        nodes.setdefault(place.id, _entity_node(place))
        edge = Edge(_key(node_id, "FROM_PLACE", place.id), "FROM_PLACE", node_id, place.id)
        edges[edge.id] = edge


def home_of(report: Report) -> Entity | None:
    """The division that a report comes from, as an entity; None when its place is unknown."""
    division = home(report.place)
    return Entity(f"Place:{division.code}", "Place", division.name, code=division.code) if division is not None else None


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


def _add_claim_edge(claim: Claim, edges: dict[str, Edge]) -> None:
    label = load_schema().relations[claim.relation].label
    edges[claim.id] = Edge(claim.id, label, claim.subject.id, claim.object.id, _evidence(claim))


def _add_claim_node(claim: Claim, nodes: dict[str, Node], edges: dict[str, Edge]) -> None:
    node_id = f"Claim:{claim.id}"
    properties: dict[str, Value] = {
        "name": f"{claim.subject.name} {claim.relation} {claim.object.name}", "aliases": [],
        "relation": claim.relation, "status": claim.status.value, **_evidence(claim),
    }
    if claim.kind:
        properties["kind"] = claim.kind
        properties["value"] = claim.object.name
        number = _number(claim.kind, claim.object.name)
        if number is not None:
            properties["number"] = number
    nodes[node_id] = Node(node_id, ["Claim"], properties)
    ends = [("SUBJECT", claim.subject.id)] + ([("OBJECT", claim.object.id)] if claim.object.type != "Value" else [])
    for kind, target in ends:
        edge = Edge(_key(node_id, kind, target), kind, node_id, target)
        edges[edge.id] = edge
    for report in dict.fromkeys(e.report for e in claim.evidence):
        target = report_node_id(report)
        edge = Edge(_key(node_id, "IN_REPORT", target), "IN_REPORT", node_id, target)
        edges[edge.id] = edge


def _number(kind: str, printed: str) -> float | None:
    """The number of an attribute in the schema's unit, if the printed value has one in that unit."""
    unit = load_schema().attributes[kind].unit
    quantity = first_quantity(printed)
    if quantity is None or quantity.value is None or (unit and quantity.unit != unit):
        return None
    return quantity.value


def _attribute_properties(kinds: dict[str, list[Claim]]) -> dict[str, Value]:
    """As printed, several values joined by `；` in order of their date; as a number from the last dated one."""
    properties: dict[str, Value] = {}
    for kind, claims in sorted(kinds.items()):
        ordered = sorted(claims, key=lambda c: (c.date, c.object.name, c.id))
        properties[kind] = "；".join(dict.fromkeys(c.object.name for c in ordered))
        field_name = load_schema().attributes[kind].number
        numbers = [n for c in ordered if (n := _number(kind, c.object.name)) is not None]
        if field_name and numbers:
            properties[field_name] = numbers[-1]
    return properties


def _voice(statement: Statement) -> str:
    if statement.relation != "emphasized":
        return "reporter"
    return "meeting" if statement.subject.type == "Meeting" else "leader"


def _add_phrases(content: Content, nodes: dict[str, Node], edges: dict[str, Edge]) -> None:
    """First and last date and counts of each phrase; (:Phrase)-[:BROADER]->(:Phrase) inside it, [:VARIANT_OF] of one wording."""
    for entity_id, fact in content.phrases().items():
        properties = nodes[entity_id].properties
        properties["report_count"], properties["mention_count"] = len(fact.uses), fact.mentions
        if fact.first:
            properties["first"], properties["last"] = fact.first, fact.last
        ends = [("BROADER", target) for target in fact.broader] + ([("VARIANT_OF", fact.variant_of)] if fact.variant_of else [])
        for kind, target in ends:
            edge = Edge(_key(entity_id, kind, target), kind, entity_id, target)
            edges[edge.id] = edge


def _add_mentions(content: Content, edges: dict[str, Edge]) -> None:
    """(:Report)-[:MENTIONS {count, voice}]->(entity): how many places of the report name the entity.

    A phrase is counted wherever it stands, in all its wordings, also outside of statements.
    """
    spans: dict[tuple[str, str], set[tuple[int, int]]] = defaultdict(set)
    voices: dict[tuple[str, str], set[str]] = defaultdict(set)
    for s in content.statements:
        for mention in (s.subject, s.object):
            if mention.type == "Value":
                continue
            key = (s.report, content.resolution.entity(s, mention).id)
            spans[key].add((mention.start, mention.end))
            if mention.type == "Phrase":
                voices[key].add(_voice(s))
    counts = {key: len(places) for key, places in spans.items()}
    for entity_id, fact in content.phrases().items():
        for report, (count, said) in fact.uses.items():
            key = (report, entity_id)
            counts[key] = max(count, counts.get(key, 0))
            voices[key].update(said)
    for (report, entity_id), count in counts.items():
        start = report_node_id(report)
        edge = Edge(_key(start, "MENTIONS", entity_id), "MENTIONS", start, entity_id, {"count": count})
        if voices[(report, entity_id)]:
            edge.properties["voice"] = sorted(voices[(report, entity_id)])
        edges[edge.id] = edge


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit of one leader on one day in one report. leader, stops, companions: entity ids, the lists sorted."""

    key: str
    report: str
    leader: str
    date: str
    stops: tuple[str, ...]
    companions: tuple[str, ...]


def visits(content: Content) -> list[Visit]:
    """All visits that were made, in order of report, leader and day."""
    stops: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    joined: dict[tuple[str, str], set[str]] = defaultdict(set)
    for s in content.statements:
        if s.status is not Status.ACTUAL:
            continue
        if s.relation == "visited":
            leader = content.resolution.entity(s, s.subject).id
            stops[(s.report, leader, s.date)].add(content.resolution.entity(s, s.object).id)
        elif s.relation == "accompanied":
            joined[(s.report, content.resolution.entity(s, s.object).id)].add(content.resolution.entity(s, s.subject).id)
    return [
        Visit(_key(*key), *key, tuple(sorted(places)), tuple(sorted(joined[key[:2]])))
        for key, places in sorted(stops.items())
    ]


def _add_visits(content: Content, nodes: dict[str, Node], edges: dict[str, Edge]) -> None:
    """Each visit as a node with its stops and companions."""
    for visit in visits(content):
        node_id = f"Visit:{visit.key}"
        name = f"{nodes[visit.leader].properties['name']} {visit.date}".strip()
        properties: dict[str, Value] = {"name": name, "aliases": []}
        if visit.date:
            properties["date"] = visit.date
        nodes[node_id] = Node(node_id, ["Visit"], properties)
        ends = [("LED_BY", visit.leader), ("IN_REPORT", report_node_id(visit.report))]
        ends += [("JOINED_BY", c) for c in visit.companions] + [("STOPPED_AT", p) for p in visit.stops]
        for kind, target in ends:
            edge = Edge(_key(node_id, kind, target), kind, node_id, target)
            edges[edge.id] = edge


def property_names(items: Sequence[Node | Edge]) -> list[str]:
    """All property names in use, sorted: the columns of a table of them."""
    return sorted({name for item in items for name in item.properties})
