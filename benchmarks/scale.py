"""How time and memory grow: the corpus once, twice and four times, with fresh ids. `python -m benchmarks.scale CORPUS.jsonl.gz`.

Each step runs in a process of its own. Seconds are those of the clock, and of the processors that the step used with all its
processes: the clock shows what else the machine did. Memory is the largest resident size of any one process.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STEPS = ("build", "phrases", "export")


def step(name: str, graph: Path, source: Path, workers: int) -> None:
    """Runs one step and prints its figures."""
    import graphkit

    started = time.perf_counter()
    with graphkit.open(graph, create=True) as opened:
        if name == "build":
            opened.build(source, workers=workers)
        elif name == "export":
            opened.export("nquads", graph.parent / "out.nq")
        else:
            opened.phrases()
    own, children = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({
        "clock": time.perf_counter() - started, "processors": own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime,
        "MiB": own.ru_maxrss // 1024, "MiB of a worker": children.ru_maxrss // 1024,
    }))


def copies(corpus: Path, times: int, out: Path) -> int:
    """Writes the corpus so many times with fresh ids; gives the number of reports."""
    count = 0
    with out.open("w", encoding="utf-8") as file:
        for n in range(times):
            with gzip.open(corpus, "rt", encoding="utf-8") as lines:
                for line in lines:
                    record = json.loads(line)
                    record["id"] = f"{record['id']}-{n}"
                    file.write(json.dumps(record, ensure_ascii=False) + "\n")
                    count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--graph", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step:
        step(chosen.step, chosen.graph, chosen.corpus, chosen.workers)
        return
    print("| work | reports | s | ms/report | processor ms/report | MiB | MiB of a worker |\n|---|---|---|---|---|---|---|")
    for times in (1, 2, 4):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            count = copies(chosen.corpus, times, folder / "reports.jsonl")
            for work in STEPS:
                done = subprocess.run(
                    [sys.executable, "-m", "benchmarks.scale", str(folder / "reports.jsonl"), "--workers", str(chosen.workers), "--step", work, "--graph", str(folder / "graph")],
                    capture_output=True, text=True, check=True,
                )
                r = json.loads(done.stdout.splitlines()[-1])
                print(f"| {work} | {count:,} | {r['clock']:.0f} | {r['clock'] / count * 1000:.2f} | {r['processors'] / count * 1000:.2f} | {r['MiB']:,} | {r['MiB of a worker']:,} |", flush=True)


if __name__ == "__main__":
    main()
