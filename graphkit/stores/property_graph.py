"""The property graph: nodes and relationships, from which Cypher, Neo4j, networkx and the graph files are made.

docs/schema.md lists labels, relationship types and properties. Nodes and relationships are read, ordered by id, from a
working file that `graphkit.stores.property_graph_builder` writes.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from graphkit.files.tables import Tables

Value = str | int | float | list[str]


@dataclass(slots=True)
class Node:
    """A node. labels: the entity type comes first. properties: no value is None; lists are lists of strings."""

    id: str
    labels: list[str]
    properties: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True)
class Edge:
    """A relationship of a type. start, end: ids of its nodes."""

    id: str
    type: str
    start: str
    end: str
    properties: dict[str, Value] = field(default_factory=dict)


Item = TypeVar("Item", Node, Edge)


class Rows(Generic[Item]):
    """Nodes or edges, ordered by id. They can be iterated any number of times; `len` returns their number."""

    def __init__(self, tables: Tables, table: str, make: Callable[[Any], Item]) -> None:
        self._tables = tables
        self._table = table
        self._make: Callable[[Any], Item] = make

    def __len__(self) -> int:
        return int(self._tables.value(f"SELECT count(*) FROM {self._table}"))

    def __iter__(self) -> Iterator[Item]:
        return map(self._make, self._tables.rows(f"SELECT * FROM {self._table} ORDER BY id"))

    def kinds(self) -> dict[str, int]:
        """Return the first labels or the types, sorted, each with its number of rows."""
        return dict(self._tables.rows(f"SELECT kind, count(*) FROM {self._table} GROUP BY kind ORDER BY kind"))

    def of(self, kind: str) -> Iterator[Item]:
        """Yield the rows with this first label or this type, ordered by id."""
        return map(self._make, self._tables.rows(f"SELECT * FROM {self._table} WHERE kind = ? ORDER BY id", kind))

    def with_ids(self, ids: Iterable[str]) -> Iterator[Item]:
        """Yield the rows with these ids, in the given order."""
        for wanted in ids:
            yield from map(self._make, self._tables.rows(f"SELECT * FROM {self._table} WHERE id = ?", wanted))


class PropertyGraph:
    """Nodes and edges from a working file that `build_property_graph` has written."""

    def __init__(self, path: Path) -> None:
        self._tables = Tables(path, read_only=True)
        self.nodes: Rows[Node] = Rows(self._tables, "node", _node_of)
        self.edges: Rows[Edge] = Rows(self._tables, "edge", _edge_of)

    def close(self) -> None:
        self._tables.close()


def label_of(node_id: str) -> str:
    """Return the first label of a node, with which its id begins."""
    return node_id.partition(":")[0]


def _node_of(row: Any) -> Node:
    node_id, _, data = row
    labels, properties = marshal.loads(data)
    return Node(node_id, labels, properties)


def _edge_of(row: Any) -> Edge:
    edge_id, kind, start, end, data = row
    return Edge(edge_id, kind, start, end, marshal.loads(data))


def property_kinds(items: Iterable[Node | Edge]) -> dict[str, set[type]]:
    """Return the names of all properties in use, sorted, with the types of their values."""
    found: dict[str, set[type]] = {}
    for item in items:
        for name, value in item.properties.items():
            found.setdefault(name, set()).add(type(value))
    return dict(sorted(found.items()))
