"""Reads records, each of which is a report, and JSON Lines. An invalid line is a failure; the others are read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from graphkit.errors import ReadingError
from graphkit.grammar.columns import column_names
from graphkit.grammar.patterns import pattern
from graphkit.model import Failure, NoReport, Report
from graphkit.reading.characters import tidy
from graphkit.reading.cut_json import load_json, read_before
from graphkit.reading.decoding import check_length
from graphkit.reading.fields import describe
from graphkit.reading.markup import plain_text
from graphkit.reading.origins import origin_of
from graphkit.reading.record_fields import day_of_parts, field_of, records_in, text_of, unwrapped

#: Fields of one line that can contain HTML, and the characters that HTML and escapes begin with.
_LINES = ("title", "publisher", "place")
_MARKUP = re.compile(r"[<&\\]")
_SOURCE_LABEL = pattern("page_fields.source_label")
#: Maximum length of a line of a JSONL file in bytes.
MAX_LINE = 16 * 1024 * 1024


def read_jsonl(
    lines: Iterable[bytes], source: str, stem: str, before: int = 0
) -> Iterator[Report | NoReport | Failure]:
    """Yield the reports of a JSONL file line by line.

    before: number of lines of the file before these. The default of `id` is `STEM-LINE`, and `STEM-LINE-NUMBER` for
    the reports of an array in a line.
    """
    empty = not before
    for number, raw in enumerate(lines, before + 1):
        place = f"{source}:{number}"
        if number == 1 and raw.startswith(b"\xef\xbb\xbf"):
            raw = raw[3:]
        if not raw.strip():
            continue
        empty = False
        try:
            if len(raw) > MAX_LINE:
                raise ReadingError(place, f"a line of more than {MAX_LINE:,} bytes")
            value, problem = _parse(raw, place)
        except ReadingError as error:
            yield Failure(error.source, error.reason)
            continue
        read = 0
        for found in _reports_of_line(value, place, f"{stem}-{number}"):
            read += isinstance(found, Report)
            yield found
        if problem is not None:
            yield Failure(place, f"{_not_json(problem)}; {read_before(read)}")
    if empty:
        yield Failure(source, "the file is empty")


def _reports_of_line(value: Any, place: str, default: str) -> Iterator[Report | NoReport | Failure]:
    for count, (path, record) in enumerate(records_in(value) or [("", value)], 1):
        if path:
            yield read_record(record, f"{place}/{path}", f"{default}-{count}")
        else:
            yield read_record(record, place, default)


def _not_json(error: json.JSONDecodeError) -> str:
    return f"not JSON at character {error.pos}: {error.msg}"


def _parse(raw: bytes, place: str) -> tuple[Any, json.JSONDecodeError | None]:
    """Return the value of a line; if only records at its beginning are JSON, these, and the error after them."""
    try:
        return load_json(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ReadingError(place, f"byte {error.start} of the line is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ReadingError(place, _not_json(error)) from None
    except RecursionError:
        raise ReadingError(place, "JSON nested too deeply") from None
    except ValueError as error:  # For example, a number of more than 4,300 digits.
        raise ReadingError(place, f"not JSON that can be read: {error}") from None


def read_record(record: Any, place: str, default: str) -> Report | NoReport | Failure:
    """Return the report in a JSON value as `report_of` does, or a Failure."""
    try:
        if not isinstance(record, dict):
            raise ReadingError(place, f"a JSON object with `id` and `text` was expected, not {type(record).__name__}")
        return report_of(record, place, default)
    except ReadingError as error:
        return Failure(error.source, error.reason, origin=origin_of(record, {}) if isinstance(record, dict) else None)


def report_of(record: dict[str, Any], place: str, default: str) -> Report | NoReport:
    """Return the report in a record, or a NoReport if its text is empty. default: the id, if the record has none.

    Raises ReadingError if the record has no text field, or one that is not a text.
    """
    whole, record = record, unwrapped(record)
    named = {"text": text_of(record, place, whole)}
    named |= {name: field_of(record, name, place, whole) for name in column_names() if name != "text"}
    if not named["date"][1]:
        named["date"] = day_of_parts(record)
    fields = {name: value for name, (_, value) in named.items()}
    fields["publisher"] = _SOURCE_LABEL.sub("", fields["publisher"])
    text = plain_text(fields.pop("text"))
    origin = origin_of(whole, {name: used for name, (used, _) in named.items()})
    report_id = fields["id"] or default
    if not any(c.isalnum() for c in text):
        return NoReport(place, f"{report_id} has no text", origin=origin)
    check_length(text, place)
    fields |= {name: " ".join(plain_text(fields[name]).split()) for name in _LINES if _MARKUP.search(fields[name])}
    fields["id"] = report_id
    tidied = tidy(text, place)
    return describe(Report(text=tidied.text, source=place, note=tidied.note, origin=origin, **fields))
