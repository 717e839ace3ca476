"""Queries of the page run in separate processes with limits, and cannot open files or connections."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graphkit.sandbox.queries import LimitError, Queries
from tests.explorer.conftest import Served
from tests.explorer.http_requests import post

pytestmark = pytest.mark.xdist_group("browser")


HEAVY = "UNWIND range(1, 4000000) AS x UNWIND range(1, 20) AS y WITH collect([x, y]) AS l RETURN size(l)"


def test_a_query_that_exceeds_the_memory_limit_is_stopped_without_delaying_others(served: Served) -> None:
    assert post(served, "api/cypher", {"query": "RETURN 1 AS x"})[1] == {"rows": [{"x": 1}], "total": 1}
    with ThreadPoolExecutor(1) as pool:
        heavy = pool.submit(post, served, "api/cypher", {"query": HEAVY})
        answered = 0
        while not heavy.done():
            assert post(served, "api/cypher", {"query": "RETURN 1 AS x"})[0] == 200
            answered += not heavy.done()
            time.sleep(0.05)
    status, answer = heavy.result()
    assert (status, answer["code"]) == (400, "limit_memory"), answer
    assert answered >= 2
    assert post(served, "api/cypher", {"query": "RETURN 1 AS x"})[0] == 200


def test_a_query_that_takes_too_long_is_stopped(explored: Path) -> None:
    queries = Queries(explored, limit=2)
    try:
        with pytest.raises(LimitError, match="was stopped") as caught:
            queries.query(
                "cypher",
                "MATCH (a), (b), (c), (d) WHERE a.name + b.name = c.name + d.name + $x RETURN count(*) AS n",
                {"x": "!"},
                0,
            )
        assert caught.value.code == "limit_time"
        assert json.loads(queries.query("cypher", "RETURN $x AS x", {"x": "<b>"}, 0))["rows"] == [{"x": "<b>"}]
        assert json.loads(queries.query("sparql", "ASK {}", {}, 0))["rows"] == [{"answer": True}]
        assert json.loads(queries.query("cypher", "RETURN 1e400 AS x, date('2024-01-01') AS d", {}, 0))["rows"] == [
            {"x": "inf", "d": "2024-01-01"}
        ]
        found = json.loads(queries.query("cypher", "UNWIND range(1, 12000) AS x RETURN x", {}, 0))
        assert (len(found["rows"]), found["total"]) == (10_000, 12_000)
        with pytest.raises(LimitError) as caught:
            queries.query("cypher", "UNWIND range(1, 9000) AS x RETURN range(1, 2000)", {}, 0)
        assert caught.value.code in ("limit_size", "limit_memory", "limit_time")
    finally:
        queries.close()


@pytest.mark.skipif(sys.platform == "win32", reason="the limits of the operating system are those of POSIX")
def test_the_query_process_cannot_open_files_or_connections_without_the_checks(explored: Path, tmp_path: Path) -> None:
    """The checks are disabled in the process; access to files and addresses then fails at the system's limits."""
    (tmp_path / "secret.csv").write_text("a,b\nSECRET,1\n")
    script = f"""
import os, sys, threading
from multiprocessing import Pipe
told = os.fdopen(os.dup(1), "w")
from graphkit.sandbox import process as sandbox
import graphkit.stores.cypher.store as cypher, graphkit.stores.rdf.store as sparql
cypher.checked = lambda q: q
sparql.check_sparql = lambda q: None
mine, other = Pipe()
threading.Thread(target=sandbox.work, args=({str(explored)!r}, other), daemon=True).start()
print(mine.recv()[0], file=told)
load = "LOAD CSV FROM '{tmp_path}/secret.csv' AS r RETURN r"
service = "SELECT * {{ SERVICE <http://127.0.0.1:8089/> {{ ?s ?p ?o }} }}"
for question in (("cypher", load, {{}}), ("sparql", service, {{}})):
    mine.send(question)
    print(mine.recv(), file=told)
mine.send(("cypher", "RETURN 1 AS x", {{}}))
print(mine.recv(), file=told)
told.flush()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    ready, file, address, plain = done.stdout.splitlines()
    assert ready == "ready"
    assert "SECRET" not in file
    assert file.startswith("('refused'")
    assert "Too many open files" in file
    assert address.startswith("('refused'")
    assert "refused" in address
    assert "Too many open files" in address
    assert plain.startswith("('rows'")
