"""Files for Neo4j and other openCypher stores: a script of MERGE statements, and the bulk importer's CSV."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv

from graphkit.views.graph_files import write_line
from graphkit.views.neo4j_rows import REGISTRY, digest, registry
from graphkit.views.options import ExportOptions
from graphkit.views.property_graph import Content, Edge, Node, Value, property_graph, property_names
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

#: Between the items of a list. No text has it: reading refuses control characters, the schema refuses them in names.
_MARK = "\x1f"
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
    paths = [folder / "nodes" / f"{REGISTRY}.csv"]
    for sub in ("nodes", "relationships"):
        shutil.rmtree(folder / sub, ignore_errors=True)
        (folder / sub).mkdir(parents=True)
    about = {":LABEL": REGISTRY, **registry(options.name, content.key, "", graph)}
    by_label: dict[str, list[Node]] = {}
    for node in graph.nodes:
        by_label.setdefault(node.labels[0], []).append(node)
    by_type: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        by_type.setdefault(edge.type, []).append(edge)
    with ThreadPoolExecutor(1) as writer:
        written = [writer.submit(_write_table, paths[0], pa.table({k: [str(v)] for k, v in about.items()}))]
        for label, nodes in sorted(by_label.items()):
            head = {"id:ID": [n.id for n in nodes], ":LABEL": [_MARK.join(n.labels) for n in nodes]}
            paths.append(folder / "nodes" / f"{label}.csv")
            written.append(writer.submit(_write_table, paths[-1], _table(head, nodes, options.name)))
        for kind, edges in sorted(by_type.items()):
            head = {
                "id:string": [e.id for e in edges], ":START_ID": [e.start for e in edges],
                ":END_ID": [e.end for e in edges], ":TYPE": [e.type for e in edges],
            }
            paths.append(folder / "relationships" / f"{kind}.csv")
            written.append(writer.submit(_write_table, paths[-1], _table(head, edges, options.name)))
        for one in written:
            one.result()
    arguments = [f"--{p.parent.name}={p.parent.name}/{p.name}" for p in paths]
    command = _COMMAND.format(mark=f"U+{ord(_MARK):04X}", files=" \\\n  ".join(arguments))
    paths.append(folder / "import.sh")
    paths[-1].write_text(command, encoding="utf-8")
    return paths


def _table(head: dict[str, list[str]], items: Sequence[Node | Edge], name: str) -> pa.Table:
    """head: the first columns; then the graph's name, the digest, and a column a property. No value: an empty cell."""
    columns: dict[str, pa.Array] = {k: pa.array(v, pa.string()) for k, v in head.items()}
    columns["graph"] = pa.array([name] * len(items), pa.string())
    columns["digest:long"] = pa.array([digest(i) for i in items], pa.int64())
    for column in property_names(items):
        values = [i.properties.get(column) for i in items]
        first = next(v for v in values if v is not None)
        if isinstance(first, list):
            joined = [None if v is None else _MARK.join(v) for v in values]  # type: ignore[arg-type]
            columns[f"{column}:string[]"] = pa.array(joined, pa.string())
        elif isinstance(first, str):
            columns[f"{column}:string"] = pa.array(values, pa.string())
        else:
            whole = all(v is None or isinstance(v, int) for v in values)
            columns[f"{column}:{'long' if whole else 'double'}"] = pa.array(values, pa.int64() if whole else pa.float64())
    if "latitude:double" in columns:
        points = [
            f"{{latitude: {p['latitude']}, longitude: {p['longitude']}}}" if "latitude" in p else None
            for p in (i.properties for i in items)
        ]
        columns["location:point{crs:WGS-84}"] = pa.array(points, pa.string())
    return pa.table(list(columns.values()), names=list(columns))


def _write_table(path: Path, table: pa.Table) -> None:
    with path.open("wb") as out:
        out.write(",".join(table.column_names).encode() + b"\n")
        pa.csv.write_csv(table, out, pa.csv.WriteOptions(include_header=False, batch_size=10_000))
