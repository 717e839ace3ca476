"""Conversion of the property graph to a networkx MultiDiGraph. Properties that are lists remain lists."""

from __future__ import annotations

from typing import Any

import networkx as nx

from graphkit.stores.property_graph import PropertyGraph


def to_networkx(graph: PropertyGraph) -> Any:
    """Return a graph whose nodes have `labels` and properties, and whose edges (key: id) have `type` and properties."""
    out = nx.MultiDiGraph()
    for node in graph.nodes:
        out.add_node(node.id, labels=list(node.labels), **node.properties)
    for edge in graph.edges:
        out.add_edge(edge.start, edge.end, key=edge.id, type=edge.type, **edge.properties)
    return out
