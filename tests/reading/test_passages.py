from __future__ import annotations

import pytest

from graphkit.model import Passage, PassageKind, Report
from graphkit.reading.normalized import normalize
from graphkit.reading.passages import make_layout, passages

TOUR = """林知远在石渡县调研时强调
奋力打造先进制造业基地
图为林知远在白鹭洲社区调研。 本报记者 周 禾 摄
云泽日报讯(记者 周禾)3月12日,市委书记林知远到石渡县调研。他强调,要弘扬“实干精神”。
林知远来到白鹭洲社区。
责任编辑:许言"""


def cut(text: str, title: str = "") -> list[tuple[PassageKind, str]]:
    normalized = normalize(text)
    return [(p.kind, text[p.start : p.end]) for p in passages(normalized, make_layout(normalized, title))]


def kinds(found: list[tuple[PassageKind, str]], kind: PassageKind) -> list[str]:
    return [words for k, words in found if k is kind]


def test_the_passages_of_a_tour_report_are_recognized() -> None:
    found = cut(TOUR)
    assert kinds(found, PassageKind.HEADLINE) == ["林知远在石渡县调研时强调", "奋力打造先进制造业基地"]
    assert kinds(found, PassageKind.CAPTION) == ["图为林知远在白鹭洲社区调研。", "本报记者 周 禾 摄"]
    assert kinds(found, PassageKind.DATELINE) == ["云泽日报讯(记者 周禾)"]
    assert kinds(found, PassageKind.LEAD) == ["3月12日,市委书记林知远到石渡县调研。"]
    assert kinds(found, PassageKind.SENTENCE) == ["他强调,要弘扬“实干精神”。", "林知远来到白鹭洲社区。"]
    assert kinds(found, PassageKind.QUOTATION) == ["“实干精神”"]
    assert kinds(found, PassageKind.TAIL) == ["责任编辑:许言"]


def test_page_navigation_and_teasers_of_other_reports_are_tail() -> None:
    text = "3月12日，市委书记林知远到石渡县调研。\n他强调，要实干。\n本文系本站编辑转载，版权归原作者。\n新闻推荐\n王某到某县调研\n王某昨日到某县调研。"
    body = [w for k, w in cut(text) if k in (PassageKind.LEAD, PassageKind.SENTENCE)]
    assert body == ["3月12日，市委书记林知远到石渡县调研。", "他强调，要实干。"]


def test_a_byline_at_the_end_of_the_text_is_recognized() -> None:
    found = cut("石渡县举行会议\n3月12日，石渡县召开会议。(记者 周禾 通讯员 沈溪)")
    assert kinds(found, PassageKind.BYLINE) == ["(记者 周禾 通讯员 沈溪)"]


def test_a_text_of_one_line_is_divided_into_sentences() -> None:
    found = cut("3月12日，市委书记林知远到石渡县调研。他强调，要实干。")
    assert kinds(found, PassageKind.LEAD) == ["3月12日，市委书记林知远到石渡县调研。"]
    assert kinds(found, PassageKind.SENTENCE) == ["他强调，要实干。"]


def test_a_news_digest_is_divided_into_items() -> None:
    text = "国内联播快讯\n石渡县春茶开采\n石渡县春茶近日开采。\n图书馆开放\n云泽市图书馆今天开放。"
    normalized = normalize(text)
    layout = make_layout(normalized, "国内联播快讯")
    items = {normalized.text[s.start : s.end]: s.item for s in layout.sentences}
    assert items["石渡县春茶近日开采。"] != items["云泽市图书馆今天开放。"]
    assert items["石渡县春茶近日开采。"] == items["石渡县春茶开采"]


def test_items_of_a_news_digest_share_no_scene() -> None:
    import graphkit

    text = "国内联播快讯\n石渡县开会\n县委书记何清嘉主持召开全县经济工作会议。\n图书馆开放\n会议强调，要推进全民阅读。"
    reading = graphkit.extract(text, title="国内联播快讯")
    assert not any(s.relation == "emphasized" and s.subject.name == "何清嘉" for s in reading.statements)


def test_items_of_a_news_digest_do_not_share_their_leader() -> None:
    import graphkit

    text = "国内联播快讯\n何清嘉到石渡县调研\n3月2日，县委书记何清嘉到石渡县调研。\n图书馆开放\n市长李志强到云泽市图书馆调研。副市长赵东升参加调研。"
    reading = graphkit.extract(text, title="国内联播快讯")
    assert {(s.subject.name, s.object.name) for s in reading.statements if s.relation == "accompanied"} == {
        ("赵东升", "李志强")
    }


@pytest.mark.parametrize("mark", ["●", "◆ ", "■", "★", "•"])
def test_marked_paragraphs_with_days_are_items(mark: str) -> None:
    import graphkit

    text = (
        f"一周要闻\n{mark}3月2日，县委书记何清嘉到石渡县调研。县长周远航陪同调研。\n"
        f"{mark}3月3日，市长李志强到云泽市图书馆调研。副市长赵东升参加调研。"
    )
    statements = graphkit.extract(text, title="一周要闻", date="2024-03-06", extractor="fast").statements
    assert {(s.subject.name, s.object.name) for s in statements if s.relation == "accompanied"} == {
        ("周远航", "何清嘉"),
        ("赵东升", "李志强"),
    }


def test_marked_points_of_one_report_are_no_items() -> None:
    text = "何清嘉到石渡县调研\n3月2日，县委书记何清嘉到石渡县调研。\n●抓好春耕生产。\n●推动高质量发展。"
    normalized = normalize(text)
    assert len({s.item for s in make_layout(normalized, "").sentences}) == 1


def test_passages_of_real_reports_are_inside_their_text(dev_records: list[dict[str, str]]) -> None:
    for record in dev_records:
        report = Report(id=record["id"], text=record["text"])
        normalized = normalize(report.text)
        found: tuple[Passage, ...] = passages(normalized, make_layout(normalized))
        assert all(0 <= p.start < p.end <= len(report.text) for p in found)
        assert any(p.kind in (PassageKind.LEAD, PassageKind.SENTENCE) for p in found)
