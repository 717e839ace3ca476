"""Writing of output files, as users of `cp` expect, and of folders of files, in which only graphkit's own files are replaced.

Every command that writes a file or a folder for the user does it by one of the two functions here.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from graphkit.errors import ExportError, UsageError
from graphkit.files import partial
from graphkit.version import __version__

#: A path that stands for standard output.
STDOUT = "-"
#: The file that says which files of a folder graphkit wrote.
MARKER = ".graphkit-export.json"
#: Bytes of the largest marker file that is read.
_LARGEST_MARKER = 10_000_000
#: Links that are followed at most, as on Linux.
_MOST_LINKS = 40
_DESCRIPTOR = re.compile(r"/(?:dev/fd|proc/(?:self|thread-self|\d+)/fd)/(\d+)")
_HINTS = {
    errno.ENOSPC: "free some space and run the command again", errno.EDQUOT: "free some space and run the command again",
    errno.EROFS: "choose a place that can be written", errno.EACCES: "check the permissions, or choose another place",
    errno.EPERM: "check the permissions, or choose another place", errno.ELOOP: "the links point at each other",
}


def _failure(path: str | Path, error: OSError) -> ExportError:
    hint = _HINTS.get(error.errno or 0, "")
    return ExportError(f"{path} cannot be written: {error.strerror or error}{f'; {hint}' if hint else ''}")


# -- one file --------------------------------------------------------------------------------------------------


def check_output(path: str | Path, default_name: str = "") -> None:
    """Raise UsageError or ExportError for a path that `open_output` would refuse, before any work is done."""
    if str(path) != STDOUT and _descriptor(str(path)) is None:
        _plan(str(path), default_name)


def is_special(path: str | Path) -> bool:
    """Whether the path is standard output, a device or a pipe: something whose name says nothing about a format."""
    if str(path) == STDOUT or _descriptor(str(path)) is not None:
        return True
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


@contextmanager
def open_output(path: str | Path, default_name: str = "") -> Iterator[BinaryIO]:
    """A binary stream to `path`; a file has its new content only when all of it was written.

    `-` is standard output. Devices, named pipes and /dev/stdout are written to. An existing file is replaced in one step and
    keeps its permissions, a link stays and the file that it points at is written. default_name: the file's name when the path is
    a folder; without it a folder is refused. Raises UsageError for a folder that does not exist, ExportError for what cannot be
    written; the old file is intact then.
    """
    replaced = _replaced_stdout() if str(path) == STDOUT else None
    if replaced is not None:
        yield replaced
        return
    number = 1 if str(path) == STDOUT else _descriptor(str(path))
    if number is not None:
        with _direct(str(path), number) as out:
            yield out
        return
    target, before = _plan(str(path), default_name)
    if before is not None and not stat.S_ISREG(before.st_mode):
        with _direct(str(path), target) as out:
            yield out
        return
    with _replacing(target, before) as out:
        yield out


def write_output(path: str | Path, data: str | bytes, default_name: str = "") -> None:
    """Write text (as UTF-8) or bytes to `path` as `open_output` does."""
    with open_output(path, default_name) as out:
        out.write(data.encode("utf-8") if isinstance(data, str) else data)


def _replaced_stdout() -> BinaryIO | None:
    """The stream that a program or a test set in place of the process's standard output, if it takes bytes."""
    try:
        if sys.stdout.fileno() == 1:
            return None
    except (OSError, ValueError, AttributeError):
        pass
    buffer: BinaryIO | None = getattr(sys.stdout, "buffer", None)
    return buffer


def _descriptor(path: str) -> int | None:
    """The number of the open file that a path such as /dev/stdout or /dev/fd/3 stands for, links followed."""
    if os.name != "posix":
        return None
    for _ in range(_MOST_LINKS):
        if found := _DESCRIPTOR.fullmatch(os.path.abspath(path)):
            pid = path.split("/")[2] if path.startswith("/proc/") else "self"
            return int(found[1]) if pid in ("self", "thread-self", str(os.getpid()), "fd") else None
        try:
            path = os.path.join(os.path.dirname(path), os.readlink(path))
        except (OSError, ValueError):
            return None
    return None


def _plan(path: str, default_name: str) -> tuple[str, os.stat_result | None]:
    """The file that is to be written (links followed, the name in a folder added) and what it is now."""
    if not path:
        raise UsageError("an empty path was given for the output: give the name of a file")
    try:
        before: os.stat_result | None = os.stat(path)
        if before is not None and stat.S_ISDIR(before.st_mode):
            if not default_name:
                raise UsageError(f"{path} is a folder: give the name of a file in it")
            return _plan(os.path.join(path, default_name), "")
    except FileNotFoundError:
        before = None
    except ValueError:
        raise UsageError(f"{path!r} cannot be the name of a file") from None
    except OSError as error:
        raise _failure(path, error) from None
    if path.endswith(("/", os.sep)):
        raise UsageError(f"{path}: no such folder")
    target = os.path.realpath(path)
    folder = os.path.dirname(target) or "."
    if not os.path.isdir(folder):
        shown = os.path.dirname(path) if not os.path.islink(path) else folder
        raise UsageError(f"{shown or folder}: no such folder; make it first, or choose another path")
    if before is not None and stat.S_ISREG(before.st_mode) and (not before.st_mode & 0o222 or not os.access(target, os.W_OK)):
        raise ExportError(f"{path} cannot be written: the file is read-only; change its permissions, or choose another name")
    if (before is None or stat.S_ISREG(before.st_mode)) and not os.access(folder, os.W_OK):
        raise ExportError(f"{path} cannot be written: the folder {folder} is read-only; choose another place")
    return target, before


@contextmanager
def _direct(shown: str, to: int | str) -> Iterator[BinaryIO]:
    """Writes to an open file, a device or a pipe as it is."""
    try:
        if isinstance(to, int):
            if to == 1:
                sys.stdout.flush()
            opened = os.dup(to)
        else:
            opened = os.open(to, os.O_WRONLY | getattr(os, "O_NOCTTY", 0))
        with os.fdopen(opened, "wb") as out:
            yield out
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _failure("standard output" if shown == STDOUT else shown, error) from None


@contextmanager
def _replacing(target: str, before: os.stat_result | None) -> Iterator[BinaryIO]:
    """Writes a new file beside the target, which takes its place at the end."""
    temporary, made = "", False
    try:
        opened, temporary = partial.create(os.path.dirname(target), 0o666 if before is None else 0o600)
        made = True
        with os.fdopen(opened, "wb") as out:
            yield out
            out.flush()
            if before is not None:
                _keep_permissions(out.fileno(), temporary, before)
            os.fsync(out.fileno())
        os.replace(temporary, target)
        made = False
    except OSError as error:
        raise _failure(target, error) from None
    finally:
        if made:
            with suppress(OSError):
                os.unlink(temporary)


def _keep_permissions(opened: int, temporary: str, before: os.stat_result) -> None:
    """The new file gets the owner (where that is allowed) and the permission bits of the old one."""
    if hasattr(os, "fchown"):
        with suppress(OSError):
            os.fchown(opened, before.st_uid, before.st_gid)
        os.fchmod(opened, stat.S_IMODE(before.st_mode))
    else:
        os.chmod(temporary, stat.S_IMODE(before.st_mode))


# -- a folder of files -----------------------------------------------------------------------------------------


def check_folder(folder: str | Path, format_: str, *, force: bool = False) -> None:
    """Raise UsageError for a folder in which `write_folder` would refuse to write, before any work is done."""
    path = Path(folder)
    try:
        entries = os.listdir(path)
        if not os.access(path, os.W_OK):
            raise ExportError(f"{path} cannot be written: the folder is read-only; choose another place")
    except FileNotFoundError:
        return
    except NotADirectoryError:
        raise UsageError(f"{path} is a file, not a folder: give the name of a folder") from None
    except OSError as error:
        raise _failure(path, error) from None
    if entries and not force and _marked(path) is None:
        raise UsageError(
            f"{path} is not empty, and graphkit did not write what is in it (there is no valid {MARKER}): choose an empty folder, or use --force "
            f"to replace files of the same names; other files are kept"
        )


def write_folder(folder: str | Path, format_: str, write: Callable[[Path], object], *, force: bool = False) -> None:
    """Put the files that `write(empty folder)` makes into `folder`, and a marker file that lists them.

    Only files that the marker lists for this format are replaced or removed. Raises UsageError for a folder with other
    files but without a marker, and for a file of the user's with the name of one that is to be written, unless `force`:
    then it is replaced. Nothing else in the folder is touched. Raises ExportError for what cannot be written.
    """
    path = Path(folder)
    check_folder(path, format_, force=force)
    made = not path.exists()
    try:
        path.mkdir(parents=True, exist_ok=True)
        with partial.staging_folder(path) as staging:
            write(staging)
            _take_over(staging, path, format_, force=force)
    except OSError as error:
        raise _failure(path, error) from None
    finally:
        if made:
            # Empty after a failure only.
            with suppress(OSError):
                path.rmdir()


def _take_over(staging: Path, folder: Path, format_: str, *, force: bool) -> None:
    """Move the new files into the folder and remove files of the previous export that are not written any more."""
    exports = _marked(folder) or {}
    old = exports.get(format_, [])
    new = sorted(p.relative_to(staging).as_posix() for p in staging.rglob("*") if p.is_file())
    listed = {name for names in exports.values() for name in names}
    _check_names(folder, new, frozenset() if force else listed, force=force)
    _mark(folder, {**exports, format_: sorted({*old, *new})})
    _move(staging, folder, new)
    _remove(folder, set(old) - set(new) - {name for other, names in exports.items() if other != format_ for name in names})
    _mark(folder, {**exports, format_: new})


def _marked(folder: Path) -> dict[str, list[str]] | None:
    """Format → files that the marker of a folder lists; None without a marker, or with one that graphkit did not write."""
    path = folder / MARKER
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST_MARKER:
            return None
        record: Any = json.loads(path.read_bytes())
        exports = record["exports"]
        if not all(isinstance(n, list) and all(isinstance(name, str) and _is_safe(name) for name in n) for n in exports.values()):
            return None
        return dict(exports)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _is_safe(name: str) -> bool:
    """Whether a listed name stays in the folder, at most one folder below it, and is none of a hidden file."""
    parts = name.split("/")
    return len(parts) <= 2 and all(p and not p.startswith(".") and "\\" not in p and ":" not in p and "\0" not in p for p in parts)


def _check_names(folder: Path, names: Iterable[str], listed: Iterable[str], *, force: bool) -> None:
    """Raise UsageError for a file of the user's in the way."""
    mine = set(listed)
    for name in names:
        for parent in list(Path(name).parents)[:-1]:
            at = folder / parent
            if at.is_symlink() or (at.exists() and not at.is_dir()):
                raise UsageError(f"{at} is in the way: a folder of this name is to be written, and this is a link or a file; choose another folder")
        at = folder / name
        if at.is_dir() and not at.is_symlink():
            raise UsageError(f"{at} is in the way: a file of this name is to be written, and this is a folder; choose another folder")
        if not force and name not in mine and os.path.lexists(at):
            raise UsageError(f"{at} is in the way, and graphkit did not write it: choose another folder, or use --force to replace it")


def _mark(folder: Path, exports: dict[str, list[str]]) -> None:
    record = {
        "about": "graphkit wrote the files listed here; it replaces and removes these files and no others.",
        "version": __version__, "exports": dict(sorted(exports.items())),
    }
    opened, temporary = partial.create(str(folder), 0o666)
    try:
        with os.fdopen(opened, "w", encoding="utf-8") as out:
            json.dump(record, out, ensure_ascii=False, indent=1)
            out.write("\n")
        os.replace(temporary, folder / MARKER)
    finally:
        with suppress(OSError):
            os.unlink(temporary)


def _move(staging: Path, folder: Path, names: Iterable[str]) -> None:
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        os.replace(staging / name, folder / name)


def _remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files that an earlier export of this format wrote, and their folder when nothing else is in it."""
    for name in names:
        at = folder / name
        if at.parent.is_symlink():
            continue
        with suppress(FileNotFoundError, IsADirectoryError):
            if not at.is_dir() or at.is_symlink():
                at.unlink()
        if at.parent != folder:
            with suppress(OSError):
                at.parent.rmdir()
