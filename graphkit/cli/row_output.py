"""The options `--format`, `--output` and `--no-bom` of the commands that run queries, and the output of their rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Annotated, Any

import typer

from graphkit.cli.console import RowFormat, number_of_rows, print_rows, rows_text, say
from graphkit.errors import UsageError
from graphkit.files.output import STDOUT, check_output, is_special, write_output

#: Name of the file in a folder, for each format.
_DEFAULT_NAMES = {RowFormat.table: "rows.txt", RowFormat.json: "rows.json", RowFormat.csv: "rows.csv"}
#: Formats that the ending of the output file states.
_OF_ENDING = {".csv": RowFormat.csv, ".json": RowFormat.json}
BOM = "\ufeff"

QueryFormatOption = Annotated[
    RowFormat | None,
    typer.Option(
        "--format",
        "-f",
        help="Output format of the rows: table (aligned columns), json (one list with an object for each row) or csv "
        "(with the names of the columns in the first line).",
        show_default="csv or json if -o names a file with this ending, otherwise table",
    ),
]
RowsFileOption = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="<path>",
        help="File to write (an existing file is replaced), or - for standard output. If the path is an existing folder, "
        "the file in it is called rows.txt, rows.json or rows.csv, depending on the format.",
    ),
]
NoBomOption = Annotated[
    bool,
    typer.Option(
        "--no-bom",
        help="Only for csv with -o FILE: write the file without a byte order mark. By default, the file begins with one, "
        "which Excel needs to display Chinese characters. Standard output never has one.",
    ),
]


def chosen_format(format_: RowFormat | None, output: str, *, no_bom: bool) -> RowFormat:
    """Return the format of the rows, and check that the output can be written, before the query runs.

    Raises UsageError for --no-bom with another format than csv, and UsageError or ExportError for the output path.
    """
    ending = "" if output == STDOUT or is_special(output) else PurePath(output).suffix.lower()
    chosen = format_ or _OF_ENDING.get(ending, RowFormat.table)
    if no_bom and chosen is not RowFormat.csv:
        raise UsageError(f"--no-bom applies only to --format csv, not to {chosen.value}")
    check_output(output, _DEFAULT_NAMES[chosen])
    return chosen


def give_rows(rows: Sequence[dict[str, Any]], format_: RowFormat, output: str, *, no_bom: bool) -> None:
    """Print rows, or write them to a file. A CSV file has a byte order mark unless `no_bom` is given."""
    if output == STDOUT:
        print_rows(rows, format_)
        return
    has_bom = format_ is RowFormat.csv and not no_bom and not is_special(output)
    write_output(output, (BOM if has_bom else "") + rows_text(rows, format_), _DEFAULT_NAMES[format_])
    say(f"written: {output}, {number_of_rows(rows)}")
