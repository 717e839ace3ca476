"""The chart of a trend: lines with bands of the 95% interval."""

from __future__ import annotations

from collections.abc import Sequence

from graphkit.phrases.charts.chart_elements import DAY_AXIS, Spec, columns, first_day, joined_names
from graphkit.phrases.questions.scope import AnswerRow

_X = {"field": "day", "type": "temporal", "title": None, "axis": DAY_AXIS}
_COLOUR = {
    "field": "phrase",
    "type": "nominal",
    "title": None,
    "sort": None,
    "legend": {"symbolType": "stroke", "symbolOpacity": 1, "symbolStrokeWidth": 3},
}


def trend(rows: Sequence[AnswerRow]) -> Spec:
    """Return the chart of `Phrases.trend`."""
    is_share = "share" in rows[0]
    value, title = ("share", "Share of reports") if is_share else ("per_million", "Mentions a million characters")
    data = [
        {**r, "day": first_day(str(r["period"])), "lacks": bool(r["missing_days"] or r["empty_reports"])}
        for r in columns(rows, "phrase", "period", value, "low", "high", "missing_days", "empty_reports")
    ]
    y = {"type": "quantitative", "axis": {"format": ".1%" if is_share else ".0f"}}
    return {
        "title": {
            "text": joined_names(rows),
            "subtitle": "Line: estimate; band: 95% interval; hollow: the collection lacks days or texts in this period",
        },
        "width": 620,
        "height": 320,
        "data": {"values": data},
        "layer": [
            {
                "mark": {"type": "area", "opacity": 0.18},
                "encoding": {
                    "x": _X,
                    "y": {**y, "field": "low", "title": title},
                    "y2": {"field": "high"},
                    "color": _COLOUR,
                },
            },
            {
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {"x": _X, "y": {**y, "field": value, "title": title}, "color": _COLOUR},
            },
            _points(y, value),
        ],
    }


def _points(y: Spec, value: str) -> Spec:
    """Return the points, which are hollow where the collection lacks days or texts."""
    return {
        "mark": {"type": "point", "size": 36, "filled": True, "opacity": 1},
        "encoding": {
            "x": _X,
            "y": {**y, "field": value},
            "stroke": {**_COLOUR, "legend": None},
            "fill": {
                "condition": {"test": "datum.lacks", "value": "white"},
                "field": "phrase",
                "type": "nominal",
                "legend": None,
                "sort": None,
            },
            "tooltip": [{"field": f} for f in ("phrase", "period", value, "missing_days", "empty_reports")],
        },
    }
