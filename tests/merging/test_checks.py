"""Statements that the words around their names contradict are not kept, and values and places are possible ones."""

from __future__ import annotations

import pytest

import graphkit
from graphkit.merging.checks import is_possible
from graphkit.model import Mention, Status


def mention(kind: str, name: str) -> Mention:
    return Mention(kind, name, 0, len(name))


@pytest.mark.parametrize("value", ["EH216-S", "C919", "机组", "QL-80", "白云A3", "生产线"])
def test_a_counted_value_without_a_number_is_impossible(value: str) -> None:
    assert not is_possible("has_attribute", "capacity", mention("Project", "青禾项目"), mention("Value", value))


@pytest.mark.parametrize("value", ["30万千瓦", "两条生产线", "年产5万吨", "近700名", "半数", "数十家"])
def test_a_counted_value_with_a_number_is_possible(value: str) -> None:
    assert is_possible("has_attribute", "capacity", mention("Project", "青禾项目"), mention("Value", value))


@pytest.mark.parametrize(("name", "place", "possible"), [
    ("梅岭港区", "石渡青石港梅岭港区", False),
    ("古井村", "云雾镇古井村", False),
    ("白云大厦", "青石市白云大厦", False),
    ("研发中心", "青禾产业园研发中心", False),
    ("二号库", "石渡粮站二号库", False),
    ("车站", "青石县车站", False),
    ("古井村", "云雾镇", True),
    ("石渡县古井村", "石渡县", True),
])  # fmt: skip
def test_no_place_lies_in_itself(name: str, place: str, possible: bool) -> None:
    assert is_possible("located_in", "", mention("Site", name), mention("Place", place)) is possible


def actual(text: str) -> set[tuple[str, str, str]]:
    found = graphkit.extract(text, date="2024-06-20", extractor="offline").statements
    return {(s.subject.name, s.relation, s.object.name) for s in found if s.status is Status.ACTUAL}


@pytest.mark.parametrize(
    "sentence",
    [
        "6月3日，市委书记王建国向全市商会大会致信祝贺。",
        "6月4日，市长李志强向青石茶业博览会发来贺信。",
        "6月5日，县委书记何清嘉致电祝贺石渡县青年企业家年会召开。",
        "6月6日，省长周远航向白云数字经济论坛发表视频致辞。",
        "6月7日，副市长陈若川向青禾公司成立大会致贺信。",
        "6月8日，国家主席龚学平向云雾国际论坛致贺信。",
        "6月9日，市长李志强向全市教师节庆祝大会发去贺电。",
    ],
)
def test_who_sends_a_letter_did_not_attend(sentence: str) -> None:
    assert not {t for t in actual(sentence) if t[1] in ("attended", "presided", "visited")}


def test_who_reads_a_letter_aloud_attended() -> None:
    found = actual("6月3日，市委书记王建国出席全市商会大会并宣读省长周远航的贺信。")
    assert ("王建国", "attended", "全市商会大会") in found


@pytest.mark.parametrize(("sentence", "place"), [
    ("6月3日，市委书记王建国来到信访局，接待了来自云雾镇的群众。", "云雾镇"),
    ("6月3日，市长李志强来到车站，看望来自青石村的旅客。", "青石村"),
    ("6月4日，县长周远航调研途经白云镇的公路。", "白云镇"),
    ("6月5日，县委书记何清嘉到青石县调研，称赞了云雾镇的做法。", "云雾镇"),
    ("6月6日，副县长魏长河察看通往古井村的道路。", "古井村"),
    ("6月7日，副市长陈若川到会场看望来自石渡县的代表。", "石渡县"),
])  # fmt: skip
def test_an_origin_or_a_place_that_is_passed_or_praised_is_not_visited(sentence: str, place: str) -> None:
    assert not {t for t in actual(sentence) if t[1] == "visited" and t[2] == place}


@pytest.mark.parametrize(
    "sentence",
    [
        "美国总统汉密与俄国总统彼得15日将在青石市举行会晤。",
        "市长李志强22日将出席全市招商大会。",
        "县长周远航下周将参加云雾镇商会年会。",
        "市委书记王建国月底将主持召开全市经济工作会议。",
        "副县长魏长河明天将参加青禾项目开工仪式。",
        "县委书记何清嘉25日将出席石渡茶叶博览会开幕式。",
    ],
)
def test_a_person_did_not_attend_what_is_planned(sentence: str) -> None:
    assert not {t for t in actual(sentence) if t[1] in ("attended", "presided")}


@pytest.mark.parametrize(("sentence", "person", "post"), [
    ("县委书记何清嘉由县委办主任周远航和县民政局局长毛自立陪同，到云雾镇调研。", "周远航", "县民政局局长"),
    ("水利局局长边塞霞和县农委主任佟大为陪同县长何清嘉到青石镇调研。", "边塞霞", "县农委主任"),
    ("管委会主任种明轩，青禾重机董事长班继祖出席开工仪式。", "种明轩", "青禾重机董事长"),
    ("市长李志强、市教育局局长陈若川出席全市教育大会。", "李志强", "市教育局局长"),
    ("市委书记王建国与省商务厅厅长龚学平出席招商大会。", "王建国", "省商务厅厅长"),
    ("副县长魏长河以及云雾镇镇长白玉山出席云雾茶叶大会。", "魏长河", "云雾镇镇长"),
])  # fmt: skip
def test_a_post_belongs_to_the_person_behind_it(sentence: str, person: str, post: str) -> None:
    assert (person, "holds_post", post) not in actual("6月3日，" + sentence)


@pytest.mark.parametrize(
    "name", ["白云数字论坛", "青石茶业活动", "云雾地震", "石渡会议", "云雾疫情", "青禾主宾国日开幕活动"]
)
def test_an_event_is_not_visited(name: str) -> None:
    assert not is_possible("visited", "", mention("Person", "王建国"), mention("Site", name))
    assert is_possible("visited", "", mention("Person", "王建国"), mention("Site", name + "中心"))
