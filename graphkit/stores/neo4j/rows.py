"""The rows of a property graph in a Neo4j database: nodes and relationships with the graph's name and a digest.

A database may contain several graphs and other data. Each node and relationship of graphkit has the properties `graph`
(the name under which the graph was loaded) and `digest` (of its content, so that a later load finds the changes without
reading all properties). A node `(:GraphkitGraph {name})` for each graph stores its ledger and the state of the load.
"""

from __future__ import annotations

import hashlib
import json
import marshal
from typing import Any

from graphkit.schema import load_schema
from graphkit.stores.property_graph import Edge, Node, PropertyGraph

#: Label of the nodes that describe the graphs.
REGISTRY = "GraphkitGraph"
#: Names of the properties of nodes, without those of attributes.
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
    """Return the names of all properties that graphkit writes to nodes. A load does not change other properties."""
    attributes = load_schema().attributes.values()
    found = (*_NODE_PROPERTIES, *(a.name for a in attributes), *(a.number for a in attributes if a.number))
    return tuple(dict.fromkeys(found))


def digest(item: Node | Edge) -> int:
    """Return 63 bits of a hash of the content of a row. It is the same on all machines."""
    head = item.labels if isinstance(item, Node) else [item.type, item.start, item.end]
    # Version 2 of marshal has no back references, so that equal values give equal bytes. It is ten times faster than
    # JSON. The order of the properties is that of the code that builds them; sorting is not necessary.
    words = marshal.dumps((item.id, head, item.properties), 2)
    return int.from_bytes(hashlib.blake2b(words, digest_size=8).digest(), "big") >> 1


def row(item: Node | Edge, name: str) -> dict[str, Any]:
    """Return all properties of a node or relationship in the database, except the point of its location."""
    return {**item.properties, "id": item.id, "graph": name, "digest": digest(item)}


def counts(graph: PropertyGraph) -> dict[str, int]:
    """Return the numbers of nodes by first label (`:Person`) and of relationships by type (`[VISITED]`), sorted."""
    found = {f":{k}": n for k, n in graph.nodes.kinds().items()} | {f"[{k}]": n for k, n in graph.edges.kinds().items()}
    return dict(sorted(found.items()))


def registry(name: str, key: str, ledger: str, graph: PropertyGraph) -> dict[str, Any]:
    """Return the properties of the node that describes a graph.

    key: key of the content. ledger: id of the ledger, empty for the files of a bulk import.
    """
    return {"name": name, "content": key, "ledger": ledger, "state": "complete", "counts": json.dumps(counts(graph))}
