"""The objects of visits are places: no persons, groups, ways or descriptions, and no description in front of a name."""

from __future__ import annotations

import pytest

import graphkit

#: Text, and the names of the places that the rules read as visited.
TEXTS = [
    # On the way to a place.
    ("3月5日，在前往石渡县途中，县委书记何清嘉走下列车，先后考察了石渡博物馆和青溪水库。", {"石渡博物馆", "青溪水库"}),
    ("3月5日，县委书记何清嘉在返回石渡县途中考察了青溪水库。", {"青溪水库"}),
    # Persons and groups.
    ("3月5日，县委书记何清嘉来到陆德昌等老一辈劳动模范旧居。", set()),
    ("3月5日，县委书记何清嘉来到石渡代表团参加审议。", set()),
    ("3月5日，县委书记何清嘉来到老同志中间，同大家亲切交谈。", set()),
    ("3月5日，县委书记何清嘉走进受灾群众中间，察看转移安置情况。", set()),
    ("3月5日，县委书记何清嘉到袁店等地调研。", {"袁店"}),
    # Kinds and areas without a name.
    ("3月5日，县委书记何清嘉先后来到石渡镇、云雾镇等地，深入企业、港口、农村等进行调研。", {"石渡镇", "云雾镇"}),
    ("3月5日，县委书记何清嘉来到受灾地区、金融机构进行调研。", set()),
    ("3月5日，县委书记何清嘉走进这片百年古茶林察看。", set()),
    ("3月5日，县委书记何清嘉结束访问回到国内。", set()),
    # Descriptions in front of a name.
    ("3月5日，县委书记何清嘉来到“青石经验”发源地石渡县云雾镇调研。", {"石渡县云雾镇"}),
    ("3月5日，县委书记何清嘉来到全国文明村——石渡县云雾镇古井村考察。", {"石渡县云雾镇古井村"}),
    ("3月5日，县委书记何清嘉来到工程的接点站——石渡县青溪水库，了解运行情况。", {"石渡县青溪水库"}),
    ("3月5日，县委书记何清嘉来到红茶原产地石渡县云雾镇调研。", {"石渡县云雾镇"}),
    # Names that resemble these.
    ("3月5日，县委书记何清嘉到途中口村调研。", {"途中口村"}),
    ("3月5日，县委书记何清嘉来到石渡港、石渡客运站调研。", {"石渡港", "石渡客运站"}),
    ("3月5日，县委书记何清嘉来到白云小区、古井茶园调研。", {"白云小区", "古井茶园"}),
]


@pytest.mark.parametrize(("text", "places"), TEXTS)
def test_only_places_are_visited(text: str, places: set[str]) -> None:
    found = graphkit.extract(text, date="2024-03-06", extractor="fast").statements
    assert {s.object.name for s in found if s.relation == "visited"} == places


@pytest.mark.parametrize("text", [text for text, _ in TEXTS])
def test_the_default_extractor_reads_no_other_places(text: str) -> None:
    """The encoder may add places, but none of what is no place."""
    found = graphkit.extract(text, date="2024-03-06", extractor="offline").statements
    names = {s.object.name for s in found if s.relation == "visited"}
    wrong = ("途中", "代表团", "中间", "这片", "国内", "港口", "受灾地区", "金融机构", "全国文明村", "接点站", "陆德昌")
    assert not [n for n in names for w in wrong if n.endswith(w) or n.startswith("这")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("3月5日，县委书记何清嘉来到中国—东盟信息港石渡分公司调研。", "中国—东盟信息港石渡分公司"),
        ("3月5日，县委书记何清嘉来到石渡县——全省最大的茶叶产地调研。", "石渡县"),
        ("3月5日，县委书记何清嘉来到石渡县——全省茶叶大县调研。", "石渡县"),
    ],
)
def test_names_with_a_dash_and_descriptions_behind_a_name(text: str, name: str) -> None:
    found = graphkit.extract(text, date="2024-03-06", extractor="offline").statements
    assert name in {s.object.name for s in found if s.relation == "visited"}
