"""Files for Neo4j and other openCypher stores: a script of MERGE statements, and the bulk importer's CSV."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from graphkit.views.graph_files import column_types, write_line
from graphkit.views.neo4j_rows import REGISTRY, digest, registry
from graphkit.views.options import ExportOptions
from graphkit.views.property_graph import Content, Edge, Node, PropertyGraph, Value, property_graph
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


def write_cypher(content: Content, out: BinaryIO, options: ExportOptions) -> None:
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


# -- the bulk importer ---------------------------------------------------------------------------------------

#: Rows that are joined before they are written.
ROWS_AT_ONCE = 2_000
#: Between the items of a list: the first of these that stands in no item.
_MARKS = ("\x1f", "\x1e", "\x1d", "\x1c", "\x01", "\x02", "\x03", "\x04", "\x05", "\x06")
_COMMAND = """#!/bin/sh
# Imports this graph into an empty database; the server must be stopped. Run it in this folder:
#   DATABASE=neo4j sh import.sh      ($NEO4J_HOME/bin must be on the PATH)
neo4j-admin database import full "${{DATABASE:-neo4j}}" --array-delimiter='{mark}' --delimiter=, --quote='"' \\
  --multiline-fields=true --id-type=string \\
  {files}
"""


def write_neo4j_admin(content: Content, out: BinaryIO, options: ExportOptions) -> None:
    """A .zip of what `neo4j_admin_folder` writes."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, "w", compresslevel=1) as archive:
        for path in neo4j_admin_folder(content, Path(folder), options):
            zip_member(archive, path.relative_to(folder).as_posix(), path.read_bytes())


def neo4j_admin_folder(content: Content, folder: Path, options: ExportOptions) -> list[Path]:
    """One CSV a label and a type for `neo4j-admin database import full`, and `import.sh` with the command; their paths.

    Imported it is the graph that `graphkit load neo4j` makes: a load afterwards finds nothing to do.
    """
    graph = property_graph(content)
    mark = _list_mark(graph)
    paths = []
    arguments = []
    for sub in ("nodes", "relationships"):
        shutil.rmtree(folder / sub, ignore_errors=True)
        (folder / sub).mkdir(parents=True)
    by_label: dict[str, list[Node]] = {}
    for node in graph.nodes:
        by_label.setdefault(node.labels[0], []).append(node)
    for label, nodes in sorted(by_label.items()):
        head = {"id:ID": [_quoted(n.id) for n in nodes], ":LABEL": [_quoted(mark.join(n.labels)) for n in nodes]}
        paths.append(_write_rows(folder / "nodes" / f"{label}.csv", head, nodes, mark, options.name))
        arguments.append(f"--nodes=nodes/{label}.csv")
    about = Node("", [REGISTRY], dict(registry(options.name, content.key, "", graph)))
    line = ",".join([":LABEL", *about.properties]) + "\n" + ",".join(_quoted(str(v)) for v in (REGISTRY, *about.properties.values()))
    paths.append(folder / "nodes" / f"{REGISTRY}.csv")
    paths[-1].write_text(line + "\n", encoding="utf-8")
    arguments.append(f"--nodes=nodes/{REGISTRY}.csv")
    by_type: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        by_type.setdefault(edge.type, []).append(edge)
    for kind, edges in sorted(by_type.items()):
        ends = {
            "id:string": [_quoted(e.id) for e in edges], ":START_ID": [_quoted(e.start) for e in edges],
            ":END_ID": [_quoted(e.end) for e in edges], ":TYPE": [e.type for e in edges],
        }
        paths.append(_write_rows(folder / "relationships" / f"{kind}.csv", ends, edges, mark, options.name))
        arguments.append(f"--relationships=relationships/{kind}.csv")
    command = _COMMAND.format(mark=f"U+{ord(mark):04X}", files=" \\\n  ".join(arguments))
    paths.append(folder / "import.sh")
    paths[-1].write_text(command, encoding="utf-8")
    return paths


def _list_mark(graph: PropertyGraph) -> str:
    """A control character that stands in no list of the graph."""
    used: set[str] = set()
    for properties in chain((n.properties for n in graph.nodes), (e.properties for e in graph.edges)):
        for value in properties.values():
            if isinstance(value, list):
                for words in value:
                    if not words.isprintable():
                        used.update(words)
    return next(m for m in _MARKS if m not in used)


def _write_rows(path: Path, head: dict[str, list[str]], items: Sequence[Node | Edge], mark: str, name: str) -> Path:
    """head: the first columns, already quoted; then the graph's name, the digest, and a column a property."""
    types = column_types(items)
    many = {c for c in types if any(isinstance(i.properties.get(c), list) for i in items)}
    header = [*head, "graph", "digest:long", *(f"{c}:{'string[]' if c in many else types[c]}" for c in types)]
    graph = _quoted(name)
    columns = list(head.values())
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join(header) + "\n")
        for at in range(0, len(items), ROWS_AT_ONCE):
            rows = []
            for n, item in enumerate(items[at : at + ROWS_AT_ONCE], at):
                cells = [c[n] for c in columns]
                cells += (graph, str(digest(item)))
                cells += (_cell(item.properties.get(c), mark) for c in types)
                rows.append(",".join(cells))
            out.write("\n".join(rows) + "\n")
    return path


def _quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'


def _cell(value: Value | None, mark: str) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return _quoted(mark.join(value))
    return _quoted(value) if isinstance(value, str) else repr(value)
