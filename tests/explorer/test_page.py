"""Further behaviour of the page: graph, pictures, keyboard, concurrent users, escaping and accessibility."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

import graphkit
from tests.conftest import write_records
from tests.explorer.conftest import Served, Visit
from tests.explorer.steps import look_up, marked

pytestmark = pytest.mark.xdist_group("browser")
expect.set_options(timeout=20_000)


def test_dragging_over_the_chart_selects_a_period(visit: Visit) -> None:
    page = visit()
    look_up(page, "石渡县青禾新能源电池项目")
    every = page.locator("#lines tbody tr").count()
    ticks = page.locator("svg.ticks")
    ticks.scroll_into_view_if_needed()
    box = ticks.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + 20)
    page.mouse.up()
    expect(page.locator("#since")).to_have_value("2023-03")
    expect(page.locator("#lines tbody tr")).not_to_have_count(every)
    assert 0 < page.locator("#lines tbody tr").count() < every


@pytest.mark.parametrize("slow", ["**/api/about", "**/page/app.js"])
def test_a_name_typed_while_the_page_loads_is_searched(browser: Browser, served: Served, slow: str) -> None:
    page = browser.new_page(locale="zh-CN")
    page.route(slow, lambda route: (page.wait_for_timeout(1500), route.continue_()))
    page.goto(served.address, wait_until="commit")
    page.locator("#q").fill("何清嘉")
    expect(page.locator("#found [role=option]").first).to_be_visible()
    page.close()


def test_node_types_of_the_graph_can_be_hidden(visit: Visit) -> None:
    page = visit()
    look_up(page, "县委常委会会议")
    people = page.locator("#kinds").get_by_role("button", name="人物")
    expect(people).to_have_attribute("aria-pressed", "true")

    def words() -> set[str | None]:
        with page.expect_download() as begun:
            page.locator("#drawing").get_by_role("button", name="存为 SVG").click()
        tree = ElementTree.fromstring(Path(begun.value.path()).read_bytes())
        return {t.text for t in tree.iter("{http://www.w3.org/2000/svg}text")}

    assert {"何清嘉", "项目建设"} <= words()
    people.click()
    expect(people).to_have_attribute("aria-pressed", "false")
    assert words().isdisjoint({"何清嘉", "人物"})
    assert "项目建设" in words()
    people.click()
    assert "何清嘉" in words()


def test_decisions_of_two_browsers_survive_a_killed_server(browser: Browser, tmp_path: Path) -> None:
    records = [{"id": f"r{n}", "text": f"3月{n + 1}日，市委书记林知远到石渡县调研。市长陈若川陪同。"} for n in range(6)]
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", records))
    server = Served(tmp_path / "g")
    contexts = [browser.new_context(locale="zh-CN", reduced_motion="reduce") for _ in range(2)]
    pages = [context.new_page() for context in contexts]
    decided = 0
    try:
        for n, page in enumerate(pages):
            page.goto(f"{server.address}#report=r{n}")
            page.locator("#text li[data-s]").first.wait_for()
        for turn in range(2):
            for n, page in enumerate(pages):
                # The clicks are concurrent.
                page.locator("#text li[data-s]").nth(turn).locator(
                    f"[data-verdict={'accept' if n else 'reject'}]"
                ).click(no_wait_after=True)
            for n, page in enumerate(pages):
                expect(page.locator(f"#text .badge.{'accept' if n else 'reject'}")).to_have_count(turn + 1)
                decided += 1
        server.process.kill()
        server.process.wait()
        # The page reports this, and works again with the next server.
        pages[0].locator("#text [data-verdict=accept]").first.click()
        expect(pages[0].locator("#message")).to_contain_text("是否仍在运行")
        server = Served(tmp_path / "g")
        pages[0].goto(f"{server.address}#report=r1")
        expect(pages[0].locator("#text .badge.accept")).to_have_count(2)
    finally:
        for context in contexts:
            context.close()
        server.stop()
    with graphkit.open(tmp_path / "g") as graph:
        found = graph.review().decisions()
        assert len(found) == decided == 4
        assert {(d.report, str(d.verdict)) for d in found} == {("r0", "reject"), ("r1", "accept")}


@pytest.mark.parametrize(("kind", "name"), [("svg", "存为 SVG"), ("png", "存为 PNG")])
def test_the_graph_can_be_saved_as_png_and_svg(visit: Visit, kind: str, name: str) -> None:
    page = visit()
    look_up(page, "赵明溪")
    page.locator("#cy canvas").first.wait_for()
    with page.expect_download() as begun:
        page.locator("#drawing").get_by_role("button", name=name).click()
    made = Path(begun.value.path()).read_bytes()
    assert begun.value.suggested_filename == f"赵明溪.{kind}"
    if kind == "png":
        assert made.startswith(b"\x89PNG")
        assert len(made) > 5_000
        return
    tree = ElementTree.fromstring(made)
    words = [t.text for t in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert {"赵明溪", "人物", "主持"} <= set(words)
    assert any("graphkit" in (w or "") and "2024" in (w or "") for w in words)


def test_statements_can_be_reviewed_with_the_keyboard(visit: Visit, explored: Path) -> None:
    page = visit(hash="#report=s3")
    page.locator("#text li[data-s]").first.wait_for()
    page.keyboard.press("j")
    expect(page.locator("#text li.on")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.locator("#text .badge.accept").first.wait_for()
    with graphkit.open(explored) as graph:
        (decision,) = graph.review().decisions()
        assert (decision.verdict, decision.report) == ("accept", "s3")
        graph.review().take_back(decision.key)


def test_a_click_adds_the_neighbours_of_a_node(visit: Visit) -> None:
    page = visit()
    look_up(page, "林知远")
    page.locator("#cy canvas").first.wait_for()
    before = int(page.locator("#drawn").inner_text().split()[0])
    look_up(page, "石渡县青禾新能源电池项目")
    expect(page.locator("#drawn")).not_to_contain_text(f"{before} ")
    assert int(page.locator("#drawn").inner_text().split()[0]) > before


@pytest.mark.parametrize("width", [1280, 390])
def test_texts_of_reports_are_never_markup(visit: Visit, width: int) -> None:
    page = visit(width=width)
    page.locator("#q").fill("引号")
    page.locator("#found [role=option]", has_text="<script>").first.click()
    expect(page.locator("#text h2").first).to_contain_text("<script>window.hacked=1</script>")
    expect(page.locator("#text .words")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    page.locator("#text li .tell", has_text="陈若川").first.click()
    assert "陈若川" in marked(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_have_no_serious_accessibility_problem(visit: Visit, width: int, scheme: str) -> None:
    page = visit(width=width, scheme=scheme)
    for step in ("home", "person", "report", "phrase", "path", "cypher"):
        if step == "person":
            look_up(page, "林知远")
        elif step == "report":
            page.locator("#view a[data-open]").first.click()
            marked(page)
        elif step == "phrase":
            look_up(page, "优化营商环境")
        elif step in ("path", "cypher"):
            page.locator(f"nav a[href='#v={step}']").click()
            page.wait_for_timeout(300)
        found = Axe().run(page)
        serious = [
            (v["id"], [n["html"][:120] for n in v["nodes"]][:3])
            for v in found.response["violations"]
            if v["impact"] in ("serious", "critical")
        ]
        assert serious == [], step


def test_a_writing_query_is_rejected_with_a_message(browser: Browser, served: Served) -> None:
    page = browser.new_page(locale="en-GB")
    noise: list[tuple[str, str]] = []
    page.on("console", lambda m: noise.append((m.type, m.location.get("url", ""))))
    try:
        page.goto(f"{served.address}#v=cypher")
        page.locator("#cypher-query").fill("MATCH (n) DETACH DELETE n")
        page.locator("#run").click()
        expect(page.locator("#view pre")).to_contain_text("read-only", timeout=60_000)
        # The browser logs the single response with status 400.
        assert [(kind, url.partition("?")[0]) for kind, url in noise] == [("error", f"{served.url}api/cypher")]
    finally:
        page.close()


def test_a_wrong_token_shows_instructions(browser: Browser, served: Served) -> None:
    for address in (served.url, f"{served.url}?token=wrong"):
        context = browser.new_context()
        page = context.new_page()
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 403
        expect(page.locator("body")).to_contain_text(
            "缺少访问令牌，或令牌不正确。请打开终端中 graphkit explore 显示的完整链接"
        )
        expect(page.locator("[lang=en]")).to_contain_text(
            "The token is missing or incorrect. Open the complete address that graphkit explore printed in the terminal"
        )
        context.close()
