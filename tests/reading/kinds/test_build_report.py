"""The numbers of the build report for folders that contain inputs of many kinds, each with a known content."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_build_report import cells_of
from tests.commands import run_command

FULL = {"date": "2024-03-06", "publisher": "石渡日报", "place": "山西省临汾市"}
TOPICS = (
    "春耕生产", "森林防火", "招商引资", "河道治理", "教育工作", "文物保护", "交通安全", "社区养老", "粮食收购", "水库除险",
    "电力供应", "志愿服务", "工业园区", "防汛准备", "科技创新", "残疾人就业", "垃圾分类", "公园建设", "医疗服务", "市场监管",
)  # fmt: skip
LONG = "".join(
    f"市委书记林知远到石渡县第{n}个项目现场调研，听取负责人汇报，要求加快建设进度、确保质量安全。" for n in "一二三四五"
)


def text(n: int) -> str:
    return f"县长周远航调研{TOPICS[n]}。"


def record(n: int, **changes: str) -> dict[str, str]:
    return {"id": f"n{n}", "text": text(n), **FULL, **changes}


def lines(*records: object) -> bytes:
    return "".join(f"{r if isinstance(r, str) else json.dumps(r, ensure_ascii=False)}\n" for r in records).encode()


def archive(files: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as found:
        for name, words in files.items():
            found.writestr(name, words)
    return data.getvalue()


@dataclass(frozen=True)
class Part:
    """Files with the numbers that they add to the report. lacks: number of reports without each field."""

    files: dict[str, bytes]
    reports: int = 0
    lacks: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


ALL = {"date": 1, "place": 1, "publisher": 1}
PARTS = {
    "complete": Part({"a.jsonl": lines(record(0), record(1))}, 2),
    "without dates": Part({"a.jsonl": lines(record(2, date=""), record(3, date="nan"))}, 2, {"date": 2}),
    "without a place": Part({"a.json": json.dumps(record(4, place="无")).encode()}, 1, {"place": 1}),
    "without publishers": Part({"a.jsonl": lines(record(5, publisher=""), record(6, publisher="-"))}, 2, {"publisher": 2}),
    "page of a text": Part({"a.txt": f"石渡县召开会议\n2024-03-06 来源：石渡日报\n{text(7)}".encode()}, 1, {"place": 1}),
    "only a text": Part({"b.txt": text(8).encode("gb18030")}, 1, ALL),
    "equal texts": Part(
        {"a.jsonl": lines(record(9), record(9, id="x")), "b.jsonl": lines(record(9, id="y"))}, 3,
        numbers={"with the text of another report": 2},
    ),
    "in several files": Part(
        {"a.jsonl": lines(record(10)), "b.jsonl": lines(record(10)), "c.jsonl": lines(record(10))}, 1, numbers={"in several files": 1}
    ),
    "equal ids": Part({"a.jsonl": lines(record(11), record(12, id="n11"))}, 2, numbers={"with a suffix in the id": 2}),
    "similar texts": Part(
        {"a.jsonl": lines(record(13, text=LONG), record(13, id="z", text=f"{LONG}（记者 林知远）"))}, 2,
        numbers={"similar to another report": 1},
    ),
    "damaged files": Part({"a.docx": b"no archive", "b.json": b'{"a": 1}', "c.pdf": b"%PDF-1.4"}, numbers={"failed": 3}),
    "empty files": Part({"a.txt": b"", "b.txt": b"  \n"}, numbers={"failed": 2}),
    "mojibake": Part({"a.txt": ("3月5日，" + LONG).encode().decode("gb18030", "ignore").encode()}, numbers={"failed": 1}),
    "damaged records": Part(
        {"a.jsonl": lines(record(14), "[1]", {"id": "q", "text": ""}, {"id": "p", "text": "NULL"}, "{")}, 1,
        numbers={"failed": 2, "no report": 2},
    ),
    "unknown kinds": Part({"a.exe": b"x", "b.ppt": b"x", "c.jpg": b"x", "d.xyz": b"x"}, numbers={"not read": 4}),
    "system files": Part(
        {".DS_Store": b"x", "Thumbs.db": b"x", "~$a.docx": b"x", "a.jsonl": lines(record(19))}, 1, numbers={"ignored": 3}
    ),
    "page without a text": Part({"a.html": b"<html><body></body></html>"}, numbers={"no report": 1}),
    "archive": Part({"a.zip": archive({"一.txt": text(15), "b/二.txt": text(16), "c.exe": "x"})}, 2, dict.fromkeys(ALL, 2), {"not read": 1}),
    "table": Part(
        {"a.csv": f"标题,正文,日期,来源\n甲,{text(17)},2024-03-06,石渡日报\n乙,{text(18)},,\n丙,,2024-03-06,石渡日报\n".encode("utf-8-sig")}, 2,
        {"place": 2, "date": 1, "publisher": 1}, {"no report": 1},
    ),
}  # fmt: skip
CHOICES = [(name,) for name in PARTS] + [
    tuple(sorted(random.Random(n).sample(sorted(PARTS), 4 + n))) for n in range(12)
]
KINDS = (
    "failed", "not read", "no report", "ignored", "in several files", "with the text of another report",
    "similar to another report", "with a suffix in the id",
)  # fmt: skip


def expected(names: tuple[str, ...]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for name in names:
        part = PARTS[name]
        found.update({"reports in the graph": part.reports, **part.numbers})
        found.update({f"without {key}": number for key, number in part.lacks.items()})
    keys = ("reports in the graph", "without date", "without place", "without publisher", *KINDS)
    return {key: found[key] for key in keys}


def build(folder: Path, names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> str:
    """Build a graph of the parts with a report as a table and as a page, and return what the terminal shows."""
    for name in names:
        for file, data in PARTS[name].files.items():
            (folder / "r" / name).mkdir(parents=True, exist_ok=True)
            (folder / "r" / name / file).write_bytes(data)
    monkeypatch.chdir(folder)
    done = run_command("build", "r", "--graph", "g", "--fast", "--report", "o.csv")
    wanted = expected(names)
    assert done.returncode == (1 if wanted["failed"] or wanted["not read"] or wanted["no report"] else 0)
    return done.stderr


#: How the terminal shows the numbers. What is zero is not shown, apart from the first two.
TERMINAL = {
    "reports in the graph": "read,", "failed": "failed", "not read": "not read", "no report": "without a report", "ignored": "ignored",
    "without date": "without a date", "without place": "without a place", "without publisher": "without a publisher",
    "in several files": "reports? in several files", "with the text of another report": "reports? with the text of another",
    "similar to another report": "reports? similar to another", "with a suffix in the id": "reports? with the id of another",
}  # fmt: skip


def in_terminal(shown: str) -> dict[str, int]:
    lines = "\n".join(
        line for line in shown.splitlines() if not line.startswith(("failed:", "not read:", "no report:"))
    )
    found = {key: re.findall(rf"\b(\d+) {words}", lines) for key, words in TERMINAL.items()}
    assert all(len(numbers) <= 1 for numbers in found.values()), lines
    return {key: int(numbers[0]) if numbers else 0 for key, numbers in found.items()}


def from_status(status: dict[str, Any]) -> dict[str, int]:
    lists = {
        "in several files": len(status["reports_in_several_files"]),
        "with the text of another report": sum(len(ids) - 1 for ids in status["equal_texts"]),
        "similar to another report": len(status["similar_texts"]),
        "with a suffix in the id": sum(len(one["reports"]) for one in status["ids_with_suffix"]),
    }
    assert len(status["failures"]) == status["failed"]
    assert len(status["inputs_ignored"]) == status["ignored"]
    kinds = Counter(one["kind"] == "no report" for one in status["inputs_not_read"])
    assert (kinds[True], kinds[False]) == (status["no_report"], status["not_read"])
    for name in ("date", "place", "publisher"):
        assert len(status["reports_without"][name]) == status[f"without_{name}"]
    return {
        "reports in the graph": status["reports"],
        **{f"without {name}": status[f"without_{name}"] for name in ("date", "place", "publisher")},
        **{name: status[name.replace(" ", "_")] for name in ("failed", "not read", "no report", "ignored")},
        **lists,
    }


@pytest.mark.parametrize("names", CHOICES, ids=lambda names: names[0] if len(names) == 1 else f"{len(names)} kinds")
def test_the_numbers_are_right(tmp_path: Path, names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    shown = build(tmp_path, names, monkeypatch)
    wanted = expected(names)
    status = json.loads(run_command("status", "--graph", "g", "--format", "json").stdout)
    assert from_status(status) == wanted
    rows = list(csv.reader((tmp_path / "o.csv").read_text(encoding="utf-8-sig").splitlines()))
    numbers = {subject: int(detail) for kind, subject, detail in rows[1:] if kind == "number"}
    assert {key: numbers[key] for key in wanted} == wanted
    listed = Counter(kind for kind, _, _ in rows[1:])
    assert {k: listed[k] for k in ("failed", "not read", "no report", "ignored")} == {
        k: wanted[k] for k in ("failed", "not read", "no report", "ignored")
    }
    run_command("status", "--graph", "g", "--report", "o.html")
    cells = cells_of((tmp_path / "o.html").read_text(encoding="utf-8")).cells
    assert {key: int(cells[cells.index(key) + 1]) for key in wanted} == wanted
    assert in_terminal(shown) == {k: v for k, v in wanted.items() if k in TERMINAL}
