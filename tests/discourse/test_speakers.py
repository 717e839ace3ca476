"""The speaker of a clause without a subject, in a sentence about a meeting."""

from __future__ import annotations

import pytest

import graphkit

LEADER = "县委书记何清嘉出席会议。"


def speakers(text: str) -> set[str]:
    statements = graphkit.extract(text, date="2024-04-15", extractor="fast").statements
    return {s.subject.name for s in statements if s.relation == "emphasized"}


@pytest.mark.parametrize(
    ("lead", "speaker"),
    [
        ("2月2日，石渡县召开招商引资动员会，号召全县干部优化营商环境。", "招商引资动员会"),
        ("县教育局近日举行安全生产工作会议，要求各学校落实安全生产责任。", "安全生产工作会议"),
        ("石渡集团在云雾镇举办项目推进会，强调要推动高质量发展。", "项目推进会"),
        ("2月2日，石渡县今天召开春耕工作会议，强调要推动高质量发展。", "春耕工作会议"),
        ("随后召开座谈会，强调要优化营商环境。", "何清嘉"),
        ("何清嘉在石渡县召开座谈会，强调要优化营商环境。", "何清嘉"),
    ],
)
def test_a_meeting_that_a_body_holds_speaks(lead: str, speaker: str) -> None:
    assert speakers(f"{lead}{LEADER}") == {speaker}
