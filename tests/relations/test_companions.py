"""Who accompanies whom in invented reports."""

from __future__ import annotations

import pytest

import graphkit


@pytest.mark.parametrize(
    "text",
    [
        "市委书记王建国到青石县调研。王建国、李志强参加调研。",
        "3月2日，省长苏望川到洪洞县调研。苏望川、谢明远一同调研。",
        "市长林知远到石渡开发区调研。林知远及副市长何清嘉参加调研。",
    ],
)
def test_a_leader_does_not_accompany_himself(text: str) -> None:
    statements = [s for s in graphkit.extract(text).statements if s.relation == "accompanied"]
    assert statements
    assert all(s.subject.name != s.object.name for s in statements)
