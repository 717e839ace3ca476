"""Decompresses files that are compressed with gzip, bzip2, xz or Zstandard, up to a limit.

A damaged file is a failure with its position.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from graphkit.errors import ReadingError
from graphkit.reading.archives import MAX_ARCHIVE, MAX_RATIO, SMALL
from graphkit.reading.naming import compression

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_BROKEN = (gzip.BadGzipFile, zlib.error, lzma.LZMAError, zstd.ZstdError, EOFError, OSError, ValueError)
#: The largest window of a compressed file, as a power of two, and the memory that xz may use.
_WINDOW = 27
_OPENERS: dict[str, Callable[[Any], Any]] = {
    ".gz": lambda packed: gzip.GzipFile(fileobj=packed, mode="rb"),
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
    ".zst": lambda packed: zstd.ZstdFile(packed, options={zstd.DecompressionParameter.window_log_max: _WINDOW}),
}


class Decompressed(io.RawIOBase):
    """The decompressed bytes of a file, with the limits of a file in an archive.

    Reading raises ReadingError if the file is damaged, and if it has more bytes than a file may have.
    """

    def __init__(self, packed: IO[bytes], size: int, source: str, kind: str, largest: int = MAX_ARCHIVE) -> None:
        """kind: the ending of the compression, such as `.gz`."""
        super().__init__()
        self._file = _OPENERS[kind](packed)
        self._size = size
        self._source = source
        self._largest = largest
        self._count = 0

    def readable(self) -> bool:
        """Tell that the bytes can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read bytes into the buffer and return their number."""
        try:
            count: int = self._file.readinto(buffer)
        except _BROKEN as error:
            raise ReadingError(
                self._source,
                f"the compressed file is damaged after {self._count:,} decompressed bytes: {error}; "
                "compress it or download it again",
            ) from None
        self._count += count
        if self._count > max(MAX_RATIO * self._size, SMALL):
            raise ReadingError(
                self._source,
                f"{self._size:,} compressed bytes become more than {self._count - count:,}; refused as a bomb",
            )
        if self._count > self._largest:
            raise ReadingError(self._source, f"more than {self._largest:,} bytes when decompressed; split the file")
        return count


def decompressed(data: bytes, source: str, largest: int, kind: str = ".gz") -> bytes:
    """Return the decompressed bytes of a file. Raises ReadingError if it is damaged or has more than `largest`."""
    parts = Decompressed(io.BytesIO(data), len(data), source, kind, largest)
    return b"".join(iter(lambda: parts.read(1 << 20) or b"", b""))


def open_decompressed(path: Path, source: str) -> io.BufferedReader:
    """Return a file whose bytes are decompressed while they are read, according to its name."""
    packed = path.open("rb")
    return _Closing(Decompressed(packed, path.stat().st_size, source, compression(path.name)), packed)


class _Closing(io.BufferedReader):
    """A buffer that also closes the compressed file."""

    def __init__(self, parts: Decompressed, packed: IO[bytes]) -> None:
        super().__init__(parts)
        self._packed = packed

    def close(self) -> None:
        """Close both files."""
        super().close()
        self._packed.close()
