"""Thirteen tasks of users, performed only by clicking and typing, at two widths and in two languages."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import graphkit
from graphkit.decisions.model import Decision, Verdict
from tests.explorer.conftest import Visit
from tests.explorer.steps import chip, look_up, marked

pytestmark = pytest.mark.xdist_group("browser")
expect.set_options(timeout=20_000)
ALL = pytest.mark.parametrize(("width", "lang"), [(1280, "zh-CN"), (1280, "en-GB"), (390, "zh-CN"), (390, "en-GB")])


@ALL
def test_a_visit_of_a_person_leads_to_its_quote(visit: Visit, width: int, lang: str) -> None:
    page = visit(width=width, lang=lang)
    look_up(page, "林知远")
    chip(page, "到访" if lang == "zh-CN" else "visited")
    row = page.locator("#lines tbody tr").first
    quote = row.locator("td").nth(3).inner_text().strip()
    row.locator("a[data-open]").click()
    assert marked(page) == quote
    # A click on the quote selects its relationships.
    page.locator("#text mark.on").first.click()
    expect(page.locator("#text li.on").first).to_contain_text("林知远")
    address = page.evaluate("location.href")
    other = visit(width=width, lang=lang, hash="#" + address.split("#", 1)[1])
    assert marked(other) == quote


@ALL
def test_a_project_shows_its_status_over_time(visit: Visit, width: int, lang: str) -> None:
    page = visit(width=width, lang=lang)
    look_up(page, "石渡县青禾新能源电池项目")
    chip(page, "状态" if lang == "zh-CN" else "status")
    page.get_by_role("button", name="新的在前" if lang == "zh-CN" else "Newest first").click()
    page.get_by_role("button", name="旧的在前" if lang == "zh-CN" else "Oldest first").wait_for()
    expect(page.locator("#lines tbody tr").first).to_contain_text("2024-0")
    rows = page.locator("#lines tbody tr")
    expect(rows.filter(has_text="计划2024年12月投产")).to_have_count(1)
    dates = [d.strip("()") for d in rows.locator("td:first-child").all_inner_texts()]
    assert dates == sorted(dates)
    rows.filter(has_text="已建成投产").locator("a[data-open]").click()
    assert "已建成投产" in marked(page)


@ALL
def test_a_phrase_shows_its_first_uses_and_its_spread(visit: Visit, explored: Path, width: int, lang: str) -> None:
    page = visit(width=width, lang=lang)
    look_up(page, "优化营商环境")
    with graphkit.open(explored) as graph:
        first = graph.phrases().first("优化营商环境")[0]
    rows = page.locator(
        "table", has=page.locator("caption", has_text="最早的使用" if lang == "zh-CN" else "First uses")
    ).first.locator("tbody tr")
    expect(rows.first).to_contain_text(first["quote"].strip()[:20])
    expect(page.locator("img.chart")).to_have_js_property("complete", True)
    assert page.locator("img.chart").evaluate("i => i.naturalWidth") > 100


@ALL
def test_a_rejected_statement_disappears_and_returns_after_undo(
    visit: Visit, explored: Path, width: int, lang: str
) -> None:
    def stores() -> tuple[int, int]:
        with graphkit.open(explored) as graph:
            cypher = graph.cypher("MATCH (:Person {name: '李强'})-[v:VISITED]->({name: '古井村'}) RETURN v")
            sparql = graph.sparql("SELECT ?o WHERE { ?s gk:visited ?o . ?o skos:prefLabel '古井村'@zh }")
            return len(cypher), len(sparql)

    page = visit(width=width, lang=lang)
    look_up(page, "李强")
    page.locator("#lines tbody tr", has_text="古井村").first.locator("a[data-open]").click()
    item = page.locator("#text li", has_text="古井村").first
    assert stores() == (1, 1)
    item.locator("[data-verdict=reject]").click()
    rejected = page.locator("#text li", has=page.locator(".badge.reject")).first
    expect(rejected).to_contain_text("古井村")
    expect(page.locator("#lines tbody a", has_text="古井村")).to_have_count(0)
    assert stores() == (0, 0)
    page.get_by_role("link", name="Cypher").click()
    page.locator("#cypher-query").fill("MATCH (:Person {name: $x})-[v:VISITED]->(s) RETURN s.name AS site")
    page.get_by_label("参数" if lang == "zh-CN" else "Parameters").fill('{"x": "李强"}')
    page.locator("#run").click()
    expect(page.locator("#view table")).to_contain_text("云雾镇", timeout=60_000)
    expect(page.locator("#view table")).not_to_contain_text("古井村")
    look_up(page, "李强")
    page.locator("#lines tbody tr", has_text="云雾镇").first.wait_for()
    page.go_back()
    page.go_back()
    page.locator("#text li .badge.reject").first.wait_for()
    page.locator("#text li", has=page.locator(".badge.reject")).first.locator("[data-verdict=open]").click()
    expect(page.locator("#text li .badge.reject")).to_have_count(0)
    assert stores() == (1, 1)


@ALL
def test_a_correction_is_shown_and_confirmed_before_it_is_saved(
    visit: Visit, explored: Path, width: int, lang: str
) -> None:
    def words(zh: str, en: str) -> str:
        return zh if lang == "zh-CN" else en

    def decisions() -> list[Decision]:
        with graphkit.open(explored) as graph:
            return graph.review().decisions()

    page = visit(width=width, lang=lang, hash="#report=n2", refusals=True)
    item = page.locator("#text li[data-s]", has_text="古井村").first
    before = item.locator(".tell").inner_text().strip()
    item.get_by_role("button", name=words("更正", "Correct"), exact=True).click()
    dialog = page.get_by_role("dialog", name=words("更正", "Correct"))
    check = dialog.get_by_role("button", name=words("下一步：核对", "Next: review the change"))
    invalid_answers_are_explained(page, dialog, check, words)
    check.click()
    the_change_is_shown(dialog, words)
    assert decisions() == []
    # One step back keeps the input, by the button and by Escape.
    dialog.get_by_role("button", name=words("返回修改", "Back to the fields")).click()
    assert dialog.locator("[name=date]").input_value() == "2024-05-11"
    assert dialog.locator("[name=status]").input_value() == "planned"
    check.click()
    expect(dialog.locator(".after")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog.locator("[name=date]")).to_have_value("2024-05-11")
    check.click()
    dialog.get_by_role("button", name=words("确认更正", "Confirm the correction")).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(f"#text li .badge.{Verdict.mend}").first).to_have_text(words("已更正", "corrected"))
    (decision,) = decisions()
    assert (decision.verdict, decision.who) == (Verdict.mend, "测试员")
    assert decision.about["instead"] == {"status": "planned", "date": "2024-05-11"}
    page.locator("#text li", has=page.locator(f".badge.{Verdict.mend}")).first.locator("[data-verdict=open]").click()
    expect(page.locator(f"#text li .badge.{Verdict.mend}")).to_have_count(0)
    expect(page.locator("#text li[data-s]", has_text="古井村").first.locator(".tell")).to_have_text(before)
    assert decisions() == []


def invalid_answers_are_explained(
    page: Page, dialog: Locator, check: Locator, words: Callable[[str, str], str]
) -> None:
    """No change, an invalid date, a name that is not in the report, and a type that the schema does not allow."""
    field = dialog.locator(".field")
    date, status, name = dialog.locator("[name=date]"), dialog.locator("[name=status]"), dialog.locator("[name=object]")
    check.click()
    expect(dialog.get_by_text(words("没有任何修改", "Nothing was changed"))).to_be_visible()
    date.fill("昨天")
    status.select_option("planned")
    check.click()
    expect(field.filter(has=page.locator("[name=date]")).locator(".fault")).to_contain_text(
        "'昨天' is not a date; use YYYY-MM-DD"
    )
    expect(date).to_have_attribute("aria-invalid", "true")
    date.fill("2024-05-11")
    name.fill("民主村")
    check.click()
    expect(field.filter(has=page.locator("[name=object]")).locator(".fault")).to_have_text(
        words("报道原文中没有这个名称", "The report does not contain this name")
    )
    name.fill("古井村")
    dialog.locator("[name=subject_type]").select_option("Phrase")
    check.click()
    expect(field.filter(has=page.locator("[name=subject_type]")).locator(".fault")).to_contain_text(
        "Phrase is not allowed as subject of visited"
    )
    dialog.locator("[name=subject_type]").select_option("Person")
    assert (date.input_value(), status.input_value()) == ("2024-05-11", "planned")


def the_change_is_shown(dialog: Locator, words: Callable[[str, str], str]) -> None:
    """The dialog shows the old and the new statement with the quote."""
    old, new = dialog.locator(".before"), dialog.locator(".after")
    expect(old).to_contain_text(words("原来：李强 (人物) — 到访 → 古井村", "Old: 李强 (Person) — visited → 古井村"))
    expect(old).to_contain_text("2024-05-12")
    expect(new).to_contain_text(words("更正后：李强", "New: 李强"))
    expect(new).to_contain_text(words("计划 · 2024-05-11", "planned · 2024-05-11"))
    expect(dialog.locator("q")).to_contain_text("5月12日，县委书记李强到古井村调研")


@ALL
def test_two_persons_with_the_same_name_can_be_separated(visit: Visit, explored: Path, width: int, lang: str) -> None:
    page = visit(width=width, lang=lang)
    look_up(page, "李强")
    page.locator("summary", has_text="同名判断" if lang == "zh-CN" else "Same or different?").click()
    selects = page.locator("#view .name-decision select")
    selects.nth(0).select_option("n1")
    selects.nth(1).select_option("n2")
    page.get_by_role("button", name="是不同实体" if lang == "zh-CN" else "Different entities", exact=True).click()
    expect(page.locator("#message")).to_contain_text("已保存" if lang == "zh-CN" else "Saved")
    with graphkit.open(explored) as graph:
        assert len([e for e in graph.entities("李强") if e.type == "Person"]) == 2
        (decision,) = [d for d in graph.review().decisions() if d.is_of_names]
        assert decision.who == "测试员"
        expect(page.locator("#lines tbody a", has_text="古井村")).to_have_count(0)
        graph.review().take_back(decision.key)


@ALL
def test_a_path_connects_two_persons(visit: Visit, width: int, lang: str) -> None:
    page = visit(width=width, lang=lang)
    page.get_by_role("link", name="关系路径" if lang == "zh-CN" else "Path").click()
    for label, name in (
        ("从" if lang == "zh-CN" else "From", "赵明溪"),
        ("到" if lang == "zh-CN" else "To", "石渡县白鹭洲社区"),
    ):
        box = page.locator("#view").get_by_label(label, exact=True)
        box.fill(name)
        page.locator(f"#view datalist option[value='{name}']").first.wait_for(state="attached")
    page.get_by_role("button", name="查找" if lang == "zh-CN" else "Find").click()
    expect(page.locator("#view table")).to_contain_text("林知远")
    page.locator("#view table a[data-open]").first.click()
    assert marked(page)


@ALL
def test_texts_of_reports_can_be_searched_and_filtered(visit: Visit, width: int, lang: str) -> None:
    page = visit(width=width, lang=lang)
    page.keyboard.press("/")
    page.keyboard.type("建成投产")
    page.locator("#found [role=option]", has_text="建成投产").first.click()
    expect(page.locator("#text .words")).to_contain_text("已建成投产")
    if width < 760:
        page.locator("#filtering").click()
    page.locator("#since").fill("2025")
    page.get_by_role("button", name="应用筛选" if lang == "zh-CN" else "Apply").click()
    look_up(page, "石渡县青禾新能源电池项目")
    expect(page.locator("#lines tbody tr")).to_have_count(0)
    page.get_by_role("button", name="清除" if lang == "zh-CN" else "Clear").click()
    expect(page.locator("#lines tbody tr").first).to_be_visible()


@ALL
def test_the_projects_of_a_park_can_be_saved_as_a_table(visit: Visit, width: int, lang: str) -> None:
    page = visit(width=width, lang=lang)
    look_up(page, "云泽高新技术产业开发区")
    expect(page.locator("#view h1")).to_contain_text("机构" if lang == "zh-CN" else "Organization")
    # The organization links to the park with the same name.
    page.locator(".same-name").get_by_role("link").first.click()
    projects = page.locator("[data-section=projects]")
    row = projects.locator("tbody tr", has_text="星澜半导体材料生产基地项目")
    expect(row).to_contain_text("12亿元")
    with page.expect_download() as begun:
        projects.get_by_role("button", name="下载 CSV" if lang == "zh-CN" else "CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(begun.value.path()).read_text(encoding="utf-8-sig"))))
    (one,) = [r for r in rows if r["项目" if lang == "zh-CN" else "Project"] == "星澜半导体材料生产基地项目"]
    quote = one["原文" if lang == "zh-CN" else "Quote"]
    row.locator("a[data-open]").click()
    assert marked(page) == quote
    row.get_by_role("link", name="星澜半导体材料生产基地项目").click()
    expect(page.locator("[data-section=facts]")).to_contain_text("220亩")


@ALL
def test_a_person_shows_visits_and_posts(visit: Visit, width: int, lang: str) -> None:
    page = visit(width=width, lang=lang)
    look_up(page, "李强")
    expect(page.locator("[data-section=posts] tbody tr").first).to_contain_text("县委书记")
    expect(page.locator("[data-section=visits] tbody tr")).to_have_count(3)
    places = page.locator("[data-section=map]")
    tile = places.get_by_role("button", name="山西省")
    tile.click()
    expect(places.get_by_role("button", name="山西省")).to_have_attribute("aria-pressed", "true")
    expect(places.locator("tbody tr")).to_have_count(1)
    expect(places.locator("tbody tr")).to_contain_text("洪洞县")
    places.get_by_role("button", name="坐标点" if lang == "zh-CN" else "Points").click()
    expect(places.locator("svg.points circle")).to_have_count(1)
    page.locator("nav").get_by_role("link", name="地图" if lang == "zh-CN" else "Map").click()
    expect(page.locator("#view h1")).to_contain_text("到访地图" if lang == "zh-CN" else "Map of visits")
    expect(page.locator("#view")).to_contain_text("地点不明" if lang == "zh-CN" else "no known place")


@ALL
def test_a_meeting_shows_its_chair_and_its_phrases(visit: Visit, width: int, lang: str) -> None:
    page = visit(width=width, lang=lang)
    look_up(page, "县委常委会会议")
    expect(page.locator("[data-section=presided_by]")).to_contain_text("何清嘉")
    expect(page.locator("[data-section=carries_out]")).to_contain_text("市委决策部署")
    page.locator("[data-section=said] tbody tr", has_text="压实安全责任").locator("a[data-open]").click()
    assert "压实安全责任" in marked(page)


@ALL
def test_a_query_result_is_shown_as_a_table_and_as_a_graph(visit: Visit, width: int, lang: str) -> None:
    page = visit(width=width, lang=lang)
    page.get_by_role("link", name="Cypher").click()
    page.get_by_role(
        "button",
        name="哪些地点有三位以上领导到访？" if lang == "zh-CN" else "Which sites did three or more leaders visit?",
    ).click()
    assert "collect(DISTINCT l.name)" in page.locator("#cypher-query").input_value()
    page.locator("#cypher-query").fill("MATCH (p:Person)-[v:VISITED]->(s) WHERE s.name = $x RETURN p, v, s")
    page.get_by_label("参数" if lang == "zh-CN" else "Parameters").fill('{"x": "古井村"}')
    page.locator("#run").click()
    expect(page.locator("#view table").get_by_role("link", name="李强")).to_be_visible(timeout=60_000)
    expect(page.locator("#drawn")).to_contain_text("2 ")
    address = page.evaluate("location.href")
    other = visit(width=width, lang=lang, hash="#" + address.split("#", 1)[1])
    # A link fills in the query, which runs when the user clicks the button.
    expect(other.locator("#press-run")).to_be_visible()
    assert other.locator("#cypher-query").input_value().startswith("MATCH (p:Person)")
    assert other.locator("#view table").count() == 0
    other.locator("#run").click()
    expect(other.locator("#view table").get_by_role("link", name="李强")).to_be_visible(timeout=60_000)


@ALL
def test_names_on_two_pages_can_be_merged(visit: Visit, explored: Path, width: int, lang: str) -> None:
    page = visit(width=width, lang=lang)

    def found(scope: str) -> None:
        page.locator("#q").fill("何清嘉")
        page.locator("#found [role=option]", has_text=scope).first.click()
        expect(page.locator("#view .dim.small").first).to_contain_text(scope)
        page.locator("summary", has_text="同名判断" if lang == "zh-CN" else "Same or different?").click()

    found("02-county-meeting")
    page.get_by_role("button", name="记住" if lang == "zh-CN" else "Remember").click()
    expect(page.locator("#message")).to_contain_text("何清嘉")
    found("09-energy-project")
    page.locator(".kept").get_by_role("button", name="是同一实体" if lang == "zh-CN" else "Same entity").click()
    expect(page.locator("#message")).to_contain_text("已保存" if lang == "zh-CN" else "Saved")
    # The page now shows one person with the relationships of both reports.
    expect(page.locator("[data-section=meetings]")).to_contain_text("县委常委会会议")
    with graphkit.open(explored) as graph:
        (decision,) = [d for d in graph.review().decisions() if d.is_of_names]
        assert {n.report for n in decision.names()} == {"02-county-meeting", "09-energy-project"}
        graph.review().take_back(decision.key)
