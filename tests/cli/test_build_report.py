"""The report of a build: in the terminal, as JSON, as a web page and as a table."""

from __future__ import annotations

import csv
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphkit
from graphkit.export.build_report import BuildReport, Line, write_report
from graphkit.export.tables import read_cell
from graphkit.reading.naming import printable
from tests.commands import run_command
from tests.conftest import write_records

LONG = "".join(
    f"市委书记林知远到石渡县第{n}个项目现场调研，听取负责人汇报，并要求加快建设进度、确保质量安全。"
    for n in "一二三四五"
)
FILES = {
    "a/1.txt": f"2024年5月1日\n{LONG}",
    "b/1.txt": f"2024年5月1日\n{LONG}",
    "c/1.txt": f"石渡日报讯（记者 周禾）{LONG}",
    "d/<b>&.txt": "云泽市召开会议。",
    "d/<b>&.md": "东屏区召开会议。",
    "e/r.jsonl": '{"id": "=1+1", "text": "县长周远航到云雾镇调研。"}\n{"id": "=1+1", "text": "县长周远航到云雾镇调研。"}\n{',
    "f/r.jsonl": '{"id": "=1+1", "text": "县长周远航到云雾镇调研。"}',
    "g/list.ppt": "x",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / "r" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "r" / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Tables(HTMLParser):
    """Collects the headings and cells of a page, and the names of its elements."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.names: set[str] = set()
        self._open = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.names.add(tag)
        if tag in ("td", "th", "h2"):
            self.cells.append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag not in ("td", "th", "h2")

    def handle_data(self, data: str) -> None:
        if self._open:
            self.cells[-1] += data


def cells_of(page: str) -> Tables:
    found = Tables()
    found.feed(page)
    return found


def test_the_terminal_names_what_needs_attention(folder: Path) -> None:
    done = run_command("build", "r", "--graph", "g")
    assert done.returncode == 1
    for part in (
        "6 read, 0 already in the graph, 1 failed, 2 repeated, 1 not read",
        "of 6 reports: 4 without a date",
        "1 report in several files with the same id and content, stored once; for example =1+1 in r/e/r.jsonl, r/f/r",
        "2 reports with the id of another report and different content got a suffix; for example d/<b>&: d/<b>&~",
        "1 report with the text of another report; for example b/1 and a/1",
        "1 report similar to another report (a hint; the graph is not changed); for example c/1 and a/1: about",
    ):
        assert part in done.stderr, done.stderr
    again = run_command("build", "r", "--graph", "g")
    assert "0 read, 6 already in the graph, 1 failed, 2 repeated" in again.stderr


def test_json_lists_everything(folder: Path) -> None:
    run_command("build", "r", "--graph", "g")
    status = json.loads(run_command("status", "--graph", "g", "--format", "json").stdout)
    assert status["reports"] == 6
    assert status["reports_in_several_files"] == [{"report": "=1+1", "files": ["r/e/r.jsonl", "r/f/r.jsonl"]}]
    assert status["equal_texts"] == [["a/1", "b/1"]]
    (similar,) = status["similar_texts"]
    assert (similar["report"], similar["other"]) == ("c/1", "a/1")
    (equal,) = status["ids_with_suffix"]
    assert equal["id"] == "d/<b>&"
    assert sorted(f for r in equal["reports"] for f in r["files"]) == ["r/d/<b>&.md", "r/d/<b>&.txt"]
    assert len(status["reports_without"]["date"]) == status["without_date"] == 4
    assert set(status["reports_without"]) == {"date", "place", "publisher"}
    assert "similar to another report" in run_command("status", "--graph", "g").stdout


def test_an_interrupted_build_and_several_workers_give_the_same_lists(folder: Path) -> None:
    lists = []
    for graph, workers in (("g", "1"), ("h", "2")):
        run_command("build", "r/c", "r/b", "--graph", graph)
        run_command("build", "r", "--graph", graph, "--workers", workers)
        lists.append(run_command("status", "--graph", graph, "--format", "json").stdout)
    assert lists[0] == lists[1]


@pytest.mark.parametrize("command", [("build", "r"), ("status",)], ids=["build", "status"])
def test_a_page_and_a_table_list_the_same(folder: Path, command: tuple[str, ...]) -> None:
    run_command("build", "r", "--graph", "g")
    for name in ("out.html", "out.csv"):
        done = run_command(*command, "--graph", "g", "--report", name)
        assert f"written: {name}" in done.stderr
    page = cells_of((folder / "out.html").read_text(encoding="utf-8"))
    rows = list(csv.reader((folder / "out.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert page.names <= {"html", "head", "meta", "title", "style", "body", "h1", "h2", "table", "tr", "th", "td"}
    for kind, subject, detail in rows[1:]:
        assert read_cell(subject) in page.cells
        assert kind == "number" or not detail or read_cell(detail) in page.cells
    kinds = [row[0] for row in rows]
    assert {"failed", "not read", "id with a suffix", "in several files", "equal text", "similar text"} <= set(kinds)
    assert kinds.count("without date") == 4
    assert ["in several files", "'=1+1", "r/e/r.jsonl | r/f/r.jsonl"] in rows


@pytest.mark.parametrize("name", ["out.pdf", "out", "missing/out.html", ""])
def test_a_file_that_cannot_be_written_stops_the_build_before_it_begins(folder: Path, name: str) -> None:
    done = run_command("build", "r", "--graph", "g", "--report", name)
    assert done.returncode in (2, 3)
    assert "Traceback" not in done.stderr
    assert not (folder / "g").exists()


def test_a_report_is_replaced_completely_or_not_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_command("build", "r", "--graph", "g", "--report", "out.html")
    before = (folder / "out.html").read_bytes()
    with graphkit.open("g") as graph:
        graph.ledger._db.execute("DROP TABLE sketch")
        graph.ledger._db.execute("CREATE TABLE sketch (report TEXT)")
    assert run_command("status", "--graph", "g", "--report", "out.html").returncode != 0
    assert (folder / "out.html").read_bytes() == before
    assert sorted(p.name for p in folder.iterdir()) == ["g", "out.html", "r"]


WORDS = st.text(max_size=30)


@given(st.lists(st.tuples(st.sampled_from(("failed", "similar text")), WORDS, WORDS), max_size=5))
def test_all_text_is_escaped(tmp_path_factory: pytest.TempPathFactory, found: list[tuple[str, str, str]]) -> None:
    folder = tmp_path_factory.mktemp("r")
    report = BuildReport({"reports": 3}, [Line(*line) for line in found])
    write_report(folder / "x.html", report)
    write_report(folder / "x.csv", report)
    page = cells_of((folder / "x.html").read_text(encoding="utf-8"))
    cells = [c for c in page.cells[2:] if not c.startswith(("failed (", "similar text ("))]
    expected = [printable(cell) for _, subject, detail in found for cell in (subject, detail)]
    assert cells == expected
    with (folder / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[2:]
    assert [[read_cell(c) for c in row[1:]] for row in rows] == [[printable(s), printable(d)] for _, s, d in found]


PLACES = {
    "a": {"publisher": "临汾新闻网"},
    "b": {"publisher": "石渡日报", "date": "2024-03-04"},
    "c": {"publisher": "临汾日报", "place": "山西省太原市"},
    "d": {"publisher": "新华社", "date": "2024-03-04"},
    "e": {"publisher": "太原晚报", "date": "2024-03-04"},
    "f": {"place": "山西省临汾市", "date": "2024-03-04"},
    # The file states the place, although the name of the publisher shows it, too.
    "g": {"publisher": "太原日报", "place": "山西省太原市", "date": "2024-03-04"},
}


@pytest.fixture
def places(tmp_path: Path) -> Path:
    text = "3月2日，市委书记林知远到石渡县调研第{}个项目。"
    records = [{"id": i, "text": text.format(i), **fields} for i, fields in PLACES.items()]
    write_records(tmp_path / "r.jsonl", records)
    return tmp_path


def test_inferred_places_are_counted_and_listed(places: Path) -> None:
    done = run_command("build", places / "r.jsonl", "--graph", places / "g", "--fast")
    line = "2 reports whose place is from the name of the publisher; for example a: 山西省临汾市 from 临汾新闻网"
    assert line in done.stderr
    assert line in run_command("status", "--graph", places / "g").stdout
    rows = json.loads(run_command("status", "--graph", places / "g", "--inferred", "place", "-f", "json").stdout)
    assert [(r["report"], r["place"], r["publisher"]) for r in rows] == [
        ("a", "山西省临汾市", "临汾新闻网"),
        ("e", "山西省太原市", "太原晚报"),
    ]
    assert {r["file"] for r in rows} == {str(places / "r.jsonl")}
    assert "2 reports with a place from the name of the publisher" in run_command("inspect", places / "r.jsonl").stdout


@pytest.mark.parametrize(("field", "ids"), [("date", "ac"), ("place", "bd"), ("publisher", "f")])
def test_reports_without_a_field_are_listed(places: Path, field: str, ids: str) -> None:
    done = run_command("build", places / "r.jsonl", "--graph", places / "g", "--fast")
    assert "`graphkit status --missing date` (or place, publisher) lists these reports" in done.stderr
    assert "of 7 reports: 2 without a date" in run_command("status", "--graph", places / "g").stdout
    rows = json.loads(run_command("status", "--graph", places / "g", "--missing", field, "-f", "json").stdout)
    assert [r["report"] for r in rows] == list(ids)
    table = run_command("status", "--graph", places / "g", "--missing", field).stdout
    assert [line.split()[0] for line in table.splitlines()] == ["report", *ids]


def test_the_file_of_the_report_lists_inferred_places(places: Path) -> None:
    run_command("build", places / "r.jsonl", "--graph", places / "g", "--fast", "--report", places / "o.csv")
    rows = list(csv.reader((places / "o.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert ["number", "with a place from the name of the publisher", "2"] in rows
    assert ["place from the name of the publisher", "a", "山西省临汾市 from 临汾新闻网"] in rows
    status = json.loads(run_command("status", "--graph", places / "g", "-f", "json").stdout)
    assert [r["report"] for r in status["places_from_publishers"]] == ["a", "e"]


@pytest.mark.parametrize("more", [("--inferred", "place"), ("--report", "x.csv")])
def test_lists_of_status_cannot_be_combined(places: Path, more: tuple[str, str]) -> None:
    run_command("build", places / "r.jsonl", "--graph", places / "g", "--fast")
    done = run_command("status", "--graph", places / "g", "--missing", "date", *more)
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be combined" in done.stderr
