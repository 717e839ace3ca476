"""graphkit load neo4j, graphkit load sparql"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, LINE_EVERY, GraphOption, is_quiet, say
from graphkit.errors import UsageError
from graphkit.stores.options import DEFAULT_BASE, DEFAULT_NAME

HELP = "Bring the graph into a server; run again it only brings the difference, deletions included."

AskOption = Annotated[bool, typer.Option("--ask-password", help="Ask for the password on the terminal.")]
PasswordFileOption = Annotated[
    Path | None, typer.Option("--password-file", help="File with the password in its first line.", show_default=False)
]
CaFileOption = Annotated[str, typer.Option("--ca-file", envvar="GRAPHKIT_CA_FILE", help="File (PEM) with the certificates to trust in place of the system's.", show_default=False)]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]


def neo4j(
    graph: GraphOption = DEFAULT_GRAPH,
    uri: Annotated[str, typer.Option("--uri", envvar="NEO4J_URI", help="Address of the server.")] = "bolt://localhost:7687",
    user: Annotated[str, typer.Option("--user", envvar="NEO4J_USERNAME", help="User; with no password at all there is no login.", show_default=False)] = "",
    ask_password: AskOption = False,
    password_file: PasswordFileOption = None,
    ca_file: CaFileOption = "",
    database: Annotated[str, typer.Option("--database", envvar="NEO4J_DATABASE", help="Database; the user's own if left out.", show_default=False)] = "",
    name: Annotated[str, typer.Option("--name", help="Name of this graph in the database: several graphs stay apart by it.")] = DEFAULT_NAME,
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of a graph of this name that came from another ledger.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take the graph NAME off the database; nothing is loaded.")] = False,
    dry_run: DryRunOption = False,
    wait: Annotated[float, typer.Option("--wait", min=0, help="Seconds to go on trying when the server is away in the middle.")] = 30.0,
) -> None:
    """Load the graph into Neo4j 5 (Community is enough, no plug-ins), or bring there what has changed since.

    The password is taken from NEO4J_PASSWORD, from --password-file, or asked for; it is no option, so that it stays out of
    the shell's history.
    """
    from graphkit.stores.neo4j.database import Neo4j, Neo4jAddress
    from graphkit.stores.neo4j.loading import remove as remove_graph

    secret = _password(user, ask_password, password_file, "NEO4J_PASSWORD")
    address = Neo4jAddress(uri, user or ("neo4j" if secret else ""), secret, database, wait, ca_file)
    if remove:
        if dry_run or replace:
            raise UsageError("--remove goes with neither --dry-run nor --replace")
        with Neo4j(address) as server, _progress() as progress:
            outcome = remove_graph(server, name, progress=progress)
        say(f"graph {name!r} is off the database: {outcome.total} nodes and relationships")
        return
    with graphkit.open(graph) as opened, _progress() as progress:
        outcome = opened.load_neo4j(address, name=name, replace=replace, dry_run=dry_run, progress=progress)
    for kind, change in outcome.changes.items():
        print(f"{kind}\t+{change.created}\t~{change.updated}\t-{change.deleted}")
    if outcome.kept:
        say(f"{outcome.kept} nodes are no longer in the graph, but other relationships hang on them: kept and marked `vanished`", always=True)
    if outcome.unchanged or not outcome.total:
        say("nothing to change")
    else:
        say(f"{outcome.total} nodes and relationships {'would change' if dry_run else 'changed'} (+ new, ~ changed, - gone)")


def sparql(
    url: Annotated[str, typer.Argument(envvar="SPARQL_ENDPOINT", help="Data set or repository: http://localhost:3030/ds", show_default=False)],
    graph: GraphOption = DEFAULT_GRAPH,
    update_url: Annotated[str, typer.Option("--update-url", help="Address for updates, where it cannot be found from URL.", show_default=False)] = "",
    store_url: Annotated[str, typer.Option("--store-url", help="Address of the Graph Store Protocol, likewise.", show_default=False)] = "",
    user: Annotated[str, typer.Option("--user", envvar="SPARQL_USERNAME", help="User, for basic authentication.", show_default=False)] = "",
    ask_password: AskOption = False,
    password_file: PasswordFileOption = None,
    ca_file: CaFileOption = "",
    base: Annotated[str, typer.Option("--base", help="Base of the IRIs; graphs of different bases stay apart.")] = DEFAULT_BASE,
    with_text: Annotated[bool, typer.Option("--with-text", help="The full text of each report too.")] = False,
    dry_run: DryRunOption = False,
) -> None:
    """Load the graph into a SPARQL 1.1 endpoint (Fuseki, GraphDB, oxigraph …), or bring there what has changed since.

    The password is taken from SPARQL_PASSWORD, from --password-file, or asked for.
    """
    from graphkit.stores.sparql.endpoint import SparqlAddress

    secret = _password(user, ask_password, password_file, "SPARQL_PASSWORD")
    address = SparqlAddress(url, update_url, store_url, user, secret, ca_file)
    with graphkit.open(graph) as opened, _progress() as progress:
        outcome = opened.load_sparql(address, base=base, with_text=with_text, dry_run=dry_run, progress=progress)
    if outcome.unchanged:
        say("nothing to change")
        return
    print(f"reports\t+{outcome.added}\t~{outcome.replaced}\t-{outcome.removed}")
    print(f"entity triples\t+{outcome.triples_added}\t-{outcome.triples_removed}")
    say(f"{'would be brought' if dry_run else 'brought'} (+ new, ~ changed, - gone)")


def _password(user: str, ask: bool, file: Path | None, variable: str) -> str:
    """Asked for, from a file, from the environment, or asked for when there is a user and nothing else."""
    given = os.environ.get(variable, "")
    if ask:
        if not sys.stdin.isatty():
            raise UsageError(f"--ask-password needs a terminal; set {variable} or use --password-file")
        return str(typer.prompt("Password", hide_input=True, err=True))
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").split("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{file}: the password cannot be read: {error}") from None
    if user and not given and sys.stdin.isatty():
        return str(typer.prompt(f"Password of {user}", hide_input=True, err=True))
    return given


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar with the time left on a terminal, a line every ten seconds in a pipe."""
    start = last = time.monotonic()
    if sys.stderr.isatty() and not is_quiet():
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("loading", total=None)
            yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)
        return

    size = 0

    def line(what: str, done: int, total: int) -> None:
        nonlocal start, last, size
        now = time.monotonic()
        if total != size:
            start, size = now, total
        if now - last >= LINE_EVERY:
            last = now
            say(f"{what}: {done} of {total}, about {(now - start) / max(done, 1) * (total - done):.0f} s left")

    yield line
