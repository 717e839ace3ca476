"""graphkit evaluate"""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import graphkit
from graphkit.building import Outcome, read_in_chunks
from graphkit.cli.console import ExtractorOption, FastOption, chosen_extractor, say, say_outcome
from graphkit.cli.input_messages import refusal_lines
from graphkit.cli.llm_options import LlmOption, MaxCostOption, PriceOption, language_model
from graphkit.decisions.model import Decision, holding
from graphkit.errors import UsageError
from graphkit.evaluation.gold import gold_record, read_records
from graphkit.evaluation.scoring import Score, score
from graphkit.extractors import DEFAULT, load_extractor
from graphkit.model import Report
from graphkit.reading import read_paths
from graphkit.review.files import read_decisions
from graphkit.review.scoring import score_decisions


class ScoreFormat(StrEnum):
    table = "table"
    json = "json"


GoldArgument = Annotated[
    Path,
    typer.Argument(
        metavar="GOLD",
        help="File with gold annotations (one line with a JSON object for each report; docs/annotation.md describes it), "
        "or with review decisions, a file that `graphkit review --export` wrote.",
        show_default=False,
    ),
]
ReportsOption = Annotated[
    str,
    typer.Option(
        "--reports",
        "-r",
        help="If GOLD contains annotations, this option is required: file or folder with the annotated reports, which "
        "have the same ids as in GOLD. Cannot be combined with --graph.",
        show_default=False,
    ),
]
GraphOption = Annotated[
    Path | None,
    typer.Option(
        "--graph",
        "-g",
        help="If GOLD contains decisions, this option is required: folder of the graph with the reviewed reports. Cannot "
        "be combined with --reports.",
        show_default=False,
    ),
]
FormatOption = Annotated[
    ScoreFormat,
    typer.Option("--format", "-f", help="Output format of the scores: table, or json (one JSON object)."),
]
StrictOption = Annotated[
    bool,
    typer.Option(
        "--strict",
        help="For gold annotations only: two names match only if they are equal. Without this option, they also match if "
        "one contains the other and the shorter one has at least two characters and half the length of the longer one. "
        "Spaces and punctuation are ignored in both cases.",
    ),
]
ErrorsOption = Annotated[
    bool,
    typer.Option(
        "--errors",
        help="Also list the statements of GOLD that the extractor does not produce (missed), and those that it produces "
        "but that are incorrect according to GOLD (wrong).",
    ),
]


def command(
    gold: GoldArgument,
    reports: ReportsOption = "",
    graph: GraphOption = None,
    format_: FormatOption = ScoreFormat.table,
    strict: StrictOption = False,
    errors: ErrorsOption = False,
    extractor: ExtractorOption = DEFAULT,
    fast: FastOption = False,
    llm: LlmOption = None,
    price: PriceOption = "",
    max_cost: MaxCostOption = None,
) -> None:
    """Measure the extractor with annotated reports or with decisions.

    The command extracts the statements of the reports, compares them with GOLD, and prints precision, recall and F1 of
    each relation (from 0 to 1), of all relations together (micro) and of all except emphasized (facts). If GOLD contains
    decisions, a statement that was accepted or corrected counts as correct, one that was rejected counts as an error if
    the extractor produces it, and all other statements are not counted.
    """
    if bool(reports) == (graph is not None):
        raise UsageError("give the reports: --reports FILE for gold annotations, --graph DIR for decisions")
    if strict and graph is not None:
        raise UsageError("--strict applies only to gold annotations; decisions are always compared with equal names")
    outcome, name = Outcome(), chosen_extractor(extractor, fast)
    with language_model([name], llm, price, max_cost, lambda: _reports(gold, reports, graph)):
        if graph is not None:
            found = _against_decisions(gold, graph, name)
        else:
            expected = read_records(gold)
            readings = read_in_chunks([reports], load_extractor(name), outcome)
            found = score(expected, [gold_record(r) for r in readings], strict=strict)
    for line in refusal_lines(outcome.refusals.values()):
        say(line)
    if format_ is ScoreFormat.json:
        print(json.dumps(found.as_dict(errors=errors), ensure_ascii=False, indent=1))
    else:
        _print(found, errors)
    if not outcome.is_complete:
        say_outcome(outcome)
        raise typer.Exit(1)


def _against_decisions(gold: Path, graph: Path, extractor: str) -> Score:
    """Read the reports of the decisions with the current extractor and return its score."""
    latest = holding(read_decisions(gold))
    return score_decisions(latest, load_extractor(extractor).read(_decided_reports(latest, graph)))


def _decided_reports(decisions: Sequence[Decision], graph: Path) -> list[Report]:
    """Return the reports of decisions that are in the graph."""
    with graphkit.open(graph) as opened:
        rows = [opened.ledger.report(i) for i in sorted({d.report for d in decisions} - {""})]
        return [row.report for row in rows if row is not None]


def _reports(gold: Path, reports: str, graph: Path | None) -> list[Report]:
    """Return the reports that the command reads."""
    if graph is not None:
        return _decided_reports(holding(read_decisions(gold)), graph)
    return [found for found in read_paths([reports]) if isinstance(found, Report)]


def _print(found: Score, errors: bool) -> None:
    print(f"{'relation':15}{'P':>7}{'R':>7}{'F1':>7}{'gold':>7}")
    for name, counts in [*found.relations.items(), ("facts", found.facts), ("micro", found.micro)]:
        print(f"{name:15}{counts.precision:7.3f}{counts.recall:7.3f}{counts.f1:7.3f}{counts.gold:7d}")
    print(f"macro F1 {found.macro_f1:.3f} over {len(found.relations)} relations; {len(found.missing)} reports not read")
    if errors:
        for title, listed in (("missed", found.missed), ("wrong", found.wrong)):
            for report, item in listed:
                print(f"{title}\t{item['r']}\t{report}\t{item['s']} → {item['o']}\t{item.get('evidence', '')[:60]}")
