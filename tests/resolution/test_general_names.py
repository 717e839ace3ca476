"""Names without a proper part (一期, 与会人员) are entities of their report only."""

from __future__ import annotations

from pathlib import Path

import pytest

import graphkit
from graphkit.model import Mention, Report, Statement
from graphkit.resolution.names import GENERAL, name_rows
from graphkit.resolution.short_forms import is_general
from tests.conftest import write_records


@pytest.mark.parametrize(
    "name",
    [
        "一期",
        "二期工程",
        "该项目",
        "九个项目",
        "与会人员",
        "第一督察组",
        "考察团",
        "标准厂房",
        "生产线",
        "园区",
        "游客中心",
        "这家工厂",
        "合作社",
    ],
)
def test_names_of_common_words_are_general(name: str) -> None:
    assert is_general(name)


@pytest.mark.parametrize(
    "name",
    [
        "青禾项目",
        "石渡经济开发区",
        "云雾茶叶合作社",
        "教育部",
        "市场监管总局",
        "国家会议中心",
        "北京大学",
        "石渡县储能电池生产基地项目",
    ],
)
def test_names_with_a_proper_part_are_not_general(name: str) -> None:
    assert not is_general(name)


def test_the_name_of_a_leader_is_no_alias_of_a_group() -> None:
    report = Report("a", "会前，与会人员察看了青禾项目。", "", "2024-05-01")
    group = Mention("Organization", "与会人员", 3, 7, ("林知远",))
    place = Mention("Project", "青禾项目", 10, 14)
    rows = list(name_rows(report, [Statement("a", group, "visited", place, 0, 15, "visits.at_stop")]))
    row = next(r for r in rows if r[2] == "与会人员")
    assert GENERAL in row
    assert "林知远" not in "".join(map(str, row))


def test_general_names_of_two_reports_are_two_entities(tmp_path: Path) -> None:
    text = "会前，与会人员先后来到{}开发区青禾项目、云雾项目，实地察看建设进度。"
    reports = [
        {"id": "a", "date": "2024-05-01", "text": "5月1日，石渡县项目推进会召开。" + text.format("石渡")},
        {"id": "b", "date": "2024-06-01", "text": "6月1日，白云县项目推进会召开。" + text.format("白云")},
    ]
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", reports), extractor="fast")
        groups = [e for e in graph.entities("与会人员") if e.type == "Organization"]
    assert len(groups) == 2
    assert {e.scope for e in groups} == {"a", "b"}
