"""Sizes of the sheets of a workbook of Excel 5 to 2003 (.xls), before a library reads it.

A few bytes can claim a table of any size there, too. The file is a container (OLE) with a chain of sectors for each
stream; the stream `Workbook` consists of records, of which those of cells begin with row and column.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from graphkit.errors import ReadingError
from graphkit.reading.sheet_sizes import MAX_CELLS

_FREE = 0xFFFFFFFA
_NAMES = ("workbook", "book")
#: Streams below this size are in the sectors of the small streams.
_SMALL = 4096
_SHEET, _END, _ENCRYPTED = 0x85, 0x0A, 0x2F
#: Records of one cell that is not empty, and of several cells in a row.
_CELL = frozenset((0x203, 0x03, 0xFD, 0x204, 0x04, 0x27E, 0x06, 0x206, 0x406, 0x205, 0x05, 0xD6, 0x02))
_CELLS = 0xBD
_DAMAGED = "a damaged workbook: {}; save it again as .xlsx or .csv"


def check_old_sizes(data: bytes, source: str) -> None:
    """Raise ReadingError if a workbook (.xls) is damaged, encrypted or too large to be read."""
    try:
        stream = _workbook(data)
        starts = list(_sheets(stream))
        cells = sum(_sizes(stream, starts))
    except (struct.error, IndexError, ValueError) as error:
        raise ReadingError(source, _DAMAGED.format(error)) from None
    if cells > MAX_CELLS:
        raise ReadingError(
            source,
            f"{cells:,} cells from the first to the last row and column of its sheets; at most {MAX_CELLS:,} are read: "
            "delete the cells far from the table, or save it as .csv",
        )


def _workbook(data: bytes) -> bytes:
    """Return the stream with the sheets."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    small_size = 1 << struct.unpack_from("<H", data, 32)[0]
    if size not in (512, 4096) or small_size != 64:
        raise ValueError("its sectors have an unknown size")
    table = _table(data, size)
    directory = _chain(data, table, struct.unpack_from("<I", data, 48)[0], size, size)
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    for entry in entries:
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le", "replace").lower()
        if name in _NAMES and entry[66] == 2:
            start, length = struct.unpack_from("<II", entry, 116)
            if length >= _SMALL:
                return _chain(data, table, start, size, size)[:length]
            small = _chain(data, table, struct.unpack_from("<I", entries[0], 116)[0], size, size)
            small_table = _chain(data, table, struct.unpack_from("<I", data, 60)[0], size, size)
            numbers = struct.unpack(f"<{len(small_table) // 4}I", small_table)
            return _chain(small, numbers, start, small_size, 0)[:length]
    raise ValueError("it holds no sheets; it may be encrypted or another kind of file")


def _table(data: bytes, size: int) -> tuple[int, ...]:
    """Return for each sector the number of the next one of its stream."""
    sectors = list(struct.unpack_from("<109I", data, 76))
    more, seen = struct.unpack_from("<I", data, 68)[0], 0
    while more < _FREE and seen * size < len(data):
        numbers = struct.unpack_from(f"<{size // 4}I", data, (more + 1) * size)
        sectors += numbers[:-1]
        more = numbers[-1]
        seen += 1
    used = [s for s in sectors if s < _FREE]
    if len(used) * size > len(data):
        raise ValueError("its table of sectors is larger than the file")
    return tuple(n for s in used for n in struct.unpack_from(f"<{size // 4}I", data, (s + 1) * size))


def _chain(data: bytes, table: tuple[int, ...], start: int, size: int, first: int) -> bytes:
    """Return the sectors of a stream. first: where sector 0 begins."""
    parts: list[bytes] = []
    while start < _FREE:
        at = first + start * size
        parts.append(data[at : at + size])
        start = table[start]
        if len(parts) * size > len(data) + size:
            raise ValueError("a chain of sectors has no end")
    return b"".join(parts)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records from a place to the end of the sheet, each with its kind."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _END:
            return
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _sheets(stream: bytes) -> Iterator[int]:
    """Yield where each sheet begins."""
    for kind, body in _records(stream, 0):
        if kind == _ENCRYPTED:
            raise ValueError("it is encrypted; save it without a password")
        if kind == _SHEET:
            yield struct.unpack_from("<I", body)[0]


def _sizes(stream: bytes, starts: list[int]) -> Iterator[int]:
    """Yield the number of cells of each sheet, from its first row and column to its last ones."""
    known: dict[int, int] = {}
    left = 4 * len(stream) + 1_000_000
    for start in starts:
        if start not in known:
            rows, columns = [], []
            for kind, body in _records(stream, start):
                left -= len(body) + 4
                if kind in _CELL or kind == _CELLS:
                    row, column = struct.unpack_from("<HH", body)
                    rows.append(row)
                    columns += (
                        [column, struct.unpack_from("<H", body, len(body) - 2)[0]] if kind == _CELLS else [column]
                    )
                if left < 0:
                    raise ValueError("its sheets overlap")
            known[start] = (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1) if rows else 0
        yield known[start]
