"""Tables for spreadsheets and data frames: CSV with safe cells, Parquet."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from graphkit.views.graph_files import LIST_MARK, flat
from graphkit.views.options import ExportOptions
from graphkit.views.property_graph import Content, Edge, Node, property_graph, property_names

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> str:
    """A cell that no spreadsheet runs: a leading = + - @ gets an apostrophe in front."""
    words = str(value)
    return "'" + words if words.startswith(_RISKY) and not _is_number(value) else words


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _write_csv(out: BinaryIO, header: list[str], rows: Iterable[list[object]]) -> None:
    """Rows as CSV with every cell made safe; streams row by row."""
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


def zip_member(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """A member with a fixed time stamp, so that equal graphs give equal archives."""
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data, compresslevel=archive.compresslevel)


def write_csv(content: Content, out: BinaryIO, options: ExportOptions) -> None:
    """One table (UTF-8 with BOM, as spreadsheets want it): nodes first, then relationships.

    Columns `_id`, `_labels`, `_start`, `_end`, `_type` as in Neo4j's own CSV of a whole graph, then the properties.
    """
    graph = property_graph(content)
    columns = sorted({*property_names(graph.nodes), *property_names(graph.edges)})

    def rows() -> Iterable[list[object]]:
        for n in graph.nodes:
            yield [n.id, LIST_MARK.join(n.labels), "", "", "", *_cells(n, columns)]
        for e in graph.edges:
            yield [e.id, "", e.start, e.end, e.type, *_cells(e, columns)]

    _write_csv(out, ["_id", "_labels", "_start", "_end", "_type", *columns], rows())


def _cells(item: Node | Edge, columns: list[str]) -> list[object]:
    return [flat(item.properties[c]) if c in item.properties else "" for c in columns]


def csv_folder(content: Content, folder: Path, options: ExportOptions) -> None:
    """nodes.csv and relationships.csv in a folder."""
    graph = property_graph(content)
    node_columns, edge_columns = property_names(graph.nodes), property_names(graph.edges)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "nodes.csv").open("wb") as out:
        nodes = ([n.id, LIST_MARK.join(n.labels), *_cells(n, node_columns)] for n in graph.nodes)
        _write_csv(out, ["id", "labels", *node_columns], nodes)
    with (folder / "relationships.csv").open("wb") as out:
        edges = ([e.id, e.type, e.start, e.end, *_cells(e, edge_columns)] for e in graph.edges)
        _write_csv(out, ["id", "type", "start", "end", *edge_columns], edges)


def write_parquet(content: Content, out: BinaryIO, options: ExportOptions) -> None:
    """A .zip with nodes.parquet and relationships.parquet; lists stay lists."""
    graph = property_graph(content)
    with zipfile.ZipFile(out, "w") as archive:
        for name, items, fixed in (
            ("nodes", graph.nodes, {"id": [n.id for n in graph.nodes], "labels": [n.labels for n in graph.nodes]}),
            (
                "relationships", graph.edges,
                {"id": [e.id for e in graph.edges], "type": [e.type for e in graph.edges],
                 "start": [e.start for e in graph.edges], "end": [e.end for e in graph.edges]},
            ),
        ):
            columns = {**fixed, **{c: [i.properties.get(c) for i in items] for c in property_names(items)}}
            buffer = io.BytesIO()
            pq.write_table(pa.table(columns), buffer, compression="zstd")
            zip_member(archive, f"{name}.parquet", buffer.getvalue())
