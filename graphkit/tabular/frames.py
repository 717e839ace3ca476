"""Tables as Arrow tables, and as data frames of pandas and polars."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from typing import Any

import pyarrow as pa

from graphkit.errors import UsageError
from graphkit.stores.content import Content
from graphkit.tabular.codebook import Column, Heads, codebook
from graphkit.tabular.filters import Filters
from graphkit.tabular.rows import Row, rows_of
from graphkit.vocabulary import check_name

#: Libraries of data frames.
LIBRARIES = ("pandas", "polars", "arrow")
#: Number of rows that are converted together.
BATCH = 20_000
_TYPES = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "day": pa.date32()}


def schema_of(table: str, heads: Heads) -> pa.Schema:
    """Return the names and types of the columns."""
    return pa.schema([(c.head(heads), _TYPES[c.kind]) for c in codebook()[table]])


def batches(content: Content, table: str, heads: Heads, filters: Filters) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a table in batches."""
    schema, columns = schema_of(table, heads), codebook()[table]
    rows = rows_of(content, table, filters)
    while part := list(islice(rows, BATCH)):
        yield pa.RecordBatch.from_arrays([_array(part, c) for c in columns], schema=schema)


def _array(rows: list[Row], column: Column) -> pa.Array:
    name = column.name
    if column.kind == "text":
        return pa.array([row.get(name) or "" for row in rows], pa.string())
    return pa.array([row.get(name) for row in rows], _TYPES[column.kind])


def arrow_table(content: Content, table: str, heads: Heads, filters: Filters) -> pa.Table:
    """Return a table in memory."""
    found = batches(content, table, heads, filters)
    return pa.Table.from_batches(found, schema=schema_of(table, heads))


def check_library(library: str) -> str:
    """Return the name of a library of data frames. Raises UsageError for an unknown or missing one."""
    if check_name("library", library, LIBRARIES) != "arrow":
        required(library)
    return library


def required(module: str) -> Any:
    """Return an optional module. Raises UsageError, which names the package, if it is not installed."""
    try:
        return import_module(module)
    except ImportError:
        raise UsageError(f"this needs {module}, which is not installed: run `pip install {module}`") from None


def framed(table: pa.Table, library: str) -> Any:
    """Return an Arrow table as a data frame. In pandas, days are datetime64, and integers can be missing (Int64)."""
    if library == "arrow":
        return table
    if library == "polars":
        return required("polars").from_arrow(table)
    pandas = required("pandas")
    types = {pa.int64(): pandas.Int64Dtype()}
    return table.to_pandas(types_mapper=types.get, date_as_object=False)
