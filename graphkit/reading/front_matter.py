"""The fields at the beginning of a Markdown file (front matter): YAML between lines of `---`, TOML between `+++`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from typing import Any, NamedTuple

import yaml  # type: ignore[import-untyped]

from graphkit.grammar.columns import column_names
from graphkit.model import Origin
from graphkit.reading.origins import origin_of
from graphkit.reading.record_fields import field_of, unwrapped

#: Maximum length of front matter in characters.
_LONGEST = 65_536
_FIELDS = ("title", "date", "publisher", "place", "url")
_LINE = re.compile(r"""^([\w\-\u4e00-\u9fff]{1,40})[ \t]*[:=：][ \t]*(["']?)(.*?)\2[ \t]*$""", re.M)


class FrontMatter(NamedTuple):
    """The fields that the front matter of a file states, the text after it, and where the fields are from."""

    fields: dict[str, str]
    text: str
    origin: Origin | None = None

    def origin_without(self, *names: str) -> Origin | None:
        """Return the origin of a report whose fields with these names are not from the front matter."""
        if self.origin is None:
            return None
        return replace(self.origin, fields=tuple(pair for pair in self.origin.fields if pair[0] not in names))


def read_front_matter(text: str, place: str) -> FrontMatter:
    """Return the front matter of a file and the text after it.

    Without front matter, there are no fields and the whole text is returned. What is not well-formed is read line by
    line. Raises ReadingError if a field contains something else than a string or number.
    """
    start = len(text) - len(text.lstrip("\ufeff \t\r\n"))
    mark = text[start : start + 3]
    if mark not in ("---", "+++") or text[start + 3 : text.find("\n", start)].strip():
        return FrontMatter({}, text)
    begin = text.find("\n", start) + 1
    end = _end(text, begin, mark)
    if not begin or end is None:
        return FrontMatter({}, text)
    record = _parsed(text[begin : end[0]], mark)
    # With a text, fields are also read from objects such as `meta`.
    whole = unwrapped({**record, "text": ""})
    named = {name: field_of(whole, name, place, record) for name in _FIELDS}
    fields = {name: value for name, (_, value) in named.items() if value}
    if not fields and not _has_known_names(record):
        return FrontMatter({}, text)
    return FrontMatter(fields, text[end[1] :], origin_of(record, {name: used for name, (used, _) in named.items()}))


def _end(text: str, begin: int, mark: str) -> tuple[int, int] | None:
    """Return where the front matter ends and where the text after it begins, None if it does not end."""
    at = begin
    while 0 < at < min(len(text), begin + _LONGEST):
        stop = text.find("\n", at)
        line = text[at : stop if stop >= 0 else len(text)].strip()
        if line == mark or (line == "..." and mark == "---"):
            return at, stop + 1 if stop >= 0 else len(text)
        if stop < 0:
            return None
        at = stop + 1
    return None


def _parsed(block: str, mark: str) -> dict[str, Any]:
    """Return the front matter as a record. Values of YAML are strings, lists or objects."""
    try:
        value = tomllib.loads(block) if mark == "+++" else yaml.load(block, Loader=yaml.BaseLoader)
    except (tomllib.TOMLDecodeError, yaml.YAMLError, RecursionError, ValueError):
        value = {m[1]: m[3] for m in _LINE.finditer(block)}
    if not isinstance(value, dict):
        return {}
    return {str(name): _simple(item) for name, item in value.items()}


def _simple(value: Any) -> Any:
    """Return a day or time of TOML as text."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _has_known_names(record: dict[str, Any]) -> bool:
    names = {"tags", "categories", "layout", "draft", "author", "slug", *column_names()} - {"text"}
    return any(name.lower() in names for name in record)
