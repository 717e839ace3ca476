"""The server alone: what it refuses, what it says of wrong use, and that two people at once lose nothing."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import urllib3

import graphkit
from graphkit.errors import LedgerError
from graphkit.explorer.explorer import Explorer
from graphkit.explorer.lookup import Filters
from graphkit.explorer.queries import LimitError, Queries
from tests.conftest import write_records
from tests.explorer.conftest import Served

pytestmark = pytest.mark.xdist_group("browser")
http = urllib3.PoolManager(retries=False)


def get(served: Served, path: str, **headers: str) -> tuple[int, Any]:
    answer = http.request("GET", served.url + path, headers={**served.headers, **headers})
    return answer.status, json.loads(answer.data)


def post(served: Served, path: str, body: Any, **headers: str) -> tuple[int, Any]:
    answer = http.request(
        "POST",
        served.url + path,
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        headers={**served.headers, **headers},
    )
    return answer.status, json.loads(answer.data)


def test_headers_keep_everything_here(served: Served) -> None:
    answer = http.request("GET", served.address)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert http.request("GET", served.address, headers={"Host": "evil.example"}).status == 400
    for wrong in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"X-Graphkit": "0"}, {"Cookie": ""}):
        for path in ("api/decide", "api/among", "api/cypher", "api/sparql"):
            assert post(served, path, {}, **wrong)[0] == 403


def test_wrong_questions_are_refused_with_a_reason(served: Served) -> None:
    assert get(served, "api/entity?id=nobody") == (400, {"error": "there is no entity 'nobody' in this graph"})
    assert get(served, "api/report?id=x")[0] == 400
    assert (
        get(served, "api/statements?id=Person:x&limit=many")[1]["error"]
        == "limit: a number from 0 to 1000000 is expected"
    )
    assert get(served, "api/phrase?words=没有这个")[0] == 400
    assert post(served, "api/cypher", {"query": "CREATE (n)"})[0] == 400
    assert post(served, "api/cypher", b"{")[1]["error"] == "the request is not valid JSON with text and finite numbers"
    assert post(served, "api/decide", b"x" * 2_000_000)[1]["error"] == "the request is too large"
    assert post(served, "api/decide", {"statement": "x", "report": "s1", "verdict": "accept"})[0] == 400
    assert get(served, "api/search?q=")[1] == {"entities": [], "reports": []}
    assert get(served, "api/search?q=%22%27%25_%22")[0] == 200


def test_filters(served: Served) -> None:
    (found,) = [x for x in get(served, "api/search?q=李强")[1]["entities"] if x["type"] == "Person"]
    every = get(served, f"api/statements?id={found['id']}")[1]["total"]
    assert get(served, f"api/statements?id={found['id']}&since=2024-05")[1]["total"] < every
    assert get(served, f"api/statements?id={found['id']}&until=2024-03")[1]["total"] < every
    assert get(served, f"api/statements?id={found['id']}&place=140000")[1]["total"] == every
    assert get(served, f"api/statements?id={found['id']}&place=350000")[1]["total"] == 0
    assert get(served, f"api/statements?id={found['id']}&statuses=planned")[1]["total"] == 0
    assert get(served, f"api/statements?id={found['id']}&levels=county")[1]["total"] == every


def test_marks_and_quotes_agree(served: Served, explored: Path) -> None:
    with graphkit.open(explored) as graph:
        for report in graph.reports():
            found = get(served, f"api/report?id={report.id}")[1]
            assert found["text"] == report.text
            said = {s.id: s for s in graph.statements(report.id)}
            found["statements"] = [s for s in found["statements"] if s["verdict"] != "reject"]
            assert {s["id"] for s in found["statements"]} == set(said)
            for s in found["statements"]:
                points = list(report.text)
                assert "".join(points[s["start"] : s["end"]]) == report.text[said[s["id"]].start : said[s["id"]].end]
                assert (s["start"], s["end"]) == (said[s["id"]].start, said[s["id"]].end)


def test_two_at_once_and_a_kill_lose_nothing(tmp_path: Path) -> None:
    records = [
        {"id": f"r{n}", "text": f"3月{n % 28 + 1}日，市委书记林知远到石渡县调研。市长陈若川陪同。"} for n in range(20)
    ]
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", records))
        ids = [(s.id, s.report) for s in graph.statements() if s.relation == "visited"]
    servers = [Served(tmp_path / "g"), Served(tmp_path / "g")]
    try:

        def decide(n: int) -> tuple[str, int]:
            statement, report = ids[n]
            status, answer = post(
                servers[n % 2],
                "api/decide",
                {"statement": statement, "report": report, "verdict": "reject", "who": f"p{n % 2}"},
            )
            assert status == 200, answer
            return statement, status

        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(decide, range(12)))
        servers[0].process.kill()
        servers[0].process.wait()
        done.append(decide(13))
        assert {status for _, status in done} == {200}
    finally:
        for server in servers:
            server.stop()
    with graphkit.open(tmp_path / "g") as graph:
        assert len(graph.review().decisions()) == 13
        assert {s.id for s in graph.statements() if s.relation == "visited"} == {i for i, _ in ids} - {
            s for s, _ in done
        }


def test_questions_are_answered_while_new_views_are_made(tmp_path: Path) -> None:
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", [{"id": "a", "text": "3月1日，市委书记林知远到石渡县调研。"}]))
        (visit,) = [s for s in graph.statements() if s.relation == "visited"]
    explorer = Explorer(tmp_path / "g", patience=0)
    loop = ThreadPoolExecutor(1)
    try:

        def ask() -> tuple[int, bool]:
            # (In a thread of its own: the browser of other tests has a loop in this one.)
            question = explorer.answer(
                lambda a: a.lookup.span()["reports"] and len(a.search("石渡县", Filters())["entities"])
            )
            return loop.submit(asyncio.run, question).result()

        assert ask() == (1, False)
        explorer.now(lambda a: a.decide(visit.id, "a", "reject", "x", "", None))
        assert ask() == (1, True)
        # The words of a report are always of the present state.
        assert {s["verdict"] for s in explorer.now(lambda a: a.report("a"))["statements"] if s["id"] == visit.id} == {
            "reject"
        }
        until = time.monotonic() + 30
        while (answer := ask())[1] and time.monotonic() < until:
            time.sleep(0.05)
        assert answer == (0, False)
    finally:
        loop.shutdown()
        explorer.close()


def test_views_that_cannot_be_made_are_said_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", [{"id": "a", "text": "3月1日，市委书记林知远到石渡县调研。"}]))
        (visit,) = [s for s in graph.statements() if s.relation == "visited"]
    explorer = Explorer(tmp_path / "g", patience=30)
    try:
        explorer.now(lambda a: a.about())

        def no_room(folder: Path) -> None:
            raise LedgerError("no room")

        with monkeypatch.context() as patched:
            patched.setattr("graphkit.explorer.explorer._build_views", no_room)
            explorer.now(lambda a: a.decide(visit.id, "a", "reject", "x", "", None))
            for _ in range(2):
                with pytest.raises(LedgerError, match="no room"):
                    explorer.now(lambda a: a.about())
        assert explorer.now(lambda a: a.search("石渡县", Filters())["entities"]) == []
    finally:
        explorer.close()


def test_a_map_counts_by_place_and_says_what_it_does_not_know(served: Served, explored: Path) -> None:
    found = get(served, "api/map")[1]
    with graphkit.open(explored) as graph:
        visits = sum(c.relation == "visited" for c in graph.claims())
    assert sum(p["count"] for p in found["places"]) + found["unplaced"] == visits
    assert found["unplaced"] > 0
    assert {"code": "141024", "name": "洪洞县", "province": "山西省"}.items() <= found["places"][0].items()
    assert get(served, "api/map?since=2030")[1]["places"] == []
    assert get(served, "api/map?id=nobody")[0] == 400


def test_profiles_agree_with_the_claims(served: Served, explored: Path) -> None:
    with graphkit.open(explored) as graph:
        claims = list(graph.claims())
        for entity in graph.entities():
            sections = {s["name"]: s for s in get(served, f"api/profile?id={quote(entity.id)}")[1]}
            if entity.type == "Person":
                visited = {c.object.id for c in claims if c.relation == "visited" and c.subject.id == entity.id}
                assert {r["entity"]["id"] for r in sections.get("visits", {"rows": []})["rows"]} == visited
            for section in sections.values():
                for row in section["rows"]:
                    line = row if section["over_time"] else row["line"]
                    report = graph.reading(line["report"])
                    assert report is not None
                    assert report.report.text[line["start"] : line["end"]] == line["quote"]


@pytest.mark.parametrize("arguments", [(), ("--host", "0.0.0.0")])
def test_nothing_without_the_token(explored: Path, arguments: tuple[str, ...]) -> None:
    server = Served(explored, *arguments)
    try:
        assert "0.0.0.0" not in server.url
        assert len(server.token) >= 30
        for path in (
            "",
            "api/about",
            "api/report?id=s1",
            "page/app.js",
            "vendor/x",
            "api/about?token=x",
            "api/about?token=",
            "api/about?token=%ff",
        ):
            assert http.request("GET", server.url + path).status == 403
        assert "令牌" in http.request("GET", server.url, headers={"Accept": "text/html"}).data.decode()
        opened = http.request("GET", server.address, headers={"Cookie": server.headers["Cookie"][:-3] + "old"})
        assert opened.status == 200
        cookie = opened.headers["set-cookie"]
        assert {"HttpOnly", "SameSite=Strict"} <= {p.strip() for p in cookie.split(";")}
        assert http.request("GET", f"{server.url}api/about", headers={"Cookie": cookie.split(";")[0]}).status == 200
    finally:
        server.stop()


ODD = [
    "",
    "x" * 20_000,
    "%00",
    "%ff%fe",
    "%ed%a0%80",
    "[]",
    "{}",
    "1e400",
    "-1",
    "nan",
    "99999999999999999999",
    "%F0%9F%98%80",
    "'",
    '"',
    "%25_",
    "a,b,,",
    "../../etc/passwd",
    "\u2028".encode().hex(),
]
GETS = {
    "search": ("q", "kinds", "since"),
    "entity": ("id", "levels"),
    "named": ("type", "name", "report"),
    "statements": ("id", "limit", "offset", "out", "order", "kind"),
    "profile": ("id", "place"),
    "map": ("id", "statuses"),
    "path": ("from", "to"),
    "report": ("id",),
    "phrase": ("words", "until"),
    "cooccurring": ("words",),
    "chart": ("words",),
    "about": ("x",),
    "fresh": ("x",),
}
BODIES: list[Any] = [
    b"",
    b"{",
    b"\xff",
    b"[1]",
    b"1",
    b"null",
    b'{"x": 1e400}',
    b'{"query": "\\ud800"}',
    b"[" * 100_000,
    b"x" * 2_000_000,
    {},
    {"query": 1},
    {"query": []},
    {"query": ""},
    {"query": "RETURN $x", "parameters": []},
    {"query": "RETURN $x", "parameters": {"x": 1 << 70}},
    {"query": "RETURN 1", "parameters": {"x": [[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]}},
    {"query": "RETURN 1 " + "+1" * 40_000},
    {"query": "RETURN 'a" + "b" * 200_000 + "'"},
    {"values": 1},
    {"values": [1]},
    {"values": [["a"]]},
    {"values": "x"},
    {"names": []},
    {"names": [1, 2]},
    {"names": [{"type": []}, {"name": 1}]},
    {"names": [{}, {}], "verdict": {}},
    {"statement": [], "report": 1, "verdict": "accept"},
    {"statement": "x", "report": "s1", "verdict": "accept", "instead": [1]},
    {"statement": "x", "report": "s1", "verdict": 5, "who": {}, "note": []},
]


@pytest.mark.parametrize("value", ODD)
def test_odd_values_in_an_address_are_answered_in_words(served: Served, value: str) -> None:
    for route, names in GETS.items():
        for name in names:
            answer = http.request("GET", f"{served.url}api/{route}?{name}={value}", headers=served.headers)
            assert answer.status in (200, 400), (route, name, value[:50], answer.data[:200])
            if answer.status == 400:
                assert "error" in json.loads(answer.data)


@pytest.mark.parametrize("body", BODIES, ids=lambda b: repr(b)[:40])
def test_odd_bodies_are_refused_in_words(served: Served, body: Any) -> None:
    for route in ("among", "cypher", "sparql", "decide"):
        status, answer = post(served, f"api/{route}", body)
        assert status == 400, (route, answer)
        assert answer["error"]


@pytest.mark.parametrize(
    "path",
    [
        "vendor/missing.js",
        "vendor/%00",
        "vendor/%ff",
        "page/" + "x" * 5000,
        "page/../../cli/explore.py",
        "page/%2e%2e/server.py",
        "x",
        "api/x",
        "api/%00",
        "vendor/..%5c..%5cx",
    ],
)
def test_paths_that_are_not_there(served: Served, path: str) -> None:
    assert http.request("GET", served.url + path, headers=served.headers).status == 404


HEAVY = "UNWIND range(1, 4000000) AS x UNWIND range(1, 20) AS y WITH collect([x, y]) AS l RETURN size(l)"


def test_a_heavy_query_is_stopped_and_delays_no_other(served: Served) -> None:
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
def test_the_process_of_queries_opens_nothing_even_without_the_rules(explored: Path, tmp_path: Path) -> None:
    """The rules are switched off in the process: what the stores then try fails by the limits of the system."""
    (tmp_path / "secret.csv").write_text("a,b\nSECRET,1\n")
    script = f"""
import os, sys, threading
from multiprocessing import Pipe
told = os.fdopen(os.dup(1), "w")
from graphkit.explorer import sandbox
import graphkit.stores.cypher.store as cypher, graphkit.stores.rdf.store as sparql
cypher.checked = lambda q: q
sparql.check_sparql = lambda q: None
mine, other = Pipe()
threading.Thread(target=sandbox.work, args=({str(explored)!r}, other), daemon=True).start()
print(mine.recv()[0], file=told)
for question in (("cypher", "LOAD CSV FROM '{tmp_path}/secret.csv' AS r RETURN r", {{}}), ("sparql", "SELECT * {{ SERVICE <http://127.0.0.1:8089/> {{ ?s ?p ?o }} }}", {{}})):
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


def test_wrong_use(tmp_path: Path, served: Served) -> None:
    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "graphkit", "explore", "--no-browser", *arguments], capture_output=True, text=True
        )
        assert done.returncode == 2
        return done.stderr

    assert "is not a graph" in run("--graph", str(tmp_path))
    port = served.url.rsplit(":", 1)[1].strip("/")
    with graphkit.open(tmp_path / "g", create=True):
        pass
    assert "another --port" in run("--graph", str(tmp_path / "g"), "--port", port)
