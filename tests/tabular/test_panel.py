"""The panel counts visits by person, division and month."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.errors import UsageError
from tests.commands import run_command

COUNTY = {"place": "山西省临汾市洪洞县", "publisher": "洪洞县融媒体中心"}
RECORDS: list[dict[str, Any]] = [
    {"id": "a", "text": "3月2日，县委书记林知远到石桥镇古井村调研。", "date": "2024-03-03", **COUNTY},
    # Another report about the same visit, and a second place on the same day.
    {"id": "b", "text": "3月2日，县委书记林知远到石桥镇古井村调研。随后，他来到青禾新材料项目察看。", "date": "2024-03-04", **COUNTY},
    {"id": "c", "text": "4月5日，县委书记林知远到临汾市尧都区调研。", "date": "2024-04-06", **COUNTY},
    {"id": "d", "text": "县长谢明远到石桥镇古井村调研。", "date": "2024-05-01", **COUNTY},
    {"id": "e", "text": "县长谢明远将于6月5日到石桥镇古井村调研。", "date": "2024-06-01", **COUNTY},
    {"id": "f", "text": "7月1日，省长苏望川到山西省调研。", "date": "2024-07-02"},
    {"id": "g", "text": "7月3日，市委书记陈若川到北京市朝阳区考察。", "date": "2024-07-04"},
    # 富阳市 has been 富阳区 since 2014.
    {"id": "i", "text": "8月1日，市长苏望川到霜林智能装备项目调研。", "date": "2010-08-02", "place": "浙江省杭州市富阳市"},
    {"id": "j", "text": "8月5日，市长苏望川到富阳区调研。", "date": "2010-08-06", "place": "浙江省杭州市富阳市"},
    {"id": "h", "text": "市委书记陈若川到白鹭洲社区调研。", "date": ""},
]  # fmt: skip


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[graphkit.Graph]:
    """Tests may only read it."""
    with graphkit.open(tmp_path_factory.mktemp("panel") / "graph", create=True) as opened:
        opened.build(RECORDS, extractor="fast")
        yield opened


def rows(graph: graphkit.Graph, **filters: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    found = graph.table("panel", "arrow", **filters).to_pylist()
    return {(row["person"], row["month"], row["place"]): row for row in found}


def test_visits_are_counted_once(graph: graphkit.Graph) -> None:
    row = rows(graph)["林知远", "2024-03", "洪洞县"]
    assert (row["visits"], row["sites"], row["days"], row["reports"], row["statements"]) == (2, 2, 1, 2, 3)
    assert (row["located"], row["dated"]) == (2, 3)
    assert row["posts"] == "洪洞县委书记"


def test_the_division_is_that_of_the_place(graph: graphkit.Graph) -> None:
    row = rows(graph)["林知远", "2024-04", "尧都区"]
    columns = ("place_code", "place_level", "province_code", "province", "city_code", "city", "located")
    assert tuple(row[c] for c in columns) == ("141002", "county", "140000", "山西省", "141000", "临汾市", 1)


def test_a_province_and_a_county_without_city_have_none(graph: graphkit.Graph) -> None:
    found = rows(graph)
    province, county = found["苏望川", "2024-07", "山西省"], found["陈若川", "2024-07", "朝阳区"]
    assert (province["place_code"], province["province_code"], province["city"]) == ("140000", "140000", "")
    assert (county["province"], county["city_code"], county["city"]) == ("北京市", "", "")


def test_a_former_division_of_a_report_is_the_present_one(graph: graphkit.Graph) -> None:
    found = [row for row in rows(graph).values() if row["month"] == "2010-08"]
    assert {(row["place_code"], row["place"]) for row in found} == {("330111", "富阳区")}
    assert sum(row["located"] for row in found) == 1
    assert sum(row["statements"] for row in found) == 2


def test_a_visit_without_date_has_the_month_of_its_report(graph: graphkit.Graph) -> None:
    row = rows(graph)["谢明远", "2024-05", "洪洞县"]
    assert (row["visits"], row["days"], row["dated"]) == (1, 0, 0)


def test_a_visit_with_unknown_month_or_division_is_not_lost(graph: graphkit.Graph) -> None:
    row = rows(graph)["陈若川", "", ""]
    assert (row["visits"], row["place_code"], row["province"]) == (1, "", "")


def test_planned_visits_do_not_count(graph: graphkit.Graph) -> None:
    assert not [key for key in rows(graph) if key[1] == "2024-06"]
    visits = graph.table("visits", "arrow").to_pylist()
    assert "planned" in {row["status"] for row in visits}
    assert sum(row["statements"] for row in rows(graph).values()) == len([r for r in visits if r["status"] == "actual"])


def test_rows_are_ordered_and_unique(graph: graphkit.Graph) -> None:
    found = [(r["person_id"], r["month"], r["place_code"]) for r in graph.table("panel", "arrow").to_pylist()]
    assert found == sorted(set(found))


def test_filters_select_visits_and_divisions(graph: graphkit.Graph) -> None:
    assert {key[1] for key in rows(graph, since="2024-04-01", until="2024-06-30")} == {"2024-04", "2024-05"}
    assert {key[2] for key in rows(graph, place="临汾市")} == {"洪洞县", "尧都区"}
    assert {key[2] for key in rows(graph, place="110000")} == {"朝阳区"}
    with pytest.raises(UsageError, match="panel cannot be filtered by status"):
        graph.table("panel", status="actual")


def test_the_panel_is_exported(graph: graphkit.Graph, tmp_path: Path) -> None:
    target = tmp_path / "panel.csv"
    done = run_command(
        "export", "--graph", graph.folder, "--format", "csv", "--table", "panel", "--heads", "zh", "-o", target
    )
    assert done.returncode == 0, done.stderr
    lines = target.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("月份,人物编号,人物,职务,区划代码,区划,")
    assert len(lines) == 1 + len(rows(graph))
