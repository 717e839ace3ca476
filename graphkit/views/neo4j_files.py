"""Files for Neo4j and other openCypher stores: a script of MERGE statements, and the bulk importer's CSV."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from typing import BinaryIO

from graphkit.views.graph_files import column_types, write_line
from graphkit.views.property_graph import Content, Edge, Node, Value, property_graph
from graphkit.views.tables import zip_member


def _cypher_value(value: Value) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_cypher_value(v) for v in value) + "]"
    if isinstance(value, str):
        words = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
        return f"'{words}'"
    return repr(value)


def _cypher_map(properties: dict[str, Value]) -> str:
    return "{" + ", ".join(f"`{k}`: {_cypher_value(v)}" for k, v in sorted(properties.items())) + "}"


def write_cypher(content: Content, out: BinaryIO, base: str, with_text: bool) -> None:
    """A script of MERGE statements that any openCypher store runs; run twice it changes nothing."""
    graph = property_graph(content)
    label_of = {n.id: n.labels[0] for n in graph.nodes}
    for node in graph.nodes:
        more = "".join(f" SET n:`{label}`" for label in node.labels[1:])
        write_line(out, f"MERGE (n:`{node.labels[0]}` {{id: {_cypher_value(node.id)}}}) SET n += {_cypher_map(node.properties)}{more};")
    for edge in graph.edges:
        ends = " ".join(
            f"MATCH ({v}:`{label_of[i]}` {{id: {_cypher_value(i)}}})" for v, i in (("a", edge.start), ("b", edge.end))
        )
        write_line(out, f"{ends} MERGE (a)-[r:`{edge.type}` {{id: {_cypher_value(edge.id)}}}]->(b) SET r += {_cypher_map(edge.properties)};")


def write_neo4j_admin(content: Content, out: BinaryIO, base: str, with_text: bool) -> None:
    """A .zip with one CSV a label and a type for `neo4j-admin database import full`, and the command to run."""
    graph = property_graph(content)
    arguments = []
    with zipfile.ZipFile(out, "w") as archive:
        for label in sorted({n.labels[0] for n in graph.nodes}):
            nodes = [n for n in graph.nodes if n.labels[0] == label]
            types = column_types(nodes)
            header = ["id:ID", ":LABEL", *[_admin_column(c, types[c], nodes) for c in types]]
            rows = [[n.id, ";".join(n.labels), *[_admin_cell(n.properties.get(c)) for c in types]] for n in nodes]
            zip_member(archive, f"nodes/{label}.csv", _admin_csv(header, rows))
            arguments.append(f"--nodes=nodes/{label}.csv")
        for kind in sorted({e.type for e in graph.edges}):
            edges = [e for e in graph.edges if e.type == kind]
            types = column_types(edges)
            header = ["id:string", ":START_ID", ":END_ID", ":TYPE", *[_admin_column(c, types[c], edges) for c in types]]
            rows = [[e.id, e.start, e.end, e.type, *[_admin_cell(e.properties.get(c)) for c in types]] for e in edges]
            zip_member(archive, f"relationships/{kind}.csv", _admin_csv(header, rows))
            arguments.append(f"--relationships=relationships/{kind}.csv")
        command = "neo4j-admin database import full --array-delimiter='\\u001F' --multiline-fields=true \\\n  " + " \\\n  ".join(arguments) + " \\\n  neo4j\n"
        zip_member(archive, "import.sh", ("#!/bin/sh\n" + command).encode())


def _admin_column(name: str, kind: str, items: list[Node] | list[Edge]) -> str:
    many = any(isinstance(i.properties.get(name), list) for i in items)
    return f"{name}:{'string[]' if many else kind}"


def _admin_cell(value: Value | None) -> object:
    if value is None:
        return ""
    return "\x1f".join(value) if isinstance(value, list) else value


def _admin_csv(header: list[str], rows: Iterable[list[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")
