"""Options that several commands of `graphkit phrases` share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

_FIRST_DAY = "First day of the period: a day (2023-09-01), a month (2023-09) or a year (2023)."
SinceOption = Annotated[str, typer.Option("--since", help=_FIRST_DAY, show_default="no limit")]
#: For the questions that compare a period with the time before it.
RequiredSinceOption = Annotated[str, typer.Option("--since", help=_FIRST_DAY, show_default=False)]
UntilOption = Annotated[
    str,
    typer.Option(
        "--until",
        help="Last day of the period: a day (2023-12-31), a month (2023-12) or a year (2023).",
        show_default="no limit",
    ),
]
PlaceOption = Annotated[
    str,
    typer.Option(
        "--place",
        help="Only reports of publishers in the administrative division with this six-digit code (GB/T 2260; for "
        "example 140000 for Shanxi) or in a division that belongs to it.",
        show_default="all reports",
    ),
]
LevelOption = Annotated[
    list[str],
    typer.Option(
        "--level",
        help="Only reports of publishers of this administrative level: national, province, city or county. Repeat the "
        "option to select several levels.",
        show_default="all reports",
    ),
]
VoiceOption = Annotated[
    list[str],
    typer.Option(
        "--voice",
        help="Only occurrences in the words of this kind of speaker: leader (any Chinese person), guest (any foreign "
        "person), meeting or reporter (all other text). Repeat the option to select several kinds.",
        show_default="all",
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
        help="Minimum score: the estimated probability, from 0 to 1, that a word sequence is a policy phrase.",
    ),
]
PhraseArgument = Annotated[
    str,
    typer.Argument(
        metavar="PHRASE",
        help="The phrase, or another form of it, for example with a leading adverb.",
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


ByOption = Annotated[Period, typer.Option("--by", help="Length of the periods for which values are printed.")]
