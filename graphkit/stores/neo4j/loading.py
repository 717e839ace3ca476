"""Loads the property graph into Neo4j 5: the first time completely, then only the changes.

The changes are computed from the digests of the rows in the database (`rows`), so that no MERGE is necessary: rows are
created, updated or deleted in transactions that the driver retries if this is safe. An interrupted load leaves the
state `loading` in the database; the next load compares the digests again and completes the graph.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphkit.errors import ServerError
from graphkit.schema.neo4j import neo4j_indexes, neo4j_node_keys, neo4j_relationship_keys, node_labels
from graphkit.stores.neo4j.database import Neo4j, stored_counts
from graphkit.stores.neo4j.difference import Difference, edge_difference, node_difference
from graphkit.stores.neo4j.rows import REGISTRY, registry
from graphkit.stores.neo4j.writer import Progress, Writer
from graphkit.stores.property_graph import Edge, Node, PropertyGraph
from graphkit.wording import advice


@dataclass(slots=True)
class Change:
    """Numbers of changed rows of one label or type."""

    created: int = 0
    updated: int = 0
    deleted: int = 0


@dataclass(slots=True)
class LoadOutcome:
    """The changes of a load by `:Label` and `[TYPE]`.

    kept: number of nodes that are no longer in the graph but have relationships of other users. unchanged: whether the
    database already had this state.
    """

    changes: dict[str, Change] = field(default_factory=dict)
    kept: int = 0
    unchanged: bool = False

    @property
    def total(self) -> int:
        return sum(c.created + c.updated + c.deleted for c in self.changes.values())


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
    """Load `make_graph()` into the database as the graph `name`.

    key: key of the content (`Content.key`). If the database contains this content completely, nothing is done and
    `make_graph` is not called. ledger: id of the ledger; a graph of the same name from another ledger is only replaced
    with `replace`. dry_run: only return the changes. Raises ServerError.
    """
    database.check_version()
    known = database.run(f"MATCH (g:{REGISTRY} {{name: $name}}) RETURN properties(g) AS p", name=name)
    state = known[0]["p"] if known else None
    _check_owner(database, state, name, key, ledger, replace)
    if _is_current(database, state, name, key, ledger):
        return LoadOutcome(unchanged=True)
    graph = make_graph()
    report = progress or (lambda *_: None)
    if not dry_run:
        _prepare(database, name, ledger, report)
    nodes, edges = node_difference(graph.nodes, database, name), edge_difference(graph.edges, database, name)
    outcome = _outcome(nodes, edges)
    if dry_run:
        return outcome
    outcome.kept = Writer(database, name, report, outcome.total).write(nodes, edges)
    if state and not state["ledger"]:
        _fill_empty_lists(database, name)
    _make_keys(database, neo4j_relationship_keys(), report)
    _make_indexes(database, report)
    database.run(
        f"MATCH (g:{REGISTRY} {{name: $name}}) SET g += $row", name=name, row=registry(name, key, ledger, graph)
    )
    return outcome


def remove(database: Neo4j, name: str, *, progress: Progress | None = None) -> LoadOutcome:
    """Delete the graph `name` from the database, independent of its ledger. Raises ServerError if it does not exist."""
    if not database.run(f"MATCH (g:{REGISTRY} {{name: $name}}) RETURN g.name AS name", name=name):
        raise ServerError(f"there is no graph {name!r} in this database")
    database.run(f"MATCH (g:{REGISTRY} {{name: $name}}) SET g.state = 'loading'", name=name)
    nodes, edges = node_difference(None, database, name), edge_difference(None, database, name)
    outcome = _outcome(nodes, edges)
    writer = Writer(database, name, progress or (lambda *_: None), outcome.total)
    writer.delete_edges(edges)
    outcome.kept = writer.delete_nodes(nodes)
    database.run(f"MATCH (g:{REGISTRY} {{name: $name}}) DELETE g", name=name)
    return outcome


def _is_current(database: Neo4j, state: dict[str, Any] | None, name: str, key: str, ledger: str) -> bool:
    """Return whether the database contains this content of the ledger completely."""
    return (
        state is not None
        and state["state"] == "complete"
        and state["content"] == key
        and state["ledger"] == ledger
        and json.loads(state["counts"]) == stored_counts(database, name)
    )


def _check_owner(
    database: Neo4j, state: dict[str, Any] | None, name: str, key: str, ledger: str, replace: bool
) -> None:
    """Raise ServerError if the graph `name` of the database has another ledger, unless `replace`."""
    hint = advice("use another name, or replace=True", "use another --name, or --replace") + " to overwrite that graph"
    if replace or (state and state["ledger"] == ledger):
        return
    if state is None:
        labels = "|".join(node_labels())
        if database.run(f"MATCH (n:{labels}) WHERE n.graph = $name RETURN n.id AS id LIMIT 1", name=name):
            raise ServerError(f"the database contains nodes of a graph {name!r} that graphkit did not load: {hint}")
    elif state["ledger"]:
        raise ServerError(f"the database contains a graph {name!r} of another ledger: {hint}")
    elif state["content"] != key:
        raise ServerError(f"the database contains a graph {name!r} from a bulk import of other reports: {hint}")


def _make_keys(database: Neo4j, keys: dict[str, str], report: Progress) -> None:
    existing = {r["name"] for r in database.run("SHOW CONSTRAINTS YIELD name")}
    for n, (constraint, statement) in enumerate(keys.items()):
        if constraint not in existing:
            database.run(statement)
        report("constraints", n + 1, len(keys))


def _prepare(database: Neo4j, name: str, ledger: str, report: Progress) -> None:
    _make_keys(database, neo4j_node_keys(), report)
    database.run(
        f"MERGE (g:{REGISTRY} {{name: $name}}) SET g.state = 'loading', g.ledger = $ledger, "
        "g.content = coalesce(g.content, ''), g.counts = coalesce(g.counts, '{}')",
        name=name,
        ledger=ledger,
    )


def _fill_empty_lists(database: Neo4j, name: str) -> None:
    """Set empty `aliases`, because the files of the bulk importer cannot contain an empty list."""
    for label in node_labels():
        database.run(f"MATCH (n:`{label}`) WHERE n.graph = $name AND n.aliases IS NULL SET n.aliases = []", name=name)


def _make_indexes(database: Neo4j, report: Progress) -> None:
    """Create the indexes after the rows, because this is faster than updating them for each row."""
    existing = {r["name"] for r in database.run("SHOW INDEXES YIELD name")}
    missing = {n: s for n, s in neo4j_indexes().items() if n not in existing}
    for statement in missing.values():
        database.run(statement)
    if missing:
        report("indexes", 0, 1)
        while database.run("SHOW INDEXES YIELD state WHERE state = 'POPULATING' RETURN state"):
            time.sleep(0.1)


def _outcome(nodes: Difference[Node], edges: Difference[Edge]) -> LoadOutcome:
    changes: dict[str, Change] = {}
    for difference, form in ((nodes, ":{}"), (edges, "[{}]")):
        for kind, what, count in difference.counts():
            setattr(changes.setdefault(form.format(kind), Change()), f"{what}d", count)
    return LoadOutcome(changes)
