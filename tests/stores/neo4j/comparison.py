"""The contents of a Neo4j database and of a graph in one form, so that tests can compare them."""

from __future__ import annotations

import os
from typing import Any

from graphkit.stores.neo4j.database import Neo4j, Neo4jAddress
from graphkit.stores.property_graph import PropertyGraph

OURS = ("id", "graph", "digest", "location")


#: Number of seeded kills of each kind: five, or twenty with SOAK=1 (`make soak`).
KILLS = 20 if os.environ.get("SOAK") else 5


def snapshot(address: Neo4jAddress, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The nodes and relationships of a graph in the database, without the properties that the load adds."""
    with Neo4j(address) as db:
        nodes = db.run(
            "MATCH (n) WHERE n.graph = $g RETURN n.id AS id, labels(n) AS labels, properties(n) AS p", g=name
        )
        edges = db.run(
            "MATCH (a)-[r]->(b) WHERE r.graph = $g RETURN r.id AS id, type(r) AS t, a.id AS a, b.id AS b, "
            "properties(r) AS p",
            g=name,
        )
    assert len({r["id"] for r in edges}) == len(edges)
    return (
        {r["id"]: (set(r["labels"]), _clean(r["p"])) for r in nodes},
        {r["id"]: (r["t"], r["a"], r["b"], _clean(r["p"])) for r in edges},
    )


def _clean(properties: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in properties.items() if k not in OURS}


def expected(graph: PropertyGraph) -> tuple[dict[str, Any], dict[str, Any]]:
    return (
        {n.id: (set(n.labels), n.properties) for n in graph.nodes},
        {e.id: (e.type, e.start, e.end, e.properties) for e in graph.edges},
    )
