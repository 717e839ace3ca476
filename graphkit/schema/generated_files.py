"""What `schemas/graphkit.toml` generates: SHACL shapes, an OWL ontology, a JSON-LD context, Neo4j constraints, a page.

`make schema` writes them (it calls `main`); a test fails when they are out of date.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from graphkit.schema import EntityType, Relation, Schema, load_schema
from graphkit.schema.neo4j import neo4j_constraints

_NOTE = "Generated from schemas/graphkit.toml by `make schema`; do not edit."
#: Own classes that are no entity type: name, parents, English label, Chinese label, definition.
_OTHER_CLASSES = (
    (
        "Visit",
        ("schema:Event", "prov:Activity"),
        "visit",
        "调研",
        "The visit of one leader on one day according to one report, with its stops and companions.",
    ),
    (
        "Instruction",
        ("schema:CreativeWork",),
        "instruction",
        "指示精神",
        "An instruction, or the guiding principles of a speech or meeting, that is not a document.",
    ),
)
#: Own class → similar classes of other vocabularies, which are not equivalent. Relations name theirs in `see_also` of the schema.
_NEAR = {
    "Meeting": ("http://semanticweb.cs.vu.nl/2009/11/sem/Event", "http://linkedevents.org/ontology/Event"),
    "Visit": ("http://semanticweb.cs.vu.nl/2009/11/sem/Event", "https://schema.org/TravelAction"),
    "Park": ("https://schema.org/Place",),
}
#: Own terms that belong to no relation or type: name, domain, range, English label, Chinese label, definition.
_OTHER_TERMS = (
    (
        "status",
        "rdf:Statement",
        "gk:Status",
        "status",
        "状态",
        "Whether the statement is actual, planned, urged or denied.",
    ),
    (
        "confidence",
        "rdf:Statement",
        "xsd:decimal",
        "confidence",
        "置信度",
        "Measured precision of statements of this kind, from 0 to 1.",
    ),
    (
        "dateBasis",
        "rdf:Statement",
        "xsd:string",
        "date basis",
        "日期依据",
        "How the parts of the date that are not printed were found.",
    ),
    ("rule", "rdf:Statement", "xsd:string", "rule", "规则", "Name of the rule that produced the statement."),
    ("speaker", "rdf:Statement", "rdf:langString", "speaker", "发言者", "Name of the speaker in the report."),
    (
        "subjectMention",
        "rdf:Statement",
        "oa:SpecificResource",
        "subject mention",
        "主语提及",
        "The span that refers to the subject.",
    ),
    (
        "objectMention",
        "rdf:Statement",
        "oa:SpecificResource",
        "object mention",
        "宾语提及",
        "The span that refers to the object.",
    ),
    (
        "subjectAntecedent",
        "rdf:Statement",
        "oa:SpecificResource",
        "subject antecedent",
        "主语先行词",
        "The span of the subject's full name.",
    ),
    (
        "objectAntecedent",
        "rdf:Statement",
        "oa:SpecificResource",
        "object antecedent",
        "宾语先行词",
        "The span of the object's full name.",
    ),
    (
        "from",
        "rdf:Statement",
        "xsd:date",
        "from",
        "起",
        "First day of a range (xsd:gMonthDay when the year is unknown).",
    ),
    ("to", "rdf:Statement", "xsd:date", "to", "止", "Last day of a range (xsd:gMonthDay when the year is unknown)."),
    (
        "printedValue",
        "rdf:Statement",
        "schema:PropertyValue",
        "printed value",
        "原文数值",
        "The value of an attribute with its number and unit, if they could be parsed.",
    ),
    (
        "loadDigest",
        "schema:NewsArticle",
        "xsd:string",
        "load digest",
        "装载摘要",
        "On a server: hash of the data that was loaded for the report.",
    ),
    (
        "loadState",
        "void:Dataset",
        "xsd:string",
        "load state",
        "装载状态",
        "On a server: hash of the content that is completely loaded, or `loading` during a load.",
    ),
    (
        "hedge",
        "schema:PropertyValue",
        "rdf:langString",
        "hedge",
        "约数",
        "Qualifier of the number as printed: 约, 近, 超, 余 …",
    ),
    (
        "codePoints",
        "schema:NewsArticle",
        "xsd:integer",
        "code points",
        "字符数",
        "Length of the text in Unicode code points; offsets count these.",
    ),
    ("reportId", "schema:NewsArticle", "xsd:string", "report id", "报道编号", "The id of the report in the input."),
    ("publisherName", "schema:NewsArticle", "rdf:langString", "publisher name", "媒体", "Publisher as printed."),
    (
        "placeName",
        "schema:NewsArticle",
        "rdf:langString",
        "place name",
        "地区",
        "Place that the report is from, as given or inferred.",
    ),
    (
        "fromPlace",
        "schema:NewsArticle",
        "schema:AdministrativeArea",
        "from place",
        "来自",
        "The division that the report is from.",
    ),
    ("level", "schema:NewsArticle", "xsd:string", "level", "层级", "national, province, city or county."),
    ("url", "schema:NewsArticle", "xsd:string", "address", "网址", "Where the report was published, as given."),
    (
        "firstUse",
        "skos:Concept",
        "xsd:date",
        "first use",
        "首见",
        "Date of the first report in this collection that uses the phrase, in any of its variants.",
    ),
    (
        "lastUse",
        "skos:Concept",
        "xsd:date",
        "last use",
        "末见",
        "Date of the last report in this collection that uses the phrase.",
    ),
    (
        "reportCount",
        "skos:Concept",
        "xsd:integer",
        "report count",
        "报道数",
        "Reports of the collection that use the phrase.",
    ),
    (
        "mentionCount",
        "skos:Concept",
        "xsd:integer",
        "mention count",
        "出现次数",
        "Number of occurrences of the phrase in the collection.",
    ),
    ("variantOf", "skos:Concept", "skos:Concept", "variant of", "变体", "The phrase of which this is a variant."),
    (
        "scope",
        "rdfs:Resource",
        "xsd:string",
        "scope",
        "范围",
        "What distinguishes the entity from others with the same name.",
    ),
)


def _prefixes(schema: Schema) -> str:
    prefixes = {**schema.prefixes, "sh": "http://www.w3.org/ns/shacl#"}
    return "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in prefixes.items())


def _literal(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


# -- SHACL ---------------------------------------------------------------------------------------------------


def shapes() -> str:
    """SHACL shapes in Turtle: who may stand where, what a statement, a quote, a report and an entity must have."""
    schema = load_schema()
    parts = [f"# {_NOTE}\n{_prefixes(schema)}"]
    parts += [_relation_shapes(schema, r) for r in schema.relations.values() if r.name != "has_attribute"]
    parts += [_attribute_shape(schema, name) for name in schema.attributes]
    parts.append(_statement_shape(schema))
    parts += [_QUOTE_SHAPES, _EVENT_SHAPES]
    parts += [_entity_shape(t) for t in schema.types.values()]
    return "\n".join(parts)


def _classes(schema: Schema, types: frozenset[str]) -> str:
    """In the order of the schema: `[ sh:class A ] [ sh:class B ]`."""
    return " ".join(dict.fromkeys(f"[ sh:class {t.cls} ]" for t in schema.types.values() if t.name in types))


def _relation_shapes(schema: Schema, relation: Relation) -> str:
    local = f"gk:{relation.name}"
    return (
        f"{local}-subjects a sh:NodeShape ; sh:targetSubjectsOf {relation.term} ;\n"
        f"  sh:or ( {_classes(schema, relation.subject)} ) ;\n"
        f"  sh:message {_literal(f'the subject of {relation.name} is not of an allowed type')} .\n"
        f"{local}-objects a sh:NodeShape ; sh:targetObjectsOf {relation.term} ;\n"
        f"  sh:or ( {_classes(schema, relation.object)} ) ;\n"
        f"  sh:message {_literal(f'the object of {relation.name} is not of an allowed type')} .\n"
    )


def _attribute_shape(schema: Schema, name: str) -> str:
    subjects = _classes(schema, schema.relations["has_attribute"].subject)
    return (
        f"gk:attribute-{name} a sh:NodeShape ; sh:targetSubjectsOf gk:{name} ;\n"
        f"  sh:or ( {subjects} [ sh:class rdf:Statement ] ) .\n"
        if name == "status"
        else f"gk:attribute-{name} a sh:NodeShape ; sh:targetSubjectsOf gk:{name} ;\n"
        f"  sh:or ( {subjects} ) ; sh:property [ sh:path gk:{name} ; sh:datatype rdf:langString ] .\n"
    )


def _statement_shape(schema: Schema) -> str:
    predicates = dict.fromkeys(r.term for r in schema.relations.values() if r.name != "has_attribute")
    terms = " ".join([*predicates, *(f"gk:{a}" for a in schema.attributes)])
    status = " ".join(f"gk:{s}" for s in schema.status)
    return f"""gk:StatementShape a sh:NodeShape ; sh:targetClass rdf:Statement ;
  sh:property [ sh:path rdf:subject ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path rdf:predicate ; sh:minCount 1 ; sh:maxCount 1 ; sh:in ( {terms} ) ] ;
  sh:property [ sh:path rdf:object ; sh:minCount 1 ; sh:maxCount 1 ] ;
  sh:property [ sh:path gk:status ; sh:minCount 1 ; sh:maxCount 1 ; sh:in ( {status} ) ] ;
  sh:property [ sh:path gk:confidence ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:decimal ; sh:minInclusive 0.0 ; sh:maxInclusive 1.0 ] ;
  sh:property [ sh:path gk:dateBasis ; sh:maxCount 1 ; sh:datatype xsd:string ] ;
  sh:property [ sh:path gk:rule ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ;
  sh:property [ sh:path prov:wasGeneratedBy ; sh:minCount 1 ; sh:maxCount 1 ; sh:class prov:Activity ] ;
  sh:property [ sh:path prov:wasQuotedFrom ; sh:minCount 1 ; sh:maxCount 1 ; sh:node gk:QuoteShape ] ;
  sh:property [ sh:path gk:subjectMention ; sh:minCount 1 ; sh:maxCount 1 ; sh:node gk:SpanShape ] ;
  sh:property [ sh:path gk:objectMention ; sh:minCount 1 ; sh:maxCount 1 ; sh:node gk:SpanShape ] .
"""


_QUOTE_SHAPES = """gk:SpanShape a sh:NodeShape ; sh:class oa:SpecificResource ;
  sh:property [ sh:path oa:hasSource ; sh:minCount 1 ; sh:maxCount 1 ; sh:class schema:NewsArticle ] ;
  sh:property [ sh:path oa:hasSelector ; sh:qualifiedValueShape [ sh:class oa:TextPositionSelector ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 ] .

gk:QuoteShape a sh:NodeShape ; sh:node gk:SpanShape ;
  sh:property [ sh:path oa:hasSelector ; sh:qualifiedValueShape [ sh:class oa:TextQuoteSelector ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 ] .

gk:PositionShape a sh:NodeShape ; sh:targetClass oa:TextPositionSelector ;
  sh:property [ sh:path oa:start ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:integer ; sh:minInclusive 0 ; sh:lessThan oa:end ] ;
  sh:property [ sh:path oa:end ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:integer ] .

gk:WordsShape a sh:NodeShape ; sh:targetClass oa:TextQuoteSelector ;
  sh:property [ sh:path oa:exact ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ; sh:minLength 1 ] .

gk:ReportShape a sh:NodeShape ; sh:targetClass schema:NewsArticle ;
  sh:property [ sh:path dcterms:identifier ; sh:minCount 1 ; sh:pattern "^sha256:[0-9a-f]{64}$" ] ;
  sh:property [ sh:path gk:reportId ; sh:minCount 1 ; sh:maxCount 1 ] ;
  sh:property [ sh:path gk:codePoints ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:integer ; sh:minInclusive 1 ] .
"""


_EVENT_SHAPES = """gk:VisitShape a sh:NodeShape ; sh:targetClass gk:Visit ;
  sh:property [ sh:path schema:agent ; sh:minCount 1 ; sh:maxCount 1 ; sh:or ( [ sh:class foaf:Person ] [ sh:class org:Organization ] ) ] ;
  sh:property [ sh:path schema:location ; sh:minCount 1 ] ;
  sh:property [ sh:path schema:subjectOf ; sh:minCount 1 ; sh:maxCount 1 ; sh:class schema:NewsArticle ] .

gk:MembershipShape a sh:NodeShape ; sh:targetClass org:Membership ;
  sh:property [ sh:path org:member ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Person ] ;
  sh:property [ sh:path org:role ; sh:minCount 1 ; sh:maxCount 1 ; sh:class org:Post ] ;
  sh:property [ sh:path org:memberDuring ; sh:maxCount 1 ; sh:class time:Interval ] .

gk:ValueShape a sh:NodeShape ; sh:targetClass schema:PropertyValue ;
  sh:property [ sh:path schema:propertyID ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ;
  sh:property [ sh:path schema:name ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype rdf:langString ] ;
  sh:property [ sh:path schema:value ; sh:maxCount 1 ; sh:datatype xsd:decimal ] .
"""


def _entity_shape(kind: EntityType) -> str:
    return (
        f"gk:{kind.name}Shape a sh:NodeShape ; sh:targetClass {kind.cls} ;\n"
        "  sh:property [ sh:path skos:prefLabel ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype rdf:langString ] .\n"
    )


# -- OWL -----------------------------------------------------------------------------------------------------


def ontology() -> str:
    """Our own terms as an OWL ontology in Turtle, with labels, definitions, domains and ranges."""
    schema = load_schema()
    parts = [
        f"# {_NOTE}\n{_prefixes(schema)}\n"
        f'<{schema.namespace.rstrip("#")}> a owl:Ontology ; owl:versionInfo "{schema.version}" ;\n'
        '  rdfs:label "policy-graphkit"@en .\n'
    ]
    parts += [_own_class(t) for t in schema.types.values() if t.cls.startswith("gk:")]
    parts += [
        _own_property(schema, r)
        for r in schema.relations.values()
        if r.term.startswith("gk:") and r.name != "has_attribute"
    ]
    for a in schema.attributes.values():
        domain = _union(schema, schema.relations["has_attribute"].subject)
        # `status` is both a stage of a project (a literal) and the standing of a statement (a term): no one type fits.
        kind = "rdf:Property" if a.name == "status" else "owl:DatatypeProperty"
        where = "" if a.name == "status" else f" ; rdfs:domain {domain} ; rdfs:range rdf:langString"
        parts.append(
            f"gk:{a.name} a {kind} ; rdfs:label {_literal(a.name)}@en , {_literal(a.zh)}@zh ;\n  skos:definition {_literal(a.definition)}@en{where} .\n"
        )
    for name, parents, en, zh, definition in _OTHER_CLASSES:
        above = " , ".join(parents)
        parts.append(
            f"gk:{name} a owl:Class ; rdfs:subClassOf {above} ; rdfs:label {_literal(en)}@en , {_literal(zh)}@zh ;\n"
            f"  skos:definition {_literal(definition)}@en .\n"
        )
    parts.append(
        'gk:divisionCode a rdfs:Datatype ; rdfs:label "division code"@en , "行政区划代码"@zh ;\n'
        '  skos:definition "Six digits of GB/T 2260, as the value of skos:notation."@en .\n'
    )
    for name, near in _NEAR.items():
        parts.append(f"gk:{name} skos:closeMatch {' , '.join(f'<{n}>' for n in near)} .\n")
    parts += [
        f"{r.term} rdfs:seeAlso {' , '.join(f'<{term}>' for term in r.see_also)} .\n"
        for r in schema.relations.values()
        if r.see_also
    ]
    parts.append('gk:Status a owl:Class ; rdfs:label "status of a statement"@en , "状态"@zh .\n')
    parts += [
        f"gk:{n} a gk:Status ; rdfs:label {_literal(n)}@en ; skos:definition {_literal(d)}@en .\n"
        for n, d in schema.status.items()
    ]
    for name, domain, range_, en, zh, definition in _OTHER_TERMS:
        if name in schema.attributes:
            continue
        kind = "owl:DatatypeProperty" if range_.startswith(("xsd:", "rdf:lang")) else "owl:ObjectProperty"
        parts.append(
            f"gk:{name} a {kind} ; rdfs:label {_literal(en)}@en , {_literal(zh)}@zh ;\n"
            f"  skos:definition {_literal(definition)}@en ; rdfs:domain {domain} ; rdfs:range {range_} .\n"
        )
    return "\n".join(parts)


def _own_class(kind: EntityType) -> str:
    parents = "".join(f" ; rdfs:subClassOf {p}" for p in kind.also)
    return f"{kind.cls} a owl:Class{parents} ; rdfs:label {_literal(kind.name)}@en , {_literal(kind.zh)}@zh ;\n  skos:definition {_literal(kind.definition)}@en .\n"


def _own_property(schema: Schema, relation: Relation) -> str:
    label = relation.name.replace("_", " ")
    return (
        f"{relation.term} a owl:ObjectProperty ; rdfs:label {_literal(label)}@en , {_literal(relation.zh)}@zh ;\n"
        f"  skos:definition {_literal(relation.definition)}@en ;\n"
        f"  rdfs:domain {_union(schema, relation.subject)} ;\n  rdfs:range {_union(schema, relation.object)} .\n"
    )


def _union(schema: Schema, types: frozenset[str]) -> str:
    classes = list(dict.fromkeys(t.cls for t in schema.types.values() if t.name in types))
    return classes[0] if len(classes) == 1 else f"[ a owl:Class ; owl:unionOf ( {' '.join(classes)} ) ]"


# -- JSON-LD, Neo4j, docs ------------------------------------------------------------------------------------


#: Terms of the JSON-LD context beside the relations and attributes.
_CONTEXT = {
    "name": {"@id": "skos:prefLabel", "@language": "zh"},
    "aliases": {"@id": "skos:altLabel", "@language": "zh"},
    "subject": {"@id": "rdf:subject", "@type": "@id"},
    "predicate": {"@id": "rdf:predicate", "@type": "@id"},
    "object": {"@id": "rdf:object", "@type": "@id"},
    "day": {"@id": "dcterms:date", "@type": "xsd:date"},
    "confidence": {"@id": "gk:confidence", "@type": "xsd:decimal"},
    "quotedFrom": {"@id": "prov:wasQuotedFrom", "@type": "@id"},
    "source": {"@id": "oa:hasSource", "@type": "@id"},
    "selector": {"@id": "oa:hasSelector", "@type": "@id"},
    "start": {"@id": "oa:start"},
    "end": {"@id": "oa:end"},
    "exact": {"@id": "oa:exact"},
    "prefix": {"@id": "oa:prefix"},
    "suffix": {"@id": "oa:suffix"},
    "mentions": {"@id": "schema:mentions", "@type": "@id"},
}


def context_terms() -> dict[str, str | dict[str, str]]:
    """The JSON-LD context: our prefixes, the relations and attributes by their plain names, what evidence needs."""
    schema = load_schema()
    terms: dict[str, str | dict[str, str]] = dict(schema.prefixes)
    for relation in schema.relations.values():
        if relation.name != "has_attribute":
            terms[relation.name] = {"@id": relation.term, "@type": "@id"}
    for name in schema.attributes:
        if name != "status":
            terms[name] = {"@id": f"gk:{name}", "@language": "zh"}
    return {**terms, **_CONTEXT}


def context() -> str:
    """schemas/context.jsonld."""
    return json.dumps({"@context": context_terms()}, ensure_ascii=False, indent=2) + "\n"


def docs_page() -> str:
    """docs/schema.md."""
    schema = load_schema()
    lines = [
        "# Schema",
        "",
        f"<!-- {_NOTE} -->",
        "",
        "## Entity types",
        "",
        "| type | 中文 | class | what it is |",
        "|---|---|---|---|",
    ]
    for t in schema.types.values():
        lines.append(f"| {t.name} | {t.zh} | {', '.join((t.cls, *t.also))} | {t.definition} |")
    lines += [
        "",
        "## Relations",
        "",
        "| relation | 中文 | subject | object | property | when |",
        "|---|---|---|---|---|---|",
    ]
    for r in schema.relations.values():
        ends = [", ".join(t for t in (*schema.types, "Value") if t in side) for side in (r.subject, r.object)]
        lines.append(f"| {r.name} | {r.zh} | {ends[0]} | {ends[1]} | {r.term} | {r.definition} |")
    lines += [
        "",
        "## Attributes",
        "",
        "The object of `has_attribute` is the text as printed, with its qualifier (约, 超 …). If the number can be parsed, the node has it as a second property.",
        "",
    ]
    lines += ["| kind | 中文 | what it is | number | unit |", "|---|---|---|---|---|"]
    for a in schema.attributes.values():
        lines.append(f"| {a.name} | {a.zh} | {a.definition} | {a.number or '–'} | {a.unit or '–'} |")
    lines += ["", "## Status", ""]
    lines += [f"- `{name}`: {meaning}" for name, meaning in schema.status.items()]
    lines += [
        "",
        "## Other terms of the namespace",
        "",
        "| term | 中文 | on | value | meaning |",
        "|---|---|---|---|---|",
    ]
    lines += [f"| gk:{n} | {zh} | {domain} | {range_} | {d} |" for n, domain, range_, _, zh, d in _OTHER_TERMS]
    lines += ["", "Classes that are not entity types:", ""]
    lines += [f"- `gk:{n}` ({zh}), a kind of {' and '.join(parents)}: {d}" for n, parents, _, zh, d in _OTHER_CLASSES]
    return "\n".join(lines) + "\n"


#: Path in the checkout → what writes it.
FILES: dict[str, Callable[[], str]] = {
    "schemas/shapes.ttl": shapes,
    "schemas/ontology.ttl": ontology,
    "schemas/context.jsonld": context,
    "schemas/neo4j.cypher": lambda: neo4j_constraints(_NOTE),
    "docs/schema.md": docs_page,
}


def main(root: Path) -> None:
    """Write all generated files under the root of a checkout."""
    for name, write in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(write(), encoding="utf-8")
        print(name)
