"""The report of a build as a web page or a table. Files are written completely or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

from graphkit.errors import UsageError
from graphkit.export.tables import safe_cell
from graphkit.files.output import check_output, write_output
from graphkit.reading.naming import printable

ENDINGS = (".html", ".htm", ".csv")
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;"
    "border-bottom:1px solid #ddd;overflow-wrap:anywhere}h2{margin-top:2rem}.numbers{width:auto}"
)


@dataclass(frozen=True, slots=True)
class Line:
    """An input or a report that needs attention. kind: why. subject: the input or the id. detail: reason or others."""

    kind: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class BuildReport:
    """Numbers, and lines that are ordered by kind."""

    numbers: Mapping[str, int | str]
    lines: list[Line]


def check_report_file(path: Path | None) -> None:
    """Raise UsageError if the ending of the file is not .html or .csv, or if the file cannot be written."""
    if path is None:
        return
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(f"--report {path}: a name that ends in .html or .csv is required")
    check_output(path)


def write_report(path: Path, report: BuildReport) -> None:
    """Write the report in the format that the ending of the file names."""
    write_output(path, _table(report) if path.suffix.lower() == ".csv" else _page(report))


def _table(report: BuildReport) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("kind", "subject", "detail"))
    writer.writerows(("number", safe_cell(name), str(number)) for name, number in report.numbers.items())
    writer.writerows(map(safe_cell, (_text(v) for v in (x.kind, x.subject, x.detail))) for x in report.lines)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _page(report: BuildReport) -> str:
    return "".join(_page_parts(report))


def _page_parts(report: BuildReport) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    yield f"<title>Report of the build</title><style>{_STYLE}</style></head>\n<body><h1>Report of the build</h1>\n"
    yield '<table class="numbers">\n'
    for name, number in report.numbers.items():
        yield f"<tr><th>{_html(name)}</th><td>{number}</td></tr>\n"
    yield "</table>\n"
    for kind, lines in groupby(report.lines, lambda line: line.kind):
        rows = list(lines)
        yield f"<h2>{_html(kind)} ({len(rows)})</h2>\n<table>\n"
        for line in rows:
            yield f"<tr><td>{_html(line.subject)}</td><td>{_html(line.detail)}</td></tr>\n"
        yield "</table>\n"
    yield "</body></html>\n"


def _html(text: str) -> str:
    return escape(_text(text))


def _text(text: str) -> str:
    """Return the text without control characters, which HTML does not allow, and bidirectional marks."""
    return printable(text)
