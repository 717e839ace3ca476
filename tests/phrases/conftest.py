"""An invented collection of two years and two cities, with phrases whose dates and counts are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.phrases.api import Phrases
from tests.conftest import write_records

REPORTS, STEP, FIRST_DAY = 120, 6, date(2023, 1, 1)


def collection() -> list[dict[str, Any]]:
    """One report every six days. 低空经济 begins in 2024, 放管服 ends with 2023, 春耕备耕 comes in February and March."""
    records = []
    for n in range(REPORTS):
        day = (FIRST_DAY + timedelta(days=STEP * n)).isoformat()
        said = ["推进乡村振兴", "优化营商环境"]
        if day >= "2024":
            said.append("发展低空经济" if n % 2 else "加快发展低空经济")
        if day < "2024":
            said.append("深化“放管服”改革")
        if day[5:7] in ("02", "03"):
            said.append("抓好春耕备耕")
        title = f"林知远调研第{n}个项目"
        text = f"{title}\n近日，市委书记林知远到石渡县调研重点项目建设。他强调，要{'，'.join(said)}。\n随后，林知远听取了汇报。"
        records.append(
            {
                "id": f"r{n:03d}",
                "date": day,
                "title": title,
                "place": "山西省临汾市" if n % 3 else "山西省太原市",
                "text": text,
            }
        )
    # A headline without text: a gap of the collection.
    records.append(
        {
            "id": "r999",
            "date": "2023-12-30",
            "title": "石渡县召开经济工作会议",
            "place": "山西省临汾市",
            "text": "石渡县召开经济工作会议",
        }
    )
    return records


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[graphkit.Graph]:
    folder = tmp_path_factory.mktemp("planted")
    with graphkit.open(folder / "graph", create=True) as graph:
        graph.build(write_records(folder / "reports.jsonl", collection()))
        yield graph


@pytest.fixture(scope="session")
def phrases(planted: graphkit.Graph) -> Phrases:
    return planted.phrases()


def folder_bytes(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}
