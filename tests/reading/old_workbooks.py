"""Writes small workbooks of Excel 97 (.xls) for tests, without a spreadsheet program."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_WORKBOOK, _SHEET = 0x0005, 0x0010


def xls(sheets: Mapping[str, Sequence[Sequence[object]]], *, extra: Sequence[tuple[int, int]] = ()) -> bytes:
    """Return a workbook with the rows of the sheets. extra: rows and columns of more cells of each sheet."""
    bodies = [_sheet(rows, extra) for rows in sheets.values()]
    names = [name.encode("utf-16-le") for name in sheets]
    start = len(_begin(_WORKBOOK)) + sum(4 + 8 + len(name) for name in names) + 4
    listed = b""
    for name, body in zip(names, bodies, strict=True):
        listed += _record(0x85, struct.pack("<IHBB", start, 0, len(name) // 2, 1) + name)
        start += len(body)
    return container(_begin(_WORKBOOK) + listed + _record(0x0A) + b"".join(bodies))


def _begin(kind: int) -> bytes:
    return _record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0x600))


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _sheet(rows: Sequence[Sequence[object]], extra: Sequence[tuple[int, int]]) -> bytes:
    cells = b""
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            at = struct.pack("<HHH", number, column, 0)
            if isinstance(cell, (int, float)):
                cells += _record(0x203, at + struct.pack("<d", cell))
            else:
                words = str(cell).encode("utf-16-le")
                cells += _record(0x204, at + struct.pack("<HB", len(words) // 2, 1) + words)
    for row_number, column in extra:
        cells += _record(0x203, struct.pack("<HHHd", row_number, column, 0, 1.0))
    return _begin(_SHEET) + cells + _record(0x0A)


def container(stream: bytes, name: str = "Workbook") -> bytes:
    """Return an OLE file with one stream."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // _SECTOR)
    tables = 1
    while tables * (_SECTOR // 4) < count + 1 + tables:
        tables += 1
    table = [*range(1, count), _END, _END, *([_FAT] * tables)]
    table += [_FREE] * (tables * (_SECTOR // 4) - len(table))
    entries = (
        _entry("Root Entry", 5, 1, _END, 0) + _entry(name, 2, _FREE, 0, len(stream)) + _entry("", 0, _FREE, 0, 0) * 2
    )
    places = [count + 1 + n for n in range(tables)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, tables, count, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", *places, *([_FREE] * (109 - tables)))
    return header + stream.ljust(count * _SECTOR, b"\0") + entries + struct.pack(f"<{len(table)}I", *table)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    words = f"{name}\0".encode("utf-16-le") if name else b""
    entry = words.ljust(64, b"\0") + struct.pack("<HBBIII", len(words), kind, 1, _FREE, _FREE, child)
    return entry + bytes(36) + struct.pack("<III", start, size, 0)
