"""Writes tables to files: Excel, CSV, Parquet, DuckDB, SQLite and JSON Lines."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from graphkit.errors import UsageError
from graphkit.export.tables import safe_cell
from graphkit.stores.content import Content
from graphkit.tabular.codebook import TABLES, Column, Heads, check_table, codebook
from graphkit.tabular.filters import Filters
from graphkit.tabular.frames import arrow_table, batches, required, schema_of
from graphkit.tabular.rows import rows_of
from graphkit.tabular.spreadsheet import Sheet, write_workbook
from graphkit.vocabulary import check_name

_SQLITE = {"text": "TEXT", "integer": "INTEGER", "number": "REAL", "day": "TEXT"}
#: Name of the table of columns in workbooks and databases.
CODEBOOK = "codebook"


@dataclass(frozen=True, slots=True)
class Request:
    """What is written. tables: at least one; heads: language of the names of columns; bom: as for `export_tables`."""

    content: Content
    tables: tuple[str, ...]
    heads: Heads
    filters: Filters
    bom: bool = True

    def columns(self, table: str) -> tuple[Column, ...]:
        return codebook()[table]

    def header(self, table: str) -> list[str]:
        return [c.head(self.heads) for c in self.columns(table)]

    def rows(self, table: str) -> Iterator[list[Any]]:
        """Yield the values of each row. A missing text is "", any other missing value None."""
        columns = self.columns(table)
        for row in rows_of(self.content, table, self.filters):
            values = [row.get(c.name) for c in columns]
            yield ["" if v is None and c.kind == "text" else v for v, c in zip(values, columns, strict=True)]

    def codebook(self) -> Iterator[list[str]]:
        """Yield table, column, Chinese head, type and description of each column of the tables."""
        for table in self.tables:
            yield from ([table, c.name, c.zh, c.kind, c.description] for c in self.columns(table))


_CODEBOOK_HEADER = ["table", "column", "zh", "type", "description"]


def write_xlsx(request: Request, out: BinaryIO) -> None:
    """Write a workbook with a sheet for each table and one with the codebook."""
    sheets: list[Sheet] = [(t, request.header(t), request.rows(t)) for t in request.tables]
    write_workbook(out, [*sheets, (CODEBOOK, _CODEBOOK_HEADER, request.codebook())])


def write_csv(request: Request, out: BinaryIO) -> None:
    """Write one table as CSV in UTF-8, with a byte order mark if the request asks for it, and without formulas."""
    (table,) = request.tables
    text = io.TextIOWrapper(out, encoding="utf-8-sig" if request.bom else "utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe_cell(head) for head in request.header(table)])
    for row in request.rows(table):
        writer.writerow(["" if v is None else safe_cell(v) for v in row])
    text.detach()


def write_jsonl(request: Request, out: BinaryIO) -> None:
    """Write one table as JSON Lines. Days are texts."""
    (table,) = request.tables
    header = request.header(table)
    for row in request.rows(table):
        values = {h: v.isoformat() if isinstance(v, date) else v for h, v in zip(header, row, strict=True)}
        out.write(json.dumps(values, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")


def write_parquet(request: Request, out: BinaryIO) -> None:
    """Write one table as a Parquet file."""
    (table,) = request.tables
    with pq.ParquetWriter(pa.PythonFile(out, "w"), schema_of(table, request.heads), compression="zstd") as writer:
        for batch in batches(request.content, table, request.heads, request.filters):
            writer.write_batch(batch)


def write_sqlite(request: Request, out: BinaryIO) -> None:
    """Write an SQLite database with the tables and the codebook. Days are texts, as SQLite's functions expect."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.sqlite"
        db = sqlite3.connect(path)
        for table in request.tables:
            columns = [(c.head(request.heads), _SQLITE[c.kind]) for c in request.columns(table)]
            db.execute(f"CREATE TABLE {_quoted(table)} ({', '.join(f'{_quoted(n)} {kind}' for n, kind in columns)})")
            rows = ([v.isoformat() if isinstance(v, date) else v for v in row] for row in request.rows(table))
            db.executemany(f"INSERT INTO {_quoted(table)} VALUES ({','.join('?' * len(columns))})", rows)
        db.execute(f"CREATE TABLE {CODEBOOK} ({', '.join(f'{_quoted(n)} TEXT' for n in _CODEBOOK_HEADER)})")
        db.executemany(f"INSERT INTO {CODEBOOK} VALUES (?,?,?,?,?)", request.codebook())
        db.commit()
        db.close()
        _copy(path, out)


def write_duckdb(request: Request, out: BinaryIO) -> None:
    """Write a DuckDB database with the tables and the codebook. Needs the package duckdb."""
    duckdb = required("duckdb")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.duckdb"
        db = duckdb.connect(str(path))
        for table in request.tables:
            db.register("rows_of_table", arrow_table(request.content, table, request.heads, request.filters))
            db.execute(f"CREATE TABLE {_quoted(table)} AS SELECT * FROM rows_of_table")
            db.unregister("rows_of_table")
        db.execute(f"CREATE TABLE {CODEBOOK} ({', '.join(f'{_quoted(n)} VARCHAR' for n in _CODEBOOK_HEADER)})")
        db.executemany(f"INSERT INTO {CODEBOOK} VALUES (?,?,?,?,?)", list(request.codebook()))
        db.close()
        _copy(path, out)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _copy(path: Path, out: BinaryIO) -> None:
    with path.open("rb") as file:
        shutil.copyfileobj(file, out, 1 << 20)


#: Format → function, ending, and whether a file has several tables.
FORMATS: dict[str, tuple[Callable[[Request, BinaryIO], None], str, bool]] = {
    "xlsx": (write_xlsx, ".xlsx", True),
    "csv": (write_csv, ".csv", False),
    "parquet": (write_parquet, ".parquet", False),
    "duckdb": (write_duckdb, ".duckdb", True),
    "sqlite": (write_sqlite, ".sqlite", True),
    "jsonl": (write_jsonl, ".jsonl", False),
}
#: Formats that exist for tables only; csv and parquet are also formats of the property graph.
ONLY_TABLES = ("xlsx", "duckdb", "sqlite", "jsonl")


def check_tables(format_: str, tables: Sequence[str], to: object) -> tuple[str, ...]:
    """Return the tables to write, all if none is given. to: where they are written.

    Raises UsageError for an unknown format or table, and for several tables in a file that has only one.
    """
    if check_name("format of tables", format_, FORMATS) == "duckdb":
        required("duckdb")
    found = tuple(dict.fromkeys(check_table(t) for t in tables)) or tuple(TABLES)
    if len(found) > 1 and not FORMATS[format_][2] and not is_folder(to):
        raise UsageError(
            f"a file in the format {format_} has one table: select it, or write all tables into a folder "
            "(a path that ends in /)"
        )
    return found


def is_folder(to: object) -> bool:
    """Tell whether the tables are written into a folder: it exists, or its name ends in a slash."""
    return isinstance(to, (str, Path)) and (str(to).endswith("/") or Path(to).is_dir())
