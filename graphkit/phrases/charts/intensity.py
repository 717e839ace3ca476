"""The chart of intensity: bars of the uses by step of the scale, and a line of the mean step."""

from __future__ import annotations

from collections.abc import Sequence

from graphkit.phrases.charts.chart_elements import COLOURS, DAY_AXIS, Spec, first_day
from graphkit.phrases.questions.scope import AnswerRow

_X = {"field": "day", "type": "temporal", "title": None, "timeUnit": "yearmonth", "axis": DAY_AXIS}


def intensity(rows: Sequence[AnswerRow]) -> Spec:
    """Return the chart of `Phrases.intensity`."""
    steps = [k for k in rows[0] if k.startswith("step_")]
    data = [
        {"day": first_day(str(r["period"])), "step": f"{k.split('_')[1]} {k.split('_')[2]}", "count": r[k]}
        for r in rows
        for k in steps
        if r[k]
    ]
    means = [{"day": first_day(str(r["period"])), "mean": r["mean"]} for r in rows if r["mean"] is not None]
    y = {"field": "mean", "type": "quantitative", "title": "Mean step, 1 to 7", "scale": {"domain": [1, 7]}}
    return {
        "title": {
            "text": str(rows[0]["phrase"]),
            "subtitle": "Uses by the highest word of the ladder before them; line: mean step",
        },
        "width": 620,
        "height": 300,
        "layer": [
            {
                "data": {"values": data},
                "mark": "bar",
                "encoding": {
                    "x": _X,
                    "y": {"field": "count", "type": "quantitative", "title": "Uses", "stack": True},
                    "color": {"field": "step", "type": "ordinal", "title": "Step", "scale": {"scheme": "blues"}},
                },
            },
            {
                "data": {"values": means},
                "mark": {"type": "line", "color": COLOURS[1], "point": {"color": COLOURS[1]}},
                "encoding": {"x": _X, "y": y},
            },
        ],
        "resolve": {"scale": {"y": "independent"}},
    }
