"""Every format of files has the rows of the tables."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

import graphkit
from graphkit.errors import ExportError, UsageError
from graphkit.tabular.codebook import TABLES, codebook
from graphkit.tabular.spreadsheet import write_workbook

# -- files -------------------------------------------------------------------------------------------------------


def read_xlsx(path: Path, table: str) -> list[list[Any]]:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(table).to_python(skip_empty_area=False)
    return [[None if v == "" else v for v in row] for row in rows]


def read_csv(path: Path) -> list[list[Any]]:
    from graphkit.export.tables import read_cell

    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return [[read_cell(v) or None for v in row] for row in csv.reader(io.StringIO(data.decode("utf-8-sig")))]


def expected(graph: graphkit.Graph, table: str, shown: Callable[[Any], Any]) -> list[list[Any]]:
    found = graph.table(table, "arrow")
    return [list(found.column_names)] + [
        [None if v in ("", None) else shown(v) for v in row.values()] for row in found.to_pylist()
    ]


@pytest.mark.parametrize("table", TABLES)
def test_every_format_has_the_rows_of_the_table(graph: graphkit.Graph, table: str, tmp_path: Path) -> None:
    def shown(value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value

    def text(value: Any) -> str:
        return str(shown(value))

    def number(value: Any) -> Any:
        return float(value) if isinstance(value, int) else value

    for format_ in ("xlsx", "csv", "parquet", "sqlite", "jsonl"):
        path = tmp_path / f"t.{format_}"
        assert graph.export_tables(format_, path, tables=[table]) == [path]
    assert read_xlsx(tmp_path / "t.xlsx", table) == expected(graph, table, number)
    assert read_csv(tmp_path / "t.csv") == expected(graph, table, text)
    assert pq.read_table(tmp_path / "t.parquet").equals(graph.table(table, "arrow"))
    db = sqlite3.connect(tmp_path / "t.sqlite")
    stored = [[None if v == "" else v for v in row] for row in db.execute(f'SELECT * FROM "{table}"')]
    assert stored == expected(graph, table, shown)[1:]
    lines = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [[None if v in ("", None) else v for v in row.values()] for row in lines] == expected(graph, table, shown)[
        1:
    ]


def test_workbooks_and_databases_have_all_tables_and_the_codebook(graph: graphkit.Graph, tmp_path: Path) -> None:
    graph.export_tables("xlsx", tmp_path / "all.xlsx", heads="zh")
    graph.export_tables("sqlite", tmp_path / "all.sqlite")
    assert CalamineWorkbook.from_path(str(tmp_path / "all.xlsx")).sheet_names == [*TABLES, "codebook"]
    assert read_xlsx(tmp_path / "all.xlsx", "visits")[0] == [c.zh for c in codebook()["visits"]]
    db = sqlite3.connect(tmp_path / "all.sqlite")
    assert {r[0] for r in db.execute("SELECT name FROM sqlite_master")} == {*TABLES, "codebook"}
    assert db.execute("SELECT count(*) FROM codebook").fetchone()[0] == sum(map(len, codebook().values()))


def test_duckdb_answers(graph: graphkit.Graph, tmp_path: Path) -> None:
    import duckdb

    graph.export_tables("duckdb", tmp_path / "t.duckdb")
    with duckdb.connect(str(tmp_path / "t.duckdb"), read_only=True) as db:
        assert db.execute("SELECT count(*) FROM visits").fetchall() == [(len(graph.table("visits")),)]


def test_duckdb_is_named_if_it_is_missing(
    graph: graphkit.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    with pytest.raises(UsageError, match="pip install duckdb"):
        graph.export_tables("duckdb", tmp_path / "t.duckdb")


def test_equal_graphs_have_equal_files(graph: graphkit.Graph, tmp_path: Path) -> None:
    for format_ in ("xlsx", "csv", "parquet", "jsonl"):
        files = [tmp_path / f"{n}.{format_}" for n in range(2)]
        for path in files:
            graph.export_tables(format_, path, tables=["statements"])
        assert files[0].read_bytes() == files[1].read_bytes(), format_


def test_a_folder_has_a_file_for_each_table(graph: graphkit.Graph, tmp_path: Path) -> None:
    written = graph.export_tables("csv", f"{tmp_path}/out/")
    assert [p.name for p in written] == [f"{t}.csv" for t in TABLES]
    assert all(p.stat().st_size for p in written)
    assert graph.export_tables("csv", f"{tmp_path}/some/", status="actual", since="2024-01-01")[0].name == "visits.csv"


# -- the workbook ------------------------------------------------------------------------------------------------

VALUES: list[Any] = [
    "=1+1", "+1", "@x", "甲\n乙", " a ", "<&>\"'", "\x01\x0b\ufffe", "_x0041_", "\ud800", "😀", "x" * 32_767, "-", "TRUE",
    0, -1, 1.5, 1e-9, 1e300, date(1990, 1, 1), date(2099, 12, 31), None, "", "end",
]  # fmt: skip


def test_cells_of_a_workbook_keep_their_values(tmp_path: Path) -> None:
    with (tmp_path / "w.xlsx").open("wb") as out:
        write_workbook(out, [("表", ["值"], ([v] for v in VALUES))])
    found = [row[0] for row in read_xlsx(tmp_path / "w.xlsx", "表")]
    assert found[0] == "值"
    for value, cell in zip(VALUES, found[1:], strict=True):
        if isinstance(value, str) and any(c in value for c in "\x01\x0b\ufffe\ud800"):
            continue  # Readers differ in what they return for characters that XML does not have.
        assert cell == (value if value != "" else None), repr(value)[:50]
    with zipfile.ZipFile(tmp_path / "w.xlsx") as archive:
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_limits_of_excel_are_errors() -> None:
    with pytest.raises(ExportError, match="t, row 2: a cell of Excel has at most 32,767 characters"):
        write_workbook(io.BytesIO(), [("t", ["a"], [["x" * 32_768]])])


def test_days_are_those_of_the_calendar(tmp_path: Path) -> None:
    days = [date(2024, 2, 28) + timedelta(days=n) for n in range(3)]
    with (tmp_path / "w.xlsx").open("wb") as out:
        write_workbook(out, [("t", ["d"], ([d] for d in days))])
    assert [row[0] for row in read_xlsx(tmp_path / "w.xlsx", "t")[1:]] == days
