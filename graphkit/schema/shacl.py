"""SHACL shapes for exports, generated from the schema (schemas/shapes.ttl)."""

from __future__ import annotations

from graphkit.schema.definition import EntityType, Relation, Schema, load_schema
from graphkit.schema.turtle import NOTE, literal, prefixes


def shapes() -> str:
    """Return the SHACL shapes in Turtle: types of subjects and objects, and required properties."""
    schema = load_schema()
    parts = [f"# {NOTE}\n{prefixes(schema)}"]
    parts += [_relation_shapes(schema, r) for r in schema.relations.values() if r.name != "has_attribute"]
    parts += [_attribute_shape(schema, name) for name in schema.attributes]
    parts.append(_statement_shape(schema))
    parts += [_QUOTE_SHAPES, _EVENT_SHAPES]
    parts += [_entity_shape(t) for t in schema.types.values()]
    return "\n".join(parts)


def _classes(schema: Schema, types: frozenset[str]) -> str:
    """Return the classes of types in the order of the schema: `[ sh:class A ] [ sh:class B ]`."""
    return " ".join(dict.fromkeys(f"[ sh:class {t.cls} ]" for t in schema.types.values() if t.name in types))


def _relation_shapes(schema: Schema, relation: Relation) -> str:
    local = f"gk:{relation.name}"
    return (
        f"{local}-subjects a sh:NodeShape ; sh:targetSubjectsOf {relation.term} ;\n"
        f"  sh:or ( {_classes(schema, relation.subject)} ) ;\n"
        f"  sh:message {literal(f'the subject of {relation.name} is not of an allowed type')} .\n"
        f"{local}-objects a sh:NodeShape ; sh:targetObjectsOf {relation.term} ;\n"
        f"  sh:or ( {_classes(schema, relation.object)} ) ;\n"
        f"  sh:message {literal(f'the object of {relation.name} is not of an allowed type')} .\n"
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
  sh:property [ sh:path gk:confidence ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:decimal ;
    sh:minInclusive 0.0 ; sh:maxInclusive 1.0 ] ;
  sh:property [ sh:path gk:dateBasis ; sh:maxCount 1 ; sh:datatype xsd:string ] ;
  sh:property [ sh:path gk:rule ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ;
  sh:property [ sh:path prov:wasGeneratedBy ; sh:minCount 1 ; sh:maxCount 1 ; sh:class prov:Activity ] ;
  sh:property [ sh:path prov:wasQuotedFrom ; sh:minCount 1 ; sh:maxCount 1 ; sh:node gk:QuoteShape ] ;
  sh:property [ sh:path gk:subjectMention ; sh:minCount 1 ; sh:maxCount 1 ; sh:node gk:SpanShape ] ;
  sh:property [ sh:path gk:objectMention ; sh:minCount 1 ; sh:maxCount 1 ; sh:node gk:SpanShape ] .
"""


_QUOTE_SHAPES = """gk:SpanShape a sh:NodeShape ; sh:class oa:SpecificResource ;
  sh:property [ sh:path oa:hasSource ; sh:minCount 1 ; sh:maxCount 1 ; sh:class schema:NewsArticle ] ;
  sh:property [ sh:path oa:hasSelector ;
    sh:qualifiedValueShape [ sh:class oa:TextPositionSelector ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 ] .

gk:QuoteShape a sh:NodeShape ; sh:node gk:SpanShape ;
  sh:property [ sh:path oa:hasSelector ; sh:qualifiedValueShape [ sh:class oa:TextQuoteSelector ] ;
    sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 ] .

gk:PositionShape a sh:NodeShape ; sh:targetClass oa:TextPositionSelector ;
  sh:property [ sh:path oa:start ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:integer ;
    sh:minInclusive 0 ; sh:lessThan oa:end ] ;
  sh:property [ sh:path oa:end ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:integer ] .

gk:WordsShape a sh:NodeShape ; sh:targetClass oa:TextQuoteSelector ;
  sh:property [ sh:path oa:exact ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ; sh:minLength 1 ] .

gk:ReportShape a sh:NodeShape ; sh:targetClass schema:NewsArticle ;
  sh:property [ sh:path dcterms:identifier ; sh:minCount 1 ; sh:pattern "^sha256:[0-9a-f]{64}$" ] ;
  sh:property [ sh:path gk:reportId ; sh:minCount 1 ; sh:maxCount 1 ] ;
  sh:property [ sh:path gk:codePoints ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:integer ;
    sh:minInclusive 1 ] .
"""


_EVENT_SHAPES = """gk:VisitShape a sh:NodeShape ; sh:targetClass gk:Visit ;
  sh:property [ sh:path schema:agent ; sh:minCount 1 ; sh:maxCount 1 ;
    sh:or ( [ sh:class foaf:Person ] [ sh:class org:Organization ] ) ] ;
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
