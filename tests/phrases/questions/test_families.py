"""Which member of a family of nested phrases is listed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.phrases.questions.families import divides
from tests.conftest import write_records

#: A phrase that is used for two years, and the member of its family that is new in the second year.
FAMILIES = [
    ("河湖治理", "河湖治理倡议"),
    ("乡村振兴", "乡村振兴十项行动"),
    ("数字经济", "数字经济新高地"),
    ("绿色发展", "绿色发展示范带"),
    ("科技创新", "科技创新策源区"),
]


def family(old: str, new: str) -> list[dict[str, Any]]:
    """One report every six days for two years. All use the old phrase, those of the second year also the new one."""
    found = []
    for n in range(120):
        day = (date(2023, 1, 1) + timedelta(days=6 * n)).isoformat()
        said = [f"要推进{old}", "持续优化营商环境"]
        if day >= "2024" and n % 2:
            said.append(f"要落实“{new}”")
        text = f"林知远调研第{n}个项目\n近日，市委书记林知远到石渡县调研。他强调，{'，'.join(said)}。"
        found.append({"id": f"r{n:03d}", "date": day, "title": f"林知远调研第{n}个项目", "text": text})
    return found


@pytest.mark.parametrize(("old", "new"), FAMILIES)
def test_the_new_member_represents_an_older_phrase(tmp_path: Path, old: str, new: str) -> None:
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", family(old, new)))
        rows = graph.phrases().emerging(since="2024-01-01", until="2024-12-31", top=5)
    assert rows[0]["phrase"] == new
    assert old not in [r["phrase"] for r in rows]
    assert rows[0]["new"]
    assert rows[0]["count_before"] == 0


@pytest.mark.parametrize(
    ("part", "enumeration", "expected"),
    [
        ("稳、先立后破", "稳中求进、以进促稳、先立后破", True),
        ("以进促稳、先立后破", "稳中求进、以进促稳、先立后破", False),
        ("先立后破", "稳中求进、以进促稳、先立后破", False),
        ("强服务、优环", "强服务、优环境、促发展", True),
        ("强服务、优环境", "要求是“强服务、优环境”", False),
        ("务、优环境", "强服务、优环境", True),
        ("不在其中、也不在", "强服务、优环境", False),
        ("强服务、优环境", "坚持强服务、优环境", False),
        ("强服务、优环境", "最强服务、优环境", True),
    ],
)
def test_parts_that_divide_an_item_of_an_enumeration(part: str, enumeration: str, expected: bool) -> None:
    assert divides(part, enumeration) is expected


#: Sentences of a new slogan of several items, of which one is also used alone, and the member of the family that is listed.
SLOGANS = [
    ("强服务、优环境、促发展", "促发展"),
    ("学理论、强本领、办实事", "办实事"),
    ("守底线、补短板、提效能", "补短板"),
    ("以联促治、以联促富、以联促和", "以联促富"),
    ("知民情、解民忧、暖民心", "暖民心"),
    ("稳粮食、兴产业、美乡村", "兴产业"),
]


@pytest.mark.parametrize(("slogan", "item"), SLOGANS)
@pytest.mark.parametrize("verb", ["坚持", "牢记"])
def test_a_slogan_represents_its_items_without_the_verb_before_it(
    tmp_path: Path, slogan: str, item: str, verb: str
) -> None:
    reports = family("河湖治理", slogan)
    for n, report in enumerate(reports):
        said = [f"要落实“{slogan}”", f"要{verb}{slogan}", f"要{item}"][n % 3]
        report["text"] = report["text"].replace(f"要落实“{slogan}”", said)
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", reports))
        rows = graph.phrases().emerging(since="2024-01-01", until="2024-12-31", top=5)
    assert slogan in [r["phrase"] for r in rows]
    assert item not in [r["phrase"] for r in rows]


@pytest.mark.parametrize(("old", "new"), FAMILIES)
def test_a_rare_enumeration_does_not_represent_its_new_item(tmp_path: Path, old: str, new: str) -> None:
    reports = family(old, new)
    reports[-1]["text"] = reports[-1]["text"].replace(f"“{new}”", f"{old}、{new}、海洋保护长远倡议")
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", reports))
        rows = graph.phrases().emerging(since="2024-01-01", until="2024-12-31", top=5)
    assert rows[0]["phrase"] == new
