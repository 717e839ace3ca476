"""graphkit phrases: one command a question"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, RowFormat, RowFormatOption, print_rows, say

HELP = "Policy phrases over the whole graph: what is new, who took it up, how it changed, what went silent."

SinceOption = Annotated[str, typer.Option("--since", help="First day: 2023-09-01, a month or a year.", show_default=False)]
UntilOption = Annotated[str, typer.Option("--until", help="Last day.", show_default=False)]
PlaceOption = Annotated[str, typer.Option("--place", help="Only reports that come from the division with this code, or from inside it: 140000, 141024.", show_default=False)]
LevelOption = Annotated[list[str], typer.Option("--level", help="Only reports of this level: national, province, city, county. Again for more.", show_default=False)]
VoiceOption = Annotated[list[str], typer.Option("--voice", help="Only what this voice says: leader, meeting, reporter, guest. Again for more.", show_default=False)]
PlotOption = Annotated[Path | None, typer.Option("--plot", help="A picture too: a file that ends in .png, .svg or .html.", show_default=False)]
ScoreOption = Annotated[float, typer.Option("--min-score", min=0, max=1, help="How sure it must be that something is a policy phrase, 0 to 1.")]
PhraseArgument = Annotated[str, typer.Argument(metavar="PHRASE", help="A phrase in any of its wordings.", show_default=False)]


#: Finding the phrases, on one core (benchmarks/RESULTS.md).
SECONDS_A_REPORT = 0.004


class Period(StrEnum):
    """How time is cut."""

    month = "month"
    quarter = "quarter"
    year = "year"


class Per(StrEnum):
    """What a trend is counted against."""

    reports = "reports"
    characters = "characters"


class FirstBy(StrEnum):
    """What first uses are told apart by."""

    all = "all"
    level = "level"
    place = "place"


class Over(StrEnum):
    """What a spread is told over."""

    places = "places"
    levels = "levels"
    speakers = "speakers"


ByOption = Annotated[Period, typer.Option("--by", help="How time is cut.")]


def _ask(graph: Path, question: str, arguments: tuple[Any, ...], format_: RowFormat, plot: Path | None, **options: Any) -> None:
    """Ask, draw, print."""
    if plot is not None:
        from graphkit.phrases.charts import check_file

        check_file(plot)
    with graphkit.open(graph) as opened:
        if not opened.has_phrases:
            reports = opened.ledger.counts()["reports"]
            say(f"finding the phrases of {reports} reports, once for this state of the graph: about {max(1, round(reports * SECONDS_A_REPORT))} s")
        rows = getattr(opened.phrases(), question)(*arguments, **options)
        if plot is not None:
            from graphkit.phrases.charts import draw

            draw(question, rows, plot, source=f"{opened.ledger.counts()['reports']} reports of {graph.name}")
            say(f"written: {plot}")
    print_rows(rows, format_)


def _scope(since: str, until: str, level: list[str], voice: list[str], place: str) -> dict[str, Any]:
    return {"since": since, "until": until, "level": level, "voice": voice, "place": place}


def list_(
    graph: GraphOption = DEFAULT_GRAPH, since: SinceOption = "", until: UntilOption = "", level: LevelOption = [], voice: VoiceOption = [], place: PlaceOption = "",
    top: Annotated[int, typer.Option("--top", min=1, help="At most so many.")] = 50, min_score: ScoreOption = 0.5,
    format_: RowFormatOption = RowFormat.table, plot: PlotOption = None,
) -> None:
    """Phrases by the reports that use them, with who says them."""
    _ask(graph, "list", (), format_, plot, top=top, min_score=min_score, **_scope(since, until, level, voice, place))


def trend(
    phrases: Annotated[list[str], typer.Argument(metavar="PHRASE...", help="One phrase or several.", show_default=False)],
    graph: GraphOption = DEFAULT_GRAPH, by: ByOption = Period.month,
    per: Annotated[Per, typer.Option("--per", help="reports: share of the period's reports; characters: mentions a million characters.")] = Per.reports,
    since: SinceOption = "", until: UntilOption = "", level: LevelOption = [], voice: VoiceOption = [], place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table, plot: PlotOption = None,
) -> None:
    """How often in each period, with a 95% interval and what the period lacks."""
    _ask(graph, "trend", (phrases,), format_, plot, by=str(by), per=str(per), **_scope(since, until, level, voice, place))


def first(
    phrase: PhraseArgument, graph: GraphOption = DEFAULT_GRAPH,
    by: Annotated[FirstBy, typer.Option("--by", help="First of all, of each level or of each place.")] = FirstBy.all,
    top: Annotated[int, typer.Option("--top", min=1, help="So many first reports.")] = 3,
    since: SinceOption = "", until: UntilOption = "", level: LevelOption = [], voice: VoiceOption = [], place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table, plot: PlotOption = None,
) -> None:
    """First uses in this collection, with their quotes and the nearest gap of the collection before."""
    _ask(graph, "first", (phrase,), format_, plot, by=str(by), top=top, **_scope(since, until, level, voice, place))


def uses(
    phrase: PhraseArgument, graph: GraphOption = DEFAULT_GRAPH,
    top: Annotated[int, typer.Option("--top", min=0, help="At most so many; 0 for all.")] = 0,
    since: SinceOption = "", until: UntilOption = "", level: LevelOption = [], voice: VoiceOption = [], place: PlaceOption = "", format_: RowFormatOption = RowFormat.table,
) -> None:
    """Every place where a phrase stands, with its quote."""
    _ask(graph, "uses", (phrase,), format_, None, top=top, **_scope(since, until, level, voice, place))


def emerging(
    since: Annotated[str, typer.Option("--since", help="First day of the window.", show_default=False)],
    graph: GraphOption = DEFAULT_GRAPH, until: UntilOption = "", level: LevelOption = [], voice: VoiceOption = [], place: PlaceOption = "",
    top: Annotated[int, typer.Option("--top", min=1, help="At most so many.")] = 30,
    hindsight: Annotated[bool, typer.Option("--hindsight/--no-hindsight", help="Let later use speak for a new phrase, or count nothing after the window.")] = True,
    format_: RowFormatOption = RowFormat.table, plot: PlotOption = None,
) -> None:
    """What is new or bursts in a window, against all before it: weighted log-odds with a prior (docs/phrases.md)."""
    _ask(graph, "emerging", (), format_, plot, top=top, hindsight=hindsight, **_scope(since, until, level, voice, place))


def silent(
    since: Annotated[str, typer.Option("--since", help="First day of the window.", show_default=False)],
    graph: GraphOption = DEFAULT_GRAPH, until: UntilOption = "", level: LevelOption = [], voice: VoiceOption = [], place: PlaceOption = "",
    top: Annotated[int, typer.Option("--top", min=1, help="At most so many.")] = 30, min_score: ScoreOption = 0.5,
    format_: RowFormatOption = RowFormat.table, plot: PlotOption = None,
) -> None:
    """What was steady before a window and is gone in it; what comes back every year at its season is not told."""
    _ask(graph, "silent", (), format_, plot, top=top, min_score=min_score, **_scope(since, until, level, voice, place))


def tiers(
    year: Annotated[int, typer.Option("--year", min=1900, max=2999, help="Which year.", show_default=False)],
    graph: GraphOption = DEFAULT_GRAPH, level: LevelOption = [], voice: VoiceOption = [], place: PlaceOption = "",
    tiers_file: Annotated[Path | None, typer.Option("--tiers", help="File of thresholds in place of the built-in one.", show_default=False)] = None,
    top: Annotated[int, typer.Option("--top", min=0, help="At most so many of each tier; 0 for all.")] = 0, min_score: ScoreOption = 0.5,
    format_: RowFormatOption = RowFormat.table, plot: PlotOption = None,
) -> None:
    """Phrases of a year in six tiers of use, and what moved since the year before."""
    _ask(graph, "tiers", (year,), format_, plot, tiers=tiers_file, top=top, min_score=min_score, level=level, voice=voice, place=place)


def movers(
    since: Annotated[str, typer.Option("--since", help="First day of the period.", show_default=False)],
    graph: GraphOption = DEFAULT_GRAPH, until: UntilOption = "",
    before_since: Annotated[str, typer.Option("--before-since", help="First day of the period to compare with; the one before, as long, if left out.", show_default=False)] = "",
    before_until: Annotated[str, typer.Option("--before-until", help="Last day of the period to compare with.", show_default=False)] = "",
    level: LevelOption = [], voice: VoiceOption = [], place: PlaceOption = "",
    top: Annotated[int, typer.Option("--top", min=1, help="At most so many.")] = 50, min_score: ScoreOption = 0.5,
    format_: RowFormatOption = RowFormat.table, plot: PlotOption = None,
) -> None:
    """Largest changes of share between two periods, with a test."""
    _ask(graph, "movers", (), format_, plot, before_since=before_since, before_until=before_until, top=top, min_score=min_score, **_scope(since, until, level, voice, place))


def spread(
    phrase: PhraseArgument, graph: GraphOption = DEFAULT_GRAPH,
    over: Annotated[Over, typer.Option("--over", help="What takes it up.")] = Over.places,
    since: SinceOption = "", until: UntilOption = "", level: LevelOption = [], voice: VoiceOption = [], place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table, plot: PlotOption = None,
) -> None:
    """Places, levels or speakers in the order in which they take a phrase up."""
    _ask(graph, "spread", (phrase,), format_, plot, over=str(over), **_scope(since, until, level, voice, place))


def with_(
    phrase: PhraseArgument, graph: GraphOption = DEFAULT_GRAPH,
    top: Annotated[int, typer.Option("--top", min=1, help="At most so many.")] = 50, min_score: ScoreOption = 0.5,
    since: SinceOption = "", until: UntilOption = "", level: LevelOption = [], voice: VoiceOption = [], place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table, plot: PlotOption = None,
) -> None:
    """Phrases that go with this one beyond chance."""
    _ask(graph, "together", (phrase,), format_, plot, top=top, min_score=min_score, **_scope(since, until, level, voice, place))


def wording(
    phrase: PhraseArgument, graph: GraphOption = DEFAULT_GRAPH,
    top: Annotated[int, typer.Option("--top", min=1, help="At most so many wordings.")] = 40,
    since: SinceOption = "", until: UntilOption = "", level: LevelOption = [], voice: VoiceOption = [], place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table, plot: PlotOption = None,
) -> None:
    """How a set formula changed: parts added and dropped, with dates."""
    _ask(graph, "wording", (phrase,), format_, plot, top=top, **_scope(since, until, level, voice, place))


def intensity(
    phrase: PhraseArgument, graph: GraphOption = DEFAULT_GRAPH, by: ByOption = Period.month,
    since: SinceOption = "", until: UntilOption = "", level: LevelOption = [], voice: VoiceOption = [], place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table, plot: PlotOption = None,
) -> None:
    """How hard a phrase is pushed, from study to enforcement (the ladder is in docs/phrases.md)."""
    _ask(graph, "intensity", (phrase,), format_, plot, by=str(by), **_scope(since, until, level, voice, place))


COMMANDS: dict[str, Callable[..., None]] = {
    "list": list_, "trend": trend, "first": first, "uses": uses, "emerging": emerging, "silent": silent, "tiers": tiers, "movers": movers,
    "spread": spread, "with": with_, "wording": wording, "intensity": intensity,
}
