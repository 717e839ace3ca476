from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

import graphkit
from graphkit.errors import LedgerError
from graphkit.extractors import load_extractor
from graphkit.ledger import Ledger, entry_of
from graphkit.ledger.migrations import MIGRATIONS, VERSION
from graphkit.ledger.store import FILE
from graphkit.model import Failure

#: The extractor of the tests (tests/conftest.py).
EXTRACTOR = load_extractor().name
TEXT = "3月12日，市委书记林知远到石渡县调研。他强调，要全面推进乡村振兴。"


def put(ledger: Ledger, report_id: str = "a", text: str = TEXT) -> graphkit.Reading:
    reading = graphkit.extract(text, id=report_id)
    ledger.put(entry_of(reading, EXTRACTOR, "1"))
    return reading


def test_a_report_survives_a_round_trip_through_the_ledger(tmp_path: Path) -> None:
    with Ledger(tmp_path / "g", create=True) as ledger:
        reading = put(ledger)
        row = ledger.report("a")
        assert row is not None
        assert row.report.text == TEXT
        assert set(ledger.statements("a")) == set(reading.statements)
        assert set(ledger.passages("a")) == set(reading.passages)
        assert ledger.has("a", reading.report.fingerprint, EXTRACTOR, "1")
        assert not ledger.has("a", reading.report.fingerprint, EXTRACTOR, "2")


def test_a_changed_report_replaces_the_old_one(tmp_path: Path) -> None:
    with Ledger(tmp_path / "g", create=True) as ledger:
        put(ledger)
        put(ledger, text="石渡县召开会议。")
        assert ledger.counts()["reports"] == 1
        assert {s.report for s in ledger.statements()} <= {"a"}
        assert not any("林知远" in s.subject.name for s in ledger.statements())


def test_a_failed_write_changes_nothing(tmp_path: Path) -> None:
    with Ledger(tmp_path / "g", create=True) as ledger:
        reading = put(ledger)
        before = (ledger.counts(), ledger.revision)
        entry = entry_of(reading, EXTRACTOR, "2")
        other = entry_of(graphkit.extract("石渡县召开会议。", id="b"), EXTRACTOR, "2")
        with pytest.raises(LedgerError, match="cannot write report a:"):
            ledger.put(other, replace(entry, statements=(*entry.statements, ("too short",))))
        assert (ledger.counts(), ledger.revision) == before


def test_removing_a_report_removes_its_statements_and_passages(tmp_path: Path) -> None:
    with Ledger(tmp_path / "g", create=True) as ledger:
        put(ledger)
        assert ledger.remove("a")
        assert not ledger.remove("a")
        assert list(ledger.statements()) == []
        assert ledger.passages("a") == []


def test_failures_of_an_input_are_replaced_when_it_is_read_again(tmp_path: Path) -> None:
    with Ledger(tmp_path / "g", create=True) as ledger:
        ledger.replace_failures([], [Failure("a.jsonl:3", "x"), Failure("z.zip!m.txt", "x"), Failure("b.txt", "x")])
        ledger.replace_failures(["a.jsonl", "z.zip"], [Failure("a.jsonl:4", "y")])
        assert [(f.source, f.reason) for f in ledger.failures()] == [("a.jsonl:4", "y"), ("b.txt", "x")]


def test_a_folder_that_is_not_a_graph_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="is not a graph"):
        Ledger(tmp_path)
    (tmp_path / "photo.png").write_bytes(b"x")
    with pytest.raises(LedgerError, match="contains other files"):
        Ledger(tmp_path, create=True)
    with pytest.raises(LedgerError, match="is a file"):
        Ledger(tmp_path / "photo.png", create=True)


def test_a_ledger_of_a_newer_version_is_rejected(tmp_path: Path) -> None:
    Ledger(tmp_path / "g", create=True).close()
    db = sqlite3.connect(tmp_path / "g" / FILE)
    db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    with pytest.raises(LedgerError, match="newer version of graphkit"):
        Ledger(tmp_path / "g")


@pytest.mark.parametrize("data", [b"not a database at all, only words" * 50, b"SQLite format 3\x00" + b"\x00" * 50])
def test_a_damaged_ledger_is_reported_as_damaged(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(LedgerError, match=FILE):
        Ledger(tmp_path)


def test_a_database_of_another_program_is_rejected(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / FILE)
    db.execute("CREATE TABLE other (x)")
    db.close()
    with pytest.raises(LedgerError, match="another program"):
        Ledger(tmp_path)
    with pytest.raises(LedgerError, match="another program"):
        Ledger(tmp_path, create=True)


def test_a_full_disk_is_reported_and_committed_data_are_kept(tmp_path: Path) -> None:
    with Ledger(tmp_path / "g", create=True) as ledger:
        put(ledger)
        pages = ledger._db.execute("PRAGMA page_count").fetchone()[0]
        ledger._db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(LedgerError, match="the disk is full: free some space"):
            put(ledger, "b", TEXT * 2000)
    with Ledger(tmp_path / "g") as ledger:
        assert ledger.report("a") is not None
        ledger.check()


def test_two_writers_do_not_mix_their_transactions(tmp_path: Path) -> None:
    with Ledger(tmp_path / "g", create=True) as one, Ledger(tmp_path / "g") as two:
        put(one, "a")
        put(two, "b")
        assert one.counts()["reports"] == two.counts()["reports"] == 2


def test_a_ledger_of_the_first_version_is_migrated(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "ledger.sqlite")
    for sql in MIGRATIONS[0]:
        db.execute(sql)
    db.execute("INSERT INTO report VALUES ('r', 'f', 's', '', '', '', '', '', '', '林知远到石渡县。', 'offline', '2')")
    db.execute(
        "INSERT INTO statement VALUES ('i', 'r', 'visited', '', 'actual', '', '', 0, 8, 'visits.at_stop', 0.9,"
        " 'Person', '林知远', 0, 3, '', '', 'Place', '石渡县', 4, 7, '', '')"
    )
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()
    with Ledger(tmp_path) as ledger:
        (statement,) = ledger.statements()
        assert (statement.object.name, statement.date_basis) == ("石渡县", "")
        assert ledger.counts()["reports"] == 1
