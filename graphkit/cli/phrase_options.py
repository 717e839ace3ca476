"""Options that several commands of `graphkit phrases` share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

SinceOption = Annotated[
    str,
    typer.Option(
        "--since",
        help="Only reports of this day or later: a day (2023-09-01), or a month (2023-09) or year (2023), whose first "
        "day is meant. Reports without a date are then omitted.",
        show_default="no limit",
    ),
]
UntilOption = Annotated[
    str,
    typer.Option(
        "--until",
        help="Only reports of this day or earlier: a day (2023-12-31), or a month (2023-12) or year (2023), whose last "
        "day is meant. Reports without a date are then omitted.",
        show_default="no limit",
    ),
]
#: For the questions that compare a period with the time before it.
RequiredSinceOption = Annotated[
    str,
    typer.Option(
        "--since",
        help="First day of the period: a day (2023-09-01), or a month (2023-09) or year (2023), whose first day is "
        "meant.",
        show_default=False,
    ),
]
PeriodUntilOption = Annotated[
    str,
    typer.Option(
        "--until",
        help="Last day of the period: a day (2023-12-31), or a month (2023-12) or year (2023), whose last day is meant.",
        show_default="the day of the last report",
    ),
]
PlaceOption = Annotated[
    str,
    typer.Option(
        "--place",
        help="Only reports whose publisher belongs to this administrative division or to one inside it. It is given as "
        "its full name or its six-digit code (GB/T 2260), for example 山西省 or 140000. Reports whose place is unknown "
        "are then omitted.",
        show_default="all reports",
    ),
]
#: Default of the options that can be repeated: everything is selected. Commands do not change it.
ALL: list[str] = []
LevelOption = Annotated[
    list[str],
    typer.Option(
        "--level",
        help="Only reports of publishers of this administrative level: national, province, city or county. Repeat the "
        "option to select several levels. Reports whose level is unknown are then omitted.",
        show_default="all reports",
    ),
]
VoiceOption = Annotated[
    list[str],
    typer.Option(
        "--voice",
        help="Only occurrences of phrases in the words of this kind of speaker: leader (any Chinese person who speaks), "
        "guest (any foreign person who speaks), meeting (words that the report attributes to a meeting) or reporter "
        "(all other text). Repeat the option to select several kinds.",
        show_default="all kinds",
    ),
]
PlotOption = Annotated[
    Path | None,
    typer.Option(
        "--plot",
        help="Also draw a chart into this file, whose name must end in .png, .svg or .html. It shows the first 40 rows "
        "(phrases tiers: 80; phrases trend, intensity and spread over places: all rows). An existing file is replaced. "
        "Charts in .png and .svg need an installed font with Chinese characters.",
        show_default=False,
    ),
]
ScoreOption = Annotated[
    float,
    typer.Option(
        "--min-score",
        min=0,
        max=1,
        help="Only phrases for which the estimated probability that they are policy phrases is at least this number. "
        "(`graphkit phrases list` prints the probability in the column score.)",
    ),
]
PhraseArgument = Annotated[
    str,
    typer.Argument(
        metavar="PHRASE",
        help="The phrase. Quotation marks, spaces and 、 are ignored. If the reports do not contain the phrase, it is "
        "searched without leading adverbs (乡村振兴 for 加快乡村振兴); if this fails too, similar phrases are named.",
        show_default=False,
    ),
]


class Period(StrEnum):
    """Periods of a time series."""

    month = "month"
    quarter = "quarter"
    year = "year"


class Per(StrEnum):
    """Denominators of a trend."""

    reports = "reports"
    characters = "characters"


class FirstBy(StrEnum):
    """Groups for which the first uses are listed."""

    all = "all"
    level = "level"
    place = "place"


class Over(StrEnum):
    """Groups over which a phrase spreads."""

    places = "places"
    levels = "levels"
    speakers = "speakers"


ByOption = Annotated[
    Period,
    typer.Option("--by", help="Length of the periods: one row is printed for each month, quarter or year."),
]
#: For the questions that list phrases in an order that the command describes.
TopPhrasesOption = Annotated[
    int,
    typer.Option(
        "--top", min=1, help="Maximum number of phrases: the first ones in the order that is described above."
    ),
]
