"""graphkit phrases: one command for each question about policy phrases"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, RowFormat, RowFormatOption, print_rows, say
from graphkit.cli.phrase_options import (
    ByOption,
    FirstBy,
    LevelOption,
    Over,
    Per,
    Period,
    PhraseArgument,
    PlaceOption,
    PlotOption,
    RequiredSinceOption,
    ScoreOption,
    SinceOption,
    UntilOption,
    VoiceOption,
)

HELP = (
    "Analyse policy phrases (提法): frequency, first uses, spread, changes of wording, new phrases and phrases that are "
    "no longer used. docs/phrases.md describes the methods."
)

#: Seconds per report for building the phrase index, on one core (benchmarks/RESULTS.md).
SECONDS_PER_REPORT = 0.004


def indexing_message(reports: int) -> str:
    """Return the message before the phrase index of a graph with this number of reports is built."""
    seconds = max(1, round(reports * SECONDS_PER_REPORT))
    return f"building the phrase index of {reports} reports, about {seconds} s (only after a change of the graph)"


def _answer(
    graph: Path, question: str, arguments: tuple[Any, ...], format_: RowFormat, plot: Path | None, **options: Any
) -> None:
    """Answer the question, draw the chart if one is wanted, and print the rows."""
    if plot is not None:
        from graphkit.phrases.charts import check_file

        check_file(plot)
    with graphkit.open(graph) as opened:
        if not opened.has_phrases:
            say(indexing_message(opened.ledger.counts()["reports"]))
        rows = getattr(opened.phrases(), question)(*arguments, **options)
        if plot is not None:
            from graphkit.phrases.charts import draw

            draw(question, rows, plot, source=f"{opened.ledger.counts()['reports']} reports of {graph.name}")
            say(f"written: {plot}")
    print_rows(rows, format_)


def _scope(since: str, until: str, level: list[str], voice: list[str], place: str) -> dict[str, Any]:
    return {"since": since, "until": until, "level": level, "voice": voice, "place": place}


def list_(
    graph: GraphOption = DEFAULT_GRAPH,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    top: Annotated[int, typer.Option("--top", min=1, help="Maximum number of phrases.")] = 50,
    min_score: ScoreOption = 0.5,
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the most frequent phrases, with the number of reports that use them.

    The columns reporter, leader, meeting and guest count the occurrences by kind of speaker.
    """
    _answer(graph, "list", (), format_, plot, top=top, min_score=min_score, **_scope(since, until, level, voice, place))


def trend(
    phrases: Annotated[
        list[str],
        typer.Argument(metavar="PHRASE...", help="One or more phrases, separated by spaces.", show_default=False),
    ],
    graph: GraphOption = DEFAULT_GRAPH,
    by: ByOption = Period.month,
    per: Annotated[
        Per,
        typer.Option(
            "--per",
            help="Value for each period: the fraction of its reports that use the phrase (reports), or the number of "
            "occurrences per million characters (characters).",
        ),
    ] = Per.reports,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """Show how often phrases are used in each period, with 95% confidence intervals.

    The column missing_days counts the days for which the graph contains no report.
    """
    _answer(
        graph, "trend", (phrases,), format_, plot, by=str(by), per=str(per), **_scope(since, until, level, voice, place)
    )


def first(
    phrase: PhraseArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    by: Annotated[
        FirstBy,
        typer.Option(
            "--by",
            help="Group the reports by the level of their publisher or by place (administrative division; "
            "docs/phrases.md, Limitations, describes which one), and list the first uses in each group; all: one "
            "group.",
        ),
    ] = FirstBy.all,
    top: Annotated[int, typer.Option("--top", min=1, help="Number of reports to list in each group.")] = 3,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the first reports of the graph that use a phrase, with quotes.

    The column gap_before names the nearest earlier days for which the graph contains no report: the phrase can have
    been used then.
    """
    _answer(graph, "first", (phrase,), format_, plot, by=str(by), top=top, **_scope(since, until, level, voice, place))


def uses(
    phrase: PhraseArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    top: Annotated[int, typer.Option("--top", min=0, help="Maximum number of occurrences; 0 lists all.")] = 0,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
) -> None:
    """List every occurrence of a phrase, with its quote, speaker and date."""
    _answer(graph, "uses", (phrase,), format_, None, top=top, **_scope(since, until, level, voice, place))


def emerging(
    since: RequiredSinceOption,
    graph: GraphOption = DEFAULT_GRAPH,
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    top: Annotated[int, typer.Option("--top", min=1, help="Maximum number of phrases.")] = 30,
    hindsight: Annotated[
        bool,
        typer.Option(
            "--hindsight/--no-hindsight",
            help="Rank phrases higher that remained in use after the period; or do not count reports after the period.",
        ),
    ] = True,
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List phrases that are new in the period or much more frequent than before it.

    The highest score is first; docs/phrases.md describes its parts.
    """
    _answer(
        graph, "emerging", (), format_, plot, top=top, hindsight=hindsight, **_scope(since, until, level, voice, place)
    )


def silent(
    since: RequiredSinceOption,
    graph: GraphOption = DEFAULT_GRAPH,
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    top: Annotated[int, typer.Option("--top", min=1, help="Maximum number of phrases.")] = 30,
    min_score: ScoreOption = 0.5,
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List phrases that were used regularly before the period and rarely or never in it, the highest score first.

    Phrases that are used in some months of each year only are not listed outside these months.
    """
    _answer(
        graph, "silent", (), format_, plot, top=top, min_score=min_score, **_scope(since, until, level, voice, place)
    )


def tiers(
    year: Annotated[
        int, typer.Option("--year", min=1900, max=2999, help="Calendar year, for example 2024.", show_default=False)
    ],
    graph: GraphOption = DEFAULT_GRAPH,
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    tiers_file: Annotated[
        Path | None,
        typer.Option(
            "--tiers",
            help="TOML file with the names and thresholds of the tiers (format: docs/phrases.md).",
            show_default="the six tiers of docs/phrases.md",
        ),
    ] = None,
    top: Annotated[int, typer.Option("--top", min=0, help="Maximum number of phrases in each tier; 0 lists all.")] = 0,
    min_score: ScoreOption = 0.5,
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """Group the phrases of a year into tiers by the number of reports per thousand that use them.

    The columns tier_before and moved compare with the previous year. Phrases below the lowest tier in both years are
    not listed.
    """
    _answer(
        graph,
        "tiers",
        (year,),
        format_,
        plot,
        tiers=tiers_file,
        top=top,
        min_score=min_score,
        level=level,
        voice=voice,
        place=place,
    )


BeforeSinceOption = Annotated[
    str,
    typer.Option(
        "--before-since",
        help="First day of the period to compare with.",
        show_default="the period of the same length before --since",
    ),
]
BeforeUntilOption = Annotated[
    str,
    typer.Option(
        "--before-until",
        help="Last day of the period to compare with; needs --before-since.",
        show_default="the day before --since",
    ),
]


def movers(
    since: RequiredSinceOption,
    graph: GraphOption = DEFAULT_GRAPH,
    until: UntilOption = "",
    before_since: BeforeSinceOption = "",
    before_until: BeforeUntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    top: Annotated[int, typer.Option("--top", min=1, help="Maximum number of phrases.")] = 50,
    min_score: ScoreOption = 0.5,
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the phrases whose share of the reports changed between two periods, the most significant change first."""
    _answer(
        graph,
        "movers",
        (),
        format_,
        plot,
        before_since=before_since,
        before_until=before_until,
        top=top,
        min_score=min_score,
        **_scope(since, until, level, voice, place),
    )


def spread(
    phrase: PhraseArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    over: Annotated[
        Over,
        typer.Option(
            "--over", help="What to list: places (administrative divisions), levels (of the publishers) or speakers."
        ),
    ] = Over.places,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the places, levels or speakers in the order in which they first used a phrase, with quotes."""
    _answer(graph, "spread", (phrase,), format_, plot, over=str(over), **_scope(since, until, level, voice, place))


def with_(
    phrase: PhraseArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    top: Annotated[int, typer.Option("--top", min=1, help="Maximum number of phrases.")] = 50,
    min_score: ScoreOption = 0.5,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List phrases that occur in the same reports as PHRASE, those that depend on it most significantly first.

    The column lift is above 1 if they occur together more often than expected by chance.
    """
    _answer(
        graph,
        "together",
        (phrase,),
        format_,
        plot,
        top=top,
        min_score=min_score,
        **_scope(since, until, level, voice, place),
    )


def wording(
    phrase: PhraseArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    top: Annotated[
        int, typer.Option("--top", min=1, help="Maximum number of wordings; the most frequent ones are chosen.")
    ] = 40,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the wordings of a phrase, with added and removed parts and the dates of their first and last use."""
    _answer(graph, "wording", (phrase,), format_, plot, top=top, **_scope(since, until, level, voice, place))


def intensity(
    phrase: PhraseArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    by: ByOption = Period.month,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """Show how strongly a phrase is promoted in each period, on a scale of seven steps.

    The words before the phrase and at its beginning determine the step (docs/phrases.md, The intensity scale).
    """
    _answer(graph, "intensity", (phrase,), format_, plot, by=str(by), **_scope(since, until, level, voice, place))


COMMANDS: dict[str, Callable[..., None]] = {
    "list": list_,
    "trend": trend,
    "first": first,
    "uses": uses,
    "emerging": emerging,
    "silent": silent,
    "tiers": tiers,
    "movers": movers,
    "spread": spread,
    "with": with_,
    "wording": wording,
    "intensity": intensity,
}
