"""Names of persons are found by tags, after posts, in lists and at other occurrences in the report."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import graphkit
from graphkit.recognition.marks import MarkedReport

Marked = Callable[[str], MarkedReport]


def names(report: MarkedReport) -> list[str]:
    return [person.name for sentence in report.sentences for person in sentence.persons]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("县委书记王建国主持会议。", ["王建国"]),
        ("县领导王建国、李志强、陈晓明参加调研。", ["王建国", "李志强", "陈晓明"]),
        ("副县长洛桑江村主持会议。", ["洛桑江村"]),
        ("总统阿卜杜勒表示，愿加强合作。", ["阿卜杜勒"]),
        ("县委书记王建国主持会议。会后，王建国来到白云社区。", ["王建国", "王建国"]),
        ("白云社区举行座谈会。", []),
    ],
)
def test_names_of_persons_are_found(marked: Marked, text: str, expected: list[str]) -> None:
    assert names(marked(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Names that the tagger cuts are complete.
        ("国家主席同尼加拉瓜总统奥尔特加通电话。", ["奥尔特加"]),
        ("欧盟委员会主席博雷尔班27日表示，愿加强合作。", ["博雷尔班"]),
        ("蒙古国总理奥云巴特尔、塞尔维亚总理武西奇出席会议。", ["奥云巴特尔", "武西奇"]),
        ("葡萄牙议长费雷拉-卡斯特罗邀请代表团访问。", ["费雷拉-卡斯特罗"]),
        # Characters behind a foreign name are no part of it.
        ("匈牙利外长西雅尔多称，此举十分危险。", ["西雅尔多"]),
        ("总统托卡耶夫将出席峰会。", ["托卡耶夫"]),
        ("外长佐哈里的讲话受到欢迎。", ["佐哈里"]),
        # Parts of names of countries are no persons.
        ("代表团访问了安提瓜和巴布达。", []),
    ],
)
def test_foreign_names_are_complete(marked: Marked, text: str, expected: list[str]) -> None:
    assert names(marked(text)) == expected


def test_a_name_inside_a_doctrine_is_not_an_actor(marked: Marked) -> None:
    report = marked("会议强调，要学习贯彻习近平新时代中国特色社会主义思想。")
    (person,) = report.sentences[0].persons
    assert person.embedded
    assert report.sentences[0].actors() == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("自治区主席司马义·艾买提到和田县调研。", ["司马义·艾买提"]),
        ("自治区政协主席努尔兰·阿不都满金到喀什市调研。", ["努尔兰·阿不都满金"]),
        ("自治区人大常委会主任肖开提·依明到喀什市调研。", ["肖开提·依明"]),
        ("县长吐尔洪·艾则孜主持召开春耕工作会议。", ["吐尔洪·艾则孜"]),
        ("县长热合曼·买买提强调，要抓好春耕生产。", ["热合曼·买买提"]),
        ("统战部部长伊力扎提·艾合买提江到红旗村慰问。", ["伊力扎提·艾合买提江"]),
        ("全国人大常委会副委员长艾力更·依明巴海到青石县调研。", ["艾力更·依明巴海"]),
        ("县长麦合木提·吾守尔、副县长古丽巴哈尔·阿不来提出席。", ["麦合木提·吾守尔", "古丽巴哈尔·阿不来提"]),
        ("第一副首相法赫德·优素福表示，愿加强合作。", ["法赫德·优素福"]),
        ("州长巴特尔·乌力吉和副州长才仁·达杰会见了客人。", ["巴特尔·乌力吉", "才仁·达杰"]),
        ("国王谢赫·塔米姆通话后离开。", ["谢赫·塔米姆"]),
        ("代表团参观了西蒙·玻利瓦尔国际机场。", []),
        ("县长加措·旺堆到红旗村调研。", ["加措·旺堆"]),
        ("县长买买提明·卡德尔一道参加活动。", ["买买提明·卡德尔"]),
        ("热依汗古丽·依米提强调，要抓好春耕。", ["热依汗古丽·依米提"]),
        ("会长马丁·哈桑共同主持会议。", ["马丁·哈桑"]),
        ("县委书记周远航到云雾镇调研。", ["周远航"]),
        ("县委书记何清嘉同县长周远航到云雾镇调研。", ["何清嘉", "周远航"]),
        ("县委书记林清嘉与县长周远航赴云雾镇。", ["林清嘉", "周远航"]),
    ],
)
def test_names_with_middle_dots_are_complete(marked: Marked, text: str, expected: list[str]) -> None:
    assert names(marked(text)) == expected


@pytest.mark.parametrize(("text", "name"), [
    ("会议听取了财政委员会主任委员钟山作的报告。", "钟山"),
    ("会议听取了市人大常委会秘书长刘奇作的关于预算的报告。", "刘奇"),
    ("王建国同马来西亚总理安瓦尔共同见证签署协议。", "安瓦尔"),
    ("国家主席习近平八一前夕视察青石空军。", "习近平"),
    ("市委书记王建国春节前夕到云雾镇慰问。", "王建国"),
    ("市长李志强国庆期间到青石县检查。", "李志强"),
    ("县人大常委会原主任陈家东案、青石房屋倒塌事故。", "陈家东"),
])  # fmt: skip
def test_a_name_loses_the_word_behind_it(text: str, name: str) -> None:
    statements = graphkit.extract(text, date="2024-06-20", extractor="fast").statements
    people = {s.subject.name for s in statements if s.subject.type == "Person"}
    assert name in people
    assert not {p for p in people if p.startswith(name) and p != name}
