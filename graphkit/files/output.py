"""Output files and folders.

Files are replaced in one step, and in folders only files that graphkit wrote are replaced. Every command that writes a
file or a folder uses `open_output` or `write_folder`.
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
from graphkit.wording import advice

#: The path that means standard output.
STDOUT = "-"
#: Name of the file that lists the files in a folder that graphkit wrote.
MARKER = ".graphkit-export.json"
#: Maximum size of a marker file, in bytes.
_MAX_MARKER_SIZE = 10_000_000
#: Maximum number of links that are followed, as on Linux.
_MAX_LINKS = 40
_DESCRIPTOR = re.compile(r"/(?:dev/fd|proc/(?:self|thread-self|\d+)/fd)/(\d+)")
_HINTS = {
    errno.ENOSPC: "free some space and try again",
    errno.EDQUOT: "free some space and try again",
    errno.EROFS: "choose a folder on a writable file system",
    errno.EACCES: "check the permissions or choose another folder",
    errno.EPERM: "check the permissions or choose another folder",
    errno.ELOOP: "the symbolic links form a loop",
}


def _force() -> str:
    return advice("force=True", "--force")


def _failure(path: str | Path, error: OSError) -> ExportError:
    hint = _HINTS.get(error.errno or 0, "")
    return ExportError(f"{path} cannot be written: {error.strerror or error}{f'; {hint}' if hint else ''}")


# -- one file --------------------------------------------------------------------------------------------------


def check_output(path: str | Path, default_name: str = "") -> None:
    """Raise UsageError or ExportError if `open_output` would fail for this path. Call it before long computations."""
    if str(path) != STDOUT and _descriptor(str(path)) is None:
        _plan(str(path), default_name)


def is_special(path: str | Path) -> bool:
    """Return whether the path is standard output, a device or a pipe, whose name does not indicate a format."""
    if str(path) == STDOUT or _descriptor(str(path)) is not None:
        return True
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


@contextmanager
def open_output(path: str | Path, default_name: str = "") -> Iterator[BinaryIO]:
    """Yield a binary stream to `path`. A file is replaced only after its new content was written completely.

    `-` is standard output. Devices, named pipes and /dev/stdout are written directly. An existing file is replaced in
    one step and keeps its permissions; for a link, its target is replaced. default_name: file name to use if the path
    is a folder; without it, a folder is an error. Raises UsageError if the folder does not exist, and ExportError if
    the file cannot be written; in both cases the old file is unchanged.
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
    """Write text (as UTF-8) or bytes to `path` with `open_output`."""
    with open_output(path, default_name) as out:
        out.write(data.encode("utf-8") if isinstance(data, str) else data)


def _replaced_stdout() -> BinaryIO | None:
    """Return the binary stream that a program or test set as `sys.stdout`; None if it is the real standard output."""
    try:
        if sys.stdout.fileno() == 1:
            return None
    except (OSError, ValueError, AttributeError):
        pass
    buffer: BinaryIO | None = getattr(sys.stdout, "buffer", None)
    return buffer


def _descriptor(path: str) -> int | None:
    """Return the descriptor that a path such as /dev/stdout or /dev/fd/3 refers to, following links; otherwise None."""
    if os.name != "posix":
        return None
    for _ in range(_MAX_LINKS):
        if found := _DESCRIPTOR.fullmatch(os.path.abspath(path)):
            pid = path.split("/")[2] if path.startswith("/proc/") else "self"
            return int(found[1]) if pid in ("self", "thread-self", str(os.getpid()), "fd") else None
        try:
            path = os.path.join(os.path.dirname(path), os.readlink(path))
        except (OSError, ValueError):
            return None
    return None


def _plan(path: str, default_name: str) -> tuple[str, os.stat_result | None]:
    """Return the file to write (links resolved, default name added to a folder) and its current state."""
    if not path:
        raise UsageError("the output path is empty: give the name of a file")
    try:
        before: os.stat_result | None = os.stat(path)
        if before is not None and stat.S_ISDIR(before.st_mode):
            if not default_name:
                raise UsageError(f"{path} is a folder: give the name of a file in it")
            return _plan(os.path.join(path, default_name), "")
    except FileNotFoundError:
        before = None
    except ValueError:
        raise UsageError(f"{path!r} is not a valid file name") from None
    except OSError as error:
        raise _failure(path, error) from None
    if path.endswith(("/", os.sep)):
        raise UsageError(f"{path}: this folder does not exist")
    target = os.path.realpath(path)
    folder = os.path.dirname(target) or "."
    if not os.path.isdir(folder):
        shown = os.path.dirname(path) if not os.path.islink(path) else folder
        raise UsageError(f"{shown or folder}: this folder does not exist; create it or choose another path")
    is_file = before is not None and stat.S_ISREG(before.st_mode)
    if before is not None and is_file and (not before.st_mode & 0o222 or not os.access(target, os.W_OK)):
        raise ExportError(
            f"{path} cannot be written: the file is read-only; change its permissions or choose another name"
        )
    if (before is None or is_file) and not os.access(folder, os.W_OK):
        raise ExportError(f"{path} cannot be written: the folder {folder} is read-only; choose another folder")
    return target, before


@contextmanager
def _direct(shown: str, to: int | str) -> Iterator[BinaryIO]:
    """Yield a stream that writes directly to an open file, a device or a pipe."""
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
    """Yield a stream to a new file in the same folder that replaces the target at the end."""
    temporary, exists = "", False
    try:
        opened, temporary = partial.create(os.path.dirname(target), 0o666 if before is None else 0o600)
        exists = True
        with os.fdopen(opened, "wb") as out:
            yield out
            out.flush()
            if before is not None:
                _keep_permissions(out.fileno(), temporary, before)
            os.fsync(out.fileno())
        os.replace(temporary, target)
        exists = False
    except OSError as error:
        raise _failure(target, error) from None
    finally:
        if exists:
            with suppress(OSError):
                os.unlink(temporary)


def _keep_permissions(opened: int, temporary: str, before: os.stat_result) -> None:
    """Give the new file the permission bits of the old one, and its owner where the system allows it."""
    if hasattr(os, "fchown"):
        with suppress(OSError):
            os.fchown(opened, before.st_uid, before.st_gid)
        os.fchmod(opened, stat.S_IMODE(before.st_mode))
    else:
        os.chmod(temporary, stat.S_IMODE(before.st_mode))


# -- a folder of files -----------------------------------------------------------------------------------------


def check_folder(folder: str | Path, format_: str, *, force: bool = False) -> None:
    """Raise UsageError or ExportError if `write_folder` would fail for this folder.

    Call it before long computations.
    """
    path = Path(folder)
    try:
        entries = os.listdir(path)
        if not os.access(path, os.W_OK):
            raise ExportError(f"{path} cannot be written: the folder is read-only; choose another folder")
    except FileNotFoundError:
        return
    except NotADirectoryError:
        raise UsageError(f"{path} is a file, not a folder: give the name of a folder") from None
    except OSError as error:
        raise _failure(path, error) from None
    if entries and not force and _marked(path) is None:
        raise UsageError(
            f"{path} is not empty and was not written by graphkit (it contains no valid {MARKER}): choose an empty "
            f"folder, or use {_force()} to replace files of the same names; other files are kept"
        )


def write_folder(folder: str | Path, format_: str, write: Callable[[Path], object], *, force: bool = False) -> None:
    """Write files into `folder`, with a marker file that lists them.

    write: function that writes the files into an empty folder. Only files that the marker lists for this format are
    replaced or removed; all other files are kept. Raises UsageError if the folder contains other files but no marker,
    or another file with the name of a new one; with `force`, such files are replaced. Raises ExportError if a file
    cannot be written.
    """
    path = Path(folder)
    check_folder(path, format_, force=force)
    is_new = not path.exists()
    try:
        path.mkdir(parents=True, exist_ok=True)
        with partial.staging_folder(path) as staging:
            write(staging)
            _install(staging, path, format_, force=force)
    except OSError as error:
        raise _failure(path, error) from None
    finally:
        if is_new:
            # The folder is empty only after a failure.
            with suppress(OSError):
                path.rmdir()


def _install(staging: Path, folder: Path, format_: str, *, force: bool) -> None:
    """Move the new files into the folder and remove obsolete files of the previous export."""
    exports = _marked(folder) or {}
    old = exports.get(format_, [])
    new = sorted(p.relative_to(staging).as_posix() for p in staging.rglob("*") if p.is_file())
    listed = {name for names in exports.values() for name in names}
    _check_names(folder, new, frozenset() if force else listed, force=force)
    _mark(folder, {**exports, format_: sorted({*old, *new})})
    _move(staging, folder, new)
    of_other_formats = {name for other, names in exports.items() if other != format_ for name in names}
    _remove(folder, set(old) - set(new) - of_other_formats)
    _mark(folder, {**exports, format_: new})


def _marked(folder: Path) -> dict[str, list[str]] | None:
    """Return format → files from the marker of a folder; None if there is no valid marker."""
    path = folder / MARKER
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MAX_MARKER_SIZE:
            return None
        record: Any = json.loads(path.read_bytes())
        exports = record["exports"]
        for names in exports.values():
            if not isinstance(names, list) or not all(isinstance(name, str) and _is_safe(name) for name in names):
                return None
        return dict(exports)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _is_safe(name: str) -> bool:
    """Return whether a listed name is in the folder or one level below it, and is not a hidden file."""
    parts = name.split("/")
    return len(parts) <= 2 and all(p and not p.startswith(".") and not any(c in p for c in "\\:\0") for p in parts)


def _check_names(folder: Path, names: Iterable[str], listed: Iterable[str], *, force: bool) -> None:
    """Raise UsageError if another file or folder has the name of a new file. listed: files that graphkit wrote."""
    own = set(listed)
    for name in names:
        for parent in list(Path(name).parents)[:-1]:
            at = folder / parent
            if at.is_symlink() or (at.exists() and not at.is_dir()):
                raise UsageError(
                    f"{at} is a link or a file, but a folder of this name must be written; choose another folder"
                )
        at = folder / name
        if at.is_dir() and not at.is_symlink():
            raise UsageError(f"{at} is a folder, but a file of this name must be written; choose another folder")
        if not force and name not in own and os.path.lexists(at):
            raise UsageError(
                f"{at} already exists and was not written by graphkit: choose another folder, or use {_force()} "
                "to replace it"
            )


def _mark(folder: Path, exports: dict[str, list[str]]) -> None:
    record = {
        "about": "graphkit wrote the files listed here; it replaces and removes these files and no others.",
        "version": __version__,
        "exports": dict(sorted(exports.items())),
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
    """Remove files of an earlier export, and their subfolder if it is empty afterwards."""
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
