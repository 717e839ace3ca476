"""What a careful reader takes, and does not take, from made-up reports."""

from __future__ import annotations

import random
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit
from graphkit.model import Reading, Status

Triples = Callable[[Reading], set[tuple[str, str, str]]]


def status_of(text: str, relation: str, subject: str) -> set[Status]:
    return {s.status for s in graphkit.extract(text).statements if s.relation == relation and s.subject.name == subject}


def test_a_planned_visit_is_not_a_visit() -> None:
    text = "市委书记林知远到石渡县调研。据悉，林知远将于下周赴东屏区调研项目建设。"
    found = {(s.object.name, s.status) for s in graphkit.extract(text).statements if s.relation == "visited"}
    assert ("石渡县", Status.ACTUAL) in found
    assert ("东屏区", Status.ACTUAL) not in found


def test_a_person_who_did_not_come_did_not_attend() -> None:
    text = "9月3日，市长陈若川主持召开全市经济工作会议。副市长赵明溪因故未出席会议。"
    assert Status.ACTUAL not in status_of(text, "attended", "赵明溪")


def test_a_former_post_is_no_post() -> None:
    assert status_of("市委书记林知远会见原市长郑怀瑾。", "holds_post", "郑怀瑾") == {Status.DENIED}


def test_a_shared_post_belongs_to_each(triples: Triples) -> None:
    found = triples(graphkit.extract("市委书记林知远到石渡县调研。市委常委高远舟、罗青、方以宁参加调研。"))
    assert {("高远舟", "holds_post", "市委常委"), ("罗青", "holds_post", "市委常委"), ("方以宁", "holds_post", "市委常委")} <= found


def test_the_reporter_holds_no_post(triples: Triples) -> None:
    found = triples(graphkit.extract("林知远调研\n本报讯（记者 周禾）3月2日，市委书记林知远到石渡县调研。\n责任编辑：许言"))
    assert not any(s in ("周禾", "许言") for s, _, _ in found)


def test_pronouns_and_short_names_point_back() -> None:
    text = "市委书记林知远来到青禾新能源电池项目。该项目位于石渡经济开发区，总投资8亿元。他强调，要树牢以人民为中心的发展思想。"
    reading = graphkit.extract(text)
    by_relation = {s.relation: s for s in reading.statements}
    assert by_relation["located_in"].subject.name == "青禾新能源电池项目"
    assert by_relation["located_in"].subject.antecedent is not None
    assert reading.report.text[slice(*by_relation["located_in"].subject.antecedent)] == "青禾新能源电池项目"
    assert by_relation["emphasized"].subject.name == "林知远"
    assert reading.report.text[by_relation["emphasized"].subject.start] == "他"


def test_offsets_are_those_of_the_original_text() -> None:
    text = "林知远调研\n　　3月2日,市委书记林 知远 到石渡县调研。"
    for s in graphkit.extract(text).statements:
        assert text[s.start : s.end].strip() == text[s.start : s.end]


def test_a_traditional_report_keeps_its_characters(triples: Triples) -> None:
    text = "縣委書記何清嘉來到雲霧鎮古井村調研。何清嘉強調，要全面推進鄉村振興。這是學習會議。"
    found = triples(graphkit.extract(text))
    assert ("何清嘉", "visited", "雲霧鎮古井村") in found
    assert ("何清嘉", "emphasized", "鄉村振興") in found


def test_an_extractor_that_invents_is_refused() -> None:
    from graphkit.extractors import checked
    from graphkit.model import Mention, Report, Statement

    report = Report(id="r", text="林知远到石渡县调研。")
    person, place = Mention("Person", "林知远", 0, 3), Mention("Place", "石渡县", 4, 7)
    good = Statement("r", person, "visited", place, 0, 10, "t")
    beyond = Statement("r", person, "visited", place, 0, 11, "t")
    backwards = Statement("r", place, "visited", person, 0, 10, "t")
    unknown = Statement("r", person, "married", place, 0, 10, "t")
    other = Statement("other", person, "visited", place, 0, 10, "t")
    (reading,) = checked([Reading(report, (good, beyond, backwards, unknown, other))])
    assert reading.statements == (good,)
    assert len(reading.refused) == 4


_PIECES = st.lists(
    st.sampled_from(
        ["市委书记林知远", "市长陈若川", "何清嘉", "3月2日", "，", "。", "、", "；", "：", "“", "”", "（", "）", "到", "来到", "深入", "石渡县", "白鹭洲社区", "青禾项目", "调研", "强调", "要", "推动高质量发展", "优化营商环境", "主持召开", "全市经济工作会议", "会议指出", "参加调研", "陪同", "位于", "总投资8亿元", "该项目", "他", "在", "等", "和", "传达学习", "党的二十大精神", "打造", "区域中心城市", "\n", "\u3000"]
    ),
    max_size=60,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(_PIECES)
def test_any_text_gives_statements_that_the_schema_allows(text: str) -> None:
    if not text.strip():
        return
    reading = graphkit.extract(text)
    assert reading.refused == ()


def test_mutated_real_reports_do_no_harm(dev_records: list[dict[str, str]]) -> None:
    chance = random.Random(11)
    for record in dev_records:
        text = record["text"]
        a = chance.randrange(len(text))
        b = min(len(text), a + chance.randrange(200))
        mutated = text[:a] + chance.choice(["", "、", "“", "）", "。\n", "，要"]) + text[b:]
        assert graphkit.extract(mutated or "空").refused == ()
