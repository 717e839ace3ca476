"""Pictures for the tutorials: `python -m tests.docs_site.pictures FOLDER`, out of the invented reports of examples/."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

import graphkit
from tests.conftest import ROOT
from tests.explorer.conftest import Served
from tests.explorer.pictures import look_up

MONTHS = ROOT / "examples" / "monthly"
#: The largest size of a picture, in bytes: the tutorials are read over slow connections, too.
LARGEST = 150_000


def home(page: Page) -> None:
    page.locator("#q").fill("开发区")
    page.locator("#found [role=option]").first.wait_for()


def park(page: Page) -> None:
    look_up(page, "云泽高新技术产业开发区", "园区")


def review(page: Page) -> None:
    page.goto(page.url.split("#")[0] + "#report=newspaper-2024-09-3")
    page.locator("#text li[data-s]").first.wait_for()
    listed = page.locator("#text li[data-s]").all_inner_texts()
    for _ in range(1 + next(n for n, words in enumerate(listed) if "陈若川" in words and "到访" in words)):
        page.keyboard.press("j")


PAGES: dict[str, Callable[[Page], None]] = {"search": home, "park": park, "review": review}


def _save(picture: bytes, file: Path) -> None:
    """Write a picture with 64 colours, which makes its file much smaller."""
    Image.open(BytesIO(picture)).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(file, optimize=True)


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        with graphkit.open(Path(name) / "graph", create=True) as graph:
            graph.build([str(MONTHS / "2024-09" / f"*.{kind}") for kind in ("html", "docx", "xlsx")])
        server = Served(Path(name) / "graph")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        try:
            for title, go in PAGES.items():
                page = browser.new_page(
                    viewport={"width": 1100, "height": 760},
                    locale="zh-CN",
                    color_scheme="light",
                    reduced_motion="reduce",
                )
                page.goto(server.address)
                page.locator("#view h1").wait_for()
                go(page)
                # The page does not signal when the graph has been drawn.
                page.wait_for_timeout(400)
                _save(page.screenshot(), folder / f"tutorial-{title}.png")
                page.close()
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
