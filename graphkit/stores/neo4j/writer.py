"""Writes the changes of a property graph to a Neo4j database, a limited number of rows per transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from graphkit.errors import ServerError
from graphkit.stores.neo4j.database import Neo4j
from graphkit.stores.neo4j.difference import SEPARATOR, Difference
from graphkit.stores.neo4j.rows import digest, node_properties, row
from graphkit.stores.property_graph import Edge, Node, property_kinds

Progress = Callable[[str, int, int], None]
#: Maximum number of rows of a transaction, and number of characters at which a transaction is complete.
ROWS, CHARACTERS = 5_000, 4_000_000


@dataclass(slots=True)
class Writer:
    """Writes the changes of a graph to the database and reports the progress."""

    database: Neo4j
    name: str
    report: Progress
    total: int
    done: int = 0

    def write(self, nodes: Difference[Node], edges: Difference[Edge]) -> int:
        """Write all changes, and return the number of vanished nodes that are kept (`delete_nodes`)."""
        self.create_nodes(nodes)
        self.update_nodes(nodes)
        self.delete_edges(edges)
        self.create_edges(edges)
        self.update_edges(edges)
        return self.delete_nodes(nodes)

    def _run(
        self, what: str, query: str, batches: Iterator[list[Any]], check: Callable[[Any, int], None] | None = None
    ) -> None:
        for size, counters in self.database.write_all(query, batches, name=self.name):
            if check is not None:
                check(counters, size)
            self._step(what, size)

    def _step(self, what: str, rows: int) -> None:
        self.done += rows
        self.report(what, self.done, self.total)

    def create_nodes(self, difference: Difference[Node]) -> None:
        for label, labels in difference.groups("create"):
            columns = list(property_kinds(difference.items("create", label, labels)))
            head = ":".join(f"`{x}`" for x in labels.split(SEPARATOR))
            point = _POINT if "latitude" in columns else ""
            query = f"UNWIND $rows AS row CREATE (n:{head} {{{_assignments(columns, 0)}}}){point}"
            self._run(label, query, _batches(_cells(n, columns) for n in difference.items("create", label, labels)))

    def update_nodes(self, difference: Difference[Node]) -> None:
        """Set and remove the properties and labels of graphkit. Those that other users added are not changed."""
        nothing = {**dict.fromkeys(node_properties()), "vanished": None, "location": None}
        groups = difference.groups("update")
        further = sorted({x for _, labels in groups for x in labels.split(SEPARATOR)[1:]} | {"Official"})
        for label, labels in groups:
            more = "".join(f" SET n:`{x}`" if x in labels.split(SEPARATOR) else f" REMOVE n:`{x}`" for x in further)
            query = f"UNWIND $rows AS row MATCH (n:`{label}` {{graph: $name, id: row.id}}) SET n += row{_POINT}{more}"
            rows = (
                {**nothing, **n.properties, "id": n.id, "digest": digest(n)}
                for n in difference.items("update", label, labels)
            )
            self._run(label, query, _batches(rows))

    def delete_nodes(self, difference: Difference[Node]) -> int:
        """Delete nodes. Nodes with relationships of other users are kept and get the property `vanished`.

        Return the number of nodes that are kept.
        """
        kept = 0
        for label, labels in difference.groups("delete"):
            match = f"UNWIND $ids AS id MATCH (n:`{label}` {{graph: $name, id: id}})"
            set_vanished = f"{match} SET n.vanished = true RETURN count(n) AS n"
            for part in _batches(difference.ids("delete", label, labels)):
                self.database.run(f"{match} WHERE NOT EXISTS {{ (n)--() }} DELETE n", ids=part, name=self.name)
                (vanished,) = self.database.run(set_vanished, ids=part, name=self.name)
                kept += int(vanished["n"])
                self._step(label, len(part))
        return kept

    def create_edges(self, difference: Difference[Edge]) -> None:
        for kind, labels in difference.groups("create"):
            start, end = labels.split(SEPARATOR)
            columns = list(property_kinds(difference.items("create", kind, labels)))
            query = (
                f"UNWIND $rows AS row MATCH (a:`{start}` {{graph: $name, id: row[0]}}) "
                f"MATCH (b:`{end}` {{graph: $name, id: row[1]}}) "
                f"CREATE (a)-[r:`{kind}` {{{_assignments(columns, 2)}}}]->(b)"
            )
            rows = ([e.start, e.end, *_cells(e, columns)] for e in difference.items("create", kind, labels))
            self._run(kind, query, _batches(rows), _check_created)

    def update_edges(self, difference: Difference[Edge]) -> None:
        for kind, labels in difference.groups("update"):
            query = f"UNWIND $rows AS row MATCH ()-[r:`{kind}` {{graph: $name, id: row.id}}]->() SET r = row"
            self._run(kind, query, _batches(row(e, self.name) for e in difference.items("update", kind, labels)))

    def delete_edges(self, difference: Difference[Edge]) -> None:
        for kind, labels in difference.groups("delete"):
            query = f"UNWIND $rows AS id MATCH ()-[r:`{kind}` {{graph: $name, id: id}}]->() DELETE r"
            self._run(kind, query, _batches(difference.ids("delete", kind, labels)))


#: Sets the point of a place with coordinates, which Neo4j uses for spatial queries.
_POINT = " SET n.location = point({latitude: n.latitude, longitude: n.longitude})"


def _assignments(columns: list[str], first: int) -> str:
    """Return the properties of a CREATE.

    Rows are lists, so that the names are sent once per query, not once per row.
    """
    cells = "".join(f", `{c}`: row[{n}]" for n, c in enumerate(columns, first + 2))
    return f"graph: $name, id: row[{first}], digest: row[{first + 1}]{cells}"


def _cells(item: Node | Edge, columns: list[str]) -> list[Any]:
    return [item.id, digest(item), *(item.properties.get(c) for c in columns)]


def _check_created(counters: Any, rows: int) -> None:
    if counters.relationships_created != rows:
        raise ServerError(
            "nodes of this graph were deleted during the load; another process changes the graph: load again"
        )


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield lists of at most ROWS rows and about CHARACTERS characters."""
    part: list[Any] = []
    size = 0
    for item in rows:
        part.append(item)
        size += _size(item)
        if len(part) >= ROWS or size >= CHARACTERS:
            yield part
            part, size = [], 0
    if part:
        yield part


def _size(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    return sum(map(_size, value)) if isinstance(value, list) else 8
