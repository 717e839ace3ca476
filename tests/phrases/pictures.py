"""Draws the charts of docs/phrases.md (`make pictures`). Reports, persons and slogans are invented; places are real."""

from __future__ import annotations

import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import graphkit
from graphkit.phrases.api import Phrases
from graphkit.phrases.charts import draw
from tests.conftest import write_records

#: Place, leader, and the first day on which the new phrase is used there.
PLACES = [
    ("江苏省苏州市", "周望舒", "2024-01-05"),
    ("浙江省杭州市", "陈若川", "2024-01-20"),
    ("广东省深圳市", "林知远", "2024-02-10"),
    ("四川省成都市", "何清嘉", "2024-03-15"),
    ("安徽省合肥市", "赵明溪", "2024-04-01"),
    ("山东省青岛市", "沈怀瑾", "2024-05-20"),
    ("河南省郑州市", "顾南乔", "2024-06-25"),
    ("湖北省武汉市", "许星遥", "2024-08-05"),
    ("陕西省西安市", "韩予安", "2024-09-10"),
    ("云南省昆明市", "苏晚晴", "2024-11-01"),
    ("黑龙江省哈尔滨市", "程砚秋", "2024-12-01"),
]
LADDER = ("探索发展", "推动发展", "加快发展", "大力发展", "全面推进")


def reports() -> list[dict[str, Any]]:
    """Three reports a week for two years, from eleven cities in turn."""
    records = []
    for n in range(310):
        day = (date(2023, 1, 2) + timedelta(days=n * 7 // 3)).isoformat()
        place, leader, begins = PLACES[n % len(PLACES)]
        city = place[3:] if place[2] == "省" else place[4:]
        said = ["优化营商环境"] if n % 3 else ["推进乡村全面振兴"]
        if day >= begins:
            said.append(f"{LADDER[min(4, (n - 155) // 30)]}低空经济")
            said += ["完善起降场地建设"] if n % 2 else []
        if day < "2023-11":
            said.append("深化“一窗通办”改革")
        if day >= "2024-06":
            said.append("建设“三链同育”先导区")
        title = f"{leader}在{city}调研第{n}个重点项目"
        text = f"{title}\n近日，市委书记{leader}到{city}调研重点项目建设。他强调，要{'，要'.join(said)}。\n随后，{leader}听取了汇报。"
        records.append({"id": f"p{n:03d}", "date": day, "title": title, "place": place, "text": text})
    return records


def answers(phrases: Phrases) -> dict[str, tuple[str, list[dict[str, Any]]]]:
    """File name → the question and its rows."""
    return {
        "list": ("list", phrases.list(min_score=0, top=12)),
        "trend": ("trend", phrases.trend(["低空经济", "“一窗通办”改革"])),
        "first": ("first", phrases.first("低空经济", top=8)),
        "emerging": ("emerging", phrases.emerging(since="2024-01-01", until="2024-12-31")),
        "silent": ("silent", phrases.silent(since="2024-01-01", min_score=0)),
        "tiers": ("tiers", phrases.tiers(2024, min_score=0)),
        "movers": ("movers", phrases.movers(since="2024-01-01", min_score=0)),
        "spread-places": ("spread", phrases.spread("低空经济")),
        "spread-speakers": ("spread", phrases.spread("低空经济", over="speakers")),
        "with": ("together", phrases.together("低空经济", min_score=0, top=10)),
        "wording": ("wording", phrases.wording("低空经济")),
        "intensity": ("intensity", phrases.intensity("低空经济")),
    }


def main(folder: Path) -> None:
    """Write all pictures into a folder."""
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as work, graphkit.open(Path(work) / "graph", create=True) as graph:
        graph.build(write_records(Path(work) / "reports.jsonl", reports()))
        for name, (question, rows) in answers(graph.phrases()).items():
            draw(question, rows, folder / f"{name}.svg", source="310 made-up reports")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
