"""A word for a meeting is no person: 会议强调 is said by the meeting of the report, or by a meeting without a name."""

from __future__ import annotations

import pytest

import graphkit


@pytest.mark.parametrize(
    ("text", "meeting"),
    [
        (
            "6月1日，石渡县委常委会召开会议。县委书记林知远主持会议并讲话。会议强调，要把项目建设作为头号工程，全力以赴拼经济、抓发展。",
            "石渡县委常委会会议",
        ),
        (
            "6月3日，全市安全生产工作会议召开。市长陈若川出席并讲话。会议要求，要压实安全责任，防范重特大事故。",
            "全市安全生产工作会议",
        ),
        (
            "6月5日，青石县防汛工作座谈会在县委召开。座谈会强调，要树牢底线思维，强化隐患排查整治。",
            "青石县防汛工作座谈会",
        ),
    ],
)
def test_what_a_meeting_emphasizes_is_not_said_by_a_person(text: str, meeting: str) -> None:
    found = [s for s in graphkit.extract(text, extractor="offline").statements if s.relation == "emphasized"]
    assert found
    assert {s.subject.type for s in found} <= {"Meeting", "Person"}
    persons = {s.subject.name for s in found if s.subject.type == "Person"}
    assert persons <= {"林知远", "陈若川"}
    assert any(s.subject.type == "Meeting" for s in found)
