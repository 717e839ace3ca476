"""Requests to a served graph, with the headers that the page sends."""

from __future__ import annotations

import json
from typing import Any

import urllib3

from tests.explorer.conftest import Served

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
