"""The difference between a property graph and a Neo4j database, computed from the digests of the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Generic

from graphkit.files.tables import Tables
from graphkit.schema.neo4j import node_labels, relationship_types
from graphkit.stores.neo4j.database import Neo4j
from graphkit.stores.neo4j.rows import digest
from graphkit.stores.property_graph import Edge, Item, Node, Rows, label_of

#: Number of digests that one query reads.
PAGE = 50_000
#: Separates the labels of a group.
SEPARATOR = ":"


class Difference(Generic[Item]):
    """The rows to create, update and delete, in a working file.

    rows: the nodes or edges of the graph. stored: (kind, id, digest) of the rows in the database. group: returns the
    labels of a row; rows with the same labels are written by the same query.
    """

    def __init__(
        self, rows: Rows[Item] | None, stored: Iterable[tuple[str, str, int | None]], group: Callable[[Item], str]
    ) -> None:
        self._rows: Rows[Item] | None = rows
        self._tables = Tables()
        self._tables.run(
            "CREATE TABLE stored (kind TEXT, id TEXT, digest INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID",
            "CREATE TABLE wanted (kind TEXT, id TEXT, digest INTEGER, labels TEXT, PRIMARY KEY (kind, id)) "
            "WITHOUT ROWID",
            "CREATE TABLE change (what TEXT, kind TEXT, labels TEXT, id TEXT, PRIMARY KEY (what, kind, labels, id)) "
            "WITHOUT ROWID",
        )
        self._tables.write("stored", stored)
        if rows is not None:
            self._tables.write(
                "wanted", ((kind, i.id, digest(i), group(i)) for kind in rows.kinds() for i in rows.of(kind))
            )
        join = "FROM wanted w LEFT JOIN stored s ON s.kind = w.kind AND s.id = w.id"
        self._tables.run(
            f"INSERT INTO change SELECT 'create', w.kind, w.labels, w.id {join} WHERE s.id IS NULL",
            f"INSERT INTO change SELECT 'update', w.kind, w.labels, w.id {join} "
            "WHERE s.id IS NOT NULL AND s.digest IS NOT w.digest",
            "INSERT INTO change SELECT 'delete', kind, '', id FROM stored s "
            "WHERE NOT EXISTS (SELECT 1 FROM wanted w WHERE w.kind = s.kind AND w.id = s.id)",
        )

    def counts(self) -> Iterator[tuple[str, str, int]]:
        """Yield the kind, the change (`create`, `update` or `delete`) and the number of rows."""
        yield from self._tables.rows("SELECT kind, what, count(*) FROM change GROUP BY kind, what ORDER BY kind, what")

    def groups(self, what: str) -> list[tuple[str, str]]:
        """Return the kinds and labels of the rows with this change."""
        sql = "SELECT DISTINCT kind, labels FROM change WHERE what = ? ORDER BY kind, labels"
        return list(self._tables.rows(sql, what))

    def ids(self, what: str, kind: str, labels: str = "") -> Iterator[str]:
        """Yield the ids of the rows with this change, kind and labels."""
        sql = "SELECT id FROM change WHERE what = ? AND kind = ? AND labels = ? ORDER BY id"
        return (row[0] for row in self._tables.rows(sql, what, kind, labels))

    def items(self, what: str, kind: str, labels: str) -> Iterator[Item]:
        """Yield the rows with this change, kind and labels."""
        assert self._rows is not None
        return self._rows.with_ids(self.ids(what, kind, labels))


def node_difference(nodes: Rows[Node] | None, database: Neo4j, name: str) -> Difference[Node]:
    return Difference(nodes, _digests(database, node_labels(), "(x:`{}`)", name), lambda n: SEPARATOR.join(n.labels))


def edge_difference(edges: Rows[Edge] | None, database: Neo4j, name: str) -> Difference[Edge]:
    stored = _digests(database, relationship_types(), "()-[x:`{}`]->()", name)
    return Difference(edges, stored, lambda e: f"{label_of(e.start)}{SEPARATOR}{label_of(e.end)}")


def _digests(database: Neo4j, kinds: Iterable[str], pattern: str, name: str) -> Iterator[tuple[str, str, int | None]]:
    """Yield (kind, id, digest) of all rows of a graph in the database. The digest of a vanished node is 0."""
    for kind in kinds:
        query = (
            f"MATCH {pattern.format(kind)} WHERE x.graph = $name AND x.id > $last "
            "RETURN x.id AS id, CASE WHEN x.vanished THEN 0 ELSE x.digest END AS digest ORDER BY id LIMIT $page"
        )
        page = database.run(query, name=name, last="", page=PAGE)
        while page:
            yield from ((kind, r["id"], r["digest"]) for r in page)
            page = database.run(query, name=name, last=page[-1]["id"], page=PAGE) if len(page) == PAGE else []
