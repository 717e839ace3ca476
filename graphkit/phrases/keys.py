"""A key for each wording. It leaves out quotation marks, 、 and blanks: “新三样” and 新三样, 稳中求进、以进促稳 and 稳中求进以进促稳
have one key. It is a hash of 64 bits (polynomial over scrambled code points), so that millions of spans are keyed at once.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

#: Characters that make no difference between wordings.
SILENT = "“”‘’、· "
#: Characters that end a span.
BREAKS = "。！？；：，\n（）《》［］【】—…()|/→↑↓▲△"
MASK = (1 << 64) - 1
BASE = np.uint64(0x9E3779B97F4A7C15)
Keys = NDArray[np.uint64]
#: Offsets, counts and numbers of things, the usual column.
Numbers = NDArray[np.int32]
_NOTHING = {ord(c): None for c in SILENT}


def bare(words: str) -> str:
    """A wording without the characters that make no difference."""
    return words.translate(_NOTHING)


def key_of(words: str) -> int:
    """The key of a wording, the same as that of a span."""
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
    """Code points as numbers that look random (the finaliser of SplitMix64)."""
    z = (codes + np.uint64(1)) * BASE
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
