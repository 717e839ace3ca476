"""Measures time and memory for one, two and four copies of the corpus: `python -m benchmarks.scale CORPUS.jsonl.gz`.

The copies have different ids. Each step runs in a separate process; Neo4j and Oxigraph are started as by the tests
(Java 17 and Maven). Wall-clock time and processor time of all processes of the step are measured. Memory is the largest
resident size of one process.
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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: In this order: an export or load uses what was found before it.
STEPS = ("build", "phrases", "export nquads", "export graphml", "export neo4j-admin", "load neo4j", "load sparql")
#: Of the server that is loaded.
PASSWORD = "bench-only-here"


def step(name: str, graph: Path, source: Path, workers: int, server: str) -> None:
    """Runs one step and prints its figures."""
    import graphkit
    from graphkit.stores.neo4j.database import Neo4jAddress
    from graphkit.stores.sparql.endpoint import SparqlAddress

    started = time.perf_counter()
    with graphkit.open(graph, create=True) as opened:
        if name == "build":
            opened.build(source, workers=workers)
        elif name == "phrases":
            opened.phrases()
        elif name == "load neo4j":
            opened.load_neo4j(Neo4jAddress(server, "neo4j", PASSWORD))
        elif name == "load sparql":
            opened.load_sparql(SparqlAddress(server))
        else:
            opened.export(name.split()[1], graph.parent / "out")
    own, children = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        json.dumps(
            {
                "clock": time.perf_counter() - started,
                "processors": own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime,
                "MiB": own.ru_maxrss // 1024,
                "MiB of a worker": children.ru_maxrss // 1024,
            }
        )
    )


def copies(corpus: Path, times: int, out: Path) -> int:
    """Write the corpus several times with different ids and return the number of reports."""
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


@contextmanager
def _folder(keep: Path | None, times: int) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory() as name:
            yield Path(name)
    else:
        folder = keep / str(times)
        folder.mkdir(parents=True, exist_ok=True)
        yield folder


@contextmanager
def server_for(work: str, folder: Path) -> Iterator[str]:
    """The address of the server that a step loads, "" for the other steps."""
    from tests import servers

    if not work.startswith("load"):
        yield ""
    elif work == "load neo4j":
        neo4j = servers.Neo4j(folder / "neo4j", password=PASSWORD, quick_start=False)
        with servers.running(neo4j):
            yield neo4j.uri
    else:
        oxigraph = servers.Oxigraph(folder / "oxigraph")
        with servers.running(oxigraph):
            yield oxigraph.url


def main() -> None:
    chosen = _arguments()
    if chosen.step:
        step(chosen.step, chosen.graph, chosen.corpus, chosen.workers, chosen.server)
        return
    print(
        "| work | reports | s | ms/report | processor ms/report | MiB | MiB of a worker |\n"
        "|---|---|---|---|---|---|---|"
    )
    for times in chosen.times:
        with _folder(chosen.keep, times) as folder, tempfile.TemporaryDirectory() as servers:
            count = copies(chosen.corpus, times, folder / "reports.jsonl")
            for work in chosen.steps:
                with server_for(work, Path(servers)) as server:
                    r = _measured(work, folder, chosen.workers, server)
                print(
                    f"| {work} | {count:,} | {r['clock']:.0f} | {r['clock'] / count * 1000:.2f} | "
                    f"{r['processors'] / count * 1000:.2f} | {r['MiB']:,} | {r['MiB of a worker']:,} |",
                    flush=True,
                )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 2, 4], help="Numbers of copies of the corpus.")
    parser.add_argument(
        "--steps", nargs="+", choices=STEPS, default=STEPS, help="Steps to measure; all of them need the build."
    )
    parser.add_argument(
        "--keep", type=Path, help="Folder in which reports and graphs are kept, so that single steps can be repeated."
    )
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--graph", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--server", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def _measured(work: str, folder: Path, workers: int, server: str) -> dict[str, Any]:
    """Runs a step in a separate process and returns its measurements."""
    command = [sys.executable, "-m", "benchmarks.scale", str(folder / "reports.jsonl"), "--workers", str(workers)]
    options = ["--step", work, "--graph", str(folder / "graph"), "--server", server]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
