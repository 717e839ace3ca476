"""The embedded Cypher store, a view. Only this module uses the library kglite."""

from __future__ import annotations

import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import kglite

from graphkit.errors import QueryError
from graphkit.stores.cypher.query_checks import check_vocabulary, checked, read_only
from graphkit.stores.cypher.unknown_names import messages
from graphkit.stores.parameters import check_parameters, check_text
from graphkit.stores.property_graph import Edge, Node, PropertyGraph, label_of
from graphkit.stores.property_names import node_names, relationship_names
from graphkit.wording import advice

#: Number of rows that one statement writes.
BATCH = 5000


class CypherStore:
    """Read-only Cypher over a property graph."""

    def __init__(self, frozen: Any) -> None:
        self._graph = frozen

    def query(
        self, cypher: str, parameters: dict[str, Any] | None = None, notes: list[str] | None = None
    ) -> list[dict[str, Any]]:
        """Return the rows as dictionaries. Raises QueryError with the message of the store for a rejected query.

        notes: a list to which messages about unknown labels, relationship types and properties are added.
        """
        return self.first(cypher, parameters, notes=notes)[0]

    def first(
        self,
        cypher: str,
        parameters: dict[str, Any] | None = None,
        limit: int | None = None,
        notes: list[str] | None = None,
    ) -> tuple[list[dict[str, Any]], int]:
        """Return the first rows and the number of all rows. limit: maximum number of rows. Raises QueryError.

        notes: as for `query`.
        """
        check_text("the query", cypher)
        check_parameters(parameters or {})
        try:
            with warnings.catch_warnings():
                # kglite warns if it omits rows; the returned number of rows contains the same information.
                warnings.simplefilter("ignore")
                query = checked(cypher)
                check_vocabulary(query)
                found = self._graph.cypher(query, params=parameters or {}, row_limit=limit)
            rows = found.to_list()
            if notes is not None:
                notes += messages((found.diagnostics or {}).get("warnings", ()))
        except QueryError as error:
            raise QueryError(_explain(str(error), cypher)) from None
        except kglite.KgError as error:
            raise QueryError(_explain(str(error), cypher)) from None
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise QueryError(str(error)) from None
        total = (found.diagnostics or {}).get("total_rows") if limit is not None else None
        return [{k: _plain(v) for k, v in row.items()} for row in rows], len(rows) if total is None else total


#: Parts of Neo4j's Cypher that the embedded store does not support: name, pattern in the query without its strings,
#: pattern in the error message.
_GAPS = (
    ("quantified path patterns", re.compile(r"[)\->]\s*(?:\{\s*\d*\s*,?\s*\d*\s*\}|\+\s*\()|\)\s*[+*]\s*\(|-\+"), None),
    (
        "SHORTEST and ALL SHORTEST (shortestPath() it has)",
        re.compile(r"\b(?:ALL\s+SHORTEST|SHORTEST\s+\d|ANY\s+SHORTEST)\b", re.I),
        None,
    ),
    ("procedures of APOC and GDS", re.compile(r"\b(?:apoc|gds)\.", re.I), None),
    ("full-text and vector indexes", None, re.compile(r"FULLTEXT index|VECTOR index|db\.index", re.I)),
    ("the function {}", None, re.compile(r"Unknown function: ([\w.]+)")),
    ("the procedure {}", None, re.compile(r"Unknown procedure:? '?([\w.]+)")),
)
_STRINGS = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|//[^\n]*|/\*.*?\*/", re.S)


def _explain(message: str, cypher: str) -> str:
    if "immutable snapshot" in message:
        return read_only()
    words = _STRINGS.sub("''", cypher)
    for name, in_query, in_message in _GAPS:
        found = in_query.search(words) if in_query else in_message.search(message) if in_message else None
        if found is not None:
            named = name.format(found.group(1)) if "{}" in name else name
            return (
                f"{message}\nThe embedded store does not support {named}. "
                f"Load the graph into a Neo4j server with {advice('graph.load_neo4j(…)', '`graphkit load neo4j`')} "
                "and run the query there"
            )
    return message


def _plain(value: Any) -> Any:
    """Convert nodes and relationships to dictionaries without the properties `title` and `type` that kglite adds."""
    if isinstance(value, dict):
        if {"labels", "properties"} <= value.keys() or {"type", "properties", "start", "end"} <= value.keys():
            inner = {k: v for k, v in value["properties"].items() if k not in ("title", "type") and v is not None}
            shown = {"labels": value["labels"]} if "labels" in value else {"type": value["type"]}
            return {**shown, **inner}
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value


def build_store(graph: PropertyGraph, path: Path) -> None:
    """Write the graph to a new file `path`. Raises OSError if the disk is full.

    kglite knows the properties of a label from the first nodes that it gets. So all nodes with the same first label,
    and all edges of a type, get the same properties; those that a node or an edge does not have are null. These are also
    the properties of the schema that nothing in the graph has, because a query may use them.
    """
    store = kglite.KnowledgeGraph()
    node_columns = _columns(((n.labels[0], n.properties) for n in graph.nodes), node_names())
    edge_columns = _columns(((e.type, e.properties) for e in graph.edges), relationship_names())
    by_labels: dict[tuple[str, ...], list[Node]] = defaultdict(list)
    for node in graph.nodes:
        by_labels[tuple(node.labels)].append(node)
    for labels, nodes in sorted(by_labels.items()):
        columns = node_columns[labels[0]]
        assignments = ", ".join(f"`{c}`: r.`{c}`" for c in ["id", *columns])
        head = ":".join(f"`{label}`" for label in labels)
        for rows in _batches([{"id": n.id, **n.properties} for n in nodes], columns):
            store.cypher(f"UNWIND $rows AS r CREATE (n:{head} {{{assignments}}})", params={"rows": rows})
    by_type: dict[tuple[str, str, str], list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        by_type[(edge.type, label_of(edge.start), label_of(edge.end))].append(edge)
    for (kind, start, end), edges in sorted(by_type.items()):
        columns = edge_columns[kind]
        assignments = ", ".join(f"`{c}`: r.`{c}`" for c in ["id", *columns])
        query = (
            f"UNWIND $rows AS r MATCH (a:`{start}` {{id: r.a}}) MATCH (b:`{end}` {{id: r.b}}) "
            f"CREATE (a)-[:`{kind}` {{{assignments}}}]->(b)"
        )
        for rows in _batches([{"id": e.id, "a": e.start, "b": e.end, **e.properties} for e in edges], columns):
            store.cypher(query, params={"rows": rows})
    store.save(str(path))


def _columns(
    found: Iterable[tuple[str, Mapping[str, Any]]], known: Mapping[str, Iterable[str]]
) -> dict[str, list[str]]:
    """Return the names of all properties of each label or type. known: those that it has in each graph."""
    names: dict[str, set[str]] = defaultdict(set, {kind: set(own) for kind, own in known.items()})
    for kind, properties in found:
        names[kind].update(properties)
    return {kind: sorted(own) for kind, own in names.items()}


def _batches(rows: list[dict[str, Any]], columns: list[str]) -> list[list[dict[str, Any]]]:
    for row in rows:
        for column in columns:
            row.setdefault(column, None)
    return [rows[i : i + BATCH] for i in range(0, len(rows), BATCH)]


def open_store(path: Path) -> CypherStore:
    """Open a store that `build_store` has written."""
    # Its warnings are returned with the rows.
    kglite.set_query_warning_policy("silent")
    return CypherStore(kglite.load(str(path)).freeze())
