"""graphkit build"""

from __future__ import annotations

from typing import Annotated

import typer

import graphkit
from graphkit.building import Engine
from graphkit.cli.console import (
    DEFAULT_GRAPH,
    ExtractorOption,
    GraphOption,
    ReportsArgument,
    WorkersOption,
    build_progress,
    say_outcome,
)


def command(
    reports: ReportsArgument, graph: GraphOption = DEFAULT_GRAPH, extractor: ExtractorOption = "offline", workers: WorkersOption = 1,
    engine: Annotated[Engine, typer.Option("--engine", help="local: processes of this machine. ray: the nodes of a Ray cluster (extra [ray]; its address: RAY_ADDRESS).")] = Engine.local,
    shards: Annotated[str, typer.Option("--shards", help="With --engine ray: folder or URL that all nodes can write, for what they read.", show_default="GRAPH/shards")] = "",
) -> None:
    """Read reports into the graph.

    A report that is in is skipped, a changed one is replaced, a failed one is listed with its reason and costs
    nothing else. Stop it at any moment and run it again.

    Example: graphkit build reports/ --graph graph --workers 4
    """
    with graphkit.open(graph, create=True) as opened:
        with build_progress(reports) as progress:
            outcome = opened.build(reports, extractor=extractor, progress=progress, workers=workers, engine=engine, shards=shards)
        say_outcome(outcome)
    if outcome.failures:
        raise typer.Exit(1)
