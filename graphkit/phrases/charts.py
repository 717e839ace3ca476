"""Pictures of the answers, as Vega-Lite: PNG, SVG or a page that works offline. One specification for all three."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from graphkit.errors import GraphkitError, UsageError
from graphkit.files.output import check_output, write_output
from graphkit.phrases.questions.scope import AnswerRow, days_of

ENDINGS = (".png", ".svg", ".html")
#: Bars, lines of wordings and places that a picture shows at most.
MOST_BARS = 40
#: Colours that are told apart without red and green (Okabe and Ito 2008, "Color universal design").
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
_FONTS = "Noto Sans CJK SC, Source Han Sans SC, WenQuanYi Micro Hei, WenQuanYi Zen Hei, PingFang SC, Microsoft YaHei, SimHei, sans-serif"
_KNOWN = (
    "notosanscjk",
    "notoserifcjk",
    "sourcehan",
    "wqy",
    "wenquanyi",
    "pingfang",
    "msyh",
    "simhei",
    "simsun",
    "stheiti",
    "arphic",
    "uming",
    "ukai",
    "droidsansfallback",
)
_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
Spec = dict[str, Any]
_DAYS = {"format": "%Y-%m", "labelOverlap": True, "tickCount": 8}


def check_file(path: Path) -> None:
    """Raise UsageError for a file that no picture can be written to."""
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(f"{path}: a picture is a file that ends in {', '.join(ENDINGS)}")
    check_output(path)


def draw(question: str, rows: Sequence[AnswerRow], path: Path, *, source: str) -> None:
    """Write the picture of an answer. question: a method of Phrases; source: told in a line below.

    Raises UsageError when there is nothing to draw, GraphkitError when there is no font with Chinese characters.
    """
    check_file(path)
    vl_convert, spec = _vl_convert(), _drawable(question, rows, source)
    ending = path.suffix.lower()
    if ending != ".html":
        _check_font()
    if ending == ".png":
        write_output(path, vl_convert.vegalite_to_png(spec, scale=2))
    elif ending == ".svg":
        write_output(path, vl_convert.vegalite_to_svg(spec))
    else:
        write_output(path, _page(spec, vl_convert))


def to_svg(question: str, rows: Sequence[AnswerRow], *, source: str) -> str:
    """The picture of an answer as SVG. Raises as `draw` does."""
    vl_convert, spec = _vl_convert(), _drawable(question, rows, source)
    _check_font()
    found: str = vl_convert.vegalite_to_svg(spec)
    return found


def _drawable(question: str, rows: Sequence[AnswerRow], source: str) -> Spec:
    if not rows:
        raise UsageError("nothing to draw: the answer has no rows")
    return specification(question, rows, source)


def _vl_convert() -> Any:
    try:
        import vl_convert
    except ImportError:
        raise UsageError("pictures need the package vl-convert-python: run `pip install vl-convert-python`") from None
    return vl_convert


def _check_font() -> None:
    if not has_chinese_font():
        raise GraphkitError(
            "no font with Chinese characters was found: install one (Debian and Ubuntu: apt install fonts-noto-cjk) or write an .html file"
        )


def _page(spec: Spec, vl_convert: Any) -> str:
    """A page with the library in it. `<` in texts is written as an escape of JavaScript, so that no text can end the script."""
    mark = f"lt{secrets.token_hex(16)}"
    page: str = vl_convert.vegalite_to_html(_marked(spec, mark), bundle=True)
    return page.replace(mark, "\\u003c")


def _marked(value: Any, mark: str) -> Any:
    """A specification with a mark instead of each `<`."""
    if isinstance(value, str):
        return value.replace("<", mark)
    if isinstance(value, list):
        return [_marked(v, mark) for v in value]
    return {k: _marked(v, mark) for k, v in value.items()} if isinstance(value, dict) else value


@cache
def has_chinese_font() -> bool:
    """Is a font with Chinese characters installed? By fontconfig, else by the usual names in the usual folders."""
    try:
        return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, timeout=20, check=True).stdout.strip())
    except (OSError, subprocess.SubprocessError):
        files = (
            f
            for folder in _FOLDERS
            for f in Path(folder).expanduser().rglob("*")
            if f.suffix.lower() in (".ttf", ".ttc", ".otf")
        )
        return any(f.stem.lower().replace("-", "").replace(" ", "").startswith(_KNOWN) for f in files)


def specification(question: str, rows: Sequence[AnswerRow], source: str) -> Spec:
    """The Vega-Lite specification of an answer."""
    if question not in _SPECS:
        raise UsageError(f"there is no picture of {question!r}")
    spec = _SPECS[question](rows)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "padding": 16,
        "title": {**spec.pop("title"), "anchor": "start", "fontSize": 16, "subtitlePadding": 6},
        "config": {
            "font": _FONTS,
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


def _names(rows: Sequence[AnswerRow]) -> str:
    return "、".join(dict.fromkeys(str(r["phrase"]) for r in rows))


def _plain(rows: Sequence[AnswerRow], *fields: str) -> list[AnswerRow]:
    return [{f: r[f] for f in fields} for r in rows]


def _trend(rows: Sequence[AnswerRow]) -> Spec:
    value, title = (
        ("share", "Share of reports") if "share" in rows[0] else ("per_million", "Mentions a million characters")
    )
    data = [
        {**r, "day": _first_day(str(r["period"])), "lacks": bool(r["missing_days"] or r["empty_reports"])}
        for r in _plain(rows, "phrase", "period", value, "low", "high", "missing_days", "empty_reports")
    ]
    x = {"field": "day", "type": "temporal", "title": None, "axis": _DAYS}
    y = {"type": "quantitative", "axis": {"format": ".1%" if value == "share" else ".0f"}}
    colour = {
        "field": "phrase",
        "type": "nominal",
        "title": None,
        "sort": None,
        "legend": {"symbolType": "stroke", "symbolOpacity": 1, "symbolStrokeWidth": 3},
    }
    return {
        "title": {
            "text": _names(rows),
            "subtitle": "Line: estimate; band: 95% interval; hollow: the collection lacks days or texts in this period",
        },
        "width": 620,
        "height": 320,
        "data": {"values": data},
        "layer": [
            {
                "mark": {"type": "area", "opacity": 0.18},
                "encoding": {
                    "x": x,
                    "y": {**y, "field": "low", "title": title},
                    "y2": {"field": "high"},
                    "color": colour,
                },
            },
            {
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {"x": x, "y": {**y, "field": value, "title": title}, "color": colour},
            },
            {
                "mark": {"type": "point", "size": 36, "filled": True, "opacity": 1},
                "encoding": {
                    "x": x,
                    "y": {**y, "field": value},
                    "stroke": {**colour, "legend": None},
                    "fill": {
                        "condition": {"test": "datum.lacks", "value": "white"},
                        "field": "phrase",
                        "type": "nominal",
                        "legend": None,
                        "sort": None,
                    },
                    "tooltip": [{"field": f} for f in ("phrase", "period", value, "missing_days", "empty_reports")],
                },
            },
        ],
    }


def _first_day(period: str) -> str:
    first, _ = days_of(period)
    return f"{first}-01" if len(first) == 7 else f"{first}-01-01"


def _bars(field: str, title: str, words: str, colour: str | None = None) -> Callable[[Sequence[AnswerRow]], Spec]:
    def spec(rows: Sequence[AnswerRow]) -> Spec:
        shown = rows[:MOST_BARS]
        data = _plain(shown, "phrase", field, *([colour] if colour else []))
        encoding = {
            "y": {"field": "phrase", "type": "nominal", "sort": None, "title": None},
            "x": {"field": field, "type": "quantitative", "title": title},
            **({"color": {"field": colour, "type": "nominal", "title": colour}} if colour else {}),
        }
        more = f" (the first {MOST_BARS} of {len(rows)})" if len(rows) > MOST_BARS else ""
        return {
            "title": {"text": words + more},
            "width": 460,
            "height": {"step": 20},
            "data": {"values": data},
            "mark": {"type": "bar", **({} if colour else {"color": COLOURS[0]})},
            "encoding": encoding,
        }

    return spec


def _tiers(rows: Sequence[AnswerRow]) -> Spec:
    data = [
        {**r, "tier": r["tier"] or "below all"}
        for r in _plain(rows[: 2 * MOST_BARS], "phrase", "tier", "per_thousand", "moved")
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
            "y": {"field": "phrase", "type": "nominal", "sort": None, "title": None},
            "x": {
                "field": "per_thousand",
                "type": "quantitative",
                "title": "Reports of a thousand",
                "scale": {"type": "symlog"},
            },
        },
        "layer": [
            {
                "mark": "bar",
                "encoding": {
                    "color": {
                        "field": "tier",
                        "type": "ordinal",
                        "title": "Tier",
                        "scale": {"scheme": "blues", "reverse": True},
                    }
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11},
                "transform": [{"filter": "datum.moved != 0"}],
                "encoding": {"text": {"field": "moved", "format": "+d"}},
            },
        ],
    }


def _movers(rows: Sequence[AnswerRow]) -> Spec:
    data = [
        {**r, "direction": "up" if r["change"] > 0 else "down"}
        for r in _plain(rows[:MOST_BARS], "phrase", "change", "q")
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
            "y": {"field": "phrase", "type": "nominal", "sort": None, "title": None},
            "x": {"field": "change", "type": "quantitative", "title": "Change of share", "axis": {"format": "+.1%"}},
            "color": {
                "field": "direction",
                "type": "nominal",
                "title": None,
                "scale": {"domain": ["up", "down"], "range": COLOURS[:2]},
            },
        },
    }


def _points(label: Callable[[AnswerRow], str], words: str) -> Callable[[Sequence[AnswerRow]], Spec]:
    def spec(rows: Sequence[AnswerRow]) -> Spec:
        data = [
            {"label": label(r), "day": r.get("date") or r["first"], "count": r["count"], "quote": str(r["quote"])[:120]}
            for r in rows[:MOST_BARS]
        ]
        return {
            "title": {"text": _names(rows), "subtitle": words},
            "width": 460,
            "height": {"step": 20},
            "data": {"values": data},
            "mark": {"type": "circle", "opacity": 1, "color": COLOURS[0]},
            "encoding": {
                "x": {
                    "field": "day",
                    "type": "temporal",
                    "title": "First use in this collection",
                    "axis": {**_DAYS, "format": "%Y-%m-%d", "tickCount": 5},
                },
                "y": {"field": "label", "type": "nominal", "sort": None, "title": None},
                "size": {"field": "count", "type": "quantitative", "title": "Reports"},
                "tooltip": [{"field": f} for f in ("label", "day", "count", "quote")],
            },
        }

    return spec


#: Where each province stands on the grid, by the first two digits of its code: column, row.
_GRID = {
    "23": (8, 0),
    "15": (6, 1),
    "22": (8, 1),
    "65": (1, 1),
    "62": (3, 2),
    "64": (4, 2),
    "14": (5, 2),
    "13": (6, 2),
    "11": (7, 2),
    "21": (8, 2),
    "63": (2, 3),
    "61": (4, 3),
    "41": (5, 3),
    "37": (6, 3),
    "12": (7, 3),
    "54": (1, 4),
    "51": (3, 4),
    "42": (5, 4),
    "34": (6, 4),
    "32": (7, 4),
    "31": (8, 4),
    "50": (4, 4),
    "53": (3, 5),
    "52": (4, 5),
    "43": (5, 5),
    "36": (6, 5),
    "33": (7, 5),
    "45": (4, 6),
    "44": (5, 6),
    "35": (7, 6),
    "71": (8, 6),
    "46": (4, 7),
    "81": (6, 7),
    "82": (5, 7),
}


def _spread(rows: Sequence[AnswerRow]) -> Spec:
    if "code" not in rows[0]:
        kind = "level" if "level" in rows[0] and "speaker" not in list(rows[0])[:4] else "speaker"
        return _points(lambda r: str(r[kind]), f"Order of the {kind}s")(rows)
    first: dict[str, AnswerRow] = {}
    for r in rows:
        first.setdefault(str(r["code"])[:2], r)
    data = [
        {
            "x": x,
            "y": y,
            "place": _short(str(first[code]["place"])) if code in first else "",
            "days": first[code]["days_after"] if code in first else None,
            "day": str(first[code]["first"]) if code in first else "",
        }
        for code, (x, y) in _GRID.items()
    ]
    place = {"x": {"field": "x", "type": "ordinal", "axis": None}, "y": {"field": "y", "type": "ordinal", "axis": None}}
    return {
        "title": {
            "text": _names(rows),
            "subtitle": "Provinces by their first use in this collection; white: none. A grid, not a map: no size or border is meant",
        },
        "width": 620,
        "height": 500,
        "data": {"values": data},
        "encoding": place,
        "layer": [
            {"mark": {"type": "rect", "stroke": "#bbbbbb", "color": "white"}},
            {
                "transform": [{"filter": "datum.days !== null"}],
                "mark": {"type": "rect", "stroke": "white"},
                "encoding": {
                    "color": {
                        "field": "days",
                        "type": "quantitative",
                        "title": "Days after the first",
                        "scale": {"scheme": "viridis", "reverse": True},
                    }
                },
            },
            *[
                {
                    "transform": [{"filter": "datum.days !== null"}],
                    "mark": {
                        "type": "text",
                        "dy": dy,
                        "fontSize": size,
                        "color": "white",
                        "stroke": "#222222",
                        "strokeWidth": 2.2,
                        "strokeJoin": "round",
                    },
                    "encoding": {"text": {"field": name}},
                }
                for name, dy, size in (("place", -6, 13), ("day", 10, 10))
            ],
            *[
                {
                    "transform": [{"filter": "datum.days !== null"}],
                    "mark": {"type": "text", "dy": dy, "fontSize": size, "color": "white"},
                    "encoding": {"text": {"field": name}},
                }
                for name, dy, size in (("place", -6, 13), ("day", 10, 10))
            ],
        ],
    }


def _short(place: str) -> str:
    for end in ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市"):
        at = place.find(end)
        if at > 1:
            return place[:at]
    return place[:3]


def _wording(rows: Sequence[AnswerRow]) -> Spec:
    data = [
        {**r, "kind": str(r["kind"])} for r in _plain(rows[:MOST_BARS], "wording", "first", "last", "count", "kind")
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
                    "x": {"field": "first", "type": "temporal", "title": None, "axis": _DAYS},
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


def _intensity(rows: Sequence[AnswerRow]) -> Spec:
    steps = [k for k in rows[0] if k.startswith("step_")]
    data = [
        {"day": _first_day(str(r["period"])), "step": f"{k.split('_')[1]} {k.split('_')[2]}", "count": r[k]}
        for r in rows
        for k in steps
        if r[k]
    ]
    means = [{"day": _first_day(str(r["period"])), "mean": r["mean"]} for r in rows if r["mean"] is not None]
    x = {"field": "day", "type": "temporal", "title": None, "timeUnit": "yearmonth", "axis": _DAYS}
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
                    "x": x,
                    "y": {"field": "count", "type": "quantitative", "title": "Uses", "stack": True},
                    "color": {"field": "step", "type": "ordinal", "title": "Step", "scale": {"scheme": "blues"}},
                },
            },
            {
                "data": {"values": means},
                "mark": {"type": "line", "color": COLOURS[1], "point": {"color": COLOURS[1]}},
                "encoding": {
                    "x": x,
                    "y": {
                        "field": "mean",
                        "type": "quantitative",
                        "title": "Mean step, 1 to 7",
                        "scale": {"domain": [1, 7]},
                    },
                },
            },
        ],
        "resolve": {"scale": {"y": "independent"}},
    }


_SPECS: dict[str, Callable[[Sequence[AnswerRow]], Spec]] = {
    "list": _bars("count", "Reports", "Phrases by the reports that use them"),
    "trend": _trend,
    "tiers": _tiers,
    "movers": _movers,
    "spread": _spread,
    "first": _points(
        lambda r: f"{r.get('level') or ''} {r['place']} {r['speaker'] or r['voice']} {r['date']}".strip(),
        "First uses in this collection",
    ),
    "emerging": _bars("score", "Score", "New and bursting phrases"),
    "silent": _bars("score", "Score: -log10 of the chance", "Phrases that went silent"),
    "together": _bars("score", "Score: signed root of G²", "Phrases of the same reports"),
    "wording": _wording,
    "intensity": _intensity,
}
