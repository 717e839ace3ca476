"""The server: access, filters, contents of its answers, and concurrent decisions."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

import graphkit
from graphkit.errors import LedgerError
from graphkit.explorer.explorer import Explorer
from graphkit.explorer.lookup import Filters
from tests.conftest import write_records
from tests.explorer.conftest import Served
from tests.explorer.http_requests import get, http, post

pytestmark = pytest.mark.xdist_group("browser")


def test_responses_have_security_headers_and_foreign_origins_are_rejected(served: Served) -> None:
    answer = http.request("GET", served.address)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert http.request("GET", served.address, headers={"Host": "evil.example"}).status == 400
    for wrong in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"X-Graphkit": "0"}, {"Cookie": ""}):
        for path in ("api/decide", "api/among", "api/cypher", "api/sparql"):
            assert post(served, path, {}, **wrong)[0] == 403


def test_filters_restrict_the_statements(served: Served) -> None:
    (found,) = [x for x in get(served, "api/search?q=李强")[1]["entities"] if x["type"] == "Person"]
    every = get(served, f"api/statements?id={found['id']}")[1]["total"]
    assert get(served, f"api/statements?id={found['id']}&since=2024-05")[1]["total"] < every
    assert get(served, f"api/statements?id={found['id']}&until=2024-03")[1]["total"] < every
    assert get(served, f"api/statements?id={found['id']}&place=140000")[1]["total"] == every
    assert get(served, f"api/statements?id={found['id']}&place=350000")[1]["total"] == 0
    assert get(served, f"api/statements?id={found['id']}&statuses=planned")[1]["total"] == 0
    assert get(served, f"api/statements?id={found['id']}&levels=county")[1]["total"] == every


def test_positions_of_statements_agree_with_their_quotes(served: Served, explored: Path) -> None:
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


def test_concurrent_decisions_survive_a_killed_server(tmp_path: Path) -> None:
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


def test_requests_are_answered_while_views_are_rebuilt(tmp_path: Path) -> None:
    with graphkit.open(tmp_path / "g", create=True) as graph:
        graph.build(write_records(tmp_path / "r.jsonl", [{"id": "a", "text": "3月1日，市委书记林知远到石渡县调研。"}]))
        (visit,) = [s for s in graph.statements() if s.relation == "visited"]
    explorer = Explorer(tmp_path / "g", patience=0)
    loop = ThreadPoolExecutor(1)
    try:

        def ask() -> tuple[int, bool]:
            # (In a separate thread, because the browser of other tests has an event loop in this one.)
            question = explorer.answer(
                lambda a: a.lookup.span()["reports"] and len(a.search("石渡县", Filters())["entities"])
            )
            return loop.submit(asyncio.run, question).result()

        assert ask() == (1, False)
        explorer.now(lambda a: a.decide(visit.id, "a", "reject", "x", "", None))
        assert ask() == (1, True)
        # The page of a report always shows the current decisions.
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


def test_a_failed_view_build_is_reported_and_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_map_counts_visits_by_place_and_visits_without_a_place(served: Served, explored: Path) -> None:
    found = get(served, "api/map")[1]
    with graphkit.open(explored) as graph:
        visits = sum(c.relation == "visited" for c in graph.claims())
    assert sum(p["count"] for p in found["places"]) + found["unplaced"] == visits
    assert found["unplaced"] > 0
    assert {"code": "141024", "name": "洪洞县", "province": "山西省"}.items() <= found["places"][0].items()
    assert get(served, "api/map?since=2030")[1]["places"] == []
    assert get(served, "api/map?id=unknown")[0] == 400


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
def test_all_requests_without_the_token_are_rejected(explored: Path, arguments: tuple[str, ...]) -> None:
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


def test_usage_errors_are_explained(tmp_path: Path, served: Served) -> None:
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
