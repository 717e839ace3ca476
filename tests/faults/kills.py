"""Kills graphkit processes at random times and compares the result with an undisturbed run.

`python -m tests.faults.kills REPORTS --builds 100 --others 30` runs the whole of it; the tests run a few.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

import graphkit
from graphkit.ledger.store import FILE

FORMATS = ("nquads", "graphml", "csv")


def graphkit_command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "graphkit", *map(str, arguments)]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(graphkit_command(*arguments), capture_output=True, text=True, check=False)


def exported(folder: Path) -> dict[str, bytes]:
    """Bytes of the exports of a graph."""
    found = {}
    with tempfile.TemporaryDirectory() as out, graphkit.open(folder) as graph:
        for name in FORMATS:
            graph.export(name, Path(out) / name)
            found[name] = (Path(out) / name).read_bytes()
    return found


def reports_in(folder: Path) -> int:
    """The number of reports in a graph that another process may be writing."""
    try:
        db = sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)
        try:
            return int(db.execute("SELECT count(*) FROM report").fetchone()[0])
        finally:
            db.close()
    except sqlite3.Error:
        return 0


def kill_at_random(command: list[str], longest: float, chance: random.Random) -> bool:
    """Starts a command and kills it within `longest` seconds; False when it had ended before.

    No process that it started may continue without it.
    """
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(chance.uniform(0.0, longest))
        return False
    except subprocess.TimeoutExpired:
        pass
    mother = psutil.Process(process.pid)
    children = mother.children(recursive=True)
    with contextlib.suppress(psutil.NoSuchProcess):
        mother.send_signal(signal.SIGKILL)
    process.wait()
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive, f"still running without their parent: {alive}"
    return True


def builds(source: Path, folder: Path, number: int, workers: int, chance: random.Random) -> int:
    """Kills `number` builds, each graph up to four times; gives the number of graphs."""
    run("build", source, "--graph", folder / "whole")
    started = time.monotonic()
    run("build", source, "--graph", folder / "timed", "--workers", workers)
    longest = (time.monotonic() - started) * 0.8
    whole = exported(folder / "whole")
    kills = graphs = 0
    while kills < number:
        graph = folder / "killed"
        shutil.rmtree(graph, ignore_errors=True)
        command = graphkit_command("build", source, "--graph", graph, "--workers", workers)
        for _ in range(4):
            kills += kill_at_random(command, longest, chance)
        assert not run("build", source, "--graph", graph, "--workers", workers).returncode
        assert exported(graph) == whole, f"after kill {kills} the graph is another one"
        graphs += 1
    return graphs


def exports(graph: Path, folder: Path, number: int, chance: random.Random) -> None:
    """Kills exports; a file with the name of the export is complete at any time."""
    whole = exported(graph)
    kills = 0
    while kills < number:
        name = chance.choice(FORMATS)
        out = folder / f"out.{name}"
        kills += kill_at_random(graphkit_command("export", "--format", name, "--graph", graph, "-o", out), 2.0, chance)
        assert not out.exists() or out.read_bytes() == whole[name], f"{out} is half of {name}"
    for name in FORMATS:
        assert not run("export", "--format", name, "--graph", graph, "-o", folder / f"out.{name}").returncode
        assert (folder / f"out.{name}").read_bytes() == whole[name]
    left = sorted(p.name for p in folder.iterdir() if not p.name.startswith("out."))
    assert left == [], f"half-written files stay: {left}"


def views(graph: Path, number: int, chance: random.Random) -> None:
    """Kills the first query after the views were deleted; the next query builds them."""
    questions = [
        ("query", "MATCH (n) RETURN count(n) AS n", "--format", "csv"),
        ("sparql", "SELECT (COUNT(*) AS ?n) WHERE {?s ?p ?o}", "--format", "csv"),
        ("phrases", "list", "--top", "5", "--format", "csv"),
    ]
    answers = [run(*q, "--graph", graph).stdout for q in questions]
    assert all(answers)
    kills = 0
    while kills < number:
        which = chance.randrange(len(questions))
        shutil.rmtree(graph / "views", ignore_errors=True)
        kills += kill_at_random(graphkit_command(*questions[which], "--graph", graph), 3.0, chance)
        assert run(*questions[which], "--graph", graph).stdout == answers[which]


def migrations(graph: Path, folder: Path, number: int, chance: random.Random) -> None:
    """Kills migrations of an older ledger; afterwards it is a complete ledger in the old or the new format."""
    old = folder / "old"
    old.mkdir()
    with sqlite3.connect(graph / FILE) as db, sqlite3.connect(old / FILE) as copy:
        db.backup(copy)
    with sqlite3.connect(old / FILE, isolation_level=None) as db:
        columns = [f"ALTER TABLE state DROP COLUMN {name}" for name in ("reports", "decisions", "failures", "seal")]
        for statement in (
            "DROP TABLE root",
            "DROP TABLE origin",
            "DROP TABLE sketch",
            "DROP TABLE inferred",
            "DROP INDEX report_sha256",
            "DROP TABLE digest",
            "DROP TABLE refused",
            "DROP TABLE not_read",
            *columns,
            "DROP TABLE decision",
            "DROP TABLE utterance",
            "DROP TABLE words",
            "ALTER TABLE state DROP COLUMN identity",
            "ALTER TABLE statement DROP COLUMN date_basis",
            "PRAGMA user_version = 1",
        ):
            db.execute(statement)
    shutil.copytree(old, folder / "undisturbed")
    whole = exported(folder / "undisturbed")
    script = (
        f"import sys; sys.path.insert(0, {str(Path.cwd())!r})\nfrom graphkit.ledger import Ledger\nfrom pathlib "
        "import Path\nprint(flush=True)\nLedger(Path(sys.argv[1])).close()"
    )
    for n in range(number):
        shutil.copytree(old, folder / f"m{n}")
        process = subprocess.Popen([sys.executable, "-c", script, str(folder / f"m{n}")], stdout=subprocess.PIPE)
        assert process.stdout
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.03))
        process.kill()
        process.wait()
        process.stdout.close()
        assert exported(folder / f"m{n}") == whole
        shutil.rmtree(folder / f"m{n}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=Path)
    parser.add_argument("--builds", type=int, default=100)
    parser.add_argument("--others", type=int, default=30)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for workers, number in ((1, chosen.builds // 2), (chosen.workers, chosen.builds - chosen.builds // 2)):
            part = folder / f"builds{workers}"
            part.mkdir()
            print(
                f"{number} kills of builds with {workers} workers: "
                f"{builds(chosen.reports, part, number, workers, chance)} graphs, all as undisturbed",
                flush=True,
            )
        graph = folder / "builds1" / "whole"
        (folder / "out").mkdir()
        exports(graph, folder / "out", chosen.others, chance)
        print(f"{chosen.others} kills of exports: no half file, the same bytes", flush=True)
        views(graph, chosen.others, chance)
        print(f"{chosen.others} kills of first questions: the same answers", flush=True)
        (folder / "old").mkdir()
        migrations(graph, folder / "old", chosen.others, chance)
        print(f"{chosen.others} kills of migrations: the same bytes", flush=True)


if __name__ == "__main__":
    main()
