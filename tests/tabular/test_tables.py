"""The tables of a graph agree with its ledger, in data frames and in every format of files."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

import graphkit
from graphkit.errors import UsageError
from graphkit.tabular.codebook import TABLES, Heads, codebook, codebook_page
from graphkit.tabular.filters import Filters
from graphkit.tabular.rows import date_parts, rows_of
from tests.commands import run_command
from tests.conftest import ROOT
from tests.tabular.conftest import RECORDS
from tests.tabular.test_table_files import read_xlsx

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
        ("visits", {"heads": "de"}, "one of en, zh"),
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
