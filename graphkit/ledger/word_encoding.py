"""Compact encoding of the words of a report: gaps, lengths and tags as little-endian arrays, compressed by zlib."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import accumulate, repeat
from operator import sub
from struct import error, unpack
from struct import pack as pack_struct
from typing import TYPE_CHECKING

from graphkit.errors import DamagedError
from graphkit.model import Word

if TYPE_CHECKING:
    from numpy import int64, uint8
    from numpy.typing import NDArray

#: The tags of LAC. Stored numbers are indexes into this list: append new tags at the end only.
TAGS = (
    "n",
    "v",
    "a",
    "d",
    "ad",
    "an",
    "vd",
    "vn",
    "m",
    "q",
    "p",
    "c",
    "u",
    "r",
    "f",
    "s",
    "w",
    "xc",
    "nz",
    "nw",
    "PER",
    "LOC",
    "ORG",
    "TIME",
    "nr",
    "ns",
    "nt",
    "t",
    "O",
)
_NUMBER = {tag: n for n, tag in enumerate(TAGS)}


def pack(words: Sequence[Word]) -> bytes:
    """Encode words that are ordered and do not overlap. Unknown tags become `O`."""
    n = len(words)
    starts, ends, tags = zip(*words, strict=True) if words else ((), (), ())
    gaps = map(sub, starts, (0, *ends[:-1]))
    numbers = bytes(map(_NUMBER.get, tags, repeat(len(TAGS) - 1)))
    return zlib.compress(pack_struct(f"<I{n}i{n}H", n, *gaps, *map(sub, ends, starts)) + numbers, 6)


def _raw(blob: bytes) -> tuple[bytes, int]:
    """Return the decompressed bytes and the number of words. Raises DamagedError."""
    try:
        raw = zlib.decompress(blob)
        (n,) = unpack("<I", raw[:4])
    except (zlib.error, error) as fault:
        raise DamagedError(f"the words of a report are damaged ({fault})") from None
    if len(raw) != 4 + 7 * n or (n and max(raw[4 + 6 * n :]) >= len(TAGS)):
        raise DamagedError("the words of a report are damaged")
    return raw, n


def unpack_words(blob: bytes) -> tuple[Word, ...]:
    """Decode words. Raises DamagedError for damaged data."""
    raw, n = _raw(blob)
    gaps, lengths = unpack(f"<{n}i", raw[4 : 4 + 4 * n]), unpack(f"<{n}H", raw[4 + 4 * n : 4 + 6 * n])
    ends = accumulate(g + size for g, size in zip(gaps, lengths, strict=True))
    return tuple(
        Word(end - size, end, TAGS[tag]) for end, size, tag in zip(ends, lengths, raw[4 + 6 * n :], strict=True)
    )


def unpack_arrays(blob: bytes) -> tuple[NDArray[int64], NDArray[int64], NDArray[uint8]]:
    """Decode words into arrays of start offsets, end offsets and indexes of tags in TAGS. Raises DamagedError."""
    import numpy as np

    raw, n = _raw(blob)
    gaps = np.frombuffer(raw, "<i4", n, 4).astype(np.int64)
    lengths = np.frombuffer(raw, "<u2", n, 4 + 4 * n).astype(np.int64)
    ends = np.cumsum(gaps + lengths)
    return ends - lengths, ends, np.frombuffer(raw, np.uint8, n, 4 + 6 * n)
