"""graphkit phrases: the commands that compare periods (new phrases, phrases no longer used, tiers, changes of share)"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, RowFormat, RowFormatOption
from graphkit.cli.phrase_answers import answer, scope
from graphkit.cli.phrase_options import (
    ALL,
    LevelOption,
    PeriodUntilOption,
    PlaceOption,
    PlotOption,
    RequiredSinceOption,
    ScoreOption,
    TopPhrasesOption,
    VoiceOption,
)


def emerging(
    since: RequiredSinceOption,
    graph: GraphOption = DEFAULT_GRAPH,
    until: PeriodUntilOption = "",
    level: LevelOption = ALL,
    voice: VoiceOption = ALL,
    place: PlaceOption = "",
    top: TopPhrasesOption = 30,
    hindsight: Annotated[
        bool,
        typer.Option(
            "--hindsight/--no-hindsight",
            help="With --hindsight, the score also depends on the reports after the period: it is higher for phrases that "
            "many later reports use. With --no-hindsight, reports after the period are not counted, as if the list had "
            "been made at its end. Only the probability that a phrase is a policy phrase, and the fraction of its "
            "occurrences in quotation marks, are still computed from all reports.",
        ),
    ] = True,
    format_: RowFormatOption = RowFormat.table,
    plot: PlotOption = None,
) -> None:
    """List the phrases that are new in a period, or more frequent.

    The period from --since to --until is compared with all earlier reports, and with the same days of earlier years. A
    phrase is listed if

    - at least one report of the period uses it, and at least three reports of the graph (two, if the graph has fewer
    than 300 reports);

    - no earlier report uses it (column new), or the number of reports of the period that use it would have a
    probability of at most 1% if the phrase were used as often as before (column surprise of at least 2);

    - the estimated probability that it is a policy phrase (column quality) is at least 0.2.

    If one phrase contains another one (全球治理倡议 and 全球治理) and mostly the same reports use both, one of them is listed,
    and the column with has the other one. The phrase with the highest score is first. docs/phrases.md (emerging)
    describes the score and the choice.
    """
    answer(
        graph, "emerging", (), format_, plot, top=top, hindsight=hindsight, **scope(since, until, level, voice, place)
    )


def silent(
    since: RequiredSinceOption,
    graph: GraphOption = DEFAULT_GRAPH,
    until: PeriodUntilOption = "",
    level: LevelOption = ALL,
    voice: VoiceOption = ALL,
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
    answer(graph, "silent", (), format_, plot, top=top, min_score=min_score, **scope(since, until, level, voice, place))


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
    level: LevelOption = ALL,
    voice: VoiceOption = ALL,
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
    answer(
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
    level: LevelOption = ALL,
    voice: VoiceOption = ALL,
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
    answer(
        graph,
        "movers",
        (),
        format_,
        plot,
        before_since=before_since,
        before_until=before_until,
        top=top,
        min_score=min_score,
        **scope(since, until, level, voice, place),
    )
