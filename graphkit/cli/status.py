"""graphkit status"""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

import graphkit
from graphkit.building.outcome import Refusal, group_refusals
from graphkit.cli.build_report import ReportOption, attention, build_report
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, RowFormat, print_rows, print_table, say
from graphkit.cli.input_messages import (
    input_lines,
    is_shortened,
    missing_hint,
    missing_line,
    overview_lines,
    refusal_lines,
)
from graphkit.errors import UsageError
from graphkit.export.build_report import check_report_file, write_report
from graphkit.graph import Graph
from graphkit.ledger.overview import Overview
from graphkit.ledger.reports import Listed
from graphkit.model import Failure
from graphkit.review.queue import invalid_decisions


class StatusFormat(StrEnum):
    table = "table"
    json = "json"


FormatOption = Annotated[
    StatusFormat,
    typer.Option(
        "--format",
        "-f",
        help="Output format: table, in which lists of more than 20 inputs that were not read are shortened, or json (one "
        "JSON object with complete lists; with --missing or --inferred, a JSON list of reports).",
    ),
]


class Field(StrEnum):
    """Fields of a report that may be missing."""

    date = "date"
    place = "place"
    publisher = "publisher"


class InferredField(StrEnum):
    """Fields of a report that are inferred if no file states them."""

    place = "place"


MissingOption = Annotated[
    Field | None,
    typer.Option(
        "--missing",
        help="Print only a list of the reports without this field. Its columns are report (the id), date, place, "
        "publisher, title and file (one of the files that contain the report). Cannot be combined with --inferred or "
        "--report.",
        show_default=False,
    ),
]
InferredOption = Annotated[
    InferredField | None,
    typer.Option(
        "--inferred",
        help="With the value place: print only a list of the reports whose place was inferred from the name of their "
        "publisher, because the input states no place (for example 山西省临汾市 for 临汾日报). The columns are those of --missing. "
        "Cannot be combined with --missing or --report.",
        show_default=False,
    ),
]


def command(
    graph: GraphOption = DEFAULT_GRAPH,
    format_: FormatOption = StatusFormat.table,
    report: ReportOption = None,
    missing: MissingOption = None,
    inferred: InferredOption = None,
) -> None:
    """Show what the graph contains, and which inputs were not read.

    The command prints the number of reports, statements, claims and entities; the inputs that were not read, with the
    reasons; and the number of statements that were refused, for each reason (for example, because the schema does not
    allow them). Reports without a date, place or publisher, reports with the text of another one, similar
    reports and reports with equal ids are only counted; --format json and --report list them.
    """
    check_report_file(report)
    if missing is not None or inferred is not None:
        if (missing is not None and inferred is not None) or report is not None:
            raise UsageError("--missing, --inferred and --report cannot be combined")
        with graphkit.open(graph) as opened:
            print_rows(_reports(opened, missing), RowFormat(format_.value))
        return
    refusals: dict[str, Refusal] = {}
    with graphkit.open(graph) as opened:
        counts = opened.status()
        failures = opened.ledger.failures()
        others = opened.ledger.not_read()
        group_refusals(opened.ledger.refused(), refusals)
        if invalid := sum(1 for _ in invalid_decisions(opened.ledger)):
            counts["invalid decisions"] = invalid
        overview = opened.overview()
        if report is not None:
            write_report(report, build_report(opened, overview))
            say(f"written: {report}")
    if format_ is StatusFormat.json:
        lists = {**counts, **_listed(failures, others, refusals), **attention(overview)}
        print(json.dumps(lists, ensure_ascii=False, indent=1))
        return
    _print_counts(counts)
    _print_lists(failures, others, overview, refusals.values(), counts["reports"])


def _reports(graph: Graph, missing: Field | None) -> list[dict[str, Any]]:
    """Return a row for each report without a field, or, if it is None, with a place from the name of the publisher."""
    overview = graph.overview()
    ids = [i.report for i in overview.inferred] if missing is None else overview.without[missing.value]
    return [_report(graph, report) for report in ids]


def _report(graph: Graph, report_id: str) -> dict[str, Any]:
    row = graph.ledger.report(report_id)
    fields = ("date", "place", "publisher", "title")
    values = {name: getattr(row.report, name) for name in fields} if row is not None else dict.fromkeys(fields, "")
    return {"report": report_id, **values, "file": next(iter(graph.ledger.files(report_id)), "")}


def _print_counts(counts: dict[str, int]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, number in counts.items():
        table.add_row(name, str(number))
    print_table(table)


def _print_lists(
    failures: list[Failure], others: list[Listed], overview: Overview, refusals: Iterable[Refusal], reports: int
) -> None:
    """Print the inputs that were not read, and the numbers of reports and statements that need attention.

    reports: number of reports of the graph.
    """
    lists = {
        "failed": [(f.source, f.reason) for f in failures],
        "not read": [(o.source, o.reason) for o in others if o.kind not in ("ignored", "no report")],
        "no report": [(o.source, o.reason) for o in others if o.kind == "no report"],
    }
    for label, inputs in lists.items():
        for line in input_lines(label, inputs):
            print(line)
    missing = {name: len(ids) for name, ids in overview.without.items()}
    lines = [missing_line(missing, reports), missing_hint(missing)]
    for line in [*filter(None, lines), *overview_lines(overview), *refusal_lines(refusals)]:
        print(line)
    if is_shortened(*lists.values()):
        print("--format json lists all of them")


def _listed(failures: list[Failure], others: list[Listed], refusals: dict[str, Refusal]) -> dict[str, Any]:
    """Return the complete lists of the JSON output."""
    return {
        "failures": [{"source": f.source, "reason": f.reason} for f in failures],
        "inputs_not_read": [
            {"source": o.source, "kind": o.kind, "reason": o.reason} for o in others if o.kind != "ignored"
        ],
        "inputs_ignored": [{"source": o.source, "reason": o.reason} for o in others if o.kind == "ignored"],
        "statements_refused": [r.as_dict() for r in sorted(refusals.values(), key=lambda r: (-r.number, r.reason))],
    }
