"""The table of formats, from `formats.toml`: extensions, readers, and what the documentation says about them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCUMENT, LINES, TABLE, ARCHIVE, COMPRESSED = SHAPES = ("document", "lines", "table", "archive", "compressed")
_FILE = Path(__file__).with_name("formats.toml")


@dataclass(frozen=True, slots=True)
class Format:
    """One row of the table.

    Attributes
    ----------
    endings
        The extensions of its files, with the dot.
    shape
        One of SHAPES: how the files can be divided.
    report, notes
        What one report is, and what a user has to know, in Markdown.
    reader
        The name of the function that reads the files, in `sources.py`. Archives and compressed files have none.
    needs
        The program that must be installed, "" if none.
    shown
        What the documentation shows as extensions.
    """

    endings: tuple[str, ...]
    shape: str
    report: str
    notes: str
    reader: str = ""
    needs: str = ""
    shown: tuple[str, ...] = ()


def _load() -> tuple[Format, ...]:
    rows: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["format"]
    return tuple(_format(row) for row in rows)


def _format(row: dict[str, Any]) -> Format:
    return Format(
        tuple(row["endings"]),
        row["shape"],
        row["report"],
        row["notes"],
        row.get("reader", ""),
        row.get("needs", ""),
        tuple(row.get("shown", ())),
    )


FORMATS = _load()


def endings_of(*shapes: str) -> tuple[str, ...]:
    """Return the extensions of the formats with these shapes, in the order of the table."""
    return tuple(ending for found in FORMATS if found.shape in shapes for ending in found.endings)


def _one_of(endings: tuple[str, ...]) -> str:
    return "|".join(sorted(map(re.escape, endings), key=len, reverse=True))


_KIND = re.compile(
    rf"(?P<kind>(?:{_one_of(endings_of(DOCUMENT, LINES, TABLE))})(?:{_one_of(endings_of(COMPRESSED))})?)(?=[:!]|\Z)",
    re.I,
)


def kind_of(source: str) -> str:
    """Return the kind of the file of a report or failure as its ending, also for one in an archive.

    >>> kind_of("pages.zip!2024/reports.jsonl.gz:12"), kind_of("book.epub!chapter.xhtml"), kind_of("standard input:3")
    ('.jsonl.gz', '.epub', 'standard input')
    """
    m = _KIND.search(source)
    if m:
        return m["kind"].lower()
    if source.startswith("reports["):
        return "in memory"
    return "standard input" if source.startswith("standard input") else "other"


def file_of(source: str) -> str:
    """Return the name of the file of a report or failure, without its position in the file."""
    m = _KIND.search(source)
    return source[: m.end()] if m else source.partition(":")[0]


def table() -> str:
    """Return the table of formats in docs/formats.md."""
    rows = ["| extension | one report is | notes |", "|---|---|---|"]
    for found in FORMATS:
        names = " ".join(name if name == "…" else f"`{name}`" for name in found.shown or found.endings)
        rows.append(f"| {names} | {found.report} | {found.notes} |")
    return "\n".join(rows)


def with_table(page: str) -> str:
    """Return the page docs/formats.md with the current table."""
    start = page.index("| extension | one report is |")
    end = page.index("\n\n", start)
    return page[:start] + table() + page[end:]


def main(path: Path) -> None:
    """Write the current table to the page at `path`."""
    path.write_text(with_table(path.read_text(encoding="utf-8")), encoding="utf-8")
