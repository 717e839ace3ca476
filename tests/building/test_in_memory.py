"""Reports in memory: dictionaries, `Report`s, rows and data frames are read as files are."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

import graphkit
from graphkit.errors import ReadingError, UsageError
from graphkit.model import Failure, NoReport, Report
from graphkit.reading import Inputs
from graphkit.reading.parts import PART_ROWS, SLOW, parts_in_memory
from tests.conftest import ROOT, write_records

TEXTS = [
    "3月2日，市委书记林知远到石渡县调研。他强调，要全面推进乡村振兴。",
    "4月5日，石渡县委书记何清嘉到云雾镇调研春耕生产。",
    "县长谢明远主持召开县政府常务会议。",
]
RECORDS: list[dict[str, Any]] = [
    {"id": f"r{n}", "text": text, "date": "2024-05-01", "place": "山西省临汾市"} for n, text in enumerate(TEXTS)
]


class Row(NamedTuple):
    id: str
    text: str
    date: str
    place: str


def cursor() -> Iterator[sqlite3.Row]:
    db = sqlite3.connect(":memory:")
    db.row_factory = sqlite3.Row
    db.execute("CREATE TABLE news (id TEXT, text TEXT, date TEXT, place TEXT)")
    db.executemany("INSERT INTO news VALUES (:id, :text, :date, :place)", RECORDS)
    yield from db.execute("SELECT * FROM news ORDER BY id")


FORMS: dict[str, Callable[[], Any]] = {
    "list of dictionaries": lambda: RECORDS,
    "iterator of dictionaries": lambda: iter(RECORDS),
    "Report objects": lambda: [Report(**r) for r in RECORDS],
    "database cursor": cursor,
    "named tuples": lambda: (Row(**r) for r in RECORDS),
    "records of a frame": lambda: pd.DataFrame(RECORDS).to_dict("records"),
    "frame": lambda: pd.DataFrame(RECORDS),
    "Chinese field names": lambda: [{"编号": r["id"], "正文": r["text"], "日期": r["date"], "地区": r["place"]} for r in RECORDS],
    "dates and times": lambda: [{**r, "date": datetime(2024, 5, 1, 9, tzinfo=UTC)} for r in RECORDS],
    "nested": lambda: [{"data": {"article": r}} for r in RECORDS],
    "several in one": lambda: {"data": {"list": RECORDS}},
}  # fmt: skip


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[graphkit.Graph]:
    with graphkit.open(tmp_path / "graph", create=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def from_file(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    folder = tmp_path_factory.mktemp("file")
    with graphkit.open(folder / "graph", create=True) as graph:
        graph.build(write_records(folder / "r.jsonl", RECORDS))
        return rows_of(graph)


def rows_of(graph: graphkit.Graph) -> list[tuple[Any, ...]]:
    return [(s.report, s.subject.name, s.relation, s.object.name, s.date, s.start, s.end) for s in graph.statements()]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_statements_of_a_file(
    graph: graphkit.Graph, from_file: list[tuple[Any, ...]], form: str
) -> None:
    outcome = graph.build(FORMS[form]())
    assert (outcome.added, outcome.is_complete) == (3, True)
    assert rows_of(graph) == from_file != []
    assert graph.build(FORMS[form]()).skipped == 3


def test_paths_and_records_can_be_mixed(graph: graphkit.Graph, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXTS[0], encoding="utf-8")
    assert graph.build(iter([path, RECORDS[1], str(path)])).added == 2
    assert {r.id for r in graph.reports()} == {"a", "r1"}


def test_a_missing_path_in_a_list_is_an_error_before_anything_is_read(graph: graphkit.Graph) -> None:
    with pytest.raises(UsageError, match=r"none\.txt: no such file"):
        graph.build([RECORDS[0], "none.txt"])
    assert graph.status()["reports"] == 0


@pytest.mark.parametrize("inputs", [None, 5, b"text", "甲" * 2000, ["第一段\n第二段"]])
def test_what_is_no_input_is_a_clear_error(graph: graphkit.Graph, inputs: Any) -> None:
    with pytest.raises(UsageError, match="dictionary"):
        graph.build(inputs)


BAD: list[tuple[Any, str]] = [
    (5, "not int"),
    (None, "not NoneType"),
    (("a", "b"), "not tuple"),
    ({"id": "x"}, "no `text`"),
    ({"id": "x", "text": b"bytes"}, "`text` is bytes"),
    ({"id": ["x", "y"], "text": TEXTS[0]}, "`id` is list"),
    ({"id": "x", "text": TEXTS[0] + "\x00\x01\x02\x03" * 20}, "character"),
    ({"id": "x\ud800", "text": TEXTS[0]}, "U+D800"),
    (Report("x", TEXTS[0], title=None), "`title` is NoneType"),  # type: ignore[arg-type]
    (Report("x", "甲" * 1_000_001), "at most 1,000,000"),
    (Report("x\x00", TEXTS[0]), "U+0000"),
]


@pytest.mark.parametrize(("item", "reason"), BAD, ids=[reason for _, reason in BAD])
def test_a_bad_item_is_a_failure_with_its_index_and_does_not_affect_others(
    graph: graphkit.Graph, item: Any, reason: str
) -> None:
    outcome = graph.build([RECORDS[0], item, RECORDS[1]])
    (failure,) = outcome.failures
    assert failure.source.partition(" ")[0] == "reports[1]"
    assert reason in failure.reason
    assert outcome.added == 2
    assert graph.status()["failed"] == 0  # It cannot be read again, so that the graph does not list it.
    with pytest.raises(ReadingError, match=r"^reports\[1\]"):
        list(graphkit.extract_many([RECORDS[0], item]))


@pytest.mark.parametrize("item", [{"id": "x", "text": " \n"}, {"id": "x", "text": None}, Report("x", "。")])
def test_an_item_without_text_contains_no_report(graph: graphkit.Graph, item: Any) -> None:
    assert graph.add(item).empty == [NoReport("reports[0]", "x has no text")]


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (date(2024, 5, 1), "2024-05-01"),
        (pd.Timestamp("2024-05-01"), "2024-05-01"),
        (np.datetime64("2024-05-01"), "2024-05-01"),
        (pd.NaT, ""),
        (pd.NA, ""),
        (float("nan"), ""),
        (np.float64("nan"), ""),
        (Decimal(20240501), "2024-05-01"),
    ],
)
def test_values_of_databases_and_frames_are_read_as_text(graph: graphkit.Graph, value: object, day: str) -> None:
    outcome = graph.add({"id": np.int64(7), "text": TEXTS[0], "date": value})
    (report,) = graph.reports()
    assert (report.id, report.date, outcome.unread_dates) == ("7", day, 0)


def test_an_invalid_date_is_counted_as_for_files(graph: graphkit.Graph) -> None:
    outcome = graph.add([{"id": "x", "text": TEXTS[0], "date": "yesterday"}, Report("y", TEXTS[1], date="2024-02-31")])
    assert (outcome.unread_dates, outcome.first_unread_date) == (2, ("reports[0]", "yesterday"))


def test_reports_without_id_keep_theirs_in_later_calls(graph: graphkit.Graph) -> None:
    for text in (TEXTS[0], TEXTS[1]):
        assert graph.add({"text": text}).added == 1
    assert graph.add([{"text": TEXTS[1]}, Report("", TEXTS[0])]).skipped == 2
    assert len({r.id for r in graph.reports()}) == 2


def test_a_changed_report_replaces_the_one_with_its_id(graph: graphkit.Graph) -> None:
    graph.add(RECORDS)
    outcome = graph.add({**RECORDS[1], "text": TEXTS[2]})
    assert outcome.added == 1
    assert [(r.id, r.text) for r in graph.reports()] == [("r0", TEXTS[0]), ("r1", TEXTS[2]), ("r2", TEXTS[2])]


def test_different_reports_of_one_call_with_equal_ids_are_both_kept(graph: graphkit.Graph) -> None:
    graph.add([{"id": "x", "text": t} for t in TEXTS[:2]])
    assert sorted(r.text for r in graph.reports()) == sorted(TEXTS[:2])


def test_fields_at_other_paths_can_be_stated(graph: graphkit.Graph) -> None:
    assert graph.add({"k": "x", "inner": {"story": TEXTS[0]}}, fields={"text": "inner.story", "id": "k"}).added == 1
    (reading,) = graphkit.extract_many([{"k": "x", "inner": {"story": TEXTS[0]}}], fields={"text": "inner.story"})
    assert reading.report.text == TEXTS[0]


def test_a_fast_iterator_is_read_in_batches_and_a_slow_one_item_by_item() -> None:
    fast = [len(part[0].found or ()) for part in parts_in_memory(Inputs(RECORDS * 50).reports())]
    assert fast == [PART_ROWS, PART_ROWS, 150 - 2 * PART_ROWS]

    def slow() -> Iterator[dict[str, Any]]:
        for record in RECORDS:
            time.sleep(2 * SLOW)
            yield record

    parts = parts_in_memory(Inputs(slow()).reports())
    assert [len(next(parts)[0].found or ()) for _ in RECORDS] == [1, 1, 1]


# -- extract and extract_many ------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_extract_many_yields_the_readings_of_extract_in_order(workers: int) -> None:
    records = [{**RECORDS[n % 3], "id": str(n)} for n in range(150)]
    found = list(graphkit.extract_many(iter(records), workers=workers))
    assert [r.report.id for r in found] == [r["id"] for r in records]
    for reading, record in zip(found[:3], records, strict=False):
        expected = graphkit.extract(record["text"], id=record["id"], date=record["date"], place=record["place"])
        assert reading.statements == expected.statements != ()


def test_extract_many_reads_files_and_tells_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXTS[0], encoding="utf-8")
    (tmp_path / "b.xyz").write_text(TEXTS[0], encoding="utf-8")
    failures: list[Failure | NoReport] = []
    found = list(graphkit.extract_many([RECORDS[1], {"id": "x"}, tmp_path], on_failure=failures.append))
    assert [r.report.id for r in found] == ["r1", "a"]
    assert [f.source for f in failures] == ["reports[1]", str(tmp_path / "b.xyz")]


def test_a_batch_of_one_is_yielded_before_the_next_item_is_requested() -> None:
    requested: list[str] = []

    def items() -> Iterator[dict[str, Any]]:
        for record in RECORDS:
            requested.append(record["id"])
            yield record

    seen = [(reading.report.id, list(requested)) for reading in graphkit.extract_many(items(), batch=1)]
    assert seen == [("r0", ["r0"]), ("r1", ["r0", "r1"]), ("r2", ["r0", "r1", "r2"])]


@pytest.mark.parametrize("batch", [0, -1, 65])
def test_the_size_of_a_batch_is_checked(batch: int) -> None:
    with pytest.raises(UsageError, match="from 1 to 64"):
        graphkit.extract_many([], batch=batch)


def test_extract_many_checks_its_arguments_at_once() -> None:
    with pytest.raises(UsageError, match="no such file"):
        graphkit.extract_many("none.txt")
    with pytest.raises(UsageError, match="workers=0"):
        graphkit.extract_many([], workers=0)


@pytest.mark.parametrize(
    ("text", "options", "error", "message"),
    [
        ("", {}, ReadingError, "the text is empty"),
        (" \n。", {}, ReadingError, "the text is empty"),
        (None, {}, UsageError, "text: a string was expected, not NoneType"),
        (b"bytes", {}, UsageError, "text: a string was expected, not bytes"),
        (TEXTS[0], {"date": "yesterday"}, UsageError, "'yesterday' is not a day"),
        (TEXTS[0], {"date": "2024-02-30"}, UsageError, "is not a day"),
        (TEXTS[0], {"date": date(2024, 2, 3)}, UsageError, "date: a string was expected, not date"),
        (TEXTS[0], {"place": None}, UsageError, "place: a string was expected"),
    ],
)
def test_extract_reports_what_it_cannot_read(text: Any, options: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        graphkit.extract(text, **options)


# -- other processes ---------------------------------------------------------------------------------------------

SCRIPT = """
import graphkit, sys
records = [{"id": str(n), "text": "市委书记林知远到石渡县调研。"} for n in range(200)]
with graphkit.open(sys.argv[1], create=True) as graph:
    print(graph.build(records, workers=2).added, len(list(graphkit.extract_many(records, workers=2))))
"""


@pytest.mark.parametrize("how", ["script without a main guard", "standard input", "interactive"])
def test_workers_need_no_main_guard(tmp_path: Path, how: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    words = {"standard input": ["-"], "interactive": ["-i", "-"]}.get(how, [str(script)])
    given = None if how.startswith("script") else SCRIPT
    done = subprocess.run(
        [sys.executable, *words, str(tmp_path / "g")], input=given, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout) == (0, "200 200\n"), done.stderr


@pytest.mark.parametrize("command", ["extract", "build"])
def test_standard_input_is_read_as_it_arrives(tmp_path: Path, command: str) -> None:
    graph = tmp_path / "g"
    words = ["extract", "-", "--format", "gold"] if command == "extract" else ["build", "-", "--graph", str(graph)]
    process = subprocess.Popen(
        [sys.executable, "-m", "graphkit", *words, "--fast"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL, cwd=ROOT,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None

    def added(number: int) -> None:
        """Wait for the output of the reports that were written, while more input can follow."""
        if command == "extract":
            assert '"id"' in process.stdout.readline()  # type: ignore[union-attr]
            return
        for _ in range(300):
            if (graph / "ledger.sqlite").exists():
                with graphkit.open(graph) as opened:
                    if opened.status()["reports"] == number:
                        return
            time.sleep(0.1)
        raise AssertionError("nothing was written")

    try:
        for number, text in enumerate(TEXTS, 1):
            process.stdin.write(f'{{"id": "{number}", "text": "{text}"}}\n')
            process.stdin.flush()
            added(number)
        process.stdin.close()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.stdout.close()
