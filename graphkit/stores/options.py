"""The options of an export, and their defaults."""

from __future__ import annotations

from dataclasses import dataclass

#: Base of the IRIs of a graph whose user has set none.
DEFAULT_BASE = "https://example.org/graph/"
#: Name of a graph in a Neo4j database.
DEFAULT_NAME = "graph"


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """base: of instance IRIs in RDF. with_text: the full text of each report too (RDF). rdf12: triple terms in place of
    rdf:subject, rdf:predicate and rdf:object (RDF). name: of the graph in a Neo4j database (neo4j-admin)."""

    base: str = DEFAULT_BASE
    with_text: bool = False
    rdf12: bool = False
    name: str = DEFAULT_NAME
