"""RDF: one named graph a report, entities, evidence and provenance in graphs of their own.

Terms and shape follow VOCAB.md; every resource has an IRI (no blank nodes), so that exports are the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from urllib.parse import quote

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from graphkit.ledger import ReportRow
from graphkit.model import Entity, Report, Statement, Status
from graphkit.recognition.quantities import first_quantity
from graphkit.schema import load_schema
from graphkit.views.property_graph import Content, home_of

#: Base of instance IRIs when the user sets none.
BASE = "https://example.org/graph/"
#: Characters of context on both sides of a quote (oa:prefix, oa:suffix).
CONTEXT = 16

_XSD = "http://www.w3.org/2001/XMLSchema#"
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@cache
def term(name: str) -> NamedNode:
    """`gk:visited` → NamedNode."""
    return NamedNode(load_schema().expand(name))


_FOLDERS = {
    "Person": "person", "Post": "post", "Organization": "organization", "Place": "place", "Park": "park",
    "Project": "project", "Site": "site", "Meeting": "meeting", "Document": "document", "Phrase": "phrase",
}


def _encode(words: str) -> str:
    """Percent-encode what may not stand in an IRI; Chinese characters stay readable."""
    return "".join(c if c >= "\u00a0" and c.isprintable() and not c.isspace() else quote(c, safe="-._~@:") for c in words)


class Iris:
    """IRIs of instances under a base that the user sets."""

    def __init__(self, base: str = BASE) -> None:
        self.base = base if base.endswith(("/", "#")) else base + "/"

    def entity(self, entity: Entity) -> NamedNode:
        kind, _, rest = entity.id.partition(":")
        return NamedNode(f"{self.base}{_FOLDERS[kind]}/{_encode(rest).replace('/', '%2F')}")

    def report(self, report_id: str) -> NamedNode:
        return NamedNode(f"{self.base}report/{_encode(report_id).replace('/', '%2F')}")

    def claims_graph(self, report_id: str) -> NamedNode:
        return NamedNode(f"{self.report(report_id).value}#claims")

    def statement(self, statement_id: str, part: str = "") -> NamedNode:
        return NamedNode(f"{self.base}statement/{statement_id}{part}")

    def graph(self, name: str) -> NamedNode:
        return NamedNode(f"{self.base}{name}")


def _zh(words: str) -> Literal:
    return Literal(words, language="zh")


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=NamedNode(_XSD + "integer"))


def _decimal(number: float) -> Literal:
    words = f"{number:.4f}".rstrip("0").rstrip(".")
    return Literal(words if "." in words else words + ".0", datatype=NamedNode(_XSD + "decimal"))


def quads(content: Content, base: str = BASE, *, with_text: bool = False) -> Iterator[Quad]:
    """All quads of a ledger in a fixed order.

    with_text: also the full text of every report (schema:articleBody); else only its hash and the quotes.
    """
    return quads_of(content, content.reports, content.statements, base, with_text=with_text)


def quads_of(
    content: Content, rows: Sequence[ReportRow], statements: Sequence[Statement], base: str = BASE, *, with_text: bool = False
) -> Iterator[Quad]:
    """Quads of some reports and their statements, with the entities that these name."""
    iris = Iris(base)
    yield from _entities(content, iris, rows, statements)
    texts = {row.report.id: row.report for row in rows}
    plain: dict[str, set[tuple[str, str, str]]] = {}
    for s in statements:
        subject, predicate, obj = _triple(content, iris, s)
        if s.status is Status.ACTUAL:
            graph = iris.claims_graph(s.report)
            key = (str(subject), str(predicate), str(obj))
            if key not in plain.setdefault(s.report, set()):
                plain[s.report].add(key)
                yield Quad(subject, predicate, obj, graph)
                if s.relation == "located_in" and s.subject.type in ("Place", "Park", "Site"):
                    yield Quad(subject, term("schema:containedInPlace"), obj, graph)
        yield from _evidence(content, iris, s, texts[s.report], subject, predicate, obj)
    yield from _mentions(content, iris, statements)
    yield from _provenance(rows, iris, with_text)


def _mentions(content: Content, iris: Iris, statements: Sequence[Statement]) -> Iterator[Quad]:
    """report schema:mentions entity, for all that its statements name."""
    graph = iris.graph("provenance")
    named = {
        (s.report, content.resolution.entity(s, m))
        for s in statements for m in (s.subject, s.object) if m.type != "Value"
    }
    for report, entity in sorted(named, key=lambda n: (n[0], n[1].id)):
        yield Quad(iris.report(report), term("schema:mentions"), iris.entity(entity), graph)


def _triple(content: Content, iris: Iris, s: Statement) -> tuple[NamedNode, NamedNode, NamedNode | Literal]:
    subject = iris.entity(content.resolution.entity(s, s.subject))
    if s.relation == "has_attribute":
        return subject, term(f"gk:{s.kind}"), _zh(s.object.name)
    obj = iris.entity(content.resolution.entity(s, s.object))
    return subject, term(load_schema().relations[s.relation].term), obj


def _entities(
    content: Content, iris: Iris, rows: Sequence[ReportRow], statements: Sequence[Statement]
) -> Iterator[Quad]:
    graph = iris.graph("entities")
    schema = load_schema()
    scheme = iris.graph("phrases")
    yield Quad(scheme, term("rdf:type"), term("skos:ConceptScheme"), graph)
    named = {content.resolution.entity(s, m) for s in statements for m in (s.subject, s.object) if m.type != "Value"}
    homes = {home for row in rows if (home := home_of(row.report)) is not None}
    known = {e.id for e in named}
    for entity in sorted([*named, *(h for h in homes if h.id not in known)], key=lambda e: e.id):
        node = iris.entity(entity)
        kind = schema.types[entity.type]
        for cls in (kind.cls, *kind.also):
            yield Quad(node, term("rdf:type"), term(cls), graph)
        yield Quad(node, term("skos:prefLabel"), _zh(entity.name), graph)
        if entity.type == "Person":
            yield Quad(node, term("foaf:name"), _zh(entity.name), graph)
        for alias in entity.aliases:
            yield Quad(node, term("skos:altLabel"), _zh(alias), graph)
        if entity.type == "Phrase":
            yield Quad(node, term("skos:inScheme"), scheme, graph)
        if entity.code:
            yield Quad(node, term("schema:identifier"), Literal(entity.code), graph)
        if entity.scope:
            yield Quad(node, term("gk:scope"), Literal(entity.scope), graph)


def _date_quads(node: NamedNode, date: str, graph: NamedNode) -> Iterator[Quad]:
    """A day as xsd:date, a partial one as xsd:gMonthDay, a range as gk:from and gk:to."""
    if not date:
        return
    if "/" in date:
        first, last = date.split("/")
        yield Quad(node, term("gk:from"), _date(first), graph)
        yield Quad(node, term("gk:to"), _date(last), graph)
    else:
        yield Quad(node, term("dcterms:date"), _date(date), graph)


def _date(words: str) -> Literal:
    return Literal(words, datatype=NamedNode(_XSD + ("date" if _DAY.match(words) else "gMonthDay")))


def _evidence(
    content: Content, iris: Iris, s: Statement, report: Report, subject: NamedNode, predicate: NamedNode, obj: NamedNode | Literal
) -> Iterator[Quad]:
    graph = iris.graph("evidence")
    node = iris.statement(s.id)
    yield Quad(node, term("rdf:type"), term("rdf:Statement"), graph)
    yield Quad(node, term("rdf:type"), term("prov:Entity"), graph)
    yield Quad(node, term("rdf:subject"), subject, graph)
    yield Quad(node, term("rdf:predicate"), predicate, graph)
    yield Quad(node, term("rdf:object"), obj, graph)
    yield Quad(node, term("gk:status"), term(f"gk:{s.status.value}"), graph)
    yield from _date_quads(node, s.date, graph)
    if s.date_basis:
        yield Quad(node, term("gk:dateBasis"), Literal(s.date_basis), graph)
    yield Quad(node, term("gk:confidence"), _decimal(s.confidence), graph)
    yield Quad(node, term("gk:rule"), Literal(s.rule), graph)
    yield Quad(node, term("prov:wasGeneratedBy"), iris.graph(f"run/{_encode(s.report).replace('/', '%2F')}"), graph)
    if s.speaker:
        yield Quad(node, term("gk:speaker"), _zh(s.speaker), graph)
    if s.relation == "has_attribute":
        quantity = first_quantity(s.object.name)
        if quantity is not None and quantity.value is not None:
            yield Quad(node, term("schema:value"), _decimal(quantity.value), graph)
            yield Quad(node, term("schema:unitText"), Literal(quantity.unit), graph)
            if quantity.hedge:
                yield Quad(node, term("gk:hedge"), _zh(quantity.hedge), graph)
    yield Quad(node, term("prov:wasQuotedFrom"), iris.statement(s.id, "#quote"), graph)
    yield from _quote(iris, s.id, "#quote", report, s.start, s.end)
    for role, mention in (("subject", s.subject), ("object", s.object)):
        target = iris.statement(s.id, f"#{role}")
        yield Quad(node, term(f"gk:{role}Mention"), target, graph)
        yield from _span(iris, s.id, f"#{role}", report.id, mention.start, mention.end)
        if mention.antecedent is not None:
            yield Quad(node, term(f"gk:{role}Antecedent"), iris.statement(s.id, f"#{role}-antecedent"), graph)
            yield from _span(iris, s.id, f"#{role}-antecedent", report.id, *mention.antecedent)


def _span(iris: Iris, statement: str, part: str, report: str, start: int, end: int) -> Iterator[Quad]:
    graph = iris.graph("evidence")
    node, position = iris.statement(statement, part), iris.statement(statement, f"{part}-position")
    yield Quad(node, term("rdf:type"), term("oa:SpecificResource"), graph)
    yield Quad(node, term("oa:hasSource"), iris.report(report), graph)
    yield Quad(node, term("oa:hasSelector"), position, graph)
    yield Quad(position, term("rdf:type"), term("oa:TextPositionSelector"), graph)
    yield Quad(position, term("oa:start"), _integer(start), graph)
    yield Quad(position, term("oa:end"), _integer(end), graph)


def _quote(iris: Iris, statement: str, part: str, report: Report, start: int, end: int) -> Iterator[Quad]:
    graph = iris.graph("evidence")
    yield from _span(iris, statement, part, report.id, start, end)
    node, words = iris.statement(statement, part), iris.statement(statement, f"{part}-words")
    yield Quad(node, term("rdf:type"), term("prov:Entity"), graph)
    yield Quad(node, term("oa:hasSelector"), words, graph)
    yield Quad(words, term("rdf:type"), term("oa:TextQuoteSelector"), graph)
    yield Quad(words, term("oa:exact"), Literal(report.text[start:end]), graph)
    yield Quad(words, term("oa:prefix"), Literal(report.text[max(0, start - CONTEXT) : start]), graph)
    yield Quad(words, term("oa:suffix"), Literal(report.text[end : end + CONTEXT]), graph)


def _provenance(rows: Sequence[ReportRow], iris: Iris, with_text: bool) -> Iterator[Quad]:
    graph = iris.graph("provenance")
    software = iris.graph("software/graphkit")
    yield Quad(software, term("rdf:type"), term("prov:SoftwareAgent"), graph)
    for row in rows:
        report = row.report
        node, run = iris.report(report.id), iris.graph(f"run/{_encode(report.id).replace('/', '%2F')}")
        claims = iris.claims_graph(report.id)
        yield Quad(node, term("rdf:type"), term("schema:NewsArticle"), graph)
        yield Quad(node, term("rdf:type"), term("prov:Entity"), graph)
        yield Quad(node, term("dcterms:identifier"), Literal(f"sha256:{report.sha256}"), graph)
        yield Quad(node, term("gk:reportId"), Literal(report.id), graph)
        yield Quad(node, term("gk:codePoints"), _integer(len(report.text)), graph)
        if report.title:
            yield Quad(node, term("schema:headline"), _zh(report.title), graph)
        if _DAY.match(report.date):
            yield Quad(node, term("schema:datePublished"), _date(report.date), graph)
        if report.publisher:
            yield Quad(node, term("gk:publisherName"), _zh(report.publisher), graph)
        if report.place:
            yield Quad(node, term("gk:placeName"), _zh(report.place), graph)
        home = home_of(report)
        if home is not None:
            yield Quad(node, term("gk:fromPlace"), iris.entity(home), graph)
        if row.level:
            yield Quad(node, term("gk:level"), Literal(row.level), graph)
        if report.url:
            yield Quad(node, term("gk:url"), Literal(report.url), graph)
        if with_text:
            yield Quad(node, term("schema:articleBody"), _zh(report.text), graph)
        yield Quad(claims, term("rdf:type"), term("prov:Bundle"), graph)
        yield Quad(claims, term("prov:wasDerivedFrom"), node, graph)
        yield Quad(claims, term("prov:wasGeneratedBy"), run, graph)
        yield Quad(run, term("rdf:type"), term("prov:Activity"), graph)
        yield Quad(run, term("prov:used"), node, graph)
        yield Quad(run, term("prov:wasAssociatedWith"), software, graph)


def without_graphs(found: Iterator[Quad]) -> Iterator[Quad]:
    """The same triples in the default graph, for formats that know no named graphs."""
    for quad in found:
        yield Quad(quad.subject, quad.predicate, quad.object, DefaultGraph())
