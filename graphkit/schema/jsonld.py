"""The JSON-LD context, generated from the schema (schemas/context.jsonld)."""

from __future__ import annotations

import json

from graphkit.schema.definition import load_schema

#: Terms of the context that are neither relations nor attributes.
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
    """Return the terms of the context: prefixes, relations, attributes and the properties of evidence."""
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
    """Return the content of schemas/context.jsonld."""
    return json.dumps({"@context": context_terms()}, ensure_ascii=False, indent=2) + "\n"
