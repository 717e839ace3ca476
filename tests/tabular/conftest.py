"""A graph whose tables are tested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import graphkit
from tests.conftest import ROOT

RECORDS: list[dict[str, Any]] = [
    {"id": "a", "text": "3月2日，市委书记林知远到石渡县调研。县长谢明远陪同。他强调，要全面推进乡村振兴。", "date": "2024-03-03"},
    {"id": "b", "text": "石渡县委书记何清嘉将于5月6日出席乡村振兴会议。", "date": "2024-05-01"},
    {"id": "c", "text": "霜林新材料项目总投资12亿元，落户石渡经济开发区。", "date": "2024-06-01"},
    {"id": "=SUM(A1)", "text": "省长苏望川到洪洞县调研。", "date": "", "title": "=1+1", "url": "https://example.org/?a=1&b=<2>"},
]  # fmt: skip


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[graphkit.Graph]:
    """Tests may only read it."""
    with graphkit.open(tmp_path_factory.mktemp("tables") / "graph", create=True) as opened:
        opened.build(ROOT / "examples" / "reports")
        opened.add([{"place": "山西省临汾市", **r} for r in RECORDS])
        yield opened
