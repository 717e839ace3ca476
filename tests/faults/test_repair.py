"""`doctor --repair` keeps intact reports and lists the lost ones."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

import graphkit
from graphkit.errors import DamagedError, LedgerError
from graphkit.ledger import Ledger
from graphkit.ledger.store import FILE
from graphkit.repair import repair
from tests.faults import fuzz, kills


@pytest.fixture
def graph(tmp_path: Path, example_graph: graphkit.Graph) -> Path:
    folder = tmp_path / "graph"
    folder.mkdir()
    with sqlite3.connect(example_graph.folder / FILE) as db, sqlite3.connect(folder / FILE) as copy:
        db.backup(copy)
    copy.close()
    return folder


def change(graph: Path, sql: str) -> None:
    db = sqlite3.connect(graph / FILE, isolation_level=None)
    assert db.execute(sql).rowcount != 0
    db.close()


def test_repairing_an_intact_graph_changes_nothing(graph: Path, example_graph: graphkit.Graph) -> None:
    done = repair(graph)
    assert done.checked == example_graph.status()["statements"]
    assert (done.reread, done.lost, done.damaged) == ([], [], None)
    assert kills.exported(graph) == kills.exported(example_graph.folder)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE statement SET start = end + 100000 WHERE rowid_of = 1",
        "UPDATE statement SET relation = 'married'",
        "UPDATE statement SET s_anchor = 'x-y'",
        "UPDATE statement SET status = 'perhaps'",
        "UPDATE words SET cuts = x'00'",
        "UPDATE passage SET kind = 'poem'",
        "UPDATE passage SET end = 1000000",
    ],
)
def test_changed_rows_are_rejected_and_their_reports_read_again(
    graph: Path, example_graph: graphkit.Graph, sql: str
) -> None:
    change(graph, sql.replace("WHERE rowid_of = 1", ""))
    done = kills.run("doctor", "--graph", graph, "--repair")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 reports read again" not in done.stdout
    assert kills.exported(graph) == kills.exported(example_graph.folder)
    assert repair(graph).reread == []


def test_views_contain_no_statement_that_contradicts_its_text(graph: Path) -> None:
    change(graph, "UPDATE statement SET start = 0, end = 10000000")
    done = kills.run("export", "--format", "csv", "--graph", graph)
    assert done.returncode == 3
    assert done.stdout == ""
    assert "graphkit doctor --repair" in done.stderr


def test_a_report_with_a_changed_text_is_reported_as_lost(graph: Path) -> None:
    db = sqlite3.connect(graph / FILE, isolation_level=None)
    (victim,) = db.execute("SELECT min(id) FROM report").fetchone()
    db.execute("UPDATE report SET text = text || '。' WHERE id = ?", (victim,))
    db.close()
    done = kills.run("doctor", "--graph", graph, "--repair")
    assert done.returncode == 1
    assert f"lost     report {victim}: build it again from its file" in done.stdout
    with graphkit.open(graph) as opened:
        assert opened.ledger.report(victim) is None


@pytest.mark.parametrize(
    "page", [*range(2, 14, 5), *(pytest.param(p, marks=pytest.mark.slow) for p in range(17, 40, 3))]
)
def test_a_page_of_zeros_loses_only_the_reports_on_it(graph: Path, example_graph: graphkit.Graph, page: int) -> None:
    """A later build of all reports restores the original graph."""
    data = bytearray((graph / FILE).read_bytes())
    data[page * 4096 : (page + 1) * 4096] = bytes(4096)
    (graph / FILE).write_bytes(bytes(data))
    done = repair(graph)
    with graphkit.open(graph) as opened:
        opened.ledger.check()
        assert list(opened.validate(shacl=False)) == []
        assert opened.ledger.counts()["reports"] + len(done.lost) <= example_graph.status()["reports"]
        if done.damaged:
            assert done.damaged.exists()
        opened.build(fuzz.ROOT / "examples" / "reports")
    assert kills.exported(graph) == kills.exported(example_graph.folder)


def test_an_interrupted_repair_is_completed_by_the_next(graph: Path, example_graph: graphkit.Graph) -> None:
    shutil.copy(graph / FILE, graph / f"{FILE}.new")
    (graph / FILE).write_bytes(b"damaged")
    (graph / f"{FILE}-wal").write_bytes(b"of the damaged one")
    done = repair(graph)
    assert done.lost == []
    assert done.damaged == graph / f"{FILE}.damaged-1"
    assert (graph / f"{FILE}.damaged-1-wal").exists()
    assert kills.exported(graph) == kills.exported(example_graph.folder)


def test_rows_without_a_report_are_removed(graph: Path, example_graph: graphkit.Graph) -> None:
    change(graph, "DELETE FROM report WHERE id = (SELECT min(id) FROM report)")
    change(graph, "DELETE FROM passage WHERE report = (SELECT max(id) FROM report)")
    change(graph, "DELETE FROM statement WHERE report = (SELECT max(id) FROM report)")
    done = repair(graph)
    assert len(done.reread) == 1
    with graphkit.open(graph) as opened:
        opened.build(fuzz.ROOT / "examples" / "reports")
    assert kills.exported(graph) == kills.exported(example_graph.folder)


def test_other_errors_are_not_treated_as_damage(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a full disk or a folder without permissions, the file is not moved."""
    full = sqlite3.OperationalError("database or disk is full")

    def check(ledger: Ledger, **_: object) -> None:
        with ledger._translated_errors("check"):
            raise full

    monkeypatch.setattr(Ledger, "check", check)
    with pytest.raises(LedgerError, match="the disk is full"):
        repair(graph)
    assert [p.name for p in graph.iterdir() if "damaged" in p.name] == []
    with (
        graphkit.open(graph) as opened,
        pytest.raises(DamagedError, match=r"no such table.*graphkit\.repair\.repair"),
        opened.ledger._translated_errors("read"),
    ):
        raise sqlite3.OperationalError("no such table: report")


def test_folders_without_a_ledger_and_other_files_are_not_changed(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="is not a graph"):
        repair(tmp_path)
    db = sqlite3.connect(tmp_path / FILE)
    db.execute("CREATE TABLE other (x)")
    db.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(LedgerError, match="another program"):
        repair(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.slow
def test_a_repair_does_not_disturb_a_concurrent_writer(graph: Path) -> None:
    db = sqlite3.connect(graph / FILE, isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    done = kills.run("doctor", "--graph", graph, "--repair")
    db.execute("ROLLBACK")
    db.close()
    assert done.returncode == 3
    assert "another graphkit process is writing" in done.stderr


@pytest.mark.parametrize("first", [101, 202])
def test_mutated_inputs_are_read_or_rejected(first: int) -> None:
    """A few of the ten thousand cases of `python -m tests.faults.fuzz`."""
    (counts,) = fuzz.batches(120, first)
    counts.pop("MiB")
    assert counts.total() == 120


@pytest.mark.parametrize("path", sorted(p for p in fuzz.FOUND.iterdir() if p.suffix != ".md"), ids=lambda p: p.name)
def test_inputs_that_once_caused_a_failure_are_read_or_rejected(tmp_path: Path, path: Path) -> None:
    shutil.copy(path, tmp_path)
    fuzz.read(tmp_path / path.name)


@pytest.mark.parametrize("ledger_is_damaged", [True, False])
def test_the_list_of_inputs_that_were_not_read_survives_a_repair(tmp_path: Path, ledger_is_damaged: bool) -> None:
    source, graph = tmp_path / "source", tmp_path / "graph"
    source.mkdir()
    (source / "report.txt").write_text("3月2日，市委书记王建国到青石县调研。\n", encoding="utf-8")
    (source / "table.xlsb").write_bytes(b"PK")
    (source / "broken.docx").write_bytes(b"no document")
    with graphkit.open(graph, create=True) as opened:
        opened.build(source)
        failures, others = opened.ledger.failures(), opened.ledger.not_read()
    assert [Path(f.source).name for f in failures] == ["broken.docx"]
    assert [Path(o.source).name for o in others] == ["table.xlsb"]
    if ledger_is_damaged:
        db = sqlite3.connect(graph / FILE, isolation_level=None)
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'passage'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        with (graph / FILE).open("r+b") as file:
            file.seek((root - 1) * size)
            file.write(bytes(size))
    done = repair(graph)
    assert (done.damaged is not None) is ledger_is_damaged
    with graphkit.open(graph) as opened:
        assert (opened.ledger.failures(), opened.ledger.not_read()) == (failures, others)


def test_a_changed_list_of_inputs_is_reported(graph: Path) -> None:
    db = sqlite3.connect(graph / FILE, isolation_level=None)
    db.execute("INSERT INTO not_read VALUES ('x.xlsx', 'unknown type', 'changed by hand')")
    db.close()
    assert any("inputs that were not read" in note for note in repair(graph).notes)
    assert repair(graph).notes == []
