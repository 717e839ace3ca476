"""graphkit compare"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

import graphkit
from graphkit.building import Outcome, build, read_in_chunks
from graphkit.cli.console import (
    FieldOption,
    ReportsArgument,
    RowFormat,
    SiteRulesOption,
    build_progress,
    chosen_reading,
    print_rows,
    say,
    say_outcome,
)
from graphkit.cli.llm_options import LlmOption, MaxCostOption, PriceOption, language_model, reports_of
from graphkit.errors import UsageError
from graphkit.evaluation.comparison import Agreement, Comparison, Difference
from graphkit.extractors import load_extractor
from graphkit.model import Statement
from graphkit.reading import ReadingOptions
from graphkit.review.differences import ComparingExtractor
from graphkit.schema.values import for_shell

FirstArgument = Annotated[
    str,
    typer.Argument(
        metavar="A", help="Name of the first extractor, as for --extractor of `graphkit extract`; for example offline."
    ),
]
SecondArgument = Annotated[str, typer.Argument(metavar="B", help="Name of the second extractor, for example fast.")]
FormatOption = Annotated[
    RowFormat,
    typer.Option(
        "--format",
        "-f",
        help="Output format: table (the agreement for each relation, then the differences), json (one object with the "
        "lists agreement and differences) or csv (only the differences, with the names of the columns in the first "
        "line).",
    ),
]
ToReviewOption = Annotated[
    Path | None,
    typer.Option(
        "--to-review",
        metavar="DIR",
        help="Also create a graph in this folder, which must be new or empty. It contains the reports, each with the "
        "statements that only one of the two extractors makes, so that `graphkit review` asks about them. The decisions "
        "can be exported, and imported into another graph with the same reports.",
        show_default=False,
    ),
]


def command(
    first: FirstArgument,
    second: SecondArgument,
    reports: ReportsArgument,
    format_: FormatOption = RowFormat.table,
    to_review: ToReviewOption = None,
    field: FieldOption = None,
    site_rules: SiteRulesOption = None,
    llm: LlmOption = None,
    price: PriceOption = "",
    max_cost: MaxCostOption = None,
) -> None:
    """Compare the statements of two extractors on the same reports.

    The first table has a row for each relation: the number of statements that both extractors make (both), that only A
    makes and that only B makes, and the agreement. The agreement is the F1 of one extractor measured against the other,
    from 0 (no common statement) to 1 (no difference). Statements with any status are compared. Two statements are the
    same if their relation, kind and status are equal and their names agree as in `graphkit evaluate`.

    The second table lists the statements that only one extractor makes, in the column A or B. A statement of A and one
    of B are in the same row if they have the same sentence, the same relation and one name in common, for example if the
    extractors read different objects.
    """
    if first == second:
        raise UsageError(f"A and B are the same extractor, {first}; give two")
    options = chosen_reading(field, site_rules)
    _check_new(to_review)
    with language_model([first, second], llm, price, max_cost, reports_of(reports, options)):
        comparing = ComparingExtractor(load_extractor(first), load_extractor(second))
        outcome = _read(comparing, reports, options, to_review)
    _print(comparing.comparison, format_)
    say_outcome(outcome)
    if to_review is not None:
        say(
            f"written: {to_review}, {outcome.statements} statements; review them with: "
            f"graphkit review --graph {for_shell(to_review)}"
        )
    if not outcome.is_complete:
        raise typer.Exit(1)


def _check_new(folder: Path | None) -> None:
    """Raise UsageError if the folder of the graph for the review contains something."""
    if folder is not None and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"--to-review {folder}: the folder is not empty; name a new one, or delete this one")


def _read(comparing: ComparingExtractor, reports: list[str], options: ReadingOptions, folder: Path | None) -> Outcome:
    with build_progress(reports, bar_allowed=False) as progress:
        if folder is not None:
            with graphkit.open(folder, create=True) as opened:
                return build(opened.ledger, reports, comparing, progress, options=options)
        outcome = Outcome()
        for _ in read_in_chunks(reports, comparing, outcome, options):
            progress(outcome)
        return outcome


def _print(found: Comparison, format_: RowFormat) -> None:
    rows = [_row(difference) for difference in found.differences]
    agreement = [*_agreement_rows(found)]
    if format_ is RowFormat.json:
        print(json.dumps({"agreement": agreement, "differences": rows}, ensure_ascii=False, indent=1))
        return
    if format_ is RowFormat.table:
        print_rows(agreement, format_)
        print()
    print_rows(rows, format_)


def _agreement_rows(found: Comparison) -> Iterator[dict[str, Any]]:
    named = [*sorted(found.relations.items()), ("all", found.total)]
    for name, agreement in named:
        yield {"relation": name, **_numbers(agreement)}


def _numbers(agreement: Agreement) -> dict[str, Any]:
    found = agreement.as_dict()
    return {
        "both": found["both"],
        "A only": found["first"],
        "B only": found["second"],
        "agreement": round(found["agreement"], 3),
    }


def _row(difference: Difference) -> dict[str, Any]:
    one = difference.statements[0]
    return {
        "report": one.report,
        "relation": one.relation,
        "A": _wording(difference.first),
        "B": _wording(difference.second),
        "quote": difference.text[one.start : one.end],
    }


def _wording(statement: Statement | None) -> str:
    """Return subject and object of a statement, with the kind, and the status if it is not actual."""
    if statement is None:
        return ""
    s = statement
    value = f"{s.kind}={s.object.name}" if s.kind else s.object.name
    return f"{s.subject.name} → {value}" + (f" ({s.status})" if s.status != "actual" else "")
