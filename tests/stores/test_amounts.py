"""The number of an attribute of an entity: the whole investment, chosen from the values of all reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import graphkit
from tests.conftest import write_records

OPENING = "3月2日，市委书记林知远来到青禾新能源产业园项目。"
QUERY = (
    "MATCH (j {name: '青禾新能源产业园项目'}) RETURN j.investment AS printed, j.investment_cny AS cny, j.area_m2 AS m2"
)


def project(folder: Path, *records: dict[str, Any]) -> dict[str, Any]:
    """The properties of the project after a build from records; the id is the number of the record."""
    with graphkit.open(folder / "g", create=True) as graph:
        numbered = [{"id": f"r{n}", **record} for n, record in enumerate(records)]
        graph.build(write_records(folder / "a.jsonl", numbered), extractor="fast")
        (row,) = graph.cypher(QUERY)
        return dict(row)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("该项目总投资30亿元，其中一期投资10亿元，已完成投资5亿元。", 30e8),
        ("该项目一期投资10亿元，二期投资20亿元，项目总投资30亿元。", 30e8),
        ("该项目总投资30亿元，今年计划完成投资8亿元，目前累计完成投资12亿元。", 30e8),
        ("该项目计划总投资30亿元，设备投资12亿元，年产值40亿元。", 30e8),
        ("该项目总投资约30亿元，固定资产投资25亿元。", 30e8),
        ("该项目投资30亿元，首期投资9亿元。", 30e8),
        ("该项目总投资30亿元，四期投资6亿元，环保投资1.2亿元。", 30e8),
        ("该项目投资额达3000万元，年度计划投资800万元。", 3e7),
        ("该项目已完成投资5亿元。", None),
        ("该项目年度计划投资4亿元，截至目前完成投资3.2亿元。", None),
        ("该项目一期投资10亿元。", None),
        ("该项目固定资产投资20亿元。", None),
    ],
)
def test_the_number_is_the_whole_investment(tmp_path: Path, words: str, number: float | None) -> None:
    assert project(tmp_path, {"text": OPENING + words})["cny"] == (pytest.approx(number) if number else None)


def test_amounts_in_traditional_characters_have_a_number(tmp_path: Path) -> None:
    text = (
        "3月2日，市委書記林知遠來到青禾新能源產業園項目。該項目總投資30億元，占地300畝，一期投資10億元，"
        "已完成投資5億元，目前已開工建設。"
    )
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "a.jsonl", [{"id": "a", "text": text}]), extractor="fast")
        (row,) = graph.cypher("MATCH (j:Project) RETURN j.investment_cny AS cny, j.area_m2 AS m2")
    assert row == {"cny": pytest.approx(30e8), "m2": pytest.approx(200000.0)}


def test_a_value_that_is_a_part_is_printed_with_the_words_that_say_so(tmp_path: Path) -> None:
    row = project(tmp_path, {"text": OPENING + "该项目总投资30亿元，其中一期投资10亿元，已完成投资5亿元。"})
    assert set(row["printed"].split("；")) == {"30亿元", "一期投资10亿元", "已完成投资5亿元"}


def test_of_several_totals_that_of_the_latest_report_is_the_number(tmp_path: Path) -> None:
    said = {"2024-05-01": "30亿元", "2024-09-01": "35亿元", "2023-01-01": "40亿元", "": "50亿元"}
    records = [{"text": f"{OPENING}该项目总投资{amount}。", "date": day} for day, amount in said.items()]
    assert project(tmp_path, *records)["cny"] == pytest.approx(35e8)


def test_an_amount_that_is_printed_as_the_total_precedes_a_later_one_that_is_not(tmp_path: Path) -> None:
    earlier = {"text": OPENING + "该项目总投资30亿元。", "date": "2024-05-01"}
    later = {"text": OPENING + "该项目投资12亿元。", "date": "2024-09-01"}
    assert project(tmp_path, earlier, later)["cny"] == pytest.approx(30e8)


def test_the_result_does_not_depend_on_the_order_of_the_reports(tmp_path: Path) -> None:
    records = [{"text": f"{OPENING}该项目总投资{n}亿元。", "date": "2024-05-01", "id": f"x{n}"} for n in (31, 30, 32)]
    found = []
    for number, order in enumerate((records, records[::-1])):
        (tmp_path / str(number)).mkdir()
        found.append(project(tmp_path / str(number), *order)["cny"])
    assert found[0] == found[1] == pytest.approx(30e8)


def test_the_area_is_that_of_the_land_and_not_that_of_a_phase(tmp_path: Path) -> None:
    text = OPENING + "该项目总投资30亿元，占地300亩，建筑面积50万平方米，一期占地120亩。"
    assert project(tmp_path, {"text": text})["m2"] == pytest.approx(200000.0)
