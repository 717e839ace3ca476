"""Elements of several charts: types, colours, axes, bar charts and point charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphkit.phrases.questions.scope import AnswerRow, days_of

Spec = dict[str, Any]
Chart = Callable[[Sequence[AnswerRow]], Spec]
#: Maximum number of bars, wordings or places of a chart.
MAX_BARS = 40
#: Colours that people with red-green colour blindness can distinguish (Okabe and Ito 2008, "Color universal design").
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
#: The axis of days.
DAY_AXIS = {"format": "%Y-%m", "labelOverlap": True, "tickCount": 8}
#: The axis of phrases, in the order of the rows.
PHRASE_AXIS = {"field": "phrase", "type": "nominal", "sort": None, "title": None}


def joined_names(rows: Sequence[AnswerRow]) -> str:
    """Return the phrases of the rows as the title of a chart."""
    return "、".join(dict.fromkeys(str(r["phrase"]) for r in rows))


def columns(rows: Sequence[AnswerRow], *fields: str) -> list[AnswerRow]:
    """Return the rows with these fields only."""
    return [{f: r[f] for f in fields} for r in rows]


def first_day(period: str) -> str:
    """Return the first day of a period."""
    first, _ = days_of(period)
    return f"{first}-01" if len(first) == 7 else f"{first}-01-01"


def bar_chart(field: str, title: str, heading: str) -> Chart:
    """Return a chart with one bar for each phrase. title: of the axis; heading: of the chart."""

    def chart(rows: Sequence[AnswerRow]) -> Spec:
        more = f" (the first {MAX_BARS} of {len(rows)})" if len(rows) > MAX_BARS else ""
        return {
            "title": {"text": heading + more},
            "width": 460,
            "height": {"step": 20},
            "data": {"values": columns(rows[:MAX_BARS], "phrase", field)},
            "mark": {"type": "bar", "color": COLOURS[0]},
            "encoding": {"y": PHRASE_AXIS, "x": {"field": field, "type": "quantitative", "title": title}},
        }

    return chart


def point_chart(label: Callable[[AnswerRow], str], subtitle: str) -> Chart:
    """Return a chart with one point for each row, at the day of its first use. label: the text on the vertical axis."""

    def chart(rows: Sequence[AnswerRow]) -> Spec:
        data = [
            {"label": label(r), "day": r.get("date") or r["first"], "count": r["count"], "quote": str(r["quote"])[:120]}
            for r in rows[:MAX_BARS]
        ]
        return {
            "title": {"text": joined_names(rows), "subtitle": subtitle},
            "width": 460,
            "height": {"step": 20},
            "data": {"values": data},
            "mark": {"type": "circle", "opacity": 1, "color": COLOURS[0]},
            "encoding": {
                "x": {
                    "field": "day",
                    "type": "temporal",
                    "title": "First use in this collection",
                    "axis": {**DAY_AXIS, "format": "%Y-%m-%d", "tickCount": 5},
                },
                "y": {"field": "label", "type": "nominal", "sort": None, "title": None},
                "size": {"field": "count", "type": "quantitative", "title": "Reports"},
                "tooltip": [{"field": f} for f in ("label", "day", "count", "quote")],
            },
        }

    return chart
