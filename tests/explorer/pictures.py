"""Pictures of the explorer's pages for the docs: `python -m tests.explorer.pictures FOLDER`.

Out of the made-up reports of `examples/`, and some more with real places for the map.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

import graphkit
from tests.conftest import ROOT, write_records
from tests.explorer.conftest import Served

PLACES = (
    "山西省临汾市",
    "山西省太原市",
    "山西省临汾市洪洞县",
    "江苏省苏州市",
    "江苏省南京市",
    "浙江省杭州市",
    "广东省深圳市",
    "广东省广州市",
    "四川省成都市",
    "湖北省武汉市",
    "陕西省西安市",
    "福建省福州市",
    "云南省昆明市",
    "新疆维吾尔自治区喀什地区",
    "黑龙江省哈尔滨市",
)
MORE = [
    {
        "id": f"tour-{n}",
        "date": f"2024-0{n % 9 + 1}-1{n % 10}",
        "text": f"{n % 9 + 1}月1{n % 10}日，国务院副总理高远舟到{place}调研，强调要因地制宜发展特色产业。",
    }
    for n, place in enumerate(PLACES)
]
CYPHER = "#v=cypher&query=MATCH+(p:Person)-[v:VISITED]->(s:Project)+RETURN+p,+v,+s"


def look_up(page: Page, words: str, kind: str = "") -> None:
    page.locator("#q").fill(words)
    found = page.locator("#found [role=option]")
    (found.filter(has_text=kind) if kind else found).first.click()
    page.locator("#view h1", has_text=words).wait_for()


def person(page: Page) -> None:
    look_up(page, "林知远")
    page.locator("#lines tbody tr", has_text="到访").first.locator("a[data-open]").click()
    page.locator("#text mark.on").first.wait_for()


def narrow(page: Page) -> None:
    person(page)
    page.evaluate("document.querySelector('#text').scrollIntoView()")


def phrase(page: Page) -> None:
    look_up(page, "优化营商环境")
    page.locator("img.chart").wait_for()
    page.wait_for_function("document.querySelector('img.chart').naturalWidth > 0")
    page.locator("img.chart").scroll_into_view_if_needed()


def path(page: Page) -> None:
    page.locator("nav a[href='#v=path']").click()
    for role, name in (("from", "赵明溪"), ("to", "石渡县白鹭洲社区")):
        page.locator(f"input[list=list-{role}]").fill(name)
        page.locator(f"#list-{role} option[value='{name}']").wait_for(state="attached")
    page.locator("#view form button").click()
    page.locator("#view table").wait_for()


def review(page: Page) -> None:
    page.goto(page.url.split("#")[0] + "#report=03-groundbreaking")
    page.locator("#text li[data-s]").first.wait_for()
    page.keyboard.press("j")
    page.locator("#text .acts [data-verdict=correct]").first.click()
    page.locator("dialog[open]").wait_for()


def of_thing(words: str, kind: str = "") -> Callable[[Page], None]:
    return lambda page: look_up(page, words, kind)


def cypher(page: Page) -> None:
    page.goto(page.url.split("#")[0] + CYPHER)
    page.locator("#run").click()
    page.locator("#view tbody tr").first.wait_for(timeout=60_000)


def at(address: str, wait: str) -> Callable[[Page], None]:
    def opened(page: Page) -> None:
        page.goto(page.url.split("#")[0] + address)
        page.locator(wait).first.wait_for(timeout=60_000)

    return opened


#: Name of the picture, its width, language and colours, and the function that opens the page.
PAGES: list[tuple[str, int, str, str, Callable[[Page], None]]] = [
    ("home", 1280, "zh-CN", "light", lambda _: None),
    ("person", 1280, "zh-CN", "light", person),
    ("narrow", 390, "zh-CN", "light", narrow),
    ("project", 1280, "zh-CN", "light", of_thing("石渡县青禾新能源电池项目")),
    ("park", 1280, "en-GB", "light", of_thing("云泽高新技术产业开发区", "Park")),
    ("place", 1280, "zh-CN", "dark", of_thing("石渡县")),
    ("meeting", 1280, "zh-CN", "light", of_thing("县委常委会会议")),
    ("phrase", 1280, "en-GB", "dark", phrase),
    ("path", 1280, "zh-CN", "light", path),
    ("map", 1280, "zh-CN", "light", at("#v=map", "svg.tiles")),
    ("map-narrow", 390, "en-GB", "dark", at("#v=map", "svg.tiles")),
    ("cypher", 1280, "en-GB", "light", cypher),
    ("review", 1280, "zh-CN", "light", review),
]


@contextmanager
def shown() -> Iterator[Callable[[Browser], Iterator[tuple[str, Page]]]]:
    """Yields the name of each picture and the page prepared for it."""
    with tempfile.TemporaryDirectory() as name:
        with graphkit.open(Path(name) / "examples", create=True) as graph:
            graph.build([str(ROOT / "examples" / "reports"), str(write_records(Path(name) / "more.jsonl", MORE))])
        server = Served(Path(name) / "examples")

        def pages(browser: Browser) -> Iterator[tuple[str, Page]]:
            for title, width, lang, scheme, go in PAGES:
                context = browser.new_context(
                    viewport={"width": width, "height": 860}, locale=lang, color_scheme=scheme, reduced_motion="reduce"
                )  # type: ignore[arg-type]
                page = context.new_page()
                page.goto(server.address)
                page.locator("#view h1").wait_for()
                go(page)
                # The page does not signal when the graph has been drawn.
                page.wait_for_timeout(400)
                yield f"explore-{title}.png", page
                context.close()

        try:
            yield pages
        finally:
            server.stop()


def main(folder: Path) -> None:
    with sync_playwright() as playwright, shown() as pages:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        try:
            for name, page in pages(browser):
                page.screenshot(path=folder / name)
        finally:
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
