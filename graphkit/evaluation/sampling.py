"""Shows random reports next to the statements that were extracted: `python -m graphkit.evaluation.sampling`.

Use it to check the quality of the extraction manually on new reports. Each sentence is displayed with its statements in
the second column; `--html` writes an HTML page.
"""

from __future__ import annotations

import argparse
import html
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from graphkit.extractors import checked, load_extractor
from graphkit.files.output import write_output
from graphkit.model import Reading, Report, Statement
from graphkit.reading import read_paths


def draw(paths: Sequence[Path], number: int, seed: int, containing: str) -> list[Report]:
    """Return randomly selected reports. The same seed selects the same reports.

    containing: words, separated by |; only reports whose title contains one of them.
    """
    words = [w for w in containing.split("|") if w]
    pool = [
        r
        for r in read_paths(paths)
        if isinstance(r, Report) and (not words or any(w in (r.title or r.text[:60]) for w in words))
    ]
    return random.Random(seed).sample(pool, min(number, len(pool)))


def rows(reading: Reading, relations: frozenset[str]) -> Iterator[tuple[str, list[Statement]]]:
    """Yield each sentence of the report with the statements that quote it."""
    text = reading.report.text
    found: dict[tuple[int, int], list[Statement]] = {}
    for s in reading.statements:
        if not relations or s.relation in relations:
            found.setdefault((s.start, s.end), []).append(s)
    at = 0
    for start, end in sorted(found):
        if text[at:start].strip():
            yield text[at:start].strip(), []
        yield text[start:end].strip(), found[start, end]
        at = max(at, end)
    if text[at:].strip():
        yield text[at:].strip(), []


def line(s: Statement) -> str:
    """Return a statement as one line."""
    value = f"{s.kind}={s.object.name}" if s.kind else s.object.name
    extra = " ".join(x for x in (s.status.value if s.status.value != "actual" else "", s.date) if x)
    return (
        f"{s.subject.name} {s.relation} {value}" + (f" ({extra})" if extra else "") + f" [{s.rule} {s.confidence:.2f}]"
    )


def show(readings: Sequence[Reading], relations: frozenset[str], console: Console) -> None:
    """Print the readings as tables."""
    for reading in readings:
        table = Table(title=escape(f"{reading.report.id} {reading.report.title}"), show_lines=True, expand=True)
        table.add_column("text", ratio=1)
        table.add_column("statements", ratio=1)
        for words, found in rows(reading, relations):
            table.add_row(escape(words), "\n".join(escape(line(s)) for s in found))
        console.print(table)


def page(readings: Sequence[Reading], relations: frozenset[str]) -> str:
    """Return the readings as an HTML page."""
    parts = [
        "<!doctype html><meta charset='utf-8'><title>sample</title>"
        "<style>td{vertical-align:top;width:50%;padding:.3em;border-top:1px solid #ccc}</style>"
    ]
    for reading in readings:
        parts.append(f"<h2>{html.escape(reading.report.id)} {html.escape(reading.report.title)}</h2><table>")
        for words, found in rows(reading, relations):
            parts.append(f"<tr><td>{html.escape(words)}<td>" + "<br>".join(html.escape(line(s)) for s in found))
        parts.append("</table>")
    return "\n".join(parts) + "\n"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", type=Path, nargs="+", help="files or folders of reports")
    parser.add_argument("--number", type=int, default=20, help="number of reports (default: 20)")
    parser.add_argument(
        "--seed",
        type=int,
        default=random.randrange(10**6),
        help="seed of the random selection; the same seed selects the same reports (default: a random seed)",
    )
    parser.add_argument("--title", default="", help="only reports whose title contains one of these words: 调研|考察")
    parser.add_argument("--relations", default="", help="only these relations, separated by commas")
    parser.add_argument("--html", type=Path, help="write an HTML page instead of printing tables")
    options = parser.parse_args(arguments)
    reports = draw(options.reports, options.number, options.seed, options.title)
    readings = list(checked(load_extractor().read(reports)))
    relations = frozenset(r for r in options.relations.split(",") if r)
    if options.html:
        write_output(options.html, page(readings, relations))
    else:
        show(readings, relations, Console(width=None if sys.stdout.isatty() else 160))
    print(
        f"seed {options.seed}: {len(readings)} reports, {sum(len(r.statements) for r in readings)} statements",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
