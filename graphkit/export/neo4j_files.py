"""Files for Neo4j and other openCypher stores: a script of MERGE statements, and CSV files for the bulk importer."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv

from graphkit.errors import ExportError
from graphkit.export.graph_files import write_line
from graphkit.export.tables import arrow_type, zip_member
from graphkit.stores.content import Content
from graphkit.stores.neo4j.rows import REGISTRY, digest, registry
from graphkit.stores.options import ExportOptions
from graphkit.stores.property_graph import Edge, Item, Node, Rows, Value, label_of, property_kinds


def _cypher_value(value: Value) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_cypher_value(v) for v in value) + "]"
    if isinstance(value, str):
        words = (
            value.replace("\\", "\\\\")
            .replace("'", "\\'")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
            .replace("\t", "\\t")
        )
        return f"'{words}'"
    return repr(value)


def _cypher_map(properties: dict[str, Value]) -> str:
    return "{" + ", ".join(f"`{k}`: {_cypher_value(v)}" for k, v in sorted(properties.items())) + "}"


def write_cypher(content: Content, out: BinaryIO, options: ExportOptions) -> None:
    """Write a script of MERGE statements for any openCypher store. A second run of the script changes nothing."""
    graph = content.property_graph()
    for node in graph.nodes:
        merge = f"MERGE (n:`{node.labels[0]}` {{id: {_cypher_value(node.id)}}})"
        more = "".join(f" SET n:`{label}`" for label in node.labels[1:])
        write_line(out, f"{merge} SET n += {_cypher_map(node.properties)}{more};")
    for edge in graph.edges:
        ends = " ".join(
            f"MATCH ({v}:`{label_of(i)}` {{id: {_cypher_value(i)}}})" for v, i in (("a", edge.start), ("b", edge.end))
        )
        merge = f"MERGE (a)-[r:`{edge.type}` {{id: {_cypher_value(edge.id)}}}]->(b)"
        write_line(out, f"{ends} {merge} SET r += {_cypher_map(edge.properties)};")


# -- the bulk importer ---------------------------------------------------------------------------------------

#: Separates the items of a list. No value contains it, because reading and the schema reject control characters.
_SEPARATOR = "\x1f"
_COMMAND = """#!/bin/sh
# Imports this graph into an empty database; the server must be stopped. Run it in this folder:
#   DATABASE=neo4j sh import.sh      ($NEO4J_HOME/bin must be on the PATH)
neo4j-admin database import full "${{DATABASE:-neo4j}}" --array-delimiter='{separator}' --delimiter=, --quote='"' \\
  --multiline-fields=true --id-type=string \\
  {files}
"""


def write_neo4j_admin(content: Content, out: BinaryIO, options: ExportOptions) -> None:
    """Write the files of `neo4j_admin_folder` as a .zip file."""
    with (
        tempfile.TemporaryDirectory() as folder,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for path in neo4j_admin_folder(content, Path(folder), options):
            zip_member(archive, path.relative_to(folder).as_posix(), path)


def neo4j_admin_folder(content: Content, folder: Path, options: ExportOptions) -> list[Path]:
    """Write the files for `neo4j-admin database import full` to an empty folder, and return their paths.

    There is a CSV file for each label and each type, and `import.sh` with the command. After the import, the database
    contains the same graph as after `graphkit load neo4j`, so that a later load only transfers changes.
    """
    graph = content.property_graph()
    paths = [folder / "nodes" / f"{REGISTRY}.csv"]
    for sub in ("nodes", "relationships"):
        (folder / sub).mkdir(parents=True, exist_ok=True)
    about = {":LABEL": REGISTRY, **registry(options.name, content.key, "", graph)}
    _write_table(paths[0], iter([pa.table({k: [str(v)] for k, v in about.items()})]))
    for label in graph.nodes.kinds():
        paths.append(folder / "nodes" / f"{label}.csv")
        _write_table(paths[-1], _tables(graph.nodes, label, options.name))
    for kind in graph.edges.kinds():
        paths.append(folder / "relationships" / f"{kind}.csv")
        _write_table(paths[-1], _tables(graph.edges, kind, options.name))
    arguments = [f"--{p.parent.name}={p.parent.name}/{p.name}" for p in paths]
    command = _COMMAND.format(separator=f"U+{ord(_SEPARATOR):04X}", files=" \\\n  ".join(arguments))
    paths.append(folder / "import.sh")
    paths[-1].write_text(command, encoding="utf-8")
    return paths


#: Number of rows that are written at a time.
BATCH = 10_000


def _tables(rows: Rows[Item], kind: str, name: str) -> Iterator[pa.Table]:
    """Yield the rows of a label or type in tables of BATCH rows."""
    columns = property_kinds(rows.of(kind))
    found = rows.of(kind)
    while part := list(islice(found, BATCH)):
        yield _table(part, columns, name)


def _joined(values: list[str], column: str) -> str:
    """Join a list as the importer expects it.

    Raises ExportError for a value that contains the separator, which is possible in a ledger of an older version.
    """
    for value in values:
        if _SEPARATOR in value:
            raise ExportError(
                f"{column}: {value[:80]!a} contains a control character at which the importer would split it: "
                "build its report again from a corrected file"
            )
    return _SEPARATOR.join(values)


def _table(items: Sequence[Node | Edge], kinds: dict[str, set[type]], name: str) -> pa.Table:
    """Return a table with the columns of the importer, the name of the graph, the digest and the properties."""
    columns = {k: pa.array(v, pa.string()) for k, v in _head(items).items()}
    columns["graph"] = pa.array([name] * len(items), pa.string())
    columns["digest:long"] = pa.array([digest(i) for i in items], pa.int64())
    for column, found in kinds.items():
        values = [i.properties.get(column) for i in items]
        if list in found:
            joined = [None if v is None else _joined(v, column) for v in values]  # type: ignore[arg-type]
            columns[f"{column}:string[]"] = pa.array(joined, pa.string())
        else:
            columns[f"{column}:{_TYPES[arrow_type(found)]}"] = pa.array(values, arrow_type(found))
    if "latitude" in kinds:
        points = [
            f"{{latitude: {p['latitude']}, longitude: {p['longitude']}}}" if "latitude" in p else None
            for p in (i.properties for i in items)
        ]
        columns["location:point{crs:WGS-84}"] = pa.array(points, pa.string())
    return pa.table(list(columns.values()), names=list(columns))


#: Names of the column types in the header of the CSV files.
_TYPES = {pa.string(): "string", pa.int64(): "long", pa.float64(): "double"}


def _head(items: Sequence[Node | Edge]) -> dict[str, list[str]]:
    nodes, edges = [i for i in items if isinstance(i, Node)], [i for i in items if isinstance(i, Edge)]
    if nodes:
        return {"id:ID": [n.id for n in nodes], ":LABEL": [_SEPARATOR.join(n.labels) for n in nodes]}
    return {
        "id:string": [e.id for e in edges],
        ":START_ID": [e.start for e in edges],
        ":END_ID": [e.end for e in edges],
        ":TYPE": [e.type for e in edges],
    }


def _write_table(path: Path, parts: Iterator[pa.Table]) -> None:
    with path.open("wb") as out:
        for n, table in enumerate(parts):
            if n == 0:
                out.write(",".join(table.column_names).encode() + b"\n")
            pa.csv.write_csv(table, out, pa.csv.WriteOptions(include_header=False, batch_size=BATCH))
