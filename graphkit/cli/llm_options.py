"""Options of the extractors of a language model, the estimate before the first request, and the totals at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from graphkit.cli.console import say
from graphkit.errors import UsageError
from graphkit.model import Report
from graphkit.reading import ReadingOptions, read_paths

#: What the names of the extractors of a language model begin with.
_PREFIX = "llm"

LlmOption = Annotated[
    Path | None,
    typer.Option(
        "--llm",
        metavar="FILE",
        help="Only for the extractors llm, llm-judge and llm-propose: TOML file with the address of the server, the name of "
        "the model and other settings, instead of the file that the environment variable GRAPHKIT_LLM names. docs/llm.md "
        "(Settings) lists them.",
        show_default=False,
    ),
]
PriceOption = Annotated[
    str,
    typer.Option(
        "--price",
        metavar="INPUT/OUTPUT",
        help="Only for the extractors llm, llm-judge and llm-propose: prices of a million input tokens and of a million "
        "output tokens, for example 0.4/1.6. An estimate of the cost is then printed before the first request, and the "
        "cost at the end.",
        show_default=False,
    ),
]
MaxCostOption = Annotated[
    float | None,
    typer.Option(
        "--max-cost",
        metavar="AMOUNT",
        min=0,
        help="Only for the extractors llm, llm-judge and llm-propose, and only with prices (--price, or in the file of "
        "--llm): the command stops before a request that could raise its cost above this amount, in the currency of the "
        "prices. All answers are stored, so the same command with a higher amount continues.",
        show_default=False,
    ),
]


@contextmanager
def language_model(
    extractors: Sequence[str],
    file: Path | None,
    price: str,
    max_cost: float | None,
    reports: Callable[[], Iterable[Report]] | None,
) -> Iterator[None]:
    """Use the options for the extractors of a language model that are loaded in this context.

    reports: returns the reports of the command for the estimate, None if they cannot be read before the start.
    Raises UsageError for invalid options, options without effect, and an estimate above --max-cost.
    """
    names = [name for name in extractors if name.split("-")[0] == _PREFIX]
    if not names:
        if file is not None or price or max_cost is not None:
            raise UsageError("--llm, --price and --max-cost need an extractor of a language model, such as llm")
        yield
        return
    from graphkit.llm import read_settings, using

    given = dict(zip(("price_input", "price_output"), _prices(price), strict=True))
    settings = read_settings(file, **given, max_cost=max_cost)
    with using(settings) as run:
        if settings.price_input is not None:
            _say_estimate(names, settings.max_cost, reports)
        try:
            yield
        finally:
            tally = run.tally
            cost = f", cost {tally.cost:.4f}" if settings.price_input is not None else ""
            again = "".join(f"; {n} sent again because {reason}" for reason, n in tally.retries.most_common())
            damaged = f"; {tally.damaged} damaged files of answers were replaced" if tally.damaged else ""
            say(
                f"language model {settings.model}: {tally.requests} requests, {tally.answered} answers and {tally.cached} "
                f"stored ones, {tally.input_tokens:,} input and {tally.output_tokens:,} output tokens{cost}{again}{damaged}"
            )


def reports_of(paths: Sequence[str | Path], options: ReadingOptions | None) -> Callable[[], Iterable[Report]] | None:
    """Return a function that reads the reports of paths, or None if one of them is standard input."""
    if "-" in map(str, paths):
        return None
    return lambda: (found for found in read_paths(paths, options) if isinstance(found, Report))


def _prices(price: str) -> tuple[float | None, float | None]:
    if not price:
        return None, None
    try:
        first, second = (float(part) for part in price.split("/"))
    except ValueError:
        raise UsageError(f"--price {price!r}: expected two numbers separated by /, for example 0.4/1.6") from None
    return first, second


def _say_estimate(names: Sequence[str], max_cost: float | None, reports: Callable[[], Iterable[Report]] | None) -> None:
    """Print an estimate for each extractor. Raises UsageError if the input alone costs more than --max-cost."""
    from graphkit.extractors import load_extractor
    from graphkit.llm.estimate import estimate
    from graphkit.llm.extractor import LanguageModel

    if reports is None:
        say("no estimate of the cost: standard input can be read only once")
        return
    least = 0.0
    for name in names:
        extractor = load_extractor(name)
        if isinstance(extractor, LanguageModel):
            found = estimate(extractor, reports())
            least += found.least
            say(f"{name}: {found.line()}")
    if max_cost is not None and least > max_cost:
        raise UsageError(
            f"the input alone would cost about {least:.4f}, more than --max-cost {max_cost:g}; no request was sent. "
            "Give fewer reports or a higher --max-cost"
        )
