"""The files of views.

Each file name contains a digest of the file; files with other names are never used or removed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import tempfile
from functools import cache
from pathlib import Path

from graphkit.errors import LedgerError

#: Lock and log files of a store, which do not contain data and change when the store is read.
_NOT_DATA = re.compile(r"LOCK|LOG(\.old.*)?")
#: Views that this process has checked: path → the state of its files at that time.
_checked: dict[Path, tuple[tuple[str, int, int, int], ...]] = {}


def digest_of_files(path: Path) -> str:
    """Return the digest of a file, or of the names and contents of all files in a folder."""
    digest = hashlib.sha256()
    for name, file in _files(path):
        with file.open("rb") as data:
            digest.update(f"{name}\0{hashlib.file_digest(data, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()[:32]


def _files(path: Path) -> list[tuple[str, Path]]:
    if not path.is_dir():
        return [("", path)]
    return sorted(
        (p.relative_to(path).as_posix(), p)
        for p in path.rglob("*")
        if not _NOT_DATA.fullmatch(p.name) and not _is_folder(p)
    )


def _is_folder(path: Path) -> bool:
    return stat.S_ISDIR(path.lstat().st_mode)


def find(folder: Path, stem: str, ending: str) -> list[Path]:
    """Return the views `stem-DIGEST.ending` in a folder, complete or damaged. Links are skipped."""
    pattern = re.compile(rf"{re.escape(stem)}-[0-9a-f]{{32}}{re.escape(ending)}")
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(e.path) for e in entries if pattern.fullmatch(e.name) and not e.is_symlink())
    except OSError:
        return []


def is_complete(path: Path, ending: str) -> bool:
    """Return whether the content of a view matches the digest in its name.

    The digest is compared once per process as long as the files do not change.
    """
    try:
        files = _files(path)
        if any(stat.S_ISLNK(file.lstat().st_mode) for _, file in files):
            return False
        seen = tuple((name, (s := file.stat()).st_ino, s.st_size, s.st_mtime_ns) for name, file in files)
        if _checked.get(path) == seen:
            return True
        if digest_of_files(path) != path.name.removesuffix(ending)[-32:]:
            return False
    except OSError:
        return False
    _checked[path] = seen
    return True


def made_by_graphkit(folder: Path, name: str) -> list[Path]:
    """Return the files and folders in a folder whose names are those of views. name: a regular expression."""
    pattern = re.compile(
        rf"(?:{name})-(?:[0-9a-f]+-)?[0-9a-f]{{32}}(?:-[0-9a-f]{{32}})?(?:\.[a-z]+)?(?:-journal|-wal|-shm)?"
    )
    return [p for p in folder.iterdir() if pattern.fullmatch(p.name)]


def remove(path: Path) -> None:
    """Remove a file, a folder or a link. The target of a link is never removed."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path, ignore_errors=True)


def views_folder(folder: Path, read_only: bool) -> Path:
    """Return the folder of the views of a graph: `views`, or a folder in the user's cache if the graph is read-only.

    Raises LedgerError if `views` is a link or not a folder.
    """
    views = folder / "views"
    try:
        mode = views.lstat().st_mode
    except OSError:
        mode = stat.S_IFDIR
    if stat.S_ISLNK(mode):
        raise LedgerError(
            f"{views} is a link, and graphkit does not follow links in a graph folder; "
            "remove the link, then the views are rebuilt"
        )
    if not stat.S_ISDIR(mode):
        raise LedgerError(f"{views} is not a folder; move it, then the views are rebuilt")
    if read_only or (views.exists() and not os.access(views, os.W_OK)):
        return _cache(str(folder.resolve()))
    return views


@cache
def _cache(graph: str) -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    path = Path(home) / "graphkit" / "views" / hashlib.sha256(os.fsencode(graph)).hexdigest()[:32]
    try:
        if not path.is_absolute():
            raise OSError
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
        if (
            stat.S_ISDIR(found.st_mode)
            and os.access(path, os.W_OK)
            and (not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o077))
        ):
            return path
    except (OSError, ValueError):
        pass
    try:
        return _temporary()
    except OSError as error:
        raise LedgerError(
            f"{graph} is read-only, and no other folder for its views is writable: {error.strerror or error}; "
            "set XDG_CACHE_HOME or TMPDIR to a writable folder"
        ) from None


def _temporary() -> Path:
    import atexit

    path = Path(tempfile.mkdtemp(prefix="graphkit-views-"))
    process = os.getpid()

    def remove_folder() -> None:
        # A forked process inherits the registration, but must not remove the folder of its parent.
        if os.getpid() == process:
            shutil.rmtree(path, ignore_errors=True)

    atexit.register(remove_folder)
    return path
