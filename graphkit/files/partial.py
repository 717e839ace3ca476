"""Partial files and folders: recognizable by name, and locked so that abandoned ones can be removed.

A killed process cannot remove its partial files. The next process that writes to the same folder removes them; partial
files of running processes are locked and remain. Without `fcntl` (Windows) partial files are not locked and not
removed.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]

_NAME = re.compile(r"\.graphkit-[0-9a-f]{16}\.part")
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def create(folder: str, mode: int) -> tuple[int, str]:
    """Create a locked partial file in the folder and return its descriptor and path. Raises OSError."""
    remove_abandoned(folder)
    while True:
        path = os.path.join(folder, _new_name())
        opened = os.open(path, _FLAGS, mode)
        _lock(opened)
        # Another process may have removed the file between its creation and the lock.
        if _is_same(opened, path):
            return opened, path
        os.close(opened)


@contextmanager
def staging_folder(folder: Path) -> Iterator[Path]:
    """Yield a locked partial folder that is removed with its content at the end. Raises OSError."""
    remove_abandoned(str(folder))
    path = folder / _new_name()
    path.mkdir(mode=0o700)
    opened = os.open(path, os.O_RDONLY) if fcntl is not None else None
    try:
        if opened is not None:
            _lock(opened)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        if opened is not None:
            os.close(opened)


def remove_abandoned(folder: str) -> None:
    """Remove partial files and folders of processes that have ended. Other files and links are not changed."""
    if fcntl is None:
        return
    for path in _partial_files(folder):
        with suppress(OSError):
            opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                if _lock(opened) and _is_same(opened, path):
                    _remove(path, os.fstat(opened).st_mode)
            finally:
                os.close(opened)


def _new_name() -> str:
    return f".graphkit-{secrets.token_hex(8)}.part"


def _partial_files(folder: str) -> list[str]:
    try:
        with os.scandir(folder or ".") as entries:
            return [entry.path for entry in entries if _NAME.fullmatch(entry.name)]
    except OSError:
        return []


def _remove(path: str, mode: int) -> None:
    if stat.S_ISREG(mode):
        os.unlink(path)
    elif stat.S_ISDIR(mode):
        shutil.rmtree(path, ignore_errors=True)


def _lock(opened: int) -> bool:
    """Lock an open file or folder. Return False if another process has locked it or the file system has no locks."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_same(opened: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(opened), os.lstat(path))
    except FileNotFoundError:
        return False
