"""Ids of reports: the location of the file below the folder that is read, and a suffix for equal ids.

docs/decisions/019-identity.md gives the reasons.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path, PurePath, PurePosixPath

from graphkit.reading.naming import printable, stem

#: The path of reports that are not in a file: the items of a list or an iterator.
MEMORY = "<memory>"
#: Number of hexadecimal digits of a suffix.
DIGITS = 12
_SUFFIX = re.compile(rf"~[0-9a-f]{{{DIGITS}}}\Z")
_LENGTH = DIGITS + 1


def with_suffix(base: str, fingerprint: str) -> str:
    """Return the id of a report with this content, if another report has the same id without suffix."""
    return f"{base}~{fingerprint[:DIGITS]}"


def is_plain(base: str) -> bool:
    """Tell whether the id can be used without a suffix: it does not look as if it had one."""
    return _SUFFIX.search(base, max(len(base) - _LENGTH, 0)) is None


def base_of(report_id: str) -> str:
    """Return the id of a stored report without its suffix."""
    return report_id if is_plain(report_id) else report_id[:-_LENGTH]


def location(path: Path | str, roots: Collection[str]) -> str:
    """Return the default id of the report in a file: its path below the outermost root, without extensions.

    roots: absolute paths of folders that were read. A file in none of them has its name as id.
    """
    whole = os.path.abspath(path)
    below = _below(whole, roots)
    name = PurePath(whole).name
    folder = PurePath(below).parent.as_posix() if below else "."
    return stem(name) if folder == "." else f"{printable(folder)}/{stem(name)}"


def is_below(path: Path | str, roots: Collection[str]) -> bool:
    """Tell whether a file is in one of the folders."""
    return bool(_below(os.path.abspath(path), roots))


def _below(whole: str, roots: Collection[str]) -> str:
    """Return the part of an absolute path that follows the outermost root; "" if it is in none of them."""
    if not roots:
        return ""
    at = whole.find(os.sep)
    while at >= 0:
        # The folder at the top of a file system is written with its separator.
        if whole[:at] in roots or whole[: at + 1] in roots:
            return whole[at + 1 :]
        at = whole.find(os.sep, at + 1)
    return ""


def member_location(archive: str, member: str) -> str:
    """Return the default id of the report in a file of an archive.

    archive: the default id of the archive, "" for an archive that is in no folder that is read: as for a folder, the
    location begins below it.
    """
    parts = PurePosixPath(member.replace("\\", "/")).parts
    return "/".join([*([archive] if archive else []), *(printable(p) for p in parts[:-1]), stem(parts[-1])])
