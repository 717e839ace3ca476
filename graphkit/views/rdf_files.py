"""RDF serialisations: Turtle, TriG, N-Quads, N-Triples, RDF/XML and JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, BinaryIO

from pyoxigraph import NamedNode, RdfFormat, serialize

from graphkit.schema import load_schema
from graphkit.views.property_graph import Content
from graphkit.views.rdf import quads, without_graphs

Writer = Callable[[Content, BinaryIO, str, bool], None]

def rdf_writer(format_: RdfFormat, *, named: bool) -> Writer:
    def write(content: Content, out: BinaryIO, base: str, with_text: bool) -> None:
        found = quads(content, base, with_text=with_text)
        if not named:
            found = without_graphs(found)
        prefixes = load_schema().prefixes if format_ not in (RdfFormat.N_QUADS, RdfFormat.N_TRIPLES) else None
        serialize(found, out, format_, prefixes=prefixes)

    return write


def write_jsonld(content: Content, out: BinaryIO, base: str, with_text: bool) -> None:
    """JSON-LD with the context of the schema; one graph object a named graph."""
    import rdflib

    dataset = rdflib.Dataset()
    for quad in quads(content, base, with_text=with_text):
        graph = quad.graph_name
        assert isinstance(graph, NamedNode)
        dataset.graph(rdflib.URIRef(graph.value)).add(tuple(map(rdflib_term, (quad.subject, quad.predicate, quad.object))))
    text = dataset.serialize(format="json-ld", context=dict(load_schema().prefixes), auto_compact=True, sort_keys=True)
    data = json.loads(text)
    out.write(json.dumps(_sorted_graphs(data), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n")


def _sorted_graphs(value: object) -> object:
    """Arrays in a fixed order: rdflib gives them in hash order."""
    if isinstance(value, dict):
        return {k: _sorted_graphs(v) for k, v in value.items()}
    if isinstance(value, list):
        return sorted((_sorted_graphs(v) for v in value), key=lambda v: json.dumps(v, ensure_ascii=False, sort_keys=True))
    return value


def rdflib_term(value: object) -> Any:
    """A pyoxigraph term as rdflib's."""
    import rdflib

    if isinstance(value, NamedNode):
        return rdflib.URIRef(value.value)
    kind = None if value.language else value.datatype.value  # type: ignore[attr-defined]
    if kind and kind.endswith("#string"):
        kind = None
    return rdflib.Literal(value.value, lang=value.language, datatype=rdflib.URIRef(kind) if kind else None)  # type: ignore[attr-defined]
