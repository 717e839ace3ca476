"""graphkit build"""

from __future__ import annotations

from pathlib import Path
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
    say,
    say_outcome,
)
from graphkit.errors import GraphkitError, UsageError
from graphkit.files.output import check_folder
from graphkit.schema.values import for_shell


def command(
    reports: ReportsArgument, graph: GraphOption = DEFAULT_GRAPH, extractor: ExtractorOption = "offline", workers: WorkersOption = 1,
    engine: Annotated[Engine, typer.Option("--engine", help="local: processes of this machine. ray: the nodes of a Ray cluster (extra [ray]; its address: RAY_ADDRESS).")] = Engine.local,
    import_files: Annotated[Path | None, typer.Option("--import-files", help="Afterwards write the files of Neo4j's bulk importer into this folder (as `graphkit export --format neo4j-admin` does).")] = None,
    force: Annotated[bool, typer.Option("--force", help="With --import-files: replace files of the same names that graphkit did not write. Other files are always kept.")] = False,
    shards: Annotated[str, typer.Option("--shards", help="With --engine ray: folder or URL that all nodes can write, for what they read.", show_default="GRAPH/shards")] = "",
) -> None:
    """Read reports into the graph.

    A report that is in is skipped, a changed one is replaced. Every file that was not read, or in which no report was
    found, is listed with the reason, and the exit code is then 1. Stop it at any moment and run it again.

    Examples:

    graphkit build reports/ --graph graph --workers 4

    graphkit build /shared/reports --graph graph --engine ray --shards /shared/tmp --import-files import/
    """
    if import_files is not None:
        try:
            check_folder(import_files, "neo4j-admin", force=force)
        except GraphkitError as error:
            raise UsageError(f"--import-files: {error}") from None
    with graphkit.open(graph, create=True) as opened:
        with build_progress(reports) as progress:
            outcome = opened.build(reports, extractor=extractor, progress=progress, workers=workers, engine=engine, shards=shards)
        say_outcome(outcome, f"`graphkit status --graph {for_shell(graph)} --format json` lists all of them")
        if import_files is not None:
            opened.export("neo4j-admin", f"{import_files}/", force=force)
            say(f"{import_files}: run import.sh there to put the graph into an empty database")
    if not outcome.is_complete:
        raise typer.Exit(1)
