"""The quads of a SPARQL server and of a graph in one form, so that tests can compare them."""

from __future__ import annotations

import re

from pyoxigraph import RdfFormat, parse

import graphkit
from graphkit.stores.rdf.quads import quads
from graphkit.stores.sparql.endpoint import Endpoint, SparqlAddress

BASE = "https://example.org/graph/"


def stored(url: str, base: str = BASE) -> set[str]:
    """All quads of the server's graphs under the base, except the graph `load`."""
    rows = (
        Endpoint(SparqlAddress(url))
        ._send(
            "POST",
            Endpoint(SparqlAddress(url)).query_url,
            (
                f"SELECT ?g ?s ?p ?o WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), '{base}') && ?g != "
                f"<{base}load>) }}"
            ).encode(),
            "application/sparql-query",
            "text/tab-separated-values",
            reads=True,
        )
        .data.decode("utf-8")
    )
    found = set()
    for line in rows.splitlines()[1:]:
        g, s, p, o = line.split("\t")
        if re.fullmatch(r"-?\d+", o):
            o = f'"{o}"^^<http://www.w3.org/2001/XMLSchema#integer>'
        elif re.fullmatch(r"-?\d+\.\d+", o):
            o = f'"{o}"^^<http://www.w3.org/2001/XMLSchema#decimal>'
        found.add(f"{s} {p} {o} {g} .")
    return {_short(str(q)) for q in parse("\n".join(sorted(found)).encode(), RdfFormat.N_QUADS)}


def expected(graph: graphkit.Graph, base: str = BASE) -> set[str]:
    """All quads of a graph, with decimals in their shortest form (servers may write 5.0 as 5)."""
    return {_short(str(q)) for q in quads(graph.content(), base)}


def _short(quad: str) -> str:
    return re.sub(
        r'\.0+"\^\^<http://www.w3.org/2001/XMLSchema#decimal>', '"^^<http://www.w3.org/2001/XMLSchema#decimal>', quad
    )
