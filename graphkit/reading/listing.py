"""Arguments → files in a stable order. Each file that is not opened is listed with the reason."""

from __future__ import annotations

import errno
import glob
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graphkit.errors import UsageError
from graphkit.model import Failure, Ignored, NotRead
from graphkit.reading.naming import READABLE_NAMES, is_readable, is_system_file, source_name, unknown_kind

Skipped = Failure | NotRead | Ignored

_LEDGER = "ledger.sqlite"
_SPECIAL = (
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a character device"),
    (stat.S_ISBLK, "a block device"),
)


@dataclass(slots=True)
class Listing:
    """The result of listing the inputs.

    Attributes
    ----------
    paths
        The files to read; `-` is standard input.
    skipped
        Files and folders that are not read, with the reasons.
    folders
        The folders that were searched.
    roots
        The absolute paths below which ids are locations: the folders of the arguments and those of glob patterns.
    """

    paths: list[Path | str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    roots: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Folder:
    """The result of searching one folder. Its links are resolved later."""

    path: Path
    files: list[Path] = field(default_factory=list)
    links: list[Path] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def list_inputs(arguments: Iterable[str | Path]) -> Listing:
    """Return the files of the arguments, which can be folders and globs, and those that are not read.

    Raises UsageError for a path that does not exist and for a folder without a file.
    """
    found = _Listing()
    for argument in arguments:
        found.add(argument)
    return found.finished()


class _Listing:
    def __init__(self) -> None:
        self._parts: list[Path | str | Skipped | _Folder] = []
        self._roots: set[str] = set()

    def add(self, argument: str | Path) -> None:
        if str(argument) == "-":
            self._parts.append("-")
        elif not str(argument):
            raise UsageError("an empty path: name a file, a folder, a glob or - for standard input")
        elif not self._add_path(Path(argument)):
            try:
                matches = sorted(glob.glob(str(argument), recursive=True))
            except (OSError, ValueError):
                matches = []
            if not matches:
                raise UsageError(f"{source_name(str(argument))}: no such file or folder")
            self._roots.add(os.path.abspath(_fixed_folder(str(argument))))
            for match in matches:
                self._add_path(Path(match))

    def _add_path(self, path: Path) -> bool:
        """False if there is nothing of this name."""
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and (
                os.path.islink(path)
                or error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL)
            ):
                self._parts.append(_broken(path, error))
                return True
            return False
        if stat.S_ISDIR(mode):
            self._roots.add(os.path.abspath(path))
            self._parts.append(_search(path))
        else:
            self._parts.append(_special(path, mode) or path)
        return True

    def finished(self) -> Listing:
        folders = [part for part in self._parts if isinstance(part, _Folder)]
        roots = [os.path.realpath(f.path) for f in folders]
        known = (
            {os.path.realpath(path) for f in folders for path in f.files} if any(f.links for f in folders) else set()
        )
        listing = Listing()
        for part in self._parts:
            if isinstance(part, _Folder):
                _decide_links(part, roots, known)
                if not part.files and not any(isinstance(s, Failure) for s in part.skipped):
                    ignored = f", only {len(part.skipped)} system or hidden files" if part.skipped else ""
                    raise UsageError(
                        f"{source_name(part.path)}: no report in this folder{ignored} (readable: {READABLE_NAMES})"
                    )
                listing.paths += sorted(part.files)
                listing.skipped += sorted(part.skipped, key=lambda s: s.source)
                listing.folders.append(part.path)
            elif isinstance(part, (Failure, Ignored)):
                listing.skipped.append(part)
            else:
                listing.paths.append(part)
        # A file that several arguments name is read once.
        unique: dict[str, Path | str] = {}
        for path in listing.paths:
            unique.setdefault(path if isinstance(path, str) else os.path.abspath(path), path)
        listing.paths = list(unique.values())
        listing.roots = frozenset(self._roots)
        listing.skipped = list(dict.fromkeys(listing.skipped))
        return listing


def _fixed_folder(pattern: str) -> Path:
    """Return the folder at the beginning of a glob pattern that contains no wildcard."""
    parts = Path(pattern).parts
    first = next((n for n, part in enumerate(parts[:-1]) if glob.has_magic(part)), len(parts) - 1)
    return Path(*parts[:first])


def _search(root: Path) -> _Folder:
    """Return all files in a folder. Hidden folders and graph folders are not opened, and links are not followed."""
    found = _Folder(root)
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                here = list(entries)
        except OSError as error:
            found.skipped.append(
                NotRead(
                    source_name(folder), f"the folder cannot be opened: {error.strerror or error}", "unreadable folder"
                )
            )
            continue
        if any(entry.name == _LEDGER for entry in here):
            found.skipped.append(Ignored(source_name(folder), "the folder of a graph"))
            continue
        waiting += _entries(found, folder, here)
    return found


def _entries(found: _Folder, folder: Path, entries: list[os.DirEntry[str]]) -> Iterator[Path]:
    """Add the entries of a folder to `found`, and yield the folders in it, which are searched next."""
    for entry in entries:
        path = folder / entry.name
        try:
            if entry.is_symlink():
                found.links.append(path)
            elif entry.is_dir(follow_symlinks=False):
                if _is_junction(path):
                    found.links.append(path)
                elif is_system_file(entry.name):
                    found.skipped.append(Ignored(source_name(path), "a hidden or system folder"))
                else:
                    yield path
            elif is_system_file(entry.name):
                found.skipped.append(Ignored(source_name(path), "a hidden or system file"))
            else:
                special = (
                    None
                    if entry.is_file(follow_symlinks=False)
                    else _special(path, entry.stat(follow_symlinks=False).st_mode)
                )
                if special is not None:
                    found.skipped.append(special)
                else:
                    _take(found, path)
        except OSError as error:
            found.skipped.append(_broken(path, error))


def _take(found: _Folder, path: Path) -> None:
    if is_readable(path.name):
        found.files.append(path)
    else:
        found.skipped.append(NotRead(source_name(path), unknown_kind(path.name)))


def _decide_links(found: _Folder, roots: list[str], known: set[str]) -> None:
    """Read a file to which links inside the folders lead once, under one name. Links to other places are listed."""
    for path in sorted(found.links):
        name = source_name(path)
        if is_system_file(path.name):
            found.skipped.append(Ignored(name, "a hidden or system file"))
            continue
        try:
            mode = path.stat().st_mode
        except OSError as error:
            found.skipped.append(_broken(path, error))
            continue
        target = os.path.realpath(path)
        if not any(target == root or target.startswith(root.rstrip(os.sep) + os.sep) for root in roots):
            found.skipped.append(
                NotRead(
                    name,
                    f"the link leads outside the folder, to {source_name(target)}; give it by name to read it",
                    "link",
                )
            )
        elif stat.S_ISDIR(mode):
            found.skipped.append(
                Ignored(name, f"a link to the folder {source_name(target)}, whose files are listed there")
            )
        elif special := _special(path, mode):
            found.skipped.append(special)
        elif target in known:
            found.skipped.append(Ignored(name, f"a link to {source_name(target)}, which is read under that name"))
        else:
            if is_readable(path.name):
                known.add(target)
            _take(found, path)


def _special(path: Path, mode: int) -> NotRead | None:
    """Return why a path is not read that is not a regular file, since reading it may never end."""
    if stat.S_ISREG(mode):
        return None
    kind = next((words for is_kind, words in _SPECIAL if is_kind(mode)), "no regular file")
    return NotRead(source_name(path), f"{kind}, not a file; send its text to standard input with -", "special file")


def _broken(path: Path, error: OSError) -> Failure:
    """Return why a path cannot be read."""
    name = source_name(path)
    if os.path.islink(path):
        if error.errno == errno.ELOOP or _is_loop(path):
            return NotRead(name, "the link leads back to itself; remove it or correct its target", "link")
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return NotRead(
                name,
                f"the link leads to {source_name(os.readlink(path))}, which does not exist; "
                "remove it or correct its target",
                "link",
            )
    return Failure(name, f"cannot be read: {error.strerror or error}")


def _is_loop(path: Path) -> bool:
    seen = set()
    while os.path.islink(path):
        if path in seen:
            return True
        seen.add(path)
        path = Path(os.path.normpath(path.parent / os.readlink(path)))
    return False


def _is_junction(path: Path) -> bool:
    """Tell whether a folder is a junction, a link of Windows that is no symbolic link."""
    if os.name != "nt":
        return False
    return os.path.normcase(os.path.realpath(path)) != os.path.normcase(
        os.path.join(os.path.realpath(path.parent), path.name)
    )
