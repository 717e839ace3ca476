"""The key of a wording, which ignores quotation marks, 、 and spaces.

“新三样” and 新三样 have the same key, as have 稳中求进、以进促稳 and 稳中求进以进促稳. A key is a hash of 64 bits, a polynomial over
scrambled code points, so that the keys of millions of spans can be computed at once.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

#: Characters that are ignored in the comparison of wordings.
SILENT = "“”‘’、· "
#: Characters that end a span. A single DASH between two words does not end one, two of them do.
BREAKS = "。！？；：，\n（）《》［］【】—…()|/→↑↓▲△"
DASH = "—"
MASK = (1 << 64) - 1
BASE = np.uint64(0x9E3779B97F4A7C15)
Keys = NDArray[np.uint64]
#: A column of offsets, counts or positions.
Numbers = NDArray[np.int32]
_NOTHING = {ord(c): None for c in SILENT}


def bare(words: str) -> str:
    """Return a wording without the ignored characters."""
    return words.translate(_NOTHING)


def key_of(words: str) -> int:
    """Return the key of a wording. A span of words with the same characters has the same key."""
    power, total = 1, 0
    for char in words:
        if char not in SILENT:
            total += _scrambled_one(char) * power
            power = power * int(BASE) & MASK
    return total & MASK


@cache
def _scrambled_one(char: str) -> int:
    with np.errstate(over="ignore"):
        return int(scrambled(np.array([ord(char)], dtype=np.uint64))[0])


def scrambled(codes: Keys) -> Keys:
    """Return pseudorandom numbers for code points (the finalizer of SplitMix64)."""
    z = (codes + np.uint64(1)) * BASE
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
