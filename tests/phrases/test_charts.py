"""Every kind of chart in every format, with escaped texts."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from graphkit.errors import GraphkitError, UsageError
from graphkit.model import Level
from graphkit.phrases.api import Phrases
from graphkit.phrases.charts import draw, drawing, fonts, specification
from graphkit.phrases.charts.specification import CHARTS
from graphkit.phrases.charts.spread import GRID, short_province
from graphkit.recognition import gazetteer
from tests.conftest import ROOT
from tests.phrases import pictures

pytest.importorskip("vl_convert")


def answers(phrases: Phrases) -> dict[str, list[dict[str, object]]]:
    return {
        "list": phrases.list(min_score=0),
        "trend": phrases.trend(["低空经济", "优化营商环境"]),
        "first": phrases.first("低空经济"),
        "emerging": phrases.emerging(since="2024-01-01"),
        "silent": phrases.silent(since="2024-04-01", min_score=0),
        "tiers": phrases.tiers(2024, min_score=0),
        "movers": phrases.movers(since="2024-01-01", min_score=0),
        "spread": phrases.spread("低空经济"),
        "together": phrases.together("春耕备耕", min_score=0),
        "wording": phrases.wording("低空经济"),
        "intensity": phrases.intensity("低空经济"),
    }


def test_each_answer_has_a_chart_with_its_phrases_and_source(phrases: Phrases, tmp_path: Path) -> None:
    found = answers(phrases)
    assert set(found) == set(CHARTS)
    for name, rows in found.items():
        path = tmp_path / f"{name}.svg"
        draw(name, rows, path, source="121 made-up reports")
        svg = path.read_text(encoding="utf-8")
        assert "121 made-up reports" in svg, name
        assert any("\u4e00" <= c <= "\u9fff" for c in svg), name
        assert "NaN" not in svg, name
    for over in ("levels", "speakers"):
        draw("spread", phrases.spread("低空经济", over=over), tmp_path / "over.svg", source="x")


def test_charts_can_be_written_as_png_and_html(phrases: Phrases, tmp_path: Path) -> None:
    rows = phrases.trend("低空经济")
    draw("trend", rows, tmp_path / "t.png", source="x")
    assert (tmp_path / "t.png").read_bytes().startswith(b"\x89PNG")
    draw("trend", rows, tmp_path / "t.html", source="x")
    assert "https://cdn" not in (tmp_path / "t.html").read_text(encoding="utf-8")


def test_text_is_escaped_in_charts(tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    rows = [{"phrase": evil, "count": 3, "first": "2024-01-01"}]
    draw("list", rows, tmp_path / "x.html", source=evil)
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert "alert(1)</script>" not in page
    assert "<img src=x" not in page
    assert json.dumps(evil).replace("<", "\\u003c") in page
    draw("list", rows, tmp_path / "x.svg", source=evil)
    svg = (tmp_path / "x.svg").read_text(encoding="utf-8")
    assert "<script" not in svg
    assert "<img" not in svg


def test_answers_that_cannot_be_drawn_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"\.png, \.svg, \.html"):
        draw("list", [{"phrase": "x", "count": 1}], tmp_path / "x.gif", source="x")
    with pytest.raises(UsageError, match="no rows"):
        draw("list", [], tmp_path / "x.svg", source="x")
    with pytest.raises(UsageError, match="this folder does not exist"):
        draw("list", [], tmp_path / "no" / "x.svg", source="x")
    monkeypatch.setattr(drawing, "has_chinese_font", lambda: False)
    with pytest.raises(GraphkitError, match="no font with Chinese"):
        draw("list", [{"phrase": "x", "count": 1}], tmp_path / "x.svg", source="x")


def test_a_chinese_font_is_found() -> None:
    """Fails in CI if the machine has no Chinese font, because charts would contain empty boxes."""
    assert fonts.has_chinese_font() or not os.environ.get("CI")


def test_the_grid_contains_the_provinces() -> None:
    codes = {d.code[:2] for found in gazetteer.divisions().values() for d in found if d.level is Level.PROVINCE}
    assert set(GRID) == codes
    assert len(set(GRID.values())) == len(GRID)


@pytest.mark.parametrize(
    ("place", "short"),
    [
        ("山西省临汾市", "山西"),
        ("吉林省吉林市", "吉林"),
        ("新疆维吾尔自治区", "新疆"),
        ("内蒙古自治区", "内蒙古"),
        ("北京市东城区", "北京"),
        ("香港特别行政区", "香港"),
        ("甲乙丙丁", "甲乙丙"),
    ],
)
def test_a_province_has_a_short_name_on_the_grid(place: str, short: str) -> None:
    assert short_province(place) == short


def test_colours_of_a_trend_can_be_distinguished() -> None:
    rows = [
        {
            "phrase": f"p{n}",
            "period": "2024-01",
            "share": 0.1,
            "low": 0.0,
            "high": 0.2,
            "missing_days": 0,
            "empty_reports": 0,
        }
        for n in range(7)
    ]
    spec = specification("trend", rows, "x")
    assert len(set(spec["config"]["range"]["category"])) == 7


def test_the_charts_of_the_docs_are_up_to_date(tmp_path: Path) -> None:
    """`make pictures` gives the same files with the same words (the width of a word depends on the font)."""
    if not fonts.has_chinese_font():
        pytest.skip("no font with Chinese characters")
    pictures.main(tmp_path)
    kept = ROOT / "docs" / "pictures"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(p.name for p in kept.glob("*.svg"))
    for path in tmp_path.iterdir():
        made, old = (
            sorted(re.findall(r"<text[^>]*>([^<]*[\u4e00-\u9fff][^<]*)</text>", p.read_text(encoding="utf-8")))
            for p in (path, kept / path.name)
        )
        assert made == old, f"{path.name}: run `make pictures`"
        assert f"pictures/{path.name}" in (ROOT / "docs" / "phrases.md").read_text(encoding="utf-8")
