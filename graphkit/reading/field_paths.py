"""Paths of fields in records, which the user states: text=data.article.body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphkit.errors import UsageError
from graphkit.grammar.columns import column_names, name_key
from graphkit.wording import did_you_mean

Record = dict[str, Any]
#: Maximum depth to which the names in a record are listed, and their maximum number.
MAX_DEPTH = 8
MOST_NAMES = 200


@dataclass(frozen=True, slots=True)
class FieldPath:
    """A field of a report, and the path of its value in a record: names that are separated by dots."""

    field: str
    path: str

    def __str__(self) -> str:
        return f"{self.field}={self.path}"


@dataclass(frozen=True, slots=True)
class Located:
    """A value in a record. path: its path as the record spells it; around: the objects with it, the record first."""

    value: Any
    path: str
    around: tuple[Record, ...]


def field_paths(fields: Mapping[str, str | Iterable[str]]) -> tuple[FieldPath, ...]:
    """Return the paths of fields of a report. Raises UsageError for an unknown field or an empty path."""
    found: list[FieldPath] = []
    for name, paths in fields.items():
        if name not in column_names():
            raise UsageError(f"{name!r} is not a field of a report{_meant(name)}; the fields are {_all_fields()}")
        for path in [paths] if isinstance(paths, str) else paths:
            if not path.strip(". \t"):
                raise UsageError(
                    f"the path of the field {name} is empty; name a field of the records: {name}=article.{name}"
                )
            found.append(FieldPath(name, path.strip()))
    return tuple(dict.fromkeys(found))


def parse_fields(arguments: Iterable[str]) -> dict[str, list[str]]:
    """Return the paths by field of arguments NAME=PATH. Raises UsageError for an argument of another form."""
    found: dict[str, list[str]] = {}
    for argument in arguments:
        name, equals, path = argument.partition("=")
        if not equals:
            raise UsageError(
                f"{argument!r} is not of the form NAME=PATH, for example text=data.article.body; "
                f"NAME is one of {_all_fields()}"
            )
        found.setdefault(name.strip().lower(), []).append(path)
    return found


def _all_fields() -> str:
    return ", ".join(column_names())


def _meant(name: str) -> str:
    return did_you_mean(name, column_names())


def locate(record: Record, path: str) -> Located | None:
    """Return the value at a path, None if the record has none.

    In each object, a name with dots precedes a path, and an exact name precedes one that differs only in upper and
    lower case, spaces, `_` and `-`. A number is the position of an item in a list, from 0.

    >>> locate({"data": {"body.html": "甲"}}, "data.body.html").value
    '甲'
    """
    return next(_located(record, path, "", ()), None)


def _located(value: Any, path: str, before: str, around: tuple[Record, ...]) -> Iterator[Located]:
    """Yield the values at a path in a value, the preferred one first. before: path of the value, with a dot."""
    if isinstance(value, list):
        head, _, rest = path.partition(".")
        if head.isascii() and head.isdigit() and len(head) < 6 and int(head) < len(value):
            item = value[int(head)]
            if rest:
                yield from _located(item, rest, f"{before}{head}.", around)
            else:
                yield Located(item, before + head, around)
    if not isinstance(value, dict) or len(around) > MAX_DEPTH:
        return
    inside = (*around, value)
    name = name_in(value, path)
    if name is not None:
        yield Located(value[name], before + name, inside)
    dot = path.find(".")
    while dot > 0:
        name = name_in(value, path[:dot])
        if name is not None and isinstance(value[name], (dict, list)):
            yield from _located(value[name], path[dot + 1 :], f"{before}{name}.", inside)
        dot = path.find(".", dot + 1)


def name_in(names: Iterable[str], wanted: str) -> str | None:
    """Return the name that equals the wanted one, or that differs from it only in its spelling."""
    if isinstance(names, dict) and wanted in names:
        return wanted
    listed = list(names)
    if wanted in listed:
        return wanted
    key = name_key(wanted)
    return next((name for name in listed if name_key(name) == key), None)
