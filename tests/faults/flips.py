"""Flips single bits of a ledger: each flip is refused, detected by `validate`, or leaves every export as it was.

`python -m tests.faults.flips --number 2000` runs the whole of it; the tests run a few.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import graphkit
from graphkit.errors import GraphkitError
from graphkit.export.formats import FORMATS
from graphkit.ledger.store import FILE
from graphkit.repair import repair

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "reports"
#: Maximum duration of one flip in seconds.
LIMIT = 120


def make_graph(folder: Path, number: int = 20) -> Path:
    """A graph of `reports` reports, with decisions and a failed input; its file contains all committed data."""
    source = folder / "source"
    source.mkdir()
    with graphkit.open(folder / "examples", create=True) as graph:
        graph.build(EXAMPLES)
        texts = [r.text for r in graph.reports()]
    for n in range(number):
        (source / f"{n:02}.txt").write_text(texts[n % len(texts)] + f"\n本报第{n}版。\n", encoding="utf-8")
    (source / "bad.docx").write_bytes(b"no document")
    made = folder / "graph"
    with graphkit.open(made, create=True) as graph:
        graph.build(source)
        rows = {row.report.id: row.report for row in graph.ledger.reports(text=True)}
        for statement, verdict in zip(list(graph.statements())[:2], ("reject", "accept"), strict=True):
            graph.review("tester").decide(statement, rows[statement.report], verdict)
    with contextlib.closing(sqlite3.connect(made / FILE)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert db.execute("SELECT count(*) FROM report").fetchone() == (number,)
    shutil.rmtree(made / "views", ignore_errors=True)
    return made


def exports(graph: graphkit.Graph, formats: tuple[str, ...] = tuple(FORMATS)) -> str:
    """A hash of the exports in these formats."""
    found = hashlib.sha256()
    for name in formats:
        out = io.BytesIO()
        graph.export(name, out)
        found.update(out.getvalue())
    return found.hexdigest()


@contextlib.contextmanager
def _limit() -> Iterator[None]:
    def late(*_: object) -> None:
        raise TimeoutError(f"more than {LIMIT} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(LIMIT)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def outcome(folder: Path, whole: str) -> str:
    """ "refused", "detected" or "identical"; "WRONG" if the exports differ and no check reports it."""
    try:
        with _limit(), graphkit.open(folder) as graph:
            if next(graph.validate(shacl=False), None) is not None:
                # (Damaged data are rejected or exported correctly, without a traceback.)
                with contextlib.suppress(GraphkitError):
                    exports(graph, ("csv", "nquads"))
                return "detected"
            return "identical" if exports(graph) == whole else "WRONG"
    except GraphkitError:
        return "refused"


def repaired(folder: Path, whole: str) -> str:
    """The result of repairing a damaged graph: "right", "reported" or "WRONG"."""
    try:
        with _limit():
            done = repair(folder)
            with graphkit.open(folder) as graph:
                if next(graph.validate(shacl=False), None) is None and exports(graph) == whole:
                    return "right"
                return "reported" if done.lost or done.notes or done.damaged else "WRONG"
    except GraphkitError:
        return "reported"


def flip(graph: Path, whole: str, seed: int, with_repair: bool) -> tuple[str, str, str]:
    """The outcome of one flip, of the repair if the flip was noticed, and the position of the flip."""
    chance = random.Random(seed)
    data = bytearray((graph / FILE).read_bytes())
    place, bit = chance.randrange(len(data)), chance.randrange(8)
    data[place] ^= 1 << bit
    with tempfile.TemporaryDirectory(dir=graph.parent) as name:
        folder = Path(name) / "g"
        folder.mkdir()
        (folder / FILE).write_bytes(data)
        where = f"byte {place}, bit {bit}"
        try:
            found = outcome(folder, whole)
            repair = repaired(folder, whole) if with_repair and found in ("refused", "detected") else ""
        except Exception:
            return "CRASH", "", f"{where}\n{traceback.format_exc()}"
        return found, repair, where


def flips(
    graph: Path, number: int, first: int = 0, repairs: int = 0, workers: int = 1
) -> tuple[Counter[str], list[str]]:
    """Counts of outcomes, and the positions of wrong ones. repairs: every n-th noticed flip is also repaired."""
    with tempfile.TemporaryDirectory(dir=graph.parent) as name:
        shutil.copytree(graph, Path(name) / "g")
        with graphkit.open(Path(name) / "g") as opened:
            whole = exports(opened)
    counts: Counter[str] = Counter()
    bad = []
    with ProcessPoolExecutor(workers, get_context("fork")) if workers > 1 else contextlib.nullcontext() as pool:
        jobs = [(graph, whole, seed, bool(repairs) and seed % repairs == 0) for seed in range(first, first + number)]
        results = pool.map(flip, *zip(*jobs, strict=True), chunksize=4) if pool else (flip(*job) for job in jobs)
        for found, repair, where in results:
            counts[found] += 1
            if repair:
                counts[f"repair: {repair}"] += 1
            if found in ("WRONG", "CRASH") or repair == "WRONG":
                bad.append(f"{found} {repair} {where}")
    return counts, bad


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--repairs", type=int, default=20)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        counts, bad = flips(make_graph(Path(name)), chosen.number, chosen.first, chosen.repairs, chosen.workers)
    for line in bad:
        print(line)
    print(f"{chosen.number} flips in {time.monotonic() - started:.0f} s: {dict(sorted(counts.items()))}")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
