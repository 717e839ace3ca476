"""Divides the inputs into parts, which can be read independently, by other processes or machines.

A part consists of a few small files, a range of lines of a JSONL file, or some members of an archive. The parts depend
only on the inputs.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from graphkit.model import Failure
from graphkit.reading.archives import open_archive
from graphkit.reading.arrivals import as_they_arrive
from graphkit.reading.identity import MEMORY
from graphkit.reading.naming import is_archive, is_tar, source_name
from graphkit.reading.sources import (
    MAX_PIECE_LINE,
    Found,
    default_id,
    is_json_document,
    is_lines,
    is_table,
    packed_members,
    read_input,
    read_lines,
    read_members,
    read_packed,
)
from graphkit.reading.tar_files import Member, Packed

#: Approximate size of a part in bytes of text: about a hundred short reports.
PART_BYTES = 160 * 1024
#: Maximum number of files or members of a part.
PART_FILES = 64
#: Number of reports of one table (CSV, standard input) in a part.
PART_ROWS = 64
#: An iterator that takes longer for an item, in seconds, is slow: what it has yielded is read at once.
SLOW = 0.05


@dataclass(frozen=True, slots=True)
class Piece:
    """A file or a range of it.

    Attributes
    ----------
    start, end
        Bytes of a JSONL file, or numbers of members of an archive. If `end` is -1, the piece is the whole file.
    line
        Number of lines before the range.
    state
        Size and time of change of the file when it was divided.
    last
        Whether this is the last piece of the file.
    found
        The reports that were read already, if the file cannot be read in ranges.
    name
        The default id of its report, or the beginning of the ids of its reports (`sources.default_id`).
    members
        The members of an archive that can only be read from its beginning, with their bytes.
    """

    path: str
    start: int = 0
    end: int = -1
    line: int = 0
    state: tuple[int, int] = (0, 0)
    last: bool = True
    found: tuple[Found, ...] | None = None
    name: str = ""
    members: tuple[Member, ...] | None = None


Part = tuple[Piece, ...]


def cut(paths: Iterable[Path | str], roots: Collection[str] = ()) -> Iterator[Part]:
    """Yield the parts of the files, in the order of the files. They are listed while they are read, to save memory.

    roots: absolute paths of the folders below which ids are locations.
    """
    waiting: list[Piece] = []
    size = 0
    for path in paths:
        for piece, weight in _pieces(path, default_id(path, roots)):
            if waiting and (size + weight > PART_BYTES or len(waiting) >= PART_FILES):
                yield tuple(waiting)
                waiting, size = [], 0
            waiting.append(piece)
            size += weight
            if size >= PART_BYTES:
                yield tuple(waiting)
                waiting, size = [], 0
    if waiting:
        yield tuple(waiting)


def parts_in_memory(reports: Iterable[Found], most: int = PART_ROWS) -> Iterator[Part]:
    """Yield parts of at most `most` reports that are not in files, and of what was found instead of them."""
    found: list[Found] = []
    is_empty = True
    asked = time.monotonic()
    for item in reports:
        found.append(item)
        if len(found) >= most or time.monotonic() - asked > SLOW:
            yield (Piece(MEMORY, last=False, found=tuple(found)),)
            found, is_empty = [], False
        asked = time.monotonic()
    if found or not is_empty:
        yield (Piece(MEMORY, found=tuple(found)),)


def read_piece(piece: Piece) -> Iterator[Found]:
    """Yield the reports of a piece, or a Failure if its file has changed since it was divided."""
    if piece.found is not None:
        yield from piece.found
    elif piece.members is not None:
        for member in piece.members:
            yield from read_packed(member, piece.name)
    elif piece.end < 0:
        yield from read_input(Path(piece.path), piece.name)
    else:
        try:
            now = _state(Path(piece.path))
        except OSError as error:
            yield Failure(source_name(piece.path), f"cannot be read: {error.strerror or error}")
            return
        if now != piece.state:
            yield Failure(source_name(piece.path), "the file was changed while it was being read; read it again")
        elif is_archive(piece.path):
            yield from read_members(Path(piece.path), piece.start, piece.end, piece.name)
        else:
            yield from read_lines(Path(piece.path), piece.start, piece.end, piece.line, piece.name)


def _pieces(path: Path | str, name: str) -> Iterator[tuple[Piece, int]]:
    """Yield the pieces of a file with their sizes in bytes."""
    if isinstance(path, str) or is_table(path.name):
        yield from _rows(path, name)
        return
    if is_tar(path.name):
        yield from _packed(path, name)
        return
    try:
        state = _state(path)
        if is_archive(path.name):
            found = list(_members(path, state, name))
        elif state[0] > PART_BYTES and is_json_document(path):
            yield from _rows(path, name)
            return
        elif is_lines(path.name) and state[0] > PART_BYTES:
            yield from _lines(path, state, name)
            return
        else:
            found = []
    except Exception:  # A broken directory of an archive may raise anything.
        found, state = [], (0, 0)  # Reading the archive reports the cause.
    yield from found or [(Piece(str(path), state=state, name=name), state[0])]


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _rows(path: Path | str, name: str) -> Iterator[tuple[Piece, int]]:
    if isinstance(path, str):
        for arrived in as_they_arrive(read_input(path, name), PART_ROWS):
            yield Piece(path, last=False, found=tuple(arrived), name=name), PART_BYTES
        yield Piece(path, found=(), name=name), PART_BYTES
        return
    rows: list[Found] = []
    for row in read_input(path, name):
        rows.append(row)
        if len(rows) >= PART_ROWS:
            yield Piece(str(path), last=False, found=tuple(rows), name=name), PART_BYTES
            rows = []
    yield Piece(str(path), found=tuple(rows), name=name), PART_BYTES


def _packed(path: Path, name: str) -> Iterator[tuple[Piece, int]]:
    """Yield the members of an archive made by tar. An archive without files is read by `read_input`, which reports it."""
    waiting: list[Member] = []
    size = 0
    for member in packed_members(path):
        bytes_of = len(member.data) if isinstance(member, Packed) else 0
        if waiting and (size + bytes_of > 8 * PART_BYTES or len(waiting) >= 8 * PART_FILES):
            yield Piece(str(path), last=False, name=name, members=tuple(waiting)), size
            waiting, size = [], 0
        waiting.append(member)
        size += bytes_of
    yield Piece(str(path), name=name, members=tuple(waiting) if waiting else None), size


def _lines(path: Path, state: tuple[int, int], name: str) -> Iterator[tuple[Piece, int]]:
    """Yield ranges of a file of lines. A blank range is joined with the next one: only a blank file is empty."""
    with path.open("rb") as file:
        start = line = lines = 0
        waiting: Piece | None = None
        blank = True
        while file.tell() < state[0]:
            block = file.read(PART_BYTES)
            if not block:
                break
            blank = blank and not block.strip()
            lines += block.count(b"\n")
            while block and not block.endswith(b"\n"):
                block = file.readline(MAX_PIECE_LINE)
                blank = blank and not block.strip()
                lines += block.endswith(b"\n")
            if blank:
                continue
            if waiting is not None:
                yield waiting, waiting.end - waiting.start
            end = min(file.tell(), state[0])
            waiting = Piece(str(path), start, end, line, state, last=False, name=name)
            start, line, blank = end, lines, True
        if waiting is None:
            waiting = Piece(str(path), 0, state[0], 0, state, name=name)
        yield replace(waiting, end=state[0], last=True), state[0] - waiting.start


def _members(path: Path, state: tuple[int, int], name: str) -> Iterator[tuple[Piece, int]]:
    sizes = [i.file_size for i in open_archive(path).members]
    start = size = 0
    for number, bytes_of in enumerate(sizes):
        if number > start and (size + bytes_of > 8 * PART_BYTES or number - start >= 8 * PART_FILES):
            yield Piece(str(path), start, number, 0, state, last=False, name=name), size
            start, size = number, 0
        size += bytes_of
    if sizes:
        yield Piece(str(path), start, len(sizes), 0, state, name=name), size
