"""graphkit load neo4j, graphkit load sparql"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, LINE_EVERY, GraphOption, is_quiet, say
from graphkit.errors import UsageError
from graphkit.stores.options import DEFAULT_BASE, DEFAULT_NAME

if TYPE_CHECKING:
    from graphkit.stores.neo4j.loading import LoadOutcome

HELP = """Load the graph into a database server.

The first load sends the whole graph, later loads only what has been added, changed or removed since. An interrupted load
continues when the command is run again. docs/servers.md describes the data on the servers.
"""

Neo4jAskOption = Annotated[
    bool,
    typer.Option(
        "--ask-password",
        help="Ask for the password on the terminal, even if NEO4J_PASSWORD is set. Cannot be combined with "
        "--password-file.",
    ),
]
SparqlAskOption = Annotated[
    bool,
    typer.Option(
        "--ask-password",
        help="Ask for the password of --user on the terminal, even if SPARQL_PASSWORD is set. Cannot be combined with "
        "--password-file.",
    ),
]
Neo4jPasswordFileOption = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        help="Text file whose first line is the password; it is used instead of NEO4J_PASSWORD.",
        show_default=False,
    ),
]
SparqlPasswordFileOption = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        help="Text file whose first line is the password of --user; it is used instead of SPARQL_PASSWORD.",
        show_default=False,
    ),
]
Neo4jCaFileOption = Annotated[
    str,
    typer.Option(
        "--ca-file",
        envvar="GRAPHKIT_CA_FILE",
        help="PEM file with the certificate authorities that are trusted instead of those of the system. The connection "
        "is then always encrypted.",
        show_default=False,
    ),
]
SparqlCaFileOption = Annotated[
    str,
    typer.Option(
        "--ca-file",
        envvar="GRAPHKIT_CA_FILE",
        help="PEM file with the certificate authorities that are trusted for https connections instead of those of the "
        "system.",
        show_default=False,
    ),
]
Neo4jDryRunOption = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help="Change nothing on the server; only print how many nodes and relationships of each kind the load would add, "
        "update and delete.",
    ),
]
SparqlDryRunOption = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help="Change nothing on the server; only print how many reports and triples of entities the load would add, "
        "replace and delete.",
    ),
]


UriOption = Annotated[
    str,
    typer.Option(
        "--uri",
        envvar="NEO4J_URI",
        help="Address of the Neo4j server, with the scheme bolt or neo4j; bolt+s and neo4j+s are encrypted, and bolt+ssc "
        "and neo4j+ssc are encrypted without a check of the certificate.",
    ),
]
UserOption = Annotated[
    str,
    typer.Option(
        "--user",
        envvar="NEO4J_USERNAME",
        help="Name of the user on the server. Without a user and a password, the command connects without "
        "authentication.",
        show_default="neo4j if a password is set",
    ),
]
DatabaseOption = Annotated[
    str,
    typer.Option(
        "--database",
        envvar="NEO4J_DATABASE",
        help="Name of the database on the server, which must exist.",
        show_default="the home database of the user",
    ),
]
NameOption = Annotated[
    str,
    typer.Option(
        "--name",
        help="Name of this graph in the database, stored in the property `graph` of its nodes and relationships. "
        "Several graphs can share a database under different names.",
    ),
]
ReplaceOption = Annotated[
    bool,
    typer.Option(
        "--replace",
        help="Replace the graph with this --name even if it was loaded from another graph folder; without this option, "
        "such a load is rejected.",
    ),
]
RemoveOption = Annotated[
    bool,
    typer.Option(
        "--remove",
        help="Remove the graph with this --name from the database and load nothing; --graph is then not used. Cannot be "
        "combined with --replace or --dry-run.",
    ),
]
WaitOption = Annotated[
    float,
    typer.Option(
        "--wait",
        min=0,
        help="Maximum time in seconds for which requests are repeated if the server becomes unavailable during the load; "
        "after this time the load fails.",
    ),
]
UrlArgument = Annotated[
    str,
    typer.Argument(
        metavar="URL",
        envvar="SPARQL_ENDPOINT",
        help="Address of the data set or repository on the server, for example http://localhost:3030/ds, or of its query "
        "endpoint.",
        show_default=False,
    ),
]
UpdateUrlOption = Annotated[
    str,
    typer.Option(
        "--update-url",
        help="Address to which SPARQL updates are sent. Set it if the server is not Fuseki, Oxigraph, RDF4J or GraphDB and "
        "does not accept updates at URL.",
        show_default="derived from URL; for other servers, URL",
    ),
]
StoreUrlOption = Annotated[
    str,
    typer.Option(
        "--store-url",
        help="Address for the SPARQL 1.1 Graph Store HTTP Protocol, to which the first load sends the triples of the "
        "entities; all other data are sent as SPARQL updates. Fuseki, Oxigraph, RDF4J and GraphDB do not need this option. "
        "If it or --update-url is set, the faster import of N-Quads is not used.",
        show_default="derived from URL; for other servers, all data are sent as SPARQL updates",
    ),
]
SparqlUserOption = Annotated[
    str,
    typer.Option(
        "--user",
        envvar="SPARQL_USERNAME",
        help="Name of the user on the server, for HTTP basic authentication. Without a user, the command connects without "
        "authentication.",
        show_default=False,
    ),
]
BaseOption = Annotated[
    str,
    typer.Option(
        "--base",
        help="IRI with which the IRIs of the reports, entities, statements and named graphs begin; a missing / at the end "
        "is added. Several graphs can share a data set under different IRIs.",
    ),
]
WithTextOption = Annotated[
    bool,
    typer.Option(
        "--with-text",
        help="Also load the full text of each report. Without this option, the server contains only the quotes.",
    ),
]


def neo4j(
    graph: GraphOption = DEFAULT_GRAPH,
    uri: UriOption = "bolt://localhost:7687",
    user: UserOption = "",
    ask_password: Neo4jAskOption = False,
    password_file: Neo4jPasswordFileOption = None,
    ca_file: Neo4jCaFileOption = "",
    database: DatabaseOption = "",
    name: NameOption = DEFAULT_NAME,
    replace: ReplaceOption = False,
    remove: RemoveOption = False,
    dry_run: Neo4jDryRunOption = False,
    wait: WaitOption = 30.0,
) -> None:
    """Load the graph into a Neo4j server.

    Neo4j 5.7 or later is required (any edition, without plug-ins). The first load sends the whole graph, later loads
    only the changes. For each kind of node and relationship, the numbers of added (+), updated (~) and deleted (-) ones
    are printed. The password is read from --password-file or the environment variable NEO4J_PASSWORD. If neither is set
    and --user is given, the command asks for it. It cannot be given as an option, because options are stored in the
    shell history.
    """
    from graphkit.stores.neo4j.database import Neo4j, Neo4jAddress
    from graphkit.stores.neo4j.loading import remove as remove_graph

    secret = _password(user, ask_password, password_file, "NEO4J_PASSWORD")
    address = Neo4jAddress(uri, user or ("neo4j" if secret else ""), secret, database, wait, ca_file)
    if remove:
        if dry_run or replace:
            raise UsageError("--remove cannot be combined with --dry-run or --replace")
        with Neo4j(address) as server, _progress() as progress:
            outcome = remove_graph(server, name, progress=progress)
        say(f"removed graph {name!r} from the database: {outcome.total} nodes and relationships")
        return
    with graphkit.open(graph) as opened, _progress() as progress:
        outcome = opened.load_neo4j(address, name=name, replace=replace, dry_run=dry_run, progress=progress)
    _print_changes(outcome, dry_run)


def _print_changes(outcome: LoadOutcome, dry_run: bool) -> None:
    """Print the changes of a load into Neo4j."""
    for kind, change in outcome.changes.items():
        print(f"{kind}\t+{change.created}\t~{change.updated}\t-{change.deleted}")
    if outcome.kept:
        say(
            f"{outcome.kept} nodes are no longer in the graph but have relationships that graphkit did not create: "
            "they were kept and marked `vanished`",
            always=True,
        )
    if outcome.unchanged or not outcome.total:
        say("no changes")
    else:
        verb = "would be changed" if dry_run else "changed"
        say(f"{outcome.total} nodes and relationships {verb} (+ added, ~ updated, - deleted)")


def sparql(
    url: UrlArgument,
    graph: GraphOption = DEFAULT_GRAPH,
    update_url: UpdateUrlOption = "",
    store_url: StoreUrlOption = "",
    user: SparqlUserOption = "",
    ask_password: SparqlAskOption = False,
    password_file: SparqlPasswordFileOption = None,
    ca_file: SparqlCaFileOption = "",
    base: BaseOption = DEFAULT_BASE,
    with_text: WithTextOption = False,
    dry_run: SparqlDryRunOption = False,
) -> None:
    """Load the graph into a SPARQL server.

    A server that supports SPARQL 1.1 is required, for example Fuseki, GraphDB or Oxigraph. The first load sends the
    whole graph, later loads only the changes. The numbers of added (+), replaced (~) and deleted (-) reports and triples
    of entities are printed. The password of --user is read from --password-file or the environment variable
    SPARQL_PASSWORD. If neither is set, the command asks for it. It cannot be given as an option, because options are
    stored in the shell history.
    """
    from graphkit.stores.sparql.endpoint import SparqlAddress

    if (ask_password or password_file) and not user:
        raise UsageError("--ask-password and --password-file need --user or the environment variable SPARQL_USERNAME")
    secret = _password(user, ask_password, password_file, "SPARQL_PASSWORD")
    address = SparqlAddress(url, update_url, store_url, user, secret, ca_file)
    with graphkit.open(graph) as opened, _progress() as progress:
        outcome = opened.load_sparql(address, base=base, with_text=with_text, dry_run=dry_run, progress=progress)
    if outcome.unchanged:
        say("no changes")
        return
    print(f"reports\t+{outcome.added}\t~{outcome.replaced}\t-{outcome.removed}")
    print(f"entity triples\t+{outcome.triples_added}\t-{outcome.triples_removed}")
    say(f"{'would be loaded' if dry_run else 'loaded'} (+ added, ~ replaced, - deleted)")


def _password(user: str, ask: bool, file: Path | None, variable: str) -> str:
    """Return the password: prompted for, from a file, from the environment, or prompted for if only a user is given."""
    from_environment = os.environ.get(variable, "")
    if ask and file is not None:
        raise UsageError("--ask-password cannot be combined with --password-file")
    if ask:
        if not sys.stdin.isatty():
            raise UsageError(f"--ask-password needs a terminal; set {variable} or use --password-file")
        return str(typer.prompt("Password", hide_input=True, err=True))
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").split("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{file}: the password cannot be read: {error}") from None
    if user and not from_environment and sys.stdin.isatty():
        return str(typer.prompt(f"Password of {user}", hide_input=True, err=True))
    return from_environment


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function that shows progress: a bar on a terminal, otherwise a line every ten seconds."""
    start = last = time.monotonic()
    if sys.stderr.isatty() and not is_quiet():
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("loading", total=None)
            yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)
        return

    size = 0

    def print_line(what: str, done: int, total: int) -> None:
        nonlocal start, last, size
        now = time.monotonic()
        if total != size:
            start, size = now, total
        if now - last >= LINE_EVERY:
            last = now
            say(f"{what}: {done} of {total}, about {(now - start) / max(done, 1) * (total - done):.0f} s left")

    yield print_line
