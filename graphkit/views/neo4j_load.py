"""Loads the property graph into Neo4j 5 by the official driver: the first time all of it, then only the difference.

What is in the database is known by the digests of `neo4j_rows`; the difference is made here, so that nothing is MERGEd:
rows are created, changed or deleted, each in a transaction that the driver repeats where that is safe. A load that breaks
off leaves the mark `loading`; the next one compares again and ends in the same state.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graphkit.errors import ServerError
from graphkit.schema_neo4j import (
    neo4j_indexes,
    neo4j_node_keys,
    neo4j_relationship_keys,
    node_labels,
    relationship_types,
)
from graphkit.views.neo4j import Neo4j, stored_counts
from graphkit.views.neo4j_rows import REGISTRY, digest, node_properties, registry, row
from graphkit.views.property_graph import Edge, Node, PropertyGraph, property_names

Progress = Callable[[str, int, int], None]
#: Rows of one transaction, and characters of text after which a transaction is full.
ROWS, CHARACTERS = 5_000, 4_000_000


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

Item = TypeVar("Item", Node, Edge)


@dataclass(slots=True)
class _Difference:
    create: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    update: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    delete: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def _compare(items: Iterable[Item], kind_of: Callable[[Item], str], there: dict[str, dict[str, int | None]]) -> _Difference:
    """there: kind → id → digest in the database, None for a node that is kept though it went out of the graph."""
    found = _Difference()
    wanted: dict[str, set[str]] = defaultdict(set)
    for item in items:
        kind = kind_of(item)
        wanted[kind].add(item.id)
        known = there.get(kind, {})
        if item.id not in known:
            found.create[kind].append(item)
        elif known[item.id] != digest(item):
            found.update[kind].append(item)
    for kind, ids in there.items():
        gone = sorted(i for i in ids if i not in wanted[kind])
        if gone:
            found.delete[kind] = gone
    return found


def load(
    database: Neo4j, make_graph: Callable[[], PropertyGraph], *, name: str, key: str, ledger: str, replace: bool = False,
    dry_run: bool = False, progress: Progress | None = None,
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
    if mark and mark["state"] == "complete" and mark["content"] == key and mark["ledger"] == ledger and (
        json.loads(mark["counts"]) == stored_counts(database, name)
    ):
        return LoadOutcome(unchanged=True)
    graph = make_graph()
    report = progress or (lambda *_: None)
    if not dry_run:
        _prepare(database, name, ledger, report)
    nodes = _compare(graph.nodes, lambda n: n.labels[0], _digests(database, node_labels(), "(x:`{}`)", name))
    edges = _compare(graph.edges, lambda e: e.type, _digests(database, relationship_types(), "()-[x:`{}`]->()", name))
    outcome = _outcome(nodes, edges)
    if dry_run:
        return outcome
    work = _Work(database, name, graph.nodes, report, outcome.total)
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
    database.run(f"MATCH (g:{REGISTRY} {{name: $name}}) SET g += $row", name=name, row=registry(name, key, ledger, graph))
    return outcome


def remove(database: Neo4j, name: str, *, progress: Progress | None = None) -> LoadOutcome:
    """Take the graph `name` off the database, whatever ledger it came from. Raises ServerError when there is none."""
    if not database.run(f"MATCH (g:{REGISTRY} {{name: $name}}) RETURN g.name AS name", name=name):
        raise ServerError(f"there is no graph {name!r} in this database")
    database.run(f"MATCH (g:{REGISTRY} {{name: $name}}) SET g.state = 'loading'", name=name)
    nodes = _compare([], lambda n: "", _digests(database, node_labels(), "(x:`{}`)", name))
    edges = _compare([], lambda e: "", _digests(database, relationship_types(), "()-[x:`{}`]->()", name))
    outcome = _outcome(nodes, edges)
    work = _Work(database, name, [], progress or (lambda *_: None), outcome.total)
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
        "g.counts = coalesce(g.counts, '{}')", name=name, ledger=ledger,
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


def _digests(database: Neo4j, kinds: Iterable[str], pattern: str, name: str) -> dict[str, dict[str, int | None]]:
    found: dict[str, dict[str, int | None]] = {}
    for kind in kinds:
        rows = database.run(
            f"MATCH {pattern.format(kind)} WHERE x.graph = $name AND x.id IS NOT NULL "
            "RETURN collect(x.id) AS ids, collect(CASE WHEN x.vanished THEN 0 ELSE x.digest END) AS digests", name=name,
        )
        found[kind] = dict(zip(rows[0]["ids"], rows[0]["digests"], strict=True))
    return found


def _outcome(nodes: _Difference, edges: _Difference) -> LoadOutcome:
    changes: dict[str, Change] = {}
    for difference, form in ((nodes, ":{}"), (edges, "[{}]")):
        for kind in sorted({*difference.create, *difference.update, *difference.delete}):
            changes[form.format(kind)] = Change(
                len(difference.create.get(kind, ())), len(difference.update.get(kind, ())), len(difference.delete.get(kind, ())),
            )
    return LoadOutcome(changes)


# -- writing -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Work:
    database: Neo4j
    name: str
    nodes: list[Node]
    report: Progress
    total: int
    done: int = 0

    def _run(self, what: str, query: str, batches: Iterator[list[Any]], check: Callable[[Any, int], None] | None = None) -> None:
        for size, counters in self.database.write_all(query, batches, name=self.name):
            if check is not None:
                check(counters, size)
            self._step(what, size)

    def _step(self, what: str, rows: int) -> None:
        self.done += rows
        self.report(what, self.done, self.total)

    def create_nodes(self, difference: _Difference) -> None:
        for label, nodes in difference.create.items():
            for labels, same in _grouped(nodes, lambda n: tuple(n.labels)):
                head = ":".join(f"`{x}`" for x in labels)
                columns = property_names(same)
                query = f"UNWIND $rows AS row CREATE (n:{head} {{{_assignments(columns, 0)}}}){_POINT if 'latitude' in columns else ''}"
                self._run(label, query, _batches(_cells(n, columns) for n in same))

    def update_nodes(self, difference: _Difference) -> None:
        """Our properties are set and removed; labels and properties that others added stay."""
        nothing = {**dict.fromkeys(node_properties()), "vanished": None, "location": None}
        second = sorted({x for n in self.nodes for x in n.labels[1:]} | {"Official"})
        for label, nodes in difference.update.items():
            for labels, same in _grouped(nodes, lambda n: tuple(n.labels)):
                more = "".join(f" SET n:`{x}`" if x in labels else f" REMOVE n:`{x}`" for x in second)
                query = f"UNWIND $rows AS row MATCH (n:`{label}` {{graph: $name, id: row.id}}) SET n += row{_POINT}{more}"
                self._run(label, query, _batches({**nothing, **n.properties, "id": n.id, "digest": digest(n)} for n in same))

    def delete_nodes(self, difference: _Difference) -> int:
        """Number of nodes that are kept because relationships of others hang on them; they are marked `vanished`."""
        kept = 0
        for label, ids in difference.delete.items():
            match = f"UNWIND $ids AS id MATCH (n:`{label}` {{graph: $name, id: id}})"
            for part in _batches(ids):
                self.database.run(f"{match} WHERE NOT EXISTS {{ (n)--() }} DELETE n", ids=part, name=self.name)
                kept += int(self.database.run(f"{match} SET n.vanished = true RETURN count(n) AS n", ids=part, name=self.name)[0]["n"])
                self._step(label, len(part))
        return kept

    def create_edges(self, difference: _Difference) -> None:
        label_of = {n.id: n.labels[0] for n in self.nodes}
        for kind, edges in difference.create.items():
            columns = property_names(edges)
            for (start, end), same in _grouped(edges, lambda e: (label_of[e.start], label_of[e.end])):
                query = (
                    f"UNWIND $rows AS row MATCH (a:`{start}` {{graph: $name, id: row[0]}}) MATCH (b:`{end}` {{graph: $name, id: row[1]}}) "
                    f"CREATE (a)-[r:`{kind}` {{{_assignments(columns, 2)}}}]->(b)"
                )
                self._run(kind, query, _batches([e.start, e.end, *_cells(e, columns)] for e in same), _all_made)

    def update_edges(self, difference: _Difference) -> None:
        for kind, edges in difference.update.items():
            query = f"UNWIND $rows AS row MATCH ()-[r:`{kind}` {{graph: $name, id: row.id}}]->() SET r = row"
            self._run(kind, query, _batches(row(e, self.name) for e in edges))

    def delete_edges(self, difference: _Difference) -> None:
        for kind, ids in difference.delete.items():
            query = f"UNWIND $rows AS id MATCH ()-[r:`{kind}` {{graph: $name, id: id}}]->() DELETE r"
            self._run(kind, query, _batches(ids))


#: A place with coordinates gets a point, by which Neo4j can search.
_POINT = " SET n.location = point({latitude: n.latitude, longitude: n.longitude})"


def _assignments(columns: list[str], first: int) -> str:
    """The properties of a CREATE, taken from the cells of a row: names go over once a query, not once a row."""
    cells = "".join(f", `{c}`: row[{n}]" for n, c in enumerate(columns, first + 2))
    return f"graph: $name, id: row[{first}], digest: row[{first + 1}]{cells}"


def _cells(item: Node | Edge, columns: list[str]) -> list[Any]:
    return [item.id, digest(item), *(item.properties.get(c) for c in columns)]


def _grouped(items: list[Item], key: Callable[[Item], tuple[str, ...]]) -> list[tuple[tuple[str, ...], list[Item]]]:
    groups: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return sorted(groups.items(), key=lambda g: g[0])


def _all_made(counters: Any, rows: int) -> None:
    if counters.relationships_created != rows:
        raise ServerError("nodes of this graph vanished during the load, somebody else changes it: run the command again")


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
