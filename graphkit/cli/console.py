"""What the commands share: options, messages, tables and progress."""

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
from graphkit.cli.inputs import input_lines, is_shortened, missing_line, refusal_lines, unread_dates_line
from graphkit.model import Failure, NoReport
from graphkit.reading import count_inputs, printable
from graphkit.views.tables import safe_cell

VERSION_HELP = "Print the version and end."
#: Seconds between two progress lines when standard error is no terminal.
LINE_EVERY = 10.0
#: Width of tables in a pipe: cells are not cut there.
PIPE_WIDTH = 10_000

_verbosity = {"quiet": False, "verbose": False}


class RowFormat(StrEnum):
    """Formats of a query's rows."""

    table = "table"
    json = "json"
    csv = "csv"


GraphOption = Annotated[
    Path, typer.Option("--graph", "-g", envvar="GRAPHKIT_GRAPH", help="The graph's folder.", show_default="./graph")
]
RowFormatOption = Annotated[RowFormat, typer.Option("--format", "-f", help="How rows are printed.")]
ReportsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="REPORT...",
        help="Files (.txt .md .html .docx .pdf .jsonl .csv), folders, globs, .zip, or - for standard input.",
        show_default=False,
    ),
]
ExtractorOption = Annotated[str, typer.Option("--extractor", help="Name of an installed extractor.")]
WorkersOption = Annotated[int, typer.Option("--workers", "-w", min=1, help="Processes that read; as many as the machine has cores is best.")]
DEFAULT_GRAPH = Path("graph")


def set_verbosity(*, quiet: bool, verbose: bool) -> None:
    _verbosity.update(quiet=quiet, verbose=verbose)


def show_version(wanted: bool) -> None:
    if wanted:
        from graphkit import __version__

        print(f"graphkit {__version__}")
        raise typer.Exit


def is_quiet() -> bool:
    return _verbosity["quiet"]


def say(message: str, *, always: bool = False, detail: bool = False) -> None:
    """A line on standard error. always: also with --quiet; detail: only with --verbose."""
    if always or (_verbosity["verbose"] if detail else not _verbosity["quiet"]):
        print(message, file=sys.stderr)


class _StdoutConsole(Console):
    """A console that leaves a closed pipe to `graphkit.cli.border`; Rich itself would end the process with exit code 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def stdout_console() -> Console:
    """Rich console on standard output: plain and uncut when it is no terminal."""
    if sys.stdout.isatty():
        return _StdoutConsole()
    return _StdoutConsole(width=PIPE_WIDTH, no_color=True, highlight=False, force_terminal=False)


def print_rows(rows: Sequence[dict[str, Any]], format_: RowFormat) -> None:
    """Rows as a table, a JSON list of objects or CSV with safe cells. All rows have the same keys."""
    if format_ is RowFormat.json:
        print(json.dumps(list(rows), ensure_ascii=False, indent=1, default=str))
        return
    header = list(rows[0]) if rows else []
    if format_ is RowFormat.csv:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([safe_cell(h) for h in header])
        writer.writerows([safe_cell(_cell(row.get(h))) for h in header] for row in rows)
        print(out.getvalue(), end="")
        return
    table = Table(box=None, pad_edge=False, show_edge=False)
    for name in header:
        table.add_column(Text(name), overflow="fold")
    for row in rows:
        table.add_row(*[Text(str(_cell(row.get(h)))) for h in header])
    if header:
        print_table(table)
    say(f"{len(rows)} row{'' if len(rows) == 1 else 's'}")


def print_table(table: Table) -> None:
    """The table; in a pipe without the blanks that fill a line."""
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
    """A progress bar with the time left on a terminal, a line every ten seconds in a pipe."""
    total = count_inputs(paths)
    if bar_allowed and sys.stderr.isatty() and not _verbosity["quiet"]:
        columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[found]} statements"), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("reading", total=total, found=0)
            yield lambda o: bar.update(task, completed=o.done, total=max(total, o.done), found=o.statements)
        return
    last = [time.monotonic()]

    def line(outcome: Outcome) -> None:
        now = time.monotonic()
        if now - last[0] >= LINE_EVERY:
            last[0] = now
            left = outcome.seconds / max(outcome.done, 1) * max(total - outcome.done, 0)
            say(f"{outcome.done} of about {total} reports, {outcome.statements} statements, about {left:.0f} s left")

    yield line


def say_outcome(outcome: Outcome, all_are_in: str = "the option --verbose lists all of them") -> None:
    """Every input that was not read, with its reason, and the sum. all_are_in: where a list that was shortened is whole."""
    verbose = _verbosity["verbose"]
    lists: dict[str, Sequence[Failure | NoReport]] = {"failed": outcome.failures, "not read": outcome.not_read, "no report": outcome.empty}
    for label, inputs in lists.items():
        for line in input_lines(label, [(i.source, i.reason) for i in inputs], everything=verbose):
            say(line, always=True)
    if not verbose and is_shortened(*lists.values()):
        say(all_are_in, always=True)
    for ignored in outcome.ignored:
        say(f"ignored: {printable(ignored.source)}: {printable(ignored.reason)}", detail=True)
    parts = [f"{outcome.added} read", f"{outcome.skipped} already in", f"{len(outcome.failures)} failed"]
    counted = {"not read": len(outcome.not_read), "without a report": len(outcome.empty), "ignored (system or hidden)": len(outcome.ignored)}
    parts += [f"{number} {words}" for words, number in counted.items() if number]
    say(f"{', '.join(parts)}; {outcome.statements} statements in {outcome.seconds:.1f} s")
    missing = missing_line(outcome.missing, outcome.added)
    if missing:
        say(missing)
    unread = unread_dates_line(outcome.unread_dates, outcome.first_unread_date)
    if unread:
        say(unread, always=True)
    for line in refusal_lines(outcome.refusals.values()):
        say(line)


def is_terminal() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
