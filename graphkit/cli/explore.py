"""graphkit explore"""

from __future__ import annotations

import secrets
import socket
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import graphkit
from graphkit.cli.console import DEFAULT_GRAPH, GraphOption, say
from graphkit.cli.phrase_answers import indexing_message
from graphkit.errors import UsageError
from graphkit.explorer.assets import problems
from graphkit.ledger.store import FILE
from graphkit.schema.values import for_shell

if TYPE_CHECKING:
    from graphkit.explorer.explorer import Explorer

PortOption = Annotated[
    int,
    typer.Option(
        "--port", "-p", min=0, max=65535, help="TCP port of the server, which must be free; 0 selects a free port."
    ),
]
BrowserOption = Annotated[
    bool,
    typer.Option(
        "--browser/--no-browser",
        help="Whether the page is opened in the default browser; its address is printed in both cases.",
    ),
]
HostOption = Annotated[
    str,
    typer.Option(
        "--host",
        help="Address at which the server accepts connections. With the default, only this machine can open the page. "
        "With 0.0.0.0 (all networks of this machine) or its address in one network, other machines can open it, and "
        "everybody who has the printed address can read the graph and make decisions.",
    ),
]


def command(
    graph: GraphOption = DEFAULT_GRAPH,
    port: PortOption = 7575,
    browser: BrowserOption = True,
    host: HostOption = "127.0.0.1",
) -> None:
    """Open the graph in the browser, to search, read and review it.

    The command starts a server on this machine and prints the address of a page that shows the entities, their
    relationships, and the reports with highlighted quotes (docs/explore.md). The server makes no network requests and,
    without --host, can be reached from this machine only. The address contains an access token, without which the page
    cannot be opened. Ctrl-C stops the server.
    """
    if not (graph / FILE).exists():
        raise UsageError(
            f"{graph} is not a graph: it contains no {FILE}; "
            f"create one with `graphkit build REPORTS… --graph {for_shell(graph)}`"
        )
    try:
        from graphkit.explorer.explorer import Explorer
    except ModuleNotFoundError as error:
        raise UsageError(f"the explorer needs the package {error.name}; run `pip install {error.name}`") from None
    for problem in problems():
        say(f"warning: {problem}; reinstall graphkit", always=True)
    explorer = Explorer(Path(graph))
    try:
        _build_phrase_index(graph)
        explorer.now(lambda a: a.about())
        _serve(explorer, host, port, browser)
    finally:
        explorer.close()


def _serve(explorer: Explorer, host: str, port: int, browser: bool) -> None:
    """Run the server until Ctrl-C. Raises UsageError if it cannot use the port."""
    from graphkit.explorer.guard import is_own
    from graphkit.explorer.server import serve

    token = secrets.token_urlsafe(24)

    def started(at: int) -> None:
        addresses = [f"http://{name}:{at}/?token={token}" for name in _names(host)]
        _print_addresses(addresses, is_public=not is_own(host))
        if browser:
            webbrowser.open(addresses[0])

    try:
        serve(explorer, host=host, port=port, token=token, started=started)
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(
            f"cannot listen on {host}:{port}: {reason}; choose another --port, or 0 for a free one"
        ) from None


def _build_phrase_index(graph: Path) -> None:
    """Build the phrase index before the page is opened, if it does not exist."""
    with graphkit.open(graph) as opened:
        reports = opened.ledger.counts()["reports"]
        if not opened.has_phrases and reports:
            say(indexing_message(reports))
            opened.phrases()


def _print_addresses(addresses: list[str], *, is_public: bool) -> None:
    """Print the addresses of the page, with a warning if other machines can open them."""
    if is_public:
        say(
            "warning: other machines in the network can open this page; "
            "anyone who has the address with its token can read the graph and make decisions",
            always=True,
        )
    for address in addresses:
        say(f"{address}   (Ctrl-C stops the server)", always=True)


def _names(host: str) -> list[str]:
    """Return the host names for which addresses are printed when the server listens on `host`."""
    if host not in ("0.0.0.0", "::", ""):
        return [f"[{host}]" if ":" in host else host]
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    except OSError:
        found = []
    return list(dict.fromkeys(["127.0.0.1", *found, *([socket.gethostname()] if found else [])]))
