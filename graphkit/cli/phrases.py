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
    PeriodUntilOption,
    PhraseArgument,
    PlaceOption,
    PlotOption,
    RequiredSinceOption,
    ScoreOption,
    SinceOption,
    TopPhrasesOption,
    UntilOption,
    VoiceOption,
)

HELP = """Analyse the policy phrases (提法) of the reports of a graph.

Each command answers one question and prints a table: how often a phrase is used, who used it first, how it spread, how
its wording changed, which phrases are new, and which are no longer used. The graph is only read; the first command after
a change of the graph builds an index of its phrases, which takes about 5 ms for each report. docs/phrases.md describes
the methods and all columns.
"""

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
    _answer(graph, "list", (), format_, plot, top=top, min_score=min_score, **_scope(since, until, level, voice, place))


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
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """Show how often phrases are used in each month, quarter or year.

    There is one row for each phrase and period. The columns low and high are the limits of the 95% confidence interval
    of the value. The column missing_days is the number of days of the period for which the graph contains no report (0
    if the graph has reports for less than 80% of the days between its first and its last report).
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
            help="Groups for each of which the first reports are listed: all (one group with all reports), level (one "
            "group for each administrative level of publishers) or place (one group for each administrative division: "
            "that of the publisher or, if it is unknown, the first one in the first 60 characters of the report).",
        ),
    ] = FirstBy.all,
    top: Annotated[int, typer.Option("--top", min=1, help="Maximum number of reports in each group (see --by).")] = 3,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the first reports of the graph that use a phrase.

    Each row has the sentence that contains the phrase, its speaker, and the date, publisher's level and place of the
    report. The column gap_before names the nearest earlier days for which the graph contains no report, because the
    phrase can have been used on these days. Reports without a date are not listed.
    """
    _answer(graph, "first", (phrase,), format_, plot, by=str(by), top=top, **_scope(since, until, level, voice, place))


def uses(
    phrase: PhraseArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    top: Annotated[
        int, typer.Option("--top", min=0, help="Maximum number of occurrences: the earliest ones; 0 lists all.")
    ] = 0,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
) -> None:
    """List every occurrence of a phrase in the order of the dates.

    Each row has the sentence that contains the phrase, its speaker, and the id, title and date of the report.
    Occurrences in reports without a date are last.
    """
    _answer(graph, "uses", (phrase,), format_, None, top=top, **_scope(since, until, level, voice, place))


def emerging(
    since: RequiredSinceOption,
    graph: GraphOption = DEFAULT_GRAPH,
    until: PeriodUntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    top: TopPhrasesOption = 30,
    hindsight: Annotated[
        bool,
        typer.Option(
            "--hindsight/--no-hindsight",
            help="Whether a phrase has a higher score if it is also used after the period. Otherwise, reports after the "
            "period are not counted; only the probability that a phrase is a policy phrase, and the share of its uses in "
            "quotation marks, are always computed from all reports.",
        ),
    ] = True,
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the phrases that are new in a period, or more frequent.

    The period from --since to --until is compared with all earlier reports. A phrase is listed if at least one report
    of the period and three reports of the graph use it, if no earlier report uses it (column new) or a significantly
    smaller share of the earlier reports, and if the estimated probability that it is a policy phrase (column quality)
    is at least 0.15. The phrase with the highest score is first; docs/phrases.md describes the score.
    """
    _answer(
        graph, "emerging", (), format_, plot, top=top, hindsight=hindsight, **_scope(since, until, level, voice, place)
    )


def silent(
    since: RequiredSinceOption,
    graph: GraphOption = DEFAULT_GRAPH,
    until: PeriodUntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    top: TopPhrasesOption = 30,
    min_score: ScoreOption = 0.5,
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the phrases that are used rarely or no longer.

    The period is from --since to --until. A phrase is listed if it was used in at least six of the twelve months before
    the period, and if the number of reports of the period that use it is at most a fifth of the expected number, which
    is computed from its earlier use. A phrase that is used only in some months of each year is not expected in the
    other months. The phrase whose decrease is the least probable by chance (the highest score) is first.
    """
    _answer(
        graph, "silent", (), format_, plot, top=top, min_score=min_score, **_scope(since, until, level, voice, place)
    )


def tiers(
    year: Annotated[
        int,
        typer.Option(
            "--year",
            min=1900,
            max=2999,
            help="Calendar year whose reports are counted, for example 2024.",
            show_default=False,
        ),
    ],
    graph: GraphOption = DEFAULT_GRAPH,
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    tiers_file: Annotated[
        Path | None,
        typer.Option(
            "--tiers",
            help="TOML file with other tiers: their names, and the minimum number of reports per thousand of each. "
            "docs/phrases.md shows an example of the file.",
            show_default="six tiers: at least 100, 50, 20, 10, 4 or 1 reports per thousand",
        ),
    ] = None,
    top: Annotated[
        int,
        typer.Option(
            "--top", min=0, help="Maximum number of phrases in each tier: the most frequent ones; 0 lists all."
        ),
    ] = 0,
    min_score: ScoreOption = 0.5,
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """Group the phrases of a year into tiers by their frequency.

    The tier of a phrase depends on the number of reports per thousand of the year that use it (column per_thousand).
    The column tier_before is its tier in the previous year, and moved is the number of tiers that it moved up
    (negative: down). Phrases below the lowest tier in both years are not listed.
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
        help="First day of the earlier period, in the same form as --since.",
        show_default="such that both periods have the same length",
    ),
]
BeforeUntilOption = Annotated[
    str,
    typer.Option(
        "--before-until",
        help="Last day of the earlier period, in the same form as --until; only together with --before-since.",
        show_default="the day before --since",
    ),
]


def movers(
    since: RequiredSinceOption,
    graph: GraphOption = DEFAULT_GRAPH,
    until: PeriodUntilOption = "",
    before_since: BeforeSinceOption = "",
    before_until: BeforeUntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    top: TopPhrasesOption = 50,
    min_score: ScoreOption = 0.5,
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the phrases whose share changed between two periods.

    The period from --since to --until is compared with an earlier period, which ends on the day before --since unless
    you set it with --before-since and --before-until. The columns share and share_before are the fractions (0 to 1) of
    the reports of the two periods that use the phrase. The most significant change is first, an increase or a decrease.
    """
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
            "--over",
            help="What is listed: places (administrative divisions: that of the publisher or, if it is unknown, the "
            "first one in the first 60 characters of the report), levels (administrative levels of the publishers) or "
            "speakers (the persons and meetings in whose words the phrase occurs).",
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
    """List who first used a phrase: places, levels or speakers.

    Each row is one of them, in the order of the first use, with the date and the sentence of its first use, the number of days since
    the first use in the first row (days_after), and the number of its reports that use the phrase (count). Reports
    without a date are omitted.
    """
    _answer(graph, "spread", (phrase,), format_, plot, over=str(over), **_scope(since, until, level, voice, place))


def with_(
    phrase: PhraseArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    top: TopPhrasesOption = 50,
    min_score: ScoreOption = 0.5,
    since: SinceOption = "",
    until: UntilOption = "",
    level: LevelOption = [],
    voice: VoiceOption = [],
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
    level: LevelOption = [],
    voice: VoiceOption = [],
    place: PlaceOption = "",
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the wordings of a phrase, with the dates of their use.

    The wordings are the phrase itself, the phrase with words before or after it, phrases inside it, and enumerations
    that have parts in common with it. The columns added and dropped are the parts in which a wording differs from the
    phrase. Reports without a date are omitted.
    """
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
    """Show how strongly a phrase is promoted in each period.

    Each occurrence has a step on a scale from 1 (study) to 7 (enforce), which the words before the phrase and at its
    beginning determine: 探索 is step 2, 坚决 is step 6. The columns mean and highest are the mean and the highest step of
    the period; occurrences without a word of the scale have no step. docs/phrases.md (The intensity scale) lists the
    steps. Periods without an occurrence are not listed.
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
