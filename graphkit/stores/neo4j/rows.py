"""The property graph as it stands in a Neo4j database: our properties, the graph's name, and a digest of each row.

A database may hold several graphs and other people's data. Each of our nodes and relationships carries `graph` (the name
under which its graph was loaded) and `digest` (of its own content, so that a second load finds what has changed without
fetching properties). One node `(:GraphkitGraph {name})` a graph says which ledger it comes from and how far a load came.
"""

from __future__ import annotations

import hashlib
import json
import marshal
from typing import Any

from graphkit.schema import load_schema
from graphkit.stores.property_graph import Edge, Node, PropertyGraph

#: Label of the node that describes a graph.
REGISTRY = "GraphkitGraph"
#: The property graph's own properties of nodes; the kinds and numbers of attributes come on top.
_NODE_PROPERTIES = (
    "name",
    "aliases",
    "scope",
    "code",
    "level",
    "province",
    "latitude",
    "longitude",
    "report_id",
    "sha256",
    "characters",
    "title",
    "date",
    "publisher",
    "place",
    "url",
    "relation",
    "status",
    "reports",
    "evidence",
    "spans",
    "rules",
    "confidence",
    "kind",
    "value",
    "number",
    "first",
    "last",
    "report_count",
    "mention_count",
)


def node_properties() -> tuple[str, ...]:
    """All property names that our nodes may have: a load writes these and leaves those that others added."""
    attributes = load_schema().attributes.values()
    found = (*_NODE_PROPERTIES, *(a.name for a in attributes), *(a.number for a in attributes if a.number))
    return tuple(dict.fromkeys(found))


def digest(item: Node | Edge) -> int:
    """63 bits of a hash of all that a row says; equal content, equal digest, on every machine."""
    head = item.labels if isinstance(item, Node) else [item.type, item.start, item.end]
    # Version 2 of this format has no back references: equal values are equal bytes, and it is ten times as fast as JSON.
    # (Properties come in the order of the code that makes them, so that they need no sorting here.)
    words = marshal.dumps((item.id, head, item.properties), 2)
    return int.from_bytes(hashlib.blake2b(words, digest_size=8).digest(), "big") >> 1


def row(item: Node | Edge, name: str) -> dict[str, Any]:
    """All properties of a node or relationship in the database, without its point."""
    return {**item.properties, "id": item.id, "graph": name, "digest": digest(item)}


def counts(graph: PropertyGraph) -> dict[str, int]:
    """Nodes by first label and relationships by type, keys sorted: `:Person`, `[VISITED]`."""
    found = {f":{k}": n for k, n in graph.nodes.kinds().items()} | {f"[{k}]": n for k, n in graph.edges.kinds().items()}
    return dict(sorted(found.items()))


def registry(name: str, key: str, ledger: str, graph: PropertyGraph) -> dict[str, Any]:
    """Properties of the node that describes a whole graph.

    key: of the content; ledger: identity of the ledger, empty for files of a bulk import.
    """
    return {"name": name, "content": key, "ledger": ledger, "state": "complete", "counts": json.dumps(counts(graph))}
