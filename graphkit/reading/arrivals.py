"""Standard input, read as it arrives, and lists of the items of a slow iterator that have arrived."""

from __future__ import annotations

import io
import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Any, BinaryIO, TypeVar

T = TypeVar("T")
#: Number of bytes that are read at a time.
BLOCK = 64 * 1024
#: Seconds between two checks of the reading thread whether its items are still wanted.
CHECK = 0.2
_BOM = b"\xef\xbb\xbf"


class Incoming:
    """The bytes of a stream. What has arrived is available at once, while `read` of a buffered stream waits for more."""

    def __init__(self, stream: BinaryIO, most_line: int) -> None:
        """most_line: maximum number of bytes of a line; the rest of a longer one is omitted."""
        # A buffered stream cannot be used by a thread that may still wait when the process ends.
        raw = getattr(stream, "raw", None)
        self._read: Callable[[int], bytes | None] = raw.read if isinstance(raw, io.RawIOBase) else stream.read
        self._most_line = most_line
        self._waiting = bytearray()
        self._ended = False

    def _more(self) -> bool:
        block = b"" if self._ended else self._read(BLOCK) or b""
        self._ended = not block
        self._waiting += block
        return bool(block)

    def begins_with_record(self) -> bool:
        """Tell whether the first line that is not blank is a JSON object in UTF-8, as in JSON Lines."""
        start = self._first_byte()
        if self._waiting[start : start + 1] != b"{":
            return False
        end = self._end_of_line(start)
        try:
            return isinstance(json.loads(self._waiting[start:end].decode("utf-8")), dict)
        except (ValueError, RecursionError):
            return False

    def _first_byte(self) -> int:
        """Return the position of the first byte that is neither white space nor part of a byte order mark."""
        while True:
            text = self._waiting.removeprefix(_BOM)
            kept = text.lstrip()
            if kept or not self._more():
                return len(self._waiting) - len(kept)

    def _end_of_line(self, start: int) -> int:
        """Return the position after the line that begins at `start`."""
        searched = start
        while (end := self._waiting.find(b"\n", searched)) < 0:
            searched = len(self._waiting)
            if searched - start > self._most_line or not self._more():
                return len(self._waiting)
        return end + 1

    def lines(self) -> Iterator[bytes]:
        """Yield the lines as soon as they have arrived."""
        while self._waiting or self._more():
            end = self._end_of_line(0)
            line = bytes(self._waiting[:end])
            del self._waiting[:end]
            while not line.endswith(b"\n") and not self._ended:
                rest = self._end_of_line(0)
                is_end = self._waiting[:rest].endswith(b"\n")
                del self._waiting[:rest]
                if is_end:
                    break
            yield line

    def all(self, most: int) -> bytes:
        """Return all bytes, or the first `most` if there are more."""
        while len(self._waiting) < most and self._more():
            pass
        return bytes(self._waiting[:most])


def as_they_arrive(items: Iterator[T], most: int) -> Iterator[list[T]]:
    """Yield lists of at most `most` items: all that have arrived since the last list, but at least one.

    The items are read by a thread, so that those that have arrived need not wait for the next one.
    """
    arrived: queue.Queue[Any] = queue.Queue(2 * most)
    is_wanted = threading.Event()
    is_wanted.set()
    end = object()

    def put(item: object) -> bool:
        while is_wanted.is_set():
            try:
                arrived.put(item, timeout=CHECK)
            except queue.Full:
                continue
            return True
        return False

    def read() -> None:
        try:
            for item in items:
                if not put((item,)):
                    return
        except BaseException as error:
            put(error)
        else:
            put(end)

    threading.Thread(target=copy_context().run, args=(read,), daemon=True).start()
    try:
        yield from _lists(arrived, most, end)
    finally:
        is_wanted.clear()


def _lists(arrived: queue.Queue[Any], most: int, end: object) -> Iterator[list[Any]]:
    while True:
        found = [arrived.get()]
        while len(found) < most and isinstance(found[-1], tuple):
            try:
                found.append(arrived.get_nowait())
            except queue.Empty:
                break
        items = [item[0] for item in found if isinstance(item, tuple)]
        if items:
            yield items
        if isinstance(found[-1], BaseException):
            raise found[-1]
        if found[-1] is end:
            return
