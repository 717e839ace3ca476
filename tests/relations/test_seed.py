"""The report with which the project began."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import graphkit
from graphkit.model import Reading


@pytest.fixture(scope="module")
def seed(shared: Path) -> Reading:
    text = (shared / "reports" / "seed-linfen.txt").read_text(encoding="utf-8")
    return graphkit.extract(text, id="seed-linfen", date="2022-03-03")


@pytest.fixture(scope="module")
def found(seed: Reading, triples: Callable[[Reading], set[tuple[str, str, str]]]) -> set[tuple[str, str, str]]:
    return triples(seed)


@pytest.mark.parametrize(
    "place",
    [
        "洪洞县",
        "临汾经济开发区",
        "洪洞经济技术开发区",
        "山西圣大新能源汽车产业园项目",
        "华翔(洪洞)智能科技产业园项目",
        "阿里巴巴(洪洞县)客户体验中心",
        "临汾北高速口疫情防控检测站",
        "洪洞县庄园社区",
    ],
)
def test_the_eight_visited_places_are_found(found: set[tuple[str, str, str]], place: str) -> None:
    assert ("闫晨曦", "visited", place) in found


def test_the_project_is_located_in_its_park(found: set[tuple[str, str, str]]) -> None:
    assert ("山西圣大新能源汽车产业园项目", "located_in", "临汾·甘亭新型工业园区") in found


def test_the_ten_companions_are_found(found: set[tuple[str, str, str]]) -> None:
    assert {s for s, r, o in found if r == "accompanied" and o == "闫晨曦"} == {
        "黄巍",
        "郭行杰",
        "李建国",
        "市委办公室",
        "市委宣传部",
        "市卫健委",
        "市发改委",
        "市商务局",
        "临汾经济开发区",
        "洪洞县政府",
    }


@pytest.mark.parametrize(
    "theme", ["习近平总书记考察调研山西重要指示精神", "“双城”建设", "产业转型", "全面推进乡村振兴", "为民服务"]
)
def test_the_five_emphasized_themes_are_found(found: set[tuple[str, str, str]], theme: str) -> None:
    said = {o for s, r, o in found if r == "emphasized" and s == "闫晨曦"}
    assert any(theme in o or o in theme for o in said if len(o) * 2 >= len(theme)), sorted(said)


def test_the_day_of_the_visit_is_found(seed: Reading) -> None:
    days = {s.date for s in seed.statements if s.relation == "visited" and s.rule != "visits.lead_place"}
    assert "2022-03-02" in days


def test_every_quote_is_the_text(seed: Reading) -> None:
    for s in seed.statements:
        quote = seed.report.text[s.start : s.end]
        assert "\n" not in quote
        for mention in (s.subject, s.object):
            anchor = mention.antecedent or (mention.start, mention.end)
            assert mention.name in seed.report.text
            assert seed.report.text[slice(*anchor)]
