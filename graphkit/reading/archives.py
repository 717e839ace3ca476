"""Reads .zip archives member by member, without unpacking them to disk. It reports why a member is not read."""

from __future__ import annotations

import io
import lzma
import os
import struct
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from graphkit.errors import ReadingError
from graphkit.model import Ignored, NotRead
from graphkit.reading.decoding import decode
from graphkit.reading.naming import is_archive, is_system_file, printable, unknown_kind

#: Maximum unpacked size of all members of an archive together, in bytes.
MAX_ARCHIVE = 4 * 1024 * 1024 * 1024
#: Maximum unpacked size of a member as a multiple of its packed size.
MAX_RATIO = 200
#: Unpacked size up to which MAX_RATIO does not apply, in bytes.
SMALL = 1_000_000
#: Maximum number of members of an archive.
MAX_MEMBERS = 500_000
#: Size of the header of a member before its name, and of an entry in the directory of the archive, in bytes.
_LOCAL_HEADER = 30
_ENTRY = 46
_ENCRYPTED = 1
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, struct.error)


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive. `members` are its files in the order of their names."""

    file: zipfile.ZipFile
    members: list[zipfile.ZipInfo]
    key: tuple[str, int, int]


_opened = threading.local()


def open_archive(path: Path) -> Archive:
    """Return an archive, which stays open until another one is opened or `close_archive` is called.

    Its directory is therefore read once. Raises ReadingError if the archive is damaged or too large, or if its members
    overlap.
    """
    state = path.stat()
    key = (str(path), state.st_size, state.st_mtime_ns)
    archive: Archive | None = getattr(_opened, "archive", None)
    if archive is not None and archive.key == key:
        return archive
    close_archive()
    source = printable(str(path))
    with path.open("rb") as file:
        count = _count(file)
    archive = _checked(path, source, count, key)
    _opened.archive = archive
    return archive


def _checked(path: Path | IO[bytes], source: str, count: int, key: tuple[str, int, int]) -> Archive:
    if count > MAX_MEMBERS:
        raise ReadingError(source, f"about {count:,} members; an archive has at most {MAX_MEMBERS:,}: split it")
    try:
        file = zipfile.ZipFile(path)
    except (*BROKEN, NotImplementedError, ValueError, OverflowError) as error:
        raise ReadingError(source, f"not a whole .zip file: {error}") from None
    try:
        check_members(file, source)
    except BaseException:
        file.close()
        raise
    return Archive(file, sorted((i for i in file.infolist() if not i.is_dir()), key=lambda i: i.filename), key)


def close_archive() -> None:
    """Close the archive that this thread has opened last."""
    archive: Archive | None = getattr(_opened, "archive", None)
    if archive is not None:
        archive.file.close()
    _opened.archive = None


def member_count(path: Path) -> int:
    """Return the approximate number of members of an archive from its last bytes, 0 if it is not known."""
    with path.open("rb") as file:
        return _count(file)


def _count(file: IO[bytes]) -> int:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 66_000))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 20:
        return 0
    count, directory = struct.unpack("<HI", tail[at + 10 : at + 16])
    if directory == 0xFFFFFFFF:
        return min(size // (_ENTRY + _LOCAL_HEADER), MAX_MEMBERS)
    # The count has only 16 bits; a large directory has more entries.
    return count if directory < _ENTRY * 0x10000 else int(directory // _ENTRY)


def check_members(file: zipfile.ZipFile, source: str) -> None:
    """Raise ReadingError if an archive has too many members, is too large when unpacked, or if its members overlap."""
    members = file.infolist()
    if len(members) > MAX_MEMBERS:
        raise ReadingError(source, f"{len(members):,} members; an archive has at most {MAX_MEMBERS:,}: split it")
    total = sum(i.file_size for i in members)
    if total > MAX_ARCHIVE:
        raise ReadingError(source, f"unpacks to {total:,} bytes; at most {MAX_ARCHIVE:,} are read: split it")
    end = 0
    for member in sorted(members, key=lambda i: i.header_offset):
        if member.header_offset < end:
            raise ReadingError(
                source, f"the members of the archive overlap (at {printable(member.filename)}); refused as a bomb"
            )
        end = member.header_offset + _LOCAL_HEADER + len(member.filename) + member.compress_size


def read_member(
    archive: Archive, info: zipfile.ZipInfo, source: str, largest: int, is_known: Callable[[str], bool]
) -> bytes | NotRead | Ignored:
    """Return the bytes of a member, or why it is not read.

    source: its name in messages. Raises ReadingError if the member is damaged or refused.
    """
    refused = refusal(member_name(info), source, is_known)
    if refused is not None:
        return refused
    if info.flag_bits & _ENCRYPTED:
        raise ReadingError(source, "the member is encrypted; unpack the archive with its password first")
    if info.file_size > largest or info.file_size > max(MAX_RATIO * info.compress_size, SMALL):
        raise ReadingError(source, f"{info.compress_size:,} packed bytes claim {info.file_size:,}; refused as a bomb")
    try:
        with archive.file.open(info) as file:
            data = file.read(largest + 1)
    except NotImplementedError as error:
        raise ReadingError(
            source, f"the member cannot be unpacked here: {error}; pack it with the method deflate"
        ) from None
    except (*BROKEN, RuntimeError) as error:
        raise ReadingError(source, f"the member is damaged: {error}") from None
    if len(data) > largest:
        raise ReadingError(source, f"more than {largest:,} bytes unpacked")
    return data


def refusal(name: str, source: str, is_known: Callable[[str], bool]) -> NotRead | Ignored | None:
    """Return why a member with this name is not read, None if it is.

    Raises ReadingError if its path leads out of the archive.
    """
    inner = PurePosixPath(name)
    if inner.is_absolute() or ".." in inner.parts or ("\\" in name and ".." in name):
        raise ReadingError(source, "a member with a path out of the archive; it is not read")
    if is_hidden(name):
        return Ignored(source, "a hidden or system file")
    if is_archive(inner.name):
        return NotRead(source, "an archive inside an archive: unpack it first", "unknown type")
    return None if is_known(inner.name) else NotRead(source, unknown_kind(inner.name))


def is_hidden(name: str) -> bool:
    """Tell whether a member is a hidden or system file, or in such a folder."""
    return any(is_system_file(part) for part in PurePosixPath(name).parts)


def member_name(info: zipfile.ZipInfo) -> str:
    """Return the name of a member. The names in old Chinese archives are GB18030, which zipfile decodes as CP437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return decode(info.filename.encode("cp437"), "name")
    except (UnicodeEncodeError, ReadingError):
        return info.filename


def members_of_bytes(data: bytes, source: str) -> Iterator[tuple[Archive, zipfile.ZipInfo, str]]:
    """Yield the members of an archive in memory, each with its name in messages."""
    archive = _checked(io.BytesIO(data), source, _count(io.BytesIO(data)), ("", 0, 0))
    with archive.file:
        for info in archive.members:
            yield archive, info, f"{source}!{printable(member_name(info))}"


def members(path: Path, start: int = 0, end: int | None = None) -> Iterator[tuple[Archive, zipfile.ZipInfo, str]]:
    """Yield the members `start:end` of an archive, each with its name in messages."""
    archive = open_archive(path)
    for info in archive.members[start:end]:
        yield archive, info, f"{printable(str(path))}!{printable(member_name(info))}"
    if end is None or end >= len(archive.members):
        close_archive()
