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
    ScoreOption,
    SinceOption,
    UntilOption,
    VoiceOption,
)

HELP = "Analyse policy phrases: frequency, first uses, spread, changes of wording, new phrases and discontinued ones."

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
    """List the most frequent phrases, with the number of reports, and of mentions by each kind of speaker."""
    _answer(graph, "list", (), format_, plot, top=top, min_score=min_score, **_scope(since, until, level, voice, place))


def trend(
    phrases: Annotated[list[str], typer.Argument(metavar="PHRASE...", help="One or more phrases.", show_default=False)],
    graph: GraphOption = DEFAULT_GRAPH,
    by: ByOption = Period.month,
    per: Annotated[
        Per,
        typer.Option(
            "--per", help="reports: percentage of the period's reports; characters: uses per million characters."
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
    """Show how often phrases are used in each period, with 95% confidence intervals and days without reports."""
    _answer(
        graph, "trend", (phrases,), format_, plot, by=str(by), per=str(per), **_scope(since, until, level, voice, place)
    )


def first(
    phrase: PhraseArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    by: Annotated[
        FirstBy, typer.Option("--by", help="List the first uses of all reports, of each level or of each place.")
    ] = FirstBy.all,
    top: Annotated[int, typer.Option("--top", min=1, help="Number of first uses to list in each group of --by.")] = 3,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the first uses of a phrase in this collection, with quotes and the last gap (days without reports)."""
    _answer(graph, "first", (phrase,), format_, plot, by=str(by), top=top, **_scope(since, until, level, voice, place))


def uses(
    phrase: PhraseArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    top: Annotated[int, typer.Option("--top", min=0, help="Maximum number of uses; 0 lists all.")] = 0,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
) -> None:
    """List every use of a phrase with its quote."""
    _answer(graph, "uses", (phrase,), format_, None, top=top, **_scope(since, until, level, voice, place))


def emerging(
    since: Annotated[
        str,
        typer.Option(
            "--since",
            help="First day of the period: a day (2023-09-01), a month (2023-09) or a year.",
            show_default=False,
        ),
    ],
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
            help="Rank phrases that remained in use after the period higher, or ignore reports after the period.",
        ),
    ] = True,
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List phrases that are new in the period or much more frequent than before it (method: docs/phrases.md)."""
    _answer(
        graph, "emerging", (), format_, plot, top=top, hindsight=hindsight, **_scope(since, until, level, voice, place)
    )


def silent(
    since: Annotated[
        str,
        typer.Option(
            "--since",
            help="First day of the period: a day (2023-09-01), a month (2023-09) or a year.",
            show_default=False,
        ),
    ],
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
    """List phrases that were used regularly before the period and rarely or never in it, without seasonal phrases."""
    _answer(
        graph, "silent", (), format_, plot, top=top, min_score=min_score, **_scope(since, until, level, voice, place)
    )


def tiers(
    year: Annotated[int, typer.Option("--year", min=1900, max=2999, help="Calendar year.", show_default=False)],
    graph: GraphOption = DEFAULT_GRAPH,
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    tiers_file: Annotated[
        Path | None,
        typer.Option(
            "--tiers", help="TOML file with other thresholds of the tiers (docs/phrases.md).", show_default=False
        ),
    ] = None,
    top: Annotated[int, typer.Option("--top", min=0, help="Maximum number of phrases in each tier; 0 lists all.")] = 0,
    min_score: ScoreOption = 0.5,
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """Group the phrases of a year into six tiers by frequency, and show changes since the previous year."""
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


def movers(
    since: Annotated[
        str,
        typer.Option(
            "--since",
            help="First day of the period: a day (2023-09-01), a month (2023-09) or a year.",
            show_default=False,
        ),
    ],
    graph: GraphOption = DEFAULT_GRAPH,
    until: UntilOption = "",
    before_since: Annotated[
        str,
        typer.Option(
            "--before-since",
            help="First day of the period to compare with; by default the preceding period of equal length.",
            show_default=False,
        ),
    ] = "",
    before_until: Annotated[
        str, typer.Option("--before-until", help="Last day of the period to compare with.", show_default=False)
    ] = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    top: Annotated[int, typer.Option("--top", min=1, help="Maximum number of phrases.")] = 50,
    min_score: ScoreOption = 0.5,
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the phrases whose share of reports changed most between two periods, with a significance test."""
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
    over: Annotated[Over, typer.Option("--over", help="What to list.")] = Over.places,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the places, levels or speakers in the order in which they first used a phrase."""
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
    """List phrases that occur in the same reports as this phrase more often than expected by chance."""
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
    top: Annotated[int, typer.Option("--top", min=1, help="Maximum number of wordings.")] = 40,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """Show how the wording of a phrase changed: added and removed parts, with dates."""
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
    """Show how strongly a phrase is promoted in each period, on a scale of seven steps (docs/phrases.md)."""
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
