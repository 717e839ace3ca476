"""Reads archives made by tar (.tar, .tar.gz, .tar.zst …) from the beginning to the end, without unpacking to disk."""

from __future__ import annotations

import posixpath
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from graphkit.errors import ReadingError
from graphkit.model import Failure, Ignored, NotRead
from graphkit.reading import archives
from graphkit.reading.compressed import open_decompressed
from graphkit.reading.decoding import decode
from graphkit.reading.naming import compression, printable

#: Maximum size of the header of a member with a long name or other properties, in bytes.
MAX_HEADER = 1024 * 1024
_HEADERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_SPECIAL = {tarfile.FIFOTYPE: "a FIFO", tarfile.CHRTYPE: "a character device", tarfile.BLKTYPE: "a block device"}
_END = "EOFHeaderError"


@dataclass(frozen=True, slots=True)
class Packed:
    """A file of an archive: its name with its folders, its name in messages, and its bytes."""

    name: str
    source: str
    data: bytes


Member = Packed | Failure | Ignored


class _Info(tarfile.TarInfo):
    """A member. The library takes any damaged header but the first one for the end of the archive; this class does not."""

    @classmethod
    def fromtarfile(cls, tar: tarfile.TarFile) -> Any:
        try:
            return super().fromtarfile(tar)
        except tarfile.HeaderError as error:
            if type(error).__name__ == _END or tar.offset == 0:
                raise
            reason = "the end mark is missing" if type(error).__name__ == "EmptyHeaderError" else str(error)
            raise tarfile.ReadError(reason) from None

    def _proc_member(self, tar: tarfile.TarFile) -> Any:
        if self.type in _HEADERS and self.size > MAX_HEADER:
            raise tarfile.ReadError(f"a header of {self.size:,} bytes")
        return super()._proc_member(tar)  # type: ignore[misc]


def tar_members(path: Path, largest: int, is_known: Callable[[str], bool]) -> Iterator[Member]:
    """Yield the files of an archive in its order, then the symbolic links, each that is not read with the reason.

    Raises
    ------
    ReadingError
        The archive is damaged or too large. The members before that place were yielded.
    """
    source = printable(str(path))
    with open_decompressed(path, source) if compression(path.name) else path.open("rb") as file:
        yield from stream_members(file, source, largest, is_known)


def stream_members(file: IO[bytes], source: str, largest: int, is_known: Callable[[str], bool]) -> Iterator[Member]:
    """Yield the members of the archive in an open file, as `tar_members`."""
    names: set[str] = set()
    links: list[tuple[str, str, str]] = []
    number = 0
    try:
        with tarfile.open(fileobj=file, mode="r|", tarinfo=_Info, bufsize=1 << 16) as tar:
            total = 0
            for number, info in enumerate(tar, 1):
                tar.members = []  # type: ignore[attr-defined]
                if info.isdir():
                    continue
                total += max(info.size, 0)
                _check_total(number, total, source)
                name = _name(info.name)
                place = f"{source}!{printable(name)}"
                if info.issym() or info.islnk():
                    links.append((place, name, _target(info, name)))
                    continue
                names.add(posixpath.normpath(name))
                yield _member(tar, info, name, place, largest, is_known)
    except tarfile.TarError as error:
        where = f"damaged after {number:,} members" if number else "not a .tar file"
        raise ReadingError(source, f"{where}: {error}; pack it or download it again") from None
    for place, name, target in links:
        yield _link(place, name, target, names)


def _check_total(number: int, total: int, source: str) -> None:
    if number > archives.MAX_MEMBERS:
        raise ReadingError(source, f"more than {archives.MAX_MEMBERS:,} members; split the archive")
    if total > archives.MAX_ARCHIVE:
        raise ReadingError(source, f"unpacks to more than {archives.MAX_ARCHIVE:,} bytes; split the archive")


def _member(
    tar: tarfile.TarFile, info: tarfile.TarInfo, name: str, place: str, largest: int, is_known: Callable[[str], bool]
) -> Member:
    """Return a member that is not a folder or link."""
    if info.type in _SPECIAL:
        return NotRead(place, f"{_SPECIAL[info.type]}, not a file", "special file")
    try:
        refused = archives.refusal(name, place, is_known)
    except ReadingError as error:
        return Failure(error.source, error.reason)
    if refused is not None:
        return refused
    if not info.isreg() or info.issparse():
        return NotRead(
            place, "a member of an unusual kind (sparse, or in several parts); pack it again", "special file"
        )
    if info.size > largest:
        return Failure(place, f"{info.size:,} bytes; a member has at most {largest:,}")
    file = tar.extractfile(info)
    return Packed(name, place, file.read() if file else b"")


def _name(name: str) -> str:
    """Return the name of a member. Old Chinese archives have names in GB18030."""
    try:
        return decode(name.encode("utf-8", "surrogateescape"), "name")
    except (UnicodeEncodeError, ReadingError):
        return name


def _target(info: tarfile.TarInfo, name: str) -> str:
    """Return the path to which a link leads: that of a symbolic link begins in the folder of the link."""
    target = _name(info.linkname)
    return posixpath.normpath(target if info.islnk() else posixpath.join(posixpath.dirname(name), target))


def _link(place: str, name: str, target: str, names: set[str]) -> Member:
    if archives.is_hidden(name):
        return Ignored(place, "a hidden or system file")
    if target in names:
        return Ignored(place, f"a link to {printable(target)}, which is read under that name")
    return NotRead(
        place, f"a link to {printable(target)}, which is not a file of the archive; it is not followed", "link"
    )
