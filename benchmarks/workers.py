"""Compares one and two processes, one and two Ray nodes, and the stages of reading (section Scale of RESULTS.md)."""

from __future__ import annotations

import cProfile
import os
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

import graphkit
from graphkit.building.batch import CHUNK
from graphkit.extractors import checked, load_extractor
from graphkit.model import Report

ROUNDS = 5
#: Name → functions whose whole time belongs to the stage.
STAGES = {
    "network (onnxruntime)": ("onnxruntime_inference_collection.py", "run"),
    "Viterbi decoding": ("tagger.py", "_viterbi"),
    "sentences, passages, words": ("marks.py", "mark_words"),
    "names of persons": ("persons.py", "mark_persons"),
    "scenes and speakers": ("scene.py", "read_scenes"),
    "policy phrases": ("phrases.py", "phrases_in"),
    "all relations, including phrases": ("__init__.py", "statements"),
}


def lines(source: Path, reports: int) -> list[str]:
    """The section of benchmarks/RESULTS.md. source: a JSONL file; reports: the number of its reports."""
    sides = {
        "1 process": ("local", 1),
        "2 processes": ("local", 2),
        "Ray, 1 node with one CPU": ("ray", 1),
        "Ray, 2 nodes with one CPU each": ("ray", 2),
    }
    times: dict[str, list[float]] = {name: [] for name in sides}
    for n in range(ROUNDS):
        # The order alternates, so that a change of the machine's speed affects all builds.
        for name, side in list(sides.items())[:: -1 if n % 2 else 1]:
            times[name].append(_alone(source, *side))
    medians = {name: statistics.median(t) for name, t in times.items()}
    names = list(medians)
    return [
        "",
        f"## Scale ({reports:,} reports, {ROUNDS} alternating rounds)",
        "",
        "Each build runs in a new process. The times include loading the models, but not starting Ray.",
        "",
        "| build | median s | range s |",
        "|---|---|---|",
        *[f"| {n} | {medians[n]:.1f} | {min(t):.1f}–{max(t):.1f} |" for n, t in times.items()],
        "",
        f"Speedup with two processes: {medians[names[0]] / medians[names[1]]:.2f} times; with two Ray nodes: "
        f"{medians[names[2]] / medians[names[3]]:.2f} times.",
        "For larger collections, see docs/scale.md.",
        *_profile(source),
    ]


def _alone(source: Path, engine: str, number: int) -> float:
    """Seconds of a build in a new process, in which no model is loaded and all modules are compiled."""
    command = [sys.executable, "-m", "benchmarks.workers", str(source), engine, str(number)]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return float(done.stdout.splitlines()[-1])


def _build(source: Path, options: dict[str, Any]) -> float:
    with tempfile.TemporaryDirectory() as folder, graphkit.open(Path(folder) / "g", create=True) as graph:
        start = time.perf_counter()
        graph.build(source, **options)
        return time.perf_counter() - start


def _settle() -> None:
    """Waits until the machine is idle, because the processes of a cluster need some seconds to start."""
    calm = 0
    for _ in range(30):
        calm = calm + 1 if psutil.cpu_percent(1) < 5 else 0
        if calm == 2:
            break


def _on_ray(source: Path, nodes: int) -> float:
    import ray
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    try:
        for _ in range(nodes):
            cluster.add_node(num_cpus=1)
        cluster.wait_for_nodes()
        ray.init(address=cluster.address, log_to_driver=False)

        def warm() -> None:
            graphkit.extract("石渡县召开会议。")
            time.sleep(1)

        ray.get([ray.remote(num_cpus=1)(warm).remote() for _ in range(nodes)])
        _settle()
        return _build(source, {"engine": "ray"})
    finally:
        ray.shutdown()
        cluster.shutdown()


def _profile(source: Path) -> list[str]:
    """Share of each stage in extraction; some stages contain others."""
    from graphkit.reading import read_input

    reports = [r for r in read_input(source) if isinstance(r, Report)][:600]
    extractor = load_extractor()

    def read() -> None:
        for at in range(0, len(reports), CHUNK):
            list(checked(extractor.read(reports[at : at + CHUNK])))

    read()
    profile = cProfile.Profile()
    profile.runcall(read)
    return [
        "", "A stage that calls another one includes its time, so the shares add up to more than 100%.",
        "", "| stage of extraction | share of the time (profiler) |", "|---|---|", *_shares(profile, read),
    ]  # fmt: skip


def _shares(profile: cProfile.Profile, whole: Callable[[], None]) -> list[str]:
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    total = next(v[3] for (_, _, name), v in stats.items() if name == whole.__name__ and v[0] == 1)
    rows = []
    for stage, (file, function) in STAGES.items():
        cumulative = [v[3] for (path, _, name), v in stats.items() if name == function and path.endswith(f"/{file}")]
        rows.append(f"| {stage} | {max(cumulative) / total:.0%} |")
    return rows


def main() -> None:
    source, engine, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    print(_on_ray(source, number) if engine == "ray" else _build(source, {"workers": number}))


if __name__ == "__main__":
    main()
