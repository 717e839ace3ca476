"""Answers a question about policy phrases: opens the graph, draws the chart and prints the rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import graphkit
from graphkit.cli.console import RowFormat, print_rows, say

#: Seconds per report for building the phrase index, on one core (benchmarks/RESULTS.md).
SECONDS_PER_REPORT = 0.004


def indexing_message(reports: int) -> str:
    """Return the message before the phrase index of a graph with this number of reports is built."""
    seconds = max(1, round(reports * SECONDS_PER_REPORT))
    return f"building the phrase index of {reports} reports, about {seconds} s (only after a change of the graph)"


def answer(
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


def scope(since: str, until: str, level: list[str], voice: list[str], place: str) -> dict[str, Any]:
    """Return the options that limit a question to a part of the reports, by name."""
    return {"since": since, "until": until, "level": level, "voice": voice, "place": place}
