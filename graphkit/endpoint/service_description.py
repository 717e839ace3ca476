"""The description of the endpoint in the vocabulary of SPARQL 1.1 service descriptions."""

from __future__ import annotations

from pyoxigraph import BlankNode, NamedNode, Triple, serialize

from graphkit.schema import load_schema
from graphkit.stores.rdf.responses import GRAPHS

_SD, _FORMATS = "http://www.w3.org/ns/sparql-service-description#", "http://www.w3.org/ns/formats/"
#: Formats of results, as the W3C names them.
_RESULTS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
)


def describe(address: str, base: str, media_type: str) -> bytes:
    """Return the description. address: IRI of the endpoint. base: base of the IRIs of instances."""
    service, data_set, graph = BlankNode("service"), BlankNode("dataset"), BlankNode("graph")
    a = _node("rdf:type")
    triples = [
        Triple(service, a, _sd("Service")),
        Triple(service, _sd("endpoint"), NamedNode(address)),
        Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        Triple(service, _sd("feature"), _sd("UnionDefaultGraph")),
        *(Triple(service, _sd("resultFormat"), NamedNode(_FORMATS + name)) for name in _RESULTS),
        Triple(service, _sd("defaultDataset"), data_set),
        Triple(data_set, a, _sd("Dataset")),
        Triple(data_set, _sd("defaultGraph"), graph),
        Triple(graph, a, _sd("Graph")),
        Triple(graph, _node("rdfs:seeAlso"), NamedNode(f"{base}dataset")),
    ]
    found = serialize(triples, format=GRAPHS[media_type], prefixes={**load_schema().prefixes, "sd": _SD})
    assert found is not None
    return found


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)


def _node(name: str) -> NamedNode:
    return NamedNode(load_schema().expand(name))
