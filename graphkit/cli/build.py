"""graphkit build"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import graphkit
from graphkit.building import Engine
from graphkit.cli.build_report import ReportOption, build_report
from graphkit.cli.console import (
    DEFAULT_GRAPH,
    ExtractorOption,
    FastOption,
    FieldOption,
    GraphOption,
    ReportsArgument,
    SiteRulesOption,
    WorkersOption,
    build_progress,
    chosen_extractor,
    chosen_reading,
    say,
    say_outcome,
)
from graphkit.cli.llm_options import LlmOption, MaxCostOption, PriceOption, language_model, reports_of
from graphkit.errors import GraphkitError, UsageError
from graphkit.export.build_report import check_report_file, write_report
from graphkit.extractors import DEFAULT
from graphkit.files.output import check_folder
from graphkit.reading.field_paths import parse_fields
from graphkit.schema.values import for_shell

EngineOption = Annotated[
    Engine,
    typer.Option(
        "--engine",
        help="Where reports are read: local (by processes on this machine, see --workers) or ray (on all CPU cores of "
        "the Ray cluster whose address is in the environment variable RAY_ADDRESS, without --workers; docs/scale.md "
        "describes it).",
    ),
]
ImportFilesOption = Annotated[
    Path | None,
    typer.Option(
        "--import-files",
        help="After the build, write the whole graph as files for Neo4j's bulk importer into this folder, which is created "
        "if necessary; the same as `graphkit export --format neo4j-admin -o FOLDER/`.",
    ),
]
ForceOption = Annotated[
    bool,
    typer.Option(
        "--force",
        help="With --import-files: accept a folder that contains files which graphkit did not write. Of these files, "
        "those with the name of a new file are replaced, and all others are kept.",
    ),
]
ShardsOption = Annotated[
    str,
    typer.Option(
        "--shards",
        help="With --engine ray: folder or URL (s3://… or gs://…) for the intermediate results, which are deleted after "
        "the build. All machines of the cluster must be able to write to it under this path.",
        show_default="the folder of the graph",
    ),
]
PrepareOption = Annotated[
    bool,
    typer.Option(
        "--prepare",
        help="After the build, also build the phrase index and the stores for Cypher and SPARQL queries. Without this "
        "option, the first query of each kind builds them, which takes longer than the query itself.",
    ),
]


def command(
    reports: ReportsArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    extractor: ExtractorOption = DEFAULT,
    fast: FastOption = False,
    workers: WorkersOption = 1,
    engine: EngineOption = Engine.local,
    import_files: ImportFilesOption = None,
    force: ForceOption = False,
    shards: ShardsOption = "",
    report: ReportOption = None,
    field: FieldOption = None,
    site_rules: SiteRulesOption = None,
    llm: LlmOption = None,
    price: PriceOption = "",
    max_cost: MaxCostOption = None,
    prepare: PrepareOption = False,
) -> None:
    """Add reports to a graph. The graph is created if it does not exist.

    Reports that are already in the graph (same id, content and version of the extractor) are skipped; the report of a
    changed file is replaced. Files that cannot be read or contain no report are listed with the reason, and the exit
    code is then 1. An interrupted build continues when the command is run again. docs/formats.md describes the ids of
    reports. --field and --site-rules are not stored in the graph: give them again when you build from the same files
    again, or run `graphkit retry`.

    Examples:

    graphkit build reports/ --graph graph --workers 4

    graphkit build /shared/reports --graph graph --engine ray --shards /shared/tmp --import-files import/
    """
    _check_engine(engine, workers, shards)
    _check_import_folder(import_files, force)
    check_report_file(report)
    options = chosen_reading(field, site_rules)
    with graphkit.open(graph, create=True) as opened:
        name = chosen_extractor(extractor, fast)
        with (
            language_model([name], llm, price, max_cost, reports_of(reports, options)),
            build_progress(reports) as progress,
        ):
            outcome = opened.build(
                reports,
                extractor=name,
                progress=progress,
                workers=workers,
                engine=engine,
                shards=shards,
                fields=parse_fields(field or ()),
                site_rules=options.rules,
            )
        overview = opened.overview()
        say_outcome(outcome, f"`graphkit status --graph {for_shell(graph)} --format json` lists all of them", overview)
        if report is not None:
            write_report(report, build_report(opened, overview, outcome))
            say(f"written: {report}")
        if prepare:
            opened.prepare()
        if import_files is not None:
            opened.export("neo4j-admin", f"{import_files}/", force=force)
            say(
                f"written: {import_files}; to import the graph into an empty Neo4j database, run import.sh in this folder"
            )
    if not outcome.is_complete:
        raise typer.Exit(1)


def _check_engine(engine: Engine, workers: int, shards: str) -> None:
    """Raise UsageError for an option that the engine would ignore."""
    if workers != 1 and engine is Engine.ray:
        raise UsageError("--workers cannot be combined with --engine ray, which uses all CPU cores of the cluster")
    if shards and engine is not Engine.ray:
        raise UsageError("--shards needs --engine ray")


def _check_import_folder(folder: Path | None, force: bool) -> None:
    """Raise UsageError if the files for the bulk importer cannot be written into `folder`."""
    if folder is None:
        if force:
            raise UsageError("--force needs --import-files")
        return
    try:
        check_folder(folder, "neo4j-admin", force=force)
    except GraphkitError as error:
        raise UsageError(f"--import-files: {error}") from None
