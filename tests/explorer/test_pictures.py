"""Every page is displayed without layout faults, and the docs contain a picture of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import ROOT
from tests.explorer.layout import faults
from tests.explorer.pictures import shown

pytestmark = pytest.mark.xdist_group("browser")


def test_every_page_has_a_correct_layout_and_a_picture_in_the_docs(browser: Browser, tmp_path: Path) -> None:
    made = set()
    with shown() as pages:
        for name, page in pages(browser):
            page.screenshot(path=tmp_path / name)
            assert (tmp_path / name).stat().st_size > 10_000
            assert faults(page) == [], name
            made.add(name)
    assert made == {p.name for p in (ROOT / "docs" / "pictures").glob("explore-*.png")}
    words = (ROOT / "docs" / "explore.md").read_text(encoding="utf-8")
    assert {name for name in made if f"pictures/{name}" not in words} == set()


def test_layout_faults_are_detected(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 400})
    try:
        page.set_content(
            "<button style='position:absolute;left:5px;top:5px'>one</button><button "
            "style='position:absolute;left:20px;top:9px'>two</button>"
        )
        assert any("overlap" in f for f in faults(page))
        page.set_content("<p style='width:40px;overflow:hidden;white-space:nowrap'>a long word that does not fit</p>")
        assert any("cut off" in f for f in faults(page))
        page.set_content("<h1 style='position:absolute;left:350px;width:90px'>edge</h1>")
        assert any("over the edge" in f or "wider" in f for f in faults(page))
        page.set_content("<h1>well</h1><button>done</button>")
        assert faults(page) == []
    finally:
        page.close()
