"""graphkit extract"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from graphkit.building import Outcome, read_in_chunks
from graphkit.cli.console import (
    ExtractorOption,
    FastOption,
    FieldOption,
    ReportsArgument,
    SiteRulesOption,
    build_progress,
    chosen_extractor,
    chosen_reading,
    is_terminal,
    print_table,
    say_outcome,
)
from graphkit.cli.llm_options import LlmOption, MaxCostOption, PriceOption, language_model, reports_of
from graphkit.evaluation.gold import gold_record, statement_record
from graphkit.extractors import DEFAULT, load_extractor
from graphkit.model import Reading, Status


class ExtractFormat(StrEnum):
    table = "table"
    jsonl = "jsonl"
    gold = "gold"


def command(
    reports: ReportsArgument,
    format_: Annotated[
        ExtractFormat | None,
        typer.Option(
            "--format",
            "-f",
            help="Output format: table, jsonl (one line with a JSON object for each statement; docs/formats.md lists its "
            "fields) or gold (one line with a JSON object for each report, in the format of manually annotated reports "
            "that docs/annotation.md describes).",
            show_default="table on a terminal, otherwise jsonl",
        ),
    ] = None,
    all_status: Annotated[
        bool,
        typer.Option(
            "--all-status",
            help="Also print statements with the status planned, urged (demanded) or denied. Without this option, only "
            "those with the status actual are printed, about events that took place and facts that hold.",
        ),
    ] = False,
    extractor: ExtractorOption = DEFAULT,
    fast: FastOption = False,
    field: FieldOption = None,
    site_rules: SiteRulesOption = None,
    llm: LlmOption = None,
    price: PriceOption = "",
    max_cost: MaxCostOption = None,
) -> None:
    """Print the statements of reports, without creating a graph.

    Each statement is printed with its quote, the sentence of the report that contains it. Files that cannot be read or contain no
    report are listed with the reason, and the exit code is then 1.
    """
    chosen = format_ or (ExtractFormat.table if is_terminal() else ExtractFormat.jsonl)
    outcome = Outcome()
    options = chosen_reading(field, site_rules)
    name = chosen_extractor(extractor, fast)
    with (
        language_model([name], llm, price, max_cost, reports_of(reports, options)),
        build_progress(reports, bar_allowed=not is_terminal()) as progress,
    ):
        reader = load_extractor(name)
        for reading in read_in_chunks(reports, reader, outcome, options):
            for line in _lines(reading, chosen, all_status):
                print(line)
            sys.stdout.flush()
            progress(outcome)
    say_outcome(outcome)
    if not outcome.is_complete:
        raise typer.Exit(1)


def _lines(reading: Reading, format_: ExtractFormat, all_status: bool) -> Iterator[str]:
    if format_ is ExtractFormat.gold:
        yield json.dumps(gold_record(reading, all_status=all_status), ensure_ascii=False)
        return
    kept = [s for s in reading.statements if all_status or s.status is Status.ACTUAL]
    if format_ is ExtractFormat.jsonl:
        for statement in kept:
            yield json.dumps(statement_record(reading, statement), ensure_ascii=False)
        return
    table = Table(
        title=Text(f"{reading.report.id}  {reading.report.title}".strip()),
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    for name in ("subject", "relation", "object", *(["status"] if all_status else []), "date", "quote"):
        table.add_column(name, overflow="fold")
    for s in kept:
        value = f"{s.kind}={s.object.name}" if s.kind else s.object.name
        cells = [s.subject.name, s.relation, value, *([s.status.value] if all_status else []), s.date]
        table.add_row(*[Text(c) for c in cells], Text(reading.report.text[s.start : s.end].replace("\n", " ")))
    print_table(table)
