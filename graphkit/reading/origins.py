"""Where the fields of a report come from: a field of its record, an element of its page, or its text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any

from graphkit.model import Origin, Report
from graphkit.reading.field_paths import MAX_DEPTH, MOST_NAMES, Record, locate
from graphkit.reading.naming import printable
from graphkit.reading.options import current_options

#: Names in a record; an object inside it is a pair of its name and the names in it.
Shape = tuple[Any, ...]
#: Origins of values that have no name in the file.
IN_FILE = "stated by the file"
IN_TEXT = "found in the text"
BY_PUBLISHER = "from the name of the publisher"
BY_NAME = "from the name of the file"
CONTENT = "content of the file"
_NONE = Origin()
#: Maximum length of the name of a field in messages.
_LONGEST_NAME = 80


def origin_of(record: Record, used: Mapping[str, str]) -> Origin:
    """Return the origin of the report of a record. used: name or path of the value of each field of the report."""
    given = [str(path) for path in current_options().fields if locate(record, path.path) is not None]
    return _origin(_shape(record, 0), tuple(used.items()), tuple(given))


def _shape(record: Record, depth: int) -> Shape:
    """Return the names in a record, with those in an object inside it: those of most records of a file are equal."""
    return tuple(
        (name, _shape(value, depth + 1)) if isinstance(value, dict) and value and depth < MAX_DEPTH else name
        for name, value in islice(record.items(), MOST_NAMES)
    )


def _paths(shape: Shape, prefix: str = "") -> Iterator[str]:
    """Yield the paths of the fields that contain no other fields."""
    for part in shape:
        if isinstance(part, str):
            yield prefix + part
        else:
            yield from _paths(part[1], f"{prefix}{part[0]}.")


@lru_cache(maxsize=1024)
def _origin(shape: Shape, used: tuple[tuple[str, str], ...], given: tuple[str, ...]) -> Origin:
    """Return an origin. Equal ones are one object, so that those of many reports need little memory."""
    paths = list(islice(_paths(shape), MOST_NAMES))
    by_name = _by_name(paths)
    known = set(paths)
    places = [(field, name if name in known else by_name.get(name, name)) for field, name in used if name]
    lower = {path.lower() for _, path in places}
    names = tuple(dict.fromkeys(_shown(path) for path in paths if path.strip()))
    unused = tuple(name for name in names if not _is_used(name.lower(), lower))
    return Origin(tuple((field, _shown(path)) for field, path in places), names, unused, given)


def _by_name(paths: list[str]) -> dict[str, str]:
    """Return the first path that ends with a name, also of an object that has fields."""
    found: dict[str, str] = {}
    for path in paths:
        parts = path.split(".")
        for size in range(len(parts), 0, -1):
            found.setdefault(parts[size - 1], ".".join(parts[:size]))
    return found


def _is_used(path: str, used: set[str]) -> bool:
    """Tell whether a path is that of a value that was used, or of a part of one."""
    return path in used or any(path.startswith(f"{one}.") for one in used)


def _shown(path: str) -> str:
    return printable(path.strip())[:_LONGEST_NAME]


def completed(stated: Report, values: Mapping[str, str]) -> Origin:
    """Return the origin of a report that states some fields itself, while others were found. values: all of them."""
    origin = stated.origin or _NONE
    known = dict(origin.fields)
    for name, value in values.items():
        if not value:
            known.pop(name, None)
        elif name not in known:
            own = BY_PUBLISHER if name == "place" else IN_TEXT
            known[name] = IN_FILE if getattr(stated, name) else own
    known.setdefault("text", CONTENT)
    if stated.url:
        known.setdefault("url", IN_FILE)
    else:
        known.pop("url", None)
    return _with_fields(origin, tuple(known.items()))


def has_inferred_place(report: Report) -> bool:
    """Tell whether the place of a report is from the name of its publisher, because its file states none."""
    return report.origin is not None and ("place", BY_PUBLISHER) in report.origin.fields


@lru_cache(maxsize=2048)
def _with_fields(origin: Origin, fields: tuple[tuple[str, str], ...]) -> Origin:
    """Return an origin with these fields. Equal ones are one object."""
    return replace(origin, fields=fields)
