"""The options of an export and their defaults."""

from __future__ import annotations

from dataclasses import dataclass

#: Default base of the IRIs of instances.
DEFAULT_BASE = "https://example.org/graph/"
#: Default name of a graph in a Neo4j database.
DEFAULT_NAME = "graph"


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """Options of an export.

    base: base of the IRIs of instances (RDF). with_text: include the full text of each report (RDF). rdf12: use triple
    terms instead of rdf:subject, rdf:predicate and rdf:object (RDF). name: name of the graph in a Neo4j database
    (neo4j-admin). bom: begin CSV tables with a byte order mark, which Excel needs (csv).
    """

    base: str = DEFAULT_BASE
    with_text: bool = False
    rdf12: bool = False
    name: str = DEFAULT_NAME
    bom: bool = True
