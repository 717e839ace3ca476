"""What a user may choose for an export."""

from __future__ import annotations

from dataclasses import dataclass

from graphkit.stores.neo4j.rows import DEFAULT_NAME
from graphkit.stores.rdf.terms import BASE


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """base: of instance IRIs in RDF. with_text: the full text of each report too (RDF). rdf12: triple terms in place of
    rdf:subject, rdf:predicate and rdf:object (RDF). name: of the graph in a Neo4j database (neo4j-admin)."""

    base: str = BASE
    with_text: bool = False
    rdf12: bool = False
    name: str = DEFAULT_NAME
