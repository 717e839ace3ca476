"""Tables: finds the header row, and makes a report of each row below it. The tables of CSV files have any delimiter."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from graphkit.errors import ReadingError
from graphkit.grammar.columns import column_keys, column_names, name_key
from graphkit.model import Failure, NoReport, Report
from graphkit.reading.decoding import decode_leniently
from graphkit.reading.record_fields import find_column
from graphkit.reading.records import MAX_LINE, report_of

#: The delimiters that are tried, the preferred one first.
DELIMITERS = (",", "\t", ";", "|", "，", "；")
#: Number of rows that are not blank in which the header is searched: titles may be above it.
HEADER_ROWS = 10
#: Characters of a file in which its delimiter is searched.
_SAMPLE = 200_000
#: Number of names of columns in a message.
_MOST_NAMES = 30
#: Excel reads the delimiter from this first line, and does not display it.
_SEP = re.compile('"?sep=(?P<delimiter>[^\\r\\n])"?[^\\S\\t\\n]*(?:\\n|\\Z)', re.I)

Row = tuple[int, list[str]]
Found = Report | NoReport | Failure


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table. names: of its columns; text: number of the text column."""

    names: tuple[str, ...]
    text: int

    @property
    def known(self) -> int:
        """Number of columns with a known name."""
        return len({name for name in map(name_key, self.names) if name in _known()})


def _known() -> frozenset[str]:
    return frozenset(key for keys in column_keys().values() for key in keys)


def header_of(row: list[str]) -> Header | None:
    """Return the header that a row is, None if it has no text column."""
    names = tuple(cell.strip() for cell in row)
    column = find_column(list(names), "text")
    return None if column is None else Header(names, column)


def read_rows(
    rows: Iterable[Row], source: str, place: Callable[[int], str], default: Callable[[int], str]
) -> Iterator[Found]:
    """Yield the reports of the rows of a table; blank rows and the rows above the header are omitted.

    rows: numbers and cells. place, default: name in messages, and id, of the row with a number.

    Raises
    ------
    ReadingError
        The table has no text column. The message names the columns that were found.
    """
    filled = ((number, row) for number, row in rows if any(cell.strip() for cell in row))
    header = _find_header(filled, source)
    upper: Header | None = header
    empty = True
    for number, row in filled:
        lower = _second_header(upper, row) if upper else None
        upper = None
        if lower:
            header = lower
            continue
        empty = False
        try:
            yield _read_row(header, row, place(number), default(number))
        except ReadingError as error:
            yield Failure(error.source, error.reason)
    if empty:
        yield NoReport(source, "the table has a header and no rows")


def _find_header(rows: Iterator[Row], source: str) -> Header:
    """Return the header, the first of the next rows that has a text column."""
    first: list[str] = []
    for _, row in islice(rows, HEADER_ROWS):
        first = first or row
        header = header_of(row)
        if header:
            return header
    if not first:
        raise ReadingError(source, "the file holds no text")
    raise _no_text_column(first, source)


def _read_row(header: Header, row: list[str], place: str, default: str) -> Found:
    if len(row) <= header.text:
        return Failure(place, f"{len(row)} cells where the header has {len(header.names)}")
    record = dict(zip(header.names, row, strict=False))
    # Of several columns with one name, the first is the text.
    record[header.names[header.text]] = row[header.text]
    return report_of(record, place, default)


def _second_header(header: Header, row: list[str]) -> Header | None:
    """Return the header together with a second row of it, whose cells are below merged ones; None if it is data."""
    cells = [cell.strip() for cell in row]
    if len(cells) > header.text and cells[header.text]:
        return None
    if not any(name_key(cell) in _known() for cell in cells):
        return None
    size = max(len(cells), len(header.names))
    upper = [*header.names, *[""] * (size - len(header.names))]
    lower = [*cells, *[""] * (size - len(cells))]
    return Header(tuple(low or up for low, up in zip(lower, upper, strict=True)), header.text)


def _no_text_column(row: list[str], source: str) -> ReadingError:
    cells = [cell.strip().lower() for cell in row if cell.strip()]
    shown = ", ".join(cell[:40] for cell in cells[:_MOST_NAMES]) + (" …" if len(cells) > _MOST_NAMES else "")
    wanted = ", ".join(column_names()["text"][:6])
    return ReadingError(source, f"no text column; one of {wanted} … is needed, found: {shown}")


def read_csv(data: bytes, source: str, stem: str) -> Iterator[Found]:
    """Yield the reports of a CSV file with a text column (text, content, 正文 …)."""
    yield from read_delimited(decode_leniently(data, source), source, stem)


def read_tsv(data: bytes, source: str, stem: str) -> Iterator[Found]:
    """Yield the reports of a file of cells separated by tabs. Another delimiter is used if the header has it."""
    yield from read_delimited(decode_leniently(data, source), source, stem, "\t")


def read_delimited(text: str, source: str, stem: str, preferred: str = ",") -> Iterator[Found]:
    """Yield the reports of a decoded table. The delimiter is found from the header, or stated by `sep=;`."""
    csv.field_size_limit(MAX_LINE)
    stated = _SEP.match(text)
    skipped = 0
    if stated:
        text, skipped = text[stated.end() :], 1
    if not text.strip():
        raise ReadingError(source, "the file holds no text")
    delimiter = stated["delimiter"] if stated else find_delimiter(text, preferred)
    rows = _Rows(text, delimiter, skipped)
    try:
        yield from read_rows(rows, source, lambda number: f"{source}:{number}", lambda number: f"{stem}-{number}")
    except csv.Error as error:
        yield Failure(f"{source}:{rows.line}", f"broken CSV: {error}")


class _Rows:
    """The rows of a CSV file with the numbers of their last lines."""

    def __init__(self, text: str, delimiter: str, skipped: int) -> None:
        self._reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        self._skipped = skipped

    @property
    def line(self) -> int:
        return self._skipped + self._reader.line_num

    def __iter__(self) -> Iterator[Row]:
        for row in self._reader:
            yield self.line, row


def find_delimiter(text: str, preferred: str = ",") -> str:
    """Return the delimiter with which the header has a text column and the most known names, otherwise most cells."""
    order = [preferred, *(d for d in DELIMITERS if d != preferred)]
    return max(order, key=lambda delimiter: _fit(text, delimiter))


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    """Return how many known names and how many cells the header has with this delimiter."""
    rows: list[list[str]] = []
    try:
        reader = csv.reader(io.StringIO(text[:_SAMPLE], newline=""), delimiter=delimiter)
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) >= HEADER_ROWS:
                break
    except csv.Error:
        pass
    header = next((h for row in rows if (h := header_of(row))), None)
    if header is None:
        return 0, len(rows[0]) if rows else 0
    return header.known, len(header.names)


def is_unicode_text(text: str) -> bool:
    """Tell whether a text is a table that Excel saved as “Unicode text”: the first line is a header with tabs."""
    line = text[:2000].split("\n", 1)[0]
    if "\t" not in line:
        return False
    header = header_of(next(csv.reader([line], delimiter="\t"), []))
    return header is not None and header.known > 1
