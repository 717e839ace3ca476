"""The chart of movers: bars to the left and right."""

from __future__ import annotations

from collections.abc import Sequence

from graphkit.phrases.charts.chart_elements import COLOURS, MAX_BARS, PHRASE_AXIS, Spec, columns
from graphkit.phrases.questions.scope import AnswerRow


def movers(rows: Sequence[AnswerRow]) -> Spec:
    """Return the chart of `Phrases.movers`."""
    data = [
        {**r, "direction": "up" if r["change"] > 0 else "down"}
        for r in columns(rows[:MAX_BARS], "phrase", "change", "q")
    ]
    return {
        "title": {
            "text": "Largest changes of share",
            "subtitle": "Difference of the shares of reports in the two periods",
        },
        "width": 460,
        "height": {"step": 20},
        "data": {"values": data},
        "mark": "bar",
        "encoding": {
            "y": PHRASE_AXIS,
            "x": {"field": "change", "type": "quantitative", "title": "Change of share", "axis": {"format": "+.1%"}},
            "color": {
                "field": "direction",
                "type": "nominal",
                "title": None,
                "scale": {"domain": ["up", "down"], "range": COLOURS[:2]},
            },
        },
    }
