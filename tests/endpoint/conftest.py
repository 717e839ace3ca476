"""A served graph, and requests to its server."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode

import pytest

import graphkit
from tests.conftest import ROOT, write_records

#: A report whose names and texts contain characters with a meaning in HTML, IRIs, Turtle or SPARQL.
SPECIAL = {
    "id": "a b/c?d#e%2F<x>",
    "date": "2024-06-01",
    "title": "标题<b>&\"'\\",
    "text": '6月1日，市委书记林知远到"青禾"产业园调研。他强调，要优化营商环境&amp;<script>alert(1)</script>。',
}


@dataclass
class Response:
    status: int
    headers: Any
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def media_type(self) -> str:
        return str(self.headers["content-type"]).partition(";")[0]

    @property
    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.body)["results"]["bindings"]
        return found


class Server:
    """`graphkit serve` in a separate process."""

    def __init__(self, graph: Path, *arguments: str) -> None:
        self.graph = graph
        self.process = subprocess.Popen(
            [sys.executable, "-m", "graphkit", "serve", "--graph", str(graph), "--port", "0", *arguments],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
        )
        assert self.process.stderr is not None
        self.printed = ""
        while "http://" not in self.printed.rpartition("\n")[2] + self.printed:
            line = self.process.stderr.readline()
            assert line, f"no address was printed:\n{self.printed}"
            self.printed += line
        # The rest is read so that a full pipe does not stop the server.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.root = "http://" + self.printed.rpartition("http://")[2].partition("/")[0]

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.printed += line

    def get(self, path: str, accept: str | None = None, **headers: str) -> Response:
        return self.send("GET", path, None, accept=accept, **headers)

    def send(
        self, method: str, path: str, body: bytes | None, *, accept: str | None = None, **headers: str
    ) -> Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if accept is not None:
            sent["Accept"] = accept
        address = self.root + quote(path, safe="/?&=%#:@!$'()*+,;")
        request = urllib.request.Request(address, data=body, method=method, headers=sent)
        opener = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120) as found:
                return Response(found.status, found.headers, found.read())
        except HTTPError as error:
            return Response(error.code, error.headers, error.read())

    def query(self, query: str, accept: str | None = None, **parameters: str) -> Response:
        return self.get("/sparql?" + urlencode({"query": query, **parameters}), accept)

    def close(self) -> int:
        self.process.send_signal(signal.SIGINT)
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self._reader.join(10)
        return code


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@pytest.fixture(scope="session")
def served_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    with graphkit.open(folder / "g", create=True) as graph:
        graph.build([str(ROOT / "examples" / "reports"), str(write_records(folder / "r.jsonl", [SPECIAL]))])
    return folder / "g"


@pytest.fixture(scope="session")
def server(served_folder: Path) -> Iterator[Server]:
    running = Server(served_folder)
    yield running
    assert running.close() == 130
    assert "Traceback" not in running.printed


def iri(kind: str, name: str) -> str:
    """The IRI of a resource with a name that needs no escaping."""
    return f"https://example.org/graph/{kind}/{name}"
