"""Measures the response times of the explorer in the server's thread: `python -m benchmarks.pages GRAPH`."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from operator import methodcaller
from pathlib import Path
from typing import Any

from graphkit.explorer.answers import Answers
from graphkit.explorer.explorer import Explorer
from graphkit.explorer.lookup import Filters

WORDS = ("习近平", "新质", "高质量发展", "人", "中国", "李强", "园区", "共建一带一路", "𠮷", "苏州工业园区")
PHRASES = ("新质生产力", "高质量发展", "中国式现代化", "乡村振兴", "低空经济", "以旧换新")
EVERY = Filters()


class Timings:
    """Response times of the explorer, in milliseconds."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.rows: list[str] = []

    def chosen(self, sql: str) -> list[str]:
        return [row[0] for row in self.explorer.now(lambda a: list(a.lookup.tables.rows(sql)))]

    def note(self, name: str, asks: list[Callable[[Answers], Any]]) -> None:
        times = []
        for ask in asks:
            began = time.perf_counter()
            self.explorer.now(ask)
            times.append((time.perf_counter() - began) * 1000)
        times.sort()
        self.rows.append(
            f"| {name} | {len(times)} | {statistics.median(times):,.0f} | "
            f"{times[max(0, int(len(times) * 0.95) - 1)]:,.0f} | {times[-1]:,.0f} |"
        )


def call(method: str, *arguments: Any) -> Callable[[Answers], Any]:
    """A request: the method of `Answers` with these arguments and without filters."""
    return methodcaller(method, *arguments, EVERY)


def lines(graph: Path) -> list[str]:
    """The section of benchmarks/RESULTS.md."""
    explorer = Explorer(graph)
    started = time.perf_counter()
    reports = explorer.now(lambda a: a.about())["reports"]
    first = time.perf_counter() - started
    timings = Timings(explorer)
    measure(timings)
    explorer.close()
    return [
        "",
        f"## Pages of the explorer ({reports:,} reports)",
        "",
        "`python -m benchmarks.pages GRAPH`; response time in milliseconds, in the server's thread. The first request",
        f"took {first:.1f} s, including the construction of missing views.",
        "",
        "| page | requests | median | 95% | maximum |",
        "|---|---|---|---|---|",
        *timings.rows,
    ]


def measure(timings: Timings) -> None:
    note = timings.note
    some = timings.chosen("SELECT id FROM entity ORDER BY random() LIMIT 100")
    most = timings.chosen("SELECT id FROM entity ORDER BY claims DESC LIMIT 40")
    reports = timings.chosen("SELECT id FROM report ORDER BY random() LIMIT 100")
    note("start page", [lambda a: a.about()] * 5)
    note("search", [call("search", w) for w in WORDS * 4])
    for name, ids in (("entity, relationships", some), ("the 40 most connected entities, relationships", most)):
        note(name, [entity_page(i) for i in ids])
        note(f"{name.split(',')[0]}: profile", [call("profile", i) for i in ids])
        note(f"{name.split(',')[0]}: map", [call("map", i) for i in ids])
    note("report", [methodcaller("report", i) for i in reports])
    known = [w for w in PHRASES if timings.explorer.now(methodcaller("knows_phrase", w))]
    if known:
        note("phrase, places and co-occurring phrases", [call("cooccurring", w) for w in known])
        note("phrase, trend and first uses", [call("phrase", w) for w in known])
        note("phrase, chart", [call("chart", w) for w in known])
    note("map of all visits", [call("map", "")] * 5)
    note("relationships between the entities of a query result", [call("among", [*some[n:], *most]) for n in range(20)])
    note("path between two entities", [call("path", i, j) for i, j in zip(most[::2], some, strict=False)])


def entity_page(entity: str) -> Callable[[Answers], Any]:
    return lambda answers: (answers.entity(entity, EVERY), answers.statements(entity, EVERY))


if __name__ == "__main__":
    print("\n".join(lines(Path(sys.argv[1]))))
