"""Archives (.zip), read member by member. Nothing is unpacked to disk; each member that is not read has its reason."""

from __future__ import annotations

import lzma
import os
import struct
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from graphkit.errors import ReadingError
from graphkit.model import Ignored, NotRead
from graphkit.reading.decoding import decode
from graphkit.reading.naming import is_system_file, printable, unknown_kind

#: Largest unpacked size of all members of an archive together (bytes), and of one member as a multiple of its packed size.
MAX_ARCHIVE = 4 * 1024 * 1024 * 1024
MAX_RATIO = 200
#: A member that unpacks to so little is never refused for its packed size (bytes).
SMALL = 1_000_000
#: Largest number of members of an archive.
MAX_MEMBERS = 500_000
#: Bytes of a member's own header before its name; of an entry in the archive's directory.
_LOCAL_HEADER = 30
_ENTRY = 46
_ENCRYPTED = 1
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, struct.error)


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive. members: all but folders, in the order of their names."""

    file: zipfile.ZipFile
    members: list[zipfile.ZipInfo]
    key: tuple[str, int, int]


_opened = threading.local()


def open_archive(path: Path) -> Archive:
    """The archive, which stays open until another one is opened or `close_archive` is called: its directory is read once.

    Raises ReadingError when it is damaged, too large, or has members that overlap.
    """
    state = path.stat()
    key = (str(path), state.st_size, state.st_mtime_ns)
    archive: Archive | None = getattr(_opened, "archive", None)
    if archive is not None and archive.key == key:
        return archive
    close_archive()
    source = printable(str(path))
    if member_count(path) > MAX_MEMBERS:
        raise ReadingError(
            source, f"about {member_count(path):,} members; an archive has at most {MAX_MEMBERS:,}: split it"
        )
    try:
        file = zipfile.ZipFile(path)
    except (*_BROKEN, NotImplementedError, ValueError, OverflowError) as error:
        raise ReadingError(source, f"not a whole .zip file: {error}") from None
    try:
        _check(file, source)
    except BaseException:
        file.close()
        raise
    archive = Archive(file, sorted((i for i in file.infolist() if not i.is_dir()), key=lambda i: i.filename), key)
    _opened.archive = archive
    return archive


def close_archive() -> None:
    archive: Archive | None = getattr(_opened, "archive", None)
    if archive is not None:
        archive.file.close()
    _opened.archive = None


def member_count(path: Path) -> int:
    """About how many members an archive has, from its last bytes alone; 0 if they say nothing."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 66_000))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 20:
        return 0
    count, directory = struct.unpack("<HI", tail[at + 10 : at + 16])
    if directory == 0xFFFFFFFF:
        return min(size // (_ENTRY + _LOCAL_HEADER), MAX_MEMBERS)
    # The count has 16 bits only; the directory is read to its end whatever it says.
    return count if directory < _ENTRY * 0x10000 else int(directory // _ENTRY)


def _check(file: zipfile.ZipFile, source: str) -> None:
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
    """The bytes of a member, or why it is not read. source: its name in messages. Raises ReadingError for what is damaged or refused."""
    inner = PurePosixPath(member_name(info))
    if inner.is_absolute() or ".." in inner.parts or ("\\" in str(inner) and ".." in str(inner)):
        raise ReadingError(source, "a member with a path out of the archive; it is not read")
    if any(is_system_file(part) for part in inner.parts):
        return Ignored(source, "a hidden or system file")
    if inner.suffix.lower() == ".zip":
        return NotRead(source, "an archive inside an archive: unpack it first", "unknown type")
    if not is_known(inner.name):
        return NotRead(source, unknown_kind(inner.name))
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
    except (*_BROKEN, RuntimeError) as error:
        raise ReadingError(source, f"the member is damaged: {error}") from None
    if len(data) > largest:
        raise ReadingError(source, f"more than {largest:,} bytes unpacked")
    return data


def member_name(info: zipfile.ZipInfo) -> str:
    """Names of old Chinese archives are GB18030 that zipfile shows as CP437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return decode(info.filename.encode("cp437"), "name")
    except (UnicodeEncodeError, ReadingError):
        return info.filename


def members(path: Path, start: int = 0, end: int | None = None) -> Iterator[tuple[Archive, zipfile.ZipInfo, str]]:
    """Members start:end of an archive, each with its name in messages."""
    archive = open_archive(path)
    for info in archive.members[start:end]:
        yield archive, info, f"{printable(str(path))}!{printable(member_name(info))}"
    if end is None or end >= len(archive.members):
        close_archive()
