"""Rows that were changed outside graphkit are reported by `validate` and are in no view."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

import graphkit
from graphkit.errors import DamagedError, LedgerError
from graphkit.ledger import Ledger
from graphkit.ledger.migrations import MIGRATIONS
from graphkit.ledger.store import FILE
from graphkit.repair import repair
from tests.faults import flips


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return flips.make_graph(tmp_path_factory.mktemp("flips"))


@pytest.fixture
def graph(tmp_path: Path, source: Path) -> Path:
    return Path(shutil.copytree(source, tmp_path / "graph"))


def change(graph: Path, *sql: str) -> None:
    db = sqlite3.connect(graph / FILE, isolation_level=None)
    for statement in sql:
        assert db.execute(statement).rowcount != 0, statement
    db.close()


@pytest.mark.parametrize("number", [12, pytest.param(40, marks=pytest.mark.slow)])
def test_single_bit_flips_are_detected_or_change_no_export(source: Path, number: int) -> None:
    """A few of the two thousand cases of `python -m tests.faults.flips`."""
    counts, bad = flips.flips(source, number, first=500_000, repairs=8)
    assert bad == []
    assert counts["detected"] + counts["refused"] > number / 8


#: The first statement, and the first report.
S = "WHERE id = (SELECT min(id) FROM statement)"
R = "WHERE id = (SELECT min(id) FROM report)"


@pytest.mark.parametrize(
    "sql",
    [
        f"UPDATE statement SET s_name = '王小二' {S}",
        f"UPDATE statement SET date = '2020-01-01' {S}",
        f"UPDATE statement SET status = CASE status WHEN 'actual' THEN 'planned' ELSE 'actual' END {S}",
        f"UPDATE statement SET end = end - 1 {S}",
        f"UPDATE statement SET speaker = '某人' {S}",
        f"UPDATE statement SET confidence = confidence / 2 {S}",
        f"UPDATE statement SET rule = 'x' {S}",
        f"UPDATE statement SET s_start = CAST(s_start AS BLOB) {S}",
        f"UPDATE statement SET report = (SELECT max(id) FROM report) {S}",
        f"DELETE FROM statement {S}",
        "DELETE FROM statement WHERE report = (SELECT min(report) FROM statement)",
        "INSERT INTO statement SELECT 'f' || substr(id, 2), report, relation, kind, status, speaker, date, start, "
        "end, rule, confidence, s_type, s_name, s_start, s_end, s_aliases, s_anchor, o_type, o_name, o_start, "
        f"o_end, o_aliases, o_anchor, date_basis FROM statement {S}",
        f"UPDATE report SET text = text || '。' {R}",
        f"UPDATE report SET title = title || '！' {R}",
        f"UPDATE report SET level = 'county' || level {R}",
        f"UPDATE report SET extractor_version = '0' {R}",
        f"UPDATE report SET id = 'renamed' {R}",
        f"DELETE FROM report {R}",
        "INSERT INTO report SELECT 'another', fingerprint, sha256, title, date, publisher, place, level, url, text, "
        "extractor, extractor_version FROM report LIMIT 1",
        "UPDATE passage SET kind = 'tail' WHERE rowid = 1",
        "DELETE FROM passage WHERE rowid = 2",
        "INSERT INTO passage SELECT * FROM passage WHERE rowid = 3",
        "UPDATE words SET cuts = (SELECT cuts FROM words WHERE rowid = 2) WHERE rowid = 1",
        "UPDATE utterance SET speaker = 'x' WHERE rowid = 1",
        "UPDATE decision SET verdict = 'accept' WHERE verdict = 'reject'",
        "UPDATE decision SET about = replace(about, 'actual', 'planned')",
        "DELETE FROM decision WHERE number = 2",
        "INSERT INTO decision SELECT number + 5, key, verdict, about, who, made, note, digest FROM decision LIMIT 1",
        "UPDATE failure SET reason = 'none'",
        "DELETE FROM failure",
        "UPDATE digest SET statements = entry WHERE report = (SELECT min(report) FROM digest)",
        "DELETE FROM digest WHERE report = (SELECT min(report) FROM digest)",
        "UPDATE state SET identity = 'f'",
        "DELETE FROM state",
    ],
)
def test_every_manual_change_is_detected(graph: Path, sql: str) -> None:
    with graphkit.open(graph) as opened:
        whole = flips.exports(opened, ("csv", "nquads"))
    change(graph, sql)
    with graphkit.open(graph) as opened:
        assert list(opened.validate(shacl=False)) != []
        with contextlib.suppress(DamagedError):
            assert flips.exports(opened, ("csv", "nquads")) == whole


def test_two_exchanged_reports_are_detected(graph: Path) -> None:
    change(
        graph,
        f"UPDATE report SET id = 'x' {R}",
        "UPDATE report SET id = '00' WHERE id = '01'",
        "UPDATE report SET id = '01' WHERE id = 'x'",
    )
    with graphkit.open(graph) as opened:
        assert len([p for p in opened.validate(shacl=False) if "id or fingerprint" in p]) == 2


@pytest.mark.parametrize(
    "sql",
    [
        f"UPDATE report SET id = 'renamed' {R}",
        f"UPDATE report SET level = 'x' {R}",
        f"UPDATE report SET extractor = 'offlinf' {R}",
        f"UPDATE statement SET s_name = '王小二' {S}",
        f"DELETE FROM statement {S}",
        "DELETE FROM passage WHERE rowid = 2",
        "UPDATE digest SET report = 'x' WHERE report = '00'",
    ],
)
def test_a_repair_restores_the_exports_or_lists_lost_reports(graph: Path, sql: str) -> None:
    with graphkit.open(graph) as opened:
        whole = flips.exports(opened, ("csv", "nquads"))
    change(graph, sql)
    done = repair(graph)
    with graphkit.open(graph) as opened:
        assert list(opened.validate(shacl=False)) == []
        assert flips.exports(opened, ("csv", "nquads")) == whole or done.lost or done.notes


def test_a_repair_reports_losses_that_it_cannot_identify(graph: Path) -> None:
    change(graph, f"DELETE FROM report {R}", "DELETE FROM digest WHERE report = (SELECT min(report) FROM digest)")
    assert "a report was added or removed outside graphkit" in repair(graph).notes[0]
    change(graph, "UPDATE decision SET verdict = 'accept' WHERE number = 1")
    assert repair(graph).notes == ["decision 1 is damaged and was removed: decide again"]
    assert repair(graph).notes == []


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TRIGGER t AFTER UPDATE ON state BEGIN DELETE FROM report; END",
        "CREATE TRIGGER t AFTER INSERT ON decision BEGIN UPDATE decision SET verdict = 'accept'; END",
        "CREATE VIEW v AS SELECT * FROM report",
        "CREATE TABLE extra (x)",
        "CREATE INDEX more ON report (title)",
        "CREATE VIRTUAL TABLE f USING fts5(x)",
        "DROP INDEX statement_report",
        "ALTER TABLE report ADD COLUMN more TEXT",
        "ALTER TABLE failure RENAME TO other",
    ],
)
def test_a_modified_database_schema_is_rejected(graph: Path, sql: str) -> None:
    db = sqlite3.connect(graph / FILE, isolation_level=None)
    db.execute(sql)
    db.close()
    with pytest.raises(DamagedError, match=r"not part of a ledger|is missing|was altered"):
        graphkit.open(graph)


def test_adding_and_removing_a_report_restores_the_digests(tmp_path: Path) -> None:
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(flips.EXAMPLES)
        before = graph.ledger._db.execute("SELECT reports FROM state").fetchone()
        (tmp_path / "x.txt").write_text("3月12日，市委书记林知远到石渡县调研。", encoding="utf-8")
        graph.build(tmp_path / "x.txt")
        assert graph.ledger._db.execute("SELECT reports FROM state").fetchone() != before
        graph.remove("x")
        assert graph.ledger._db.execute("SELECT reports FROM state").fetchone() == before
        assert list(graph.validate(shacl=False)) == []


def old_format(graph: Path) -> None:
    """Converts a ledger to format 5."""
    columns = ("reports", "decisions", "failures", "seal")
    db = sqlite3.connect(graph / FILE, isolation_level=None)
    for sql in (
        *(f"DROP TABLE {table}" for table in ("root", "origin", "sketch", "inferred")),
        "DROP INDEX report_sha256",
        "DROP TABLE digest",
        "DROP TABLE refused",
        "DROP TABLE not_read",
        "ALTER TABLE decision DROP COLUMN digest",
        *(f"ALTER TABLE state DROP COLUMN {c}" for c in columns),
        "PRAGMA user_version = 5",
    ):
        db.execute(sql)
    db.close()


def test_a_ledger_without_digests_gets_them(graph: Path) -> None:
    with graphkit.open(graph) as opened:
        whole = flips.exports(opened, ("csv", "nquads"))
    old_format(graph)
    with graphkit.open(graph) as opened:
        assert list(opened.validate(shacl=False)) == []
        assert flips.exports(opened, ("csv", "nquads")) == whole


@pytest.mark.parametrize("version", [2, 4, 6, len(MIGRATIONS) + 1])
def test_a_wrong_format_number_is_rejected(graph: Path, version: int) -> None:
    change(graph, f"PRAGMA user_version = {version}")
    before = (graph / FILE).read_bytes()
    with pytest.raises(LedgerError):
        graphkit.open(graph)
    assert (graph / FILE).read_bytes() == before


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal"])
def test_a_ledger_that_is_a_symbolic_link_is_rejected(graph: Path, tmp_path: Path, ending: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    if ending:
        elsewhere.write_bytes(b"mine")
    else:
        (graph / FILE).rename(elsewhere)
    before = elsewhere.read_bytes()
    (graph / (FILE + ending)).symlink_to(elsewhere)
    for action in (graphkit.open, repair):
        with pytest.raises(LedgerError, match="is a link"):
            action(graph)
    assert elsewhere.read_bytes() == before


def test_a_bit_flip_in_the_write_ahead_log_is_detected(graph: Path, tmp_path: Path) -> None:
    writer = sqlite3.connect(graph / FILE, isolation_level=None)
    for n in range(3):
        writer.execute("INSERT INTO failure VALUES (?, 'x')", (f"f{n}",))
    copy = Path(shutil.copytree(graph, tmp_path / "copy"))
    writer.close()
    log = copy / f"{FILE}-wal"
    (copy / f"{FILE}-shm").unlink()
    data = bytearray(log.read_bytes())
    assert len(data) > 3 * 4096
    data[32 + 24 + 100] ^= 4
    log.write_bytes(data)
    with Ledger(copy) as ledger, pytest.raises(DamagedError, match="write-ahead log"):
        ledger.check()


# -- graphs that cannot be written -----------------------------------------------------------------------------


def mounted(graph: Path) -> bool:
    done = subprocess.run(["mount", "--bind", str(graph), str(graph)], capture_output=True)
    return (
        not done.returncode
        and not subprocess.run(["mount", "-o", "remount,bind,ro", str(graph)], capture_output=True).returncode
    )


def copy_with_log(graph: Path, folder: Path) -> tuple[Path, str]:
    """A copy of the graph whose last build is only in the write-ahead log, and the hash of its exports."""
    (folder / "x.txt").write_text("3月12日，市委书记林知远到石渡县调研。", encoding="utf-8")
    with graphkit.open(graph) as writer:
        writer.build(folder / "x.txt")
        copy = Path(shutil.copytree(graph, folder / "copy"))
        whole = flips.exports(writer)
    (copy / f"{FILE}-shm").unlink()
    shutil.rmtree(copy / "views", ignore_errors=True)
    return copy, whole


@pytest.mark.parametrize("kind", ["closed", "with a log", "old format"])
def test_a_graph_on_a_read_only_disk_can_be_queried_and_exported(
    graph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with graphkit.open(graph) as opened:
        whole = flips.exports(opened)
    shutil.rmtree(graph / "views")
    if kind == "old format":
        old_format(graph)
    if kind == "with a log":
        graph, whole = copy_with_log(graph, tmp_path)
    before = sorted((p.name, p.stat().st_mtime_ns) for p in graph.iterdir())
    if os.name != "posix" or not mounted(graph):
        pytest.skip("a folder cannot be mounted read-only here")
    try:
        with graphkit.open(graph) as opened:
            assert list(opened.validate(shacl=False)) == []
            assert flips.exports(opened) == whole
            assert opened.cypher("RETURN 1 AS x") == [{"x": 1}]
            assert opened.sparql("ASK {?s ?p ?o}") == [{"answer": True}]
            assert len(opened.phrases()._index.names) if hasattr(opened.phrases(), "_index") else True
            assert opened.status()["reports"] >= 20
            for action in (lambda: opened.build(flips.EXAMPLES), lambda: opened.remove("00"), opened.retry):
                with pytest.raises(LedgerError, match="is read-only: the graph can be read but not changed"):
                    action()
        with pytest.raises(LedgerError, match="is read-only"):
            graphkit.open(graph, create=True)
        with pytest.raises(LedgerError, match="is read-only"):
            repair(graph)
        assert sorted((p.name, p.stat().st_mtime_ns) for p in graph.iterdir()) == before
        (folder,) = (tmp_path / "cache" / "graphkit" / "views").iterdir()
        assert folder.stat().st_mode & 0o077 == 0
    finally:
        subprocess.run(["umount", str(graph)], check=True)
