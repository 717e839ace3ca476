"""A served graph, and pages of it in the browser."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import graphkit
from tests.conftest import ROOT, write_records

NASTY = "<script>window.hacked=1</script>“引号”" + "\u202e右左" + "长" * 300
#: The same text as HTML. Tags in fields are removed when a record is read, and references become characters.
NASTY_HTML = html.escape(NASTY, quote=False)
RECORDS = [
    {
        "id": "s1",
        "date": "2023-03-02",
        "place": "山西省临汾市洪洞县",
        "text": "3月1日，石渡县青禾新能源电池项目签约。该项目总投资8.6亿元。",
    },
    {
        "id": "s3",
        "date": "2024-05-02",
        "place": "山西省临汾市洪洞县",
        "text": "5月1日，石渡县青禾新能源电池项目已建成投产。县委书记李强到石渡县青禾新能源电池项目调研。",
    },
    {"id": "n1", "date": "2024-03-09", "place": "山西省临汾市洪洞县", "text": "3月9日，县委书记李强到云雾镇调研。"},
    {"id": "n2", "date": "2024-05-12", "place": "山西省临汾市洪洞县", "text": "5月12日，县委书记李强到古井村调研。"},
    {
        "id": "nasty",
        "date": "2024-06-01",
        "title": NASTY_HTML,
        "text": f"𠮷县消息：6月1日，市长陈若川到{html.escape(NASTY[:40])}园区调研。\n他强调，要优化营商环境&lt;img src=x onerror=alert(1)&gt;。\n"
        + "字" * 10_000,
    },
]


@pytest.fixture(scope="session")
def explored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph folder with the invented examples and some additional reports."""
    folder = tmp_path_factory.mktemp("explored")
    with graphkit.open(folder / "g", create=True) as graph:
        graph.build([str(ROOT / "examples" / "reports"), str(write_records(folder / "r.jsonl", RECORDS))])
    return folder / "g"


class Served:
    """`graphkit explore` in a separate process."""

    def __init__(self, graph: Path, *arguments: str) -> None:
        command = [
            sys.executable,
            "-m",
            "graphkit",
            "explore",
            "--graph",
            str(graph),
            "--port",
            "0",
            "--no-browser",
            *arguments,
        ]
        self.process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env={**os.environ, "GRAPHKIT_REVIEWER": "测试员"}
        )
        assert self.process.stderr is not None
        said = ""
        while (found := re.search(r"http://\S+", said)) is None:
            line = self.process.stderr.readline()
            assert line, said
            said += line
        #: The address with and without the token, and the headers of a request from the page.
        self.address = found.group()
        self.url, _, self.token = self.address.partition("?token=")
        port = self.url.rsplit(":", 1)[1].strip("/")
        self.headers = {"Cookie": f"graphkit_{port}={self.token}", "Origin": self.url.strip("/"), "X-Graphkit": "1"}

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="session")
def served(explored: Path) -> Iterator[Served]:
    server = Served(explored)
    yield server
    server.stop()


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Visit]:
    """Opens the page; at the end, fails if the console had an error or a request left the machine."""
    faults: list[str] = []
    contexts = []

    def opened(
        *, width: int = 1280, lang: str = "zh-CN", hash: str = "", scheme: str = "light", refusals: bool = False
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale=lang, color_scheme=scheme, reduced_motion="reduce"
        )  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        # refusals: responses with status 400, which the browser reports as errors, are expected.
        page.on(
            "console",
            lambda m: (
                faults.append(f"console {m.type}: {m.text}")
                if m.type in ("error", "warning") and not (refusals and "status of 400" in m.text)
                else None
            ),
        )
        page.on("pageerror", lambda e: faults.append(f"error: {e}"))
        page.on(
            "request",
            lambda r: (
                None
                if r.url.startswith((served.url, "data:", "blob:"))
                else faults.append(f"left the machine: {r.url}")
            ),
        )
        page.goto(served.address + hash)
        page.wait_for_selector("#view h1")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []
