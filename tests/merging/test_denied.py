"""The default extractor never states as actual what a report denies, and reads the printed forms of old pages."""

from __future__ import annotations

import pytest

import graphkit
from graphkit.model import Status

EVENTS = {"visited", "attended", "presided", "accompanied"}


def actual(text: str) -> set[tuple[str, str, str]]:
    found = graphkit.extract(text, date="2024-06-20", extractor="offline").statements
    return {(s.subject.name, s.relation, s.object.name) for s in found if s.status is Status.ACTUAL}


@pytest.mark.parametrize(
    "sentence",
    [
        "3月2日，市长李志强拒绝出席全市招商大会。",
        "3月3日，市委书记王建国缺席了全市安全生产工作会议。",
        "3月4日，副市长陈若川谢绝参加青禾产业园座谈会。",
        "3月5日，市长李志强婉拒前往白云产业园考察。",
        "3月6日，市长李志强请假，未出席常委会会议。",
        "4月2日，县长周远航因病缺席县政府常务会议。",
        "4月3日，县委书记何清嘉未受邀参加青石镇商会年会。",
        "4月4日，副县长魏长河婉言谢绝出席青禾公司开业仪式。",
        "4月5日，市长龚学平取消了前往云雾镇的调研。",
        "4月6日，县委书记何清嘉推迟考察白云产业园。",
        "4月7日，副市长陈若川没有到石渡县青石村检查。",
    ],
)
def test_what_a_report_denies_is_not_actual(sentence: str) -> None:
    assert not {t for t in actual(sentence) if t[1] in EVENTS}


def test_a_negated_sentence_takes_no_meeting_from_the_sentence_before() -> None:
    found = actual("3月2日，市长李志强出席全市招商大会。\n3月3日，市委书记王建国缺席了全市安全生产工作会议。")
    assert not {t for t in found if t[0] == "王建国" and t[1] in EVENTS}
    assert ("李志强", "attended", "全市招商大会") in found


@pytest.mark.parametrize("gap", ["  ", "\u3000", "\u2003\u2003", "\n"])
def test_the_name_of_a_photographer_is_no_part_of_a_meeting(gap: str) -> None:
    found = actual(
        "石渡日报石渡12月11日电　县委经济工作会议12月10日至11日在石渡召开。县委书记何清嘉出席会议并讲话。"
        f"石渡日报记者 谢明远 摄{gap}会议强调，要深入贯彻新发展理念，推动高质量发展。"
    )
    assert ("何清嘉", "attended", "县委经济工作会议") in found
    assert {o for s, r, o in found if r == "emphasized"} >= {"新发展理念", "高质量发展"}
    assert not any("谢明" in s or "摄" in s for s, _, _ in found)


def test_radicals_of_pdf_files_are_read_as_ideographs() -> None:
    printed = "4月6日，市⻓李志强到⻘石县⼯业园区调研，强调要推动⾼质量发展。"
    plain = "4月6日，市长李志强到青石县工业园区调研，强调要推动高质量发展。"
    found = graphkit.extract(printed, date="2024-04-06", extractor="offline")
    assert actual(printed) == actual(plain)
    assert len(actual(plain)) >= 3
    assert all(found.report.text[s.start : s.end] in printed for s in found.statements)


def test_two_leaders_who_are_named_together_both_visit() -> None:
    found = actual(
        "本报讯 9月9日，青石市委书记邰天顺，市委副书记、市长蹇小川带领青石市党政代表团到石渡县参观考察。"
        "邰天顺、蹇小川先后走访考察了沙河绿谷湿地公园、石渡软件园和声谷光电产业园。"
    )
    visitors = {s for s, r, o in found if r == "visited" and o == "石渡软件园"}
    assert visitors == {"邰天顺", "蹇小川"}
