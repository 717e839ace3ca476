"""The windows of a report: consecutive sentences that are sent together. Each repeats the end of the one before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from graphkit.llm.settings import Settings
from graphkit.relations.drafting import Context

#: Number of characters of the beginning of a report that later windows contain as context.
BEGINNING = 200


class Window(NamedTuple):
    """The characters `start:end` of the normalized text of a report."""

    start: int
    end: int


def windows(context: Context, settings: Settings) -> Iterator[Window]:
    """Yield windows that cover all sentences of a report. A sentence is never divided."""
    sentences = [(scene.sentence.start, scene.sentence.end) for scene in context.scenes]
    first = 0
    while first < len(sentences):
        last = first
        while last + 1 < len(sentences) and sentences[last + 1][1] - sentences[first][0] <= settings.window:
            last += 1
        yield Window(sentences[first][0], sentences[last][1])
        if last + 1 == len(sentences):
            return
        first = max(first + 1, _first_repeated(sentences, last, settings.overlap))


def _first_repeated(sentences: Sequence[tuple[int, int]], last: int, overlap: int) -> int:
    """Return the number of the first sentence of the next window: the last ones, of at most `overlap` characters."""
    first = last + 1
    while first > 0 and sentences[last][1] - sentences[first - 1][0] <= overlap:
        first -= 1
    return first


def window_data(context: Context, window: Window) -> dict[str, Any]:
    """Return what the model is given of a window and of the report that contains it."""
    report, text = context.marked.report, context.text
    data = {"title": report.title, "date": report.date, "place": report.place}
    first = context.scenes[0].sentence.start
    if window.start > first:
        data["beginning"] = text[first : min(first + BEGINNING, window.start)]
    return {**{name: value for name, value in data.items() if value}, "passage": text[window.start : window.end]}
