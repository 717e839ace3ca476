"""Queries for the description of one resource, and the IRIs that belong to the addresses of the server."""

from __future__ import annotations

from urllib.parse import unquote

from pyoxigraph import Literal

from graphkit.stores.rdf.terms import encode, named

#: Maximum numbers of statements, and of other resources that refer to a resource, in a description.
MOST_STATEMENTS, MOST_REFERENCES = 500, 200


def iri_of(base: str, raw_path: str) -> str:
    """Return the IRI of the resource at a path of the server. Raises ValueError if the path cannot be part of an IRI.

    raw_path: percent-encoded, without the first slash.
    """
    segments = [encode(unquote(segment, errors="strict")) for segment in raw_path.split("/")]
    iri = base + "/".join(segments)
    named(iri)
    return iri


def path_of(base: str, iri: str) -> str:
    """Return the path of an IRI of the graph on this server, or "" for other IRIs."""
    return "/" + iri[len(base) :] if iri.startswith(base) and iri[len(base) : len(base) + 1] not in ("", "/") else ""


def construct(iri: str) -> str:
    """Return a query for the triples about a resource, its parts (#…), and a limited number of those that refer to it."""
    node, part = named(iri), _literal(iri + "#")
    return f"""
    CONSTRUCT {{ {node} ?p ?o . ?part ?q ?r . ?s ?t {node} . ?o skos:prefLabel ?label }} WHERE {{
      {{ {node} ?p ?o OPTIONAL {{ ?o skos:prefLabel ?label }} }}
      UNION {{ {node} ?to ?part . FILTER(ISIRI(?part) && STRSTARTS(STR(?part), {part})) ?part ?q ?r }}
      UNION {{ SELECT ?s ?t WHERE {{ ?s ?t {node} }} LIMIT {MOST_REFERENCES} }}
    }}"""


def properties(iri: str) -> str:
    """Return a query for the properties of a resource, with the labels of their values."""
    return f"""
    SELECT DISTINCT ?p ?o (SAMPLE(?name) AS ?label) WHERE {{
      {named(iri)} ?p ?o OPTIONAL {{ ?o skos:prefLabel|schema:headline ?name }}
    }} GROUP BY ?p ?o ORDER BY ?p ?o"""


def statements(iri: str) -> str:
    """Return a query for the statements in which a resource is the subject or the object, with their quotes."""
    node = named(iri)
    return f"""
    SELECT DISTINCT ?statement ?subject ?subjectLabel ?predicate ?object ?objectLabel ?date ?status ?quote ?report
    WHERE {{
      {{ ?statement rdf:subject {node} }} UNION {{ ?statement rdf:object {node} }}
      ?statement rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object .
      OPTIONAL {{ ?subject skos:prefLabel ?subjectLabel }}
      OPTIONAL {{ ?object skos:prefLabel ?objectLabel }}
      OPTIONAL {{ ?statement dcterms:date ?date }}
      OPTIONAL {{ ?statement gk:status ?status }}
      OPTIONAL {{ ?statement prov:wasQuotedFrom ?part . ?part oa:hasSource ?report ; oa:hasSelector/oa:exact ?quote }}
    }} ORDER BY DESC(?date) ?statement LIMIT {MOST_STATEMENTS + 1}"""


def references(iri: str) -> str:
    """Return a query for the other resources that refer to a resource."""
    return f"""
    SELECT DISTINCT ?s ?p (SAMPLE(?name) AS ?label) WHERE {{
      ?s ?p {named(iri)} . FILTER(?p NOT IN (rdf:subject, rdf:object))
      OPTIONAL {{ ?s skos:prefLabel|schema:headline ?name }}
    }} GROUP BY ?s ?p ORDER BY ?p ?s LIMIT {MOST_REFERENCES + 1}"""


#: A query for the entities of each class that have a label: the classes of the home page.
CLASSES = """
    SELECT ?class (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?class ; skos:prefLabel ?label }
    GROUP BY ?class ORDER BY DESC(?n)"""


def members(class_iri: str, offset: int, most: int) -> str:
    """Return a query for the entities of a class, ordered by name."""
    return f"""
    SELECT DISTINCT ?s ?label WHERE {{ ?s a {named(class_iri)} ; skos:prefLabel ?label }}
    ORDER BY ?label ?s OFFSET {offset} LIMIT {most + 1}"""


def _literal(text: str) -> str:
    return str(Literal(text))
