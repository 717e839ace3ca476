"""Exports: one function a format, found by name. Each writes to a binary stream in a fixed order.

To add a format: write `write_NAME(content, out, base, with_text)` in a file of its kind and add it to FORMATS.
"""

from __future__ import annotations

from typing import BinaryIO

from pyoxigraph import RdfFormat

from graphkit.errors import UsageError
from graphkit.views.graph_files import write_cytoscape, write_gexf, write_graphml
from graphkit.views.neo4j_files import write_cypher, write_neo4j_admin
from graphkit.views.property_graph import Content
from graphkit.views.rdf import BASE
from graphkit.views.rdf_files import Writer, rdf_writer, write_jsonld
from graphkit.views.tables import write_csv, write_parquet

#: Format → (writer, usual ending of the file).
FORMATS: dict[str, tuple[Writer, str]] = {
    "turtle": (rdf_writer(RdfFormat.TURTLE, named=False), ".ttl"),
    "trig": (rdf_writer(RdfFormat.TRIG, named=True), ".trig"),
    "nquads": (rdf_writer(RdfFormat.N_QUADS, named=True), ".nq"),
    "ntriples": (rdf_writer(RdfFormat.N_TRIPLES, named=False), ".nt"),
    "jsonld": (write_jsonld, ".jsonld"),
    "rdfxml": (rdf_writer(RdfFormat.RDF_XML, named=False), ".rdf"),
    "graphml": (write_graphml, ".graphml"),
    "gexf": (write_gexf, ".gexf"),
    "cytoscape": (write_cytoscape, ".cyjs"),
    "csv": (write_csv, ".csv"),
    "parquet": (write_parquet, ".zip"),
    "cypher": (write_cypher, ".cypher"),
    "neo4j-admin": (write_neo4j_admin, ".zip"),
}


def export(content: Content, format_: str, out: BinaryIO, *, base: str = BASE, with_text: bool = False) -> None:
    """Write a ledger's content in one of FORMATS to a binary stream. Raises UsageError for an unknown format."""
    if format_ not in FORMATS:
        raise UsageError(f"unknown format {format_!r}; one of {', '.join(FORMATS)}")
    FORMATS[format_][0](content, out, base, with_text)
