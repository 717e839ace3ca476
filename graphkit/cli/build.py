"""graphkit build"""

from __future__ import annotations

import typer

import graphkit
from graphkit.cli.console import (
    DEFAULT_GRAPH,
    ExtractorOption,
    GraphOption,
    ReportsArgument,
    build_progress,
    say_outcome,
)


def command(
    reports: ReportsArgument, graph: GraphOption = DEFAULT_GRAPH, extractor: ExtractorOption = "offline"
) -> None:
    """Read reports into the graph.

    A report that is in is skipped, a changed one is replaced, a failed one is listed with its reason and costs
    nothing else. Stop it at any moment and run it again.
    """
    with graphkit.open(graph, create=True) as opened:
        with build_progress(reports) as progress:
            outcome = opened.build(reports, extractor=extractor, progress=progress)
        say_outcome(outcome)
    if outcome.failures:
        raise typer.Exit(1)
