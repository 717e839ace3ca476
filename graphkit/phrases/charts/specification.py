"""The Vega-Lite specification of each answer."""

from __future__ import annotations

from collections.abc import Sequence

from graphkit.errors import UsageError
from graphkit.phrases.charts.chart_elements import COLOURS, Chart, Spec, bar_chart, point_chart
from graphkit.phrases.charts.fonts import FAMILIES
from graphkit.phrases.charts.intensity import intensity
from graphkit.phrases.charts.movers import movers
from graphkit.phrases.charts.spread import spread
from graphkit.phrases.charts.tiers import tiers
from graphkit.phrases.charts.trend import trend
from graphkit.phrases.charts.wording import wording
from graphkit.phrases.questions.scope import AnswerRow

#: The chart of each question, a method of Phrases.
CHARTS: dict[str, Chart] = {
    "list": bar_chart("count", "Reports", "Phrases by the reports that use them"),
    "trend": trend,
    "tiers": tiers,
    "movers": movers,
    "spread": spread,
    "first": point_chart(
        lambda r: f"{r.get('level') or ''} {r['place']} {r['speaker'] or r['voice']} {r['date']}".strip(),
        "First uses in this collection",
    ),
    "emerging": bar_chart("score", "Score", "New and bursting phrases"),
    "silent": bar_chart("score", "Score: -log10 of the chance", "Phrases that went silent"),
    "together": bar_chart("score", "Score: signed root of G²", "Phrases of the same reports"),
    "wording": wording,
    "intensity": intensity,
}


def specification(question: str, rows: Sequence[AnswerRow], source: str) -> Spec:
    """Return the Vega-Lite specification of an answer."""
    if question not in CHARTS:
        raise UsageError(f"there is no picture of {question!r}")
    spec = CHARTS[question](rows)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "padding": 16,
        "title": {**spec.pop("title"), "anchor": "start", "fontSize": 16, "subtitlePadding": 6},
        "config": {
            "font": FAMILIES,
            "range": {"category": COLOURS},
            "view": {"stroke": None},
            "axis": {"labelFontSize": 12, "titleFontSize": 12, "labelLimit": 320, "gridColor": "#e5e5e5"},
            "legend": {"labelFontSize": 12, "titleFontSize": 12, "labelLimit": 320},
        },
        **_with_source(spec, source),
    }


def _with_source(spec: Spec, source: str) -> Spec:
    line = {
        "data": {"values": [{"text": f"Source: {source}; made with graphkit"}]},
        "height": 16,
        "width": 620,
        "mark": {"type": "text", "align": "left", "baseline": "middle", "x": 0, "fontSize": 11, "color": "#555555"},
        "encoding": {"text": {"field": "text"}},
    }
    return {"vconcat": [spec, line], "spacing": 10}
