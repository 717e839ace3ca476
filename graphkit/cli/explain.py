"""graphkit explain"""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from graphkit.building import Outcome
from graphkit.cli.console import say_outcome
from graphkit.errors import UsageError
from graphkit.extractors import FAST
from graphkit.model import Report
from graphkit.reading import read_paths

if TYPE_CHECKING:
    from graphkit.explain import Explanation


class ExplainFormat(StrEnum):
    text = "text"
    json = "json"


FileArgument = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="File, folder or glob pattern with one or more reports, or - for standard input. docs/formats.md describes "
        "the types of files.",
        show_default=False,
    ),
]
SentenceOption = Annotated[
    int | None,
    typer.Option(
        "--sentence",
        "-s",
        min=1,
        help="Explain only the sentence with this number. The output numbers the sentences of each report from 1, "
        "including headlines and captions. If FILE contains several reports, --report is also needed.",
        show_default="all sentences",
    ),
]
ReportOption = Annotated[
    str,
    typer.Option(
        "--report",
        "-r",
        help="Explain only the report with this id, which the output prints before each report.",
        show_default="all reports",
    ),
]
EverythingOption = Annotated[
    bool,
    typer.Option(
        "--all",
        help="Also show why the other rules have no candidate in the sentence, the statements that the merger rejects "
        "with a probability below 0.2, and all rejected policy phrases with the features that decided (without this "
        "option, the five most probable ones). With --format json, all of them are always included.",
    ),
]


def command(
    file: FileArgument,
    sentence: SentenceOption = None,
    report: ReportOption = "",
    format_: Annotated[
        ExplainFormat,
        typer.Option(
            "--format", "-f", help="Output format: text, or json (one line with a JSON object for each candidate)."
        ),
    ] = ExplainFormat.text,
    everything: EverythingOption = False,
    fast: Annotated[
        bool,
        typer.Option(
            "--fast",
            help="Explain the rules only, without the encoder and the merger. The environment variable "
            "GRAPHKIT_EXTRACTOR=fast has the same effect.",
        ),
    ] = False,
) -> None:
    """Show why statements of a report were found or rejected.

    The command lists the candidates of each sentence: possible names, meetings, policy phrases and statements. For each
    candidate, it names the pattern, rule or model that proposed it, and the condition that accepted or rejected it. The
    merger decides last: it estimates the probability of each statement that the rules or the encoder (a neural network)
    propose, and rejects those with a low one. docs/explain.md describes the output.
    """
    from graphkit.explain import explain  # It loads the models, which the help of the commands does not need.

    outcome = Outcome()
    for found in _reports(file, report, sentence, outcome):
        explanation = explain(found, FAST if fast else "")
        if sentence is not None and sentence > len(explanation.sentences):
            raise UsageError(f"--sentence {sentence}: report {found.id} has {len(explanation.sentences)} sentences")
        for line in _printed(explanation, format_, sentence or 0, everything):
            print(line)
        if format_ is ExplainFormat.text:
            print()
    if not outcome.is_complete:
        say_outcome(outcome)
        raise typer.Exit(1)


def _printed(explanation: Explanation, format_: ExplainFormat, sentence: int, everything: bool) -> Iterator[str]:
    from graphkit.explain.text import lines

    if format_ is ExplainFormat.json:
        return (json.dumps(record, ensure_ascii=False) for record in explanation.records(sentence))
    return lines(explanation, sentence, everything=everything)


def _reports(file: str, wanted: str, sentence: int | None, outcome: Outcome) -> Iterator[Report]:
    """Yield the reports of a file, or the one with this id; what cannot be read is added to `outcome`."""
    reports = []
    for item in read_paths([file]):
        if isinstance(item, Report):
            reports.append(item)
        else:
            outcome.list(item)
    chosen = [r for r in reports if wanted in ("", r.id)]
    if wanted and not chosen:
        raise UsageError(f"--report {wanted}: {file} has no report with this id")
    if sentence is not None and len(chosen) > 1:
        raise UsageError(f"--sentence {sentence}: {file} has {len(chosen)} reports; choose one with --report ID")
    yield from chosen
