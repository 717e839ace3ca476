"""The chart of a spread: a grid of provinces, or points for levels and speakers."""

from __future__ import annotations

from collections.abc import Sequence

from graphkit.grammar.patterns import pattern
from graphkit.phrases.charts.chart_elements import Spec, joined_names, point_chart
from graphkit.phrases.questions.scope import AnswerRow

_PROVINCE_END = pattern("phrase_charts.province_end")
#: Column and row of each province on the grid, by the first two digits of its code.
GRID = {
    "23": (8, 0),
    "15": (6, 1), "22": (8, 1), "65": (1, 1),
    "62": (3, 2), "64": (4, 2), "14": (5, 2), "13": (6, 2), "11": (7, 2), "21": (8, 2),
    "63": (2, 3), "61": (4, 3), "41": (5, 3), "37": (6, 3), "12": (7, 3),
    "54": (1, 4), "51": (3, 4), "42": (5, 4), "34": (6, 4), "32": (7, 4), "31": (8, 4), "50": (4, 4),
    "53": (3, 5), "52": (4, 5), "43": (5, 5), "36": (6, 5), "33": (7, 5),
    "45": (4, 6), "44": (5, 6), "35": (7, 6), "71": (8, 6),
    "46": (4, 7), "81": (6, 7), "82": (5, 7),
}  # fmt: skip
_USED = [{"filter": "datum.days !== null"}]
_TILES = {
    "transform": _USED,
    "mark": {"type": "rect", "stroke": "white"},
    "encoding": {
        "color": {
            "field": "days",
            "type": "quantitative",
            "title": "Days after the first",
            "scale": {"scheme": "viridis", "reverse": True},
        }
    },
}
#: The texts of a tile: field, vertical distance from its centre, and font size.
_TEXTS = (("place", -6, 13), ("day", 10, 10))
#: A text is drawn twice: with a dark outline, and without it on top.
_OUTLINE = {"stroke": "#222222", "strokeWidth": 2.2, "strokeJoin": "round"}


def spread(rows: Sequence[AnswerRow]) -> Spec:
    """Return the chart of `Phrases.spread`."""
    if "code" not in rows[0]:
        kind = "level" if "level" in rows[0] and "speaker" not in list(rows[0])[:4] else "speaker"
        return point_chart(lambda r: str(r[kind]), f"Order of the {kind}s")(rows)
    return {
        "title": {
            "text": joined_names(rows),
            "subtitle": "Provinces by their first use in this collection; white: none. A grid, not a map: no size or "
            "border is meant",
        },
        "width": 620,
        "height": 500,
        "data": {"values": _tiles(rows)},
        "encoding": {
            "x": {"field": "x", "type": "ordinal", "axis": None},
            "y": {"field": "y", "type": "ordinal", "axis": None},
        },
        "layer": [
            {"mark": {"type": "rect", "stroke": "#bbbbbb", "color": "white"}},
            _TILES,
            *(_text(*text, _OUTLINE) for text in _TEXTS),
            *(_text(*text, {}) for text in _TEXTS),
        ],
    }


def _tiles(rows: Sequence[AnswerRow]) -> list[AnswerRow]:
    """Return a row for each province, with its first use if there is one."""
    first: dict[str, AnswerRow] = {}
    for r in rows:
        first.setdefault(str(r["code"])[:2], r)
    return [
        {
            "x": x,
            "y": y,
            "place": short_province(str(first[code]["place"])) if code in first else "",
            "days": first[code]["days_after"] if code in first else None,
            "day": str(first[code]["first"]) if code in first else "",
        }
        for code, (x, y) in GRID.items()
    ]


def _text(field: str, dy: int, size: int, outline: Spec) -> Spec:
    return {
        "transform": _USED,
        "mark": {"type": "text", "dy": dy, "fontSize": size, "color": "white", **outline},
        "encoding": {"text": {"field": field}},
    }


def short_province(place: str) -> str:
    """Return the short name of the province with which the full name of a place begins: 山西 for 山西省临汾市."""
    m = _PROVINCE_END.search(place)
    return place[: m.start()] if m else place[:3]
