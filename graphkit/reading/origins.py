"""Where the fields of a report come from: a field of its record, an element of its page, or its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from graphkit.model import Origin, Report
from graphkit.reading.field_paths import MOST_NAMES, Record, leaf_paths, locate
from graphkit.reading.naming import READABLE, printable
from graphkit.reading.options import current_options

#: Origins of values that have no name in the file.
IN_FILE = "stated by the file"
IN_TEXT = "found in the text"
BY_PUBLISHER = "from the name of the publisher"
BY_NAME = "from the name of the file"
CONTENT = "content of the file"
_FOUND = ("title", "date", "publisher", "place")
#: Maximum length of the name of a field in messages.
_LONGEST_NAME = 80
_ENDINGS = "|".join(sorted((re.escape(ending) for ending in READABLE), key=len, reverse=True))
_KIND = re.compile(rf"(?P<kind>(?:{_ENDINGS})(?:\.(?:gz|zst))?)(?=[:!]|\Z)", re.I)


def origin_of(record: Record, used: Mapping[str, str]) -> Origin:
    """Return the origin of the report of a record. used: name or path of the value of each field of the report."""
    if any(isinstance(value, dict) for value in record.values()):
        paths, places = _nested(record, used)
    else:
        paths = tuple(islice(record, MOST_NAMES))
        places = {field: name for field, name in used.items() if name}
    given = (str(path) for path in current_options().fields if locate(record, path.path) is not None)
    return _origin(tuple(places.items()), paths, tuple(given))


def _nested(record: Record, used: Mapping[str, str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the paths of the fields of a record with objects in it, and the path of each value that was used."""
    leaves = list(islice(leaf_paths(record), MOST_NAMES))
    paths = [path for path, _, _ in leaves]
    known = set(paths)
    by_name: dict[str, str] = {}
    for path in paths:
        parts = path.split(".")
        for size in range(len(parts), 0, -1):
            by_name.setdefault(parts[size - 1], ".".join(parts[:size]))
    places = {field: name if name in known else by_name.get(name, name) for field, name in used.items() if name}
    return tuple(paths), places


@lru_cache(maxsize=2048)
def _origin(places: tuple[tuple[str, str], ...], paths: tuple[str, ...], given: tuple[str, ...]) -> Origin:
    """Return an origin. Equal ones are one object, so that those of many reports need little memory."""
    used = {path.lower() for _, path in places}
    names = tuple(dict.fromkeys(_shown(path) for path in paths if path.strip()))
    unused = tuple(name for name in names if not _is_used(name.lower(), used))
    return Origin(tuple((field, _shown(path)) for field, path in places), names, unused, given)


def _is_used(path: str, used: set[str]) -> bool:
    """Tell whether a path is that of a value that was used, or of a part of one."""
    return path in used or any(path.startswith(f"{one}.") for one in used)


def _shown(path: str) -> str:
    return printable(path.strip())[:_LONGEST_NAME]


def completed(stated: Report, found: Report) -> Origin:
    """Return the origin of a report of whose fields the first report states some, and the text others."""
    origin = stated.origin or Origin()
    known = dict(origin.fields)
    for name in _FOUND:
        if getattr(found, name) and name not in known:
            own = BY_PUBLISHER if name == "place" else IN_TEXT
            known[name] = IN_FILE if getattr(stated, name) else own
    known.setdefault("text", CONTENT)
    if found.url:
        known.setdefault("url", IN_FILE)
    fields = tuple((name, place) for name, place in known.items() if getattr(found, name, ""))
    return origin if fields == origin.fields else _shared(replace(origin, fields=fields))


@lru_cache(maxsize=2048)
def _shared(origin: Origin) -> Origin:
    return origin


def kind_of(source: str) -> str:
    """Return the kind of the file of a report or failure as its ending, also for one in an archive.

    >>> kind_of("pages.zip!2024/reports.jsonl.gz:12"), kind_of("book.epub!chapter.xhtml"), kind_of("standard input:3")
    ('.jsonl.gz', '.epub', 'standard input')
    """
    m = _KIND.search(source)
    if m:
        return m["kind"].lower()
    return "standard input" if source.startswith("standard input") else "other"


def file_of(source: str) -> str:
    """Return the name of the file of a report or failure, without its position in the file."""
    m = _KIND.search(source)
    return source[: m.end()] if m else source.partition(":")[0]
