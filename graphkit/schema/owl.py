"""The OWL ontology of graphkit's namespace, generated from the schema (schemas/ontology.ttl)."""

from __future__ import annotations

from collections.abc import Iterable

from graphkit.schema.definition import Attribute, EntityType, Relation, Schema, load_schema
from graphkit.schema.own_terms import CLOSE_CLASSES, OTHER_CLASSES, OTHER_TERMS
from graphkit.schema.turtle import NOTE, literal, prefixes


def ontology() -> str:
    """Return the terms of graphkit's namespace as an OWL ontology in Turtle."""
    schema = load_schema()
    parts = [
        f"# {NOTE}\n{prefixes(schema)}\n"
        f'<{schema.namespace.rstrip("#")}> a owl:Ontology ; owl:versionInfo "{schema.version}" ;\n'
        '  rdfs:label "policy-graphkit"@en .\n'
    ]
    parts += [_entity_class(t) for t in schema.types.values() if t.cls.startswith("gk:")]
    parts += [
        _relation(schema, r)
        for r in schema.relations.values()
        if r.term.startswith("gk:") and r.name != "has_attribute"
    ]
    parts += [_attribute(schema, a) for a in schema.attributes.values()]
    parts += [_other_class(*row) for row in OTHER_CLASSES]
    parts.append(
        'gk:divisionCode a rdfs:Datatype ; rdfs:label "division code"@en , "行政区划代码"@zh ;\n'
        '  skos:definition "Six digits of GB/T 2260, as the value of skos:notation."@en .\n'
    )
    parts += [f"gk:{name} skos:closeMatch {_iris(close)} .\n" for name, close in CLOSE_CLASSES.items()]
    parts += [f"{r.term} rdfs:seeAlso {_iris(r.see_also)} .\n" for r in schema.relations.values() if r.see_also]
    parts += _status_terms(schema)
    parts += [_other_term(*row) for row in OTHER_TERMS if row[0] not in schema.attributes]
    return "\n".join(parts)


def _iris(iris: Iterable[str]) -> str:
    return " , ".join(f"<{iri}>" for iri in iris)


def _attribute(schema: Schema, attribute: Attribute) -> str:
    domain = _union(schema, schema.relations["has_attribute"].subject)
    # `status` is the stage of a project (a literal) and also the status of a statement (an IRI).
    kind = "rdf:Property" if attribute.name == "status" else "owl:DatatypeProperty"
    types = "" if attribute.name == "status" else f" ; rdfs:domain {domain} ; rdfs:range rdf:langString"
    return (
        f"gk:{attribute.name} a {kind} ; rdfs:label {literal(attribute.name)}@en , {literal(attribute.zh)}@zh ;\n"
        f"  skos:definition {literal(attribute.definition)}@en{types} .\n"
    )


def _other_class(name: str, parents: tuple[str, ...], en: str, zh: str, definition: str) -> str:
    return (
        f"gk:{name} a owl:Class ; rdfs:subClassOf {' , '.join(parents)} ; "
        f"rdfs:label {literal(en)}@en , {literal(zh)}@zh ;\n"
        f"  skos:definition {literal(definition)}@en .\n"
    )


def _status_terms(schema: Schema) -> list[str]:
    return ['gk:Status a owl:Class ; rdfs:label "status of a statement"@en , "状态"@zh .\n'] + [
        f"gk:{name} a gk:Status ; rdfs:label {literal(name)}@en ; skos:definition {literal(definition)}@en .\n"
        for name, definition in schema.status.items()
    ]


def _other_term(name: str, domain: str, range_: str, en: str, zh: str, definition: str) -> str:
    kind = "owl:DatatypeProperty" if range_.startswith(("xsd:", "rdf:lang")) else "owl:ObjectProperty"
    return (
        f"gk:{name} a {kind} ; rdfs:label {literal(en)}@en , {literal(zh)}@zh ;\n"
        f"  skos:definition {literal(definition)}@en ; rdfs:domain {domain} ; rdfs:range {range_} .\n"
    )


def _entity_class(kind: EntityType) -> str:
    parents = "".join(f" ; rdfs:subClassOf {p}" for p in kind.also)
    return (
        f"{kind.cls} a owl:Class{parents} ; rdfs:label {literal(kind.name)}@en , {literal(kind.zh)}@zh ;\n"
        f"  skos:definition {literal(kind.definition)}@en .\n"
    )


def _relation(schema: Schema, relation: Relation) -> str:
    label = relation.name.replace("_", " ")
    return (
        f"{relation.term} a owl:ObjectProperty ; rdfs:label {literal(label)}@en , {literal(relation.zh)}@zh ;\n"
        f"  skos:definition {literal(relation.definition)}@en ;\n"
        f"  rdfs:domain {_union(schema, relation.subject)} ;\n  rdfs:range {_union(schema, relation.object)} .\n"
    )


def _union(schema: Schema, types: frozenset[str]) -> str:
    classes = list(dict.fromkeys(t.cls for t in schema.types.values() if t.name in types))
    return classes[0] if len(classes) == 1 else f"[ a owl:Class ; owl:unionOf ( {' '.join(classes)} ) ]"
