"""Twenty commands under twelve disturbances: no traceback, the right exit code, no partial file.

`python -m tests.faults.disturbances` runs all and prints a table; `--commands 3` runs the first three commands.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
REPORTS = ROOT / "examples" / "reports"
REPORT = REPORTS / "04-flood-inspection.txt"
#: Exit codes of commands that succeeded, failed with a message or were stopped.
GOOD = (0, 1, 2, 3, 130)

#: Name → arguments. GRAPH is the graph, OUT the destination (a file, or a folder with a slash).
COMMANDS: dict[str, tuple[str, ...]] = {
    "extract": ("extract", str(REPORT)),
    "extract table": ("extract", str(REPORT), "--format", "table"),
    "extract gold": ("extract", str(REPORT), "--format", "gold"),
    "build": ("build", str(REPORTS), "--graph", "OUTGRAPH"),
    "build in two": ("build", str(REPORTS), "--graph", "OUTGRAPH", "--workers", "2"),
    "import files": ("build", str(REPORTS), "--graph", "GRAPH", "--import-files", "OUT/"),
    "remove": ("remove", "04-flood-inspection", "--graph", "GRAPH"),
    "status": ("status", "--graph", "GRAPH"),
    "retry": ("retry", "--graph", "GRAPH"),
    "show": ("show", str(REPORT)),
    "query": ("query", "MATCH (n) RETURN n.name", "--graph", "GRAPH"),
    "sparql": ("sparql", "SELECT * { ?s gk:visited ?o }", "--graph", "GRAPH"),
    "export": ("export", "-f", "nquads", "--graph", "GRAPH"),
    "export to a file": ("export", "-f", "turtle", "--graph", "GRAPH", "-o", "OUT"),
    "export to a folder": ("export", "-f", "csv", "--graph", "GRAPH", "-o", "OUT/"),
    "load": ("load", "sparql", "http://127.0.0.1:9/ds", "--graph", "GRAPH"),
    "phrases": ("phrases", "list", "--graph", "GRAPH"),
    "review": ("review", "--export", "OUT.jsonl", "--graph", "GRAPH"),
    "validate": ("validate", "--no-shacl", "--graph", "GRAPH"),
    "doctor": ("doctor", "--graph", "GRAPH"),
}
DISTURBANCES = (
    "closed pipe",
    "ascii terminal",
    "full disk",
    "read-only disk",
    "missing folder",
    "link loop",
    "Ctrl-C early",
    "Ctrl-C midway",
    "Ctrl-C late",
    "clock",
    "two at once",
    "no HOME, no TTY",
)
_CLOCK = """import time, datetime
_shift = {year} - 2026
_now = time.time
time.time = lambda: _now() + _shift * 365.2425 * 86400
"""


@dataclass(slots=True)
class Case:
    """One command in a separate folder."""

    name: str
    folder: Path
    #: The previous content of the destination.
    old: bytes = b"old content"
    environment: dict[str, str] = field(
        default_factory=lambda: {**os.environ, "COLUMNS": "80", "PYTHONPATH": str(ROOT)}
    )

    @property
    def target(self) -> Path:
        """The folder that the command writes to, or the graph if it writes no output file."""
        writes = any(a.startswith("OUT") for a in COMMANDS[self.name])
        return self.folder / ("out" if writes else "graph")

    def arguments(self) -> list[str]:
        places = {
            "OUTGRAPH": f"{self.folder}/out/new",
            "GRAPH": f"{self.folder}/graph",
            "OUT.jsonl": f"{self.folder}/out/x.jsonl",
            "OUT/": f"{self.folder}/out/folder/",
            "OUT": f"{self.folder}/out/x",
        }
        return [sys.executable, "-m", "graphkit", *(places.get(a, a) for a in COMMANDS[self.name])]

    def start(self, **options: Any) -> subprocess.Popen[bytes]:
        settings: dict[str, Any] = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "env": self.environment,
            "cwd": self.folder,
        }
        return subprocess.Popen(self.arguments(), **{**settings, **options})

    def prepare(self, graph: Path) -> None:
        shutil.copytree(graph, self.folder / "graph")
        (self.folder / "out").mkdir()
        for name in ("x", "x.jsonl"):
            (self.folder / "out" / name).write_bytes(self.old)


def ended(process: subprocess.Popen[bytes], seconds: float = 120) -> tuple[int, str]:
    try:
        _, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return -99, "it did not end"
    return process.returncode, err.decode("utf-8", "replace")


def problems(case: Case, code: int, words: str, codes: tuple[int, ...]) -> Iterator[str]:
    if "Traceback" in words or "unexpected error" in words:
        yield f"trace: {words[-600:]}"
    if code not in codes:
        yield f"exit code {code}: {words[-200:]}"
    out = case.folder / "out"
    for left in list(out.rglob("*.part")) + list(out.rglob(".graphkit-*.part")):
        yield f"left behind: {left.name}"
    for name in ("x", "x.jsonl"):
        path = out / name
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            if data != case.old and data and not data.endswith(b"\n"):
                yield f"half-written: {name}"


#: Exit code, messages and allowed exit codes of a disturbed command.
Result = tuple[int, str, tuple[int, ...]]


def with_closed_pipe(case: Case) -> Result:
    process = case.start()
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = open(os.devnull, "rb")  # noqa: SIM115
    return *ended(process), (0, 3)


def with_ascii_terminal(case: Case) -> Result:
    case.environment.update(LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    return *ended(case.start()), (0, 3)


def with_full_disk(case: Case) -> Result:
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1))

    with open("/dev/full", "wb") as full:
        return *ended(case.start(stdout=full, preexec_fn=limit)), (0, 2, 3)


def with_read_only_disk(case: Case) -> Result:
    subprocess.run(["mount", "--bind", str(case.folder), str(case.folder)], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", str(case.folder)], check=True)
    try:
        return *ended(case.start()), (0, 2, 3)
    finally:
        subprocess.run(["umount", str(case.folder)], check=True)


def with_missing_folder(case: Case) -> Result:
    shutil.rmtree(case.target)
    return *ended(case.start()), (0, 2, 3)


def with_link_loop(case: Case) -> Result:
    shutil.rmtree(case.target)
    case.target.symlink_to(case.target)
    result = ended(case.start())
    case.target.unlink()
    return *result, (0, 2, 3)


def with_interrupt(case: Case, wait: float) -> Result:
    """Sends SIGINT after `wait` seconds."""
    while True:
        process = case.start(start_new_session=True)
        time.sleep(wait)
        os.killpg(process.pid, signal.SIGINT)
        code, words = ended(process)
        # If the interpreter itself was still starting, no code of graphkit could handle the signal: try again later.
        if "Traceback" not in words or "graphkit/" in words or wait > 30:
            # The signal can also kill the interpreter while it exits, which a shell reports as 130 as well.
            return code, words, (0, 3, 130, -signal.SIGINT)
        wait += 0.5


def with_wrong_clock(case: Case) -> Result:
    worst: Result = (0, "", (0, 3))
    for year in (1970, 2099):
        site = case.folder / f"clock{year}"
        site.mkdir()
        (site / "sitecustomize.py").write_text(_CLOCK.format(year=year))
        case.environment["PYTHONPATH"] = f"{site}:{ROOT}"
        code, words = ended(case.start())
        if code not in (0, 3) or "Traceback" in words:
            worst = code, words, (0, 3)
        if case.name == "remove":
            break
    return worst


def with_second_process(case: Case) -> Result:
    first, second = case.start(), case.start()
    results = [ended(first), ended(second)]
    return max(r[0] for r in results), results[0][1] + results[1][1], (0, 2, 3)


def without_home_and_terminal(case: Case) -> Result:
    case.environment = {k: v for k, v in case.environment.items() if k not in ("HOME", "TERM")}
    return *ended(case.start(stdin=None, preexec_fn=lambda: os.close(0))), (0, 3)


_DISTURBED: dict[str, Callable[[Case], Result]] = {
    "closed pipe": with_closed_pipe,
    "ascii terminal": with_ascii_terminal,
    "full disk": with_full_disk,
    "read-only disk": with_read_only_disk,
    "missing folder": with_missing_folder,
    "link loop": with_link_loop,
    "clock": with_wrong_clock,
    "two at once": with_second_process,
    "no HOME, no TTY": without_home_and_terminal,
}


def disturbed(case: Case, how: str, duration: float) -> Result:
    """Runs a command under a disturbance; returns the exit code, the messages and the allowed exit codes."""
    waits = {
        "Ctrl-C early": 0.25,
        "Ctrl-C midway": duration / 2,
        "Ctrl-C late": max(duration - 0.1, 0.3),
    }
    return with_interrupt(case, waits[how]) if how in waits else _DISTURBED[how](case)


def make_graph(folder: Path) -> Path:
    graph = folder / "graph"
    build = [sys.executable, "-m", "graphkit", "-q", "build", str(REPORTS), "--graph", str(graph)]
    subprocess.run(build, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    for command in (["query", "RETURN 1"], ["sparql", "ASK {}"], ["phrases", "list"]):
        subprocess.run(
            [sys.executable, "-m", "graphkit", "-q", *command, "--graph", str(graph)],
            check=False,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    return graph


def check(name: str, how: str, graph: Path, duration: float = 2.0) -> list[str]:
    """Problems of one command under one disturbance."""
    with tempfile.TemporaryDirectory(prefix="graphkit-disturbed-") as folder:
        case = Case(name, Path(folder))
        case.prepare(graph)
        code, words, codes = disturbed(case, how, duration)
        return list(problems(case, code, words, codes))


def matrix(names: list[str], say: Callable[[str], None]) -> int:
    bad = runs = 0
    with tempfile.TemporaryDirectory(prefix="graphkit-matrix-") as folder:
        graph = make_graph(Path(folder))
        for name in names:
            with tempfile.TemporaryDirectory() as trial:
                case = Case(name, Path(trial))
                case.prepare(graph)
                begun = time.monotonic()
                ended(case.start())
                duration = time.monotonic() - begun
            for how in DISTURBANCES:
                found = check(name, how, graph, duration)
                runs += 1
                bad += bool(found)
                for problem in found:
                    say(f"{name} × {how}: {problem}")
            say(f"{name}: done in {duration:.1f} s a run")
    say(f"{runs} runs, {bad} with problems")
    return bad


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", type=int, default=len(COMMANDS))
    parser.add_argument("--from", dest="first", type=int, default=0)
    options = parser.parse_args()
    sys.exit(
        bool(
            matrix(
                list(COMMANDS)[options.first : options.first + options.commands], lambda words: print(words, flush=True)
            )
        )
    )
