"""Reads JSON Lines and CSV, with one report in each row. A row that cannot be read does not affect the others."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from graphkit.errors import ReadingError
from graphkit.model import Failure, NoReport, Report
from graphkit.reading.decoding import check_characters, check_length, check_text, decode
from graphkit.reading.fields import describe

#: Maximum length of a line of a JSONL file, in bytes.
MAX_LINE = 16 * 1024 * 1024
_TEXT = ("text", "content", "body", "正文", "内容", "文本")
_NAMES = {
    "id": ("id", "编号"),
    "title": ("title", "标题", "headline"),
    "date": ("date", "日期", "发布时间", "time", "published"),
    "publisher": ("publisher", "来源", "媒体", "报纸"),
    "place": ("place", "地区", "地点"),
    "url": ("url", "link", "链接", "网址"),
}


def read_jsonl(
    lines: Iterable[bytes], source: str, stem: str, before: int = 0
) -> Iterator[Report | NoReport | Failure]:
    """Yield the reports of a JSONL file. `id` defaults to `STEM-LINE`. before: number of lines before `lines`."""
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
            yield _report(_parse(raw, place), place, f"{stem}-{number}")
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


def read_csv(data: bytes, source: str, stem: str) -> Iterator[Report | NoReport | Failure]:
    """Yield the reports of a CSV file with a text column (text, content, 正文 …)."""
    text = decode(data, source)
    csv.field_size_limit(MAX_LINE)
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [h.strip().lower() for h in next(rows, [])]
    except csv.Error as error:
        raise ReadingError(source, f"broken CSV: {error}") from None
    if not any(header):
        raise ReadingError(source, "the file holds no text")
    column = next((header.index(n) for n in _TEXT if n in header), None)
    if column is None:
        raise ReadingError(source, f"no text column; one of {', '.join(_TEXT)} is needed, found: {', '.join(header)}")
    empty = True
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            empty = False
            place = f"{source}:{rows.line_num}"
            if len(row) <= column:
                yield Failure(place, f"{len(row)} cells where the header has {len(header)}")
                continue
            record = dict(zip(header, row, strict=False))
            record["text"] = row[column]
            try:
                yield _report(record, place, f"{stem}-{rows.line_num}")
            except ReadingError as error:
                yield Failure(error.source, error.reason)
    except csv.Error as error:
        yield Failure(f"{source}:{rows.line_num}", f"broken CSV: {error}")
    else:
        if empty:
            yield NoReport(source, "the table has a header and no rows")


def _report(record: dict[str, Any], place: str, default: str) -> Report | NoReport:
    text = record.get("text")
    if not isinstance(text, str):
        raise ReadingError(place, "no `text`" if text is None else f"`text` is {type(text).__name__}, not a string")
    fields = {name: _field(record, names, place) for name, names in _NAMES.items()}
    report_id = fields["id"] or default
    if not any(c.isalnum() for c in text):
        return NoReport(place, f"{report_id} has no text")
    check_length(text, place)
    fields["id"] = report_id
    return describe(Report(text=check_text(text, place), source=place, **fields))


def _field(record: dict[str, Any], names: tuple[str, ...], place: str) -> str:
    """Return the value of a field as text, without white space at its ends, or "" if there is none."""
    for name in names:
        value = record.get(name)
        if value is None:
            continue
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return check_characters(str(value), f"{place} ({name})").strip()
        raise ReadingError(place, f"`{name}` is {type(value).__name__}, not a string")
    return ""
