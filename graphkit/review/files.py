"""Decision files: JSON lines, sorted by key and sequence so that they can be compared with diff, or CSV tables."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from graphkit.decisions.model import Decision, from_record, in_sequence, order, to_line, to_record
from graphkit.errors import UsageError
from graphkit.export.tables import read_cell, safe_cell
from graphkit.files.output import check_output, is_special, write_output

ENDINGS = (".jsonl", ".csv")
#: Columns of the table; `data` contains the complete decision, so that the table can be imported.
COLUMNS = (
    "verdict",
    "report",
    "subject",
    "relation",
    "object",
    "status",
    "date",
    "quote",
    "who",
    "made",
    "note",
    "data",
)


def check_file(path: Path) -> None:
    """Raise UsageError if the file name ends neither in .jsonl nor in .csv."""
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(f"{path}: the name of a decision file must end in {' or '.join(ENDINGS)}")


def check_output_file(path: Path) -> None:
    """Raise UsageError if decisions cannot be written to `path`.

    Standard output (`-`), devices and pipes get JSON lines.
    """
    if path.suffix or not is_special(path):
        check_file(path)
    check_output(path)


def write_decisions(decisions: Iterable[Decision], path: str | Path) -> int:
    """Write decisions sorted by key and sequence and return their number.

    Raises UsageError for an unsupported file name and ExportError if the file cannot be written.
    """
    path = Path(path)
    check_output_file(path)
    ordered = sorted(in_sequence(decisions), key=lambda d: (d.key, *order(d)))
    text = "".join(to_line(d) + "\n" for d in ordered) if path.suffix.lower() != ".csv" else _table(ordered)
    write_output(path, text)
    return len(ordered)


def _table(decisions: Iterable[Decision]) -> str:
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for d in decisions:
        record = to_record(d)
        if d.is_of_names:
            first, second = d.names()
            cells = {"report": f"{first.report} / {second.report}", "subject": first.name, "object": second.name}
        else:
            cells = {**record, "subject": record["subject"]["name"], "object": record["object"]["name"]}
        writer.writerow([safe_cell(cells.get(c, record.get(c, "")) if c != "data" else to_line(d)) for c in COLUMNS])
    return out.getvalue()


def read_decisions(path: str | Path) -> list[Decision]:
    """Return the decisions of a file. Raises UsageError with the line.

    In a table, edited cells of verdict, who, made and note replace the values in `data`.
    """
    path = Path(path)
    check_file(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}") from None
    records = _lines(path, text) if path.suffix.lower() == ".jsonl" else _rows(path, text)
    return [from_record(record, place) for place, record in records]


def _lines(path: Path, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"{path}:{number}", _object(line, f"{path}:{number}")


def _rows(path: Path, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text))
    try:
        if reader.fieldnames is None or "data" not in reader.fieldnames:
            raise UsageError(f"{path}: a table of decisions needs the columns {', '.join(COLUMNS)}")
        for row in reader:
            place = f"{path}:{reader.line_num}"
            record = _object(read_cell(row["data"] or ""), place)
            # Unedited cells are compared as written, because a leading apostrophe may be part of the value.
            names = ("verdict", "who", "made", "note")
            edited = {n: row[n] for n in names if row.get(n) and row[n] != safe_cell(record.get(n, ""))}
            yield place, {**record, **{name: read_cell(cell) for name, cell in edited.items()}}
    except csv.Error as error:
        raise UsageError(f"{path}:{reader.line_num}: not a row of a CSV table: {error}") from None


def _object(line: str, place: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{place}: not JSON: {error}") from None
    if not isinstance(record, dict):
        raise UsageError(f"{place}: not a valid decision: a JSON object is expected")
    return record
