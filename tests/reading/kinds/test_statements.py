"""Sentences of the kinds of ../shared/findings/INPUTS.md that were misunderstood: names, companions, status, posts."""

from __future__ import annotations

from functools import cache

import pytest

import graphkit
from graphkit.model import Statement, Status

DAY = "2024-04-15"
EXTRACTORS = ["fast", "offline"]


@cache
def statements(text: str, extractor: str) -> tuple[Statement, ...]:
    return tuple(graphkit.extract(text, date=DAY, extractor=extractor).statements)


def said(text: str, extractor: str, status: Status | None = Status.ACTUAL) -> set[str]:
    """Return the statements with this status, or with any status: `何清嘉 visited 云雾镇`."""
    return {
        f"{s.subject.name} {s.relation} {s.object.name}"
        for s in statements(text, extractor)
        if status is None or s.status is status
    }


def persons(text: str, extractor: str) -> set[str]:
    """Return the names of the persons in the statements."""
    mentions = [m for s in statements(text, extractor) for m in (s.subject, s.object)]
    return {m.name for m in mentions if m.type == "Person"}


# Kind 1: names with middle dots and Tibetan names. The names of all persons follow the sentence.
NAMES = [
    ("地委副书记阿布都热合曼·托合提到且末县调研。", "阿布都热合曼·托合提"),
    ("县长加措·旺堆到红旗村调研。", "加措·旺堆"),
    ("县委副书记、县长买买提明·卡德尔到白云社区调研。", "买买提明·卡德尔"),
    ("副县长阿依努尔·买合苏提主持召开春耕工作会议。", "阿依努尔·买合苏提"),
    ("县政协主席吾买尔·阿不都拉强调，要抓好春耕生产。", "吾买尔·阿不都拉"),
    ("州长叶尔肯·哈那提一行到白云社区看望慰问困难群众。", "叶尔肯·哈那提"),
    ("县长帕提古丽·克里木到红旗村调研，副县长塞力克·木拉提陪同调研。", "帕提古丽·克里木 塞力克·木拉提"),
    ("县委书记王建国到红旗村调研，县领导迪力夏提·柯德尔汗、阿力木·沙比提参加调研。", "王建国 迪力夏提·柯德尔汗 阿力木·沙比提"),
    ("县人大常委会主任次仁·多吉出席会议并讲话。", "次仁·多吉"),
    ("副县长旦增·曲扎到红旗村调研，他强调，要优化营商环境。", "旦增·曲扎"),
    ("3月2日下午，县长巴合提亚尔·吾拉木在红旗村调研春耕生产。", "巴合提亚尔·吾拉木"),
    ("自治县县长哈丽旦·阿不力孜指出，要推动高质量发展。", "哈丽旦·阿不力孜"),
    ("县委常委、副县长热依汗古丽·依米提带队到白云产业园检查安全生产工作。", "热依汗古丽·依米提"),
    ("县长洛桑次旺到红旗村调研。", "洛桑次旺"),
    ("副市长扎西顿珠到白云社区慰问。", "扎西顿珠"),
    ("市长贡布·江措会见了来访的客人。", "贡布·江措"),
]


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize(("text", "names"), NAMES)
def test_names_with_middle_dots_are_complete(text: str, names: str, extractor: str) -> None:
    assert persons(text, extractor) == set(names.split())


# Kind 5: who goes. The visitors follow the sentence.
VISITORS = [
    ("县委书记何清嘉、县长周远航等到云雾镇调研。", "何清嘉 周远航"),
    ("何清嘉、周远航等到云雾镇调研。", "何清嘉 周远航"),
    ("何清嘉、周远航、林知远等同志到云雾镇调研。", "何清嘉 周远航 林知远"),
    ("县委书记何清嘉等县领导到云雾镇调研。", "何清嘉"),
    ("县委书记何清嘉代表县委、县政府到云雾镇看望慰问困难群众。", "何清嘉"),
    ("县长周远航代表县委县政府前往云雾镇慰问。", "周远航"),
    ("受县委书记何清嘉委托，县长周远航代表县委、县政府到云雾镇慰问。", "周远航"),
    ("县委书记何清嘉同县长周远航到云雾镇调研。", "何清嘉 周远航"),
    ("县委书记何清嘉与县长周远航一同到云雾镇调研。", "何清嘉 周远航"),
    ("县委书记何清嘉和县长周远航一起到云雾镇调研。", "何清嘉 周远航"),
    ("县委书记何清嘉会同县长周远航到云雾镇调研。", "何清嘉 周远航"),
    ("3月2日上午，县领导何清嘉、周远航、林知远等分别到云雾镇调研。", "何清嘉 周远航 林知远"),
    ("县委书记何清嘉、县长周远航等一行赴云雾镇调研。", "何清嘉 周远航"),
    ("县长周远航等人到云雾镇考察。", "周远航"),
    ("县委书记何清嘉、县长周远航等来到云雾镇，看望慰问困难群众。", "何清嘉 周远航"),
    ("何清嘉与周远航一行前往云雾镇考察。", "何清嘉 周远航"),
    ("县委书记何清嘉等县四套班子领导深入云雾镇走访。", "何清嘉"),
    ("县委书记何清嘉率队到云雾镇调研。", "何清嘉"),
    ("县长周远航陪同县委书记何清嘉到云雾镇调研。", "何清嘉"),
    ("县委书记何清嘉在县长周远航陪同下到云雾镇调研。", "何清嘉"),
]


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize(("text", "visitors"), VISITORS)
def test_everybody_who_goes_visits_the_place(text: str, visitors: str, extractor: str) -> None:
    visits = {(s.subject.name, s.object.name, s.status) for s in statements(text, extractor) if s.relation == "visited"}
    assert visits == {(name, "云雾镇", Status.ACTUAL) for name in visitors.split()}


# Kind 7: a meeting or a person does not carry out its own spirit.
SPIRIT = [
    "县委常委会召开会议，传达学习何清嘉在全县干部大会上的讲话精神。会议强调，要深入贯彻落实何清嘉讲话精神。",
]
