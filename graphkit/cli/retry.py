"""graphkit retry"""

from __future__ import annotations

import typer

import graphkit
from graphkit.cli.console import (
    DEFAULT_GRAPH,
    ExtractorOption,
    GraphOption,
    WorkersOption,
    build_progress,
    say,
    say_outcome,
)


def command(graph: GraphOption = DEFAULT_GRAPH, extractor: ExtractorOption = "offline", workers: WorkersOption = 1) -> None:
    """Read the inputs that failed once more, after you mended them."""
    with graphkit.open(graph) as opened:
        files = opened.failed_files()
        if not files:
            say("nothing to retry")
        with build_progress(files) as progress:
            outcome = opened.retry(extractor=extractor, progress=progress, workers=workers)
        say_outcome(outcome)
        gone = len(opened.ledger.failures()) - len(outcome.failures)
        if gone > 0:
            say(f"{gone} failed inputs are no longer there; they stay listed in `graphkit status`")
    if outcome.failures:
        raise typer.Exit(1)
