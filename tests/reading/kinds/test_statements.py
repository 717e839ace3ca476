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
    (
        "县委书记王建国到红旗村调研，县领导迪力夏提·柯德尔汗、阿力木·沙比提参加调研。",
        "王建国 迪力夏提·柯德尔汗 阿力木·沙比提",
    ),
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


# Only the rules find both visitors here; the merger of the default extractor keeps the second one.
BY_RULES = [
    ("县委书记何清嘉会同县长周远航到云雾镇调研。", "何清嘉 周远航"),
    ("县长周远航偕同县人大常委会主任林知远前往云雾镇考察。", "周远航 林知远"),
]


@pytest.mark.parametrize(("text", "visitors"), BY_RULES)
def test_visitors_joined_by_other_words(text: str, visitors: str) -> None:
    visits = {s.subject.name for s in statements(text, "fast") if s.relation == "visited"}
    assert visits == set(visitors.split())


# Kind 7: no person and no meeting carries out an own instruction. Who implements what follows the text.
SPIRIT = [
    ("县委召开常委会会议，传达学习省委经济工作会议精神。会议强调，要深入贯彻落实省委经济工作会议精神。", "常委会会议 省委经济工作会议精神"),
    ("3月2日，县委书记何清嘉主持召开县委常委会会议，传达学习中央农村工作会议精神。会议强调，要深入贯彻落实中央农村工作会议精神。", "县委常委会会议 中央农村工作会议精神"),
    ("3月2日，青石镇召开党委会议，传达学习县委经济工作会议精神。会议指出，要全面贯彻县委经济工作会议精神。", "党委会议 县委经济工作会议精神"),
    ("3月2日，石渡县委农村工作会议召开。会议指出，要贯彻落实县委农村工作会议精神。", ""),
    ("3月2日，中国共产党石渡县第十四届委员会第六次全体会议在石渡举行。全会强调，要认真学习贯彻全会精神。", ""),
    ("3月2日，县委十四届六次全会召开。全会要求，要迅速学习贯彻本次全会精神。", ""),
    ("3月2日，石渡县第十五次党代会闭幕。大会号召，要深入学习贯彻县第十五次党代会精神。", ""),
    ("3月2日，全县经济工作会议召开。会议要求，各级各部门要认真贯彻落实全县经济工作会议精神。", ""),
    ("3月2日，全县生态环境保护大会召开。会议强调，要坚决落实全县生态环境保护大会部署。", ""),
    ("何清嘉强调，要学习贯彻何清嘉书记重要讲话精神。", ""),
    ("3月2日，县委书记何清嘉到云雾镇调研。何清嘉指出，要按照何清嘉书记讲话要求抓好落实。", ""),
    ("3月2日，县委人才工作会议召开。会议指出，要深入贯彻市委人才工作会议精神。", "县委人才工作会议 市委人才工作会议精神"),
]  # fmt: skip


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize(("text", "expected"), SPIRIT)
def test_no_meeting_carries_out_its_own_spirit(text: str, expected: str, extractor: str) -> None:
    found = {(s.subject.name, s.object.name) for s in statements(text, extractor) if s.relation == "implements"}
    assert found == ({tuple(expected.split())} if expected else set())


# Kind 8: what did not happen, or is only possible, is never actual.
NOT_ACTUAL = [
    "如果市长李志强出席全市招商大会，将介绍有关政策。", "若市长李志强到青石县调研，将召开座谈会。", "假如市委书记王建国到青石县调研，县长将汇报工作。",
    "一旦市长李志强前往白云产业园，工作人员将介绍情况。", "倘若副市长陈若川出席青石产业论坛，主办方会安排座位。",
    "网传市长李志强出席青石产业论坛，系谣言。", "网上流传的“市长李志强出席青石产业论坛”系谣言。", "有消息称市长李志强到青石县调研，经核实为不实信息。",
    "市长李志强出席全市招商大会的说法不属实。", "近日，有网友称副市长陈若川前往白云产业园考察，相关部门回应称该消息纯属编造。",
    "青石县邀请市长李志强出席青石产业论坛。", "主办方诚邀市长李志强出席青石产业论坛。", "白云产业园再次邀请副市长陈若川前往青石县考察。",
    "市长李志强不能出席全市招商大会。", "市长李志强无法出席全市招商大会。", "市长李志强不会出席全市招商大会。", "市长李志强因病不能到青石县调研。",
    "副市长陈若川辞谢出席青石产业论坛。", "市长李志强不便前往白云产业园考察。", "市长李志强拒不出席全市招商大会。",
    "市长李志强是否出席全市招商大会尚未确定。", "市长李志强有望出席全市招商大会。", "市长李志强同意出席全市招商大会。", "市长李志强可能前往白云产业园考察。",
    "市长李志强拒绝出席全市招商大会。", "副市长陈若川婉言谢绝参加青石产业论坛。", "市长李志强回绝出席青石产业论坛。", "市委书记王建国因公务缺席全市招商大会。",
]  # fmt: skip
EVENTS = {"visited", "attended", "presided", "accompanied"}


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize("text", NOT_ACTUAL)
def test_what_did_not_happen_is_not_actual(text: str, extractor: str) -> None:
    found = [s for s in statements(text, extractor) if s.relation in EVENTS]
    assert [s for s in found if s.status is Status.ACTUAL] == []


HAPPENED = [
    ("市长李志强应邀出席青石产业论坛。", "李志强 attended 青石产业论坛"), ("应青石县邀请，市长李志强出席青石产业论坛。", "李志强 attended 青石产业论坛"),
    ("市长李志强应青石县邀请专程出席青石产业论坛。", "李志强 attended 青石产业论坛"), ("受王建国邀请，市长李志强到青石县调研。", "李志强 visited 青石县"),
    ("针对网传信息，市长李志强前往白云产业园调研。", "李志强 visited 白云产业园"), ("市长李志强不仅出席全市招商大会，还作了发言。", "李志强 attended 全市招商大会"),
    ("市长李志强冒雨前往白云产业园考察，如果不是亲眼所见，很难相信变化。", "李志强 visited 白云产业园"),
    ("市长李志强出席整治网络谣言工作会议。", "李志强 attended 整治网络谣言工作会议"), ("市长李志强不顾劳累前往青石县调研。", "李志强 visited 青石县"),
    ("市长李志强出席全市招商大会，大家一致认为会议消息属实、内容丰富。", "李志强 attended 全市招商大会"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "statement"), HAPPENED)
def test_what_happened_is_actual(text: str, statement: str) -> None:
    assert statement in said(text, "fast")


# Kind 16: 副 belongs to the post. The posts of the first person follow the sentence.
POSTS = [
    ("驻石渡副总领事林知远到云雾镇参观。", "驻石渡副总领事"), ("中国驻甲国副总领事林知远出席石渡文化节开幕式。", "中国驻甲国副总领事"),
    ("县委副书记林知远到云雾镇调研。", "县委副书记"), ("石渡县常务副县长林知远出席会议。", "石渡县常务副县长"), ("石渡大学副校长林知远出席座谈会。", "石渡大学副校长"),
    ("市政府副秘书长、办公室副主任林知远参加调研。", "市政府副秘书长 办公室副主任"), ("县检察院副检察长林知远到云雾镇调研。", "县检察院副检察长"),
    ("石渡集团副董事长、副总经理林知远参加座谈会。", "石渡集团副董事长 副总经理"), ("石渡集团副总裁林知远到云雾镇考察。", "石渡集团副总裁"),
    ("石渡集团副总工程师林知远到云雾镇考察。", "石渡集团副总工程师"), ("县人民法院副院长林知远出席会议。", "县人民法院副院长"),
    ("县公安局副局长林知远到云雾镇检查。", "县公安局副局长"), ("省委副秘书长林知远到石渡县调研。", "省委副秘书长"), ("县融媒体中心副总编辑林知远出席会议。", "县融媒体中心副总编辑"),
    ("县政协副主席林知远到云雾镇调研。", "县政协副主席"), ("县人大常委会副主任林知远出席会议。", "县人大常委会副主任"), ("甲国驻石渡总领事馆副领事林知远出席开幕式。", "甲国驻石渡总领事馆副领事"),
]  # fmt: skip


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize(("text", "posts"), POSTS)
def test_deputies_are_deputies(text: str, posts: str, extractor: str) -> None:
    found = {s.object.name for s in statements(text, extractor) if s.relation == "holds_post"}
    assert found == set(posts.split())


# Kind 21: half a pair of quotation marks. A phrase that is found follows the sentence.
HALVES = [
    ("要做好四梁八柱”性质的改革，推动高质量发展。", "高质量发展"), ("要坚持“一张蓝图绘到底，优化营商环境。", "优化营商环境"), ("要打好蓝天保卫战”，加快绿色发展。", "打好蓝天保卫战"),
    ("要深化“放管服改革，优化营商环境。", "放管服改革"), ("要深化放管服”改革，优化营商环境。", "优化营商环境"), ("要弘扬“石渡精神，推动高质量发展。", "高质量发展"),
    ("要实施千万工程”，建设和美乡村。", "千万工程"), ("要“争先、进位、崛起，推动高质量发展。", "高质量发展"), ("要落实河湖长制”，推动绿色发展。", "绿色发展"),
    ("要推进“双减”工作，做好“两不愁三保障工作。", "“双减”工作"), ("要坚持绿水青山就是金山银山”理念，优化营商环境。", "优化营商环境"),
    ("要推动“放管服”改革，深化“最多跑一次改革，优化营商环境。", "“放管服”改革"),
]  # fmt: skip


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize(("words", "phrase"), HALVES)
def test_half_a_pair_of_quotation_marks_is_in_no_phrase(words: str, phrase: str, extractor: str) -> None:
    text = f"3月2日，县委书记何清嘉到云雾镇调研。何清嘉强调，{words}"
    found = [s.object.name for s in statements(text, extractor) if s.relation == "emphasized"]
    assert phrase in found
    assert [p for p in found if p.count("“") != p.count("”")] == []
