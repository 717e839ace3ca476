"""Options that several commands of `graphkit phrases` share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

SinceOption = Annotated[
    str,
    typer.Option(
        "--since", help="First day of the period: a day (2023-09-01), a month (2023-09) or a year.", show_default=False
    ),
]
UntilOption = Annotated[
    str,
    typer.Option(
        "--until", help="Last day of the period: a day (2023-12-31), a month (2023-12) or a year.", show_default=False
    ),
]
PlaceOption = Annotated[
    str,
    typer.Option(
        "--place",
        help="Only reports whose publisher is in the administrative division with this six-digit code (GB/T 2260; for "
        "example 140000 for Shanxi), or in a part of it.",
        show_default=False,
    ),
]
LevelOption = Annotated[
    list[str],
    typer.Option(
        "--level",
        help="Only reports whose publisher is of this level: national, province, city or county. "
        "Repeat the option to select several levels.",
        show_default=False,
    ),
]
VoiceOption = Annotated[
    list[str],
    typer.Option(
        "--voice",
        help="Only uses by this kind of speaker: leader, meeting, guest (a foreign speaker) or reporter (everything "
        "else). Repeat the option to select several kinds.",
        show_default=False,
    ),
]
PlotOption = Annotated[
    Path | None,
    typer.Option("--plot", help="Also draw a chart into this .png, .svg or .html file.", show_default=False),
]
ScoreOption = Annotated[
    float,
    typer.Option(
        "--min-score",
        min=0,
        max=1,
        help="Minimum score of a phrase: the estimated probability, from 0 to 1, that it is a policy phrase.",
    ),
]
PhraseArgument = Annotated[
    str, typer.Argument(metavar="PHRASE", help="The phrase, or one of its variants.", show_default=False)
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


ByOption = Annotated[Period, typer.Option("--by", help="Length of the periods.")]
