"""Files of views: each carries a digest of its bytes in its name, and only files that graphkit named are used or removed."""

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

#: Files that a store changes or writes for its own use, and that it does not read its data from.
_UNREAD = re.compile(r"LOCK|LOG(\.old.*)?")
#: What was compared in this process already: path → what `stat` said of its files then.
_known: dict[Path, tuple[tuple[str, int, int, int], ...]] = {}


def digest_of_files(path: Path) -> str:
    """The digest of a file, or of all files of a folder with their names."""
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
        if not _UNREAD.fullmatch(p.name) and not _is_folder(p)
    )


def _is_folder(path: Path) -> bool:
    return stat.S_ISDIR(path.lstat().st_mode)


def find(folder: Path, stem: str, ending: str) -> list[Path]:
    """Views `stem-DIGEST.ending` in a folder, whether they are whole or not. Links are left out."""
    pattern = re.compile(rf"{re.escape(stem)}-[0-9a-f]{{32}}{re.escape(ending)}")
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(e.path) for e in entries if pattern.fullmatch(e.name) and not e.is_symlink())
    except OSError:
        return []


def is_whole(path: Path, ending: str) -> bool:
    """Are the bytes of a view those that the digest in its name was computed from? Compared once a process, as long as nothing changes."""
    try:
        files = _files(path)
        if any(stat.S_ISLNK(file.lstat().st_mode) for _, file in files):
            return False
        seen = tuple((name, (s := file.stat()).st_ino, s.st_size, s.st_mtime_ns) for name, file in files)
        if _known.get(path) == seen:
            return True
        if digest_of_files(path) != path.name.removesuffix(ending)[-32:]:
            return False
    except OSError:
        return False
    _known[path] = seen
    return True


def made_by_graphkit(folder: Path, name: str) -> list[Path]:
    """Files and folders in a folder that are named as views of this name are. name: a regular expression."""
    pattern = re.compile(rf"(?:{name})-(?:\d+-)?[0-9a-f]{{32}}(?:-[0-9a-f]{{32}})?(?:\.[a-z]+)?(?:-journal|-wal|-shm)?")
    return [p for p in folder.iterdir() if pattern.fullmatch(p.name)]


def remove(path: Path) -> None:
    """Remove a file, a folder, or a link itself: never what a link leads to."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path, ignore_errors=True)


def views_folder(folder: Path, read_only: bool) -> Path:
    """Where the views of a graph lie: in the graph, or for one that cannot be written in the user's cache.

    Raises LedgerError where `views` is a link or no folder.
    """
    views = folder / "views"
    try:
        mode = views.lstat().st_mode
    except OSError:
        mode = stat.S_IFDIR
    if stat.S_ISLNK(mode):
        raise LedgerError(
            f"{views} is a link, and graphkit follows no links in a graph folder; remove the link, the views are made anew"
        )
    if not stat.S_ISDIR(mode):
        raise LedgerError(f"{views} is not a folder; move it away, the views are made anew")
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
            f"{graph} is read-only, and its views cannot be written anywhere else: {error.strerror or error}; set XDG_CACHE_HOME or TMPDIR to a folder that can be written"
        ) from None


def _temporary() -> Path:
    import atexit

    path = Path(tempfile.mkdtemp(prefix="graphkit-views-"))
    process = os.getpid()

    def leave() -> None:
        if os.getpid() == process:
            shutil.rmtree(path, ignore_errors=True)

    atexit.register(leave)
    return path
