"""The tables of a graph agree with its ledger, in data frames and in every format of files."""

from __future__ import annotations

import csv
import io
import json
import random
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

import graphkit
from graphkit.errors import ExportError, UsageError
from graphkit.tabular.codebook import TABLES, Heads, codebook, codebook_page
from graphkit.tabular.filters import Filters
from graphkit.tabular.rows import date_parts, rows_of
from graphkit.tabular.spreadsheet import write_workbook
from tests.commands import run_command
from tests.conftest import ROOT

RECORDS: list[dict[str, Any]] = [
    {"id": "a", "text": "3月2日，市委书记林知远到石渡县调研。县长谢明远陪同。他强调，要全面推进乡村振兴。", "date": "2024-03-03"},
    {"id": "b", "text": "石渡县委书记何清嘉将于5月6日出席乡村振兴会议。", "date": "2024-05-01"},
    {"id": "c", "text": "霜林新材料项目总投资12亿元，落户石渡经济开发区。", "date": "2024-06-01"},
    {"id": "=SUM(A1)", "text": "省长苏望川到洪洞县调研。", "date": "", "title": "=1+1", "url": "https://example.org/?a=1&b=<2>"},
]  # fmt: skip


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[graphkit.Graph]:
    """Tests may only read it."""
    with graphkit.open(tmp_path_factory.mktemp("tables") / "graph", create=True) as opened:
        opened.build(ROOT / "examples" / "reports")
        opened.add([{"place": "山西省临汾市", **r} for r in RECORDS])
        yield opened


#: Table → SQL over the ledger that counts its rows.
COUNTS = {
    "visits": "SELECT count(*) FROM statement WHERE relation = 'visited'",
    "posts": "SELECT count(*) FROM statement WHERE relation = 'holds_post'",
    "companions": "SELECT count(*) FROM statement WHERE relation = 'accompanied'",
    "meetings": "SELECT count(*) FROM statement WHERE relation IN ('attended', 'presided')",
    "phrases": "SELECT count(*) FROM statement WHERE relation = 'emphasized'",
    "statements": "SELECT count(*) FROM statement",
    "reports": "SELECT count(*) FROM report",
}


def ledger_of(graph: graphkit.Graph) -> sqlite3.Connection:
    db = sqlite3.connect(graph.ledger.path)
    db.row_factory = sqlite3.Row
    return db


# -- contents ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COUNTS)
def test_the_number_of_rows_is_that_of_the_ledger(graph: graphkit.Graph, name: str) -> None:
    (expected,) = ledger_of(graph).execute(COUNTS[name]).fetchone()
    assert len(graph.table(name)) == expected > 0


@pytest.mark.parametrize("name", [n for n in COUNTS if n != "reports"])
def test_sampled_rows_agree_with_the_ledger(graph: graphkit.Graph, name: str) -> None:
    rows = graph.table(name, "arrow").to_pylist()
    sql = (
        "SELECT s.*, r.date AS report_date, r.url, r.publisher, r.place, substr(r.text, s.start + 1, s.end - s.start) "
        "AS quote FROM statement s JOIN report r ON r.id = s.report WHERE s.id = ?"
    )
    db = ledger_of(graph)
    for row in random.Random(1).sample(rows, min(10, len(rows))):
        stored = db.execute(sql, (row["statement_id"],)).fetchone()
        for column in ("report", "status", "date", "speaker", "quote", "confidence", "rule", "start", "end", "url"):
            assert row[column] == stored[column], column
        assert (row["report_date"] or "") == (
            date.fromisoformat(stored["report_date"]) if stored["report_date"] else ""
        )
        assert (row["publisher"], row["report_place"]) == (stored["publisher"], stored["place"])


def test_sampled_reports_agree_with_the_ledger(graph: graphkit.Graph) -> None:
    rows = graph.table("reports", "arrow").to_pylist()
    sql = (
        "SELECT r.*, length(r.text) AS characters, (SELECT count(*) FROM statement WHERE report = r.id) AS statements "
        "FROM report r WHERE r.id = ?"
    )
    db = ledger_of(graph)
    for row in random.Random(1).sample(rows, 5):
        stored = db.execute(sql, (row["report"],)).fetchone()
        for column in ("title", "publisher", "place", "level", "url", "characters", "statements"):
            assert row[column] == stored[column], column


def test_names_are_next_to_ids_and_divisions_have_codes(graph: graphkit.Graph) -> None:
    visits = graph.table("visits").set_index("report")
    row = visits.loc["a"]
    assert (row.person, row.site, row.site_type, row.site_code[:2]) == ("林知远", "石渡县", "Place", "")
    assert row.person_id.startswith("Person:林知远")
    assert (row.date_precision, row.report_place_code) == ("day", "141000")
    assert row.date_from == pd.Timestamp("2024-03-02")
    assert visits.loc["=SUM(A1)"].site_code == "141024"


def test_projects_and_parks_have_attributes_and_locations(graph: graphkit.Graph) -> None:
    projects = graph.table("projects").set_index("project")
    entities = {e.name for e in graph.entities() if e.type == "Project"}
    assert set(projects.index) == entities != set()
    row = next(r for name, r in projects.iterrows() if "霜林" in str(name))
    assert row.investment_cny == 1.2e9
    assert row.reports == 1
    assert row.first_report == pd.Timestamp("2024-06-01")
    parks = graph.table("parks")
    assert set(parks.park) == {e.name for e in graph.entities() if e.type == "Park"}
    assert set(parks.park_id) >= {i for v in projects.located_in_id for i in v.split("|") if i.startswith("Park:")}


def test_corrected_statements_are_in_the_tables(tmp_path: Path) -> None:
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.add(RECORDS[0])
        (visit,) = [s for s in graph.statements("a") if s.relation == "visited"]
        graph.review("test").decide(*graph.review().find(visit.id), "reject")
        assert len(graph.table("visits")) == 0
        assert list(graph.table("visits").columns) == [c.name for c in codebook()["visits"]]


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2024-03-02", "2024-03-02", "2024-03-02", "day"),
        ("2024-03-02/2024-03-05", "2024-03-02", "2024-03-05", "period"),
        ("--03-02", None, None, "no year"),
        ("--03-02/--03-05", None, None, "no year"),
        ("", None, None, ""),
    ],
)
def test_dates_have_a_precision(text: str, first: str | None, last: str | None, precision: str) -> None:
    days = tuple(day and date.fromisoformat(day) for day in (first, last))
    assert date_parts(text) == (*days, precision)


# -- the codebook ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_the_codebook_is_complete(graph: graphkit.Graph, name: str) -> None:
    columns = codebook()[name]
    rows = list(rows_of(graph.content(), name, Filters()))
    assert rows
    filled = {column for row in rows for column, value in row.items() if value not in ("", None)}
    unused = {"subject_code", "person_type", "person_code", "companion_code", "leader_type", "leader_code", "post_type",
              "post_code", "participant_code", "meeting_type", "meeting_code", "voice_code", "phrase_type", "phrase_code",
              "relation", "kind", "projects"}  # fmt: skip
    # Every value of a row is described, apart from those that are the same in all rows of a table.
    assert filled - {c.name for c in columns} <= unused
    assert all(c.zh and c.description.endswith(".") and c.kind in ("text", "integer", "number", "day") for c in columns)
    assert len({c.zh for c in columns}) == len({c.name for c in columns}) == len(columns)
    known = set().union(*(row.keys() for row in rows))
    optional = {
        "investment",
        "investment_cny",
        "area",
        "area_m2",
        "phase",
        "status",
        "capacity",
        "output",
        "count",
        "date",
    }
    assert {c.name for c in columns} - known <= (optional if name in ("projects", "parks") else set())
    assert all(f"| `{c.name}` | {c.zh} |" in codebook_page() for c in columns)


def test_the_page_of_the_codebook_is_up_to_date() -> None:
    assert (ROOT / "docs" / "tables.md").read_text(encoding="utf-8") == codebook_page(), "run `make docs`"


# -- filters -----------------------------------------------------------------------------------------------------

FILTERS: list[tuple[dict[str, str], Callable[[dict[str, Any]], bool]]] = [
    ({"status": "planned"}, lambda r: r["status"] == "planned"),
    ({"relation": "visited"}, lambda r: r["relation"] == "visited"),
    ({"since": "2024-03-02", "until": "2024-03-02"}, lambda r: (r["date_from"] or r["report_date"]) == date(2024, 3, 2)),
    ({"until": "2024-05-01"}, lambda r: (r["date_from"] or r["report_date"] or date.max) <= date(2024, 5, 1)),
    ({"place": "140000"}, lambda r: r["object_code"].startswith("14") or r["report_place_code"].startswith("14")),
    ({"place": "洪洞县"}, lambda r: "141024" in (r["object_code"], r["report_place_code"])),
    ({"place": "14", "status": "actual"}, lambda r: r["report_place_code"].startswith("14") and r["status"] == "actual"),
]  # fmt: skip


@pytest.mark.parametrize(("filters", "keep"), FILTERS, ids=[str(f) for f, _ in FILTERS])
def test_filters_select_rows(graph: graphkit.Graph, filters: dict[str, str], keep: Callable[[Any], bool]) -> None:
    every = graph.table("statements", "arrow").to_pylist()
    found = graph.table("statements", "arrow", **filters).to_pylist()
    assert found == [row for row in every if keep(row)]
    assert 0 < len(found) < len(every)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("visit", {}, r"unknown table 'visit'; did you mean visits\?"),
        ("visits", {"relation": "visit"}, "did you mean visited"),
        ("visits", {"status": "real"}, "unknown status 'real'"),
        ("visits", {"since": "2024"}, "since: '2024' is not a day"),
        ("visits", {"until": "2024-02-30"}, "until: "),
        ("visits", {"place": "洪洞X县"}, "unknown place '洪洞X县': give .* did you mean 洪洞县"),
        ("visits", {"place": "鼓楼区"}, "several divisions are called '鼓楼区', for example "),
        ("visits", {"place": "朝阳区"}, "several divisions are called '朝阳区', for example 北京市朝阳区 .110105."),
        ("visits", {"place": "1"}, "the code of a division has six digits"),
        ("reports", {"status": "actual"}, "reports cannot be filtered by status"),
        ("parks", {"since": "2024-01-01"}, "parks cannot be filtered by since"),
        ("visits", {"heads": "de"}, "en or zh"),
        ("visits", {"library": "panda"}, "did you mean pandas"),
    ],
)
def test_invalid_arguments_are_refused(
    graph: graphkit.Graph, name: str, arguments: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        graph.table(name, **arguments)


def test_a_missing_library_is_named(graph: graphkit.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    with pytest.raises(UsageError, match="pip install polars"):
        graph.table("visits", "polars")


def test_polars_gets_the_arrow_table(graph: graphkit.Graph) -> None:
    import polars

    assert graph.table("visits", "polars").equals(polars.from_arrow(graph.table("visits", "arrow")))


def test_heads_can_be_chinese(graph: graphkit.Graph) -> None:
    english, chinese = graph.table("visits"), graph.table("visits", heads="zh")
    assert list(chinese.columns) == [c.zh for c in codebook()["visits"]]
    assert chinese.to_numpy().tolist()[0][:4] == english.to_numpy().tolist()[0][:4]


def test_columns_have_types(graph: graphkit.Graph) -> None:
    frame = graph.table("parks")
    assert str(frame.projects.dtype) == "Int64"
    assert str(frame.investment_cny.dtype) == "float64"
    assert str(frame.first_report.dtype).startswith("datetime64")
    schema = graph.table("visits", "arrow").schema
    assert schema.field("date_from").type == pa.date32()


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


# -- the command -------------------------------------------------------------------------------------------------


def test_the_command_writes_tables(graph: graphkit.Graph, tmp_path: Path) -> None:
    path = tmp_path / "v.xlsx"
    done = run_command("export", "-f", "xlsx", "-g", graph.folder, "-o", path, "--heads", "zh", "--status", "actual")
    assert (done.returncode, done.stderr) == (0, f"written: {path}\n")
    assert read_xlsx(path, "visits")[0][1] == "人物"
    assert "reports" not in CalamineWorkbook.from_path(str(path)).sheet_names
    out = run_command("export", "-f", "jsonl", "-g", graph.folder, "--table", "visits", "--place", "洪洞县").stdout
    assert {json.loads(line)["site"] for line in out.splitlines()} >= {"洪洞县"}
    done = run_command(
        "export", "-f", "csv", "-g", graph.folder, "--table", "posts", "--table", "parks", "-o", f"{tmp_path}/d/"
    )
    assert done.stderr == f"written: {tmp_path}/d/posts.csv\nwritten: {tmp_path}/d/parks.csv\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-f", "csv", "--since", "2024-01-01"], "--since applies to tables only: give --table NAME"),
        (["-f", "turtle", "--heads", "zh"], "--heads applies to tables only"),
        (["-f", "xlsx", "--rdf12"], "--rdf12 does not apply to tables"),
        (["-f", "jsonl"], "has one table"),
        (["-f", "turtle", "--table", "visits"], "unknown format of tables 'turtle'"),
        (["-f", "xlsx", "--table", "visits", "--relation", "visit"], "did you mean visited"),
    ],
)
def test_options_that_would_be_ignored_are_refused(graph: graphkit.Graph, options: list[str], message: str) -> None:
    done = run_command("export", "-g", graph.folder, *options)
    assert done.returncode == 2
    assert message in done.stderr


def test_heads_are_an_enumeration() -> None:
    assert [h.value for h in Heads] == ["en", "zh"]
