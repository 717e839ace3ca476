"""The property graph as a networkx MultiDiGraph, lists kept as lists."""

from __future__ import annotations

from typing import Any

import networkx as nx

from graphkit.stores.property_graph import PropertyGraph


def to_networkx(graph: PropertyGraph) -> Any:
    """Nodes by id with `labels` and their properties; edges keyed by id with `type` and theirs."""
    out = nx.MultiDiGraph()
    for node in graph.nodes:
        out.add_node(node.id, labels=list(node.labels), **node.properties)
    for edge in graph.edges:
        out.add_edge(edge.start, edge.end, key=edge.id, type=edge.type, **edge.properties)
    return out
