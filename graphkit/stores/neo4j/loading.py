"""Loads the property graph into Neo4j 5 by the official driver: the first time all of it, then only the difference.

What is in the database is known by the digests of `neo4j_rows`; the difference is made here, so that nothing is MERGEd:
rows are created, changed or deleted, each in a transaction that the driver repeats where that is safe. A load that breaks
off leaves the mark `loading`; the next one compares again and ends in the same state.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic

from graphkit.errors import ServerError
from graphkit.files.tables import Tables
from graphkit.schema.neo4j import (
    neo4j_indexes,
    neo4j_node_keys,
    neo4j_relationship_keys,
    node_labels,
    relationship_types,
)
from graphkit.stores.neo4j.database import Neo4j, stored_counts
from graphkit.stores.neo4j.rows import REGISTRY, digest, node_properties, registry, row
from graphkit.stores.property_graph import Edge, Item, Node, PropertyGraph, Rows, label_of, property_kinds

Progress = Callable[[str, int, int], None]
#: Rows of one transaction, and characters of text after which a transaction is full; digests that are asked for at a time.
ROWS, CHARACTERS = 5_000, 4_000_000
PAGE = 50_000


@dataclass(slots=True)
class Change:
    """Numbers of rows of one label or type."""

    created: int = 0
    updated: int = 0
    deleted: int = 0


@dataclass(slots=True)
class LoadOutcome:
    """What a load changed, by `:Label` and `[TYPE]`; kept: nodes that went out of the graph but bear other people's relationships."""

    changes: dict[str, Change] = field(default_factory=dict)
    kept: int = 0
    unchanged: bool = False

    @property
    def total(self) -> int:
        return sum(c.created + c.updated + c.deleted for c in self.changes.values())


# -- the difference ------------------------------------------------------------------------------------------


class _Difference(Generic[Item]):
    """Which rows are to be created, updated and deleted, in a working file.

    rows: of the graph; there: (kind, id, digest) of those in the database; group: what rows of one query have in common.
    """

    def __init__(
        self, rows: Rows[Item] | None, there: Iterable[tuple[str, str, int | None]], group: Callable[[Item], str]
    ) -> None:
        self._rows: Rows[Item] | None = rows
        self._tables = Tables()
        self._tables.run(
            "CREATE TABLE there (kind TEXT, id TEXT, digest INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID",
            "CREATE TABLE ours (kind TEXT, id TEXT, digest INTEGER, same TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID",
            "CREATE TABLE todo (what TEXT, kind TEXT, same TEXT, id TEXT, PRIMARY KEY (what, kind, same, id)) WITHOUT ROWID",
        )
        self._tables.write("there", there)
        if rows is not None:
            self._tables.write(
                "ours", ((kind, i.id, digest(i), group(i)) for kind in rows.kinds() for i in rows.of(kind))
            )
        join = "FROM ours o LEFT JOIN there t ON t.kind = o.kind AND t.id = o.id"
        self._tables.run(
            f"INSERT INTO todo SELECT 'create', o.kind, o.same, o.id {join} WHERE t.id IS NULL",
            f"INSERT INTO todo SELECT 'update', o.kind, o.same, o.id {join} WHERE t.id IS NOT NULL AND t.digest IS NOT o.digest",
            "INSERT INTO todo SELECT 'delete', kind, '', id FROM there t WHERE NOT EXISTS (SELECT 1 FROM ours o WHERE o.kind = t.kind AND o.id = t.id)",
        )

    def counts(self) -> Iterator[tuple[str, str, int]]:
        """Kind, `create`, `update` or `delete`, number of rows."""
        yield from self._tables.rows("SELECT kind, what, count(*) FROM todo GROUP BY kind, what ORDER BY kind, what")

    def groups(self, what: str) -> list[tuple[str, str]]:
        """Kinds and groups in which there is something to do."""
        return list(self._tables.rows("SELECT DISTINCT kind, same FROM todo WHERE what = ? ORDER BY kind, same", what))

    def ids(self, what: str, kind: str, same: str = "") -> Iterator[str]:
        return (
            row[0]
            for row in self._tables.rows(
                "SELECT id FROM todo WHERE what = ? AND kind = ? AND same = ? ORDER BY id", what, kind, same
            )
        )

    def items(self, what: str, kind: str, same: str) -> Iterator[Item]:
        assert self._rows is not None
        return self._rows.with_ids(self.ids(what, kind, same))


#: Between the labels of a group.
_MARK = ":"


def _node_difference(nodes: Rows[Node] | None, database: Neo4j, name: str) -> _Difference[Node]:
    return _Difference(nodes, _digests(database, node_labels(), "(x:`{}`)", name), lambda n: _MARK.join(n.labels))


def _edge_difference(edges: Rows[Edge] | None, database: Neo4j, name: str) -> _Difference[Edge]:
    there = _digests(database, relationship_types(), "()-[x:`{}`]->()", name)
    return _Difference(edges, there, lambda e: f"{label_of(e.start)}{_MARK}{label_of(e.end)}")


def load(
    database: Neo4j,
    make_graph: Callable[[], PropertyGraph],
    *,
    name: str,
    key: str,
    ledger: str,
    replace: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> LoadOutcome:
    """Bring the graph `name` of the database to the state of `make_graph()`.

    key: of the content, as in `Content.key`; when the database says that this very content is complete, and its counts
    say so too, nothing is done and `make_graph` is not called. ledger: identity of the ledger; a graph of the same name from
    another ledger is refused unless `replace`. dry_run: only say what would change. Raises ServerError.
    """
    database.check_version()
    known = database.run(f"MATCH (g:{REGISTRY} {{name: $name}}) RETURN properties(g) AS p", name=name)
    mark = known[0]["p"] if known else None
    _check_owner(database, mark, name, key, ledger, replace)
    if (
        mark
        and mark["state"] == "complete"
        and mark["content"] == key
        and mark["ledger"] == ledger
        and (json.loads(mark["counts"]) == stored_counts(database, name))
    ):
        return LoadOutcome(unchanged=True)
    graph = make_graph()
    report = progress or (lambda *_: None)
    if not dry_run:
        _prepare(database, name, ledger, report)
    nodes, edges = _node_difference(graph.nodes, database, name), _edge_difference(graph.edges, database, name)
    outcome = _outcome(nodes, edges)
    if dry_run:
        return outcome
    work = _Work(database, name, report, outcome.total)
    work.create_nodes(nodes)
    work.update_nodes(nodes)
    work.delete_edges(edges)
    work.create_edges(edges)
    work.update_edges(edges)
    outcome.kept = work.delete_nodes(nodes)
    if mark and not mark["ledger"]:
        _fill_empty_lists(database, name)
    _make_keys(database, neo4j_relationship_keys(), report)
    _make_indexes(database, report)
    database.run(
        f"MATCH (g:{REGISTRY} {{name: $name}}) SET g += $row", name=name, row=registry(name, key, ledger, graph)
    )
    return outcome


def remove(database: Neo4j, name: str, *, progress: Progress | None = None) -> LoadOutcome:
    """Take the graph `name` off the database, whatever ledger it came from. Raises ServerError when there is none."""
    if not database.run(f"MATCH (g:{REGISTRY} {{name: $name}}) RETURN g.name AS name", name=name):
        raise ServerError(f"there is no graph {name!r} in this database")
    database.run(f"MATCH (g:{REGISTRY} {{name: $name}}) SET g.state = 'loading'", name=name)
    nodes, edges = _node_difference(None, database, name), _edge_difference(None, database, name)
    outcome = _outcome(nodes, edges)
    work = _Work(database, name, progress or (lambda *_: None), outcome.total)
    work.delete_edges(edges)
    outcome.kept = work.delete_nodes(nodes)
    database.run(f"MATCH (g:{REGISTRY} {{name: $name}}) DELETE g", name=name)
    return outcome


def _check_owner(database: Neo4j, mark: dict[str, Any] | None, name: str, key: str, ledger: str, replace: bool) -> None:
    hint = "give this one another --name, or --replace to put it in that one's place"
    if replace or (mark and mark["ledger"] == ledger):
        return
    if mark is None:
        labels = "|".join(node_labels())
        if database.run(f"MATCH (n:{labels}) WHERE n.graph = $name RETURN n.id AS id LIMIT 1", name=name):
            raise ServerError(f"the database has nodes of a graph {name!r} that no load is known for: {hint}")
    elif mark["ledger"]:
        raise ServerError(f"the database has a graph {name!r} of another ledger: {hint}")
    elif mark["content"] != key:
        raise ServerError(f"the database has a graph {name!r} from a bulk import of other reports: {hint}")


def _make_keys(database: Neo4j, keys: dict[str, str], report: Progress) -> None:
    there = {r["name"] for r in database.run("SHOW CONSTRAINTS YIELD name")}
    for n, (constraint, statement) in enumerate(keys.items()):
        if constraint not in there:
            database.run(statement)
        report("constraints", n + 1, len(keys))


def _prepare(database: Neo4j, name: str, ledger: str, report: Progress) -> None:
    _make_keys(database, neo4j_node_keys(), report)
    database.run(
        f"MERGE (g:{REGISTRY} {{name: $name}}) SET g.state = 'loading', g.ledger = $ledger, g.content = coalesce(g.content, ''), "
        "g.counts = coalesce(g.counts, '{}')",
        name=name,
        ledger=ledger,
    )


def _fill_empty_lists(database: Neo4j, name: str) -> None:
    """The bulk importer's files cannot say an empty list; every node has `aliases`."""
    for label in node_labels():
        database.run(f"MATCH (n:`{label}`) WHERE n.graph = $name AND n.aliases IS NULL SET n.aliases = []", name=name)


def _make_indexes(database: Neo4j, report: Progress) -> None:
    """After the rows: Neo4j fills an index over what is there faster than row by row."""
    there = {r["name"] for r in database.run("SHOW INDEXES YIELD name")}
    missing = {n: s for n, s in neo4j_indexes().items() if n not in there}
    for statement in missing.values():
        database.run(statement)
    if missing:
        report("indexes", 0, 1)
        while database.run("SHOW INDEXES YIELD state WHERE state = 'POPULATING' RETURN state"):
            time.sleep(0.1)


def _digests(database: Neo4j, kinds: Iterable[str], pattern: str, name: str) -> Iterator[tuple[str, str, int | None]]:
    """(kind, id, digest) of all rows of a graph in the database; 0 for a node that is kept though it went out of the graph."""
    for kind in kinds:
        query = (
            f"MATCH {pattern.format(kind)} WHERE x.graph = $name AND x.id > $last "
            "RETURN x.id AS id, CASE WHEN x.vanished THEN 0 ELSE x.digest END AS digest ORDER BY id LIMIT $page"
        )
        page = database.run(query, name=name, last="", page=PAGE)
        while page:
            yield from ((kind, r["id"], r["digest"]) for r in page)
            page = database.run(query, name=name, last=page[-1]["id"], page=PAGE) if len(page) == PAGE else []


def _outcome(nodes: _Difference[Node], edges: _Difference[Edge]) -> LoadOutcome:
    changes: dict[str, Change] = {}
    for difference, form in ((nodes, ":{}"), (edges, "[{}]")):
        for kind, what, count in difference.counts():
            setattr(changes.setdefault(form.format(kind), Change()), f"{what}d", count)
    return LoadOutcome(changes)


# -- writing -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Work:
    database: Neo4j
    name: str
    report: Progress
    total: int
    done: int = 0

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

    def create_nodes(self, difference: _Difference[Node]) -> None:
        for label, same in difference.groups("create"):
            columns = list(property_kinds(difference.items("create", label, same)))
            head = ":".join(f"`{x}`" for x in same.split(_MARK))
            query = f"UNWIND $rows AS row CREATE (n:{head} {{{_assignments(columns, 0)}}}){_POINT if 'latitude' in columns else ''}"
            self._run(label, query, _batches(_cells(n, columns) for n in difference.items("create", label, same)))

    def update_nodes(self, difference: _Difference[Node]) -> None:
        """Our properties are set and removed; labels and properties that others added stay."""
        nothing = {**dict.fromkeys(node_properties()), "vanished": None, "location": None}
        groups = difference.groups("update")
        second = sorted({x for _, same in groups for x in same.split(_MARK)[1:]} | {"Official"})
        for label, same in groups:
            more = "".join(f" SET n:`{x}`" if x in same.split(_MARK) else f" REMOVE n:`{x}`" for x in second)
            query = f"UNWIND $rows AS row MATCH (n:`{label}` {{graph: $name, id: row.id}}) SET n += row{_POINT}{more}"
            rows = (
                {**nothing, **n.properties, "id": n.id, "digest": digest(n)}
                for n in difference.items("update", label, same)
            )
            self._run(label, query, _batches(rows))

    def delete_nodes(self, difference: _Difference[Node]) -> int:
        """Number of nodes that are kept because relationships of others hang on them; they are marked `vanished`."""
        kept = 0
        for label, same in difference.groups("delete"):
            match = f"UNWIND $ids AS id MATCH (n:`{label}` {{graph: $name, id: id}})"
            for part in _batches(difference.ids("delete", label, same)):
                self.database.run(f"{match} WHERE NOT EXISTS {{ (n)--() }} DELETE n", ids=part, name=self.name)
                kept += int(
                    self.database.run(f"{match} SET n.vanished = true RETURN count(n) AS n", ids=part, name=self.name)[
                        0
                    ]["n"]
                )
                self._step(label, len(part))
        return kept

    def create_edges(self, difference: _Difference[Edge]) -> None:
        for kind, same in difference.groups("create"):
            start, end = same.split(_MARK)
            columns = list(property_kinds(difference.items("create", kind, same)))
            query = (
                f"UNWIND $rows AS row MATCH (a:`{start}` {{graph: $name, id: row[0]}}) MATCH (b:`{end}` {{graph: $name, id: row[1]}}) "
                f"CREATE (a)-[r:`{kind}` {{{_assignments(columns, 2)}}}]->(b)"
            )
            rows = ([e.start, e.end, *_cells(e, columns)] for e in difference.items("create", kind, same))
            self._run(kind, query, _batches(rows), _all_made)

    def update_edges(self, difference: _Difference[Edge]) -> None:
        for kind, same in difference.groups("update"):
            query = f"UNWIND $rows AS row MATCH ()-[r:`{kind}` {{graph: $name, id: row.id}}]->() SET r = row"
            self._run(kind, query, _batches(row(e, self.name) for e in difference.items("update", kind, same)))

    def delete_edges(self, difference: _Difference[Edge]) -> None:
        for kind, same in difference.groups("delete"):
            query = f"UNWIND $rows AS id MATCH ()-[r:`{kind}` {{graph: $name, id: id}}]->() DELETE r"
            self._run(kind, query, _batches(difference.ids("delete", kind, same)))


#: A place with coordinates gets a point, by which Neo4j can search.
_POINT = " SET n.location = point({latitude: n.latitude, longitude: n.longitude})"


def _assignments(columns: list[str], first: int) -> str:
    """The properties of a CREATE, taken from the cells of a row: names go over once a query, not once a row."""
    cells = "".join(f", `{c}`: row[{n}]" for n, c in enumerate(columns, first + 2))
    return f"graph: $name, id: row[{first}], digest: row[{first + 1}]{cells}"


def _cells(item: Node | Edge, columns: list[str]) -> list[Any]:
    return [item.id, digest(item), *(item.properties.get(c) for c in columns)]


def _all_made(counters: Any, rows: int) -> None:
    if counters.relationships_created != rows:
        raise ServerError(
            "nodes of this graph vanished during the load, somebody else changes it: run the command again"
        )


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Parts of at most ROWS rows and about CHARACTERS characters."""
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
