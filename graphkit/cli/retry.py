"""graphkit retry"""

from __future__ import annotations

import typer

import graphkit
from graphkit.cli.console import (
    DEFAULT_GRAPH,
    ExtractorOption,
    FastOption,
    FieldOption,
    GraphOption,
    SiteRulesOption,
    WorkersOption,
    build_progress,
    chosen_extractor,
    chosen_reading,
    say,
    say_outcome,
)
from graphkit.cli.llm_options import LlmOption, MaxCostOption, PriceOption, language_model, reports_of
from graphkit.extractors import DEFAULT
from graphkit.reading.field_paths import parse_fields
from graphkit.schema.values import for_shell


def command(
    graph: GraphOption = DEFAULT_GRAPH,
    extractor: ExtractorOption = DEFAULT,
    fast: FastOption = False,
    workers: WorkersOption = 1,
    field: FieldOption = None,
    site_rules: SiteRulesOption = None,
    llm: LlmOption = None,
    price: PriceOption = "",
    max_cost: MaxCostOption = None,
) -> None:
    """Read the inputs again that failed or contained no report.

    Run this command after you corrected files which `graphkit status` lists as failed or without a report; it adds their
    reports to the graph. Inputs that still cannot be read are listed with the reason, and the exit code is then 1.

    Inputs whose file does not exist any more are skipped, and `graphkit status` still lists them. The graph does not
    contain the options --field and --site-rules of the build: give them again.
    """
    options = chosen_reading(field, site_rules)
    with graphkit.open(graph) as opened:
        files = opened.failed_files()
        if not files:
            say("nothing to retry")
        name = chosen_extractor(extractor, fast)
        with (
            language_model([name], llm, price, max_cost, reports_of(files, options)),
            build_progress(files) as progress,
        ):
            outcome = opened.retry(
                extractor=name,
                progress=progress,
                workers=workers,
                fields=parse_fields(field or ()),
                site_rules=options.rules,
            )
        hint = f"`graphkit status --graph {for_shell(graph)} --format json` lists all of them"
        say_outcome(outcome, hint, opened.overview())
        gone = len(opened.ledger.failures()) - len(outcome.failures)
        if gone > 0:
            inputs = "1 failed input does" if gone == 1 else f"{gone} failed inputs do"
            say(
                f"{inputs} not exist any more; `graphkit status --graph {for_shell(graph)}` lists {'it' if gone == 1 else 'them'}"
            )
    if not outcome.is_complete:
        raise typer.Exit(1)
