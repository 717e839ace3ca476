"""The short form in brackets after a name is another name of the same entity, and no part of the name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import graphkit
from graphkit.model import Reading

NAMES = [
    ("石渡经济开发区", "（以下简称石渡经开区）", "石渡经开区"),
    ("石渡经济开发区", "（以下简称“石渡经开区”）", "石渡经开区"),
    ("石渡高新技术产业开发区", "（简称石渡高新区）", "石渡高新区"),
    ("石渡县白云工业园区", "（下称白云园区）", "白云园区"),
    ("石渡县云雾工业园区", "（以下称云雾园区）", "云雾园区"),
    ("青禾产业园", "（以下简称：青禾园）", "青禾园"),
    ("石渡制造有限公司", "(以下简称“石渡制造”)", "石渡制造"),
    ("石渡县盛航物流有限公司", "（以下统称盛航物流）", "盛航物流"),
    ("白云智慧农业示范园", "（又称白云园）", "白云园"),
]


@pytest.mark.parametrize(("name", "bracket", "short"), NAMES)
@pytest.mark.parametrize(
    "lead",
    [
        "3月5日，石渡县委书记何清嘉到{}调研。",
        "3月5日，何清嘉一行来到{}、白鹭洲社区调研。",
        "3月5日，石渡县委书记何清嘉在{}调研时强调，要抓好项目建设。",
    ],
)
def test_a_short_form_in_brackets_is_an_alias(
    read: Callable[..., Reading], lead: str, name: str, bracket: str, short: str
) -> None:
    found = read(lead.format(name + bracket))
    visits = [s for s in found.statements if s.relation == "visited" and s.object.name.endswith(name[-4:])]
    assert [s.object.name for s in visits] == [name]
    assert short in visits[0].object.aliases
    assert found.report.text[visits[0].object.start : visits[0].object.end] == name
    assert not any("简称" in s.object.name or "简称" in s.subject.name for s in found.statements)


@pytest.mark.parametrize("bracket", ["（二期）", "（在建）", "（石渡县）"])
def test_other_brackets_belong_to_the_name_as_before(read: Callable[..., Reading], bracket: str) -> None:
    found = read(f"3月5日，石渡县委书记何清嘉到白云水库{bracket}调研。")
    assert any(s.object.name == f"白云水库{bracket}" for s in found.statements if s.relation == "visited")


def test_the_short_form_is_found_in_a_graph(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "r.txt").write_text(
        "3月5日，石渡县委书记何清嘉到石渡经济开发区（以下简称石渡经开区）调研。\n何清嘉走访了石渡经开区企业。",
        encoding="utf-8",
    )
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(tmp_path / "r.txt")
        rows = list(graph.cypher("MATCH (p:Park) RETURN p.name AS name, p.aliases AS aliases"))
    assert [row["name"] for row in rows] == ["石渡经济开发区"]
    assert "石渡经开区" in rows[0]["aliases"]
