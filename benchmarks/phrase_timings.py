"""Compares the time for finding phrases with the time for reading, and measures every question on the whole graph."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import graphkit
from graphkit.phrases.index.builder import build_index

#: Number of reports of the sample, of rounds, and of repetitions of each question.
REPORTS, ROUNDS, ASKED = 3000, 3, 5
_FIND = (
    "import sys, time, resource, graphkit\nfrom pathlib import Path\nfrom graphkit.phrases.index.builder import "
    "build_index\ng = graphkit.open(sys.argv[1])\nt = time.perf_counter()\nbuild_index(g.ledger, Path(sys.argv[2]))\n"
    "print(time.perf_counter() - t, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
)


def questions(phrase: str) -> dict[str, Callable[[Any], Any]]:
    return {
        "list": lambda p: p.list(),
        "trend": lambda p: p.trend(phrase),
        "first": lambda p: p.first(phrase),
        "uses": lambda p: p.uses(phrase, top=100),
        "emerging": lambda p: p.emerging(since="2023-09-01", until="2023-12-31"),
        "silent": lambda p: p.silent(since="2025-01-01", until="2025-06-30"),
        "tiers": lambda p: p.tiers(2024),
        "movers": lambda p: p.movers(since="2024-01-01", until="2024-03-31"),
        "spread": lambda p: p.spread(phrase),
        "with": lambda p: p.together(phrase),
        "wording": lambda p: p.wording(phrase),
        "intensity": lambda p: p.intensity(phrase),
    }


def lines(records: list[dict[str, Any]], ready: Path | None) -> list[str]:
    """The section of benchmarks/RESULTS.md. ready: folder of a graph of all reports; None omits the questions."""
    sample = random.Random(2).sample(records, min(REPORTS, len(records)))
    reading, finding = _compare(sample)
    out = [
        "",
        "## Phrases",
        "",
        f"Extracting {len(sample):,} reports: {reading:.1f} s (median of {ROUNDS}); discovering their phrases: "
        f"{finding:.1f} s, {finding / reading:.2f} of that time.",
    ]
    return out if ready is None else [*out, *_questions(ready)]


def _compare(sample: list[dict[str, Any]]) -> tuple[float, float]:
    """Median seconds of reading the reports and of finding their phrases."""
    reading, finding = [], []
    with tempfile.TemporaryDirectory() as work:
        source = Path(work) / "sample.jsonl"
        source.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in sample), encoding="utf-8")
        for turn in range(ROUNDS):
            with graphkit.open(Path(work) / f"g{turn}", create=True) as graph:
                start = time.perf_counter()
                graph.build(source)
                reading.append(time.perf_counter() - start)
                start = time.perf_counter()
                build_index(graph.ledger, Path(work) / f"i{turn}")
                finding.append(time.perf_counter() - start)
    return statistics.median(reading), statistics.median(finding)


def _questions(ready: Path) -> list[str]:
    with tempfile.TemporaryDirectory() as work:
        done = subprocess.run(
            [sys.executable, "-c", _FIND, str(ready), f"{work}/index"], capture_output=True, text=True, check=True
        )
    seconds, mebibytes = done.stdout.split()
    rows = []
    with graphkit.open(ready) as graph:
        phrases = graph.phrases()
        total = graph.status()["reports"]
        for name, ask in questions("新质生产力").items():
            times = []
            for _ in range(ASKED):
                start = time.perf_counter()
                ask(graph.phrases())
                times.append(time.perf_counter() - start)
            rows.append(f"| {name} | {statistics.median(times):.2f} | {_command(name, ready):.2f} |")
    return [
        f"All {total:,} reports: {float(seconds):.0f} s, {int(mebibytes):,} MiB maximum resident memory; "
        f"{len(phrases):,} phrases.",
        "",
        "| question | median s | including command start, s |",
        "|---|---|---|",
        *rows,
    ]


def _command(name: str, graph: Path) -> float:
    arguments = {
        "emerging": ["--since", "2023-09-01", "--until", "2023-12-31"],
        "silent": ["--since", "2025-01-01", "--until", "2025-06-30"],
        "tiers": ["--year", "2024"],
        "movers": ["--since", "2024-01-01", "--until", "2024-03-31"],
        "list": [],
    }.get(name, ["新质生产力"])
    times = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(
            [
                sys.executable,
                "-m",
                "graphkit",
                "-q",
                "phrases",
                name,
                *arguments,
                "--graph",
                str(graph),
                "--format",
                "json",
            ],
            stdout=subprocess.DEVNULL,
            check=True,
            env=os.environ,
        )
        times.append(time.perf_counter() - start)
    return statistics.median(times)
