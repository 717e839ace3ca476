"""Tables for spreadsheets and data frames: CSV without formulas, and Parquet."""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from graphkit.export.graph_files import LIST_SEPARATOR, flat
from graphkit.stores.content import Content
from graphkit.stores.options import ExportOptions
from graphkit.stores.property_graph import Edge, Node, PropertyGraph, property_kinds

#: Cells that a spreadsheet may interpret: a formula, also after white space and invisible characters, or a leading tab
#: or line break.
_RISKY = re.compile("[\t\r\n]|[\\s\ufeff\u200b-\u200f\u2060]*[=+\\-@＝＋－＠]")


def safe_cell(value: object) -> str:
    """Return the text of a cell, with an apostrophe in front if a spreadsheet would interpret it as a formula.

    Texts that begin with apostrophes before a formula also get one, so that `read_cell` restores all texts.
    """
    words = str(value)
    return "'" + words if _RISKY.match(words.lstrip("'")) and not _is_number(value) else words


def read_cell(words: str) -> str:
    """Return the original text of a cell that `safe_cell` has written."""
    return words[1:] if words.startswith("'") and _RISKY.match(words.lstrip("'")) else words


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _write_csv(out: BinaryIO, header: list[str], rows: Iterable[list[object]], *, bom: bool) -> None:
    """Write rows as CSV with `safe_cell`, one row at a time. bom: with a byte order mark."""
    if bom:
        out.write(b"\xef\xbb\xbf")
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([safe_cell(c) for c in row])
        out.write(buffer.getvalue().encode("utf-8"))
        buffer.seek(0)
        buffer.truncate()
    out.write(buffer.getvalue().encode("utf-8"))


def zip_member(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    """Add a file to an archive. All members have the same time stamp, so that equal graphs have equal archives."""
    with (
        path.open("rb") as source,
        archive.open(name, "w", force_zip64=path.stat().st_size > zipfile.ZIP64_LIMIT) as member,
    ):
        shutil.copyfileobj(source, member, 1 << 20)


#: Properties in the first columns, which are read most, and in the last ones, which are for programs. Others are between
#: them, ordered by name.
_FIRST = (
    "title", "date", "publisher", "place", "relation", "status", "kind", "value", "number", "confidence", "evidence",
    "aliases", "investment", "investment_cny", "area", "area_m2",
)  # fmt: skip
_LAST = ("rules", "reports", "spans", "code", "report_id", "sha256")
#: Number of names of nodes that are kept while relationships are written.
_MOST_NAMES = 50_000


def _ordered(columns: Iterable[str]) -> list[str]:
    """Return names of properties in the order of their columns."""
    known = set(columns)
    middle = sorted(known - {*_FIRST, *_LAST})
    return [*(c for c in _FIRST if c in known), *middle, *(c for c in _LAST if c in known)]


def write_csv(content: Content, out: BinaryIO, options: ExportOptions) -> None:
    """Write one table with nodes, followed by relationships, in UTF-8.

    The columns `_id`, `_labels`, `_start`, `_end` and `_type` have the names that CSV exports of Neo4j use.
    """
    graph = content.property_graph()
    columns = _ordered({*property_kinds(graph.nodes), *property_kinds(graph.edges)} - {"name"})
    name_of = _names(graph)

    def rows() -> Iterable[list[object]]:
        for n in graph.nodes:
            name = n.properties.get("name", "")
            yield [name, LIST_SEPARATOR.join(n.labels), "", "", "", *_cells(n, columns), n.id, "", ""]
        for e in graph.edges:
            yield ["", "", name_of(e.start), e.type, name_of(e.end), *_cells(e, columns), e.id, e.start, e.end]

    header = ["name", "_labels", "start_name", "_type", "end_name", *columns, "_id", "_start", "_end"]
    _write_csv(out, header, rows(), bom=options.bom)


def _cells(item: Node | Edge, columns: list[str]) -> list[object]:
    return [flat(item.properties[c]) if c in item.properties else "" for c in columns]


def _names(graph: PropertyGraph) -> Callable[[str], object]:
    """Return a function that looks up the name of a node by its id."""

    @lru_cache(_MOST_NAMES)
    def name_of(node_id: str) -> object:
        return next((n.properties.get("name", "") for n in graph.nodes.with_ids([node_id])), "")

    return name_of


def csv_folder(content: Content, folder: Path, options: ExportOptions) -> None:
    """Write nodes.csv and relationships.csv to a folder."""
    graph = content.property_graph()
    node_columns = _ordered({*property_kinds(graph.nodes)} - {"name"})
    edge_columns = _ordered(property_kinds(graph.edges))
    name_of = _names(graph)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "nodes.csv").open("wb") as out:
        nodes = (
            [n.properties.get("name", ""), LIST_SEPARATOR.join(n.labels), *_cells(n, node_columns), n.id]
            for n in graph.nodes
        )
        _write_csv(out, ["name", "labels", *node_columns, "id"], nodes, bom=options.bom)
    with (folder / "relationships.csv").open("wb") as out:
        edges = (
            [name_of(e.start), e.type, name_of(e.end), *_cells(e, edge_columns), e.start, e.end, e.id]
            for e in graph.edges
        )
        header = ["start_name", "type", "end_name", *edge_columns, "start", "end", "id"]
        _write_csv(out, header, edges, bom=options.bom)


#: Number of rows in a row group of a Parquet file.
GROUP = 20_000


def write_parquet(content: Content, out: BinaryIO, options: ExportOptions) -> None:
    """Write a .zip file with nodes.parquet and relationships.parquet. Lists remain lists."""
    graph = content.property_graph()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        path = Path(folder) / "nodes.parquet"
        nodes = ({"id": n.id, "labels": n.labels, **n.properties} for n in graph.nodes)
        _write_parquet(path, {"id": {str}, "labels": {list}, **property_kinds(graph.nodes)}, nodes)
        zip_member(archive, path.name, path)
        path = Path(folder) / "relationships.parquet"
        edges = ({"id": e.id, "type": e.type, "start": e.start, "end": e.end, **e.properties} for e in graph.edges)
        _write_parquet(
            path, {**{name: {str} for name in ("id", "type", "start", "end")}, **property_kinds(graph.edges)}, edges
        )
        zip_member(archive, path.name, path)


def arrow_type(kinds: set[type]) -> pa.DataType:
    """Return the type of a column with values of these types."""
    if list in kinds:
        return pa.list_(pa.string())
    if str in kinds:
        return pa.string()
    return pa.float64() if float in kinds else pa.int64()


def _write_parquet(path: Path, columns: dict[str, set[type]], rows: Iterator[dict[str, Any]]) -> None:
    schema = pa.schema([(name, arrow_type(kinds)) for name, kinds in columns.items()])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while part := list(islice(rows, GROUP)):
            writer.write_table(
                pa.table(
                    {name: pa.array([r.get(name) for r in part], schema.field(name).type) for name in columns}, schema
                )
            )
