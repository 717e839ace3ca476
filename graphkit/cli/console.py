"""Options, messages, tables and progress bars that several commands use."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from graphkit.building import Outcome
from graphkit.cli.input_messages import (
    input_lines,
    is_shortened,
    missing_hint,
    missing_line,
    notes_line,
    overview_lines,
    refusal_lines,
    unread_dates_line,
)
from graphkit.errors import UsageError
from graphkit.export.tables import safe_cell
from graphkit.extractors import FAST, VARIABLE
from graphkit.ledger.overview import Overview
from graphkit.model import Failure, NoReport
from graphkit.reading import ReadingOptions, count_inputs, printable, reading_options
from graphkit.reading.field_paths import parse_fields

VERSION_HELP = "Print the version and exit."
#: Seconds between two progress lines when standard error is not a terminal.
LINE_EVERY = 10.0
#: Width of tables in a pipe, in characters; large enough that no cell is wrapped.
PIPE_WIDTH = 10_000

_verbosity = {"quiet": False, "verbose": False}


class RowFormat(StrEnum):
    """Output formats for rows."""

    table = "table"
    json = "json"
    csv = "csv"


GraphOption = Annotated[
    Path,
    typer.Option(
        "--graph",
        "-g",
        envvar="GRAPHKIT_GRAPH",
        help="Folder of the graph, which `graphkit build` creates.",
        show_default="./graph",
    ),
]
RowFormatOption = Annotated[
    RowFormat,
    typer.Option(
        "--format",
        "-f",
        help="Output format of the rows: table (aligned columns), json (one list with an object for each row) or csv "
        "(with the names of the columns in the first line).",
    ),
]
ReportsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="REPORT...",
        help="Files (.txt .md .html .docx .pdf .json .jsonl .csv .xlsx .zip and others), folders or glob patterns, or "
        "- for standard input (text, HTML, a feed or JSON). docs/formats.md describes all types.",
        show_default=False,
    ),
]
ExtractorOption = Annotated[
    str,
    typer.Option(
        "--extractor",
        envvar=VARIABLE,
        help="Extractor that finds the statements: offline (rules and the encoder, a neural network), fast (rules only), "
        "llm (a language model), llm-judge (as offline, but a language model judges the doubtful statements), "
        "llm-propose (as offline, with further statements of a language model), or the name of an extractor from another "
        "installed Python package. docs/llm.md describes the extractors with a language model.",
    ),
]
FieldOption = Annotated[
    list[str] | None,
    typer.Option(
        "--field",
        metavar="NAME=PATH",
        help="Read the field NAME of a report (text, title, date, publisher, place, url or id) from the field or column "
        "PATH of the JSON objects and table rows, for example text=data.article.body. If PATH is missing or empty, the "
        "usual names of the field apply (title, headline, 标题 and others; docs/formats.md lists them). Repeat the option "
        "for other fields, or for further paths of the same field, which are tried in order.",
        show_default=False,
    ),
]
SiteRulesOption = Annotated[
    Path | None,
    typer.Option(
        "--site-rules",
        metavar="FILE",
        help="TOML file that states for certain hosts or folders where the title, body, date, publisher and place of "
        "a web page are (XPath or CSS selectors). docs/formats.md (Site rules) shows an example.",
        show_default=False,
    ),
]
FastOption = Annotated[
    bool,
    typer.Option(
        "--fast",
        help="The same as --extractor fast: reading is several times faster, but finds fewer statements. Cannot be "
        "combined with another --extractor.",
    ),
]
WorkersOption = Annotated[
    int,
    typer.Option(
        "--workers",
        "-w",
        min=1,
        help="Number of processes that read reports at the same time. Reading is fastest with the number of CPU cores; "
        "each process needs about 360 MiB of memory (270 MiB with --fast). The extractors with a language model work with "
        "one process only.",
    ),
]
DEFAULT_GRAPH = Path("graph")


def chosen_extractor(extractor: str, fast: bool) -> str:
    """Return the name of the extractor that the options --extractor and --fast select."""
    return FAST if fast else extractor


def set_verbosity(*, quiet: bool, verbose: bool) -> None:
    """Set how much `say` prints in this process."""
    _verbosity.update(quiet=quiet, verbose=verbose)


def show_version(is_requested: bool) -> None:
    """Print the version and exit if `--version` was given."""
    if is_requested:
        from graphkit import __version__

        print(f"graphkit {__version__}")
        raise typer.Exit


def is_quiet() -> bool:
    """Return whether `--quiet` was given."""
    return _verbosity["quiet"]


def is_verbose() -> bool:
    """Return whether `--verbose` was given."""
    return _verbosity["verbose"]


def say(message: str, *, always: bool = False, detail: bool = False) -> None:
    """Print a line on standard error. always: also with --quiet; detail: only with --verbose."""
    if always or (_verbosity["verbose"] if detail else not _verbosity["quiet"]):
        print(message, file=sys.stderr)


class _StdoutConsole(Console):
    """A console that leaves the handling of a closed pipe to `graphkit.cli.error_handling`.

    Rich itself would end the process with exit code 1.
    """

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def stdout_console() -> Console:
    """Return a Rich console for standard output, without colors and wrapping if it is not a terminal."""
    if sys.stdout.isatty():
        return _StdoutConsole()
    return _StdoutConsole(width=PIPE_WIDTH, no_color=True, highlight=False, force_terminal=False)


def print_rows(rows: Sequence[dict[str, Any]], format_: RowFormat) -> None:
    """Print rows with equal keys as a table, a JSON list of objects, or CSV without spreadsheet formulas."""
    if format_ is not RowFormat.table:
        print(rows_text(rows, format_), end="")
        return
    if rows and rows[0]:
        print_table(_rows_table(rows))
    say(number_of_rows(rows))


def number_of_rows(rows: Sequence[dict[str, Any]]) -> str:
    """Return the number of rows with its noun: `1 row`, `5 rows`."""
    return f"{len(rows)} row{'' if len(rows) == 1 else 's'}"


def rows_text(rows: Sequence[dict[str, Any]], format_: RowFormat) -> str:
    """Return rows with equal keys in a format, as lines that end with a line feed. A table has no colors."""
    if format_ is RowFormat.json:
        return json.dumps(list(rows), ensure_ascii=False, indent=1, default=str) + "\n"
    header = list(rows[0]) if rows else []
    out = io.StringIO()
    if format_ is RowFormat.csv:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([safe_cell(h) for h in header])
        writer.writerows([safe_cell(_cell(row.get(h))) for h in header] for row in rows)
        return out.getvalue()
    if not header:
        return ""
    Console(file=out, width=PIPE_WIDTH, no_color=True, highlight=False, force_terminal=False).print(_rows_table(rows))
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _rows_table(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    header = list(rows[0])
    for name in header:
        table.add_column(Text(name), overflow="fold")
    for row in rows:
        table.add_row(*[Text(str(_cell(row.get(h)))) for h in header])
    return table


def print_table(table: Table) -> None:
    """Print the table, without trailing spaces if standard output is not a terminal."""
    console = stdout_console()
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as capture:
        console.print(table)
    for line in capture.get().splitlines():
        print(line.rstrip())


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return " | ".join(value)
    return value if isinstance(value, (str, int, float)) else json.dumps(value, ensure_ascii=False)


@contextmanager
def build_progress(paths: Sequence[str | Path], *, bar_allowed: bool = True) -> Iterator[Callable[[Outcome], None]]:
    """Yield a function that shows progress: a bar on a terminal, otherwise a line every ten seconds."""
    total = count_inputs(paths)
    if bar_allowed and sys.stderr.isatty() and not _verbosity["quiet"]:
        columns = (
            TextColumn("reading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[found]} statements"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("reading", total=total, found=0)
            yield lambda o: bar.update(task, completed=o.done, total=max(total, o.done), found=o.statements)
        return
    last_printed = [time.monotonic()]

    def print_line(outcome: Outcome) -> None:
        now = time.monotonic()
        if now - last_printed[0] >= LINE_EVERY:
            last_printed[0] = now
            if outcome.done > total:  # The number of reports in standard input is not known.
                say(f"{outcome.done} reports, {outcome.statements} statements")
                return
            left = outcome.seconds / max(outcome.done, 1) * (total - outcome.done)
            say(f"{outcome.done} of about {total} reports, {outcome.statements} statements, about {left:.0f} s left")

    yield print_line


def chosen_reading(fields: Sequence[str] | None, site_rules: Path | None) -> ReadingOptions:
    """Return the options of reading that --field and --site-rules state. Raises UsageError if they are invalid."""
    try:
        paths = reading_options(parse_fields(fields or ()))
    except UsageError as error:
        raise UsageError(f"--field: {error}") from None
    try:
        return ReadingOptions(paths.fields, reading_options(site_rules=site_rules).rules)
    except UsageError as error:
        raise UsageError(f"--site-rules: {error}") from None


def _say_inputs(outcome: Outcome, full_list_hint: str) -> None:
    """Print the inputs that were not read."""
    verbose = _verbosity["verbose"]
    lists: dict[str, Sequence[Failure | NoReport]] = {
        "failed": outcome.failures,
        "not read": outcome.not_read,
        "no report": outcome.empty,
    }
    for label, inputs in lists.items():
        for line in input_lines(label, [(i.source, i.reason) for i in inputs], everything=verbose):
            say(line, always=True)
    if not verbose and is_shortened(*lists.values()):
        say(full_list_hint, always=True)
    for ignored in outcome.ignored:
        say(f"ignored: {printable(ignored.source)}: {printable(ignored.reason)}", detail=True)


def say_outcome(
    outcome: Outcome,
    full_list_hint: str = "the option --verbose lists all of them",
    overview: Overview | None = None,
) -> None:
    """Print the inputs that were not read, with reasons, and the totals on standard error.

    full_list_hint: the message after a shortened list; it names the command or option that prints the full list.
    overview: reports of the graph that need attention.
    """
    _say_inputs(outcome, full_list_hint)
    parts = [f"{outcome.added} read", f"{outcome.skipped} already in the graph", f"{len(outcome.failures)} failed"]
    counted = {
        "repeated": outcome.repeated,
        "not read": len(outcome.not_read),
        "without a report": len(outcome.empty),
        "ignored (system or hidden)": len(outcome.ignored),
    }
    parts += [f"{number} {label}" for label, number in counted.items() if number]
    say(f"{', '.join(parts)}; {outcome.statements} statements in {outcome.seconds:.1f} s")
    missing = missing_line(outcome.missing, outcome.added)
    if missing:
        say(missing)
    if missing and overview is not None:
        say(missing_hint(outcome.missing))
    unread = unread_dates_line(outcome.unread_dates, outcome.first_unread_date)
    if unread:
        say(unread, always=True)
    noted = notes_line(outcome.noted, outcome.first_note)
    if noted:
        say(noted, always=True)
    for line in overview_lines(overview) if overview is not None else ():
        say(line)
    for line in refusal_lines(outcome.refusals.values()):
        say(line)
    for line in outcome.field_use.unused_lines():
        say(line)
    for line in outcome.warnings:
        say(line, always=True)


def is_terminal() -> bool:
    """Return whether standard output is a terminal that can show colors."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
