"""A check of SQLite's write-ahead log for committed changes that can no longer be read."""

from __future__ import annotations

from pathlib import Path
from struct import error, unpack, unpack_from

_HEADER, _FRAME = 32, 24
_MAGIC = (0x377F0682, 0x377F0683)


def lost_commits(ledger: Path) -> str:
    """Return a description of the damage to the log of a ledger, or "" if there is none.

    SQLite regards the first frame with a wrong checksum as the end of the log. After an interrupted write, no commit
    frame follows that position; after damage, one does.
    """
    file = ledger.with_name(ledger.name + "-wal")
    found = _damage(file)
    # Checked twice, because another process may have been writing during the first check.
    return found and _damage(file)


def _damage(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError:
        return ""
    if len(data) < _HEADER + _FRAME:
        return ""
    try:
        return _examined(data)
    except error:
        return "the header of its write-ahead log is damaged"


def _examined(data: bytes) -> str:
    magic, _, size = unpack_from(">III", data)
    salts = data[16:24]
    order = ">" if magic & 1 else "<"
    valid = magic in _MAGIC and 512 <= size <= 65536
    sums = _checksum(data[:24], order, (0, 0)) if valid else (0, 0)
    if not valid or sums != unpack_from(">II", data, 24):
        return "the header of its write-ahead log is damaged" if any(data[:_HEADER]) else ""
    valid = True
    for place in range(_HEADER, len(data) - _FRAME - size + 1, _FRAME + size):
        frame = data[place : place + _FRAME]
        same = frame[8:16] == salts
        if valid:
            sums = _checksum(frame[:8] + data[place + _FRAME : place + _FRAME + size], order, sums)
            valid = same and sums == unpack(">II", frame[16:24])
        if not valid and same and unpack(">I", frame[4:8])[0]:
            end = place + _FRAME + size
            return f"a frame of its write-ahead log is damaged (before byte {end}), and committed changes are lost"
    return ""


def _checksum(data: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    first, second = sums
    words = unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
