"""The chart of wordings: a line from the first to the last use of each."""

from __future__ import annotations

from collections.abc import Sequence

from graphkit.phrases.charts.chart_elements import DAY_AXIS, MAX_BARS, Spec, columns
from graphkit.phrases.questions.scope import AnswerRow


def wording(rows: Sequence[AnswerRow]) -> Spec:
    """Return the chart of `Phrases.wording`."""
    data = [
        {**r, "kind": str(r["kind"])} for r in columns(rows[:MAX_BARS], "wording", "first", "last", "count", "kind")
    ]
    return {
        "title": {
            "text": str(rows[0]["phrase"]),
            "subtitle": "Wordings from their first to their last use in this collection",
        },
        "width": 460,
        "height": {"step": 22},
        "data": {"values": data},
        "encoding": {
            "y": {"field": "wording", "type": "nominal", "sort": None, "title": None},
            "color": {"field": "kind", "type": "nominal", "title": None},
        },
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 4},
                "encoding": {
                    "x": {"field": "first", "type": "temporal", "title": None, "axis": DAY_AXIS},
                    "x2": {"field": "last"},
                },
            },
            {
                "mark": {"type": "circle", "size": 60, "opacity": 1},
                "encoding": {"x": {"field": "first", "type": "temporal"}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 11, "color": "black"},
                "encoding": {
                    "x": {"field": "last", "type": "temporal"},
                    "text": {"field": "count"},
                    "color": {"value": "#333333"},
                },
            },
        ],
    }
