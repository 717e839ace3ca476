"""Pictures of the explorer's pages for the docs: `python -m tests.explorer.pictures FOLDER`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

import graphkit
from tests.conftest import ROOT
from tests.explorer.conftest import Served


def look_up(page: Page, words: str) -> None:
    page.get_by_role("combobox").fill(words)
    page.locator("#found [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    page.locator("#view h1", has_text=words).wait_for()
    page.wait_for_timeout(500)


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        with graphkit.open(Path(name) / "examples", create=True) as graph:
            graph.build(ROOT / "examples" / "reports")
        server = Served(Path(name) / "examples")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 860}, locale="zh-CN", reduced_motion="reduce")
            page.goto(server.url)
            page.locator("#view h1").wait_for()
            page.screenshot(path=folder / "explore-home.png")
            look_up(page, "林知远")
            page.locator("#lines tbody tr", has_text="到访").first.locator("a[data-open]").click()
            page.locator("#text mark.on").first.wait_for()
            page.screenshot(path=folder / "explore-person.png")
            page.set_viewport_size({"width": 390, "height": 860})
            page.evaluate("document.querySelector('#text').scrollIntoView()")
            page.screenshot(path=folder / "explore-narrow.png")
            page.close()
            page = browser.new_page(viewport={"width": 1280, "height": 860}, locale="en-GB", color_scheme="dark", reduced_motion="reduce")
            page.goto(server.url)
            page.locator("#view h1").wait_for()
            look_up(page, "优化营商环境")
            page.locator("img.chart").wait_for()
            page.wait_for_timeout(1500)
            page.screenshot(path=folder / "explore-phrase.png")
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
