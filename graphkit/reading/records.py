"""Reads records, each of which is a report, and JSON Lines. An invalid line is a failure; the others are read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphkit.errors import ReadingError
from graphkit.grammar.columns import column_names
from graphkit.model import Failure, NoReport, Report
from graphkit.reading.characters import tidy, without_glyphs
from graphkit.reading.decoding import check_characters, check_length
from graphkit.reading.fields import describe

#: Maximum length of a line of a JSONL file in bytes.
MAX_LINE = 16 * 1024 * 1024


def read_jsonl(
    lines: Iterable[bytes], source: str, stem: str, before: int = 0
) -> Iterator[Report | NoReport | Failure]:
    """Yield the reports of a JSONL file line by line.

    before: number of lines of the file before these. The default of `id` is `STEM-LINE`.
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
            yield report_of(_parse(raw, place), place, f"{stem}-{number}")
        except ReadingError as error:
            yield Failure(error.source, error.reason)
    if empty:
        yield Failure(source, "the file is empty")


def _parse(raw: bytes, place: str) -> dict[str, Any]:
    try:
        record = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ReadingError(place, f"byte {error.start} of the line is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ReadingError(place, f"not JSON at character {error.pos}: {error.msg}") from None
    except RecursionError:
        raise ReadingError(place, "JSON nested too deeply") from None
    if not isinstance(record, dict):
        raise ReadingError(place, f"a JSON object with `id` and `text` was expected, not {type(record).__name__}")
    return record


def report_of(record: Mapping[str, object], place: str, default: str) -> Report | NoReport:
    """Return the report of a record whose names are those of `columns.toml`. default: its id if it has none.

    Raises
    ------
    ReadingError
        A field is not a string or a number, or contains characters that no text has.
    """
    text = record.get("text")
    if not isinstance(text, str):
        raise ReadingError(place, "no `text`" if text is None else f"`text` is {type(text).__name__}, not a string")
    fields = {name: _field(record, names, place) for name, names in column_names().items() if name != "text"}
    report_id = fields["id"] or default
    if not any(c.isalnum() for c in text):
        return NoReport(place, f"{report_id} has no text")
    check_length(text, place)
    fields["id"] = report_id
    tidied = tidy(text, place)
    return describe(Report(text=tidied.text, source=place, note=tidied.note, **fields))


def _field(record: Mapping[str, object], names: tuple[str, ...], place: str) -> str:
    """Return the value of a field without white space at its ends, a number as text, or "" if the field is missing."""
    for name in names:
        value = record.get(name)
        if value is None:
            continue
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return check_characters(without_glyphs(str(value)), f"{place} ({name})").strip()
        raise ReadingError(place, f"`{name}` is {type(value).__name__}, not a string")
    return ""
