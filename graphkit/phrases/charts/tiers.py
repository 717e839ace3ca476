"""The chart of tiers: bars in the colours of the tiers."""

from __future__ import annotations

from collections.abc import Sequence

from graphkit.phrases.charts.chart_elements import MAX_BARS, PHRASE_AXIS, Spec, columns
from graphkit.phrases.questions.scope import AnswerRow

_BARS = {
    "mark": "bar",
    "encoding": {
        "color": {
            "field": "tier",
            "type": "ordinal",
            "title": "Tier",
            "scale": {"scheme": "blues", "reverse": True},
        }
    },
}
_MOVES = {
    "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11},
    "transform": [{"filter": "datum.moved != 0"}],
    "encoding": {"text": {"field": "moved", "format": "+d"}},
}


def tiers(rows: Sequence[AnswerRow]) -> Spec:
    """Return the chart of `Phrases.tiers`."""
    data = [
        {**r, "tier": r["tier"] or "below all"}
        for r in columns(rows[: 2 * MAX_BARS], "phrase", "tier", "per_thousand", "moved")
    ]
    return {
        "title": {
            "text": "Tiers of use",
            "subtitle": "Reports of a thousand that use the phrase; label: tiers moved since the year before",
        },
        "width": 420,
        "data": {"values": data},
        "height": {"step": 20},
        "encoding": {
            "y": PHRASE_AXIS,
            "x": {
                "field": "per_thousand",
                "type": "quantitative",
                "title": "Reports of a thousand",
                "scale": {"type": "symlog"},
            },
        },
        "layer": [_BARS, _MOVES],
    }
