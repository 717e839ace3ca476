"""Reads JSON files: a report, an array of reports, or an object that contains an array of reports at any path."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any

from graphkit.errors import ReadingError
from graphkit.model import Failure, NoReport, Report
from graphkit.reading.cut_json import load_json, read_before
from graphkit.reading.decoding import as_gb18030, check_not_empty
from graphkit.reading.json_tables import table_records
from graphkit.reading.record_fields import records_in
from graphkit.reading.records import read_jsonl, read_record

#: Bytes at the beginning of a file that decide whether it has a JSON object in each line.
HEAD = 64 * 1024
_BLANK = " \t\r\n\ufeff"
#: Characters at the end of a file that do not belong to it.
_END = "\x00\x1a" + _BLANK
Found = Report | NoReport | Failure


def read_json(data: bytes, source: str, stem: str) -> Iterator[Found]:
    """Yield the reports of a JSON file, also of one that has a JSON object in each line.

    The default of `id` is `STEM` for the only report of a file, and `STEM-NUMBER` for a report in an array.
    """
    text = _decoded(data, source)
    if _has_lines(text):
        yield from read_jsonl((line.encode("utf-8", "surrogatepass") for line in text.split("\n")), source, stem)
        return
    value, problem = _parsed(text, source)
    number = 0
    for found in _reports(value, source, stem):
        number += isinstance(found, Report)
        yield found
    if problem is not None:
        raise ReadingError(problem.source, f"{problem.reason}; {read_before(number)}")


def is_document(head: bytes) -> bool:
    """Tell from the first HEAD bytes of a file of JSON Lines that it is another JSON file, or not in UTF-8."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    first, _, rest = (part.strip() for part in start.partition(b"\n"))
    if first[:1] not in (b"{", b"["):
        return False
    try:
        value = json.loads(first.decode("utf-8"))
    except UnicodeDecodeError:
        return _is_gb18030(head)
    except (ValueError, RecursionError):
        # A broken line of JSON Lines is followed by other lines with an object, an object in several lines is not.
        opens = first[:1] == b"{" or first == b"[" or first[1:].lstrip()[:1] == b"{"
        return opens and bool(rest) and not first.endswith(b"}") and (first[:1] == b"[" or rest[:1] != b"{")
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and not rest


def _is_gb18030(head: bytes) -> bool:
    """Tell whether the lines are JSON objects in GB18030: the first one is, and none is in UTF-8."""
    lines = [line for line in head.split(b"\n")[: -1 if len(head) >= HEAD else None] if not line.isascii()]
    try:
        json.loads(lines[0].decode("gb18030"))
    except (ValueError, IndexError, RecursionError):
        return False
    return not any(map(_is_utf8, lines))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(data: bytes, source: str) -> str:
    """Return the characters of a JSON file: UTF-8, UTF-16, UTF-32 or GB18030. The records check their characters."""
    check_not_empty(data, source)
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding).lstrip("\ufeff")
    except UnicodeDecodeError as error:
        if encoding in ("utf-8", "utf-8-sig") and error.reason == "unexpected end of data":
            return data[: error.start].decode(encoding).lstrip("\ufeff")  # The file is cut off within a character.
        if encoding not in ("utf-8", "utf-8-sig"):
            raise ReadingError(source, f"byte {error.start} is not {encoding.upper()}") from None
        return as_gb18030(data, source, error.start)


def _has_lines(text: str) -> bool:
    """Tell whether the first line that is not blank is a JSON object, and others follow it."""
    start = text.lstrip(_BLANK)
    first, _, rest = start.partition("\n")
    if not first.startswith("{") or not rest.strip(_BLANK):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _parsed(text: str, source: str) -> tuple[Any, ReadingError | None]:
    """Return the value of a JSON file; if only records at its beginning are JSON, these, and the error after them."""
    try:
        value, damage = load_json(text.rstrip(_END))
    except json.JSONDecodeError as raised:
        raise _problem(raised, text, source) from None
    except RecursionError:
        raise ReadingError(source, "JSON nested too deeply") from None
    except ValueError as error:  # For example, a number of more than 4,300 digits.
        raise ReadingError(source, f"not JSON that can be read: {error}") from None
    return value, _problem(damage, text, source) if damage else None


def _problem(error: json.JSONDecodeError, text: str, source: str) -> ReadingError:
    is_cut = not text[error.pos :].strip(_END) or error.msg.startswith("Unterminated")
    words = "the file is cut off" if is_cut else "not JSON"
    return ReadingError(f"{source}:{error.lineno}", f"{words} at column {error.colno}: {error.msg}")


def _reports(value: Any, source: str, stem: str) -> Iterator[Found]:
    table = table_records(value)
    if table is not None:
        for number, row in enumerate(table, 1):
            yield read_record(row, f"{source}:{number}", f"{stem}-{number}")
        return
    records = records_in(value)
    for number, (path, item) in enumerate(records, 1):
        yield read_record(item, f"{source}:{path}", f"{stem}-{number}") if path else read_record(item, source, stem)
    if not records and value in ({}, []):
        yield NoReport(source, f"the file has an empty {'array' if isinstance(value, list) else 'object'}")
    elif not records:
        # The failure of the first item names the fields that were found.
        yield read_record(value[0] if isinstance(value, list) else value, source, stem)
