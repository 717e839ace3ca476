"""Invalid requests are answered with an error message and never end the server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.explorer.conftest import Served
from tests.explorer.http_requests import get, http, post

pytestmark = pytest.mark.xdist_group("browser")


def test_invalid_requests_are_rejected_with_a_reason(served: Served) -> None:
    assert get(served, "api/entity?id=unknown") == (400, {"error": "there is no entity 'unknown' in this graph"})
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
def test_unusual_query_values_give_an_answer_or_an_error_message(served: Served, value: str) -> None:
    for route, names in GETS.items():
        for name in names:
            answer = http.request("GET", f"{served.url}api/{route}?{name}={value}", headers=served.headers)
            assert answer.status in (200, 400), (route, name, value[:50], answer.data[:200])
            if answer.status == 400:
                assert "error" in json.loads(answer.data)


@pytest.mark.parametrize("body", BODIES, ids=lambda b: repr(b)[:40])
def test_invalid_bodies_are_rejected_with_an_error_message(served: Served, body: Any) -> None:
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
def test_unknown_paths_are_not_found(served: Served, path: str) -> None:
    assert http.request("GET", served.url + path, headers=served.headers).status == 404
