"""The fields at the beginning of a Markdown file (front matter).

They are YAML between lines of `---`, TOML between lines of `+++`, or a JSON object. Three incomplete forms are read if
they state at least two fields of a report: YAML without the first line, JSON without braces in front of a line `;;;`,
and YAML without the last line, which then ends at the first empty line.
"""

from __future__ import annotations

import json
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

_LINK = re.compile(r"\[\[(?P<note>[^\[\]|]+)(?:\|(?P<shown>[^\[\]|]+))?\]\]")
_EMPTY_LINE = re.compile(r"\n[ \t\r]*\n")
_FIRST_FIELD = re.compile(r"""["']?[\w\-\u4e00-\u9fff]{1,40}["']?[ \t]*[:：]""")
#: Lines with fields, their further lines and comments.
_FIELDS_ONLY = re.compile(r"""(?:(?:[\w\-\u4e00-\u9fff]{1,40}[ \t]*[:：]|[ \t#]|-[ \t])[^\n]*+\n?+|\r?\n)++""")


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


class _Block(NamedTuple):
    """Front matter in its file. end: where the text after it begins; is_complete: whether its form leaves no doubt."""

    record: dict[str, Any]
    end: int
    is_complete: bool


def read_front_matter(text: str, place: str) -> FrontMatter:
    """Return the front matter of a file and the text after it.

    Without front matter, there are no fields and the whole text is returned. What is not well-formed is read line by
    line. Raises ReadingError if a field contains something else than a string or number.
    """
    block = _block(text)
    if block is None:
        return FrontMatter({}, text)
    record = block.record
    # With a text, fields are also read from objects such as `meta`.
    whole = unwrapped({**record, "text": ""})
    named = {name: field_of(whole, name, place, record) for name in _FIELDS}
    fields = {name: value for name, (_, value) in named.items() if value}
    if (len(fields) < 2 and not block.is_complete) or (not fields and not _has_known_names(record)):
        return FrontMatter({}, text)
    return FrontMatter(fields, text[block.end :], origin_of(record, {name: used for name, (used, _) in named.items()}))


def _block(text: str) -> _Block | None:
    """Return the front matter of a file, None if the file does not begin like one."""
    start = len(text) - len(text.lstrip("\ufeff \t\r\n"))
    mark = text[start : start + 3]
    if text[start : start + 1] == "{":
        return _object(text, start)
    if mark not in ("---", "+++"):
        return _without_first_line(text, start)
    begin = text.find("\n", start) + 1
    if not begin or text[start + 3 : begin].strip():
        return None
    end = _end(text, begin, (mark, "...") if mark == "---" else (mark,))
    if end is not None:
        return _Block(_parsed(text[begin : end[0]], mark), end[1], True)
    empty = _EMPTY_LINE.search(text, begin, begin + _LONGEST)
    if mark == "+++" or empty is None or not _FIELDS_ONLY.fullmatch(text, begin, empty.start() + 1):
        return None
    return _Block(_parsed(text[begin : empty.start()], mark), empty.end(), False)


def _object(text: str, start: int) -> _Block | None:
    """Return the JSON object at the beginning of a file, if text follows it."""
    try:
        value, end = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(text[: start + _LONGEST], start)
    except (ValueError, RecursionError):
        return None
    is_front_matter = isinstance(value, dict) and text[end:].strip() and not text[end : end + 1].strip()
    return _Block(value, end, False) if is_front_matter else None


def _without_first_line(text: str, start: int) -> _Block | None:
    """Return front matter that only a line behind it separates from the text: `---` behind YAML, `;;;` behind JSON."""
    if not _FIRST_FIELD.match(text, start):
        return None
    end = _end(text, start, ("---", ";;;"))
    if end is None:
        return None
    block = text[start : end[0]]
    if text[end[0] : end[1]].strip() == ";;;":
        whole = _object("{" + block + "}\n;", 0)
        return _Block(whole.record, end[1], False) if whole else None
    if not _FIELDS_ONLY.fullmatch(block):
        return None
    return _Block(_parsed(block, "---"), end[1], False)


def _end(text: str, begin: int, marks: tuple[str, ...]) -> tuple[int, int] | None:
    """Return where the front matter ends and where the text after it begins, None if it does not end."""
    at = begin
    while at < min(len(text), begin + _LONGEST):
        stop = text.find("\n", at)
        if text[at : stop if stop >= 0 else len(text)].strip() in marks:
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
        value = None
    if not isinstance(value, dict):
        # Malformed, or with colons of full width.
        value = {m[1]: m[3] for m in _LINE.finditer(block)}
    return {str(name): _simple(item) for name, item in value.items()}


def _simple(value: Any) -> Any:
    """Return a day or time of TOML as text, and the link of a note program, [[石渡日报]], as its words.

    Without quotation marks around it, such a link is a list in a list of YAML.
    """
    match value:
        case [[str(inner)]]:
            value = f"[[{inner}]]"
        case str() | list() | dict():
            pass
        case _:
            return value.isoformat() if hasattr(value, "isoformat") else value
    link = _LINK.fullmatch(value) if isinstance(value, str) else None
    return (link["shown"] or link["note"]) if link else value


def _has_known_names(record: dict[str, Any]) -> bool:
    names = {"tags", "categories", "layout", "draft", "author", "slug", *column_names()} - {"text"}
    return any(name.lower() in names for name in record)
