"""The graph as RDF: the claims of each report are a named graph; entities, evidence and provenance are graphs as well.

docs/schema.md lists the terms. The RDF is produced as N-Quads in a fixed order: the entities by IRI; the claims,
evidence and provenance of each report; the description of the data set. Every resource has an IRI and there are no
blank nodes, so that equal graphs have equal files and a diff of two exports shows the changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge

from pyoxigraph import Quad, RdfFormat, parse

from graphkit.ledger import ReportRow
from graphkit.model import Entity, Statement, Status
from graphkit.recognition import gazetteer
from graphkit.recognition.quantities import first_quantity
from graphkit.schema import load_schema
from graphkit.schema.values import is_day
from graphkit.stores.content import Content
from graphkit.stores.options import DEFAULT_BASE, ExportOptions
from graphkit.stores.rdf.classes import further_classes
from graphkit.stores.rdf.description import Tally, describe
from graphkit.stores.rdf.terms import Iris, date, date_lines, decimal, encode, integer, literal, term, typed, zh
from graphkit.stores.rdf.wikidata import wikidata_id
from graphkit.stores.report_places import place_of, report_places
from graphkit.stores.visits import Visit, visits

#: Number of characters before and after a quote in oa:prefix and oa:suffix.
CONTEXT = 16


@dataclass(frozen=True, slots=True)
class ReportLines:
    """The N-Quads of one report. Claims and evidence may be empty."""

    report: str
    claims: str
    evidence: str
    provenance: str

    @property
    def parts(self) -> tuple[str, str, str]:
        return self.claims, self.evidence, self.provenance


class RdfGraph:
    """The RDF of a content as lines of N-Quads, in a fixed order."""

    def __init__(self, content: Content, options: ExportOptions | None = None) -> None:
        self.content = content
        self.options = options or ExportOptions()
        self.iris = Iris(self.options.base)
        self._entity = content.resolution.entity

    def lines(self) -> Iterator[str]:
        """Yield the complete RDF, several lines at a time."""
        tally = Tally()
        for part in self._parts():
            tally.add(part)
            yield part
        yield self.description(tally)

    def _parts(self) -> Iterator[str]:
        yield from self.entities()
        for report in self.reports():
            yield from report.parts
        yield self.software()

    def reports(self) -> Iterator[ReportLines]:
        """Yield the lines of each report, ordered by id."""
        for row, statements in self.content.by_report():
            yield self.report(row, statements)

    def part(self, reports: Sequence[tuple[ReportRow, Sequence[Statement]]]) -> Iterator[str]:
        """Yield the lines of some reports and of the entities that their statements mention."""
        mentioned = {
            self._entity(s, m)
            for _, statements in reports
            for s in statements
            for m in (s.subject, s.object)
            if m.type != "Value"
        }
        ids = {e.id for e in mentioned}
        places = {place for row, _ in reports if (place := place_of(row.report)) is not None and place.id not in ids}
        yield from self._entities(sorted([*mentioned, *places], key=lambda e: e.id), (row for row, _ in reports))
        for row, statements in reports:
            yield "".join(self.report(row, statements).parts)
        yield self.software()

    # -- entities ------------------------------------------------------------------------------------------------

    def entities(self) -> Iterator[str]:
        """Yield names, types, codes and coordinates of all entities, one entity at a time."""
        entities = merge(self.content.resolution.entities(), report_places(self.content), key=lambda e: e.id)
        return self._entities(entities, self.content.reports())

    def _entities(self, entities: Iterable[Entity], rows: Iterable[ReportRow]) -> Iterator[str]:
        graph = self.iris.of("entities")
        scheme = self.iris.of("phrases")
        yield (
            f"{scheme} {term('rdf:type')} {term('skos:ConceptScheme')} {graph} .\n"
            f'{scheme} {term("skos:prefLabel")} "提法"@zh {graph} .\n'
        )
        for entity in entities:
            yield self._entity_lines(entity, graph, scheme)
        media = {row.report.publisher for row in rows if row.report.publisher}
        for name in sorted(media):
            node = self._media(name)
            yield (
                f"{node} {term('rdf:type')} {term('schema:NewsMediaOrganization')} {graph} .\n"
                f"{node} {term('skos:prefLabel')} {zh(name)} {graph} .\n"
            )

    def _media(self, name: str) -> str:
        return self.iris.of(f"media/{encode(name)}")

    def _entity_lines(self, entity: Entity, graph: str, scheme: str) -> str:
        node = self.iris.entity(entity)
        kind = load_schema().types[entity.type]
        pairs = [(term("rdf:type"), term(c)) for c in (kind.cls, *kind.also, *further_classes(entity))]
        pairs.append((term("skos:prefLabel"), zh(entity.name)))
        pairs += [(term("skos:altLabel"), zh(alias)) for alias in entity.aliases]
        if entity.type == "Person":
            pairs.append((term("foaf:name"), zh(entity.name)))
        elif entity.type == "Phrase":
            pairs += [(term("skos:inScheme"), scheme), *self._phrase_pairs(entity)]
        if entity.code:
            pairs.append((term("schema:identifier"), literal(entity.code)))
            pairs.append((term("skos:notation"), typed(entity.code, "gk:divisionCode")))
        if entity.scope:
            pairs.append((term("gk:scope"), literal(entity.scope)))
        wikidata = wikidata_id(entity)
        if wikidata is not None:
            pairs.append((term("skos:exactMatch"), f"<http://www.wikidata.org/entity/{wikidata}>"))
        lines = "".join(f"{node} {p} {o} {graph} .\n" for p, o in pairs)
        point = gazetteer.point(entity.code) if entity.code else None
        if point is not None:
            geometry = f"{node[:-1]}#point>"
            lines += (
                f"{node} {term('rdf:type')} {term('geo:Feature')} {graph} .\n"
                f"{node} {term('geo:hasGeometry')} {geometry} {graph} .\n"
                f"{geometry} {term('rdf:type')} {term('geo:Geometry')} {graph} .\n"
                f"{geometry} {term('geo:asWKT')} {typed(f'POINT({point[0]} {point[1]})', 'geo:wktLiteral')} {graph} .\n"
            )
        return lines

    def _phrase_pairs(self, entity: Entity) -> Iterator[tuple[str, str]]:
        """Yield the uses of a phrase in the whole graph, the phrases that it contains and the phrase of a variant."""
        fact = self.content.phrases().get(entity.id)
        if fact is None:
            return
        of = self.content.resolution.by_id
        yield from ((term("skos:broader"), self.iris.entity(of(b))) for b in fact.broader)
        if fact.variant_of:
            yield term("gk:variantOf"), self.iris.entity(of(fact.variant_of))
        yield term("gk:reportCount"), integer(fact.reports)
        yield term("gk:mentionCount"), integer(fact.mentions)
        if is_day(fact.first):
            yield term("gk:firstUse"), date(fact.first)
            yield term("skos:historyNote"), zh(f"首见于本集：{fact.first}，报道 {fact.first_report}")
        if is_day(fact.last):
            yield term("gk:lastUse"), date(fact.last)

    # -- one report ----------------------------------------------------------------------------------------------

    def report(self, row: ReportRow, statements: Sequence[Statement]) -> ReportLines:
        """Return the claims of one report, their evidence and their provenance."""
        report_id = row.report.id
        claims_graph, evidence_graph = self.iris.claims_graph(report_id), self.iris.of("evidence")
        claims: dict[str, None] = {}
        evidence = []
        run = self.iris.report(report_id, "run")
        for s in statements:
            subject, predicate, obj = self._triple(s)
            if s.status is Status.ACTUAL:
                claims[f"{subject} {predicate} {obj} {claims_graph} .\n"] = None
                if s.relation == "located_in" and s.subject.type in ("Place", "Park", "Site"):
                    claims[f"{subject} {term('schema:containedInPlace')} {obj} {claims_graph} .\n"] = None
                elif s.relation == "holds_post":
                    claims[self._membership(s, subject, obj, claims_graph)] = None
                elif s.relation == "has_attribute":
                    value = f"<{self._statement(s)}#value>"
                    claims[f"{subject} {term('schema:additionalProperty')} {value} {claims_graph} .\n"] = None
            evidence.append(self._evidence(s, row.report.text, subject, predicate, obj, run, evidence_graph))
        for visit in visits(self.content, statements):
            claims[self._visit(visit, claims_graph)] = None
        return ReportLines(report_id, "".join(claims), "".join(evidence), self._provenance(row, statements, run))

    def _triple(self, s: Statement) -> tuple[str, str, str]:
        subject = self.iris.entity(self._entity(s, s.subject))
        if s.relation == "has_attribute":
            return subject, term(f"gk:{s.kind}"), zh(s.object.name)
        return subject, term(load_schema().relations[s.relation].term), self.iris.entity(self._entity(s, s.object))

    def _statement(self, s: Statement) -> str:
        return f"{self.iris.base}statement/{s.id}"

    def _membership(self, s: Statement, person: str, post: str, graph: str) -> str:
        """Return the lines of a tenure, which contains the day of the statement; its first and last day are unknown."""
        key = hashlib.sha256(
            f"{s.report}\x1f{person}\x1f{post}\x1f{s.date}".encode("utf-8", "surrogatepass")
        ).hexdigest()[:24]
        node = self.iris.of(f"membership/{key}")
        lines = (
            f"{node} {term('rdf:type')} {term('org:Membership')} {graph} .\n"
            f"{node} {term('org:member')} {person} {graph} .\n{node} {term('org:role')} {post} {graph} .\n"
        )
        if not is_day(s.date):
            return lines
        tenure, day = f"{node[:-1]}#tenure>", f"{node[:-1]}#day>"
        return lines + (
            f"{node} {term('org:memberDuring')} {tenure} {graph} .\n"
            f"{tenure} {term('rdf:type')} {term('time:Interval')} {graph} .\n"
            f"{tenure} {term('time:inside')} {day} {graph} .\n"
            f"{day} {term('rdf:type')} {term('time:Instant')} {graph} .\n"
            f"{day} {term('time:inXSDDate')} {date(s.date)} {graph} .\n"
        )

    def _visit(self, visit: Visit, graph: str) -> str:
        node = self.iris.of(f"visit/{visit.key}")
        of = self.content.resolution.by_id
        pairs = [(term("rdf:type"), term(c)) for c in ("gk:Visit", "schema:Event", "prov:Activity")]
        pairs.append((term("schema:agent"), self.iris.entity(of(visit.leader))))
        pairs += [(term("schema:participant"), self.iris.entity(of(c))) for c in visit.companions]
        pairs += [(term("schema:location"), self.iris.entity(of(p))) for p in visit.stops]
        pairs.append((term("schema:subjectOf"), self.iris.report(visit.report)))
        return "".join(f"{node} {p} {o} {graph} .\n" for p, o in pairs) + date_lines(node, visit.date, graph)

    def _evidence(self, s: Statement, text: str, subject: str, predicate: str, obj: str, run: str, graph: str) -> str:
        """Return the lines of the statement itself, followed by those of its value, its quote and its mentions."""
        iri = self._statement(s)
        node, end = f"<{iri}>", f" {graph} .\n"
        if self.options.rdf12:
            triple = f"{node} {term('rdf:reifies')} <<( {subject} {predicate} {obj} )>>{end}"
        else:
            triple = (
                f"{node} {term('rdf:subject')} {subject}{end}{node} {term('rdf:predicate')} {predicate}{end}"
                f"{node} {term('rdf:object')} {obj}{end}"
            )
        own = [
            f"{node} {term('rdf:type')} {term('rdf:Statement')}{end}"
            f"{node} {term('rdf:type')} {term('prov:Entity')}{end}{triple}"
            f"{node} {term('gk:status')} {term(f'gk:{s.status.value}')}{end}{date_lines(node, s.date, graph)}"
        ]
        parts = []
        if s.date_basis:
            own.append(f"{node} {term('gk:dateBasis')} {literal(s.date_basis)}{end}")
        own.append(
            f"{node} {term('gk:confidence')} {decimal(s.confidence)}{end}"
            f"{node} {term('gk:rule')} {literal(s.rule)}{end}"
            f"{node} {term('prov:wasGeneratedBy')} {run}{end}"
        )
        if s.speaker:
            own.append(f"{node} {term('gk:speaker')} {zh(s.speaker)}{end}")
        if s.relation == "has_attribute":
            own.append(f"{node} {term('gk:printedValue')} <{iri}#value>{end}")
            parts.append(self._value(s, f"<{iri}#value>", end))
        own.append(f"{node} {term('prov:wasQuotedFrom')} <{iri}#quote>{end}")
        parts.append(self._quote(s, f"{iri}#quote", text, subject, end))
        for role, mention in (("subject", s.subject), ("object", s.object)):
            own.append(f"{node} {term(f'gk:{role}Mention')} <{iri}#{role}>{end}")
            parts.append(self._span(s.report, f"{iri}#{role}", mention.start, mention.end, end))
            if mention.antecedent is not None:
                own.append(f"{node} {term(f'gk:{role}Antecedent')} <{iri}#{role}-antecedent>{end}")
                parts.append(self._span(s.report, f"{iri}#{role}-antecedent", *mention.antecedent, end))
        return "".join(own) + "".join(parts)

    def _quote(self, s: Statement, iri: str, text: str, subject: str, end: str) -> str:
        node, words = f"<{iri}>", f"<{iri}-words>"
        more = f"{node} {term('rdf:type')} {term('prov:Entity')}{end}{node} {term('oa:hasSelector')} {words}{end}"
        if s.relation == "emphasized":
            more += (
                f"{node} {term('rdf:type')} {term('schema:Quotation')}{end}"
                f"{node} {term('prov:wasAttributedTo')} {subject}{end}"
            )
        return (
            f"{self._span(s.report, iri, s.start, s.end, end, more)}"
            f"{words} {term('rdf:type')} {term('oa:TextQuoteSelector')}{end}"
            f"{words} {term('oa:exact')} {literal(text[s.start : s.end])}{end}"
            f"{words} {term('oa:prefix')} {literal(text[max(0, s.start - CONTEXT) : s.start])}{end}"
            f"{words} {term('oa:suffix')} {literal(text[s.end : s.end + CONTEXT])}{end}"
        )

    def _span(self, report: str, iri: str, start: int, stop: int, end: str, more: str = "") -> str:
        """Return the lines of a span. more: further lines about the same node."""
        node, position = f"<{iri}>", f"<{iri}-position>"
        return (
            f"{node} {term('rdf:type')} {term('oa:SpecificResource')}{end}"
            f"{node} {term('oa:hasSource')} {self.iris.report(report)}{end}"
            f"{node} {term('oa:hasSelector')} {position}{end}{more}"
            f"{position} {term('rdf:type')} {term('oa:TextPositionSelector')}{end}"
            f"{position} {term('oa:start')} {integer(start)}{end}{position} {term('oa:end')} {integer(stop)}{end}"
        )

    def _value(self, s: Statement, node: str, end: str) -> str:
        """Return the lines of a printed value as schema:PropertyValue, with number and unit if it can be parsed."""
        lines = (
            f"{node} {term('rdf:type')} {term('schema:PropertyValue')}{end}"
            f"{node} {term('schema:propertyID')} {literal(s.kind)}{end}"
            f"{node} {term('schema:name')} {zh(s.object.name)}{end}"
        )
        quantity = first_quantity(s.object.name)
        if quantity is not None and quantity.value is not None:
            lines += (
                f"{node} {term('schema:value')} {decimal(quantity.value)}{end}"
                f"{node} {term('schema:unitText')} {literal(quantity.unit)}{end}"
            )
            if quantity.hedge:
                lines += f"{node} {term('gk:hedge')} {zh(quantity.hedge)}{end}"
        return lines

    # -- provenance ----------------------------------------------------------------------------------------------

    def _provenance(self, row: ReportRow, statements: Sequence[Statement], run: str) -> str:
        report, graph = row.report, self.iris.of("provenance")
        node, claims = self.iris.report(report.id), self.iris.claims_graph(report.id)
        mentioned = {self._entity(s, m) for s in statements for m in (s.subject, s.object) if m.type != "Value"}
        mentioned |= {self.content.resolution.by_id(use.phrase) for use in self.content.phrases().in_report(report.id)}
        pairs = self._report_pairs(row)
        pairs += [(term("schema:mentions"), self.iris.entity(e)) for e in sorted(mentioned, key=lambda e: e.id)]
        lines = "".join(f"{node} {p} {o} {graph} .\n" for p, o in pairs)
        return lines + (
            f"{claims} {term('rdf:type')} {term('prov:Bundle')} {graph} .\n"
            f"{claims} {term('prov:wasDerivedFrom')} {node} {graph} .\n"
            f"{claims} {term('prov:wasGeneratedBy')} {run} {graph} .\n"
            f"{run} {term('rdf:type')} {term('prov:Activity')} {graph} .\n"
            f"{run} {term('prov:used')} {node} {graph} .\n"
            f"{run} {term('prov:wasAssociatedWith')} {self.iris.of('software/graphkit')} {graph} .\n"
        )

    def _report_pairs(self, row: ReportRow) -> list[tuple[str, str]]:
        """Return the properties of a report and their values."""
        report = row.report
        pairs = [
            (term("rdf:type"), term("schema:NewsArticle")),
            (term("rdf:type"), term("prov:Entity")),
            (term("dcterms:identifier"), literal(f"sha256:{report.sha256}")),
            (term("gk:reportId"), literal(report.id)),
            (term("gk:codePoints"), integer(len(report.text))),
        ]
        if report.title:
            pairs.append((term("schema:headline"), zh(report.title)))
        if is_day(report.date):
            pairs.append((term("schema:datePublished"), date(report.date)))
        if report.publisher:
            pairs += [
                (term("schema:publisher"), self._media(report.publisher)),
                (term("gk:publisherName"), zh(report.publisher)),
            ]
        if report.place:
            pairs.append((term("gk:placeName"), zh(report.place)))
        place = place_of(report)
        if place is not None:
            pairs.append((term("gk:fromPlace"), self.iris.entity(place)))
        if row.level:
            pairs.append((term("gk:level"), literal(row.level)))
        if report.url:
            pairs.append((term("gk:url"), literal(report.url)))
        if self.options.with_text:
            pairs.append((term("schema:articleBody"), zh(report.text)))
        return pairs

    def software(self) -> str:
        """Return the line that describes graphkit in the provenance graph."""
        graph = self.iris.of("provenance")
        return f"{self.iris.of('software/graphkit')} {term('rdf:type')} {term('prov:SoftwareAgent')} {graph} .\n"

    def description(self, tally: Tally) -> str:
        """Return the description of the data set in VoID and DCAT. tally: the counts of all other lines."""
        return describe(self.content, self.iris, tally)


def quads(
    content: Content, base: str = DEFAULT_BASE, *, with_text: bool = False, rdf12: bool = False
) -> Iterator[Quad]:
    """Yield all quads of a content, in a fixed order.

    with_text: include the full text of each report (schema:articleBody), not only its hash and the quotes.
    """
    return parsed(RdfGraph(content, ExportOptions(base, with_text, rdf12)).lines())


def parsed(lines: Iterable[str]) -> Iterator[Quad]:
    """Yield the quads in the text of N-Quads."""
    for part in lines:
        if part:
            yield from parse(part.encode("utf-8"), RdfFormat.N_QUADS)
