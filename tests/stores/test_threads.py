"""A graph is read by several threads, and says clearly when it is closed or written by another program."""

from __future__ import annotations

import gc
import os
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.errors import DamagedError, LedgerError
from tests.ledger.test_integrity import mounted

TEXTS = [
    f"{day}月2日，石渡县委书记何清嘉到云雾镇调研。他强调，要全面推进乡村振兴，加快建设幸福河湖。"
    for day in range(1, 10)
]
RECORDS = [{"id": f"r{n}", "text": text, "date": "2024-10-01", "place": "山西省临汾市"} for n, text in enumerate(TEXTS)]
VISITS = "MATCH (p:Person)-[v:VISITED]->(s) RETURN p.name AS who, s.name AS site, v.date AS day ORDER BY day"

QUESTIONS: dict[str, Callable[[graphkit.Graph], Any]] = {
    "claims": lambda g: [c.id for c in g.claims("visited")],
    "cypher": lambda g: g.cypher(VISITS),
    "sparql": lambda g: g.sparql("SELECT ?name WHERE { ?p a foaf:Person ; skos:prefLabel ?name }"),
    "statements": lambda g: [s.id for s in g.statements()],
    "entities": lambda g: [e.id for e in g.entities()],
    "reading": lambda g: g.reading("r1"),
    "reports": lambda g: [r.text for r in g.reports()],
    "status": lambda g: g.status(),
    "networkx": lambda g: sorted(g.to_networkx().nodes),
    "phrases": lambda g: g.phrases().list(),
    "validate": lambda g: list(g.validate(shacl=False)),
    "merges": lambda g: g.merges("Person:何清嘉"),
}


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[graphkit.Graph]:
    with graphkit.open(tmp_path / "graph", create=True) as opened:
        opened.build(RECORDS)
        yield opened


def test_ten_threads_get_the_answers_of_one(graph: graphkit.Graph) -> None:
    start = threading.Barrier(10)

    def ask(number: int) -> dict[str, Any]:
        start.wait()
        names = list(QUESTIONS)
        # Each thread begins with another question, so that several threads need the same view.
        return {name: QUESTIONS[name](graph) for name in names[number % len(names) :] + names[: number % len(names)]}

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(ask, range(10)))
    assert answers == [{name: question(graph) for name, question in QUESTIONS.items()}] * 10
    assert len(answers[0]["cypher"]) == len(TEXTS)


def test_an_iterator_can_be_continued_by_another_thread(graph: graphkit.Graph) -> None:
    reports = graph.reports()
    first = next(reports).id
    with ThreadPoolExecutor(1) as pool:
        others = pool.submit(lambda: [r.id for r in reports]).result()
    assert [first, *others] == [r["id"] for r in RECORDS]


def test_threads_read_while_another_one_writes(graph: graphkit.Graph) -> None:
    is_written = threading.Event()

    def write() -> int:
        try:
            return sum(graph.add({**RECORDS[0], "id": f"n{n}"}).added for n in range(5))
        finally:
            is_written.set()

    def read() -> list[int]:
        found = [graph.status()["reports"]]
        while not is_written.is_set():
            found.append(len(graph.cypher(VISITS)) and graph.status()["reports"])
        return found

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        assert pool.submit(write).result() == 5
        counts = [reader.result() for reader in readers]
    assert all(found == sorted(found) for found in counts)
    assert graph.status()["reports"] == len(RECORDS) + 5


def test_several_threads_can_add_reports(graph: graphkit.Graph) -> None:
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda n: graph.add({**RECORDS[0], "id": f"n{n}"}), range(8)))
    assert sum(o.added for o in outcomes) == 8
    assert list(graph.validate(shacl=False)) == []


def test_the_connections_of_ended_threads_are_closed(graph: graphkit.Graph) -> None:
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(30):
        thread = threading.Thread(target=lambda: list(graph.statements()))
        thread.start()
        thread.join()
    assert len(graph.ledger._of_threads) == 1
    if before:
        assert len(os.listdir("/proc/self/fd")) < before + 15


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_closed_graph_says_so(graph: graphkit.Graph, name: str) -> None:
    QUESTIONS[name](graph)
    graph.close()
    with pytest.raises(LedgerError, match=r"the graph is closed; open it again with graphkit\.open") as raised:
        QUESTIONS[name](graph)
    assert not isinstance(raised.value, DamagedError)
    assert "repair" not in str(raised.value)


@pytest.mark.parametrize(
    "begin",
    [
        lambda g: g.reports(),
        lambda g: g.statements(),
        lambda g: iter(g.content().claims),
        lambda g: iter(g.property_graph().nodes),
        lambda g: g.content().resolution.entities(),
    ],
)
def test_an_iterator_of_a_graph_that_was_closed_says_so(graph: graphkit.Graph, begin: Callable[..., Any]) -> None:
    rows = begin(graph)
    next(rows)
    graph.close()
    with pytest.raises(LedgerError, match="the graph is closed"):
        list(rows)
    del rows
    gc.collect()


def test_a_graph_that_another_program_writes_says_so(graph: graphkit.Graph) -> None:
    graph.ledger._db.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(graph.ledger.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert graph.status()["reports"] == len(RECORDS)
        with pytest.raises(LedgerError, match="another graphkit process is writing to this graph") as raised:
            graph.remove("r0")
        assert "repair" not in str(raised.value)
    finally:
        other.close()
    assert graph.remove("r0")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_graph_of_a_parent_process_says_that_it_must_be_opened_again(graph: graphkit.Graph) -> None:
    out, into = os.pipe()
    if (child := os.fork()) == 0:
        try:
            graph.status()
            os.write(into, b"no error")
        except LedgerError as error:
            os.write(into, str(error).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert "open the graph again in each process" in os.read(out, 1000).decode()
    assert graph.status()["reports"] == len(RECORDS)


def test_threads_read_a_read_only_graph(graph: graphkit.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    graph.close()
    folder = tmp_path / "graph"
    if os.name != "posix" or not mounted(folder):
        pytest.skip("a folder cannot be mounted read-only here")
    try:
        with graphkit.open(folder) as opened, ThreadPoolExecutor(4) as pool:
            assert set(pool.map(lambda _: len(list(opened.statements())), range(8))) != {0}
            assert all(pool.map(lambda _: len(opened.cypher(VISITS)) == len(TEXTS), range(8)))
    finally:
        subprocess.run(["umount", str(folder)], check=True)


#: Wordings that are in the texts, but too rare to be in the index.
RARE = ["加快建设幸福", "要全面推进", "何清嘉到云雾镇", "全面推进乡村", "他强调"]


def test_threads_search_for_rare_phrases_at_the_same_time(graph: graphkit.Graph) -> None:
    phrases = graph.phrases()
    index, listed, size = phrases.index, phrases.list(), len(phrases)
    start = threading.Barrier(10)

    def ask(number: int) -> list[tuple[str, list[str]]]:
        start.wait()
        order = RARE[number % len(RARE) :] + RARE[: number % len(RARE)]
        return sorted((words, [row["report"] for row in phrases.uses(words)]) for words in order)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(ask, range(10)))
    assert answers == [[(words, [r["id"] for r in RECORDS]) for words in sorted(RARE)]] * 10
    # The index of those who began before is unchanged, and each wording was added once.
    assert len(index.names) == size
    assert len(phrases) == size + len(RARE)
    assert phrases.list() == listed
