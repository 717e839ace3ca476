"""Measures the response times of the explorer in the server's thread: `python -m benchmarks.pages GRAPH`."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graphkit.explorer.answers import Answers
from graphkit.explorer.explorer import Explorer
from graphkit.explorer.lookup import Filters

WORDS = ("习近平", "新质", "高质量发展", "人", "中国", "李强", "园区", "共建一带一路", "𠮷", "苏州工业园区")
PHRASES = ("新质生产力", "高质量发展", "中国式现代化", "乡村振兴", "低空经济", "以旧换新")
EVERY = Filters()


def lines(graph: Path) -> list[str]:
    """The section of benchmarks/RESULTS.md."""
    explorer = Explorer(graph)
    started = time.perf_counter()
    reports = explorer.now(lambda a: a.about())["reports"]
    out = [
        "",
        f"## Pages of the explorer ({reports:,} reports)",
        "",
        f"`python -m benchmarks.pages GRAPH`; response time in milliseconds, in the server's thread. The first request took {time.perf_counter() - started:.1f} s, including",
        "the construction of missing views.",
        "",
        "| page | requests | median | 95% | maximum |",
        "|---|---|---|---|---|",
    ]

    def chosen(sql: str) -> list[str]:
        return [row[0] for row in explorer.now(lambda a: list(a.lookup.tables.rows(sql)))]

    def note(name: str, asks: list[Callable[[Answers], Any]]) -> None:
        times = []
        for ask in asks:
            began = time.perf_counter()
            explorer.now(ask)
            times.append((time.perf_counter() - began) * 1000)
        times.sort()
        out.append(
            f"| {name} | {len(times)} | {statistics.median(times):,.0f} | {times[max(0, int(len(times) * 0.95) - 1)]:,.0f} | {times[-1]:,.0f} |"
        )

    some = chosen("SELECT id FROM entity ORDER BY random() LIMIT 100")
    most = chosen("SELECT id FROM entity ORDER BY claims DESC LIMIT 40")
    note("start page", [lambda a: a.about()] * 5)
    note("search", [lambda a, w=w: a.search(w, EVERY) for w in WORDS * 4])  # type: ignore[misc]
    for name, ids in (("entity, relationships", some), ("the 40 most connected entities, relationships", most)):
        note(name, [lambda a, i=i: (a.entity(i, EVERY), a.statements(i, EVERY)) for i in ids])  # type: ignore[misc]
        note(f"{name.split(',')[0]}: profile", [lambda a, i=i: a.profile(i, EVERY) for i in ids])  # type: ignore[misc]
        note(f"{name.split(',')[0]}: map", [lambda a, i=i: a.map(i, EVERY) for i in ids])  # type: ignore[misc]
    note("report", [lambda a, i=i: a.report(i) for i in chosen("SELECT id FROM report ORDER BY random() LIMIT 100")])  # type: ignore[misc]
    known = [w for w in PHRASES if explorer.now(lambda a, w=w: a.knows_phrase(w))]  # type: ignore[misc]
    if known:
        note("phrase, places and co-occurring phrases", [lambda a, w=w: a.company(w, EVERY) for w in known])  # type: ignore[misc]
        note("phrase, trend and first uses", [lambda a, w=w: a.phrase(w, EVERY) for w in known])  # type: ignore[misc]
        note("phrase, chart", [lambda a, w=w: a.chart(w, EVERY) for w in known])  # type: ignore[misc]
    note("map of all visits", [lambda a: a.map("", EVERY)] * 5)
    note(
        "relationships between the entities of a query result",
        [lambda a, n=n: a.among([*some[n:], *most], EVERY) for n in range(20)],
    )  # type: ignore[misc]
    note(
        "path between two entities",
        [lambda a, i=i, j=j: a.path(i, j, EVERY) for i, j in zip(most[::2], some, strict=False)],
    )  # type: ignore[misc]
    explorer.close()
    return out


if __name__ == "__main__":
    print("\n".join(lines(Path(sys.argv[1]))))
