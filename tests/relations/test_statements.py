"""Statements that a careful reader finds, and does not find, in invented reports."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import graphkit
from graphkit.errors import ReadingError
from graphkit.model import Reading, Status

Triples = Callable[[Reading], set[tuple[str, str, str]]]


def status_of(text: str, relation: str, subject: str) -> set[Status]:
    return {s.status for s in graphkit.extract(text).statements if s.relation == relation and s.subject.name == subject}


def test_a_planned_visit_is_not_a_visit() -> None:
    text = "市委书记林知远到石渡县调研。据悉，林知远将于下周赴东屏区调研项目建设。"
    found = {(s.object.name, s.status) for s in graphkit.extract(text).statements if s.relation == "visited"}
    assert ("石渡县", Status.ACTUAL) in found
    assert ("东屏区", Status.ACTUAL) not in found


def test_an_event_with_a_future_date_is_planned() -> None:
    text = "9月10日至12日，市委书记林知远赴石渡县调研。林知远强调，要坚持绿色发展。"
    told = {s.relation: s for s in graphkit.extract(text, date="2024-09-05").statements}
    assert (told["visited"].status, told["visited"].date) == (Status.PLANNED, "2024-09-10/2024-09-12")
    for relation in ("holds_post", "emphasized"):
        assert (told[relation].status, told[relation].date, told[relation].date_basis) == (Status.ACTUAL, "", "")
    later = {s.relation: s for s in graphkit.extract(text, date="2024-09-11").statements}
    assert {(s.status, s.date) for s in later.values()} == {(Status.ACTUAL, "2024-09-10/2024-09-12")}


def test_an_effective_date_is_not_the_date_of_the_event() -> None:
    text = (
        "9月3日，市长陈若川主持召开市政府常务会议。会议通过《石渡县集市办法》，自9月4日起施行。市委常委罗青参加会议。"
    )
    found = {
        (s.subject.name, s.date)
        for s in graphkit.extract(text, date="2024-09-05").statements
        if s.relation == "attended"
    }
    assert {("罗青", "2024-09-03")} <= found
    leaving = graphkit.extract("9月3日前往石渡县调研的市长陈若川强调，要坚持绿色发展。", date="2024-09-05").statements
    assert {s.date for s in leaving} == {"2024-09-03"}


def test_a_session_of_a_forum_is_the_meeting() -> None:
    text = "应石渡湖论坛理事长郑怀瑾邀请，国务院副总理林知远将于1月14日至17日出席石渡湖论坛2024年年会。"
    (found,) = [s for s in graphkit.extract(text, date="2024-01-11").statements if s.relation == "attended"]
    assert (found.object.name, found.status, found.date) == (
        "石渡湖论坛2024年年会",
        Status.PLANNED,
        "2024-01-14/2024-01-17",
    )


def test_the_leader_of_the_headline_is_accompanied() -> None:
    text = "林知远出席第二届石渡峰会\n9月3日，第二届石渡峰会在东屏市举行。东屏市市长郑怀瑾主持会议。市委书记林知远出席会议并讲话。罗青参加上述活动。"
    found = {
        (s.subject.name, s.object.name)
        for s in graphkit.extract(text, title="林知远出席第二届石渡峰会", date="2024-09-05").statements
        if s.relation == "accompanied"
    }
    assert found == {("罗青", "林知远")}


def test_the_name_of_the_organization_is_part_of_the_name_of_its_meeting(triples: Triples) -> None:
    text = (
        "石渡省委农村工作领导小组9月3日召开会议。省委书记林知远主持会议。会议指出，要深入贯彻党的二十大和二十届三中全会精神，加快建设农业强省。"
        "会议强调，要坚持稳中求进工作总基调。"
    )
    found = triples(graphkit.extract(text, date="2024-09-05"))
    meeting = "石渡省委农村工作领导小组"
    assert ("林知远", "presided", meeting) in found
    assert {s for s, r, _ in found if r == "emphasized"} == {meeting}
    assert any(o == "稳中求进工作总基调" for _, r, o in found if r == "emphasized")


def test_verbs_before_a_meeting_are_not_part_of_its_name() -> None:
    text = "9月3日，市长陈若川会见全市公安工作会议代表。赵明溪参加会见并在全市公安工作会议上讲话。"
    names = {s.object.name for s in graphkit.extract(text, date="2024-09-05").statements if s.object.type == "Meeting"}
    assert names == {"全市公安工作会议"}


def test_letter_writers_and_welcoming_persons_are_not_attendees(triples: Triples) -> None:
    text = (
        "9月3日，石渡湖论坛开幕式在东屏市举行。市长陈若川出席开幕式，宣读省委书记林知远贺信并致辞。"
        "高远舟代表全市人民对赵明溪莅临东屏出席石渡湖论坛开幕式表示热烈欢迎。"
    )
    there = {s for s, r, _ in triples(graphkit.extract(text, date="2024-09-05")) if r == "attended"}
    assert there == {"陈若川", "赵明溪"}


def test_a_person_who_did_not_come_did_not_attend() -> None:
    text = "9月3日，市长陈若川主持召开全市经济工作会议。副市长赵明溪因故未出席会议。"
    assert Status.ACTUAL not in status_of(text, "attended", "赵明溪")


def test_a_former_post_is_denied() -> None:
    assert status_of("市委书记林知远会见原市长郑怀瑾。", "holds_post", "郑怀瑾") == {Status.DENIED}


def test_a_shared_post_is_assigned_to_each_person(triples: Triples) -> None:
    found = triples(graphkit.extract("市委书记林知远到石渡县调研。市委常委高远舟、罗青、方以宁参加调研。"))
    assert {
        ("高远舟", "holds_post", "市委常委"),
        ("罗青", "holds_post", "市委常委"),
        ("方以宁", "holds_post", "市委常委"),
    } <= found


def test_the_reporter_holds_no_post(triples: Triples) -> None:
    found = triples(
        graphkit.extract("林知远调研\n本报讯（记者 周禾）3月2日，市委书记林知远到石渡县调研。\n责任编辑：许言")
    )
    assert not any(s in ("周禾", "许言") for s, _, _ in found)


def test_pronouns_and_short_names_refer_to_the_full_name() -> None:
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
    assert any((s, r) == ("何清嘉", "emphasized") and o.endswith("鄉村振興") for s, r, o in found)


def test_statements_with_invented_spans_are_rejected() -> None:
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
        [
            "市委书记林知远",
            "市长陈若川",
            "何清嘉",
            "3月2日",
            "，",
            "。",
            "、",
            "；",
            "：",
            "“",
            "”",
            "（",
            "）",
            "到",
            "来到",
            "深入",
            "石渡县",
            "白鹭洲社区",
            "青禾项目",
            "调研",
            "强调",
            "要",
            "推动高质量发展",
            "优化营商环境",
            "主持召开",
            "全市经济工作会议",
            "会议指出",
            "参加调研",
            "陪同",
            "位于",
            "总投资8亿元",
            "该项目",
            "他",
            "在",
            "等",
            "和",
            "传达学习",
            "党的二十大精神",
            "打造",
            "区域中心城市",
            "\n",
            "\u3000",
        ]
    ),
    max_size=60,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(_PIECES)
@example("。市委书记林知远会议指出")
def test_arbitrary_text_gives_statements_that_the_schema_allows(text: str) -> None:
    if not any(c.isalnum() for c in text):
        with pytest.raises(ReadingError, match="the text is empty"):
            graphkit.extract(text)
        return
    reading = graphkit.extract(text)
    assert reading.refused == ()


def test_mutated_real_reports_are_read_without_errors(dev_records: list[dict[str, str]]) -> None:
    chance = random.Random(11)
    for record in dev_records:
        text = record["text"]
        a = chance.randrange(len(text))
        b = min(len(text), a + chance.randrange(200))
        mutated = text[:a] + chance.choice(["", "、", "“", "）", "。\n", "，要"]) + text[b:]
        assert graphkit.extract(mutated or "空").refused == ()


def says(text: str) -> set[tuple[str, str, str]]:
    return {
        (s.subject.name, s.relation, f"{s.kind}={s.object.name}" if s.kind else s.object.name)
        for s in graphkit.extract(text).statements
        if s.status is Status.ACTUAL
    }


def test_a_rejected_practice_keeps_its_negation() -> None:
    found = says("市委书记林知远强调，要坚决反对“四风”问题、力戒形式主义。")
    phrases = {o for _, r, o in found if r == "emphasized"}
    assert any("反对“四风”" in p for p in phrases)
    assert "“四风”" not in phrases


def test_a_mentioned_meeting_is_not_attended() -> None:
    found = says(
        "9月3日，全市经济工作会议召开，市委书记林知远出席会议。委员们表示，党的二十届三中全会意义重大。罗青作了发言。"
    )
    assert ("罗青", "attended", "全市经济工作会议") in found
    assert not any(r == "attended" and "三中全会" in o for _, r, o in found)


def test_the_host_of_guests_does_not_attend_their_meeting() -> None:
    found = says("9月22日，国家主席林知远会见来华出席第一届运动会开幕式的国王郑怀瑾。")
    assert ("郑怀瑾", "attended", "第一届运动会开幕式") in found
    assert not any(s == "林知远" and r == "attended" for s, r, _ in found)


def test_the_word_study_is_part_of_the_name_of_a_current_meeting() -> None:
    found = says("学习贯彻习近平文化思想座谈会6日在京召开，市委书记林知远出席并讲话。罗青主持会议。")
    assert ("罗青", "presided", "学习贯彻习近平文化思想座谈会") in found


def test_a_clause_is_not_a_place() -> None:
    found = says(
        "市委书记林知远到石渡县调研。近年来，石渡县立足资源优势，发展茶业。在石渡县白鹭洲社区，林知远对社区采用“议事厅”的做法给予肯定。"
    )
    located = {(s, o) for s, r, o in found if r == "located_in"}
    assert located == {("石渡县白鹭洲社区", "石渡县")}


def test_the_word_for_chief_is_not_read_as_a_demand() -> None:
    found = says("7月6日，市长陈若川到东屏区检查防汛工作，看望值守人员。市应急管理局、市水利局主要负责人陪同检查。")
    assert {("市应急管理局", "accompanied", "陈若川"), ("市水利局", "accompanied", "陈若川")} <= found


def test_names_that_the_tagger_misses_are_found_in_lists() -> None:
    found = says("市长陈若川到石渡县调研。县领导王九位、买允健、赵捍东参加调研。")
    assert {s for s, r, _ in found if r == "accompanied"} >= {"王九位", "赵捍东"}


def test_a_list_that_ends_with_etc_is_one_phrase_with_its_head() -> None:
    found = says("市委书记林知远强调，要抓紧推进电信、教育、医疗等服务领域开放。")
    said = {o for _, r, o in found if r == "emphasized"}
    assert len(said) == 1
    assert next(iter(said)).endswith("服务领域开放")


def test_headlines_have_the_date_of_the_lead() -> None:
    reading = graphkit.extract("林知远在石渡县调研\n3月2日，市委书记林知远到石渡县调研。", date="2024-03-03")
    assert {s.date for s in reading.statements if s.relation == "visited"} == {"2024-03-02"}


def test_a_surname_with_a_title_is_the_person_whose_post_it_is() -> None:
    text = "周书记到石渡县调研\n3月2日，市委书记周明远到石渡县调研。周书记强调，要全面推进乡村振兴。"
    reading = graphkit.extract(text)
    assert {s.subject.name for s in reading.statements} == {"周明远"}
    (said,) = [s for s in reading.statements if s.relation == "emphasized"]
    assert text[said.subject.start : said.subject.end] == "周书记"
    assert said.subject.antecedent is not None
    assert text[slice(*said.subject.antecedent)] == "周明远"


def test_an_ambiguous_title_is_not_resolved() -> None:
    found = says("市委书记周明远、县委书记周以宁到石渡县调研。在座谈会上，周书记强调，要全面推进乡村振兴。")
    assert not any(s == "周书记" for s, _, _ in found)


def test_every_statement_has_its_speaker() -> None:
    text = "市委书记林知远到石渡县调研。林知远强调，石渡县要深入贯彻落实省委经济工作会议精神。"
    speakers = {s.relation: s.speaker for s in graphkit.extract(text).statements}
    assert speakers["visited"] == ""
    assert speakers["implements"] == "林知远"


def test_values_are_assigned_to_their_project_phase() -> None:
    text = "青禾能源产业园项目总投资18亿元，其中一期投资6亿元，占地120亩，二期投资12亿元，占地230亩。"
    found = {(s.kind, s.object.name) for s in graphkit.extract(text).statements if s.relation == "has_attribute"}
    assert {("investment", "18亿元"), ("area", "一期120亩"), ("area", "二期230亩")} <= found


def test_the_guest_of_a_talk_is_not_a_visited_place() -> None:
    text = "4月8日，国家副主席林知远在青石宾馆同来访的外国总统陈若川举行会谈。"
    assert not any("同来" in s.object.name for s in graphkit.extract(text).statements)


def test_a_day_without_a_month_has_the_month_named_before() -> None:
    text = "7月10日至12日，市委书记林知远赴云泽市考察。11日下午，林知远来到青禾社区，看望居民。"
    reading = graphkit.extract(text, date="2024-12-20")
    days = {s.object.name: (s.date, s.date_basis) for s in reading.statements if s.relation == "visited"}
    assert days["青禾社区"] == ("2024-07-11", "earlier date")


def test_sides_of_talks_and_idioms_are_not_persons() -> None:
    text = "3月2日，国家主席林知远会见来宾。林知远总书记念兹在兹的是民生。孟方希望同中方扩大合作。中方支持对方履行好轮值主席国职责。"
    people = {m.name for s in graphkit.extract(text).statements for m in (s.subject, s.object) if m.type == "Person"}
    assert people == {"林知远"}


def test_a_roster_with_a_tibetan_name_is_complete(triples: Triples) -> None:
    text = "9月3日，全国侨务工作会议在云泽市召开。中央统战部部长林知远，全国人大常委会副委员长达瓦坚参，全国政协副主席罗青出席会议。"
    attended = {s for s, r, _ in triples(graphkit.extract(text)) if r == "attended"}
    assert attended == {"林知远", "达瓦坚参", "罗青"}
    assert ("达瓦坚参", "holds_post", "全国人大常委会副委员长") in triples(graphkit.extract(text))


def test_names_of_meetings_begin_at_the_right_word(triples: Triples) -> None:
    text = "本台明天将直播全国侨务工作会议。9月3日，市长陈若川出席全市对台工作会议并讲话。"
    meetings = {m.name for s in graphkit.extract(text).statements for m in (s.subject, s.object) if m.type == "Meeting"}
    assert "全市对台工作会议" in meetings
    assert not any(name.startswith("直播") for name in meetings)


def test_a_post_begins_after_a_dash(triples: Triples) -> None:
    found = triples(graphkit.extract("谱写发展新篇章——市委书记林知远到石渡县调研。"))
    assert ("林知远", "holds_post", "市委书记") in found


def test_a_foreign_name_that_the_tagger_divides_is_complete(triples: Triples) -> None:
    text = "3月2日，市委书记林知远同蒙古国总统呼日勒苏赫会谈。呼日勒苏赫在林知远陪同下到石渡县考察。"
    found = triples(graphkit.extract(text))
    assert {("林知远", "accompanied", "呼日勒苏赫"), ("呼日勒苏赫", "visited", "石渡县")} <= found
    assert not any("苏赫" in (s, o) for s, _, o in found)


def test_the_owner_of_a_located_object_is_not_located_there(triples: Triples) -> None:
    found = triples(
        graphkit.extract("3月2日，执法人员查封了青石制造有限公司位于石渡经济开发区的仓库。神州大地，万象更新。")
    )
    assert not any(s == "青石制造有限公司" and r == "located_in" for s, r, _ in found)
    assert not any(o == "神州" for _, _, o in found)


def test_talks_with_a_guest_are_not_a_visit_to_the_hall(triples: Triples) -> None:
    found = triples(
        graphkit.extract(
            "3月2日，市委书记林知远在云泽大会堂同来访的考察团举行会谈。林知远抵达青石博物馆时，考察了展厅。"
        )
    )
    assert not any(r == "visited" and "大会堂" in o for _, r, o in found)
    assert not any(r == "visited" and o.endswith("时") for _, r, o in found)


def test_names_of_heads_of_state_are_found_in_telegrams() -> None:
    text = "3月2日，国家主席林知远同奥地利总统范德贝伦互致贺电。以色列外长科恩称，双方要加强合作。"
    people = {m.name for s in graphkit.extract(text).statements for m in (s.subject, s.object) if m.type == "Person"}
    assert {"林知远", "范德贝伦", "科恩"} <= people
