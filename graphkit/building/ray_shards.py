"""The shards of a build on a Ray cluster: Parquet files with the results of a task."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from graphkit.building.batch import Item, Known, Read
from graphkit.errors import UsageError
from graphkit.ledger import Entry
from graphkit.ledger.entry import Row
from graphkit.model import Failure, Ignored, NoReport, NotRead, Origin

_TEXT, _INT, _FLOAT = pa.string(), pa.int64(), pa.float64()


def _struct(**columns: pa.DataType) -> pa.DataType:
    return pa.struct(list(columns.items()))


_REPORT = _struct(
    **dict.fromkeys(
        (
            "id",
            "fingerprint",
            "sha256",
            "title",
            "date",
            "publisher",
            "place",
            "level",
            "url",
            "text",
            "extractor",
            "extractor_version",
        ),
        _TEXT,
    )
)
_MENTION = {"type": _TEXT, "name": _TEXT, "start": _INT, "end": _INT, "aliases": _TEXT, "anchor": _TEXT}
#: Name of a list in an Entry → type of its rows.
_LISTS = {
    "passages": _struct(report=_TEXT, kind=_TEXT, start=_INT, end=_INT, item=_INT),
    "utterances": _struct(report=_TEXT, start=_INT, end=_INT, type=_TEXT, speaker=_TEXT),
    "statements": _struct(
        id=_TEXT,
        report=_TEXT,
        relation=_TEXT,
        kind=_TEXT,
        status=_TEXT,
        speaker=_TEXT,
        date=_TEXT,
        start=_INT,
        end=_INT,
        rule=_TEXT,
        confidence=_FLOAT,
        **{f"s_{k}": v for k, v in _MENTION.items()},
        **{f"o_{k}": v for k, v in _MENTION.items()},
        date_basis=_TEXT,
    ),
}
#: One row for each input: `what` is read, known, failure, not read (with the kind), empty or ignored; the report and
#: its lists are set only if it was read.
SCHEMA = pa.schema(
    [
        ("part", pa.int32()),
        ("what", _TEXT),
        ("id", _TEXT),
        ("fingerprint", _TEXT),
        ("source", _TEXT),
        ("reason", _TEXT),
        ("report", _REPORT),
        ("words", pa.binary()),
        ("refused", pa.list_(_TEXT)),
        ("sketch", pa.binary()),
        ("inferred", pa.bool_()),
        ("unread_date", _TEXT),
        ("note", _TEXT),
        ("origin", _TEXT),
        *((name, pa.list_(kind)) for name, kind in _LISTS.items()),
    ]
)

_WHAT: dict[type, str] = {Failure: "failure", NoReport: "empty", Ignored: "ignored"}
_CLASS: dict[str, Any] = {what: kind for kind, what in _WHAT.items()}
_NOT_READ = "not read: "


class _Row(NamedTuple):
    """The columns of an item that are not structured."""

    part: int
    what: str
    id: str
    fingerprint: str
    source: str
    reason: str
    words: bytes
    refused: list[str]
    sketch: bytes
    inferred: bool
    unread_date: str
    note: str
    origin: str | None


def location_of(shards: str) -> tuple[pafs.FileSystem, str]:
    """Return the file system and the folder of the shards. Raises UsageError for an invalid location."""
    try:
        files, folder = pafs.FileSystem.from_uri(shards)
    except (pa.ArrowInvalid, OSError) as error:
        raise UsageError(f"shards {shards}: {error}") from None
    return files, folder


def make_private(files: pafs.FileSystem, folder: str) -> None:
    """Create the folder of the shards; on a local file system, only this user can access it."""
    if isinstance(files, pafs.LocalFileSystem):
        Path(folder).parent.mkdir(parents=True, exist_ok=True)
        Path(folder).mkdir(mode=0o700, exist_ok=True)
    else:
        files.create_dir(folder, recursive=True)


def read_shard(files: pafs.FileSystem, path: str, parts: int) -> list[list[Item]]:
    """Return the results in a shard for each part of its task."""
    found: list[list[Item]] = [[] for _ in range(parts)]
    with files.open_input_file(path) as file:
        table = pq.ParquetFile(file).read().combine_chunks()
    for part, item in _items(table):
        found[part].append(item)
    return found


def table_of(items: list[tuple[int, Item]]) -> pa.Table:
    """Return the items and the numbers of their parts as a table of SCHEMA, built column by column."""
    entries = [item.entry if isinstance(item, Read) else None for _, item in items]
    plain = [
        (
            n,
            *_plain(item),
            e.words if e else None,
            e.refused if e else None,
            e.sketch if e else None,
            e.inferred if e else None,
            item.unread_date if isinstance(item, Read) else None,
            item.note if isinstance(item, Read) else None,
            _origin_text(item),
        )
        for (n, item), e in zip(items, entries, strict=True)
    ]
    found = {
        name: pa.array(column, SCHEMA.field(name).type)
        for name, column in zip(_Row._fields, _columns(plain, len(_Row._fields)), strict=True)
    }
    names = [field.name for field in _REPORT]
    found["report"] = pa.array([e and dict(zip(names, e.report, strict=True)) for e in entries], _REPORT)
    for name, kind in _LISTS.items():
        lists = [getattr(e, name) if e else () for e in entries]
        ends = list(accumulate(map(len, lists), initial=0))
        columns = _columns([row for rows in lists for row in rows], kind.num_fields)
        values = pa.StructArray.from_arrays(
            [pa.array(c, field.type) for c, field in zip(columns, kind, strict=True)], fields=list(kind)
        )
        found[name] = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), values)
    return pa.table([found[name] for name in SCHEMA.names], schema=SCHEMA)


def _columns(rows: list[Any], number: int) -> list[Any]:
    return list(zip(*rows, strict=True)) or [()] * number


def _plain(item: Item) -> tuple[str, str | None, str | None, str, str | None]:
    """Return what, id, fingerprint, source and reason of an item."""
    if isinstance(item, NotRead):
        return f"{_NOT_READ}{item.kind}", None, None, item.source, item.reason
    if isinstance(item, (Failure, NoReport, Ignored)):
        return _WHAT[type(item)], None, None, item.source, item.reason
    return "read" if isinstance(item, Read) else "known", item.id, item.fingerprint, item.source, None


def _items(table: pa.Table) -> Iterator[tuple[int, Item]]:
    """Yield the items of a table of SCHEMA with the numbers of their parts."""
    plain = zip(*(table[name].to_pylist() for name in _Row._fields), strict=True)
    reports = zip(*(c.to_pylist() for c in table["report"].combine_chunks().flatten()), strict=True)
    lists = zip(*(_rows(table[name].combine_chunks()) for name in _LISTS), strict=True)
    for row, report, (passages, utterances, statements) in zip(map(_Row._make, plain), reports, lists, strict=True):
        if row.what == "read":
            refused = tuple(row.refused)
            entry = Entry(report, passages, row.words, utterances, statements, refused, row.sketch, row.inferred)
            yield row.part, Read(entry, row.source, row.unread_date, row.note, _origin(row.origin))
        elif row.what == "known":
            yield row.part, Known(row.id, row.fingerprint, row.source, _origin(row.origin))
        else:
            yield row.part, _other(row)


def _other(row: _Row) -> Item:
    """Return an input without a report."""
    if row.what.startswith(_NOT_READ):
        return NotRead(row.source, row.reason, row.what.removeprefix(_NOT_READ))
    if row.what == _WHAT[Ignored]:
        return Ignored(row.source, row.reason)
    found: Item = _CLASS[row.what](row.source, row.reason, origin=_origin(row.origin))
    return found


def _origin_text(item: Item) -> str | None:
    """Return the origin of an item as JSON, None if it has none."""
    origin = None if isinstance(item, Ignored) else item.origin
    return None if origin is None else json.dumps(astuple(origin))


def _origin(text: str | None) -> Origin | None:
    if text is None:
        return None
    fields, names, unused, options, rule, has_body = json.loads(text)
    pairs = tuple((field, place) for field, place in fields)
    return Origin(pairs, tuple(names), tuple(unused), tuple(options), rule, has_body)


def _rows(lists: pa.ListArray) -> Iterator[tuple[Row, ...]]:
    """Yield lists of structs as tuples of rows."""
    rows = list(zip(*(c.to_pylist() for c in lists.flatten().flatten()), strict=True))
    ends = list(accumulate(lists.value_lengths().to_pylist(), initial=0))
    return (tuple(rows[a:b]) for a, b in pairwise(ends))
