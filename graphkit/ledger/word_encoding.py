"""Words of a report as a short blob: gaps, lengths and tags as little-endian arrays, squeezed by zlib."""

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

#: The tags of LAC. A number in a blob is a place in this list: add at the end only.
TAGS = (
    "n", "v", "a", "d", "ad", "an", "vd", "vn", "m", "q", "p", "c", "u", "r", "f", "s", "w", "xc", "nz", "nw",
    "PER", "LOC", "ORG", "TIME", "nr", "ns", "nt", "t", "O",
)
_NUMBER = {tag: n for n, tag in enumerate(TAGS)}


def pack(words: Sequence[Word]) -> bytes:
    """The blob of words that stand in order and do not overlap. Unknown tags become `O`."""
    n = len(words)
    starts, ends, tags = zip(*words, strict=True) if words else ((), (), ())
    gaps = map(sub, starts, (0, *ends[:-1]))
    numbers = bytes(map(_NUMBER.get, tags, repeat(len(TAGS) - 1)))
    return zlib.compress(pack_struct(f"<I{n}i{n}H", n, *gaps, *map(sub, ends, starts)) + numbers, 6)


def _raw(blob: bytes) -> tuple[bytes, int]:
    """The unpacked bytes and the number of words."""
    try:
        raw = zlib.decompress(blob)
        (n,) = unpack("<I", raw[:4])
    except (zlib.error, error) as fault:
        raise DamagedError(f"the words of a report are damaged ({fault})") from None
    if len(raw) != 4 + 7 * n or (n and max(raw[4 + 6 * n :]) >= len(TAGS)):
        raise DamagedError("the words of a report are damaged")
    return raw, n


def unpack_words(blob: bytes) -> tuple[Word, ...]:
    """The words of a blob. Raises DamagedError for one that is damaged."""
    raw, n = _raw(blob)
    gaps, lengths = unpack(f"<{n}i", raw[4 : 4 + 4 * n]), unpack(f"<{n}H", raw[4 + 4 * n : 4 + 6 * n])
    ends = accumulate(g + size for g, size in zip(gaps, lengths, strict=True))
    return tuple(Word(end - size, end, TAGS[tag]) for end, size, tag in zip(ends, lengths, raw[4 + 6 * n :], strict=True))


def unpack_arrays(blob: bytes) -> tuple[NDArray[int64], NDArray[int64], NDArray[uint8]]:
    """The words of a blob as arrays of their starts, their ends and the numbers of their tags in TAGS; errors as above."""
    import numpy as np

    raw, n = _raw(blob)
    gaps = np.frombuffer(raw, "<i4", n, 4).astype(np.int64)
    lengths = np.frombuffer(raw, "<u2", n, 4 + 4 * n).astype(np.int64)
    ends = np.cumsum(gaps + lengths)
    return ends - lengths, ends, np.frombuffer(raw, np.uint8, n, 4 + 6 * n)
