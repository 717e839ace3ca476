"""Names of the columns of tables and of the fields of JSON records, from `columns.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

from graphkit.errors import GrammarError
from graphkit.grammar.lexicon import FOLDER

FILE = "columns.toml"
_RECORD = "record"
_IGNORED_IN_NAMES = re.compile(r"[\s_\-\ufeff:：【】]+")


_LISTS = {"missing", "inner", "containers", "block", "beside", "year", "month", "day", "labels"}


@cache
def column_names() -> dict[str, tuple[str, ...]]:
    """Return for each field of a report the names that its column can have, the preferred one first.

    Raises
    ------
    GrammarError
        The file is not valid TOML, or an entry is not a list of names.
    """
    return _lists({field: names for field, names in _table().items() if field != _RECORD}, "")


@cache
def name_key(name: str) -> str:
    """Return the form of a name in which names are compared: in lower case, without spaces, `_`, `-`, colons and 【】.

    >>> name_key("Pub_Date") == name_key("pubDate")
    True
    """
    return _IGNORED_IN_NAMES.sub("", name).lower() or name


@cache
def column_keys() -> dict[str, tuple[str, ...]]:
    """Return the names of `column_names` in the form in which names are compared, each once."""
    return {field: tuple(dict.fromkeys(map(name_key, names))) for field, names in column_names().items()}


@cache
def missing_values() -> frozenset[str]:
    """Return the values, in lower case, with which programs state that a field is missing."""
    return frozenset(_record()["missing"])


@cache
def inner_names() -> tuple[str, ...]:
    """Return the names from which the value of a field is read if it is an object, the preferred one first."""
    return _record()["inner"]


@cache
def container_keys() -> frozenset[str]:
    """Return the names of objects in a record that describe the report, in the form in which names are compared."""
    return frozenset(map(name_key, _record()["containers"]))


@cache
def block_keys() -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the names of the text of a paragraph that is an object, and those of its other fields, to be compared."""
    return tuple(map(name_key, _record()["block"])), frozenset(map(name_key, _record()["beside"]))


@cache
def day_keys() -> tuple[tuple[str, ...], ...]:
    """Return the names of the columns of the year, of the month, and of the day of the month, to be compared."""
    return tuple(tuple(map(name_key, _record()[part])) for part in ("year", "month", "day"))


@cache
def label_keys() -> frozenset[str]:
    """Return the labels of lines from which nothing is read, in the form in which names are compared."""
    return frozenset(map(name_key, _record()["labels"]))


def _table() -> dict[str, Any]:
    try:
        return tomllib.loads((FOLDER / FILE).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise GrammarError(f"{FILE} is not valid TOML: {error}") from error


def _record() -> dict[str, tuple[str, ...]]:
    table = _table().get(_RECORD)
    if not isinstance(table, dict) or not table.keys() >= _LISTS:
        raise GrammarError(f"{FILE}, {_RECORD}: expected a table with the lists {', '.join(sorted(_LISTS))}")
    return _lists(table, f"{_RECORD}.")


def _lists(table: dict[str, Any], prefix: str) -> dict[str, tuple[str, ...]]:
    for field, names in table.items():
        if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
            raise GrammarError(f"{FILE}, {prefix}{field}: expected a list of names")
    return {field: tuple(names) for field, names in table.items()}
