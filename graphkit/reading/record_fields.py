"""Which field of a record (a JSON object, a row of a table) is which field of a report, and its value."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graphkit.errors import ReadingError
from graphkit.grammar.columns import (
    block_keys,
    column_keys,
    column_names,
    container_keys,
    day_keys,
    inner_names,
    missing_values,
    name_key,
)
from graphkit.reading.characters import without_glyphs
from graphkit.reading.decoding import check_characters
from graphkit.reading.field_paths import Located, locate, name_in
from graphkit.reading.naming import printable
from graphkit.reading.options import current_options

_SIMPLE_NAME = re.compile(r"[\w\-$@ ]+")
#: Values of other fields with the name of a field: the address of a publisher, the time without a day.
_OTHER = {
    "publisher": re.compile(r"\s*https?://.*", re.IGNORECASE | re.DOTALL),
    "date": re.compile(r"\s*\d{1,2}:\d{2}(?::\d{2})?\s*"),
}
#: A number of a year, month or day, as a program that has only decimal numbers writes it, or with its unit.
_DAY_PART = re.compile(r"\s*(?P<number>\d{1,4})(?:\.0)?\s*[^\W\d]?\s*")
#: Maximum depth to which objects in a record are searched for its text.
MAX_DEPTH = 8
Record = dict[str, Any]
#: The name of a field in a record, or its path, and its value.
Named = tuple[str, str]


def has_text_field(record: Record) -> bool:
    """Tell whether a record has a field with a name or path of the text, and a text or nothing in it."""
    return _given_text(record) is not None or _has_known_text(record)


def _has_known_text(record: Record) -> bool:
    keys = _keys(record)
    return any(key in keys and _can_be_text(record[keys[key]]) for key in column_keys()["text"])


def _given_text(record: Record) -> Located | None:
    """Return the text at a path that the user states for it."""
    located = (locate(record, given.path) for given in current_options().paths("text"))
    return next((found for found in located if found and _can_be_text(found.value)), None)


def find_column(header: list[str], field: str) -> int | None:
    """Return the number of the preferred column of a field in the header of a table."""
    for given in current_options().paths(field):
        name = name_in(header, given.path)
        if name is not None:
            return header.index(name)
    keys = [name_key(name) for name in header]
    return next((keys.index(key) for key in column_keys()[field] if key in keys), None)


def text_of(record: Record, place: str, whole: Record) -> Named:
    """Return the name and value of the text of a record, and an empty text if its text field is empty.

    whole: the record with the objects around it, in which the paths of the user are. A list of strings is a text with a
    paragraph in each line. Raises ReadingError if there is no text field, or if the preferred one contains something
    else.
    """
    keys = _keys(record)
    wrong = ""
    empty = ""
    for given in current_options().paths("text"):
        located = locate(whole, given.path)
        if located and not _can_be_text(located.value):
            wrong = wrong or f"`{given.path}` (field {given}) is {type(located.value).__name__}, not a string"
        elif located and not is_missing(located.value):
            return located.path, _joined(located.value)
        elif located:
            empty = empty or located.path
    for key in column_keys()["text"]:
        if key not in keys:
            continue
        name = keys[key]
        value = record[name]
        if not _can_be_text(value):
            wrong = wrong or f"`{name}` is {type(value).__name__}, not a string"
        elif not is_missing(value):
            return name, _joined(value)
        else:
            empty = empty or name
    if wrong:
        raise ReadingError(place, wrong)
    if not empty:
        paths = "".join(f"no `{given.path}` (field {given}) and " for given in current_options().paths("text"))
        raise ReadingError(place, f"{paths}no `text`; {_advice(record)}")
    return empty, ""


def _joined(text: str | list[Any]) -> str:
    return text if isinstance(text, str) else "\n".join(map(_paragraph, text))


def _paragraph(part: str | Record) -> str:
    """Return a paragraph, which is a text or an object with a text."""
    if isinstance(part, str):
        return part
    return str(next((value for name, value in part.items() if name_key(name) in block_keys()[0]), ""))


def _is_paragraph(part: object) -> bool:
    """Tell whether an item of a list is a paragraph: a text, or an object with a text and nothing of a report."""
    if isinstance(part, str):
        return True
    if not isinstance(part, dict):
        return False
    texts, beside = block_keys()
    own = [name for name in part if name_key(name) in texts]
    rest = {name_key(name) for name in part if name not in own}
    return len(own) == 1 and isinstance(part[own[0]], str) and bool(rest) and rest <= beside


def field_of(record: Record, field: str, place: str, whole: Record) -> Named:
    """Return the name and value of a field, both empty if it is missing.

    whole: as in `text_of`. The value has no white space at its ends; a number becomes text. Raises ReadingError if the
    field with a path of the user or with the preferred name contains something else than a string or number.
    """
    for given in current_options().paths(field):
        located = locate(whole, given.path)
        value = _simple(located.value) if located else None
        if located and isinstance(value, (str, int, float)) and not isinstance(value, bool):
            if not is_missing(value):
                return located.path, _clean(value, place, given.path)
        elif value is not None:
            raise ReadingError(place, f"`{given.path}` (field {given}) is {type(value).__name__}, not a string")
    keys = _keys(record)
    for key in column_keys()[field]:
        if key not in keys:
            continue
        name = keys[key]
        value = _simple(record[name])
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            other = _OTHER.get(field)
            if is_missing(value) or (other and other.fullmatch(str(value))):
                continue
            return name, _clean(value, place, name)
        if value is not None and name == column_names()[field][0]:
            raise ReadingError(place, f"`{name}` is {type(value).__name__}, not a string")
    return "", ""


def day_of_parts(record: Record) -> Named:
    """Return the name of the year and the day that the columns of year, month and day state, both empty without them."""
    keys = _keys(record)
    names = [next((keys[key] for key in part if key in keys), "") for part in day_keys()]
    if not all(names):
        return "", ""
    numbers = [_DAY_PART.fullmatch(str(record[name])) for name in names]
    found = [m["number"] for m in numbers if m]
    return (names[0], "-".join(found)) if len(found) == len(names) else ("", "")


def _clean(value: str | float, place: str, name: str) -> str:
    return check_characters(without_glyphs(str(value)), f"{place} ({name})").strip()


def is_missing(value: object) -> bool:
    """Tell whether a value states that the field is missing: nothing, white space, `nan`, `None`, `null`, `-` …."""
    if value is None or (isinstance(value, float) and value != value):
        return True
    if isinstance(value, list):
        return not any(_paragraph(part).strip() for part in value)
    return isinstance(value, str) and (not value.strip() or value.strip().lower() in missing_values())


def records_in(value: Any, path: str = "", depth: int = MAX_DEPTH) -> list[tuple[str, Any]]:
    """Return the records of a value with their paths: objects with a text, and all other items of arrays of them.

    An object with a text is one record, so that its comments and related reports are none. An object around only one
    record is this record, because it can have fields of it.
    """
    if depth < 0:
        return []
    if isinstance(value, dict):
        if has_text_field(value):
            return [(path, value)]
        found = [
            record
            for name, child in value.items()
            if isinstance(child, (dict, list))
            for record in records_in(child, f"{path}.{_shown(name)}" if path else _shown(name), depth - 1)
        ]
        return [(path, value)] if len(found) == 1 and "[" not in found[0][0][len(path) :] else found
    if isinstance(value, list):
        inside = [records_in(item, f"{path}[{number}]", depth - 1) for number, item in enumerate(value)]
        if any(inside):
            return [
                record
                for number, (item, found) in enumerate(zip(value, inside, strict=True))
                for record in found or [(f"{path}[{number}]", item)]
            ]
    return []


def unwrapped(record: Record) -> Record:
    """Return a record with the fields of a report that are in objects inside it.

    If the user states the path of the text, the fields of the objects around it belong to the record, those of the
    nearest one first.

    If its text is in an object inside it, as in {"_id": 7, "data": {"article": {"body": "…"}}}, the result has the
    fields of this object, and those of the objects around it for what the object lacks. What an object such as `meta`
    states is added. A record without a text, or with several objects that have one, is returned unchanged.
    """
    given = _given_text(record)
    if given is not None and not is_missing(given.value):
        *outer, nearest = given.around
        fields = _with_containers(nearest)
        for around in reversed(outer):
            fields = _with_fields(fields, _with_containers(around))
        return fields
    return _with_containers(record) if _has_known_text(record) else _wrapped(record)


def _wrapped(record: Record) -> Record:
    inside: list[tuple[Record, Record]] = [(record, {})]
    for _ in range(MAX_DEPTH):
        inside = [
            (child, {**outer, **parent})
            for parent, outer in inside
            for child in parent.values()
            if isinstance(child, dict)
        ]
        found = [(child, outer) for child, outer in inside if _has_known_text(child)]
        if found:
            (child, outer) = found[0]
            return _with_fields(_with_containers(child), _with_containers(outer)) if len(found) == 1 else record
    return record


def _with_containers(record: Record) -> Record:
    for name, value in record.items():
        if isinstance(value, dict) and name_key(name) in container_keys():
            record = _with_fields(record, value)
    return record


def _with_fields(record: Record, other: Record) -> Record:
    """Return the fields of a record, and those of another one for the fields of a report that it lacks."""
    own = _keys(record)
    lacking = [f for f, keys in column_keys().items() if f != "text" and not any(key in own for key in keys)]
    wanted = {key for field in lacking for key in column_keys()[field]}
    added = {name: value for name, value in other.items() if name_key(name) in wanted}
    return {**record, **added} if added else record


def _keys(record: Record) -> Mapping[str, str]:
    """Return the names of a record by the form in which they are compared; an exact name precedes its variants."""
    return _keys_of(tuple(record))


@lru_cache(maxsize=512)
def _keys_of(names: tuple[str, ...]) -> Mapping[str, str]:
    """Return the result of `_keys`. The records of a file usually have the same names."""
    keys: dict[str, str] = {}
    for name in names:
        key = name_key(name)
        if key not in keys or name == key:
            keys[key] = name
    return keys


def _can_be_text(value: object) -> bool:
    return is_text(value) or value is None or (isinstance(value, float) and value != value)


def is_text(value: object) -> bool:
    """Tell whether a value can be a text: a string, or a list of strings or paragraphs."""
    return isinstance(value, str) or (isinstance(value, list) and all(map(_is_paragraph, value)))


def _simple(value: object) -> object:
    """Return the value in an object with one of the usual names, and the item of a list with one item."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    for name in inner_names():
        if isinstance(value, dict) and value.get(name) is not None:
            return _simple(value[name])
    return value


def _advice(record: Record) -> str:
    names = list(record)
    found = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    return f"one of the fields {', '.join(column_names()['text'][:6])} … is needed, found: {found or 'no field'}"


def _shown(name: str) -> str:
    """Return a name as a part of a path, without the marks that separate a file from a position in it."""
    shown = printable(name)
    return shown if _SIMPLE_NAME.fullmatch(shown) else json.dumps(shown, ensure_ascii=False).translate({58: 95, 33: 95})
