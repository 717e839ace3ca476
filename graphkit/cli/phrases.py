"""graphkit phrases: one command for each question about policy phrases"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from graphkit.cli import phrase_changes
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, RowFormat, RowFormatOption
from graphkit.cli.phrase_answers import answer, scope
from graphkit.cli.phrase_options import (
    ALL,
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
    TopPhrasesOption,
    UntilOption,
    VoiceOption,
)

HELP = """Analyse the policy phrases (提法) of the reports of a graph.

Each command answers one question and prints a table: how often a phrase is used, who used it first, how it spread, how
its wording changed, which phrases are new, and which are no longer used. The graph is only read; the first command after
a change of the graph builds an index of its phrases, which takes about 4 ms for each report. docs/phrases.md describes
the methods and all columns.
"""


def list_(
    graph: GraphOption = DEFAULT_GRAPH,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = ALL,
    voice: VoiceOption = ALL,
    place: PlaceOption = "",
    top: TopPhrasesOption = 50,
    min_score: ScoreOption = 0.5,
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the phrases that the most reports use.

    The column count is the number of reports that use the phrase; share is count divided by the number of reports that
    --since, --until, --level and --place select (without reports that consist of a headline only); mentions is the
    number of occurrences. The columns reporter, leader, meeting and guest are the number of occurrences in the words of
    each kind of speaker (see --voice). The phrase that the most reports use is first.
    """
    answer(graph, "list", (), format_, plot, top=top, min_score=min_score, **scope(since, until, level, voice, place))


def trend(
    phrases: Annotated[
        list[str],
        typer.Argument(
            metavar="PHRASE...",
            help="One or more phrases, separated by spaces. In a phrase, quotation marks and 、 are ignored. If the "
            "reports do not contain a phrase, it is searched without leading adverbs (乡村振兴 for 加快乡村振兴); if this "
            "fails too, similar phrases are named.",
            show_default=False,
        ),
    ],
    graph: GraphOption = DEFAULT_GRAPH,
    by: ByOption = Period.month,
    per: Annotated[
        Per,
        typer.Option(
            "--per",
            help="Value that is printed for each period: reports (the fraction of the reports of the period that use the "
            "phrase, from 0 to 1, in the column share) or characters (the number of occurrences per million characters "
            "of the reports of the period, in the column per_million).",
        ),
    ] = Per.reports,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = ALL,
    voice: VoiceOption = ALL,
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """Show how often phrases are used in each month, quarter or year.

    There is one row for each phrase and period. The columns low and high are the limits of the 95% confidence interval
    of the value. The column missing_days is the number of days of the period for which the graph contains no report (0
    if the graph has reports for less than 80% of the days between its first and its last report).
    """
    answer(
        graph, "trend", (phrases,), format_, plot, by=str(by), per=str(per), **scope(since, until, level, voice, place)
    )


def first(
    phrase: PhraseArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    by: Annotated[
        FirstBy,
        typer.Option(
            "--by",
            help="Groups for each of which the first reports are listed: all (one group with all reports), level (one "
            "group for each administrative level of publishers) or place (one group for each administrative division: "
            "that of the publisher or, if it is unknown, the first one in the first 60 characters of the report).",
        ),
    ] = FirstBy.all,
    top: Annotated[int, typer.Option("--top", min=1, help="Maximum number of reports in each group (see --by).")] = 3,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = ALL,
    voice: VoiceOption = ALL,
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the first reports of the graph that use a phrase.

    Each row has the sentence that contains the phrase, its speaker, and the date, publisher's level and place of the
    report. The column gap_before names the nearest earlier days for which the graph contains no report, because the
    phrase can have been used on these days. Reports without a date are not listed.
    """
    answer(graph, "first", (phrase,), format_, plot, by=str(by), top=top, **scope(since, until, level, voice, place))


def uses(
    phrase: PhraseArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    top: Annotated[
        int, typer.Option("--top", min=0, help="Maximum number of occurrences: the earliest ones; 0 lists all.")
    ] = 0,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = ALL,
    voice: VoiceOption = ALL,
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
) -> None:
    """List every occurrence of a phrase in the order of the dates.

    Each row has the sentence that contains the phrase, its speaker, and the id, title and date of the report.
    Occurrences in reports without a date are last.
    """
    answer(graph, "uses", (phrase,), format_, None, top=top, **scope(since, until, level, voice, place))


def spread(
    phrase: PhraseArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    over: Annotated[
        Over,
        typer.Option(
            "--over",
            help="What is listed: places (administrative divisions: that of the publisher or, if it is unknown, the "
            "first one in the first 60 characters of the report), levels (administrative levels of the publishers) or "
            "speakers (the persons and meetings in whose words the phrase occurs). Uses whose place, level or speaker is "
            "unknown, and with speakers those in the words of the reporter, are not listed.",
        ),
    ] = Over.places,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = ALL,
    voice: VoiceOption = ALL,
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List who first used a phrase: places, levels or speakers.

    Each row is one of them, in the order of the first use, with the date and the sentence of its first use, the number of days since
    the first use of the phrase (days_after), which can be in no row, and the number of its reports that use the phrase
    (count). Reports without a date are omitted.
    """
    answer(graph, "spread", (phrase,), format_, plot, over=str(over), **scope(since, until, level, voice, place))


def with_(
    phrase: PhraseArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    top: TopPhrasesOption = 50,
    min_score: ScoreOption = 0.5,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = ALL,
    voice: VoiceOption = ALL,
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the phrases that occur in the same reports as PHRASE.

    In a news digest, they must occur in the same item. The column count is the number of reports with both phrases, and
    lift is this number divided by the number that is expected by chance: 1 if the phrases are independent, and more if
    they occur together more often. The most significant association is first. Phrases that contain PHRASE, or that
    PHRASE contains, are not listed.
    """
    answer(
        graph,
        "together",
        (phrase,),
        format_,
        plot,
        top=top,
        min_score=min_score,
        **scope(since, until, level, voice, place),
    )


def wording(
    phrase: PhraseArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    top: Annotated[
        int,
        typer.Option(
            "--top",
            min=1,
            help="Maximum number of wordings: PHRASE and the wordings that the most reports use. They are listed in the "
            "order of their first use.",
        ),
    ] = 40,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = ALL,
    voice: VoiceOption = ALL,
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the wordings of a phrase, with the dates of their use.

    The wordings are the phrase itself, the phrase with words before or after it, phrases inside it, and enumerations
    that have parts in common with it. The columns added and dropped are the parts in which a wording differs from the
    phrase. Reports without a date are omitted.
    """
    answer(graph, "wording", (phrase,), format_, plot, top=top, **scope(since, until, level, voice, place))


def intensity(
    phrase: PhraseArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    by: ByOption = Period.month,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = ALL,
    voice: VoiceOption = ALL,
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """Show how strongly a phrase is promoted in each period.

    Each occurrence has a step on a scale from 1 (study) to 7 (enforce), which the words before the phrase and at its
    beginning determine: 探索 is step 2, 坚决 is step 6. The columns mean and highest are the mean and the highest step of
    the period; occurrences without a word of the scale have no step. docs/phrases.md (The intensity scale) lists the
    steps. Periods without an occurrence are not listed.
    """
    answer(graph, "intensity", (phrase,), format_, plot, by=str(by), **scope(since, until, level, voice, place))


#: The commands by name, in the order of the help.
COMMANDS: dict[str, Callable[..., None]] = {
    "list": list_,
    "trend": trend,
    "first": first,
    "uses": uses,
    "emerging": phrase_changes.emerging,
    "silent": phrase_changes.silent,
    "tiers": phrase_changes.tiers,
    "movers": phrase_changes.movers,
    "spread": spread,
    "with": with_,
    "wording": wording,
    "intensity": intensity,
}
